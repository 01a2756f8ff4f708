"""Holds `ichor-probe forward`, `gradients` and `steps` against live timm and PyTorch.

    python Tests/Oracles/check_probe.py .build/release/ichor-probe [--models resnet18 …]
        [--channels 1 3] [--sizes 112 224] [--checks forward gradients steps] [--threads 2]

Weights, statistics and images are random; weights travel as the safetensors file of timm's own
state dict. The reference is timm in float64. Bounds:
  forward    largest error of a logit over the largest logit: 1e-5 in f32, 3e-2 in bf16
  gradients  relative L2 error of loss, logits, every parameter's gradient and every running
             statistic: 3 times what PyTorch's float32 makes, plus four units in the last place
             (PyTorch may be exact by luck). A ReLU whose input lies within rounding of 0 opens
             in one float32 computation and not in another; then the gradients around it are off
             by a thousandth and not by a millionth, and which ones is chance. So errors are root
             mean squares over several draws of weights and images, PyTorch computes each draw in
             three ways (plain, channels last, without oneDNN), half of the gradients have to lie
             within 3 times PyTorch's, and all within that plus 5e-3, what one ReLU makes
  steps      largest error of a loss over 20 SGD steps: 3 times PyTorch's float32's, plus 1e-3 of
             the first loss (steps carry on what one ReLU did)
Prints one row a comparison and exits with 1 if one fails. Needs torch, timm, safetensors.
"""

import argparse
import copy
import pathlib
import subprocess
import sys
import tempfile
import time

import timm
import torch
from safetensors.torch import load_file, save_file

CLASSES = 6
CLASS_WEIGHTS = torch.tensor([2.0, 1, 1, 1, 1, 1], dtype=torch.float64)
FORWARD_BOUNDS = {"f32": 1e-5, "bf16": 3e-2}
ULPS = 4 * 2.0**-23
STEPS, RATE, MOMENTUM = 20, 0.001, 0.9
DRAWS = 3
ONE_RELU = 5e-3
KINDS = {"the ": "loss and logits", "grad.": "gradients", "buffer.": "statistics"}


class Table:
    def __init__(self):
        self.failures = 0
        print(f"{'check':<10} {'model':<12} {'ch':>2} {'size':>4} {'what':<34} "
              f"{'error':>10} {'bound':>10}  result", flush=True)

    def row(self, check, model, channels, size, what, error, bound):
        good = error <= bound  # NaN fails
        self.failures += not good
        print(f"{check:<10} {model:<12} {channels:>2} {size:>4} {what:<34} "
              f"{error:>10.3g} {bound:>10.3g}  {'PASS' if good else 'FAIL'}", flush=True)


def make(name, channels, draw=0):
    """timm's model with random weights and statistics, in float32."""
    torch.manual_seed(1 + draw)
    model = timm.create_model(name, pretrained=False, num_classes=CLASSES, in_chans=channels)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, 0, 0.1)
            torch.nn.init.normal_(module.running_mean, 0, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
    return model


def images(batch, channels, size, draw=0):
    generator = torch.Generator().manual_seed(100 + draw)
    return torch.randn(batch, channels, size, size, generator=generator)


def targets(batch):
    generator = torch.Generator().manual_seed(3)
    return (torch.rand(batch, CLASSES, generator=generator) < 0.4).float()


def metric(logits, wanted):
    weights = CLASS_WEIGHTS.to(logits.dtype)
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, wanted.to(logits.dtype), reduction="none")
    return ((each * weights).sum(1) / weights.sum()).mean()


class Probe:
    def __init__(self, program, threads, folder):
        self.program, self.threads, self.folder = program, threads, pathlib.Path(folder)
        self.seconds = 0.0

    def __call__(self, command, model, name, batch, *options):
        paths = [self.folder / f"{part}.safetensors" for part in ("weights", "input", "output")]
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, paths[0])
        save_file({k: v.contiguous() for k, v in batch.items()}, paths[1])
        call = [self.program, command, "--model", name, "--weights", paths[0], "--input",
                paths[1], "--output", paths[2], "--threads", self.threads, *options]
        begun = time.time()
        done = subprocess.run([str(part) for part in call], capture_output=True, text=True)
        self.seconds += time.time() - begun
        if done.returncode != 0:
            sys.exit(f"{' '.join(str(part) for part in call)}\n"
                     f"ended with {done.returncode}: {done.stderr}")
        return load_file(paths[2]), done.stderr


def largest(difference):
    return difference.double().abs().max().item()


def check_forward(probe, table, name, channels, size, batch):
    model = make(name, channels).eval()
    x = images(batch, channels, size)
    with torch.no_grad():
        expected = copy.deepcopy(model).double()(x.double())
    scale = largest(expected)
    for precision, bound in FORWARD_BOUNDS.items():
        result, notes = probe("forward", model, name, {"input": x}, "--precision", precision)
        what = f"logits {precision}" + (" (ran as f32)" if "f32 it is" in notes else "")
        table.row("forward", name, channels, size, what,
                  largest(result["logits"] - expected) / scale, bound)


def training_pass(model, x, wanted):
    model = copy.deepcopy(model).train()
    logits = model(x)
    loss = metric(logits, wanted)
    loss.backward()
    return model, logits.detach(), loss.detach()


def float32_passes(model, x, wanted):
    """PyTorch's float32 in three ways that differ by the order of sums only."""
    yield training_pass(model, x, wanted)
    last = torch.channels_last
    yield training_pass(
        copy.deepcopy(model).to(memory_format=last), x.to(memory_format=last), wanted)
    torch._C._set_mkldnn_enabled(False)
    yield training_pass(model, x, wanted)
    torch._C._set_mkldnn_enabled(True)


def measures(loss, logits, gradients, statistics):
    """Everything that a training pass computes, by name; loss and logits behind `the `."""
    named = {"the loss": loss.reshape(1), "the logits": logits}
    named.update({f"grad.{n}": g for n, g in gradients.items()})
    named.update({f"buffer.{n}": b for n, b in statistics.items()})
    return {n: v.double().flatten() for n, v in named.items()}


def measures_of_model(model, logits, loss):
    return measures(
        loss, logits, {n: p.grad for n, p in model.named_parameters()},
        {n: b for n, b in model.named_buffers() if b.dim() == 1})


def check_gradients(probe, table, name, channels, size, batch):
    ours, theirs = {}, {}  # squares of relative errors by name
    for draw in range(DRAWS):
        model = make(name, channels, draw)
        x, wanted = images(batch, channels, size, draw), targets(batch)
        truth = measures_of_model(
            *training_pass(copy.deepcopy(model).double(), x.double(), wanted))

        def note(errors, found):
            assert found.keys() == truth.keys()
            for key, values in found.items():
                error = (values - truth[key]).norm() / truth[key].norm()
                errors.setdefault(key, []).append(error.item() ** 2)

        for single in float32_passes(model, x, wanted):
            note(theirs, measures_of_model(*single))
        result, _ = probe(
            "gradients", model, name,
            {"input": x, "targets": wanted, "class_weights": CLASS_WEIGHTS.float()})
        part = lambda head: {k[len(head):]: v for k, v in result.items() if k.startswith(head)}
        note(ours, measures(result["loss"], result["logits"], part("grad."), part("buffer.")))

    def root(squares):
        return (sum(squares) / len(squares)) ** 0.5

    def row(what, error, bound):
        table.row("gradients", name, channels, size, what, error, bound)

    for kind, plural in KINDS.items():
        allowance = ONE_RELU if kind == "grad." else 0
        rows = []
        for key in ours:
            if key.startswith(kind):
                strict = 3 * root(theirs[key]) + ULPS
                error = root(ours[key])
                rows.append((error / (strict + allowance), error, strict, key))
        rows.sort(reverse=True)
        row(f"worst of {len(rows)} {plural}", rows[0][1], rows[0][2] + allowance)
        ratios = sorted(error / strict for _, error, strict, _ in rows)
        print(f"{'':<32}{rows[0][3]}; error in units of PyTorch's: median "
              f"{3 * ratios[len(ratios) // 2]:.2f}, largest {3 * ratios[-1]:.2f}", flush=True)
        if allowance:
            row("median gradient, of PyTorch's", 3 * ratios[len(ratios) // 2], 3)


def losses_of_steps(model, x, wanted, nesterov):
    model = copy.deepcopy(model).train()
    optimizer = torch.optim.SGD(
        model.parameters(), lr=RATE, momentum=MOMENTUM, nesterov=nesterov, weight_decay=1e-4)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = metric(model(x), wanted)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return torch.tensor(losses, dtype=torch.float64)


def check_steps(probe, table, name, channels, size, batch):
    model = make(name, channels)
    x, wanted = images(batch, channels, size), targets(batch)
    exact = losses_of_steps(copy.deepcopy(model).double(), x.double(), wanted, True)
    single = losses_of_steps(model, x, wanted, True)
    result, _ = probe(
        "steps", model, name,
        {"input": x, "targets": wanted, "class_weights": CLASS_WEIGHTS.float()},
        "--optimizer", "sgd", "--steps", STEPS, "--lr", RATE, "--momentum", MOMENTUM,
        "--nesterov", "--weight-decay", 1e-4)
    bound = 3 * largest(single - exact) + 1e-3 * exact[0].item()
    table.row("steps", name, channels, size,
              f"losses {exact[0]:.4f} ... {exact[-1]:.4f}",
              largest(result["losses"] - exact), bound)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("probe", type=pathlib.Path, help="the built ichor-probe")
    parser.add_argument(
        "--models", nargs="+", default=["resnet18", "resnet50", "densenet121", "dpn92"])
    parser.add_argument("--channels", nargs="+", type=int, default=[1, 3])
    parser.add_argument("--sizes", nargs="+", type=int, default=[112, 224])
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    checks = {"forward": check_forward, "gradients": check_gradients, "steps": check_steps}
    parser.add_argument("--checks", nargs="+", choices=list(checks), default=list(checks))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"torch {torch.__version__}, timm {timm.__version__}, batch {options.batch}")
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        probe = Probe(options.probe, options.threads, folder)
        for check in options.checks:
            for name in options.models:
                for channels in options.channels:
                    # One size suffices where a double-precision backward pass has to be awaited.
                    sizes = options.sizes if check == "forward" else options.sizes[:1]
                    for size in sizes:
                        checks[check](probe, table, name, channels, size, options.batch)
    print(f"{table.failures} failed" if table.failures else "all passed")
    sys.exit(1 if table.failures else 0)


if __name__ == "__main__":
    main()
