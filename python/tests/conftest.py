"""What the tests share: the sample, and one run of the program's own study."""

from __future__ import annotations

import pytest

import shockwave


@pytest.fixture(scope="session")
def default() -> shockwave.Result:
    """The embedded study, as ``shockwave study`` runs it."""
    return shockwave.Study("nvda-ai-shock").run()


@pytest.fixture(scope="session")
def quick() -> shockwave.Study:
    """A study that is over quickly."""
    return shockwave.Study(benchmark="SPY", windows=[(0, 0), (-1, 1)], placebo=False, bootstrap=99)


@pytest.fixture()
def selloff() -> dict[str, str]:
    return {"id": "sell-off", "at": "2025-01-27", "instruments": "NVDA", "category": "ai-chip"}
