"""What a document holds never stops a load: it fails or holds that one filing, and the others are published."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Engine, text

from tests.warehouse.builders import bureau, indicator, money, percent, project, records, submission
from tests.warehouse.test_publishing import load, rows
from transform.records import Amount
from warehouse.errors import DatabaseUnreachableError, WarehouseError
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.publish import publishing
from warehouse.staging.area import Batch, own_area
from warehouse.staging.batch import staging_batch
from warehouse.staging.rows import copy_rows, staged_rows
from warehouse.submission import Status


def too_large() -> Any:
    amount = Amount(yuan=Decimal("1e17"), printed="1" + "0" * 13, unit="万元")
    return records(budget_lines=(dataclasses.replace(money("甲项目", "1"), amount=amount),), stated_totals=())


def test_an_amount_that_no_column_holds_fails_that_filing_alone(loader: Engine, reader: Engine) -> None:
    filings = [submission(too_large(), filing_id="a-large"), submission(filing_id="b-sound")]
    failed, sound = load_filings(loader, start_load(loader, "test"), filings)
    assert (failed.status, sound.status) == (Status.FAILED, Status.PUBLISHED)
    assert "numeric field overflow" in failed.reasons[0]
    assert rows(reader, "SELECT filing_id, status FROM mart.filing ORDER BY 1") == [
        ("a-large", "failed"),
        ("b-sound", "published"),
    ]


def test_what_the_gate_lets_pass_and_the_database_refuses_fails_that_filing_alone(loader: Engine) -> None:
    nameless = dataclasses.replace(percent("90"), text=cast(str, None))
    broken = records(indicators=(indicator("甲项目", 1, targets=(nameless,)),))
    filings = [submission(broken, filing_id="a-broken", publisher=bureau("other")), submission(filing_id="b-sound")]
    failed, sound = load_filings(loader, start_load(loader, "test"), filings)
    assert (failed.status, sound.status) == (Status.FAILED, Status.PUBLISHED)
    assert "target_text" in failed.reasons[0]
    assert rows(loader, "SELECT count(*) FROM dw.dim_filing_version") == [(1,)]


def test_a_nul_character_shows_as_one(loader: Engine, reader: Engine) -> None:
    named = records(
        projects=(project(1, "甲\0项目"),), budget_lines=(money("甲\0项目", "1.00"),), indicators=(), stated_totals=()
    )
    assert load(loader, submission(named)).status is Status.PUBLISHED
    assert rows(reader, "SELECT project FROM mart.project_budget") == [("甲␀项目",)]


def test_staged_rows_that_vanish_are_not_published(loader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unlogged tables are empty after a crash of the server: the load says so and publishes nothing."""
    from warehouse import loading

    judge = loading.judge

    def crash(engine: Engine, load_id: int, batch: Batch, attempts: Any) -> Any:
        verdicts = judge(engine, load_id, batch, attempts)
        with engine.begin() as connection:
            connection.execute(text("TRUNCATE staging.budget"))
        return verdicts

    monkeypatch.setattr(loading, "judge", crash)
    with pytest.raises(WarehouseError, match="staged rows are gone"):
        load(loader, submission())
    assert rows(loader, "SELECT count(*) FROM dw.fact_project") == [(0,)]


def test_a_percent_sign_a_quote_and_a_brace_are_text(loader: Engine, reader: Engine) -> None:
    name = "50%的{项目}'\"\\:x"
    filing = records(
        projects=(project(1, name),),
        budget_lines=(money(name, "1.00"), money(name, "1.00")),
        indicators=(),
        stated_totals=(),
    )
    assert load(loader, submission(filing)).status is Status.HELD
    assert name in rows(reader, "SELECT held_reasons FROM mart.filing")[0][0]


def test_rows_of_a_killed_load_are_swept_and_those_of_a_living_one_are_not(loader: Engine) -> None:
    with staging_batch(loader) as living:
        with loader.connect() as guard, own_area(guard) as killed, loader.begin() as connection:
            copy_rows(connection, killed, {999: staged_rows(submission(), "of a killed load")})
            copy_rows(connection, living, {998: staged_rows(submission(), "of a living load")})
        load(loader, submission(filing_id="another"))
        assert rows(loader, "SELECT DISTINCT batch_id FROM staging.budget") == [(living.id,)]
    assert rows(loader, "SELECT count(*) FROM staging.budget") == [(0,)]


def test_a_batch_whose_guard_is_lost_is_published_whole_or_not_at_all(
    loader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that ends idle sessions ended it; the next load deleted the rows that were being published."""
    insert_facts = publishing.insert_facts

    def lose_the_guard(connection: Connection, *arguments: Any, **named: Any) -> None:
        monkeypatch.setattr(publishing, "insert_facts", insert_facts)
        guards = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND classid ="
        area = "CAST(CAST(hashtext('yusuan staging area') AS bigint) & 4294967295 AS oid)"
        assert rows(loader, f"SELECT pg_terminate_backend(pid, 5000) FROM ({guards} {area}) guard") == [(True,)]
        with staging_batch(loader):
            insert_facts(connection, *arguments, **named)

    monkeypatch.setattr(publishing, "insert_facts", lose_the_guard)
    with pytest.raises(DatabaseUnreachableError):
        load(loader, submission())
    assert rows(loader, "SELECT status, projects, indicators FROM mart.filing") == [("published", 2, 2)]
    assert rows(loader, "SELECT count(*) FROM mart.indicator_target") == [(2,)]
    assert rows(loader, "SELECT count(*) FROM staging.budget") == [(0,)]
