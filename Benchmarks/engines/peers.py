"""Ichor's graph as DVC and Snakemake describe it: the same files in, one stand-in command a stage.

The commands only write a line: what is timed is how an engine finds out that there is nothing to do.
"""

import pathlib

import yaml

#: Stage, what it reads, and what it writes; `dicom` and `labels.csv` come from outside.
GRAPH = [
    ("convert_train", ["dicom"], "convert/train"),
    ("convert_test", ["test"], "convert/test"),
    ("split", ["convert/train", "labels.csv"], "split"),
    ("train", ["convert/train", "split"], "train"),
    ("predict", ["train", "convert/train", "convert/test", "split"], "predict"),
    ("merge", ["split", "convert/test", "predict"], "merge"),
    ("report", ["convert/train", "convert/test", "split", "train", "predict", "merge"], "report"),
]


def command(stage, output):
    return f"mkdir -p {output} && echo {stage} > {output}/result.txt"


def write_dvc(folder):
    stages = {}
    for stage, inputs, output in GRAPH:
        stages[stage] = {
            "cmd": command(stage, output),
            "deps": inputs,
            # Not copied into DVC's cache: the outputs stay where they are, as Ichor's do.
            "outs": [{output: {"cache": False}}],
        }
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}, sort_keys=False))


def write_snakemake(folder):
    """Folders of files are given file by file: of a folder Snakemake looks at its own time only."""
    lines = [
        "import os",
        "def files(folder):",
        "    found = []",
        "    for place, _, names in os.walk(folder):",
        "        found += [os.path.join(place, name) for name in names]",
        "    return found",
        "rule all:",
        "    input: 'report/result.txt'",
    ]
    for stage, inputs, output in GRAPH:
        read = []
        for name in inputs:
            if name in ("dicom", "test"):
                read.append(f"files('{name}')")
            else:
                read.append(repr(name if name.endswith(".csv") else f"{name}/result.txt"))
        lines += [
            f"rule {stage}:",
            f"    input: {', '.join(read)}",
            f"    output: '{output}/result.txt'",
            f"    shell: {command(stage, output)!r}",
        ]
    pathlib.Path(folder / "Snakefile").write_text("\n".join(lines) + "\n")
