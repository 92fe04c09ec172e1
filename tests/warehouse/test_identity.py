"""Whose a filing is does not change by a load."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy import Engine

from extract.catalogue import Publisher
from tests.warehouse.builders import PUBLISHER, money, project, records, submission
from tests.warehouse.test_publishing import load, rows
from transform.records import Scope
from warehouse.loading import load_filings, record_failure
from warehouse.loads import start_load
from warehouse.submission import Status, Submission

OTHER = Publisher(id="other-bureau", name="某市某区农业农村局", region_code="440103", region="广州市荔湾区")
SHOWN = "SELECT filing_id, department, status, pending_status, version, loaded_total_yuan FROM mart.filing ORDER BY 1"


def of_another(**declared: Any) -> Submission:
    """Another publisher's filing under the id of the first: a typo in `--id`."""
    read = records(
        projects=(project(1, "丙项目"),), budget_lines=(money("丙项目", "99.00"),), stated_totals=(), indicators=()
    )
    return dataclasses.replace(submission(read, sha256="f" * 64, **declared), publisher=OTHER)


def test_another_publishers_filing_under_a_known_id_is_refused_and_nothing_replaced(
    loader: Engine, reader: Engine
) -> None:
    load(loader, submission())
    before = rows(reader, SHOWN)
    outcome = load(loader, of_another())
    assert outcome.status is Status.FAILED
    (reason,) = outcome.reasons
    assert all(name in reason for name in ("filing-1", "bureau", PUBLISHER.name, "other-bureau", OTHER.name))
    assert rows(reader, SHOWN) == before
    assert rows(loader, "SELECT publisher, code, severity FROM audit.load_finding") == [
        ("other-bureau", "identity_kept", "critical")
    ]
    assert rows(loader, "SELECT count(*) FROM dw.dim_organization WHERE organization_code = 'other-bureau'") == [(0,)]


def test_a_held_filing_is_its_publishers_too(loader: Engine, reader: Engine) -> None:
    load(loader, submission(records(money_unit=None)))
    assert load(loader, of_another()).status is Status.FAILED
    assert [row[1:3] for row in rows(reader, SHOWN)] == [(PUBLISHER.name, "held")]


def test_others_of_the_batch_are_loaded_and_outcomes_stay_in_order(loader: Engine) -> None:
    load(loader, submission())
    fresh = submission(records(projects=(), budget_lines=(), indicators=()), filing_id="a-fresh-one", fiscal_year=2024)
    third = of_another(filing_id="third")
    outcomes = load_filings(loader, start_load(loader, "test"), [of_another(), third, fresh])
    assert [(one.filing_id, one.status) for one in outcomes] == [
        ("filing-1", Status.FAILED),
        ("third", Status.PUBLISHED),
        ("a-fresh-one", Status.HELD),
    ]


def test_a_document_that_cannot_be_read_does_not_change_whose_a_filing_is(loader: Engine, reader: Engine) -> None:
    load(loader, submission())
    before = rows(reader, SHOWN)
    stranger = of_another()
    outcome = record_failure(loader, start_load(loader, "test"), stranger.entry, stranger.publisher, "truncated")
    assert "other-bureau" in outcome.reasons[0]
    assert rows(reader, SHOWN) == before


def test_a_filing_that_never_got_a_version_may_be_corrected(loader: Engine, reader: Engine) -> None:
    stranger = of_another()
    record_failure(loader, start_load(loader, "test"), stranger.entry, stranger.publisher, "truncated")
    assert load(loader, submission()).status is Status.PUBLISHED
    assert rows(reader, "SELECT department, status FROM mart.filing") == [(PUBLISHER.name, "published")]


def test_two_first_loads_of_one_id_by_two_publishers_publish_one(
    loader: Engine, reader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is staged before the first is published: it is asked again under the filing's lock."""
    monkeypatch.setattr("warehouse.loading.refuse_strangers", lambda engine, load_id, filings: [None for _ in filings])
    load(loader, submission())
    outcome = load(loader, of_another())
    assert (outcome.status, "other-bureau" in outcome.reasons[0]) == (Status.FAILED, True)
    assert rows(reader, "SELECT DISTINCT department, loaded_total_yuan FROM mart.filing") == [(PUBLISHER.name, 150_000)]


def test_a_declared_scope_that_is_not_the_filings_is_refused(loader: Engine, reader: Engine) -> None:
    load(loader, submission(records(scope=Scope.DEPARTMENT)))
    before = rows(reader, SHOWN)
    outcome = load(loader, submission(records(scope=Scope.UNIT), scope="unit", sha256="f" * 64))
    assert (outcome.status, "scope department, not unit" in outcome.reasons[0]) == (Status.FAILED, True)
    assert rows(reader, SHOWN) == before
    assert load(loader, submission(records(scope=Scope.DEPARTMENT), scope="department")).status is not Status.FAILED
