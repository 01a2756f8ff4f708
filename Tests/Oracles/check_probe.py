"""Compares `ichor-probe forward`, `gradients` and `steps` with live timm and PyTorch.

    python Tests/Oracles/check_probe.py .build/release/ichor-probe [--models resnet18 …]
        [--channels 1 3] [--sizes 112 224] [--checks forward stem gradients steps] [--threads 2]
        [--backend onednn|openblas]

Weights, statistics and images are random; weights travel as the safetensors file of timm's own
state dict. The reference is timm in float64. Bounds:
  forward    largest error of a logit over the largest logit: 1e-5 in f32, 3e-2 in bf16
  stem       the same for one input channel and weights of three, against timm's own adaptation
  gradients  every parameter's gradient and every running statistic, relative L2 error: 3 times
             what PyTorch's float32 makes, plus four units in the last place (PyTorch may be exact
             by luck); loss and logits, where one rounding decides: 16 units. Errors are root mean
             squares over several draws of weights and images.
             A ReLU whose input lies within rounding of 0 opens in one float32 computation and not
             in another, which is chance and hides everything else: so `settle` first moves the
             shifts of batch normalisations until no ReLU of the float64 network is in doubt.
  steps      largest error of a loss over 20 steps of an optimiser: 3 times PyTorch's float32's,
             plus 1e-3 of the first loss (steps carry on what one ReLU did)
Prints one row per comparison and exits with 1 if one fails. Needs torch, timm, safetensors.
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
STEPS = 20
DRAWS = 2
KINDS = {"the ": "loss and logits", "grad.": "gradients", "buffer.": "statistics"}
# Keras's RMSprop (keras 3, optimizers/rmsprop.py) has epsilon under the root and other defaults.
KERAS_RHO, KERAS_EPSILON = 0.9, 1e-7


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
    def __init__(self, program, threads, backend, folder):
        self.program, self.threads, self.folder = program, threads, pathlib.Path(folder)
        self.backend = backend
        self.seconds = 0.0

    def __call__(self, command, model, name, batch, *options):
        paths = [self.folder / f"{part}.safetensors" for part in ("weights", "input", "output")]
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, paths[0])
        save_file({k: v.contiguous() for k, v in batch.items()}, paths[1])
        call = [self.program, command, "--model", name, "--weights", paths[0], "--input",
                paths[1], "--output", paths[2], "--threads", self.threads, "--backend", self.backend, *options]
        begun = time.time()
        done = subprocess.run([str(part) for part in call], capture_output=True, text=True)
        self.seconds += time.time() - begun
        if done.returncode != 0:
            sys.exit(f"{' '.join(str(part) for part in call)}\n"
                     f"ended with {done.returncode}: {done.stderr}")
        return load_file(paths[2]), done.stderr


def largest(difference):
    return difference.double().abs().max().item()


def rms(values):
    return values.double().pow(2).mean().sqrt().item()


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


def check_stem(probe, table, name, channels, size, batch):
    """One channel from weights of three: timm adapts them when it makes a model of one."""
    if channels != 1:
        return
    three, x = make(name, 3).eval(), images(batch, 1, size)
    one = timm.create_model(name, pretrained=False, num_classes=CLASSES, in_chans=1).eval()
    state = dict(three.state_dict())
    stem = one.default_cfg["first_conv"] + ".weight"
    state[stem] = timm.models.adapt_input_conv(1, state[stem])
    one.load_state_dict(state)
    with torch.no_grad():
        expected = one.double()(x.double())
    result, _ = probe("forward", three, name, {"input": x})
    table.row("stem", name, 1, size, "logits from three channels' weights",
              largest(result["logits"] - expected) / largest(expected), FORWARD_BOUNDS["f32"])


def training_pass(model, x, wanted):
    model = copy.deepcopy(model).train()
    logits = model(x)
    loss = metric(logits, wanted)
    loss.backward()
    return model, logits.detach(), loss.detach()


def inputs_of_rectifiers(model, x):
    model, found = copy.deepcopy(model).train(), []
    for module in model.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
            module.register_forward_pre_hook(lambda _, z: found.append(z[0].double()))
    with torch.no_grad():
        model(x)
    return found


def settle(model, x):
    """Moves shifts of batch normalisations so that no ReLU is near 0; returns how many it moved.

    Near is 8 times the largest error that PyTorch's float32 makes at that ReLU.
    """
    double = copy.deepcopy(model).double().train()
    pairs = zip(inputs_of_rectifiers(model, x), inputs_of_rectifiers(double, x.double()))
    margins = iter([max(1e-5 * rms(b), 8 * largest(a - b)) for a, b in pairs])
    last, moved = None, 0

    def remember(module, _):
        nonlocal last
        last = module

    def shift(_, inputs):
        nonlocal moved
        (z,), margin = inputs, next(margins)
        rows = z.transpose(0, 1).flatten(1)
        by = torch.zeros(len(rows), dtype=z.dtype)
        for channel in (rows.abs().amin(1) < margin).nonzero().flatten().tolist():
            candidates = torch.arange(1, 60, dtype=z.dtype) * 2 * margin
            candidates = torch.stack([candidates, -candidates], 1).flatten()
            near = rows[channel][rows[channel].abs() < 200 * margin]
            gaps = (near + candidates[:, None]).abs().amin(1)
            good = (gaps > 1.5 * margin).nonzero().flatten()
            choice = good[0] if len(good) else gaps.argmax()
            old = last.bias[channel]
            by[channel] = (old + candidates[choice]).float().double() - old
            moved += 1
        last.bias += by
        return (z + by.view(1, -1, 1, 1),)

    for module in double.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.register_forward_pre_hook(remember)
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
            module.register_forward_pre_hook(shift)
    with torch.no_grad():
        double(x.double())
        for settled, parameter in zip(double.parameters(), model.parameters()):
            parameter.copy_(settled)
    return moved


def measures(loss, logits, gradients, statistics):
    """Everything that a training pass computes, by name; loss and logits after `the `."""
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
        settle(model, x)
        truth = measures_of_model(
            *training_pass(copy.deepcopy(model).double(), x.double(), wanted))

        def note(errors, found):
            assert found.keys() == truth.keys()
            for key, values in found.items():
                error = (values - truth[key]).norm() / truth[key].norm()
                errors.setdefault(key, []).append(error.item() ** 2)

        note(theirs, measures_of_model(*training_pass(model, x, wanted)))
        result, _ = probe(
            "gradients", model, name,
            {"input": x, "targets": wanted, "class_weights": CLASS_WEIGHTS.float()})
        part = lambda head: {k[len(head):]: v for k, v in result.items() if k.startswith(head)}
        note(ours, measures(result["loss"], result["logits"], part("grad."), part("buffer.")))

    def root(squares):
        return (sum(squares) / len(squares)) ** 0.5

    for kind, plural in KINDS.items():
        floor = 4 * ULPS if kind == "the " else ULPS
        rows = sorted(
            ((root(ours[key]) / (3 * root(theirs[key]) + floor), root(ours[key]),
              3 * root(theirs[key]) + floor, key)
             for key in ours if key.startswith(kind)), reverse=True)
        table.row("gradients", name, channels, size, f"worst of {len(rows)} {plural}", *rows[0][1:3])
        print(f"{'':<32}{rows[0][3]}; share of the bound: median {rows[len(rows) // 2][0]:.2f}, "
              f"beyond it {sum(row[0] > 1 for row in rows)} of {len(rows)}", flush=True)


class KerasRMSprop(torch.optim.Optimizer):
    """keras.optimizers.RMSprop's formula (compared with Keras itself by training_numbers.py)."""

    def __init__(self, parameters, lr):
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                state = self.state[parameter]
                average = state.setdefault("average", torch.zeros_like(parameter))
                average.mul_(KERAS_RHO).add_((1 - KERAS_RHO) * parameter.grad ** 2)
                parameter -= group["lr"] * parameter.grad / (average + KERAS_EPSILON).sqrt()


# Optimiser by name: its constructor and the probe's options.
OPTIMIZERS = {
    "SGD Nesterov": (
        lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9, nesterov=True, weight_decay=1e-4),
        "sgd --lr 1e-3 --momentum 0.9 --nesterov --weight-decay 1e-4"),
    "RMSprop": (
        lambda p: torch.optim.RMSprop(p, lr=1e-5), "rmsprop --lr 1e-5"),
    "RMSprop momentum": (
        lambda p: torch.optim.RMSprop(p, lr=1e-6, momentum=0.9, alpha=0.95, weight_decay=1e-4),
        "rmsprop --lr 1e-6 --momentum 0.9 --alpha 0.95 --weight-decay 1e-4"),
    "RMSprop Keras": (
        lambda p: KerasRMSprop(p, lr=1e-5), "rmsprop --definition keras --lr 1e-5"),
}


def losses_of_steps(model, x, wanted, optimizer_of):
    model = copy.deepcopy(model).train()
    optimizer = optimizer_of(model.parameters())
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
    for what, (optimizer_of, options) in OPTIMIZERS.items():
        exact = losses_of_steps(copy.deepcopy(model).double(), x.double(), wanted, optimizer_of)
        single = losses_of_steps(model, x, wanted, optimizer_of)
        result, _ = probe(
            "steps", model, name,
            {"input": x, "targets": wanted, "class_weights": CLASS_WEIGHTS.float()},
            "--steps", STEPS, "--optimizer", *options.split())
        bound = 3 * largest(single - exact) + 1e-3 * exact[0].item()
        table.row("steps", name, channels, size,
                  f"{what}: {exact[0]:.4f} ... {exact[-1]:.4f}",
                  largest(result["losses"] - exact), bound)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("probe", type=pathlib.Path, help="the built ichor-probe")
    parser.add_argument(
        "--models", nargs="+", default=["resnet18", "resnet50", "densenet121", "dpn92"])
    parser.add_argument("--channels", nargs="+", type=int, default=[1, 3])
    parser.add_argument("--sizes", nargs="+", type=int, default=[112, 224])
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--backend", choices=["onednn", "openblas"], default="onednn")
    parser.add_argument("--threads", type=int, default=2)
    checks = {"forward": check_forward, "stem": check_stem, "gradients": check_gradients, "steps": check_steps}
    parser.add_argument("--checks", nargs="+", choices=list(checks), default=list(checks))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"torch {torch.__version__}, timm {timm.__version__}, batch {options.batch}")
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        probe = Probe(options.probe, options.threads, options.backend, folder)
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
