"""Prints the trace that Tests/TrainingTests/WeightAverageTests.swift holds.

    python Tests/Oracles/weight_average.py

Needs torch. Samples are those of oracle_weights; PyTorch's own exponential moving average takes
them in with a decay of 0.15, which (1 + n) / (10 + n) exceeds from the first step on, in float64.
"""

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn

import oracle_weights

model = torch.nn.Linear(5, 1, bias=False).double()
average = AveragedModel(model, avg_fn=get_ema_avg_fn(0.15))
for step in range(1, 7):
    sample = oracle_weights.tensor(f"sample {step}", (1, 5), -1, 1).astype("float64")
    with torch.no_grad():
        model.weight.copy_(torch.from_numpy(sample))
    average.update_parameters(model)
    print(", ".join(f"{value:.9g}" for value in average.module.weight[0].tolist()))
