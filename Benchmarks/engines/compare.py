"""Times Ichor, DVC and Snakemake where there is nothing to do, in turn, on the same files.

Each measurement is a process of its own; everything is read from the page cache. The files are copies
of a few synthetic slices of 16 by 16 pixels with identifiers of their own.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import peers

HERE = pathlib.Path(__file__).resolve().parent
BAR = 9.0
LABELS = ["any", "epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural"]

CONFIGURATION = """
data:
  train: {dicom: dicom, labels: labels.csv}
  test: {dicom: test, submission: null}
convert: {sizes: [16], windows: [brain]}
compute: {precision: f32}
train:
  resnet18: {size: 16, batch: 64, epochs: 1, steps_per_epoch: 4, optimizer: sgd}
merge: {models: [resnet18], weights: inverse-loss}
"""


def run(command, folder):
    """Seconds and peak memory in MiB of one process."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], cwd=folder, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{text[-4000:]}")
    return seconds, usage.ru_maxrss / 1024, text


def collection(options, folder):
    """Makes the files, unless an earlier call has made them."""
    if (folder / "labels.csv").exists():
        return
    print(f"  making {options.files} files", file=sys.stderr)
    phantom = folder / "phantom"
    run([options.products / "ichor-phantom", "--config", HERE.parent.parent / "pipeline.yaml",
         "--artifacts", phantom, "--set", "phantom.train_patients=4",
         "--set", "phantom.test_patients=1"], folder)
    for name, count in [("dicom", options.files), ("test", 40)]:
        run([sys.executable, HERE.parent / "conversion" / "copies.py",
             phantom / "phantom" / ("train" if name == "dicom" else "test"), folder / name,
             "--count", count, "--edge", 16, "--distinct"], folder)
    scratch = folder / "labels.partial"
    with open(scratch, "w") as table:
        table.write("ID,Label\n")
        for number, file in enumerate(sorted((folder / "dicom").rglob("*.dcm"))):
            # The copy's number, which names its folder, is in the place of four characters.
            identifier = f"ID_{file.parent.name}{file.stem[7:]}"
            for place, label in enumerate(LABELS):
                # Every third slice is positive, each time with another subtype.
                positive = number % 3 == 0 and place in (0, 1 + number // 3 % 5)
                table.write(f"{identifier}_{label},{int(positive)}\n")
    shutil.rmtree(phantom)
    scratch.rename(folder / "labels.csv")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=pathlib.Path, required=True)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=pathlib.Path,
                        help="where to work and leave everything; default: a temporary folder")
    options = parser.parse_args()
    options.products = options.products.resolve()
    with contextlib.ExitStack() as stack:
        folder = options.folder or pathlib.Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="ichor-engines-")))
        folder.mkdir(parents=True, exist_ok=True)
        compare(options, folder.resolve())


def compare(options, folder):
    collection(options, folder)
    (folder / "pipeline.yaml").write_text(CONFIGURATION)
    peers.write_dvc(folder)
    peers.write_snakemake(folder)
    tools = pathlib.Path(sys.executable).parent
    ichor = [options.products / "ichor-driver"]
    here = ["--config", "pipeline.yaml", "--artifacts", "artifacts"]
    dvc, snakemake = [tools / "dvc"], [tools / "snakemake", "--quiet", "all"]
    print("  the first run of each, which makes everything", file=sys.stderr)
    first = {"Ichor": run([*ichor, "run", *here, "--progress", "none"], folder)[0]}
    if not (folder / ".dvc").exists():
        run([*dvc, "init", "--no-scm", "--quiet"], folder)
    first["DVC"] = run([*dvc, "repro", "--quiet"], folder)[0]
    first["Snakemake"] = run([*snakemake, "--cores", "1"], folder)[0]
    for name, seconds in first.items():
        print(f"  {name}: {seconds:.0f} s" + (", converting and training" if name == "Ichor" else ""),
              file=sys.stderr)
    commands = {
        # A look at the status of every file, as all of them need it.
        "find": ["find", "-L", "dicom", "test", "-type", "f", "-newermt", "@0", "-printf", ""],
        "Ichor run": [*ichor, "run", *here],
        "Ichor plan": [*ichor, "plan", *here],
        "DVC repro": [*dvc, "repro", "--quiet"],
        "DVC status": [*dvc, "status", "--quiet"],
        "Snakemake": [*snakemake, "--cores", "1"],
        "Snakemake --dry-run": [*snakemake, "--dry-run"],
    }
    best, memory = {}, {}
    for number in range(options.rounds):
        print(f"  round {number + 1} of {options.rounds}", file=sys.stderr)
        for name, command in commands.items():
            seconds, mebibytes, text = run(command, folder)
            if name.startswith("Ichor") and "Nothing to do" not in text:
                sys.exit(f"{name} found something to do:\n{text}")
            best[name] = min(best.get(name, seconds), seconds)
            memory[name] = max(memory.get(name, 0), mebibytes)
    print(f"{options.files} files, best of {options.rounds}, nothing to do")
    for name in commands:
        print(f"{name:20} {best[name]:8.2f} s {memory[name]:6.0f} MiB "
              f"{best[name] / best['find']:6.1f} times find")
    for ours, theirs in [("Ichor run", ("DVC repro", "Snakemake")),
                         ("Ichor plan", ("DVC status", "Snakemake --dry-run"))]:
        peer = min(theirs, key=best.get)
        print(f"{ours}: {best[peer] / best[ours]:.1f} times as fast as {peer}, bar {BAR}")


if __name__ == "__main__":
    main()
