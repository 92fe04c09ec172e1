"""A batch has an area of staging to itself: it reads no row of another, and leaves nothing behind."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from tests.warehouse.builders import records, submission, total
from tests.warehouse.test_publishing import load, rows
from transform.records import TotalOf
from warehouse.decide.accepting import accept
from warehouse.errors import DatabaseBusyError, DatabaseUnreachableError, WarehouseError
from warehouse.schema.staging import AREAS, STAGING
from warehouse.staging.area import Batch, own_area
from warehouse.staging.batch import staging_batch, turn_to_decide
from warehouse.staging.rows import copy_rows, staged_rows
from warehouse.submission import Status


@pytest.fixture
def many(loader: Engine) -> Engine:
    """As many connections as there are processes."""
    return create_engine(loader.url, poolclass=NullPool)


def size_of(engine: Engine, batch: Batch) -> int:
    ((size,),) = rows(engine, f"SELECT pg_relation_size('{batch.sql('staging.target')}')")
    return int(size)


def test_batches_at_one_time_have_areas_of_their_own_and_one_more_takes_the_first_that_is_free(
    loader: Engine, many: Engine
) -> None:
    begun: list[Batch] = []

    def one_more() -> None:
        with staging_batch(loader) as batch:
            begun.append(batch)

    thread = threading.Thread(target=one_more)
    with ExitStack() as stack:
        batches = {
            stack.enter_context(own := ExitStack()): own.enter_context(staging_batch(many)) for _ in range(AREAS)
        }
        assert {batch.area for batch in batches.values()} == set(range(AREAS))
        thread.start()
        thread.join(timeout=1)
        assert begun == []
        ended, batch = next(iter(batches.items()))
        ended.close()
        thread.join(timeout=30)
        assert [one.area for one in begun] == [batch.area]


def test_a_decision_waits_for_no_area(loader: Engine, many: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person had to wait for a batch of a backfill to end, to accept a filing that had nothing to do with it."""
    monkeypatch.setattr("warehouse.staging.area._LONGEST_WAIT", 1)
    load(loader, submission(records(stated_totals=(total(TotalOf.FILING, "99.00"),))))
    with ExitStack() as stack:
        for _ in range(AREAS):
            stack.enter_context(staging_batch(many))
        with pytest.raises(DatabaseBusyError, match=f"{AREAS} other batches"), staging_batch(loader):
            raise AssertionError("one more has begun")
        assert accept(loader, "filing-1", by="王工", because="as printed").status is Status.PUBLISHED


def test_the_place_of_a_decision_stays_when_an_area_is_emptied(loader: Engine, engine: Engine) -> None:
    load(loader, submission())
    fill = "INSERT INTO staging.target (batch_id, filing_load_id, row_id) SELECT :batch, 1, generate_series(1, 40000)"
    with turn_to_decide(loader, "filing-1") as batch_id:
        with loader.begin() as connection:
            connection.execute(text(fill), {"batch": batch_id})
        emptied = rows(engine, f"SELECT dw.empty_staging(area) FROM generate_series(0, {AREAS - 1}) area")
        assert sorted(emptied) == [(False,)] * (AREAS - 1) + [(True,)]
        assert rows(engine, "SELECT batch_id FROM staging.filing") == [(batch_id,)]
    assert rows(engine, "SELECT count(*) FROM staging.filing") == [(0,)]


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


def test_a_batch_whose_guard_is_lost_is_not_deleted_by_two_in_each_others_way(loader: Engine, engine: Engine) -> None:
    """The batch emptied its area while another load deleted its rows: each waited for the other, one was broken off."""
    fill = "INSERT INTO staging.target (batch_id, filing_load_id, row_id) SELECT :batch, 1, generate_series(1, 40000)"
    filing = "INSERT INTO staging.filing (batch_id, filing_load_id, row_id) VALUES (:batch, 1, 1)"
    staged, guard_is_lost, ended = threading.Event(), threading.Event(), []
    begun: list[Batch] = []

    def one() -> None:
        try:
            with staging_batch(loader) as batch:
                begun.append(batch)
                with loader.begin() as connection:
                    for statement in (filing, fill):
                        connection.execute(text(statement), {"batch": batch.id})
                staged.set()
                guard_is_lost.wait(30)
        except WarehouseError as error:
            ended.append(type(error))

    thread = threading.Thread(target=one)
    thread.start()
    assert staged.wait(30)
    (batch,) = begun
    with loader.begin() as other:
        guards = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND objid = :batch"
        other.execute(text(guards), {"batch": batch.id})
        dead = "SELECT pg_try_advisory_xact_lock(hashtext('yusuan staging'), :batch)"
        assert other.execute(text(dead), {"batch": batch.id}).scalar_one()
        other.execute(text("DELETE FROM staging.filing WHERE batch_id = :batch"), {"batch": batch.id})
        guard_is_lost.set()
        while not rows(engine, "SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0]:
            time.sleep(0.01)
        other.execute(text("DELETE FROM staging.target WHERE batch_id = :batch"), {"batch": batch.id})
    thread.join(timeout=30)
    assert ended == [DatabaseUnreachableError]
    assert size_of(engine, batch) == 0
