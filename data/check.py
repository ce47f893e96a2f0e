#!/usr/bin/env python3
"""Checks that the catalogues, the studies and the sample figures fit together.

    data/check.py           exit 1 and one line per fault

It reads the TOML files as data only; what the tool itself accepts is tested with the tool.
"""

import csv
import re
import sys
import tomllib
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
KEYS = {
    "id", "at", "when", "title", "category", "instruments", "direction",
    "time_certainty", "market_wide", "source", "note",
}
WHEN = {"bmo", "amc", "intraday", "unknown"}
DIRECTION = {"up", "down", "none"}
CERTAINTY = {"exact", "minute", "hour", "day", "disputed"}
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WINDOW = re.compile(r"(-?\d+):(-?\d+)")
NEW_YORK = ZoneInfo("America/New_York")


def load(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def sample_symbols():
    with open(HERE / "sample" / "close.csv", newline="", encoding="utf-8") as file:
        return set(next(csv.reader(file))[1:])


def time_faults(event):
    """Faults in `at` and `when`. An offset that is not New York's own on that day is a slip."""
    at = event["at"]
    if "T" not in at:
        date.fromisoformat(at)
        if event.get("when") not in WHEN:
            yield "a date needs `when`"
        return
    if "when" in event:
        yield "`when` belongs to a date, not to a timestamp"
    stamp, _, zone = at.partition(" ")
    moment = datetime.fromisoformat(stamp)
    if zone:
        ZoneInfo(zone)
    elif moment.utcoffset() is None:
        yield "a timestamp needs an offset or a zone"
    elif moment.utcoffset() != moment.astimezone(NEW_YORK).utcoffset():
        yield f"the offset {moment.utcoffset() / timedelta(hours=1):+} is not New York's on that day"


def event_faults(event, symbols):
    if missing := {"id", "at", "title", "category", "time_certainty", "source"} - event.keys():
        yield f"has no {sorted(missing)}"
        return
    if unknown := event.keys() - KEYS:
        yield f"unknown key {sorted(unknown)}"
    for key in ("id", "category"):
        if not KEBAB.fullmatch(event[key]):
            yield f"`{key}` is not kebab-case: {event[key]}"
    if event["time_certainty"] not in CERTAINTY:
        yield f"time_certainty {event['time_certainty']}"
    if event.get("direction", "up") not in DIRECTION:
        yield f"direction {event['direction']}"
    if strangers := set(event.get("instruments", [])) - symbols:
        yield f"not in the sample: {sorted(strangers)}"
    try:
        yield from time_faults(event)
    except (ValueError, KeyError) as error:
        yield f"at: {error}"


def claim_faults(claim, events, groups, symbols):
    if "untestable" in claim:
        return
    if ("events" in claim) == ("category" in claim):
        yield "needs either `events` or `category`"
    if ("instrument" in claim) == ("group" in claim):
        yield "needs either `instrument` or `group`"
    if strangers := set(claim.get("events", [])) - {event["id"] for event in events}:
        yield f"no such event: {sorted(strangers)}"
    if "category" in claim and claim["category"] not in {event["category"] for event in events}:
        yield f"no event has the category {claim['category']}"
    for key in ("group", "minus"):
        if key in claim and claim[key] not in groups:
            yield f"no such group: {claim[key]}"
    if claim.get("instrument", "NVDA") not in symbols:
        yield f"not in the sample: {claim['instrument']}"
    if claim.get("direction") not in DIRECTION:
        yield "needs a direction"
    bounds = WINDOW.fullmatch(claim.get("window", ""))
    if not bounds or int(bounds[1]) > int(bounds[2]):
        yield "needs a window, as \"0:1\""


def study_faults(study, catalogues, symbols):
    events = [event for name in study["events"] for event in catalogues.get(name, [])]
    for name in study["events"]:
        if name not in catalogues:
            yield f"no such catalogue: {name}"
    tradeable = set(study["instruments"])
    if strangers := (tradeable | {study["benchmark"], study["focus"]}) - symbols:
        yield f"not in the sample: {sorted(strangers)}"
    for name, members in study["groups"].items():
        if strangers := set(members) - tradeable:
            yield f"group {name}: not an instrument of the study: {sorted(strangers)}"
        if len(members) != len(set(members)):
            yield f"group {name}: a member stands there twice"
    for share in study.get("shares", []):
        if share["instrument"] not in tradeable:
            yield f"shares of {share['instrument']}, which is not an instrument of the study"
    ids = [claim["id"] for claim in study["claim"]]
    if len(ids) != len(set(ids)):
        yield "two claims share an id"
    for claim in study["claim"]:
        for fault in claim_faults(claim, events, study["groups"], symbols):
            yield f"claim {claim['id']}: {fault}"


def main():
    symbols = sample_symbols()
    catalogues = {path.stem: load(path)["event"] for path in sorted((HERE / "events").glob("*.toml"))}
    faults = []
    for name, events in catalogues.items():
        for event in events:
            label = f"events/{name}: {event.get('id', '?')}"
            faults += [f"{label}: {fault}" for fault in event_faults(event, symbols)]
    # A study may name several catalogues, so an id is unique over all of them.
    ids = Counter(event.get("id") for events in catalogues.values() for event in events)
    faults += [f"events: the id {id_} stands {n} times" for id_, n in ids.items() if n > 1]
    for path in sorted((HERE / "studies").glob("*.toml")):
        faults += [f"studies/{path.stem}: {fault}" for fault in study_faults(load(path), catalogues, symbols)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        raise SystemExit(1)
    counts = ", ".join(f"{len(events)} in {name}" for name, events in catalogues.items())
    print(f"events: {counts}; studies agree with events and sample")


if __name__ == "__main__":
    main()
