"""Expected logits, loss, gradients and running statistics of timm's models, as JSON fixtures.

    python Tests/Oracles/timm_logits.py [--models resnet18 …] [--channels 1 3] [--size 64]
        [--output Tests/ModelsTests/Fixtures] [--frozen]

Weights and input come from oracle_weights.py; the model computes in float64. The loss is the
competition's metric: mean over the batch of sum over classes of weight * binary cross-entropy,
divided by the sum of the weights; `any`, the first class, weighs 2, the others 1.
With --frozen, the layers of FROZEN have `requires_grad_(False)` and their batch normalisations are in
`eval()`: their statistics are constants and stay.
Needs torch and timm; made with torch 2.13.0 and timm 1.0.31.
"""

import argparse
import json
import pathlib

import timm
import torch

import oracle_weights

CLASSES = 6
CLASS_WEIGHTS = [2.0, 1.0, 1.0, 1.0, 1.0, 1.0]
TARGETS = [[1.0, 0.0, 1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]

# Beginnings of parameter names: the first layers, and some between others that train.
FROZEN = {
    "resnet18": ["conv1", "bn1", "layer1", "layer3.0.bn1", "layer3.1"],
    "densenet121": ["features.conv0", "features.norm0", "features.denseblock2", "features.transition3"],
    "dpn92": ["features.conv1", "features.conv2", "features.conv4_3", "features.conv5_bn"],
}


def rounded(value):
    """13 significant digits: far below float32, and short to read."""
    return float(f"{float(value):.13g}")


def build(name: str, channels: int, dtype: torch.dtype):
    model = timm.create_model(name, pretrained=False, num_classes=CLASSES, in_chans=channels)
    model.load_state_dict(oracle_weights.state_dict(model), strict=True)
    return model.to(dtype)


def metric(logits, dtype):
    weights = torch.tensor(CLASS_WEIGHTS, dtype=dtype)
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, torch.tensor(TARGETS, dtype=dtype), reduction="none"
    )
    return ((each * weights).sum(1) / weights.sum()).mean()


def training_pass(name: str, channels: int, images, dtype, frozen=()):
    model = build(name, channels, dtype).train()
    for parameter, values in model.named_parameters():
        values.requires_grad_(not parameter.startswith(tuple(frozen)))
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            if not module.weight.requires_grad and not module.bias.requires_grad:
                module.eval()
    logits = model(images.to(dtype))
    loss = metric(logits, dtype)
    loss.backward()
    return model, logits.detach(), loss.detach()


def fixture(name: str, channels: int, size: int, frozen=()) -> dict:
    images = torch.from_numpy(
        oracle_weights.tensor("input", (len(TARGETS), channels, size, size), -1, 1)
    )
    with torch.no_grad():
        evaluated = build(name, channels, torch.float64).eval()(images.double())
        single = build(name, channels, torch.float32).eval()(images)
    model, logits, loss = training_pass(name, channels, images, torch.float64, frozen)
    single_model, single_logits, single_loss = training_pass(
        name, channels, images, torch.float32, frozen
    )
    single_gradients = {n: p.grad for n, p in single_model.named_parameters()}
    assert all(p.requires_grad == (p.grad is not None) for p in model.parameters())
    gradients = {}
    for parameter, values in model.named_parameters():
        if values.grad is None:
            continue
        flat = values.grad.flatten()
        gradients[parameter] = {
            "norm": rounded(flat.norm()),
            "sum": rounded(flat.sum()),
            "first": [rounded(v) for v in flat[:2]],
            "float32_error": rounded((single_gradients[parameter].flatten() - flat).norm()),
        }
    statistics = {
        buffer: {"sum": rounded(values.sum()), "first": rounded(values[0])}
        for buffer, values in model.named_buffers()
        if values.dim() == 1
    }
    return {
        "provenance": "Tests/Oracles/timm_logits.py, "
        f"torch {torch.__version__.split('+')[0]}, timm {timm.__version__}",
        "model": name,
        "channels": channels,
        "size": size,
        "classes": CLASSES,
        "class_weights": CLASS_WEIGHTS,
        "targets": TARGETS,
        **({"frozen": list(frozen)} if frozen else {}),
        "shapes": {n: list(t.shape) for n, t in model.state_dict().items()},
        "evaluation": {
            "logits": [[rounded(v) for v in row] for row in evaluated],
            "float32_error": rounded((single - evaluated).abs().max()),
        },
        "training": {
            "logits": [[rounded(v) for v in row] for row in logits],
            "loss": rounded(loss),
            "float32_logit_error": rounded((single_logits - logits).abs().max()),
            "float32_loss_error": rounded((single_loss - loss).abs()),
            "gradients": gradients,
            "statistics": statistics,
        },
    }


def laid_out(value, indent: int = 0) -> str:
    """JSON with one line per tensor, so that a difference can be read."""
    flat = json.dumps(value)
    if not isinstance(value, dict) or (len(flat) <= 200 and indent > 1):
        return flat
    pad = " " * (indent + 1)
    rows = [f"{pad}{json.dumps(k)}: {laid_out(v, indent + 1)}" for k, v in value.items()]
    return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"


def write(path: pathlib.Path, content: dict):
    path.write_text(laid_out(content) + "\n")
    assert json.loads(path.read_text()) == content


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--models", nargs="+", default=["resnet18", "resnet50", "densenet121", "dpn92"]
    )
    parser.add_argument("--channels", nargs="+", type=int, default=[1, 3])
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument(
        "--output",
        type=pathlib.Path,
        default=pathlib.Path(__file__).parent.parent / "ModelsTests" / "Fixtures",
    )
    parser.add_argument("--frozen", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.models:
        frozen = FROZEN.get(name, ()) if options.frozen else ()
        for channels in options.channels:
            content = fixture(name, channels, options.size, frozen)
            suffix = "-frozen" if frozen else ""
            write(options.output / f"{name}-c{channels}{suffix}.json", content)
            print(name, channels, content["training"]["loss"], content["evaluation"])


if __name__ == "__main__":
    main()
