"""The area of staging that a batch has to itself: its rows lie in partitions of their own, which are emptied at once.

In tables that all batches share, each batch would read the rows of the others, and what those before it have deleted,
once for every statement of the gate.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from warehouse.errors import DatabaseBusyError
from warehouse.schema.staging import AREAS, STAGING

_NAMES = [table.name for table in STAGING if table.partition_by]
_NAMED = re.compile(rf"\bstaging\.({'|'.join(_NAMES)})\b")
_LOCK = "hashtext('yusuan staging area'), CAST(:area AS int)"
_LONGEST_WAIT = 15 * 60
"""Seconds, for one of the batches that have all areas now: they are judged and published meanwhile."""
_PAUSE = 0.5
"""Seconds between two looks for a free area."""

_BATCH_IN = f"""
SELECT id FROM (SELECT CAST(nextval('staging.batch_id') AS int) AS id FROM generate_series(1, 1000)) drawn
WHERE satisfies_hash_partition(CAST('staging.{_NAMES[0]}' AS regclass), {AREAS}, :area, id) LIMIT 1"""
"""Draws numbers until one of a batch falls into the area: one of sixteen does."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Filings that are staged, judged and published together: their number, and where their rows lie."""

    id: int
    area: int

    def sql(self, statement: str) -> str:
        """The statement with the batch's own partitions in place of the tables that it names (`staging.indicator`)."""
        return _NAMED.sub(rf"staging_areas.\1_{self.area}", statement)

    def rows(self, statement: str) -> str:
        """The statement with the batch's rows for `{rows}…`: what is staged, not what is held."""
        return self.sql(statement.format(rows="staging."))


@contextmanager
def own_area(guard: sa.Connection) -> Iterator[Batch]:
    """A new batch with an area to itself, of which nothing is left from before.

    The area is held by a lock of the session `guard`; where all are taken, the first that is free again is waited for.
    Raises DatabaseBusyError after a quarter of an hour.
    """
    area = _free_area(guard)
    try:
        batch = Batch(guard.execute(sa.text(_BATCH_IN), {"area": area}).scalar_one(), area)
        empty_area(guard, batch)
        yield batch
    finally:
        unlock(guard, f"pg_advisory_unlock({_LOCK})", {"area": area})


def unlock(guard: sa.Connection, call: str, key: Mapping[str, int] | None = None) -> None:
    """Release a lock of a session; if that was lost, so is the lock, and its loss is on its way to the caller."""
    if not guard.invalidated:
        guard.execute(sa.text(f"SELECT {call}"), key)


def _free_area(guard: sa.Connection) -> int:
    """Looked for again and again: waiting for the lock of one area would miss that another is free."""
    until = time.monotonic() + _LONGEST_WAIT
    while time.monotonic() < until:
        for area in random.sample(range(AREAS), AREAS):
            if guard.execute(sa.text(f"SELECT pg_try_advisory_lock({_LOCK})"), {"area": area}).scalar_one():
                return area
        time.sleep(_PAUSE)
    raise DatabaseBusyError(f"{AREAS} other batches have been loaded for a quarter of an hour; run the command again")


def empty_area(connection: sa.Connection, batch: Batch) -> None:
    """Empty the batch's area at once if it is worth it (`dw.empty_staging`).

    Not where somebody who looks at the tables of all batches holds them for longer than a moment; not `staging.filing`,
    of which a batch has few rows, and in which those of decisions stand, too (`staging.batch.turn_to_decide`).
    """
    connection.execute(sa.text("SELECT dw.empty_staging(:area)"), {"area": batch.area})
