"""The questions of analysts, answered on the samples and on small filings for what the samples cannot say."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.reference import DOCS
from tests.end_to_end.loading import corrected_year, load_two_years
from tests.warehouse.builders import LAYOUT, indicator, money, percent, project, records, submission
from transform.records import TargetKind
from warehouse.loading import load_filing
from warehouse.loads import start_load
from warehouse.questions import Question, ask, find_question, questions
from warehouse.questions.page import questions_page

Row = tuple[Any, ...]
HUADU, PANYU = "广州市花都区科技工业商务和信息化局", "广州市番禺区科技工业商务和信息化局"
COMMERCE, LIWAN = "广州市荔湾区商务和投资促进局", "广州市荔湾区科技工业和信息化局"
HUANGPU = "广州开发区经济和信息化局、广州市黄埔区工业和信息化局"
WATER, SCHOOLS = "虚构县水务局", "虚构县教育局"


def answer(reader: Engine, number: int, *columns: str) -> list[Row]:
    """The answer's rows, of these columns only."""
    with reader.connect() as connection:
        found = ask(connection, find_question(str(number)))
    places = [found.columns.index(name) for name in columns]
    return [tuple(row[place] for place in places) for row in found.rows]


def test_there_are_thirty_three() -> None:
    assert [one.number for one in questions()] == list(range(1, 34))


@pytest.mark.parametrize("question", questions(), ids=lambda one: one.name)
def test_a_question_is_one_query_on_the_mart_with_a_total_order(samples: Engine, question: Question) -> None:
    assert question.sql.count("SELECT") >= 1
    assert ";" not in question.sql.replace("'; '", "")
    assert "ORDER BY" in question.sql
    assert not {"dw.", "staging.", "audit."} & {word.partition(".")[0] + "." for word in question.sql.split()}
    with samples.connect() as connection:
        assert ask(connection, question) == ask(connection, question)


def test_the_page_is_current(samples: Engine) -> None:
    with samples.connect() as connection:
        assert (DOCS / "questions.md").read_text(encoding="utf-8") == questions_page(connection), "run `make docs`"


def test_1_per_head(samples: Engine) -> None:
    rows = answer(samples, 1, "fiscal_year", "region", "amount_yuan", "population", "yuan_per_head")
    assert rows == [
        (2023, "广州市花都区", Decimal("179605400.00"), 1_642_360, Decimal("109.36")),
        (2024, "广州市荔湾区", Decimal("263220000.00"), 1_238_305, Decimal("212.56")),
        (2025, "广州市番禺区", Decimal("722394900.00"), 2_658_397, Decimal("271.74")),
    ]


def test_3_nothing_measurable(samples: Engine) -> None:
    assert answer(samples, 3, "project", "indicators") == [("租赁岗位合同工经费(公用)", 0)]


def test_5_satisfaction_below_ninety_percent(samples: Engine) -> None:
    rows = answer(samples, 5, "department", "base_value", "target_text")
    assert {value for _, value, _ in rows} <= {Decimal("0.8"), Decimal("0.85"), Decimal("0.89")}
    assert sum((department, value) == (HUADU, Decimal("0.8")) for department, value, _ in rows) == 7
    assert all("80" in printed or "85" in printed for *_, printed in rows)


def test_6_differences(samples: Engine) -> None:
    assert answer(samples, 6, "department", "status", "difference_yuan") == [
        (HUANGPU, "held", Decimal("7240000.00")),
        (PANYU, "published", Decimal("100.00")),
    ]


def test_7_vague_shares_are_ratios_of_counts(samples: Engine) -> None:
    rows = answer(samples, 7, "department", "targets", "vague", "vague_percent")
    assert {row[0] for row in rows} == {HUADU, PANYU, COMMERCE, LIWAN, WATER}
    for department, targets, vague, share in rows:
        assert (0 if department == WATER else 1) <= vague < targets
        assert share == round(Decimal(100 * vague) / targets, 1)
    assert (LIWAN, 19, 1, Decimal("5.3")) in rows


def test_8_cost_per_beneficiary(samples: Engine) -> None:
    rows = answer(samples, 8, "project", "total_yuan", "people", "base_unit", "yuan_per_person")
    assert ("对口帮扶贵州省东西部协作资金", Decimal("89480000.00"), 20_000, "人", Decimal("4474.00")) in rows


def test_9_other_money(samples: Engine) -> None:
    assert set(answer(samples, 9, "other_yuan", "other_percent")) == {(0, 0)}


def test_10_concentration(samples: Engine) -> None:
    assert answer(samples, 10, "department", "projects", "top_three_yuan", "top_three_percent") == [
        (COMMERCE, 11, Decimal("258080000.00"), Decimal("98.0")),
        (PANYU, 45, Decimal("535403200.00"), Decimal("74.1")),
        (HUADU, 50, Decimal("128374900.00"), Decimal("71.5")),
    ]


def test_11_transfers(samples: Engine) -> None:
    rows = answer(samples, 11, "region", "document_number")
    assert len(rows) == 14
    assert {region for region, _ in rows} == {"广州市番禺区"}
    assert {"穗财商(2024)42号", "粤财科教〔2024〕163号"} <= {number for _, number in rows}


def test_12_indicator_mix(samples: Engine) -> None:
    mix = answer(samples, 12, "department", "indicators", "output", "benefit", "satisfaction", "cost")
    assert (COMMERCE, 44, 22, 11, 11, 0) in mix
    assert (LIWAN, 19, 13, 5, 1, 0) in mix


def test_13_large_projects_without_satisfaction(samples: Engine) -> None:
    rows = answer(samples, 13, "department", "total_yuan", "project")
    assert {row[0] for row in rows} == {PANYU}
    assert all(row[1] > 10_000_000 for row in rows)
    assert "人才引进、产业发展扶持预留支出" in {row[2] for row in rows}


def test_15_annual_equals_cycle(samples: Engine) -> None:
    rows = answer(samples, 15, "department", "both_horizons", "equal")
    assert rows[:2] == [(LIWAN, 19, 19), (COMMERCE, 44, 39)]
    assert HUADU not in {row[0] for row in rows}  # prints no cycle


def test_16_to_19_the_department_form(samples: Engine) -> None:
    assert answer(samples, 16, "expenditure_type", "amount_yuan") == [
        ("基本支出", Decimal("30092400.00")),
        ("事业发展性支出", Decimal("20000000.00")),
        ("项目支出", Decimal("11510000.00")),
        ("事业发展性支出", Decimal(0)),
        ("项目支出", Decimal("7200000.00")),
        ("基本支出", Decimal("5300000.00")),
    ]
    whole, water = Decimal("61602400.00"), Decimal("12500000.00")
    assert answer(samples, 17, "department", "income_yuan", "expenditure_yuan", "difference_yuan") == [
        (LIWAN, whole, whole, 0),
        (WATER, water, water, 0),
    ]
    assert set(answer(samples, 18, "department", "tasks_yuan", "without_task_yuan")) == {
        (LIWAN, Decimal("28305400.00"), Decimal("33297000.00")),
        (WATER, 0, water),
    }
    assert set(answer(samples, 19, "staff", "yuan_per_employee")) == {
        (139, Decimal("443182.73")),
        (60, Decimal("208333.33")),
    }


def test_20_who_promises_least(samples: Engine) -> None:
    rows = answer(samples, 20, "indicator", "base_unit", "region", "least", "rank")
    assert ("工作人员满意度", "1", "广州市花都区", Decimal("0.9"), 1) in rows
    assert ("工作人员满意度", "1", "广州市番禺区", Decimal("0.95"), 2) in rows


def test_22_who_has_not_filed(samples: Engine) -> None:
    rows = answer(samples, 22, "department", "fiscal_year")
    assert len(rows) == 16
    assert (HUADU, 2023) not in rows
    assert (HUADU, 2024) in rows
    assert (HUANGPU, 2024) not in rows  # it has filed, even if the filing is held


def test_23_expenditure_by_function(samples: Engine) -> None:
    rows = answer(samples, 23, "department", "statement", "class_code", "class", "amount_yuan", "percent")
    assert rows[:3] == [
        (SCHOOLS, "budget_expenditure", "205", "教育支出", Decimal("27000000.00"), Decimal("84.4")),
        (SCHOOLS, "budget_expenditure", "208", "社会保障和就业支出", Decimal("3200000.00"), Decimal("10.0")),
        (SCHOOLS, "budget_expenditure", "221", "住房保障支出", Decimal("1800000.00"), Decimal("5.6")),
    ]
    assert sum(row[4] for row in rows if row[:2] == (WATER, "budget_expenditure")) == Decimal("12500000.00")
    assert sum(row[4] for row in rows if row[:2] == (WATER, "final_expenditure")) == Decimal("12140000.00")


def test_24_three_public_per_head(samples: Engine) -> None:
    assert answer(samples, 24, "department", "three_public_yuan", "staff", "yuan_per_head") == [
        (WATER, Decimal("240000.00"), 60, Decimal("4000.00"))
    ]


def test_25_final_account_against_budget(samples: Engine) -> None:
    assert answer(samples, 25, "class_code", "budget_yuan", "final_yuan", "difference_yuan", "spent_percent") == [
        ("208", 800_000, 820_000, 20_000, Decimal("102.5")),
        ("212", 2_000_000, 1_800_000, -200_000, Decimal("90.0")),
        ("213", 9_200_000, 9_000_000, -200_000, Decimal("97.8")),
        ("221", 500_000, 520_000, 20_000, Decimal("104.0")),
    ]


def test_26_carried_over(samples: Engine) -> None:
    assert answer(samples, 26, "department", "statement", "carried_yuan", "whole_yuan", "percent") == [
        (SCHOOLS, "budget_balance_income", 800_000, 32_000_000, Decimal("2.5")),
        (WATER, "budget_balance_income", 500_000, 12_500_000, Decimal("4.0")),
        (WATER, "final_balance_expenditure", 360_000, 12_500_000, Decimal("2.9")),
        (WATER, "final_balance_income", 500_000, 12_500_000, Decimal("4.0")),
    ]


def test_27_procurement(samples: Engine) -> None:
    assert answer(samples, 27, "department", "line", "amount_yuan", "percent", "percent_of_expenditure") == [
        (SCHOOLS, "货物", 900_000, Decimal("60.0"), Decimal("4.7")),
        (SCHOOLS, "服务", 600_000, Decimal("40.0"), Decimal("4.7")),
        (WATER, "工程", 2_350_000, Decimal("78.3"), Decimal("24.0")),
        (WATER, "货物", 400_000, Decimal("13.3"), Decimal("24.0")),
        (WATER, "服务", 250_000, Decimal("8.3"), Decimal("24.0")),
    ]


def test_28_debt_against_its_limit(samples: Engine) -> None:
    assert answer(samples, 28, "place", "kind", "limit_yuan", "debt_yuan", "used_percent", "left_yuan") == [
        ("全县", "一般债务", 2_010_000_000, 1_990_000_000, Decimal("99.0"), 20_000_000),
        ("全县", "专项债务", 2_550_000_000, 2_495_000_000, Decimal("97.8"), 55_000_000),
    ]


def test_29_money_from_the_level_above(samples: Engine) -> None:
    assert answer(samples, 29, "measure_kind", "income_yuan", "from_above_yuan", "percent") == [
        ("previous", 2_320_000_000, 1_500_000_000, Decimal("64.7")),
        ("budget", 2_370_000_000, 1_520_000_000, Decimal("64.1")),
    ]


# Two years of one publisher: what changed between them


@pytest.fixture
def two_years(loader: Engine, reader: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """甲 gets more and promises less, 乙 gets less and promises the same words, 丙 stays."""
    monkeypatch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
    load_two_years(loader)
    return reader


def test_2_largest_changes(two_years: Engine) -> None:
    assert answer(two_years, 2, "project", "previous_total_yuan", "total_yuan", "change_yuan") == [
        ("乙项目", 300_000, 100_000, -200_000),
        ("甲项目", 100_000, 250_000, 150_000),
    ]


def test_3_a_project_with_vague_promises_only(two_years: Engine) -> None:
    assert answer(two_years, 3, "fiscal_year", "project", "indicators") == [
        (2023, "乙项目", 1),
        (2024, "乙项目", 1),
        (2023, "丙项目", 0),
        (2024, "丙项目", 0),
    ]


def test_4_copied_word_for_word(two_years: Engine) -> None:
    assert answer(two_years, 4, "fiscal_year", "project", "target_text") == [(2024, "乙项目", "有所提高")]


def test_9_money_from_other_sources(two_years: Engine) -> None:
    assert answer(two_years, 9, "fiscal_year", "other_yuan", "other_percent") == [
        (2024, 50_000, Decimal("12.50")),
        (2023, 50_000, Decimal("11.11")),
    ]


def test_14_money_up_targets_down(two_years: Engine) -> None:
    assert answer(two_years, 14, "project", "target_before", "target_now") == [("甲项目", "≥95%", "≥90%")]


def test_14_finds_promises_without_a_unit(loader: Engine, reader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
    for year, amount, promised in ((2023, "10", "12"), (2024, "25", "9")):
        told = percent(promised)
        bare = {"value_unit": None, "base_value": Decimal(promised), "base_unit": None}
        plain = dataclasses.replace(told.reading, kind=TargetKind.QUANTITY, **bare)
        target = dataclasses.replace(told, text=f"≥{promised}", reading=plain)
        read = records(
            fiscal_year=year,
            projects=(project(1, "甲项目"),),
            budget_lines=(money("甲项目", amount),),
            indicators=(indicator("甲项目", 1, targets=(target,)),),
            stated_totals=(),
        )
        filing = submission(read, filing_id=f"filing-{year}", fiscal_year=year)
        load_filing(loader, start_load(loader, "test"), filing)
    assert answer(reader, 14, "project", "target_before", "target_now") == [("甲项目", "≥12", "≥9")]


def test_21_published_again(two_years: Engine, loader: Engine) -> None:
    load_filing(loader, start_load(loader, "test"), corrected_year())
    assert answer(two_years, 21, "filing_id", "former_version", "version", "what", "project", "change_yuan") == [
        ("filing-2024", 1, 2, "amount", "乙项目", 10_000)
    ]


def test_every_question_is_answered_by_an_empty_warehouse(reader: Engine) -> None:
    with reader.connect() as connection:
        assert [one.name for one in questions() if ask(connection, one).rows] == []
