"""What PyTorch makes of the small problems in Tests/TrainingTests. Needs torch."""

import math

import torch

import oracle_weights
import sampler


def loss():
    """Weighted binary cross-entropy of 2 x 3 logits and its gradient, in float64."""
    logits = torch.tensor(
        [[0.5, -1.25, 3.0], [-40.0, 2.0, 0.0]], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([[1.0, 0.0, 1.0], [1.0, 1.0, 0.25]], dtype=torch.float64)
    weights = torch.tensor([2.0, 1.0, 0.5], dtype=torch.float64)
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, targets, reduction="none")
    value = ((each * weights).sum(1) / weights.sum()).mean()
    value.backward()
    print("loss", value.item())
    print("gradient", logits.grad.flatten().tolist())


def sgd(nesterov, momentum, decay):
    """20 steps of a 5-element weight with made-up gradients; every 5th step's weights."""
    weight = torch.nn.Parameter(torch.from_numpy(oracle_weights.tensor("weight", (5,), -1, 1)))
    optimizer = torch.optim.SGD(
        [weight], lr=0.05, momentum=momentum, nesterov=nesterov, weight_decay=decay)
    print("sgd", "nesterov" if nesterov else "plain", momentum, decay)
    for step in range(20):
        gradient = oracle_weights.tensor(f"gradient {step}", (5,), -1, 1)
        weight.grad = torch.from_numpy(gradient)
        optimizer.step()
        if step % 5 == 4:
            print("  ", step + 1, [float(f"{v:.9g}") for v in weight.tolist()])


def schedule():
    """PyTorch's warm-up and cosine, chained as the schedule chains them."""
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=0.4)
    warm = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: (step + 1) / 4)
    rates = []
    for _ in range(4):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        warm.step()
    optimizer = torch.optim.SGD([weight], lr=0.4)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=8)
    for _ in range(8):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        cosine.step()
    print("rates", rates)


def he_normal(seed, name, fan_in, gain):
    """The first four weights of a parameter, by Box and Muller's method."""
    draws = sampler.words64(seed, f"initialize.{name}")
    values = []
    for _ in range(2):
        first, second = ((next(draws) >> 11) * 2.0**-53 for _ in range(2))
        radius = math.sqrt(-2 * math.log(1 - first))
        values += [radius * math.cos(2 * math.pi * second), radius * math.sin(2 * math.pi * second)]
    print("he normal", name, [v * math.sqrt(gain / fan_in) for v in values])


if __name__ == "__main__":
    loss()
    he_normal(7, "conv.weight", 4 * 9, 2)
    he_normal(7, "fc.weight", 64, 1)
    for nesterov, momentum, decay in [(False, 0.0, 0.0), (False, 0.9, 0.0), (True, 0.9, 0.01)]:
        sgd(nesterov, momentum, decay)
    schedule()
