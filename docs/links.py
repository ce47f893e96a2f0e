#!/usr/bin/env python3
"""Checks links without a network: those of the built book, and those of the repository's own pages.

    python3 docs/links.py target/book

A page or picture must be there, an anchor must be on its page, and nothing may be loaded from elsewhere:
the book works from a folder. Addresses on the web are only looked at for their form.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


class Page(HTMLParser):
    """Anchors, links and loaded files of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        for name in ("id", "name"):
            if given.get(name):
                self.anchors.add(str(given[name]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        elif tag == "link" and given.get("href"):
            self.loaded.append(str(given["href"]))
        elif tag in ("img", "script", "iframe", "source") and given.get("src"):
            self.loaded.append(str(given["src"]))


def main() -> int:
    book = Path(sys.argv[1])
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in sorted(book.rglob("*.html"))}
    faults = [fault for path, page in pages.items() for fault in of_page(path, page, pages)]
    repository = [*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("tests/*/README.md")]
    for path in sorted(repository):
        faults += of_markdown(path)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"links: {len(pages)} pages of the book and {len(repository)} of the repository, {len(faults)} faults")
    return 1 if faults or not pages else 0


def of_page(path: Path, page: Page, pages: dict[Path, Page]) -> list[str]:
    # Written for other addresses than its own: it may be served from anywhere.
    if path.name in ("404.html", "toc.html"):
        return []
    faults = [f"{path.name}: loads {url} from elsewhere" for url in page.loaded if urlsplit(url).netloc]
    for url in [*page.links, *page.loaded]:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "mailto", "data", "javascript"):
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.exists():
            faults.append(f"{path.name}: {url} is not there")
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
            faults.append(f"{path.name}: {url} has no such anchor")
    return faults


def of_markdown(path: Path) -> list[str]:
    """Links of a page that is read in the repository itself."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    faults = []
    for url in re.findall(r"\]\(([^)\s]+)\)", text):
        parts = urlsplit(url)
        if not parts.scheme and parts.path and not (path.parent / unquote(parts.path)).exists():
            faults.append(f"{path.relative_to(ROOT)}: {url} is not there")
    return faults


if __name__ == "__main__":
    sys.exit(main())
