"""Runs Ichor's conversion and its peer in turn on the same files and prints the ratio of their best.

Each measurement is a process of its own. Both read from the page cache: the collection is read once
beforehand. Ichor also hashes every file, writes shards and an index; the peer drops its pictures.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy

HERE = pathlib.Path(__file__).resolve().parent
BAR = 4.0


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr}")
    return done.stdout


def collection(options, scratch):
    source = options.dicom
    if source is None:
        print("  making a phantom", file=sys.stderr)
        run([options.products / "ichor-phantom", "--config", HERE.parent.parent / "pipeline.yaml",
             "--artifacts", scratch / "artifacts", "--set", "phantom.train_patients=6",
             "--set", "phantom.test_patients=1"])
        source = scratch / "artifacts" / "phantom" / "train"
    if options.files:
        print(f"  copying {options.files} files", file=sys.stderr)
        run([sys.executable, HERE / "copies.py", source, scratch / "files",
             "--count", options.files])
        source = scratch / "files"
    for file in source.rglob("*.dcm"):
        file.read_bytes()
    return source


def agreement(artifact, pictures, sizes):
    """The largest difference in grey levels, and the share of samples that differ at all."""
    largest, different, total = 0, 0, 0
    with open(artifact / "slices.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    for row in rows:
        for size in sizes:
            shard = artifact / str(size) / f"shard-{int(row['shard']):05}.tar"
            with open(shard, "rb") as tar:
                tar.seek(int(row[f"offset_{size}"]))
                png = tar.read(int(row[f"length_{size}"]))
            ours = cv2.imdecode(numpy.frombuffer(png, numpy.uint8), cv2.IMREAD_UNCHANGED)
            theirs = cv2.imread(str(pictures / f"{row['id']}.{size}.png"), cv2.IMREAD_UNCHANGED)
            difference = numpy.abs(ours.astype(int) - theirs)
            largest = max(largest, int(difference.max()))
            different += int((difference > 0).sum())
            total += difference.size
    return largest, different / total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=pathlib.Path, required=True)
    parser.add_argument("--bench", type=pathlib.Path, help="default: ichor-bench of the products")
    parser.add_argument("--dicom", type=pathlib.Path)
    parser.add_argument("--files", type=int, help="copy up to this many files; default: 3000 of a phantom")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--windows", default="brain")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if options.dicom is None and options.files is None:
        options.files = 3000
    bench = options.bench or options.products / "ichor-bench"
    sizes = [224, 112]
    shape = ["--sizes", "224,112", "--windows", options.windows]
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        source = collection(options, scratch)
        peer = [sys.executable, HERE / "peer.py", "--dicom", source, *shape]
        ichor = [bench, "convert", "--dicom", source, "--json", *shape,
                 "--threads", options.processes]
        print("  comparing the pictures", file=sys.stderr)
        run([*peer, "--pictures", scratch / "pictures"])
        run([*ichor, "--rounds", 1, "--output", scratch / "artifact"])
        largest, share = agreement(scratch / "artifact", scratch / "pictures", sizes)
        ours, theirs = [], []
        for number in range(options.rounds):
            print(f"  round {number + 1} of {options.rounds}", file=sys.stderr)
            ours.append(json.loads(run([*ichor, "--profile"])))
            theirs.append(json.loads(run([*peer, "--processes", options.processes])))
    best = max(ours, key=lambda r: r["images_per_second_best"])
    speed = best["images_per_second_best"]
    peer_speed = max(r["images_per_second_best"] for r in theirs)
    print(f"{best['slices']} slices, {options.windows} at 224 and 112, {options.processes} threads "
          f"or processes")
    print(f"pictures: largest difference {largest} grey levels, {100 * share:.4f} % of samples differ")
    print(f"Ichor  {speed:8.0f} images/s  {max(r['peak_rss_mib'] for r in ours):6.0f} MiB")
    print(f"peer   {peer_speed:8.0f} images/s  {max(r['peak_rss_mib'] for r in theirs):6.0f} MiB "
          f"in the largest process")
    print(f"ratio  {speed / peer_speed:8.2f}           bar {BAR}")
    print("milliseconds per slice, all threads: " + ", ".join(
        f"{step} {value:.3f}" for step, value in sorted(
            best["profile"].items(), key=lambda item: -item[1]) if value >= 0.0005))
    if largest > 1:
        sys.exit("the pictures differ")


if __name__ == "__main__":
    main()
