#!/usr/bin/env python3
"""Runs notebooks from top to bottom, and compares what they show with what is committed.

    python notebooks/run.py              run all; fail on an error, or where an output has changed
    python notebooks/run.py --write 02   run those whose names begin so, and keep their outputs

Text and our own charts must be the same as committed. Frames and pictures of other libraries change
with their versions, and are only shown; the asserts of the notebook check the numbers behind them.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    write, wanted = "--write" in arguments, [a for a in arguments if not a.startswith("--")]
    # The same text and pictures, whoever runs it.
    os.environ |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "POLARS_MAX_THREADS": "1"}
    failures = 0
    for path in sorted(FOLDER.glob("*.ipynb")):
        committed = nbformat.read(path, as_version=4)
        chosen = not wanted or any(path.name.startswith(name) for name in wanted)
        if not chosen or committed.metadata.kernelspec.language != "python":
            continue
        start = time.monotonic()
        notebook = nbformat.read(path, as_version=4)
        resources = {"metadata": {"path": str(FOLDER)}}
        quiet = ["--log-level=ERROR"]
        client = NotebookClient(notebook, timeout=600, resources=resources, extra_arguments=quiet, coalesce_streams=True)
        client.execute()
        tidy(notebook)
        changed = differences(committed, notebook)
        if write:
            path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        elif changed:
            failures += 1
            print(f"{path.name}: cells {changed} show something else; look, then: just notebooks", file=sys.stderr)
        print(f"{path.name}: {time.monotonic() - start:.1f} s, {path.stat().st_size / 1024:.0f} kB")
    return 1 if failures else 0


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Takes out what differs from run to run or names a machine."""
    kernel = notebook.metadata.kernelspec
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": kernel.language}}
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", []):
            output.get("metadata", {}).clear()
            if "text/plain" in output.get("data", {}):
                output.data["text/plain"] = re.sub(r" at 0x[0-9a-f]+", "", output.data["text/plain"])
            if "image/svg+xml" in output.get("data", {}):
                output.data["image/svg+xml"] = output.data["image/svg+xml"].strip("\n")
    # As Jupyter writes them: a list of lines.
    for cell in notebook.cells:
        cell.source = cell.source.splitlines(keepends=True)
        for output in cell.get("outputs", []):
            parts = output.get("data", output)
            for key in [key for key in parts if key == "text" or "/" in key]:
                if isinstance(parts[key], str) and key != "image/png":
                    parts[key] = parts[key].splitlines(keepends=True)


def differences(committed: nbformat.NotebookNode, ran: nbformat.NotebookNode) -> list[int]:
    """The cells whose text or own charts are not those that are committed."""
    pairs = enumerate(zip(committed.cells, ran.cells))
    return [at for at, (old, new) in pairs if shown(old) != shown(new)]


def shown(cell: nbformat.NotebookNode) -> list[str]:
    """What a cell prints, and the charts of ours that it shows."""
    found = []
    for output in cell.get("outputs", []):
        data = output.get("text") or output.get("data", {}).get("image/svg+xml")
        if data:
            found.append("".join(data).strip("\n"))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
