"""The forms that were read by hand go on being read: HTML alone, to be quick (all media: `benchmarks.forms_yield`)."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.forms_yield import RIGHT, WRONG, measure

FILINGS = os.environ.get("YUSUAN_FILINGS")


@pytest.mark.skipif(FILINGS is None, reason="YUSUAN_FILINGS names no folder of filings to try")
def test_fields_of_forms_of_twelve_places() -> None:
    counts, misses = measure(Path(FILINGS or "") / "forms", media=(".html",))
    total = sum(counts.values(), Counter())
    assert total[RIGHT] / total.total() >= 0.97, misses
    assert total[WRONG] / total.total() <= 0.02, misses
