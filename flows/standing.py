"""Whether the warehouse is well: its condition judged by the thresholds of the settings."""

from __future__ import annotations

import datetime

from flows.settings import RunSettings
from warehouse.read.condition import Condition


def problems(condition: Condition, settings: RunSettings) -> list[str]:
    """What needs a person, one line each; empty: all is well."""
    found: list[str] = []
    last = condition.last_load
    if last is None:
        found.append("no run has ended yet")
    else:
        finished = last["finished_at"]
        assert isinstance(finished, datetime.datetime)
        if (age := condition.age(finished)) > datetime.timedelta(hours=settings.stale_hours):
            found.append(f"the last run ended {_hours(age)} ago, more than {settings.stale_hours:g} h")
        if last["status"] != "finished":
            found.append(f"the last run, load {last['load_id']}, {last['status']}")
    found += [f"alarm: {alarm}" for alarm in condition.alarms]
    for load_id, command, started in condition.unfinished:
        if (age := condition.age(started)) > datetime.timedelta(hours=settings.running_hours):
            found.append(f"load {load_id} ({command}) has not ended for {_hours(age)}: was it killed?")
    if condition.held_since is not None:
        waited = condition.age(condition.held_since)
        if waited > datetime.timedelta(days=settings.held_days):
            found.append(f"a filing is held for {waited.days} days, more than {settings.held_days:g}: `yusuan held`")
    return found


def _hours(age: datetime.timedelta) -> str:
    return f"{age.total_seconds() / 3600:.1f} h"
