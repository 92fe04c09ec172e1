"""The layout of hand-made records is registered for the tests of the warehouse."""

from __future__ import annotations

import pytest

from tests.warehouse.builders import LAYOUT


@pytest.fixture(autouse=True)
def _layout_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
