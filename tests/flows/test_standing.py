"""What a monitor calls a problem."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from flows.settings import RunSettings
from flows.standing import problems
from warehouse.read.condition import Condition

NOW = datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC)


def ago(**passed: float) -> datetime.datetime:
    return NOW - datetime.timedelta(**passed)


def condition(**changed: Any) -> Condition:
    last = {"load_id": 7, "command": "nightly", "status": changed.pop("status", "finished")}
    facts: dict[str, Any] = {
        "now": NOW,
        "last_load": {**last, "finished_at": changed.pop("finished_at", ago(hours=5))},
        "newest_published": ago(days=30),
        "filings": {"published": 1},
        "held": 0,
        "held_since": None,
        "unfinished": (),
        "alarms": (),
    }
    return Condition(**(facts | changed))


def test_a_night_that_went_well_is_no_problem_however_old_the_newest_filing_is() -> None:
    assert problems(condition(held=1, held_since=ago(days=13)), RunSettings()) == []
    assert problems(condition(unfinished=((8, "nightly", ago(hours=2)),)), RunSettings()) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"finished_at": ago(hours=40)}, "40.0 h ago"),
        ({"status": "failed"}, "load 7, failed"),
        ({"alarms": ("bureau · far_fewer_filings: lists 1",)}, "far_fewer_filings"),
        ({"unfinished": ((8, "nightly", ago(hours=13)),)}, "was it killed"),
        ({"held": 2, "held_since": ago(days=15)}, "held for 15 days"),
        ({"last_load": None}, "no run has ended"),
    ],
)
def test_each_problem_says_what_it_is(changed: dict[str, Any], says: str) -> None:
    [problem] = problems(condition(**changed), RunSettings())
    assert says in problem


def test_thresholds_are_settings() -> None:
    assert problems(condition(finished_at=ago(hours=40)), RunSettings(stale_hours=48)) == []
