"""Every expectation has a filing that breaks it: a critical one holds exactly that filing, a warning flags that row.

Each broken filing is loaded in one batch with a sound one, which must be published without a flag.
"""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from extract.document import Finding, Severity
from tests.warehouse.builders import (
    OTHER,
    PUBLISHER,
    amount,
    bureau,
    indicator,
    money,
    percent,
    project,
    records,
    source,
    submission,
    total,
)
from tests.warehouse.test_publishing import load, rows
from transform.records import DepartmentProfile, Horizon, Indicator, Kind, Records, Target, TargetKind, Task, TotalOf
from transform.statements.identities import IDENTITIES
from transform.statements.narrative import NARRATIVE
from warehouse.gate.expectations import EXPECTATIONS
from warehouse.gate.expectations_across import ACROSS
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.submission import Outcome, Status, Submission

BASE = records()
RULES = {f"control_identity_{rule.id}" for rule in IDENTITIES}
LEFT_OUT = Finding(code="hidden_cells", severity=Severity.WARNING, message="2 cells were left out")
CRITICAL_FINDING = Finding(code="font_garbled", severity=Severity.CRITICAL, message="page 3 is not text", page=3)


def broken(**values: Any) -> Submission:
    return submission(records(**values), filing_id="broken", sha256="b" * 64)


def declared(read: Records = BASE, **values: Any) -> Submission:
    return submission(read, filing_id="broken", sha256="b" * 64, **values)


CRITICAL: dict[str, Submission] = {
    "layout_recognised": declared(recognised=False),
    "kind_agrees": declared(kind=Kind.SELF_EVALUATION.value),
    "department_agrees": replace(
        broken(department="广州市荔湾区教育局"),
        publisher=PUBLISHER.model_copy(update={"id": "commerce", "name": "广州市荔湾区商务局"}),
    ),
    "year_resolved": declared(records(fiscal_year=None), fiscal_year=None, year_basis="read"),
    "year_agrees": declared(fiscal_year=2023),
    "money_unit_read": broken(money_unit=None),
    "money_unit_agrees": declared(money_unit="元"),
    "coverage": broken(coverage=Decimal("0.89")),
    "row_floor": broken(projects=(), budget_lines=(), indicators=(), stated_totals=()),
    "no_critical_finding": broken(findings=(CRITICAL_FINDING,)),
    "control_filing": broken(stated_totals=(total(TotalOf.FILING, "15.02"),)),
    "control_funding_source": broken(stated_totals=(total(TotalOf.FILING, "0.27", funding_source=OTHER),)),
    "control_unit": broken(stated_totals=(total(TotalOf.UNIT, "14.75", unit="本级"),)),
    "control_project": broken(stated_totals=(total(TotalOf.PROJECT, "4.25", unit="本级", project="乙项目"),)),
    "control_statement": broken(stated_totals=(total(TotalOf.STATEMENT, "1", statement="project_expenditure"),)),
    "project_unique": broken(projects=(*BASE.projects, project(3, "甲项目"))),
    "budget_unique": broken(budget_lines=(*BASE.budget_lines, money("甲项目", "0.00"))),
    "indicator_unique": broken(indicators=(*BASE.indicators, indicator("甲项目", 2, number=None))),
    "target_unique": broken(indicators=(indicator("甲项目", 1, targets=(percent("90"), percent("80"))),)),
    "project_key_not_null": broken(projects=(*BASE.projects, project(3, ""))),
    "budget_key_not_null": broken(
        budget_lines=(*BASE.budget_lines, dataclasses.replace(money("甲项目", "0.00", funding=OTHER), statement=""))
    ),
    "indicator_key_not_null": broken(indicators=(indicator(None, 1, unit=""),)),
    "task_key_not_null": broken(tasks=(Task(seq=1, name="", content=None, goal=None, amount=None, source=source()),)),
    "budget_of_known_project": broken(budget_lines=(*BASE.budget_lines, money("丙项目", "0.00"))),
    "indicator_of_known_project": broken(indicators=(indicator("丙项目", 1),)),
    "filing_not_doubled": broken(
        indicators=tuple(indicator("甲项目", seq, f"指标{seq % 3}", number=None) for seq in range(1, 7))
    ),
    "control_of_known_project": broken(stated_totals=(total(TotalOf.PROJECT, "0.00", unit="本级", project="丙项目"),)),
}
"""What breaks each critical expectation."""

FILING_FLAG = "SELECT filing_id FROM mart.filing WHERE flags LIKE :flag"
CONTROL_FLAG = "SELECT funding_source FROM mart.control_total WHERE flags = :flag AND filing_id = 'broken'"
INDICATOR_FLAG = "SELECT indicator_seq FROM mart.indicator_target WHERE flags = :flag AND filing_id = 'broken'"

PROJECT_FLAG = "SELECT project FROM mart.project WHERE flags = :flag AND filing_id = 'broken'"
TASK_FLAG = "SELECT task_seq FROM mart.task WHERE flags = :flag AND filing_id = 'broken'"
PROFILE_FLAG = "SELECT filing_id FROM mart.department_profile WHERE flags = :flag"
EACH = (indicator("甲项目", 1), indicator("乙项目", 1))
"""One indicator for each project."""


def promising(text: str, **values: Any) -> Indicator:
    """A third indicator of 甲项目 whose target is printed so."""
    target = percent("90")
    return indicator("甲项目", 3, targets=(replace(target, text=text, reading=replace(target.reading, **values)),))


def both(seq: int) -> tuple[Target, ...]:
    """A target of the cycle and one of the year; the sixth indicator has none of the year."""
    annual = percent("90")
    return (replace(annual, horizon=Horizon.CYCLE), *((annual,) if seq < 6 else ()))


def task(seq: int, printed: str | None) -> Task:
    money = amount(printed) if printed else None
    return Task(seq=seq, name=f"任务{seq}", content=None, goal=None, amount=money, source=source())


def form(*tasks: Task, **profile: Any) -> Submission:
    """A department form whose department spends 15.00 万元."""
    head = {"staff": 3, "subordinate_units": 0, "goal": "总体目标", "source": source()} | profile
    spent = replace(money("", "15.00", statement="dept_expenditure"), project=None, funding_source=None)
    read = records(
        kind=Kind.DEPARTMENT_TARGET_FORM,
        budget_lines=(*BASE.budget_lines, spent),
        stated_totals=(total(TotalOf.STATEMENT, "15.00", statement="dept_expenditure"),),
        indicators=EACH,
        tasks=tasks,
        profiles=(DepartmentProfile(**head),),
    )
    return declared(read, kind="department_target_form")


LINES = tuple(money(f"项目{n}", "1.50") for n in range(10))
ROUNDED_FILING = broken(
    projects=tuple(project(n + 1, f"项目{n}") for n in range(10)),
    budget_lines=LINES,
    indicators=(),
    stated_totals=(total(TotalOf.FILING, "15.01"), total(TotalOf.FILING, "15.00", funding_source="财政拨款")),
)


def numbered(*numbers: str | None) -> Submission:
    return broken(
        indicators=tuple(indicator("甲项目", seq, f"指标{seq}", number=n) for seq, n in enumerate(numbers, start=1))
    )


WARNING: dict[str, tuple[Submission, str, str, list[Any]]] = {
    "year_assumed": (declared(year_basis="assumed"), "assumed_year", FILING_FLAG, ["broken"]),
    "total_stated": (broken(stated_totals=()), "no_stated_total", FILING_FLAG, ["broken"]),
    "filing_rounding": (ROUNDED_FILING, "rounding", FILING_FLAG, ["broken"]),
    "control_rounding": (ROUNDED_FILING, "rounding", CONTROL_FLAG, [None]),
    "narrative_agrees": (
        broken(
            stated_totals=(
                total(TotalOf.FILING, "15.00"),
                total(TotalOf.STATEMENT, "16.00", statement="project_expenditure", rule=NARRATIVE),
            )
        ),
        "narrative_differs", CONTROL_FLAG, [None],
    ),
    "level1_given": (
        broken(indicators=(indicator("甲项目", 1), indicator("甲项目", 2, level1=None, level1_printed=""))),
        "level1_missing", INDICATOR_FLAG, [2],
    ),
    "level1_known": (
        broken(indicators=(indicator("甲项目", 1, level1="未知", level1_printed="产山"), indicator("甲项目", 2))),
        "level1_unknown", INDICATOR_FLAG, [1],
    ),
    "indicator_named": (
        broken(indicators=(indicator("甲项目", 1), indicator("甲项目", 2, name=""))),
        "name_missing", INDICATOR_FLAG, [2],
    ),
    "numbering_gap": (numbered("1", "2", "4", "5"), "number_gap", INDICATOR_FLAG, [3]),
    "numbering_restart": (numbered("1", "2", "1", "2"), "number_restart", INDICATOR_FLAG, [3]),
    "numbering_repeat": (numbered("1", "1", "2"), "number_repeat", INDICATOR_FLAG, [2]),
    "ratio_in_range": (
        broken(indicators=(indicator("甲项目", 1), indicator("甲项目", 2, targets=(percent("120"),)))),
        "ratio_out_of_range", INDICATOR_FLAG, [2],
    ),
    "project_has_goal": (
        broken(projects=(project(1, "甲项目", goal=""), BASE.projects[1]), indicators=EACH), "no_goal", PROJECT_FLAG,
        ["甲项目"],
    ),
    "project_has_indicators": (broken(indicators=EACH[:1]), "no_indicators", PROJECT_FLAG, ["乙项目"]),
    "project_has_money": (
        broken(projects=(*BASE.projects, project(3, "丙项目")), indicators=(*EACH, indicator("丙项目", 1))),
        "no_amount", PROJECT_FLAG, ["丙项目"],
    ),
    "nothing_left_out": (
        broken(indicators=EACH, findings=(LEFT_OUT,)), "left_out", FILING_FLAG, ["broken"],
    ),
    "level2_known": (
        broken(indicators=(*EACH, replace(indicator("甲项目", 3, level2="未知"), level2_printed="数里指标"))),
        "level2_unknown", INDICATOR_FLAG, [3],
    ),
    "amount_not_negative": (
        broken(budget_lines=(*BASE.budget_lines, money("甲项目", "-0.01", funding=OTHER)), indicators=EACH,
               stated_totals=(total(TotalOf.FILING, "14.99"),)),
        "negative_amount", "SELECT amount_yuan FROM mart.project_budget WHERE flags = :flag", [-100],
    ),
    "task_not_negative": (form(task(1, "1.00"), task(2, "-1.00")), "negative_amount", TASK_FLAG, [2]),
    "task_once": (form(*(replace(task(seq, "1.00"), name="任务") for seq in (1, 2))), "task_repeat", TASK_FLAG, [1, 2]),
    "indicator_in_branch": (
        broken(indicators=(*EACH, indicator("甲项目", 3, level1="满意度", level2="时效"))), "branch_contradiction",
        INDICATOR_FLAG, [3],
    ),
    "indicator_once": (
        broken(indicators=(*EACH, *(indicator("甲项目", seq, "合格率", number=None) for seq in (3, 4)))),
        "indicator_repeat", INDICATOR_FLAG, [3, 4],
    ),
    "both_horizons_given": (
        broken(indicators=tuple(indicator("甲项目", seq, f"指标{seq}", targets=both(seq)) for seq in range(1, 7))),
        "horizon_missing", INDICATOR_FLAG, [6],
    ),
    "weights_whole": (
        broken(indicators=tuple(replace(each, weight=weight) for each, weight in zip(EACH, (90, 91), strict=True))),
        "weights_incomplete", PROJECT_FLAG, ["乙项目"],
    ),
    "target_not_negative": (
        broken(indicators=(*EACH, promising("≥-10台", kind=TargetKind.QUANTITY, value=Decimal(-10), value_unit="台"))),
        "negative_target", INDICATOR_FLAG, [3],
    ),
    "project_legible": (
        broken(projects=(project(1, "甲项目", goal="(cid:7)(cid:12)"), BASE.projects[1]), indicators=EACH),
        "illegible", PROJECT_FLAG, ["甲项目"],
    ),
    "indicator_legible": (
        broken(indicators=(*EACH, indicator("甲项目", 3, "完成\ufffd"))), "illegible", INDICATOR_FLAG, [3],
    ),
    "target_legible": (broken(indicators=(*EACH, promising("\ue012\ue013"))), "illegible", INDICATOR_FLAG, [3]),
    "target_short": (
        broken(indicators=(*EACH, promising("90%以上。" + "注：四舍五入。" * 20))), "long_target", INDICATOR_FLAG, [3],
    ),
    "rate_has_percent": (
        broken(indicators=(*EACH, promising("90", kind=TargetKind.QUANTITY, value_unit=None))), "percent_missing",
        INDICATOR_FLAG, [3],
    ),
    "tasks_listed": (form(), "no_tasks", FILING_FLAG, ["broken"]),
    "task_has_amount": (form(task(1, "1.00"), task(2, None)), "no_amount", TASK_FLAG, [2]),
    "task_within_budget": (form(task(1, "1.00"), task(2, "16.00")), "exceeds_budget", TASK_FLAG, [2]),
    "profile_complete": (form(task(1, "1.00"), staff=None), "incomplete", PROFILE_FLAG, ["broken"]),
}  # fmt: skip
"""What breaks each warning, its flag, where it must stand, and on which rows alone."""


def load_beside_a_sound_one(engine: Engine, filing: Submission) -> Outcome:
    sound = submission(records(indicators=EACH), filing_id="sound", sha256="c" * 64, publisher=bureau("sound"))
    other, outcome = load_filings(engine, start_load(engine, "test"), [sound, filing])
    assert (other.status, other.reasons) == (Status.PUBLISHED, ())
    assert rows(engine, "SELECT flags FROM mart.filing WHERE filing_id = 'sound'") == [("",)]
    return outcome


@pytest.mark.parametrize("expectation", CRITICAL)
def test_a_critical_expectation_holds_exactly_that_filing(loader: Engine, expectation: str) -> None:
    outcome = load_beside_a_sound_one(loader, CRITICAL[expectation])
    assert outcome.status is Status.HELD
    assert {reason.partition(":")[0] for reason in outcome.reasons} == {expectation}
    assert rows(loader, "SELECT filing_id, status FROM mart.filing ORDER BY 1") == [
        ("broken", "held"),
        ("sound", "published"),
    ]
    assert rows(loader, "SELECT DISTINCT filing_id FROM mart.project_budget") == [("sound",)]


@pytest.mark.parametrize("expectation", WARNING)
def test_a_warning_flags_exactly_that_row(loader: Engine, expectation: str) -> None:
    filing, flag, query, flagged = WARNING[expectation]
    outcome = load_beside_a_sound_one(loader, filing)
    assert (outcome.status, outcome.reasons) == (Status.PUBLISHED, ())
    assert rows(loader, query.replace(":flag", f"'{flag}'")) == [(row,) for row in flagged]
    assert rows(loader, f"SELECT count(*) FROM audit.expectation_failure WHERE expectation = '{expectation}'") == [
        (len(flagged),)
    ]


def test_an_indicator_without_a_target_is_recorded(loader: Engine) -> None:
    outcome = load_beside_a_sound_one(loader, broken(indicators=(indicator("甲项目", 1, targets=()), EACH[1])))
    assert outcome.status is Status.PUBLISHED
    assert rows(loader, "SELECT message FROM audit.expectation_failure ORDER BY 1") == [
        ("an indicator has no target at project 本级 / 甲项目",),
        ("no target stands at indicator 本级 / 甲项目 / 1",),
    ]
    assert rows(loader, "SELECT project FROM mart.project WHERE flags = 'no_target'") == [("甲项目",)]
    assert rows(loader, "SELECT indicators FROM mart.filing WHERE filing_id = 'broken'") == [(2,)]


def test_a_rate_written_as_a_decimal_fraction_lost_no_percent(loader: Engine) -> None:
    rates = tuple(
        replace(promising(printed, kind=TargetKind.QUANTITY, value=Decimal(printed), value_unit=None), seq=seq)
        for seq, printed in enumerate(("0.95", "1", "95"), start=3)
    )
    load_beside_a_sound_one(loader, broken(indicators=(*EACH, *rates)))
    flagged = "SELECT indicator_seq FROM mart.indicator_target WHERE flags LIKE '%percent_missing%'"
    assert rows(loader, flagged) == [(5,)]


def test_a_republication_that_lost_most_of_its_facts_is_held(loader: Engine) -> None:
    load(loader, submission())
    poor = records(projects=BASE.projects[:1], budget_lines=BASE.budget_lines[:1], indicators=(), stated_totals=())
    outcome = load(loader, submission(poor, sha256="b" * 64))
    assert outcome.status is Status.HELD
    assert outcome.reasons == ("facts_retired: brings 1 facts where the published version has 5",)


def test_an_unnumbered_row_between_two_numbers_is_no_gap(loader: Engine) -> None:
    load_beside_a_sound_one(loader, numbered("1", None, "3"))
    assert rows(loader, "SELECT DISTINCT flags FROM mart.indicator_target") == [("",)]


def test_each_rule_between_statements_holds_a_filing_that_breaks_it(loader: Engine) -> None:
    totals = (total(TotalOf.STATEMENT, "1", statement="project_expenditure", rule=rule.id) for rule in IDENTITIES)
    outcome = load_beside_a_sound_one(loader, broken(stated_totals=tuple(totals)))
    assert outcome.status is Status.HELD
    assert {reason.partition(":")[0] for reason in outcome.reasons} == RULES


def test_every_expectation_has_a_filing_that_breaks_it() -> None:
    elsewhere = {
        "indicator_has_target",
        "project_has_targets",
        "cited_budget_agrees",
        "unit_agrees",
    } | RULES
    elsewhere |= {one.id for one in ACROSS}  # test_gate_across
    assert {expectation.id for expectation in EXPECTATIONS} == CRITICAL.keys() | WARNING.keys() | elsewhere


def test_results_are_kept_for_every_expectation(loader: Engine) -> None:
    load_beside_a_sound_one(loader, broken(stated_totals=(total(TotalOf.FILING, "15.02"),), indicators=EACH))
    assert rows(loader, "SELECT count(*), min(filings), sum(failed_filings) FROM audit.expectation_result") == [
        (len(EXPECTATIONS), 2, 1)
    ]


def test_a_hundred_failing_rows_are_not_cut_short(loader: Engine) -> None:
    """Great Expectations hands on 200 failing rows at most, however many there are."""
    many = tuple(indicator("甲项目", seq, f"指标{seq}", level1="未知", number=None) for seq in range(1, 301))
    load(loader, broken(indicators=many))
    assert rows(loader, "SELECT count(*) FROM mart.indicator_target WHERE flags = 'level1_unknown'") == [(300,)]


def test_an_expectation_about_suspects_says_how_they_are_found() -> None:
    asked = next(one for one in EXPECTATIONS if one.suspects is None)
    with pytest.raises(ValueError, match="suspects"):
        dataclasses.replace(asked, source="suspect s JOIN staging.indicator i USING (filing_load_id)")
