#!/usr/bin/env python3
"""Runs the cells of the Rust notebook as one program, on the core alone.

    python3 notebooks/rust.py            fail where a cell prints something else than is committed
    python3 notebooks/rust.py --write    keep what the cells print

A kernel of Rust for Jupyter takes longer to build than all tests to run. What a cell does here is
what it does there, but for values that a kernel shows without `println!`: none of the cells has any.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
NOTEBOOK = FOLDER / "05-core-in-rust.ipynb"
MARK = "-- cell of the notebook ends --"
PICTURE, PICTURE_ENDS = "EVCXR_BEGIN_CONTENT image/svg+xml\n", "EVCXR_END_CONTENT\n"


def main() -> int:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    printed = run([("".join(cell["source"])) for cell in cells])
    ran = [outputs(text) for text in printed]
    if "--write" in sys.argv[1:]:
        for count, (cell, shown) in enumerate(zip(cells, ran), start=1):
            cell["execution_count"], cell["outputs"] = count, shown
        NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    changed = [at for at, (cell, shown) in enumerate(zip(cells, ran), start=1) if cell["outputs"] != shown]
    if changed:
        print(f"{NOTEBOOK.name}: cells {changed} print something else; look, then: just notebooks", file=sys.stderr)
    print(f"{NOTEBOOK.name}: {len(cells)} cells")
    return 1 if changed else 0


def program(cells: list[str]) -> tuple[list[str], str]:
    """Dependencies, and the cells one after the other in `main`."""
    dependencies, body = [], []
    for cell in cells:
        lines = cell.splitlines()
        dependencies += [line.removeprefix(":dep ") for line in lines if line.startswith(":dep ")]
        body += [line for line in lines if not line.startswith(":")]
        body.append(f'println!("{MARK}");')
    main = "\n".join(body)
    return dependencies, f"fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{main}\nOk(())\n}}\n"


def run(cells: list[str]) -> list[str]:
    """What each cell prints."""
    dependencies, source = program(cells)
    root = FOLDER.parent
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder)
        (package / "src").mkdir()
        (package / "src/main.rs").write_text(source, encoding="utf-8")
        # Paths of a notebook are relative to it. The versions are those of the repository.
        listed = "\n".join(dependencies).replace('path = "..', f'path = "{root}')
        head = '[package]\nname = "notebook"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n\n[dependencies]\n'
        (package / "Cargo.toml").write_text(head + listed + "\n", encoding="utf-8")
        (package / "Cargo.lock").write_bytes((root / "Cargo.lock").read_bytes())
        environment = {"CARGO_TARGET_DIR": str(root / "target"), **os.environ}
        command = ["cargo", "run", "--quiet", "--manifest-path", str(package / "Cargo.toml")]
        ran = subprocess.run(command, cwd=FOLDER, env=environment, stdout=subprocess.PIPE, text=True)
    if ran.returncode:
        raise SystemExit(f"the cells of {NOTEBOOK.name} ended with {ran.returncode}")
    return ran.stdout.split(f"{MARK}\n")[: len(cells)]


def outputs(text: str) -> list[dict]:
    """What a kernel makes of printed text: pictures and the rest."""
    if PICTURE in text:
        _, rest = text.split(PICTURE, 1)
        svg = rest.split(PICTURE_ENDS, 1)[0].strip("\n")
        return [{"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": svg.splitlines(True)}}]
    return [{"output_type": "stream", "name": "stdout", "text": text.splitlines(True)}] if text else []


if __name__ == "__main__":
    sys.exit(main())
