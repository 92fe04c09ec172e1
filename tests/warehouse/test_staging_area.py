"""A batch has an area of staging to itself: it reads no row of another, and leaves nothing behind."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from tests.warehouse.builders import submission
from tests.warehouse.test_decisions import until_somebody_waits
from tests.warehouse.test_publishing import load, rows
from warehouse.schema.staging import AREAS, STAGING
from warehouse.staging.area import Batch, own_area
from warehouse.staging.batch import staging_batch
from warehouse.staging.rows import copy_rows, staged_rows


@pytest.fixture
def many(loader: Engine) -> Engine:
    """As many connections as there are processes."""
    return create_engine(loader.url, poolclass=NullPool)


def size_of(engine: Engine, batch: Batch) -> int:
    ((size,),) = rows(engine, f"SELECT pg_relation_size('{batch.sql('staging.target')}')")
    return int(size)


def test_batches_at_one_time_have_areas_of_their_own_and_one_more_waits(loader: Engine, many: Engine) -> None:
    begun: list[Batch] = []

    def one_more() -> None:
        with staging_batch(many) as batch:
            begun.append(batch)

    thread = threading.Thread(target=one_more)
    with ExitStack() as stack:
        batches = [stack.enter_context(staging_batch(many)) for _ in range(AREAS)]
        assert {batch.area for batch in batches} == set(range(AREAS))
        thread.start()
        until_somebody_waits(loader)
        assert begun == []
    thread.join(timeout=30)
    assert len(begun) == 1


def test_rows_lie_where_the_batch_looks_for_them(loader: Engine) -> None:
    with staging_batch(loader) as one, staging_batch(loader) as other:
        with loader.begin() as connection:
            copy_rows(connection, one, {998: staged_rows(submission(), "of one")})
        for table in STAGING:
            seen = f"SELECT count(*) FROM {table.full_name} WHERE batch_id = {one.id}"
            assert rows(loader, one.sql(seen)) == rows(loader, seen)
            if table.partition_by:
                assert rows(loader, other.sql(f"SELECT count(*) FROM {table.full_name}")) == [(0,)]


@pytest.mark.parametrize("times", [1, 40_000])
def test_a_batch_leaves_nothing_behind(loader: Engine, engine: Engine, times: int) -> None:
    """Of a large one not even the pages: the next one in its area would read them again and again."""
    fill = "INSERT INTO staging.target (batch_id, filing_load_id, row_id) SELECT :batch, 1, generate_series(1, :times)"
    with staging_batch(loader) as batch, loader.begin() as connection:
        connection.execute(text(batch.sql(fill)), {"batch": batch.id, "times": times})
    assert rows(engine, "SELECT count(*) FROM staging.target") == [(0,)]
    assert (size_of(engine, batch) == 0) is (times > 1)


def test_what_a_killed_load_left_in_an_area_is_gone_before_the_next_batch_reads_it(
    loader: Engine, engine: Engine, many: Engine
) -> None:
    fill = "INSERT INTO staging.target (batch_id, filing_load_id, row_id) SELECT :batch, 1, generate_series(1, 40000)"
    with loader.connect() as guard, own_area(guard) as killed, loader.begin() as connection:
        connection.execute(text(killed.sql(fill)), {"batch": killed.id})
    assert size_of(engine, killed) > 0
    with ExitStack() as stack:
        batches = [stack.enter_context(staging_batch(many)) for _ in range(AREAS)]
        assert [size_of(engine, batch) for batch in batches] == [0] * AREAS


def test_an_area_that_somebody_looks_at_is_deleted_from(loader: Engine, engine: Engine) -> None:
    fill = "INSERT INTO staging.target (batch_id, filing_load_id, row_id) SELECT :batch, 1, generate_series(1, 40000)"
    with engine.begin() as owner:
        owner.execute(text("ALTER FUNCTION dw.empty_staging SET lock_timeout = '100ms'"))
    with engine.begin() as looking:
        with staging_batch(loader) as batch:
            with loader.begin() as connection:
                connection.execute(text(batch.sql(fill)), {"batch": batch.id})
            looking.execute(text("SELECT count(*) FROM staging.target"))
        assert rows(loader, "SELECT count(*) FROM staging.target") == [(0,)]
        assert size_of(engine, batch) > 0
        load(loader, submission())  # in another area, or in this one once more
