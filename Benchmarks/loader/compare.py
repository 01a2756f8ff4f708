"""Runs Ichor's loader and its peers in turn on the same pictures and prints the ratios.

Each measurement is a process of its own on one worker thread; a rate is images per second of
processor time, so that whatever else the machine does counts little.
"""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BAR = 3.0


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout)["images_per_cpu_second_best"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--artifact", default=str(HERE / "../../artifacts/convert/train"))
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["albumentations", "opencv"], action="append")
    options = parser.parse_args()
    if not (pathlib.Path(options.artifact) / "slices.csv").exists():
        sys.exit(f"{options.artifact} holds no converted collection: run ./ichor run convert/train "
                 "first, or give --artifact")
    shape = ["--artifact", options.artifact, "--size", str(options.size), "--images",
             str(options.images), "--rounds", "1"]
    print(f"{'images/s per core':24} {'Ichor':>8} {'peer':>8} {'ratio':>6} {'bar':>5}")
    for peer in options.only or ["albumentations", "opencv"]:
        ours, theirs = [], []
        for number in range(options.rounds):
            print(f"  {peer}: round {number + 1} of {options.rounds}", file=sys.stderr)
            ours.append(run([options.bench, "loader", "--json", "--threads", "1", *shape]))
            theirs.append(run([sys.executable, str(HERE / "peer.py"), peer, *shape]))
        bar = f"{BAR:5.1f}" if peer == "albumentations" else ""
        print(f"{peer:24} {max(ours):8.0f} {max(theirs):8.0f} {max(ours) / max(theirs):6.2f} {bar}",
              flush=True)


if __name__ == "__main__":
    main()
