"""Loads: one run, one command or one decision of a person, from its start to its end."""

from __future__ import annotations

import json

import sqlalchemy as sa

from warehouse.abandoned import guard_load, settle_attempts, settle_loads
from warehouse.server.planner_statistics import refresh_statistics

CONTINUED = """
SELECT earlier.load_id FROM audit.load this
JOIN audit.load earlier ON earlier.command = this.command AND earlier.load_id < this.load_id
  AND earlier.status = 'abandoned' AND earlier.started_at > this.started_at - interval '7 days'
WHERE this.load_id = {load} AND NOT EXISTS (
  SELECT FROM audit.load ended WHERE ended.command = this.command AND ended.status <> 'abandoned'
    AND ended.load_id > earlier.load_id AND ended.load_id < this.load_id)"""
"""The loads that a load goes on with: the same command, killed within a week before it, and not ended since."""

READ_BEFORE = f"""
SELECT DISTINCT d.filing_id, a.sha256 FROM audit.filing_load a JOIN dw.dim_filing d USING (filing_key)
WHERE a.load_id IN ({CONTINUED.format(load=":load")}) AND a.sha256 IS NOT NULL
  AND a.status IN ('published', 'partial', 'unchanged', 'held')"""


def start_load(engine: sa.Engine, command: str) -> int:
    """Open a load; `command` says what was asked for. Returns its load_id.

    Loads whose process was killed are settled first, as `abandoned`.
    """
    with engine.begin() as connection:
        settle_loads(connection)
    with engine.begin() as connection:
        statement = sa.text("INSERT INTO audit.load (command) VALUES (:command) RETURNING load_id")
        load_id = int(connection.execute(statement, {"command": command}).scalar_one())
        guard_load(engine, load_id)  # before anybody else can see the load
    return load_id


def finish_load(engine: sa.Engine, load_id: int, *, failed: bool = False) -> dict[str, int]:
    """Close a load; returns (and keeps) the number of filings by outcome.

    The planner's statistics follow when enough has been published (`planner_statistics`).
    """
    with engine.begin() as connection:
        settle_attempts(connection, load_id)  # of a batch that was tried again when the database came back
        counts = connection.execute(
            sa.text("SELECT status, count(*) FROM audit.filing_load WHERE load_id = :load GROUP BY 1 ORDER BY 1"),
            {"load": load_id},
        )
        outcomes = {str(status): int(number) for status, number in counts}
        connection.execute(
            sa.text(
                "UPDATE audit.load SET finished_at = clock_timestamp(), status = :status, counts = CAST(:c AS jsonb)"
                " WHERE load_id = :load"
            ),
            {"load": load_id, "status": "failed" if failed else "finished", "c": json.dumps(outcomes)},
        )
    refresh_statistics(engine, load_id)
    return outcomes


def read_before(connection: sa.Connection, load_id: int) -> frozenset[tuple[str, str]]:
    """Filing and digest of what the killed loads have read and decided that this load goes on with (`CONTINUED`)."""
    return frozenset(tuple(row) for row in connection.execute(sa.text(READ_BEFORE), {"load": load_id}))
