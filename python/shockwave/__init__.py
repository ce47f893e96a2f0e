"""Event studies on market prices: did this event move this price, by how much, and is it more than noise?

>>> import shockwave
>>> study = shockwave.Study(benchmark="SPY", windows=[(0, 0), (-1, 1)])
>>> result = study.run(shockwave.sample_prices(), [{"id": "sell-off", "at": "2025-01-27", "instruments": "NVDA"}])
>>> result.table("cars", library="dict")["car"][0]  # doctest: +ELLIPSIS
-0.1332...

Frames of polars, pandas, pyarrow and anything else with the Arrow PyCapsule interface go in, and
arrays of numpy; frames of polars (else pandas) come out. The numbers are those of the program
``shockwave``, to the last bit.
"""

from __future__ import annotations

from ._errors import CalendarError, InputError, RenderError, ShockwaveError
from ._native import __version__
from ._result import Chart, Result
from ._samples import sample_events, sample_factors, sample_prices
from ._scan import Scan
from ._study import Study

__all__ = [
    "CalendarError",
    "Chart",
    "InputError",
    "RenderError",
    "Result",
    "Scan",
    "ShockwaveError",
    "Study",
    "__version__",
    "sample_events",
    "sample_factors",
    "sample_prices",
]
