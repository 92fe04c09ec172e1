"""The planner knows a large batch before it is judged, and after a load the facts as a whole; who reads may not make it
so, and no load fails for it."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.warehouse.builders import bureau, submission
from tests.warehouse.test_publishing import rows
from warehouse import loading
from warehouse.gate.verdicts import judge
from warehouse.loading import load_filings
from warehouse.loads import finish_load, start_load
from warehouse.server import planner_statistics
from warehouse.staging.area import Batch

KNOWN = """
SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'dw' AND tablename IN ('fact_budget', 'fact_indicator')
ORDER BY 1"""
EXPRESSIONS = """
SELECT tablename FROM pg_stats_ext_exprs
WHERE tablename IN ('fact_budget', 'fact_indicator') AND n_distinct IS NOT NULL ORDER BY 1"""
BOTH = [("fact_budget",), ("fact_indicator",)]
TIMES = "SELECT sum(analyze_count) FROM pg_stat_user_tables WHERE schemaname = 'dw' AND relname = 'fact_indicator'"
FINDINGS = "SELECT load_id, code, severity FROM audit.load_finding"


def load(loader: Engine, *filing_ids: str) -> int:
    load_id = start_load(loader, "test")
    digests = {one: hashlib.sha256(one.encode()).hexdigest() for one in filing_ids}
    load_filings(
        loader,
        load_id,
        [submission(filing_id=one, sha256=digest, publisher=bureau(one)) for one, digest in digests.items()],
    )
    finish_load(loader, load_id)
    return load_id


def test_a_first_load_is_followed_by_statistics_of_the_partitioned_facts(loader: Engine, engine: Engine) -> None:
    assert rows(engine, KNOWN) == rows(engine, EXPRESSIONS) == []
    load(loader, "first")
    assert rows(engine, KNOWN) == rows(engine, EXPRESSIONS) == BOTH


def test_statistics_are_gathered_again_when_a_tenth_is_new_and_not_before(loader: Engine, engine: Engine) -> None:
    first = [f"filing-{number:02}" for number in range(19)]
    load(loader, *first)
    assert rows(engine, TIMES) == [(1,)]
    load(loader, *first)  # a night with nothing new
    load(loader, "one-more")
    load(loader, "and-one-more")
    assert rows(engine, TIMES) == [(1,)]
    load(loader, "the-third-of-22")
    assert rows(engine, TIMES) == [(2,)]


def test_the_planner_knows_a_large_batch_when_it_is_judged(
    loader: Engine, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    believed: list[Any] = []

    def look_first(*arguments: Any) -> Any:
        (batch,) = (one for one in arguments if isinstance(one, Batch))
        staged = batch.sql("staging.target")
        believed.extend(rows(engine, f"SELECT reltuples FROM pg_class WHERE oid = '{staged}'::regclass"))
        return judge(*arguments)

    monkeypatch.setattr(loading, "judge", look_first)
    load(loader, "small")
    assert believed.pop() != (4,)  # of a small one it need not know
    monkeypatch.setattr(planner_statistics, "LARGE", 1)
    load(loader, "large", "and-one-more")
    assert believed.pop() == (4,)


def test_a_staging_table_that_is_held_is_judged_without_new_statistics(
    loader: Engine, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner_statistics, "LARGE", 1)
    with engine.begin() as owner:
        owner.execute(text("ALTER FUNCTION dw.analyze_staging SET lock_timeout = '100ms'"))
    with engine.begin() as other:
        other.execute(text("LOCK TABLE staging.target IN SHARE UPDATE EXCLUSIVE MODE"))
        load(loader, "first")
    assert rows(engine, "SELECT count(*) FROM dw.publication") == [(1,)]


@pytest.mark.parametrize("function", ["analyze_facts()", "analyze_staging(1)", "empty_staging(1)"])
def test_only_the_loader_gathers_statistics_and_empties_staging(function: str, reader: Engine, engine: Engine) -> None:
    with reader.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text(f"SELECT dw.{function}"))
    signature = function.replace("1", "int")
    may = f"has_function_privilege('{{}}', 'dw.{signature}', 'EXECUTE')"
    assert rows(
        engine, f"SELECT {may.format('public')}, {may.format('bi_reader')}, {may.format('yusuan_loader')}"
    ) == [(False, False, True)]  # fmt: skip


def test_a_load_does_not_wait_for_another_that_gathers_statistics(loader: Engine, engine: Engine) -> None:
    with engine.begin() as owner:  # longer than a load takes on a busy machine
        owner.execute(text("ALTER FUNCTION dw.analyze_facts() SET lock_timeout = '60s'"))
    with engine.begin() as other:
        other.execute(text("SELECT dw.analyze_facts()"))
        begun = time.monotonic()
        load_id = load(loader, "first")
        assert time.monotonic() - begun < 60
    assert rows(engine, f"SELECT status FROM audit.load WHERE load_id = {load_id}") == [("finished",)]
    assert rows(engine, FINDINGS) == []


def test_a_table_that_is_being_altered_is_left_to_the_next_load(loader: Engine, engine: Engine) -> None:
    with engine.begin() as owner:
        owner.execute(text("ALTER FUNCTION dw.analyze_facts() SET lock_timeout = '100ms'"))
    load_id = start_load(loader, "test")
    load_filings(loader, load_id, [submission()])
    with engine.begin() as other:
        other.execute(text("LOCK TABLE dw_years.fact_indicator_2030 IN SHARE UPDATE EXCLUSIVE MODE"))
        finish_load(loader, load_id)
    assert rows(engine, KNOWN) == rows(engine, FINDINGS) == []
    finish_load(loader, start_load(loader, "test"))
    assert rows(engine, KNOWN) == BOTH


def test_statistics_broken_off_are_gathered_by_the_next_load(loader: Engine, engine: Engine) -> None:
    load_filings(loader, start_load(loader, "killed"), [submission()])
    with engine.connect() as killed:
        killed.execute(text("SELECT dw.analyze_facts()"))
        killed.rollback()
    assert rows(engine, KNOWN) == []
    finish_load(loader, start_load(loader, "test"))
    assert rows(engine, KNOWN) == BOTH


def test_a_server_that_cannot_gather_statistics_fails_no_load(loader: Engine, engine: Engine) -> None:
    with engine.begin() as owner:
        owner.execute(text("REVOKE EXECUTE ON FUNCTION dw.analyze_facts() FROM yusuan_loader"))
    load_id = load(loader, "first")
    assert rows(engine, f"SELECT status FROM audit.load WHERE load_id = {load_id}") == [("finished",)]
    assert rows(engine, FINDINGS) == [(load_id, "statistics_not_gathered", "critical")]
