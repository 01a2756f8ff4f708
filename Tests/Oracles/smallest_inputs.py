"""The smallest input that each of timm's models takes, and its logits there in float64.

Weights and input come from oracle_weights.py, one channel, six classes. Prints what
Tests/ModelsTests/SmallestInputTests.swift expects. Needs torch and timm.
"""

import timm
import torch

import oracle_weights

for name in ["resnet18", "resnet50", "densenet121", "dpn92"]:
    model = timm.create_model(name, pretrained=False, num_classes=6, in_chans=1).eval()
    model.load_state_dict(oracle_weights.state_dict(model))
    model.double()
    for size in range(1, 64):
        images = torch.from_numpy(oracle_weights.tensor("input", (1, 1, size, size), -1, 1))
        try:
            with torch.no_grad():
                logits = model(images.double())
        except RuntimeError:
            continue
        print(name, size, [float(f"{value:.12g}") for value in logits[0]])
        break
