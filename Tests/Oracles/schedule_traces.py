"""Learning rates by Keras's ReduceLROnPlateau and PyTorch's StepLR, for the tests of schedules.

    KERAS_BACKEND=torch python Tests/Oracles/schedule_traces.py

Needs torch and keras 3. Keras holds the rate as float32.
"""

import keras
import torch

LOSSES = [
    0.60, 0.52, 0.55, 0.51995, 0.53, 0.48, 0.481, 0.482, 0.483, 0.484, 0.485, 0.47, 0.4692, 0.4693,
    0.4694, 0.46915, 0.4691, 0.50, 0.51, 0.52, 0.30, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37,
]


class Model:
    """As much of a model as the callback looks at."""

    def __init__(self, rate):
        self.optimizer = keras.optimizers.SGD(rate)
        self.metrics = []


def plateau(rate, **settings):
    """The rate that each epoch leaves for the next."""
    model = Model(rate)
    callback = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", mode="min", **settings)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, loss in enumerate(LOSSES):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        rates.append(float(f"{float(model.optimizer.learning_rate):.7g}"))
    print("plateau", rate, settings)
    print("  ", rates)


def steps(rate, size, gamma, warm, epochs):
    """PyTorch's StepLR and a linear warm-up over single steps, one epoch per step."""
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=rate)
    scheduler = torch.optim.lr_scheduler.ChainedScheduler([
        torch.optim.lr_scheduler.LinearLR(
            optimizer, start_factor=1 / warm, total_iters=warm - 1),
        torch.optim.lr_scheduler.StepLR(optimizer, step_size=size, gamma=gamma),
    ])
    rates = []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    print("step", size, gamma, "warm-up", warm, rates)


if __name__ == "__main__":
    plateau(0.1, factor=0.5, patience=2, min_delta=1e-4, cooldown=0, min_lr=0.0)
    plateau(0.1, factor=0.1, patience=3, min_delta=1e-3, cooldown=0, min_lr=0.0005)
    plateau(0.1, factor=0.5, patience=1, min_delta=1e-4, cooldown=3, min_lr=0.0)
    plateau(0.1, factor=0.5, patience=2, min_delta=1e-4, cooldown=1, min_lr=0.03)
    plateau(0.1, factor=0.5, patience=0, min_delta=0.0, cooldown=0, min_lr=0.0)
    steps(0.4, 3, 0.5, 5, 12)
