"""How often a run is begun again."""

from __future__ import annotations

import pytest

from flows.recovery import ATTEMPTS, why_given_up


def _begun(patch: pytest.MonkeyPatch, times: int) -> None:
    patch.setenv("PREFECT__RUNTIME__FLOW_RUN__RUN_COUNT", str(times))


def test_a_run_that_was_begun_again_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    _begun(monkeypatch, ATTEMPTS)
    assert why_given_up() is None


def test_a_run_whose_process_dies_each_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    _begun(monkeypatch, ATTEMPTS + 1)
    assert why_given_up() == (
        "given up: the process of this run died 3 times; its machine's log says why (out of memory?)"
    )
