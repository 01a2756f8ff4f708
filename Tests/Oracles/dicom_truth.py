"""Compares `ichor-probe dicom` with the truth tables beside the repository.

    python Tests/Oracles/dicom_truth.py .build/release/ichor-probe ../shared/dicom

Every row of crafted, transfer_syntaxes, headct and pydicom_test_files (those of the installed pydicom) is
read in a process of its own with 4 GB of address space. The tables hold SHA-256 of what pydicom 3.0.2 and
its plugins decode: int32 stored values, float32 Hounsfield units. Exits with 1 where a row differs, a
refusal has no code, or a file takes a second of processor time or more.
"""

import collections
import csv
import hashlib
import json
import pathlib
import resource
import subprocess
import sys
import tarfile
import tempfile

import pydicom

ADDRESS_SPACE = 4_000_000 * 1024


def processor_time():
    """Seconds of all processes that ended: what others do on the machine does not count."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


class Probe:
    """One executable and a folder for what it writes."""

    def __init__(self, executable, scratch):
        self.executable, self.scratch = executable, pathlib.Path(scratch)
        self.slowest = 0.0

    def read(self, file):
        """Exit status, JSON, hash of stored values, hash of HU."""
        outputs = [self.scratch / "raw", self.scratch / "hu"]
        for output in outputs:
            output.unlink(missing_ok=True)
        begin = processor_time()
        run = subprocess.run(
            [self.executable, "dicom", str(file), "--raw", outputs[0], "--hu", outputs[1], "--json"],
            capture_output=True, text=True, preexec_fn=limit_memory, timeout=60)
        self.slowest = max(self.slowest, processor_time() - begin)
        try:
            answer = json.loads(run.stdout)
        except ValueError:
            answer = {}
        hashes = [
            hashlib.sha256(o.read_bytes()).hexdigest() if o.exists() else None for o in outputs]
        return run.returncode, answer, *hashes


def is_refusal(status, answer):
    error = answer.get("error", {})
    return status == 65 and bool(error.get("code")) and bool(error.get("message"))


def crafted(probe, row, file):
    status, answer, raw, hu = probe.read(file)
    equal = status == 0 and (raw, hu) == (row["raw_i32_sha256"], row["hu_f32_sha256"])
    if row["expect"] == "OK":
        return "OK", equal
    if row["expect"] == "REJECT":
        return "REJECT", is_refusal(status, answer)
    return "POLICY", is_refusal(status, answer) or (equal and bool(answer["quirks"]))


def pydicom_file(probe, row, file):
    status, answer, raw, hu = probe.read(file)
    if status == 0:
        is_equal = raw == row["px_i32_sha256"] and row["hu_f32_sha256"] in ("", hu)
        return "read", is_equal
    grey = row["px_ok"] == "1" and row["photometric"].startswith("MONOCHROME")
    code = answer.get("error", {}).get("code")
    return f"refused, {'grey, ' if grey else ''}{code}", is_refusal(status, answer)


def main():
    executable, shared = sys.argv[1], pathlib.Path(sys.argv[2])
    own = pathlib.Path(pydicom.__file__).parent / "data" / "test_files"
    results = collections.Counter()
    wrong = []

    def note(table, name, kind, is_right):
        results[f"{table}: {kind}"] += 1
        if not is_right:
            wrong.append(f"{table}: {name}")

    def rows(table):
        with open(shared / f"{table}_truth.csv", newline="") as file:
            return list(csv.DictReader(file))

    with tempfile.TemporaryDirectory() as scratch:
        probe = Probe(executable, scratch)
        for row in rows("crafted"):
            note("crafted", row["file"], *crafted(probe, row, shared / "crafted" / row["file"]))
        for row in rows("transfer_syntaxes"):
            status, _, raw, _ = probe.read(shared / "transfer_syntaxes" / row["file"])
            is_right = status == 0 and raw == row["raw_i32_sha256_source"]
            note("transfer_syntaxes", row["file"], "read", is_right)
        with tarfile.open(shared / "headct_B.tar.xz") as archive:
            archive.extractall(scratch, filter="data")
        for row in rows("headct"):
            status, answer, *hashes = probe.read(pathlib.Path(scratch) / row["path"])
            is_right = (
                status == 0 and hashes == [row["raw_i32_sha256"], row["hu_true_f32_sha256"]]
                and [answer["huMin"], answer["huMax"]]
                == [float(row["hu_true_min"]), float(row["hu_true_max"])])
            note("headct", row["path"], "read", is_right)
        for row in rows("pydicom_test_files"):
            name = row["path"].removeprefix("pydicom_test_files/")
            note("pydicom", name, *pydicom_file(probe, row, own / name))

    for kind, count in sorted(results.items()):
        print(f"{count:4} {kind}")
    print(f"slowest: {probe.slowest:.2f} s; wrong: {len(wrong)}", *wrong, sep="\n  ")
    sys.exit(1 if wrong or probe.slowest >= 1 else 0)


if __name__ == "__main__":
    main()
