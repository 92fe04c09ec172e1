"""The rows in staging: whose they are, that none outlive their load, and whose turn it is to be judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from warehouse.gate.expectations import EXPECTATIONS
from warehouse.schema.staging import STAGING
from warehouse.staging.area import Batch, empty_area, own_area, unlock

_LOCK = "hashtext('yusuan staging'), CAST(:batch AS int)"
_TURN = "hashtext('yusuan turn'), CAST(:batch AS int)"
_QUEUE = "hashtext('yusuan queue')"
_LONGEST_WAIT = "15min"
"""For the batches before: they are judged and published meanwhile, which takes minutes at most."""

_BEFORE = """
SELECT DISTINCT g.batch_id
FROM staging.filing f
JOIN staging.filing g ON g.batch_id <> f.batch_id AND (
  g.sha256 = f.sha256 OR (
    g.publisher_id = f.publisher_id AND g.kind = f.kind AND
      CAST(g.row_counts AS jsonb) -> 'budget_lines' = CAST(f.row_counts AS jsonb) -> 'budget_lines'))
JOIN pg_locks l ON l.objid = CAST(g.batch_id AS oid)
  AND l.classid = CAST(CAST(hashtext('yusuan turn') AS bigint) & 4294967295 AS oid)
  AND l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.mode = 'ExclusiveLock'
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
WHERE f.batch_id = :batch AND (f.filing_load_id > 0 OR g.filing_id <> f.filing_id)
ORDER BY 1"""

_DECIDED_ON = """
INSERT INTO staging.filing (batch_id, filing_load_id, row_id, filing_id, sha256)
SELECT :batch, -:batch, row_number() OVER (ORDER BY v.sha256), d.filing_id, v.sha256
FROM dw.dim_filing d JOIN dw.dim_filing_version v USING (filing_key)
WHERE d.filing_id = :filing GROUP BY d.filing_id, v.sha256"""
"""What a person decides on, in the queue: no attempt of a load, so its number is none."""


@contextmanager
def staging_batch(engine: sa.Engine) -> Iterator[Batch]:
    """A new batch; its rows are deleted at the end, and those of loads that were killed at the beginning."""
    with _guard(engine) as guard, own_area(guard) as batch, _alive(guard, batch.id):
        try:
            _sweep(engine)
            yield batch
        finally:
            with engine.begin() as connection:
                keep_alive(connection, batch.id)  # who deletes them already waits for no table that is emptied here
                empty_area(connection, batch)
                delete_rows(connection, batch.id)


def _guard(engine: sa.Engine) -> sa.Connection:
    """A session that keeps locks for as long as it, or the process, lives."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def _alive(guard: sa.Connection, batch_id: int) -> Iterator[None]:
    """A lock of the session says that the batch is alive: it ends with the process, whatever ends the process."""
    guard.execute(sa.text(f"SELECT pg_advisory_lock_shared({_LOCK})"), {"batch": batch_id})
    try:
        yield
    finally:
        unlock(guard, f"pg_advisory_unlock_shared({_LOCK})", {"batch": batch_id})


@contextmanager
def turn(engine: sa.Engine, batch_id: int) -> Iterator[None]:
    """Wait until the batches that queued before are decided, as far as they hold what might be said twice.

    That is the same bytes, or filings of one publisher and kind with as many lines. Two batches that were judged side
    by side would both publish, neither having seen the other. Whoever queues later waits for whoever queued before, and
    never the other way round; the place in the queue is a lock of the session, which ends with the process.
    """
    own = {"batch": batch_id}
    with _guard(engine) as guard:
        guard.execute(sa.text(f"SELECT pg_advisory_lock({_QUEUE})"))
        try:
            before = guard.execute(sa.text(_BEFORE), own).scalars().all()
            guard.execute(sa.text(f"SELECT pg_advisory_lock({_TURN})"), own)
        finally:
            unlock(guard, f"pg_advisory_unlock({_QUEUE})")
        try:
            for other in before:
                wait = f"SELECT set_config('lock_timeout', '{_LONGEST_WAIT}', true), pg_advisory_lock_shared({_TURN})"
                guard.execute(sa.text(wait), {"batch": other})
                unlock(guard, f"pg_advisory_unlock_shared({_TURN})", {"batch": other})
            yield
        finally:
            unlock(guard, f"pg_advisory_unlock({_TURN})", own)


@contextmanager
def turn_to_decide(engine: sa.Engine, filing_id: str) -> Iterator[int]:
    """A person's turn: a load of equal bytes under another name is decided before, or sees what is decided here.

    A load of the filing itself is not waited for: who comes second at its lock sees what the first has done. Gives the
    number of a batch of `staging.filing` alone, so that no area is waited for. The decision's transaction deletes its
    rows (`delete_rows`): killed after it, it leaves none behind.
    """
    with _guard(engine) as guard:
        batch_id = int(guard.execute(sa.text("SELECT nextval('staging.batch_id')")).scalar_one())
        with _alive(guard, batch_id):
            try:
                _sweep(engine)
                with engine.begin() as connection:
                    connection.execute(sa.text(_DECIDED_ON), {"batch": batch_id, "filing": filing_id})
                with turn(engine, batch_id):
                    yield batch_id
            finally:
                with engine.begin() as connection:
                    delete_rows(connection, batch_id)


def keep_alive(connection: sa.Connection, batch_id: int) -> None:
    """Nobody else deletes the batch's rows before the transaction ends, even if the session that guards it is lost.

    What is published would be what had been left of them. Waits for who deletes them at the moment.
    """
    connection.execute(sa.text(f"SELECT pg_advisory_xact_lock_shared({_LOCK})"), {"batch": batch_id})


def staged_counts(
    connection: sa.Connection, batch: Batch, filing_load_ids: Collection[int]
) -> dict[int, dict[str, int]]:
    """Rows of each filing that are in the batch's area now; unlogged tables are empty after a crash of the server."""
    counts = {key: {table.name: 0 for table in STAGING} for key in filing_load_ids}
    for table in STAGING:
        statement = (
            f"SELECT filing_load_id, count(*) FROM {table.full_name} WHERE filing_load_id = ANY(:keys) GROUP BY 1"
        )
        for key, number in connection.execute(sa.text(batch.sql(statement)), {"keys": list(filing_load_ids)}):
            counts[key][table.name] = number
    return counts


def stage_held_rows(connection: sa.Connection, batch: Batch, held_attempt: int, filing_load_id: int) -> dict[str, int]:
    """Stage what a held attempt kept in `audit` as the rows of a new attempt, less the gate's own flags.

    Returns the rows per table. What reader and layout found is found of the new attempt, too.
    """
    parameters = {
        "batch": batch.id,
        "held": held_attempt,
        "key": filing_load_id,
        "gate": [expectation.flag for expectation in EXPECTATIONS if expectation.flag],
    }
    counts = {}
    for table in STAGING:
        given = {
            "batch_id": "CAST(:batch AS int)",
            "filing_load_id": "CAST(:key AS int)",
            "flags": "ARRAY(SELECT flag FROM unnest(flags) flag WHERE flag <> ALL(:gate) ORDER BY 1)",
        }
        names = [column.name for column in table.columns]
        values = ", ".join(given.get(name, name) for name in names)
        statement = (
            f"INSERT INTO {table.full_name} ({', '.join(names)}) SELECT {values} FROM audit.held_{table.name}"
            " WHERE filing_load_id = :held"
        )
        counts[table.name] = connection.execute(sa.text(batch.sql(statement)), parameters).rowcount
    connection.execute(
        sa.text(
            "INSERT INTO audit.finding"
            " (filing_load_id, origin, code, severity, message, section_seq, page, source_line, evidence)"
            " SELECT :key, origin, code, severity, message, section_seq, page, source_line, evidence FROM audit.finding"
            " WHERE filing_load_id = :held ORDER BY finding_id"
        ),
        parameters,
    )
    return counts


def _sweep(engine: sa.Engine) -> None:
    """Delete the rows of batches that no process holds any more."""
    with engine.begin() as connection:
        batches = connection.execute(sa.text("SELECT DISTINCT batch_id FROM staging.filing ORDER BY 1")).scalars().all()
        for batch_id in batches:
            dead = sa.text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")
            if connection.execute(dead, {"batch": batch_id}).scalar_one():
                delete_rows(connection, batch_id)


def delete_rows(connection: sa.Connection, batch_id: int) -> None:
    """Delete the staged rows of a batch."""
    for table in STAGING:
        connection.execute(sa.text(f"DELETE FROM {table.full_name} WHERE batch_id = :batch"), {"batch": batch_id})
