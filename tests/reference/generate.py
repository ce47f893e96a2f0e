"""Write datasets/*.json (inputs) and answers/*.json (what the engine must say). See README.md.

    python generate.py [--figures DIR] [NAME ...]

Without --figures the committed datasets/sample.json is read as it is.
"""

import argparse
import json
from pathlib import Path

import datasets
import vectors
from groups import group_stats, groups_of
from models import MODELS
from single import Excluded, Study, observe, undefined

HERE = Path(__file__).parent


def plain(value):
    """numpy scalars -> Python numbers, so that json writes repr(float)."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.item() if hasattr(value, "item") else value


def write(path, value, depth):
    """JSON with sorted keys; objects are broken into lines down to `depth`."""

    def lines(v, level):
        if level == 0 or not isinstance(v, dict) or not v:
            return json.dumps(v, sort_keys=True, allow_nan=False, separators=(",", ":"))
        parts = [f"{json.dumps(k)}:{lines(v[k], level - 1)}" for k in sorted(v)]
        return "{\n" + ",\n".join(parts) + "\n}"

    path.parent.mkdir(exist_ok=True)
    path.write_text(lines(plain(value), depth) + "\n")


def put(answers, stat, model, who, value):
    answers.setdefault(stat, {}).setdefault(model, {})[who] = value


def observations(study, model, answers):
    """Fill in the event statistics; returns event id -> what the sample tests need."""
    found = {}
    for ev in study.data["events"]:
        try:
            stats, (d, f, ars, sds) = observe(study, ev, model)
        except Excluded as reason:
            put(answers, "status", model, ev["id"], {"status": "excluded", "reason": str(reason)})
            for stat in ["n_estimation", "ar", "car"]:
                put(answers, stat, model, ev["id"], undefined(str(reason)))
            continue
        found[ev["id"]] = {"event": ev, "stats": stats, "design": d, "fit": f, "ars": ars, "sds": sds}
        for stat, value in stats.items():
            put(answers, stat, model, ev["id"], value)
    return found


def answer(data):
    study, answers = Study(data), {}
    for model in MODELS:
        found = observations(study, model, answers)
        for group, ids in groups_of(data).items():
            observed = [found[i] for i in ids if i in found]
            for stat, value in group_stats(study, observed, model).items():
                put(answers, stat, model, group, value)
    return answers


def write_vectors():
    families = {}
    for path in sorted((HERE / "answers").glob("*.json")):
        if (HERE / "datasets" / path.name).exists():
            families[f"{path.stem}-market"] = vectors.defined_p(json.loads(path.read_text()), "market")
    write(HERE / "answers" / "multiple_testing.json", vectors.multiple_testing(families), 1)
    write(HERE / "answers" / "distributions.json", vectors.distributions(), 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", help="folder with closes.csv, factors_percent.csv, nvda_ohlcv.csv")
    parser.add_argument("names", nargs="*", default=["sample", "simulated", "hostile"])
    args = parser.parse_args()
    for name in args.names or ["sample", "simulated", "hostile"]:
        path = HERE / "datasets" / f"{name}.json"
        if name != "sample":
            write(path, getattr(datasets, name)(), 2)
        elif args.figures:
            write(path, datasets.sample(args.figures), 2)
        data = json.loads(path.read_text())  # the answers start from what was written
        write(HERE / "answers" / f"{name}.json", answer(data), 3)
        print(name, "written")
    write_vectors()


if __name__ == "__main__":
    main()
