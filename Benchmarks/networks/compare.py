"""Runs Ichor and its peers in turn on the same shapes and prints the ratios of their best.

Each measurement is a process of its own, so that neither side's threads or caches reach the other.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

# name: task, model, size, batch, precision, peer, bar
CASES = {
    "train-resnet50-bf16": ("train", "resnet50", 224, 16, "bf16", "pytorch", 1.2),
    "train-densenet121-bf16": ("train", "densenet121", 224, 16, "bf16", "pytorch", 1.3),
    "train-dpn92-bf16": ("train", "dpn92", 112, 16, "bf16", "pytorch", 1.7),
    "train-resnet50-f32": ("train", "resnet50", 224, 16, "f32", "pytorch", 1.2),
    "predict-resnet50-bf16": ("predict", "resnet50", 224, 32, "bf16", "pytorch", 1.3),
    "predict-resnet50-bf16-openvino": ("predict", "resnet50", 224, 32, "bf16", "openvino", 1.0),
}


def run(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", action="append", choices=sorted(CASES))
    options = parser.parse_args()
    print(f"{'case':32} {'Ichor':>8} {'peer':>8} {'ratio':>6} {'bar':>5} {'MiB':>6} {'peer':>6}")
    for name, (task, model, size, batch, precision, peer, bar) in CASES.items():
        if options.only and name not in options.only:
            continue
        shape = ["--model", model, "--size", str(size), "--batch", str(batch), "--precision",
                 precision, "--steps", str(options.steps), "--threads", str(options.threads)]
        ours, theirs = [], []
        for number in range(options.rounds):
            print(f"  {name}: round {number + 1} of {options.rounds}", file=sys.stderr)
            ours.append(run([options.bench, task, "--json", *shape], options.threads))
            theirs.append(
                run([sys.executable, str(HERE / "peer.py"), peer, task, *shape], options.threads)
            )
        best = max(r["images_per_second_best"] for r in ours)
        peer_best = max(r["images_per_second_best"] for r in theirs)
        memory = min(r["peak_rss_mib"] for r in ours)
        peer_memory = min(r["peak_rss_mib"] for r in theirs)
        print(f"{name:32} {best:8.2f} {peer_best:8.2f} {best / peer_best:6.2f} {bar:5.1f} "
              f"{memory:6.0f} {peer_memory:6.0f}", flush=True)


if __name__ == "__main__":
    main()
