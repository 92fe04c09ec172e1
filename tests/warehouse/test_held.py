"""A held filing waits with its reasons and rows; an acceptance publishes it and says who, why and what is missing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Engine

from tests.warehouse.builders import records, submission, total
from tests.warehouse.test_publishing import load, rows
from transform.records import TotalOf
from warehouse.decide.accepting import accept
from warehouse.decide.held import held_filings, held_rows
from warehouse.errors import WarehouseError
from warehouse.known import known_version
from warehouse.loading import record_failure
from warehouse.loads import start_load
from warehouse.schema.held_reasons import in_chinese
from warehouse.schema.views import quote
from warehouse.submission import Status

SHORT = records(stated_totals=(total(TotalOf.FILING, "739.00"), total(TotalOf.UNIT, "739.00", unit="本级")))
"""724.00 万元 more are stated than the lines hold."""


def test_a_held_filing_shows_reason_evidence_and_rows(loader: Engine, reader: Engine) -> None:
    outcome = load(loader, submission(SHORT))
    assert outcome.status is Status.HELD
    assert rows(reader, "SELECT status, version, difference_yuan, projects FROM mart.filing") == [
        ("held", 1, Decimal("7240000.00"), 2)
    ]
    assert rows(reader, "SELECT count(*) FROM mart.project_budget") == [(0,)]
    assert rows(reader, "SELECT held_reasons_zh FROM mart.filing") == [("全文件合计与明细不符；单位小计与明细不符",)]
    with loader.connect() as connection:
        (held,) = held_filings(connection)
        assert [reason.expectation for reason in held.reasons] == ["control_filing", "control_unit"]
        assert "difference 7,240,000.00" in held.reasons[0].message
        assert held.reasons[0].evidence == "合计 739.00"
        staged = held_rows(connection, "filing-1")
    assert [row["project"] for row in staged["project"]] == ["甲项目", "乙项目"]
    assert rows(loader, "SELECT count(*) FROM staging.budget") == [(0,)]


def test_an_acceptance_makes_the_sum_the_stated_total(loader: Engine, reader: Engine) -> None:
    load(loader, submission(SHORT))
    outcome = accept(loader, "filing-1", by="王工", because="the annex is missing")
    assert (outcome.status, outcome.version) == (Status.PUBLISHED, 1)
    assert rows(reader, "SELECT sum(amount_yuan) FROM mart.project_budget") == [(Decimal("7390000.00"),)]
    assert rows(
        reader, "SELECT project, unit, funding_source, amount_yuan, flags FROM mart.project_budget WHERE flags <> ''"
    ) == [(None, "本级", "未知", Decimal("7240000.00"), "residual")]
    assert rows(reader, "SELECT status, projects, difference_yuan, flags, held_reasons FROM mart.filing") == [
        ("published", 2, Decimal("7240000.00"), "accepted", "")
    ]
    assert rows(reader, "SELECT DISTINCT holds, difference_yuan FROM mart.control_total") == [
        (False, Decimal("7240000.00"))
    ]
    assert rows(loader, "SELECT accepted_by, because, expectations, residual_yuan FROM audit.acceptance") == [
        ("王工", "the annex is missing", "control_filing,control_unit", Decimal("7240000.00"))
    ]


def test_reasons_in_chinese_count_places_and_are_those_of_their_time(loader: Engine, reader: Engine) -> None:
    load(loader, submission(SHORT))
    accept(loader, "filing-1", by="王工", because="known")
    assert rows(reader, "SELECT held_reasons_zh FROM mart.filing") == [("",)]
    assert rows(reader, "SELECT held_reasons_zh FROM mart.filing_as_of(1)") == [
        ("全文件合计与明细不符；单位小计与明细不符",)
    ]
    said = "control_unit: a 1\nthe portal: was down\ncontrol_unit: b 2"
    assert rows(reader, f"SELECT {in_chinese(quote(said))}") == [("单位小计与明细不符（2处）；the portal: was down",)]


def test_an_accepted_filing_is_unchanged_afterwards(loader: Engine) -> None:
    load(loader, submission(SHORT))
    accept(loader, "filing-1", by="王工", because="known")
    assert load(loader, submission(SHORT)).status is Status.UNCHANGED
    assert rows(loader, "SELECT count(*) FROM dw.publication") == [(1,)]


@pytest.mark.parametrize(("by", "because"), [("", "x"), ("x", " ")])
def test_an_acceptance_needs_a_person_and_a_reason(loader: Engine, by: str, because: str) -> None:
    load(loader, submission(SHORT))
    with pytest.raises(WarehouseError, match="--by NAME --because"):
        accept(loader, "filing-1", by=by, because=because)


def test_what_is_not_held_cannot_be_accepted(loader: Engine) -> None:
    load(loader, submission())
    with pytest.raises(WarehouseError, match="filing-1 is not held"):
        accept(loader, "filing-1", by="x", because="y")


def test_an_unknown_year_cannot_be_accepted(loader: Engine) -> None:
    load(loader, submission(records(fiscal_year=None), fiscal_year=None, year_basis="read"))
    with pytest.raises(WarehouseError, match="year_resolved"):
        accept(loader, "filing-1", by="x", because="y")


def test_a_held_version_leaves_the_published_one_visible(loader: Engine, reader: Engine) -> None:
    load(loader, submission())
    assert load(loader, submission(SHORT, sha256="b" * 64)).status is Status.HELD
    ((status, version, pending, pending_status, why),) = rows(
        reader, "SELECT status, version, pending_version, pending_status, held_reasons FROM mart.filing"
    )
    assert (status, version, pending, pending_status) == ("published", 1, 2, "held")
    assert "control_filing" in why
    assert rows(reader, "SELECT sum(amount_yuan) FROM mart.project_budget") == [(Decimal("150000.00"),)]


def test_a_failure_leaves_the_published_version_visible(loader: Engine, reader: Engine) -> None:
    filing = submission()
    load(loader, filing)
    record_failure(loader, start_load(loader, "test"), filing.entry, filing.publisher, "the file is truncated")
    assert rows(reader, "SELECT status, version, pending_status, held_reasons FROM mart.filing") == [
        ("published", 1, "failed", "the file is truncated")
    ]


def test_a_filing_that_never_could_be_read_is_in_the_mart(loader: Engine, reader: Engine) -> None:
    filing = submission()
    record_failure(loader, start_load(loader, "test"), filing.entry, filing.publisher, "the file is truncated")
    assert rows(reader, "SELECT status, version, fiscal_year, department, held_reasons FROM mart.filing") == [
        ("failed", None, 2024, "某市某区工业和信息化局", "the file is truncated")
    ]


def test_a_known_input_need_not_be_read(loader: Engine) -> None:
    filing = submission(SHORT)
    load(loader, filing)
    asked = {"entry": filing.entry, "publisher": filing.publisher, "readers": ["text-1"]}
    with loader.connect() as connection:
        known = known_version(connection, sha256=filing.sha256, **asked)
        assert known is not None
        assert (known.status, known.version) == (Status.UNCHANGED, 1)
        assert known.reasons[0].startswith("control_filing")
        assert known_version(connection, sha256="b" * 64, **asked) is None
        assert known_version(connection, sha256=filing.sha256, **(asked | {"readers": ["text-2"]})) is None
