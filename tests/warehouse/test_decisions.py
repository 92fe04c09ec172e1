"""What a person decides of a held filing: acceptances by name and until a day, rejections, another judgement."""

from __future__ import annotations

import datetime
import threading
import time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from extract.document import Finding, Severity
from tests.warehouse.builders import records, submission, total
from tests.warehouse.test_publishing import load, rows
from transform.records import Records, TotalOf
from warehouse.decide.acceptances import add_residuals
from warehouse.decide.accepting import accept
from warehouse.decide.held import held_filings, reject, retry
from warehouse.decide.versions import undo
from warehouse.errors import WarehouseError
from warehouse.gate.verdicts import judge
from warehouse.submission import Outcome, Status

WHO = {"by": "王工", "because": "the annex is missing"}
GARBLED = Finding(code="font_garbled", severity=Severity.CRITICAL, message="page 3 is not text", page=3)


def short(stated: str = "739.00", **values: object) -> Records:
    return records(stated_totals=(total(TotalOf.FILING, stated),), **values)


def test_expectations_accepted_one_by_one_publish_with_the_last(loader: Engine, reader: Engine) -> None:
    load(loader, submission(short(findings=(GARBLED,))))
    first = accept(loader, "filing-1", expectations=["control_filing"], **WHO)
    assert (first.status, first.reasons) == (
        Status.HELD,
        ("no_critical_finding: font_garbled, page 3 is not text",),
    )
    assert rows(reader, "SELECT status, flags FROM mart.filing") == [("held", "")]
    with loader.connect() as connection:
        (held,) = held_filings(connection)
    assert {reason.expectation: reason.accepted_by for reason in held.reasons} == {
        "control_filing": "王工",
        "no_critical_finding": None,
    }
    second = accept(loader, "filing-1", expectations=["no_critical_finding"], by="李工", because="page 3 is blank")
    assert second.status is Status.PUBLISHED
    assert rows(reader, "SELECT status, flags FROM mart.filing") == [("published", "accepted")]
    assert rows(loader, "SELECT accepted_by, expectations, residual_yuan FROM audit.acceptance ORDER BY 1 DESC") == [
        ("王工", "control_filing", 0),
        ("李工", "no_critical_finding", Decimal("7240000.00")),
    ]


def test_an_expectation_that_does_not_hold_it_cannot_be_accepted(loader: Engine) -> None:
    load(loader, submission(short()))
    with pytest.raises(WarehouseError, match="not held by coverage, but by control_filing"):
        accept(loader, "filing-1", expectations=["coverage"], **WHO)


def test_a_later_version_that_fails_in_the_same_relies_on_the_acceptance(loader: Engine, reader: Engine) -> None:
    load(loader, submission(short()))
    accept(loader, "filing-1", **WHO)
    assert load(loader, submission(short(), reader="text-2")).status is Status.PUBLISHED
    assert rows(reader, "SELECT version, flags FROM mart.filing") == [(2, "accepted")]
    assert rows(reader, "SELECT sum(amount_yuan) FROM mart.project_budget") == [(Decimal("7390000.00"),)]
    assert rows(loader, "SELECT count(*), count(DISTINCT filing_version_key) FROM audit.acceptance") == [(2, 2)]


def test_a_later_version_that_misses_another_sum_is_held(loader: Engine) -> None:
    load(loader, submission(short()))
    accept(loader, "filing-1", **WHO)
    assert load(loader, submission(short("800.00"), sha256="b" * 64)).status is Status.HELD


def test_an_acceptance_past_its_last_day_holds_the_next_version(loader: Engine, reader: Engine) -> None:
    """What was published under it stays."""
    load(loader, submission(short()))
    accept(loader, "filing-1", until=datetime.date(2999, 1, 1), **WHO)
    with loader.begin() as connection:
        connection.execute(text("UPDATE audit.acceptance SET until = CURRENT_DATE - 1"))
    assert load(loader, submission(short(), reader="text-2")).status is Status.HELD
    assert rows(reader, "SELECT version, status, pending_version, flags FROM mart.filing") == [
        (1, "published", 2, "accepted")
    ]


def test_an_acceptance_that_has_ended_already_is_refused(loader: Engine) -> None:
    load(loader, submission(short()))
    with pytest.raises(WarehouseError, match="would have ended on 2020-01-01"):
        accept(loader, "filing-1", until=datetime.date(2020, 1, 1), **WHO)


def test_a_version_that_came_in_meanwhile_is_not_accepted_unseen(loader: Engine) -> None:
    load(loader, submission(short()))
    load(loader, submission(short("800.00"), sha256="b" * 64))
    with pytest.raises(WarehouseError, match="version 1 of filing-1 does not wait any more, version 2 does"):
        accept(loader, "filing-1", version=1, **WHO)


def test_whoever_decides_second_is_told_what_was_decided(loader: Engine) -> None:
    load(loader, submission(short()))
    reject(loader, "filing-1", **WHO)
    with pytest.raises(WarehouseError, match="filing-1 is not held: version 1 is rejected"):
        accept(loader, "filing-1", **WHO)
    assert rows(loader, "SELECT count(*) FROM audit.acceptance") == [(0,)]


SAME = {"sha256": "a" * 64}
"""Equal bytes, whatever the filing is called."""
PUBLISHED = "SELECT filing_id FROM mart.filing WHERE status = 'published' ORDER BY 1"


def test_of_two_held_filings_of_equal_bytes_one_is_accepted(loader: Engine, reader: Engine) -> None:
    for name in ("one", "other"):
        load(loader, submission(short(), filing_id=name, **SAME))
    accept(loader, "one", **WHO)
    with pytest.raises(WarehouseError, match=r"same bytes as those of other are published as one.*\(`yusuan retry`"):
        accept(loader, "other", **WHO)
    assert rows(reader, PUBLISHED) == [("one",)]
    assert "not_published_twice" in str(retry(loader, "other")[0].reasons)
    assert accept(loader, "other", **WHO).status is Status.PUBLISHED


def test_of_two_held_filings_of_equal_lines_one_is_accepted(loader: Engine, reader: Engine) -> None:
    for name, digest in (("one", "a"), ("other", "b")):
        load(loader, submission(short(), filing_id=name, sha256=digest * 64))
    accept(loader, "one", **WHO)
    with pytest.raises(WarehouseError, match=r"what other says line by line is published as one.*\(`yusuan retry`"):
        accept(loader, "other", **WHO)
    assert rows(reader, PUBLISHED) == [("one",)]
    assert "records_not_published_twice" in str(retry(loader, "other")[0].reasons)
    assert accept(loader, "other", **WHO).status is Status.PUBLISHED


def test_an_undo_does_not_bring_back_lines_that_are_published_under_another_name(
    loader: Engine, reader: Engine
) -> None:
    load(loader, submission(filing_id="one", sha256="a" * 64))
    undo(loader, "one", **WHO)
    load(loader, submission(filing_id="other", sha256="b" * 64))
    with pytest.raises(WarehouseError, match="published as other: undo that one first"):
        undo(loader, "one", **WHO)
    assert rows(reader, PUBLISHED) == [("other",)]


def test_an_undo_does_not_bring_back_bytes_that_are_published_under_another_name(
    loader: Engine, reader: Engine
) -> None:
    load(loader, submission(filing_id="one", **SAME))
    undo(loader, "one", **WHO)
    load(loader, submission(filing_id="other", **SAME))
    with pytest.raises(WarehouseError, match="published as other: undo that one first"):
        undo(loader, "one", **WHO)
    undo(loader, "other", **WHO)
    undo(loader, "one", **WHO)
    assert rows(reader, PUBLISHED) == [("one",)]


def test_a_decision_that_is_killed_after_its_commit_has_left_the_queue(
    loader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(loader, submission())
    left: list[int] = []
    staged = "SELECT count(*) FROM staging.filing"
    monkeypatch.setattr("warehouse.decide.decisions.finish_load", lambda *_: left.append(rows(loader, staged)[0][0]))
    undo(loader, "filing-1", **WHO)
    assert left == [0]


def until_somebody_waits(engine: Engine) -> None:
    while not rows(engine, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")[0][0]:
        time.sleep(0.01)


def test_an_acceptance_waits_for_a_load_of_equal_bytes(
    loader: Engine, reader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given when the load has been judged and is not yet published."""
    load(loader, submission(short(), filing_id="held", **SAME))
    refused: list[WarehouseError] = []

    def decide() -> None:
        with pytest.raises(WarehouseError) as error:
            accept(loader, "held", **WHO)
        refused.append(error.value)

    acceptance = threading.Thread(target=decide)

    def judge_and_meet(*arguments: Any) -> Any:
        verdicts = judge(*arguments)
        acceptance.start()
        until_somebody_waits(loader)
        return verdicts

    monkeypatch.setattr("warehouse.loading.judge", judge_and_meet)
    assert load(loader, submission(filing_id="loaded", **SAME)).status is Status.PUBLISHED
    acceptance.join()
    assert ["published as loaded" in str(error) for error in refused] == [True]
    assert rows(reader, PUBLISHED) == [("loaded",)]


def test_a_load_waits_for_an_acceptance_of_equal_bytes(
    loader: Engine, reader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(loader, submission(short(), filing_id="held", **SAME))
    outcomes: list[Outcome] = []
    beside = threading.Thread(target=lambda: outcomes.append(load(loader, submission(filing_id="loaded", **SAME))))

    def publish_and_meet(*arguments: Any, **named: Any) -> Any:
        beside.start()
        until_somebody_waits(loader)
        return add_residuals(*arguments, **named)

    monkeypatch.setattr("warehouse.decide.accepting.add_residuals", publish_and_meet)
    accept(loader, "held", **WHO)
    beside.join()
    assert [outcome.reasons for outcome in outcomes] == [("not_published_twice: the same bytes are filing held",)]
    assert rows(reader, PUBLISHED) == [("held",)]
    assert rows(loader, "SELECT count(*) FROM staging.filing") == [(0,)]


def test_a_rejected_version_stays_out_and_waits_no_longer(loader: Engine, reader: Engine) -> None:
    load(loader, submission(short()))
    assert reject(loader, "filing-1", **WHO) == 1
    with loader.connect() as connection:
        assert held_filings(connection) == []
    assert load(loader, submission(short())).status is Status.UNCHANGED
    assert rows(reader, "SELECT status, held_reasons FROM mart.filing") == [
        ("rejected", "rejected by 王工: the annex is missing")
    ]
    assert rows(loader, "SELECT decision, decided_by FROM audit.decision") == [("rejected", "王工")]


def test_a_new_version_of_a_rejected_filing_is_judged_afresh(loader: Engine) -> None:
    load(loader, submission())
    load(loader, submission(short(), sha256="b" * 64))
    reject(loader, "filing-1", **WHO)
    assert rows(loader, "SELECT version, status, pending_version FROM mart.filing") == [(1, "published", None)]
    assert load(loader, submission(short(), sha256="c" * 64)).status is Status.HELD
    assert load(loader, submission(sha256="d" * 64)).status is Status.PUBLISHED


def test_a_retry_judges_the_staged_rows_by_what_holds_now(loader: Engine, reader: Engine) -> None:
    """Held for bringing few facts; once the version it was compared with is withdrawn, nothing holds it."""
    poor = records(
        projects=records().projects[:1], budget_lines=records().budget_lines[:1], indicators=(), stated_totals=()
    )
    load(loader, submission())
    load(loader, submission(poor, sha256="b" * 64))
    assert retry(loader, "filing-1")[0].status is Status.UNCHANGED
    undo(loader, "filing-1", **WHO)
    outcome, _ = retry(loader, "filing-1")
    assert (outcome.status, outcome.version) == (Status.PUBLISHED, 3)
    assert rows(reader, "SELECT status, projects, flags FROM mart.filing") == [("published", 1, "no_stated_total")]
    assert rows(reader, "SELECT sum(amount_yuan) FROM mart.project_budget") == [(Decimal("105000.00"),)]


def test_a_failing_row_stays_visible_with_its_printed_text(loader: Engine) -> None:
    load(loader, submission(short()))
    assert rows(
        loader,
        "SELECT staged_row ->> 'source_text', staged_row ->> 'stated_yuan' FROM audit.expectation_failure"
        " WHERE expectation = 'control_filing'",
    ) == [("合计 739.00", "7390000.00")]
    assert rows(loader, "SELECT count(*) FROM staging.control") == [(0,)]
