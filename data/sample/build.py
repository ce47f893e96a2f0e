#!/usr/bin/env python3
"""Writes the sample figures from the collected long files, and checks them.

    build.py INPUT_FOLDER   rewrite the CSV files and the [[file]] tables of metadata.toml
    build.py check          recompute rows, columns and sha256; exit 1 if any differs

INPUT_FOLDER holds closes.csv (date,symbol,close,adj_close,volume), nvda_ohlcv.csv and
factors_percent.csv. Numbers are carried over as text, so nothing is rounded here. Only the
standard library is used, and the same input gives the same bytes.
"""

import csv
import hashlib
import json
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
METADATA = HERE / "metadata.toml"
MARK = "# Below this line: written by build.py\n"
FILES = ["close.csv", "adj_close.csv", "volume.csv", "nvda_ohlc.csv", "factors.csv"]


def read_rows(path):
    """The file as a list of dicts, every value still text."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_table(name, header, rows):
    """Plain comma-separated text with Unix line ends: no value here needs quoting."""
    lines = [",".join(header)] + [",".join(row) for row in rows]
    (HERE / name).write_bytes(("\n".join(lines) + "\n").encode("ascii"))


def write_wide(long_rows, column):
    """One row per session, one column per symbol; an empty cell where there is no figure."""
    cells = {}
    for row in long_rows:
        key = (row["date"], row["symbol"])
        if key in cells:
            raise SystemExit(f"closes.csv: {key} stands there twice")
        cells[key] = row[column]
    dates = sorted({date for date, _ in cells})
    symbols = sorted({symbol for _, symbol in cells})
    rows = ([date] + [cells.get((date, symbol), "") for symbol in symbols] for date in dates)
    write_table(f"{column}.csv", ["date"] + symbols, rows)


def write_columns(source, name, header):
    """Some columns of a file that is wide already, ascending by date."""
    rows = sorted(read_rows(source), key=lambda row: row["date"])
    write_table(name, header, ([row[column] for column in header] for row in rows))


def describe(name):
    """What metadata.toml states of one file and `check` recomputes."""
    content = (HERE / name).read_bytes()
    lines = content.decode("ascii").splitlines()
    return {
        "name": name,
        "rows": len(lines) - 1,
        "columns": lines[0].count(",") + 1,
        "first": lines[1].split(",")[0],
        "last": lines[-1].split(",")[0],
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def build(folder):
    long_rows = read_rows(folder / "closes.csv")
    for column in ("close", "adj_close", "volume"):
        write_wide(long_rows, column)
    write_columns(folder / "nvda_ohlcv.csv", "nvda_ohlc.csv", ["date", "open", "high", "low", "close"])
    factors = ["date", "mkt_rf", "smb", "hml", "rmw", "cma", "mom", "rf", "smb_3factor"]
    write_columns(folder / "factors_percent.csv", "factors.csv", factors)

    head, mark, _ = METADATA.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise SystemExit("metadata.toml: the line that parts prose from figures is missing")
    tables = []
    for name in FILES:
        # A JSON string or integer is the same text in TOML.
        values = (f"{key} = {json.dumps(value)}" for key, value in describe(name).items())
        tables.append("\n[[file]]\n" + "\n".join(values) + "\n")
    METADATA.write_text(head + mark + "".join(tables), encoding="utf-8", newline="\n")


def check():
    """True if every file is as metadata.toml says and the figures that are widely known hold."""
    stated = {file["name"]: file for file in tomllib.loads(METADATA.read_text("utf-8"))["file"]}
    good = sorted(stated) == sorted(FILES)
    if not good:
        print(f"metadata.toml names {sorted(stated)}, expected {sorted(FILES)}", file=sys.stderr)
    for name in FILES:
        found = describe(name)
        for key, value in found.items():
            if stated.get(name, {}).get(key) != value:
                print(f"{name}: {key} is {value}, metadata.toml says otherwise", file=sys.stderr)
                good = False
    known = {"2025-01-24": 142.62, "2025-01-27": 118.42, "2025-01-31": 120.07, "2025-02-03": 116.66}
    closes = {row["date"]: row["NVDA"] for row in read_rows(HERE / "close.csv")}
    for date, value in known.items():
        if float(closes[date]) != value:
            print(f"close.csv: NVDA on {date} is {closes[date]}, not {value}", file=sys.stderr)
            good = False
    return good


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    if sys.argv[1] != "check":
        build(Path(sys.argv[1]))
    if not check():
        raise SystemExit(1)
    print("sample figures agree with metadata.toml")


if __name__ == "__main__":
    main()
