#!/usr/bin/env python3
"""Writes the pages and pictures of the book that follow from the program and its sources.

    python3 docs/generate.py SHOCKWAVE            write them
    python3 docs/generate.py SHOCKWAVE --check    fail where a committed one says something else

SHOCKWAVE is the built program. What is written by hand is every other file in `docs/src`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pictures

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = "reference"
GENERATED = "<!-- Written by docs/generate.py; do not edit. -->\n\n"

#: Charts of the default study that pages show, by their names in its folder.
CHARTS = [
    "ar-bars-deepseek-selloff-nvda",
    "car-path-deepseek-selloff-nvda",
    "forest-nvda",
    "placebo-deepseek-selloff-nvda",
    "price-nvda",
]


def main() -> int:
    program, check = os.path.abspath(sys.argv[1]), "--check" in sys.argv[2:]
    stale = []
    for name, content in pages(program).items():
        file = ROOT / "docs/src" / name
        if check:
            if not file.exists() or file.read_text(encoding="utf-8") != content:
                stale.append(name)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
    for name in stale:
        print(f"docs/src/{name} is out of date; write it again: just book", file=sys.stderr)
    return 1 if stale else 0


def pages(program: str) -> dict[str, str]:
    """Every generated file of `docs/src`, by its name."""
    written = {
        f"{REFERENCE}/cli.md": cli(program),
        f"{REFERENCE}/study-file.md": study_file(),
        f"{REFERENCE}/files.md": files(),
        f"{REFERENCE}/study-json.md": schema(),
        f"{REFERENCE}/statistics.md": statistics(),
    }
    written |= {f"pictures/{name}.svg": svg for name, svg in charts(program).items()}
    sizes = size_table((ROOT / "CONFORMANCE.md").read_text(encoding="utf-8"))
    written |= {f"pictures/{name}.svg": svg for name, svg in pictures.all(sizes).items()}
    return written


# The command line


def cli(program: str) -> str:
    text = (
        GENERATED + "# The command line\n\n"
        "What `--help` says of every command. Flags of a study are also keys of a\n"
        "[study file](study-file.md), and, with underscores, keywords of Python's `Study`.\n"
    )
    for command in commands(program, []):
        name = " ".join(["shockwave", *command])
        text += f"\n## {name}\n\n```text\n{helped(program, command)}\n```\n"
    return text


def commands(program: str, command: list[str]) -> list[list[str]]:
    """A command and all below it, in the order of its help."""
    listed = re.search(r"^Commands:\n((?:  .*\n?)+)", helped(program, command), re.MULTILINE)
    names = re.findall(r"^  ([a-z-]+) ", listed[1], re.MULTILINE) if listed else []
    below = [commands(program, [*command, name]) for name in names if name != "help"]
    return [command, *(one for group in below for one in group)]


def helped(program: str, command: list[str]) -> str:
    # The long help of a study alone has headings; elsewhere it only has more empty lines.
    flag = "--help" if command[:1] in (["report"], ["study"]) else "-h"
    run = subprocess.run([program, *command, flag], capture_output=True, text=True, env=clean(), check=True)
    return "\n".join(line.rstrip() for line in run.stdout.strip().splitlines())


def clean() -> dict[str, str]:
    """The environment without what changes an answer."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SHOCKWAVE_")}


# The study file, from the README


def study_file() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("\n## The study file\n")[1].split("\n## ")[0]
    return GENERATED + f"# The study file\n{section.rstrip()}\n"


# Files and columns, from the code that makes them

KINDS = {"text": "text", "number": "number", "count": "count", "whole": "integer", "date": "date", "flag": "flag"}


def files() -> str:
    fields = documented_fields()
    text = GENERATED + (
        "# Files and columns\n\n"
        "The tables of a study. Columns go by name; one that was once written stays, and new ones come\n"
        "after it. Numbers are plain decimals that read back as the same double, returns are fractions\n"
        "(−0.133 is −13.3 %), a missing figure is an empty cell, never 0. A *flag* is `true` or `false`,\n"
        "lists are joined with `;`. With `--format parquet` the same tables are written typed.\n"
    )
    for name in ("tables", "sample_tables", "outcome_tables"):
        source = (ROOT / f"src/report/{name}.rs").read_text(encoding="utf-8")
        for table in re.finditer(r'Columns::new\("(\w+)", &result\.\w+\)(.*?)\n}', source, re.DOTALL):
            rows, documented = fields[table[1]]
            text += f"\n## {table[1]}.csv\n\n{sentence(rows)}.\n\n| column | type | what |\n|---|---|---|\n"
            for column, kind, field in columns(table[1], table[2]):
                text += f"| `{column}` | {kind} | {cell(documented.get(field, ''))} |\n"
    return text


def columns(table: str, source: str) -> list[tuple[str, str, str]]:
    """Name, type and field of each column, in the order of the code."""
    found = []
    for part in re.finditer(r'\.(text|number|count|whole|date|flag|window)\(\s*(?:&?(\w+|"\w+"),\s*)?\|r\|(.*)', source):
        kind, name, closure = part.groups()
        field = re.search(r"\br\.(\w+)", closure)
        if kind == "window":
            found += [("window_start", "integer", "window_start"), ("window_end", "integer", "window_end")]
        elif name and name.startswith('"'):
            found.append((name.strip('"'), KINDS[kind], field_of(name.strip('"'), field)))
        elif table == "fits" and name == "column":
            found.append(("beta, or beta_NAME", "number", "betas"))
        else:
            found.append(("others", "number", "details"))
    if table == "fits":
        found = [one for one in found if one[0] != "others"] + [("others", "number", "details")]
    return found


def field_of(column: str, field: re.Match[str] | None) -> str:
    """The documented field of a column: that of its name, else the one that its closure reads."""
    return {"return": "ret"}.get(column, column) if field is None or field[1] != column else column


def documented_fields() -> dict[str, tuple[str, dict[str, str]]]:
    """Of each table: what its rows are, and the documentation of its fields."""
    found = {}
    for file in ("result.rs", "result/claim.rs", "result/outcome.rs"):
        source = (ROOT / "src/study" / file).read_text(encoding="utf-8")
        for struct in re.finditer(r"/// `(\w+)\.csv`: ([^{]*?)\n(?:#[^\n]*\n)*pub struct \w+ \{\n(.*?)\n}", source, re.DOTALL):
            rows = re.sub(r"\n///\s*", " ", struct[2])
            found[struct[1]] = (rows.rstrip("."), WINDOW | STATED | documentation(struct[3]))
    return found


def documentation(body: str) -> dict[str, str]:
    """Fields of a struct with their comments."""
    fields = re.finditer(r"((?:    ///.*\n)+)(?:    #.*\n)*    pub (\w+):", body)
    return {name: re.sub(r"\s*///\s*", " ", comment).strip() for comment, name in (f.groups() for f in fields)}


WINDOW = {"window_start": "First session of the window, from day 0.", "window_end": "Last, included."}
#: Columns that take a part of a field.
STATED = {
    "test": "Name of the test that the verdict rests on.",
    "statistic": "Its statistic.",
    "df": "Its degrees of freedom, where its law has them.",
    "law": "Its law.",
    "other_test": "The other test that was asked.",
    "other_statistic": "Its statistic.",
    "other_p": "Its p.",
    "n_left_out": "Events that the figure goes without; `reason` names them.",
}


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def cell(text: str) -> str:
    """A comment of the code as a cell: links to code become plain names."""
    text = re.sub(r"\[`(?:\w+::)*(\w+)`\]", r"`\1`", text)
    return text.replace("|", "\\|")


# study.json


def schema() -> str:
    document = json.loads((ROOT / "data/schema/study.schema.json").read_text(encoding="utf-8"))
    source = (ROOT / "src/study/result.rs").read_text(encoding="utf-8")
    body = re.search(r"pub struct StudyResult \{\n(.*?)\n}", source, re.DOTALL)
    said = documentation(body[1]) if body else {}
    said["schema"] = "Name and version of this form."
    text = GENERATED + (
        "# study.json\n\n"
        f"{document['description']} The schema itself is\n`data/schema/study.schema.json`; validators"
        " and editors read it.\n\n## The document\n\n| key | type | what |\n|---|---|---|\n"
    )
    for name, shape in document["properties"].items():
        text += f"| `{name}` | {kind(shape)} | {cell(said.get(name, ''))} |\n"
    for name, shape in document["$defs"].items():
        if "properties" not in shape:
            continue
        text += f"\n## {name}\n\n| key | type |\n|---|---|\n"
        for field, inner in shape["properties"].items():
            always = "" if field in shape.get("required", []) else ", not always there"
            text += f"| `{field}` | {kind(inner)}{always} |\n"
    return text


def kind(shape: dict) -> str:
    """A type of the schema in words."""
    if "$ref" in shape:
        name = shape["$ref"].rsplit("/", 1)[1]
        return name if name == "date" else f"[{name}](#{name})"
    if "const" in shape:
        return f"`{shape['const']}`"
    if "enum" in shape:
        return ", ".join(f"`{value}`" for value in shape["enum"])
    if "anyOf" in shape or "oneOf" in shape:
        return " or ".join(kind(one) for one in shape.get("anyOf", shape.get("oneOf", [])))
    named = shape.get("type", "anything")
    named = " or ".join(named) if isinstance(named, list) else named
    if named == "array" and "prefixItems" in shape:
        return "list of " + ", ".join(kind(one) for one in shape["prefixItems"])
    if named.startswith("array") and isinstance(shape.get("items"), dict):
        return f"list of {kind(shape['items'])}"
    return named


# Statistics


def statistics() -> str:
    text = GENERATED + (
        "# Statistics\n\n"
        "Every figure that the program computes, where it comes from, and what computes it a second time:\n"
        "programs in `tests/reference` that share no code with the engine. How far the two differ stands in\n"
        "`CONFORMANCE.md`; a test fails where they differ by more than the tolerance. The formulas are on\n"
        "the pages of the concepts.\n"
    )
    for line in (ROOT / "tests/reference/statistics.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            heading = re.sub(r"^\d+\. ", "", line[2:])
            text += f"\n## {heading}\n\n| statistic | what | source | computed a second time by | tolerance |\n|---|---|---|---|---|\n"
        elif line and not line.startswith(";"):
            name, _, what, source, oracle, tolerance = [part.strip() for part in line.split(" | ")][:6]
            text += f"| {name} | {what} | {source} | {oracle} | {tolerance} |\n"
    conformance = (ROOT / "CONFORMANCE.md").read_text(encoding="utf-8")
    size = conformance.split("<!-- size: begin -->")[1].split("<!-- size: end -->")[0]
    return text + "\n" + size.strip() + "\n"


def size_table(conformance: str) -> dict[str, list[float | None]]:
    """Rejection rates by test: independent, clustered, more variance, both, few with fat tails."""
    size = conformance.split("<!-- size: begin -->")[1].split("<!-- size: end -->")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", size, re.MULTILINE)
    return {name: [None if cell == "–" else float(cell) for cell in cells.split(" | ")] for name, cells in rows}


# Charts


def charts(program: str) -> dict[str, str]:
    """Charts of the default study, as the program draws them."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [program, "report", "--offline", "--quiet", "--store", f"{folder}/store", "--out", f"{folder}/out"],
            env=clean(),
            check=False,
        )
        if run.returncode not in (0, 1):
            raise SystemExit(f"shockwave report ended with {run.returncode}")
        drawn = Path(folder, "out/charts")
        return {name: (drawn / f"{name}.svg").read_text(encoding="utf-8") for name in CHARTS}


if __name__ == "__main__":
    sys.exit(main())
