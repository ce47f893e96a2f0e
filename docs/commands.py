#!/usr/bin/env python3
"""Runs what the pages of the book show, and compares what comes out.

    python3 docs/commands.py SHOCKWAVE [--python PYTHON] [PAGE…]

Each page runs by itself in an empty folder, from top to bottom:

    ```console            lines that begin with `$ ` are commands; what follows them is their output,
                          of which `…` stands for anything. A command without output is not compared
    ```python             runs in PYTHON, an interpreter with the package; left out without one

A comment in front of a block says more of it:

    <!-- file: NAME -->          the block is the content of this file
    <!-- copy: FROM TO -->       a file of the repository, which is there when the page begins
    <!-- exit: N -->             the first command of the next block ends with N
    <!-- output -->              the block is what the Python before it prints
    <!-- not run: why -->        the next block is not run
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs/src"
BLOCK = re.compile(r"((?:^<!-- [^\n]* -->\n+)*)^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Wrong(Exception):
    """What a page shows is not what happens."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--python")
    parser.add_argument("pages", nargs="*")
    asked = parser.parse_args()
    # As it is named: the link in a virtual environment is what says which packages there are.
    interpreter = os.path.abspath(asked.python) if asked.python else None
    failed = passed = 0
    for page in sorted(PAGES.rglob("*.md")):
        name = str(page.relative_to(PAGES))
        if asked.pages and not any(wanted in name for wanted in asked.pages):
            continue
        try:
            passed += run_page(page.read_text(encoding="utf-8"), asked.program, interpreter)
        except Wrong as wrong:
            failed += 1
            print(f"{name}: {wrong}", file=sys.stderr)
    print(f"commands of the book: {passed} passed, {failed} failed")
    return 1 if failed else 0


def run_page(text: str, program: str, python: str | None) -> int:
    """Runs a page; how many commands and programs there were."""
    done = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "work")
        folder.mkdir()
        environment = surroundings(Path(scratch), program)
        for origin, target in re.findall(r"^<!-- copy: (\S+) (\S+) -->$", text, re.MULTILINE):
            shutil.copy(ROOT / origin, folder / target)
        printed: str | None = None
        for comments, language, body in BLOCK.findall(text):
            said = directives(comments)
            if "not run" in said:
                continue
            if "file" in said:
                (folder / said["file"][0]).write_text(body, encoding="utf-8")
            elif "output" in said and printed is not None:
                compare("the Python block", body, printed)
            elif language == "console":
                expected = int(said.get("exit", ["0"])[0])
                for command, output in commands(body):
                    ran = run(["bash", "-c", command], folder, environment, expected, command)
                    if output:
                        compare(command, output, ran)
                    done, expected = done + 1, 0
            elif language == "python" and python:
                printed = run([python, "-c", body], folder, environment, 0, "a Python block")
                done += 1
    return done


def surroundings(scratch: Path, program: str) -> dict[str, str]:
    """An environment with the program on its path, nobody's configuration and an empty store."""
    path = scratch / "bin"
    path.mkdir()
    (path / "shockwave").symlink_to(os.path.abspath(program))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOCKWAVE_")}
    settings = scratch / "config.toml"
    settings.touch()
    own = {"HOME": str(scratch), "SHOCKWAVE_STORE": str(scratch / "store"), "SHOCKWAVE_CONFIG": str(settings)}
    return kept | own | {"PATH": f"{path}:{os.environ['PATH']}"}


def directives(comments: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"<!-- ([a-z ]+?)(?:: ([^\n]*?))? -->", comments):
        found.setdefault(name, []).append(value)
    return found


def commands(body: str) -> list[tuple[str, str]]:
    """Commands of a block with the output that it shows; a `\\` at the end goes on."""
    found = []
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        end = next(at for at, line in enumerate(lines) if not line.endswith("\\"))
        found.append(("\n".join(lines[: end + 1]), "\n".join(lines[end + 1 :]).strip("\n")))
    return found


def run(command: list[str], folder: Path, environment: dict[str, str], expected: int, shown: str) -> str:
    ran = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if ran.returncode != expected:
        raise Wrong(f"`{shown}` ended with {ran.returncode}, not {expected}:\n{ran.stdout}")
    return ran.stdout


def compare(command: str, shown: str, printed: str) -> None:
    """Output as shown, where `…` is anything, also nothing."""
    pattern, actual = re.escape(plain(shown)).replace("…", ".*?"), plain(printed)
    if not re.fullmatch(pattern, actual, re.DOTALL):
        raise Wrong(f"`{command}` prints\n{actual}\n-- but the page shows\n{shown}")


def plain(text: str) -> str:
    """Without what nobody sees: spaces that do not break, marks that join, ends of lines."""
    text = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2060", "")
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


if __name__ == "__main__":
    sys.exit(main())
