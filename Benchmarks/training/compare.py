"""Trains PyTorch for as long as a finished training of ours took, and prints both losses."""

import argparse
import os
import pathlib
import sys

from artifacts import Training
from peer import Pictures, constant_loss, train


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--artifacts", help="default: the repository's artifacts")
    parser.add_argument("--model", default="resnet50", help="an instance of train")
    parser.add_argument("--seconds", type=float, help="default: what our run took in all")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--start", choices=["he-normal", "timm"], default="he-normal",
        help="PyTorch's first weights: of the distribution of ours, or timm's own")
    options = parser.parse_args()
    artifacts = options.artifacts or pathlib.Path(options.root) / "artifacts"
    training = Training(artifacts, options.model)
    seconds = options.seconds or training.seconds
    pictures = Pictures(training)
    bf16 = training.parameters["compute.precision"] == "bf16"
    print(f"{len(pictures.training)} slices to train on, {len(pictures.held_out)} held out; "
          f"{seconds:.0f} s, {options.threads} threads", file=sys.stderr)
    losses, images = train(
        training, pictures, seconds, options.threads, bf16, options.seed, options.start,
        lambda text: print(f"  PyTorch after {text}", file=sys.stderr))
    ours = float(training.history[-1]["validation_loss"])
    our_images = int(training.parameters["batch"]) * training_steps(training, pictures)
    floor = constant_loss(training.base_rates, pictures.labels[pictures.held_out])
    print(f"{training.card['architecture']} at {training.card['size']}, batch "
          f"{training.parameters['batch']}, {'bf16' if bf16 else 'f32'}, held-out fold "
          f"{training.fold}; constant predictor {floor:.4f}")
    print(f"{'':8} {'seconds':>8} {'images':>8} {'last loss':>10} {'best loss':>10}")
    print(f"{'Ichor':8} {training.seconds:8.0f} {our_images:8} {ours:10.4f} "
          f"{training.best_loss:10.4f}")
    print(f"{'PyTorch':8} {seconds:8.0f} {images:8} {losses[-1]:10.4f} {min(losses):10.4f}")


def training_steps(training, pictures):
    per_epoch = training.parameters.get("steps_per_epoch")
    per_epoch = per_epoch or len(pictures.training) // training.parameters["batch"]
    return per_epoch * len(training.history)


if __name__ == "__main__":
    main()
