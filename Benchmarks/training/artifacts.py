"""What a finished training of ours was made of and came to, read from its artifacts."""

import csv
import json
import pathlib

LABELS = ["any", "epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural"]


class Training:
    """One artifact `train/<instance>` with what it was trained on."""

    def __init__(self, artifacts, instance):
        self.root = pathlib.Path(artifacts)
        folder = self.root / "train" / instance
        self.card = json.loads((folder / "model.json").read_text())
        self.seconds = json.loads((folder / "run.json").read_text())["seconds"]
        parameters = json.loads((folder / "manifest.json").read_text())["parameters"]
        prefix = f"train.{instance}."
        self.parameters = {
            key.removeprefix(prefix): value for key, value in parameters.items()
        }
        with open(folder / "history.csv", newline="") as file:
            self.history = list(csv.DictReader(file))
        summary = json.loads((self.root / "split" / "summary.json").read_text())
        self.fold = summary["held_out_fold"]
        self.base_rates = [summary["base_rates"][label] for label in LABELS]
        self.require_comparable()

    def require_comparable(self):
        """Refuses what the peer would do differently, rather than compare two different things."""
        get = self.parameters.get
        wrong = [
            ("optimizer", get("optimizer") == "sgd"),
            ("schedule", get("schedule") == "cosine"),
            ("sampler.kind", get("sampler.kind") == "epochs"),
            ("accumulate", get("accumulate") == 1),
            ("freeze", get("freeze") == []),
            ("weights", get("weights") is None),
            ("split.redraw_each_epoch", not get("split.redraw_each_epoch")),
            ("convert.windows", not self.card.get("hounsfield")),
        ]
        known = {"flip", "rotation", "scale", "shift", "blur"}
        for key, value in self.parameters.items():
            if key.startswith("augment.") and key.split(".")[1] not in known and value:
                wrong.append((key, False))
        for key, is_right in wrong:
            if not is_right:
                raise SystemExit(f"the peer can't repeat {key}: {get(key)}")

    @property
    def best_loss(self):
        return min(float(row["validation_loss"]) for row in self.history)

    def slices(self):
        """(held out?, six labels, shard, offset, length) of every slice."""
        size = self.card["size"]
        places = {}
        with open(self.root / "convert" / "train" / "slices.csv", newline="") as file:
            for row in csv.DictReader(file):
                places[row["id"]] = (
                    int(row["shard"]), int(row[f"offset_{size}"]), int(row[f"length_{size}"]))
        with open(self.root / "split" / "slices.csv", newline="") as file:
            for row in csv.DictReader(file):
                labels = [int(row[label]) for label in LABELS]
                yield (int(row["fold"]) == self.fold, labels, *places[row["id"]])

    def shard(self, number):
        return self.root / "convert" / "train" / str(self.card["size"]) / f"shard-{number:05}.tar"
