"""What a scan found: sessions as frames, a chart, words, and the files of its page."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from typing import Any, Optional

from ._errors import keywords
from ._native import NativeScan
from ._result import Chart, Tables, html_table, written


class Scan(Tables):
    """The result of :meth:`Study.scan`: abnormal sessions, and the known events beside them.

    Columns and numbers are those of the files that ``shockwave scan --out`` writes.
    """

    def __init__(self, native: NativeScan) -> None:
        super().__init__(native)
        self._native = native
        self._charts: Optional[list[Chart]] = None

    @property
    def instruments(self) -> list[str]:
        """The instruments that were scanned."""
        return self._native.instruments

    @property
    def top(self) -> Any:
        """The most abnormal sessions, by rank: what ``scan.csv`` has."""
        return self.table("scan")

    @property
    def sessions(self) -> Any:
        """Every session of the span: first those with figures, by rank, then the others with the
        reason why they have none."""
        return self.table("sessions")

    @property
    def association(self) -> Any:
        """Abnormal sessions against sessions with an event, with the p of circular shifts."""
        return self.table("association")

    def summary(self) -> str:
        """What was found, in words."""
        return "\n\n".join(map(keywords, self._native.summary()))

    def charts(self) -> list[Chart]:
        """Every chart: the sessions of each instrument along time."""
        if self._charts is None:
            self._charts = [Chart(*parts) for parts in self._native.charts()]
        return self._charts

    def to_json(self) -> str:
        """The scan as ``scan.json`` has it."""
        return self._native.json()

    def to_html(self) -> str:
        """The scan as one page that needs nothing else."""
        return dict(self._native.files())["scan.html"].decode()

    def write(self, folder: str | os.PathLike[str]) -> list[str]:
        """Writes tables, ``scan.json``, charts and page into a folder; returns their names."""
        files = dict(self._native.files())
        for chart in self.charts():
            files[f"charts/{chart.name}.png"] = chart.png()
        return written(folder, files)

    def __repr__(self) -> str:
        sessions = self.table("sessions", "dict")
        n_scanned = sum(rank is not None for rank in sessions["rank"])
        explained = [known for known, abnormal in zip(sessions["explained"], sessions["abnormal"]) if abnormal]
        names = ", ".join(self.instruments[:5]) + (", …" if len(self.instruments) > 5 else "")
        return (
            f"<shockwave.Scan of {names}: {n_scanned} sessions, {len(explained)} abnormal, "
            f"{sum(explained)} of them with a known event>"
        )

    def _repr_html_(self) -> str:
        return "".join(self._page())

    def _page(self) -> Iterator[str]:
        for paragraph in self._native.summary():
            yield f"<p style='white-space:pre-line'>{html.escape(keywords(paragraph))}</p>"
        names = ["rank", "session", "instrument", "return", "ar", "ar_t", "sq_p", "q_value", "scope", "events"]
        yield html_table("scan", self.table("scan", "dict"), names)
        for chart in self.charts()[:1]:
            yield chart.svg
