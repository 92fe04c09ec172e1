"""A batch is published at once: in one transaction, its keys looked up together, and exact at any size."""

from __future__ import annotations

import pytest
import sqlalchemy.exc
from sqlalchemy import Engine, text

from tests.warehouse.builders import bureau, records, submission
from tests.warehouse.test_publishing import rows
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.publish.publishing import check_references, checks_together
from warehouse.publish.publishing_sql import FACTS
from warehouse.schema import METADATA
from warehouse.submission import Status

KEYS = """
SELECT conrelid::regclass::text, a.attname, confrelid::regclass::text, b.attname
FROM pg_constraint
JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1]
WHERE contype = 'f' AND connamespace = 'dw'::regnamespace AND convalidated"""
GRANT = "GRANT SET ON PARAMETER session_replication_role TO yusuan_loader"
REVOKE = "REVOKE SET ON PARAMETER session_replication_role FROM yusuan_loader"


def test_a_batch_is_published_in_one_transaction(loader: Engine) -> None:
    load_filings(
        loader,
        start_load(loader, "test"),
        [submission(filing_id=f"filing-{n}", sha256=str(n) * 64, publisher=bureau(n)) for n in range(3)],
    )
    assert rows(loader, "SELECT count(*), count(DISTINCT xmin::text) FROM dw.publication") == [(3, 1)]


def test_what_a_batch_says_often_is_one_member_and_takes_one_key(loader: Engine, engine: Engine) -> None:
    load_filings(
        loader,
        start_load(loader, "test"),
        [submission(filing_id=f"filing-{n}", sha256=str(n) * 64, publisher=bureau(n)) for n in range(3)],
    )
    assert rows(engine, "SELECT max(indicator_key) FROM dw.dim_indicator") == rows(
        engine, "SELECT count(*) FROM dw.dim_indicator WHERE indicator_key > 0"
    )


def test_every_declared_key_leads_to_a_row(loader: Engine, engine: Engine) -> None:
    with loader.connect() as connection:
        assert checks_together(connection)
    load_filings(loader, start_load(loader, "test"), [submission()])
    keys = rows(engine, KEYS)
    assert len(keys) > 50
    for table, column, referenced, key in keys:
        found = f"EXISTS (SELECT FROM {referenced} d WHERE d.{key} = f.{column})"
        lost = f"SELECT count(*) FROM {table} f WHERE {column} IS NOT NULL AND NOT {found}"
        assert rows(engine, lost) == [(0,)], (table, column)


def test_a_key_that_leads_nowhere_is_refused(loader: Engine) -> None:
    load_filings(loader, start_load(loader, "test"), [submission()])
    with loader.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE dw.fact_indicator SET indicator_key = 999999"))
        (version,) = connection.execute(text("SELECT filing_version_key FROM dw.dim_filing_version")).scalars()
        with pytest.raises(sqlalchemy.exc.IntegrityError, match="2 rows of dw"):
            check_references(connection, METADATA.tables["dw.fact_indicator"], [version])
        connection.rollback()


def test_without_the_grant_the_server_checks_each_row_and_the_facts_are_the_same(
    loader: Engine, engine: Engine
) -> None:
    with engine.begin() as owner:
        owner.execute(text(REVOKE))
    try:
        with loader.connect() as connection:
            assert not checks_together(connection)
        (outcome,) = load_filings(loader, start_load(loader, "test"), [submission()])
    finally:
        with engine.begin() as owner:
            owner.execute(text(GRANT))
    assert outcome.status is Status.PUBLISHED
    assert rows(loader, "SELECT count(*) FROM dw.fact_indicator") == [(2,)]


def test_more_filings_fail_at_once_than_great_expectations_hands_on(loader: Engine) -> None:
    filings = [
        submission(
            records(money_unit=None), filing_id=f"filing-{number}", sha256=f"{number:064d}", publisher=bureau(number)
        )
        for number in range(230)
    ]
    outcomes = load_filings(loader, start_load(loader, "test"), filings)
    assert {(one.status, one.reasons[0].partition(":")[0]) for one in outcomes} == {(Status.HELD, "money_unit_read")}


def test_a_filing_that_stands_twice_in_a_batch_gets_its_versions_in_order(loader: Engine) -> None:
    first, second = load_filings(loader, start_load(loader, "test"), [submission(), submission(sha256="b" * 64)])
    assert (first.version, second.version) == (1, 2)
    assert rows(loader, "SELECT count(*) FROM dw.publication WHERE to_load_id IS NULL") == [(1,)]


def test_each_fact_is_checked() -> None:
    assert {f"dw.{table}" for table in FACTS} <= METADATA.tables.keys()
