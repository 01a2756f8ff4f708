"""Writes Tests/TrainingTests/WatchdogHistories.swift: what small networks go through in PyTorch.

    python Tests/Oracles/watchdog_histories.py > Tests/TrainingTests/WatchdogHistories.swift

480 pictures of 12 x 12 noise, one in seven with a bright spot in one of two places; labels `any`
and the two places. A network of two convolutions learns them in batches of 8, at a sane rate and at
rates that are too high.
"""

import torch

WEIGHTS = torch.tensor([2.0, 1.0, 1.0])


def pictures(count, generator):
    images = torch.randn(count, 1, 12, 12, generator=generator)
    labels = torch.zeros(count, 3)
    for index in range(count):
        if torch.rand(1, generator=generator) < 1 / 7:
            place = int(torch.randint(2, (1,), generator=generator))
            images[index, 0, 2 + 5 * place:5 + 5 * place, 2:10] += 1.5
            labels[index, 0] = labels[index, 1 + place] = 1
    return images, labels


def loss(logits, labels):
    each = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    return ((each * WEIGHTS).sum(1) / WEIGHTS.sum()).mean()


def train(rate, epochs, optimizer):
    generator = torch.Generator().manual_seed(3)
    torch.manual_seed(5)
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Conv2d(8, 16, 3),
        torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(144, 3))
    images, labels = pictures(480, generator)
    held, truth = pictures(240, generator)
    rates = labels.mean(0).clamp(1e-6, 1 - 1e-6)
    floor = loss(torch.logit(rates).expand(240, 3), truth).item()
    optimizer = optimizer(network.parameters(), lr=rate, momentum=0.9)
    losses, norms, validation, spreads = [], [], [], []
    for _ in range(epochs):
        order = torch.randperm(480, generator=generator)
        for batch in order.split(8):
            value = loss(network(images[batch]), labels[batch])
            optimizer.zero_grad()
            value.backward()
            norms.append(network[0].weight.grad.norm().item())
            losses.append(value.item())
            optimizer.step()
        with torch.no_grad():
            logits = network(held)
            validation.append(loss(logits, truth).item())
            probabilities = torch.sigmoid(logits)
            spreads.append((probabilities.amax(0) - probabilities.amin(0)).max().item())
    return floor, losses, norms, validation, spreads


def rows(name, values):
    print(f"    {name}: [")
    for start in range(0, len(values), 10):
        print("      " + ", ".join(f"{value:.4g}" for value in values[start:start + 10]) + ",")
    print("    ]", end="")


def write(name, comment, history):
    floor, losses, norms, validation, spreads = history
    print(f"\n  /// {comment}")
    print(f"  static let {name} = WatchdogHistory(\n    floor: {floor:.4g},")
    for label, values in [
        ("losses", losses), ("gradientNorms", norms), ("validation", validation),
    ]:
        rows(label, values)
        print(",")
    rows("spreads", spreads)
    print(")")


if __name__ == "__main__":
    version = torch.__version__.split("+")[0]
    print("/// What small networks went through as PyTorch", version, end=" ")
    print(f"""trained them, 60 steps per epoch.
/// Written by Tests/Oracles/watchdog_histories.py.
struct WatchdogHistory: Sendable {{
  /// The constant predictor's loss on the held-out pictures.
  let floor: Double
  /// One per step.
  let losses: [Double]
  /// Those of the first layer's weights, one per step.
  let gradientNorms: [Double]
  /// One per epoch.
  let validation: [Double]
  /// One per epoch: the widest range of a label's probabilities.
  let spreads: [Double]""")
    write("healthy", "SGD at 0.02: skill from the first epoch on.", train(0.02, 6, torch.optim.SGD))
    write("dead", "SGD at 3: the first steps switch all units off.", train(3.0, 3, torch.optim.SGD))
    write("diverging", "RMSprop at 0.03.", train(0.03, 4, torch.optim.RMSprop))
    write(
        "recovering", "RMSprop at 0.01: its first steps are too long, then it learns.",
        train(0.01, 2, torch.optim.RMSprop))
    print("}")
