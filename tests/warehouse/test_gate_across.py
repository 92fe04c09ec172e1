"""The expectations that look at other filings, each with what breaks it and with what it must let pass."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.warehouse.builders import LAYOUT, indicator, money, percent, project, records, submission
from tests.warehouse.test_publishing import load, rows
from transform.records import Kind, Records
from warehouse import loading
from warehouse.decide.accepting import accept_load
from warehouse.decide.versions import undo
from warehouse.gate.batch_tables import batch_tables
from warehouse.gate.expectations import BY_ID
from warehouse.gate.verdicts import Verdict, judge
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.schema.staging import STAGING
from warehouse.staging.area import Batch
from warehouse.submission import Outcome, Status, Submission

TODAY = records()
LAST_YEAR = {"filing_id": "last-year", "fiscal_year": 2023}
_BARE: dict[str, Any] = {"indicators": (), "stated_totals": ()}


def last_year(**values: Any) -> Submission:
    return submission(records(fiscal_year=2023, **values), **LAST_YEAR)


def many(count: int, **values: Any) -> Records:
    return records(
        projects=tuple(project(n, f"项目{n}") for n in range(1, count + 1)),
        budget_lines=tuple(money(f"项目{n}", f"{n}.00") for n in range(1, count + 1)),
        **_BARE | values,
    )


def failures(engine: Engine, expectation: str) -> list[tuple[str, str]]:
    statement = (
        f"SELECT message, evidence FROM audit.expectation_failure WHERE expectation = '{expectation}' ORDER BY 1"
    )
    return [tuple(row) for row in rows(engine, statement)]


def test_a_project_whose_money_jumps_is_flagged_and_others_are_not(loader: Engine, reader: Engine) -> None:
    lines = (money("甲项目", "3.00"), money("乙项目", "2.00"))
    load(loader, last_year(budget_lines=lines, **_BARE))
    load(loader, submission(records(budget_lines=(money("甲项目", "9.01"), money("乙项目", "6.00")), **_BARE)))
    assert rows(reader, "SELECT fiscal_year, project FROM mart.project WHERE flags = 'amount_jump'") == [
        (2024, "甲项目")
    ]
    assert failures(loader, "amount_near_last_year") == [
        ("本级 / 甲项目 has 90,100.00 yuan, last year 30,000.00", "printed")
    ]


def test_a_project_of_the_same_name_in_another_unit_is_another_project(loader: Engine, reader: Engine) -> None:
    there = {"projects": (project(1, "甲项目", unit="中心"),), "budget_lines": (money("甲项目", "1.00", unit="中心"),)}
    load(loader, last_year(**there, **_BARE))
    load(loader, submission(records(budget_lines=(money("甲项目", "99.00"),), **_BARE)))
    assert rows(reader, "SELECT count(*) FROM mart.project WHERE flags = 'amount_jump'") == [(0,)]


def test_the_same_bytes_under_another_name_are_held(loader: Engine, reader: Engine) -> None:
    load(loader, submission(filing_id="one-address", sha256="a" * 64))
    outcome = load(loader, submission(filing_id="another-address", sha256="a" * 64))
    assert (outcome.status, outcome.reasons) == (
        Status.HELD,
        ("not_published_twice: the same bytes are filing one-address",),
    )
    assert rows(reader, "SELECT DISTINCT filing_id FROM mart.project_budget") == [("one-address",)]


def test_the_same_bytes_twice_in_one_batch_are_published_once(loader: Engine) -> None:
    twins = [submission(filing_id=name, sha256="a" * 64) for name in ("b-second", "a-first")]
    second, first = load_filings(loader, start_load(loader, "test"), twins)
    assert (first.status, second.status) == (Status.PUBLISHED, Status.HELD)


@pytest.mark.parametrize(
    ("digests", "became"),
    [
        (("a" * 64, "a" * 64), [("another-address", "held", ""), ("one-address", "published", "")]),
        (("a" * 64, "b" * 64), [("another-address", "held", ""), ("one-address", "published", "")]),
    ],
)
def test_two_loads_at_once_of_the_same_filing_under_two_names_see_each_other(
    loader: Engine, reader: Engine, monkeypatch: pytest.MonkeyPatch, digests: tuple[str, str], became: list[Any]
) -> None:
    """The second comes when the first has been judged and is not yet published."""
    judged: list[int] = []

    def judge_and_meet(engine: Engine, load_id: int, *rest: Any) -> Any:
        verdicts = judge(engine, load_id, *rest)
        judged.append(load_id)
        if len(judged) == 1:
            other.start()
            while len(judged) == 1 and not waits():
                time.sleep(0.01)
        return verdicts

    def waits() -> bool:
        statement = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(rows(loader, statement)[0][0])

    monkeypatch.setattr("warehouse.loading.judge", judge_and_meet)
    later = submission(filing_id="another-address", sha256=digests[1])
    other = threading.Thread(target=load, args=(loader, later))
    load(loader, submission(filing_id="one-address", sha256=digests[0]))
    other.join()
    assert rows(reader, "SELECT filing_id, status, flags FROM mart.filing ORDER BY 1") == became


@pytest.mark.parametrize(
    ("count", "status", "flags"),
    [(20, "published", "no_stated_total"), (19, "published", "few_facts,no_stated_total"), (3, "held", "")],
)
def test_far_fewer_facts_than_last_year_are_noticed(
    loader: Engine, reader: Engine, count: int, status: str, flags: str
) -> None:
    load(loader, submission(many(40, fiscal_year=2023), **LAST_YEAR))
    outcome = load(loader, submission(many(count)))
    assert outcome.status == status
    assert status == "published" or outcome.reasons == (
        "facts_not_far_fewer: brings 3 facts, the publisher's last filing last-year has 40",
    )
    assert status == "held" or rows(reader, "SELECT flags FROM mart.filing WHERE fiscal_year = 2024") == [(flags,)]


def test_a_target_copied_from_last_year_is_recorded_without_a_flag(loader: Engine, reader: Engine) -> None:
    load(loader, last_year(stated_totals=()))
    fresh = (indicator("甲项目", 1), indicator("甲项目", 2, "满意度", level1="满意度", targets=(percent("91"),)))
    load(loader, submission(records(indicators=fresh, stated_totals=())))
    assert failures(loader, "target_not_copied") == [
        ("本级 / 甲项目 / 完成率 / annual says what it said last year", "90%以上")
    ]
    assert rows(reader, "SELECT DISTINCT flags FROM mart.indicator_target") == [("",)]


def test_no_row_of_a_large_filing_is_compared_with_each_other(loader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = BY_ID["target_not_copied"]
    read: dict[str, int] = {}

    def explain_first(engine: Engine, load_id: int, batch: Batch, attempts: Collection[int]) -> dict[int, Verdict]:
        asked = f"WITH batch AS NOT MATERIALIZED (SELECT * FROM {copied.table.full_name}) {copied.failing()}"
        with engine.connect() as connection:
            for statement in (*batch_tables([], batch), batch.sql(asked)):
                if "SELECT" in statement:
                    (explained,) = connection.exec_driver_sql(
                        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
                    ).scalar_one()
                    read[statement] = explained["Plan"]["Shared Hit Blocks"] + explained["Plan"]["Shared Read Blocks"]
                else:
                    connection.exec_driver_sql(statement)
        return judge(engine, load_id, batch, attempts)

    def large(year: int) -> Records:
        promised = [indicator("甲项目", n, f"指标{n}", targets=(percent(f"{n}.{year}"),)) for n in range(1, 401)]
        return records(fiscal_year=year, indicators=tuple(promised), stated_totals=())

    load(loader, submission(large(2023), **LAST_YEAR))
    monkeypatch.setattr(loading, "judge", explain_first)
    load(loader, submission(large(2024)))
    assert len(read) == len(STAGING) + 4
    assert {statement: pages for statement, pages in read.items() if pages >= 40 * 400} == {}


@pytest.mark.parametrize("form_first", [True, False])
@pytest.mark.parametrize(
    ("budgeted", "expectation"), [("14.99", "projects_within_department"), ("15.01", "projects_fill_department")]
)
def test_project_table_and_department_form_are_compared(
    loader: Engine, monkeypatch: pytest.MonkeyPatch, form_first: bool, budgeted: str, expectation: str
) -> None:
    form_layout = dataclasses.replace(LAYOUT, name="form", kind=Kind.DEPARTMENT_TARGET_FORM, row_floors={})
    monkeypatch.setattr("transform.layouts.LAYOUTS", (LAYOUT, form_layout))
    line = dataclasses.replace(
        money("", budgeted, statement="dept_expenditure"),
        project=None,
        funding_source=None,
        line="项目支出",
        classification_scheme="component",
        expenditure_type="项目支出",
    )
    form = records(layout="form", kind=Kind.DEPARTMENT_TARGET_FORM, projects=(), budget_lines=(line,), **_BARE)
    filings = [submission(form, filing_id="form"), submission(filing_id="table")]
    for filing in filings if form_first else reversed(filings):
        assert load(loader, filing).status is Status.PUBLISHED
    ((message, _),) = failures(loader, expectation)
    assert message.startswith("the project table lists 150,000.00 yuan, the department form budgets 1")
    flagged = rows(loader, "SELECT count(*) FROM mart.filing WHERE flags LIKE '%exceeds_department%'")
    assert flagged == [(int(expectation == "projects_within_department"),)]


def rewrite(engine: Engine, *filing_ids: str) -> list[Outcome]:
    """Load other amounts and promises for these filings, all of them different."""
    lines = tuple(money(f"项目{n}", f"{n}.50") for n in range(1, 5))
    changed = [many(4), dataclasses.replace(many(4), budget_lines=lines)]
    filings = [submission(changed[n % 2], filing_id=name, sha256=str(n) * 64) for n, name in enumerate(filing_ids)]
    return load_filings(engine, start_load(engine, "test"), filings)


def three(engine: Engine) -> None:
    for n, name in enumerate(("filing-1", "filing-2", "filing-3")):
        lines = (money("甲项目", f"{n}.50"), money("乙项目", "4.25"))
        load(engine, submission(records(budget_lines=lines, stated_totals=()), filing_id=name))


def test_a_load_that_changes_most_of_a_year_stops_and_asks(loader: Engine, reader: Engine) -> None:
    three(loader)
    before = rows(reader, "SELECT * FROM mart.project_budget ORDER BY filing_id, project")
    outcomes = rewrite(loader, "filing-1", "filing-2")
    assert [outcome.status for outcome in outcomes] == [Status.HELD, Status.HELD]
    assert outcomes[0].reasons == (
        "year_kept: this load would change 8 facts of 2024 in 2 filings, of 12 published: more than 50 %"
        " (YUSUAN_CHANGED_SHARE)",
    )
    assert rows(reader, "SELECT * FROM mart.project_budget ORDER BY filing_id, project") == before
    accepted = accept_load(loader, 4, by="王工", because="the publisher corrected both")
    assert [outcome.status for outcome in accepted] == [Status.PUBLISHED, Status.PUBLISHED]
    assert rows(reader, "SELECT count(*) FROM mart.project_budget") == [(10,)]


def test_a_load_that_changes_a_part_of_a_year_passes(loader: Engine) -> None:
    three(loader)
    (outcome,) = rewrite(loader, "filing-1")
    assert outcome.status is Status.PUBLISHED
    undo(loader, "filing-1", by="王工", because="test")


def test_batches_of_one_load_count_together(loader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    three(loader)
    monkeypatch.setattr("warehouse.loading.BATCH", 1)
    assert [outcome.status for outcome in rewrite(loader, "filing-1", "filing-2")] == [Status.PUBLISHED, Status.HELD]


def test_the_share_that_a_load_may_change_is_a_setting(loader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    three(loader)
    monkeypatch.setenv("YUSUAN_CHANGED_SHARE", "1")
    assert {outcome.status for outcome in rewrite(loader, "filing-1", "filing-2")} == {Status.PUBLISHED}


@pytest.mark.parametrize(("printed", "status"), [("99.00", "published"), ("100.00", "held"), ("0.01", "held")])
def test_a_filing_in_another_unit_of_money_than_last_year_is_held(loader: Engine, printed: str, status: str) -> None:
    one = (project(1, "甲项目"),)
    load(loader, last_year(projects=one, budget_lines=(money("甲项目", "1.00"),), **_BARE))
    outcome = load(loader, submission(records(projects=one, budget_lines=(money("甲项目", printed),), **_BARE)))
    assert outcome.status == status
    held_by = {"magnitude_kept"} if status == "held" else set()
    assert {reason.partition(":")[0] for reason in outcome.reasons} == held_by
