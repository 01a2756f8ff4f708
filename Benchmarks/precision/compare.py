"""bf16 against f32 on the phantom: validation loss by epoch, mean and range over seeds."""

import argparse
import csv
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from curves import draw  # noqa: E402

PRECISIONS = ["f32", "bf16"]


def train(options, precision):
    """The validation loss after each epoch, for each seed."""
    curves = []
    for seed in range(1, options.seeds + 1):
        print(f"{precision}, seed {seed} of {options.seeds}", file=sys.stderr, flush=True)
        subprocess.run(
            [options.driver, "run", "train/seed1", "--config", HERE / "pipeline.yaml",
             "--artifacts", options.artifacts, "--set", f"compute.precision={precision}",
             "--set", f"train.seed1.seed={seed}"], check=True, stdout=subprocess.DEVNULL)
        with open(options.artifacts / "train/seed1/history.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        curves.append([float(row["validation_loss"]) for row in rows])
        floor = float(rows[-1]["validation_loss"]) / (1 - float(rows[-1]["skill"]))
    return curves, floor


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--driver", type=pathlib.Path, required=True)
    parser.add_argument("--artifacts", type=pathlib.Path, default=HERE / ".artifacts")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--figure", type=pathlib.Path)
    options = parser.parse_args()
    if options.seeds < 2:
        parser.error("noise needs at least two seeds")
    curves = {}
    for precision in PRECISIONS:
        curves[precision], floor = train(options, precision)
    print(f"SYNTHETIC head CT, ResNet-18 at 112, {options.seeds} seeds; "
          f"constant predictor {floor:.4f}\n\nepoch  f32     range            bf16    range")
    for epoch, columns in enumerate(zip(zip(*curves["f32"]), zip(*curves["bf16"]))):
        cells = [f"{statistics.mean(c):.4f}  {min(c):.4f}-{max(c):.4f}" for c in columns]
        print(f"{epoch + 1:>5}  {cells[0]}  {cells[1]}")
    final = {p: [run[-1] for run in runs] for p, runs in curves.items()}
    difference = statistics.mean(final["bf16"]) - statistics.mean(final["f32"])
    noise = (sum(statistics.variance(f) for f in final.values()) / options.seeds) ** 0.5
    print(f"\nlast epoch, bf16 - f32: {difference:+.4f}; standard error over seeds {noise:.4f}: "
          f"{'within' if abs(difference) <= 2 * noise else 'BEYOND'} two of them")
    if options.figure:
        draw(f"SYNTHETIC head CT: validation loss of ResNet-18 at 112, {options.seeds} seeds, "
             "mean and range", curves, floor, options.figure)
        print(f"figure: {options.figure}")


if __name__ == "__main__":
    main()
