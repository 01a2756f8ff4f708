"""Weights that Python and Swift both make from a formula, so that no weight file is committed.

Element `index` of the tensor called `name` is
    u = (splitmix64(fnv1a64(name) + index) >> 11) * 2**-53          in [0, 1)
    value = float32(lower + u * (upper - lower))                    computed in double precision
The Swift side is Tests/OracleWeights/OracleWeights.swift. Run this file to print the numbers that
Tests/OracleWeightsTests expects.
"""

import math

import numpy as np


def fnv1a64(name: str) -> int:
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def uniform(name: str, count: int) -> np.ndarray:
    """`count` doubles in [0, 1)."""
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a64(name)) + np.arange(count, dtype=np.uint64)
        z = z + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def tensor(name: str, shape, lower: float, upper: float) -> np.ndarray:
    """float32, row-major."""
    values = lower + uniform(name, math.prod(shape)) * (upper - lower)
    return values.astype(np.float32).reshape(shape)


def bounds(name: str, shape, names) -> tuple[float, float]:
    """The range of a parameter or running statistic; batch norm is known by its running mean."""
    prefix, _, kind = name.rpartition(".")
    normalization = f"{prefix}.running_mean" in names
    if kind == "running_mean":
        return -0.2, 0.2
    if kind == "running_var":
        return 0.5, 1.5
    if normalization:
        return (0.5, 1.5) if kind == "weight" else (-0.2, 0.2)
    if kind == "weight":
        limit = math.sqrt(3 / math.prod(shape[1:]))
        return -limit, limit
    return -0.1, 0.1


def state_dict(model):
    """A state dict for `model`, every element by the formula."""
    import torch

    state = model.state_dict()
    made = {}
    for name, old in state.items():
        if name.endswith("num_batches_tracked"):
            made[name] = torch.zeros_like(old)
        else:
            shape = tuple(old.shape)
            made[name] = torch.from_numpy(tensor(name, shape, *bounds(name, shape, state)))
    return made


if __name__ == "__main__":
    for name, lower, upper in [("input", -1, 1), ("layer1.0.bn1.running_var", 0.5, 1.5)]:
        values = tensor(name, (1000,), lower, upper)
        picked = [float(values[i]) for i in (0, 1, 2, 999)]
        print(name, hex(fnv1a64(name)), picked, "sum", float(values.astype(np.float64).sum()))
    shape = (64, 3, 7, 7)
    weight = tensor("conv1.weight", shape, *bounds("conv1.weight", shape, {}))
    print("conv1.weight", [float(v) for v in weight.ravel()[[0, 1, 9407]]])
