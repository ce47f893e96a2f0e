"""Write datasets/*.json (inputs) and answers/*.json (what the engine must say). See README.md.

    python generate.py [--figures DIR] [NAME ...]

Without --figures the committed datasets/sample.json is read as it is.
"""

import argparse
import json
from pathlib import Path

import correlation
import datasets
import diagnostics
import extras
import more_data
import more_models
import outcomes
import resampling
import scan
import synthetic
import vectors
import volatility
from groups import group_stats, groups_of
from models import MODELS
from single import Excluded, Study, observe, undefined, window_key

HERE = Path(__file__).parent
NAMES = ["sample", "simulated", "hostile"]
CONDITIONAL_EVENTS = [  # the likelihoods take a while: a few are enough
    "deepseek-monday", "meeting", "results-2024-08", "monday-msft", "monday-vst",
    "cluster-a-S03-400", "single-S09-474", "fat", "gaps-in-windows",
]


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
        stats |= extras.conformal_all(study, d, f, ev, ars)
        stats["event_variance_ratio"] = outcomes.event_variance_ratio(study, found[ev["id"]])
        if model in extras.JOINT_MODELS:
            stats |= extras.joint(study, d, ev)
        if model == "market":
            stats["diagnostics"] = diagnostics.diagnostics(found[ev["id"]])
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
            if model == "market" and observed:
                put(answers, "event_induced_variance", model, group, diagnostics.event_induced_variance(study, observed))
                put(answers, "resampled", model, group, resampling.resampled(study, observed))
        if model == "market":
            answers |= across_groups(study, found)
    more(study, answers)
    return answers


def across_groups(study, found):
    """Group differences and the cross-section regression, market model."""
    out, own = {}, {g: ids for g, ids in groups_of(study.data).items() if g != "all"}
    for w in map(window_key, study.windows):
        cars = {g: [found[i]["stats"]["car"][w] for i in ids if i in found] for g, ids in own.items()}
        out.setdefault("group_difference", {}).setdefault("market", {})[w] = extras.welch(cars)
    observed = list(found.values())
    if all("attributes" in obs["event"] for obs in observed):
        out["cross_section_regression"] = {"market": outcomes.cross_section(study, observed)}
    return out


def attempt(answers, stat, model, who, compute, *args):
    try:
        put(answers, stat, model, who, compute(*args))
    except Excluded as reason:
        put(answers, stat, model, who, undefined(str(reason)))


def more(study, answers):
    """Everything beside the least-squares models."""
    for ev in study.data["events"]:
        for model in [*more_models.THIN_MODELS, "robust"]:
            try:
                for stat, value in more_models.observe_more(study, ev, model).items():
                    put(answers, stat, model, ev["id"], value)
            except Excluded as reason:
                put(answers, "car", model, ev["id"], undefined(str(reason)))
        try:
            for stat, value in synthetic.observe_synthetic(study, ev).items():
                put(answers, stat, "synthetic-control", ev["id"], value)
        except Excluded as reason:
            put(answers, "car", "synthetic-control", ev["id"], undefined(str(reason)))
        series = study.data["instruments"][ev["instrument"]]
        others = study.reaction_sessions(ev["instrument"], but=ev)
        if "volume" in series:
            for kind in ["mean-adjusted", "market-adjusted"]:
                attempt(answers, "abnormal_volume", kind, ev["id"], outcomes.abnormal_volume, study, ev, kind)
                attempt(answers, "abnormal_volume", f"{kind}, masked", ev["id"], outcomes.abnormal_volume, study, ev, kind, others)
        if "high" in series:
            put(answers, "range_variance", "none", ev["id"], outcomes.range_variance(study, ev))
            attempt(answers, "range_test", "none", ev["id"], outcomes.range_test, study, ev)
            attempt(answers, "range_test", "masked", ev["id"], outcomes.range_test, study, ev, others)
        put(answers, "pre_post", "none", ev["id"], outcomes.pre_post(study, ev))
        if ev["id"] in CONDITIONAL_EVENTS:
            for kind in volatility.KINDS:
                for law in volatility.LAWS:
                    attempt(answers, "conditional", f"{kind}-{law}", ev["id"], volatility.conditional, study, ev, kind, law)
    for portfolio in study.data.get("portfolios", []):
        for model in ["mean-adjusted", "market", "factors"]:
            attempt(answers, "winners_minus_losers", model, portfolio["id"], extras.winners_minus_losers, study, portfolio, model)
        by_value = (study, portfolio, "market", extras.value_weighted_return)
        attempt(answers, "winners_minus_losers_value", "market", portfolio["id"], extras.winners_minus_losers, *by_value)


def write_vectors():
    families = {}
    for name in NAMES:
        families[f"{name}-market"] = vectors.defined_p(json.loads((HERE / "answers" / f"{name}.json").read_text()), "market")
    write(HERE / "answers" / "multiple_testing.json", vectors.multiple_testing(families), 1)
    write(HERE / "answers" / "distributions.json", vectors.distributions(), 1)
    write(HERE / "answers" / "scan.json", scan.answers(), 6)
    write(HERE / "answers" / "correlation.json", correlation.answers(), 1)
    write(HERE / "datasets" / "volatility.json", volatility.series(), 2)
    write(HERE / "answers" / "volatility.json", volatility.answers(volatility.series()), 3)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", help="folder with closes.csv, factors_percent.csv, nvda_ohlcv.csv")
    parser.add_argument("names", nargs="*", default=NAMES)
    args = parser.parse_args()
    for name in args.names:
        path = HERE / "datasets" / f"{name}.json"
        if name != "sample":
            made = getattr(datasets, name)()
        else:
            made = datasets.sample(args.figures) if args.figures else json.loads(path.read_text())
        write(path, more_data.extend(made), 2)
        data = json.loads(path.read_text())  # the answers start from what was written
        write(HERE / "answers" / f"{name}.json", answer(data), 3)
        print(name, "written")
    write_vectors()


if __name__ == "__main__":
    main()
