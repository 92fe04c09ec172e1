"""The area of staging that a batch has to itself: its rows lie in partitions of their own, which are emptied at once.

In tables that all batches share, each batch would read the rows of the others, and what those before it have deleted,
once for every statement of the gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from warehouse.schema.staging import AREAS, STAGING

_NAMES = [table.name for table in STAGING if table.partition_by]
_NAMED = re.compile(rf"\bstaging\.({'|'.join(_NAMES)})\b")
_LOCK = "hashtext('yusuan staging area'), CAST(:area AS int)"
_LONGEST_WAIT = "15min"
"""For one of the batches that have all areas now: they are judged and published meanwhile."""
_TRIES = 8 * AREAS
"""Numbers of a batch that are tried for a free area before one is waited for."""

_AREA = f"""
WITH batch AS MATERIALIZED (SELECT CAST(nextval('staging.batch_id') AS int) AS id)
SELECT id, area FROM batch, generate_series(0, {AREAS - 1}) area
WHERE satisfies_hash_partition(CAST('staging.{_NAMES[0]}' AS regclass), {AREAS}, area, id)"""


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

    The area is held by a lock of the session `guard`; where all are taken, one is waited for.
    """
    batch = _new_batch(guard)
    try:
        empty_area(guard, batch)
        yield batch
    finally:
        guard.execute(sa.text(f"SELECT pg_advisory_unlock({_LOCK})"), {"area": batch.area})


def _new_batch(guard: sa.Connection) -> Batch:
    for _ in range(_TRIES):
        batch = Batch(*guard.execute(sa.text(_AREA)).one())
        if guard.execute(sa.text(f"SELECT pg_try_advisory_lock({_LOCK})"), {"area": batch.area}).scalar_one():
            return batch
    wait = f"SELECT set_config('lock_timeout', '{_LONGEST_WAIT}', true), pg_advisory_lock({_LOCK})"
    guard.execute(sa.text(wait), {"area": batch.area})
    return batch


def empty_area(connection: sa.Connection, batch: Batch) -> None:
    """Empty the batch's area at once if it is worth it (`dw.empty_staging`).

    Not where somebody who looks at the tables of all batches holds them for longer than a moment.
    """
    connection.execute(sa.text("SELECT dw.empty_staging(:area)"), {"area": batch.area})
