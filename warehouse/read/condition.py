"""How the warehouse is: when it last loaded, how old its data are, what waits for a person."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Condition:
    """The facts a monitor judges; times are aware."""

    now: datetime.datetime
    """The database's clock."""
    last_load: Mapping[str, object] | None
    """The newest load that ended: `load_id`, `command`, `status`, `started_at`, `finished_at`, `counts`."""
    newest_published: datetime.datetime | None
    """When the newest published version was loaded."""
    filings: Mapping[str, int]
    """Filings of the mart by status."""
    held: int
    """Filings whose newest version, or sections of it, wait for a person."""
    held_since: datetime.datetime | None
    """Since when the one that waits longest does."""
    unfinished: tuple[tuple[int, str, datetime.datetime], ...]
    """Loads without an end: id, command, start."""
    alarms: tuple[str, ...]
    """Critical findings of the newest ended load."""
    notes: tuple[str, ...] = ()
    """Warnings about publishers of the newest ended load: what a list did not show, who refused, what vanished."""

    def age(self, moment: datetime.datetime) -> datetime.timedelta:
        return self.now - moment


def condition_of(connection: sa.Connection) -> Condition:
    """The warehouse's condition now."""
    last = connection.execute(sa.text(_LAST_LOAD)).mappings().one_or_none()
    held, held_since = connection.execute(sa.text(_HELD)).one()
    newest = last["load_id"] if last else 0
    alarms = connection.execute(sa.text(_FINDINGS), {"load": newest, "severity": "critical"})
    notes = connection.execute(sa.text(_FINDINGS), {"load": newest, "severity": "warning"})
    return Condition(
        now=connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one(),
        last_load=dict(last) if last else None,
        newest_published=connection.execute(sa.text(_NEWEST)).scalar_one(),
        filings={row.status: row.filings for row in connection.execute(sa.text(_FILINGS))},
        held=held,
        held_since=held_since,
        unfinished=tuple((row.load_id, row.command, row.started_at) for row in connection.execute(sa.text(_RUNNING))),
        alarms=tuple(f"{publisher} · {code}: {message}" for publisher, code, message in alarms),
        notes=tuple(f"{publisher} · {code}: {message}" for publisher, code, message in notes),
    )


_LAST_LOAD = """
SELECT load_id, command, status, started_at, finished_at, counts FROM audit.load
WHERE finished_at IS NOT NULL ORDER BY load_id DESC LIMIT 1"""
_RUNNING = "SELECT load_id, command, started_at FROM audit.load WHERE finished_at IS NULL ORDER BY load_id"
_NEWEST = "SELECT max(loaded_at) FROM mart.filing WHERE status IN ('published', 'partial')"
_FILINGS = "SELECT status, count(*) AS filings FROM mart.filing GROUP BY 1 ORDER BY 1"
_HELD = """
SELECT count(*), min(newest.loaded_at) FROM dw.dim_filing d
JOIN LATERAL (SELECT filing_version_key, status, loaded_at, sections_held FROM dw.dim_filing_version v
  WHERE v.filing_key = d.filing_key ORDER BY version DESC LIMIT 1) newest ON newest.status = 'held' OR (
  newest.sections_held > 0 AND EXISTS (SELECT FROM dw.publication p
    WHERE p.filing_version_key = newest.filing_version_key AND p.to_load_id IS NULL))"""
_FINDINGS = """
SELECT COALESCE(publisher, 'run'), code, message FROM audit.load_finding
WHERE load_id = :load AND severity = :severity ORDER BY load_finding_id"""
