"""bf16 against f32 on the phantom: validation loss by epoch, mean and range over seeds."""

import argparse
import csv
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
PRECISIONS = {"f32": "#1f6feb", "bf16": "#d1570c"}


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


def figure(curves, floor, file):
    """An SVG with the mean and the range of each precision."""
    width, height, left, bottom, top = 640, 360, 60, 40, 30
    epochs = len(curves["f32"][0])
    highest = max(max(max(c) for c in runs) for runs in curves.values())
    highest = min(max(highest, floor), 2 * floor)
    x = lambda epoch: left + (width - left - 20) * epoch / (epochs - 1)
    y = lambda loss: top + (height - top - bottom) * (1 - min(loss, highest) / highest)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="18">SYNTHETIC head CT: validation loss of ResNet-18 at 112, '
        f'{len(curves["f32"])} seeds, mean and range</text>']
    for tick in range(6):
        loss = highest * tick / 5
        parts.append(
            f'<line x1="{left}" x2="{width - 20}" y1="{y(loss):.1f}" y2="{y(loss):.1f}" '
            f'stroke="#ddd"/><text x="{left - 8}" y="{y(loss) + 4:.1f}" '
            f'text-anchor="end">{loss:.2f}</text>')
    for epoch in range(epochs):
        parts.append(f'<text x="{x(epoch):.1f}" y="{height - bottom + 18}" '
                     f'text-anchor="middle">{epoch + 1}</text>')
    parts.append(f'<text x="{width / 2}" y="{height - 6}" text-anchor="middle">epoch</text>'
                 f'<line x1="{left}" x2="{width - 20}" y1="{y(floor):.1f}" y2="{y(floor):.1f}" '
                 'stroke="#666" stroke-dasharray="4 4"/>'
                 f'<text x="{width - 24}" y="{y(floor) - 5:.1f}" text-anchor="end" '
                 'fill="#666">constant predictor</text>')
    for place, (precision, color) in enumerate(PRECISIONS.items()):
        columns = list(zip(*curves[precision]))
        path = lambda of: [f"{x(e):.1f},{y(of(c)):.1f}" for e, c in enumerate(columns)]
        parts.append(
            f'<polygon points="{" ".join(path(min) + path(max)[::-1])}" fill="{color}" '
            f'opacity="0.2"/><polyline points="{" ".join(path(statistics.mean))}" fill="none" '
            f'stroke="{color}" stroke-width="2"/>'
            f'<text x="{width - 90}" y="{60 + 18 * place}" fill="{color}">{precision}</text>')
    file.write_text("\n".join(parts + ["</svg>", ""]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--driver", type=pathlib.Path, required=True)
    parser.add_argument("--artifacts", type=pathlib.Path, default=HERE / ".artifacts")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--figure", type=pathlib.Path)
    options = parser.parse_args()
    if options.seeds < 2:
        parser.error("noise takes two seeds at least")
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
        figure(curves, floor, options.figure)
        print(f"figure: {options.figure}")


if __name__ == "__main__":
    main()
