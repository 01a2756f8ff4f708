"""The hour on the phantom: learning curves of three networks, their losses and that of the merge."""

import argparse
import csv
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from curves import draw  # noqa: E402


def history(folder):
    with open(folder / "history.csv", newline="") as file:
        return list(csv.DictReader(file))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--artifacts", type=pathlib.Path, default=HERE / ".artifacts")
    parser.add_argument("--figure", type=pathlib.Path)
    options = parser.parse_args()
    subprocess.run(
        [options.root / ".build/release/ichor-driver", "run", "--config",
         options.root / "recipes/phantom-long.yaml", "--artifacts", options.artifacts],
        check=True, stdout=subprocess.DEVNULL)
    metrics = json.loads((options.artifacts / "merge/metrics.json").read_text())
    floor, merged = metrics["constant"]["loss"], metrics["merged"]
    print(f"SYNTHETIC head CT: {metrics['slices']} held-out slices of {metrics['patients']} "
          f"patients; constant predictor {floor:.4f}\n")
    print(f"{'':14} {'epochs':>6} {'seconds':>8} {'loss':>8} {'skill':>6} {'AUC of any':>10}")
    curves = {}
    for model, scores in metrics["models"].items():
        folder = options.artifacts / "train" / model
        rows = history(folder)
        curves[model] = [[float(row["validation_loss"]) for row in rows]]
        seconds = json.loads((folder / "run.json").read_text())["seconds"]
        row(model, len(rows), f"{seconds:.0f}", scores, floor)
    row("merged", "", "", merged, floor)
    best = min(scores["loss"] for scores in metrics["models"].values())
    print(f"\nthe merge is {'better' if merged['loss'] < best else 'WORSE'} than the best of them "
          f"by {abs(best - merged['loss']):.4f}")
    if options.figure:
        draw("SYNTHETIC head CT: validation loss at 112", curves, floor, options.figure)
        print(f"figure: {options.figure}")


def row(name, epochs, seconds, scores, floor):
    print(f"{name:14} {epochs:>6} {seconds:>8} {scores['loss']:8.4f} "
          f"{1 - scores['loss'] / floor:6.1%} {scores['labels']['any']['auc']:10.3f}")


if __name__ == "__main__":
    main()
