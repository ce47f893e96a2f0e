"""Writes xnys.csv: every New York session of 1990-2030 as exchange_calendars sees it.

    pip install exchange_calendars==4.13.2
    python tests/calendar_answers/generate.py

One line per session: its date, open and close, both clock times in UTC. The Rust test compares every line with
`Calendar::named("XNYS")`; where this source misses a documented odd opening or closing, the test says so.
"""

from pathlib import Path

import exchange_calendars

VERSION = "4.13.2"
FIRST, LAST = "1990-01-01", "2030-12-31"

if exchange_calendars.__version__ != VERSION:
    raise SystemExit(f"needs exchange_calendars {VERSION}, found {exchange_calendars.__version__}")

schedule = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST).schedule
lines = ["date,open_utc,close_utc"]
for session, row in schedule.iterrows():
    assert row["open"].date() == row["close"].date() == session.date()
    lines.append(f"{session:%Y-%m-%d},{row['open']:%H:%M},{row['close']:%H:%M}")

(Path(__file__).parent / "xnys.csv").write_text("\n".join(lines) + "\n")
print(f"{len(lines) - 1} sessions from {schedule.index[0]:%Y-%m-%d} to {schedule.index[-1]:%Y-%m-%d}")
