"""A full disk, a lock that is not to be had: a clear failure, nothing half done, and the next load does it all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, text

from tests.warehouse.builders import money, project, records, submission
from tests.warehouse.test_publishing import load, rows
from warehouse.errors import DatabaseBusyError
from warehouse.loading import load_filing
from warehouse.loads import finish_load, start_load
from warehouse.server.embedded import EmbeddedServer
from warehouse.submission import Status

LAST_YEAR = submission(
    records(
        projects=(project(1, "丁项目"),),
        budget_lines=(money("丁项目", "1.00"),),
        indicators=(),
        stated_totals=(),
        fiscal_year=2023,
    ),
    filing_id="last-year",
    fiscal_year=2023,
)
FILING = submission()
STATE = (
    "SELECT filing_id, status, version FROM mart.filing WHERE version IS NOT NULL ORDER BY 1",
    "SELECT filing_id, project, amount_yuan FROM mart.project_budget ORDER BY 1, 2, 3",
    "SELECT count(*), max(project_key) FROM dw.dim_project",
    "SELECT count(*) FROM staging.filing",
    "SELECT count(*) FROM staging.budget",
)
PATIENCE = "300ms"


@pytest.mark.parametrize("table", ["staging.budget", "dw_years.fact_budget_2024"])
def test_a_full_disk_fails_clearly_and_a_rerun_converges(
    postgres: EmbeddedServer, engine: Engine, loader: Engine, table: str
) -> None:
    """While rows are staged, and while they are published."""
    load(loader, LAST_YEAR)
    with (
        _fails_and_leaves_nothing(loader, r"No space left on device\nMake room on the disk"),
        _full(postgres, engine, table),
    ):
        _load(loader)
    assert load(loader, FILING).status is Status.PUBLISHED


HELD_BY_OTHERS = {
    "the queue": "SELECT pg_advisory_xact_lock(hashtext('yusuan queue'))",
    "the filing": "SELECT pg_advisory_xact_lock(hashtext('yusuan filing'), key) FROM generate_series(1, 9) key",
    "a member of a dimension": "INSERT INTO dw.dim_project (organization_code, project, normalised_name)"
    " VALUES ('bureau/本级', '甲项目', '甲项目')",
    "the publisher's projects": "SELECT pg_advisory_xact_lock(hashtext('yusuan project likeness'), hashtext('bureau'))",
}


@pytest.mark.parametrize("held", HELD_BY_OTHERS)
def test_a_lock_that_is_not_to_be_had_fails_clearly_and_a_rerun_converges(
    engine: Engine, loader: Engine, held: str
) -> None:
    sa.event.listen(loader, "connect", _impatient)
    load(loader, LAST_YEAR)
    with _fails_and_leaves_nothing(loader, r"lock timeout\n.*pg_stat_activity"), engine.begin() as other:
        other.execute(text(HELD_BY_OTHERS[held]))
        _load(loader)
    assert load(loader, FILING).status is Status.PUBLISHED


def _impatient(connection: Any, _: object) -> None:
    connection.execute(f"SET lock_timeout = '{PATIENCE}'")
    connection.commit()


def _load(loader: Engine) -> None:
    load_id = start_load(loader, "refused")
    try:
        load_filing(loader, load_id, FILING)
    finally:
        finish_load(loader, load_id, failed=True)


@contextlib.contextmanager
def _fails_and_leaves_nothing(loader: Engine, says: str) -> Iterator[None]:
    before = [rows(loader, query) for query in STATE]
    with pytest.raises(DatabaseBusyError, match=says):
        yield
    assert [rows(loader, query) for query in STATE] == before


@contextlib.contextmanager
def _full(postgres: EmbeddedServer, owner: Engine, table: str) -> Iterator[None]:
    """Inside, the disk has no room for the rows of this table, which has none: its files are a device that is full."""
    _empty(owner, table)
    paths = rows(owner, f"SELECT pg_relation_filepath(relid) FROM pg_partition_tree('{table}') WHERE isleaf")
    owner.dispose()
    for (path,) in paths:
        file = postgres.data / path
        file.unlink()
        file.symlink_to("/dev/full")
    try:
        yield
    finally:
        _empty(owner, table)


def _empty(owner: Engine, table: str) -> None:
    """With a new file."""
    with owner.begin() as connection:
        connection.execute(text(f"TRUNCATE {table}"))
