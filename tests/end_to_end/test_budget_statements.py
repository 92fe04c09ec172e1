"""A department's statements from file to mart: leaf lines, upper levels by name, printed statements, rules."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, text

from extract.catalogue import FilingEntry, Publisher
from extract.document import Document, Grid, Medium
from extract.reading import read_document
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Kind, Records
from warehouse.decide.accepting import accept
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.submission import Outcome, Status, Submission

FILINGS = os.environ.get("YUSUAN_FILINGS")
PUBLISHER = Publisher(id="commerce", name="某某商务委员会", region_code="310107", region="上海市普陀区")
BALANCE = """
    本年收入 | < | 本年支出 | <
    项目 | 预算数 | 项目 | 预算数
    一、财政拨款收入 | 35.00 | 一、一般公共服务支出 | 30.00
    | | 二、社会保障和就业支出 | 5.00
    收入总计 | 35.00 | 支出总计 | 35.00
"""
EXPENDITURE = """
    科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
    201 | 一般公共服务支出 | 30.00 | 10.00 | 20.00
    20113 | 商贸事务 | 30.00 | 10.00 | 20.00
    2011301 | 行政运行 | 10.00 | 10.00 |
    2011302 | 一般行政管理事务 | 20.00 | | 20.00
    208 | 社会保障和就业支出 | 5.00 | 5.00 |
    20805 | 行政事业单位养老支出 | 5.00 | 5.00 |
    2080501 | 行政单位离退休 | 5.00 | 5.00 |
    合计 | < | 35.00 | 15.00 | 20.00
"""
TOTALS = "SELECT stated_total_yuan, loaded_total_yuan, difference_yuan FROM mart.filing"
EMPTY = "科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出\n | 合计 | | |\n | | | |"


def typeset(expenditure: str = EXPENDITURE) -> Document:
    return document(
        ["2025年部门收支预算总表", "单位：万元", grid(BALANCE)],
        ["2025年部门支出预算总表", "单位：万元", grid(expenditure, page=2)],
        ["2025年部门政府性基金预算支出表", "单位：万元", grid(EMPTY, page=3)],
    )


def load(engine: Engine, filing: str, read: Document, year: int = 2025, publisher: Publisher = PUBLISHER) -> Outcome:
    records = read_records(read, Declaration(department=publisher.name, kind=Kind.BUDGET_STATEMENT))
    assert isinstance(records, Records)
    submission = Submission(
        entry=FilingEntry(id=filing, publisher=publisher.id, fiscal_year=year, source=f"{filing}.pdf"),
        publisher=publisher,
        sha256=filing.encode().hex().ljust(64, "0")[:64],
        reader=read.reader,
        medium=Medium.PDF,
        pages=len(read.pages),
        characters=read.characters(),
        records=records,
        findings=read.findings,
    )
    (outcome,) = load_filings(engine, start_load(engine, "test"), [submission])
    return outcome


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_statements_reach_the_mart_with_the_names_of_their_upper_levels(loader: Engine) -> None:
    outcome = load(loader, "budget", typeset())
    assert (outcome.status, outcome.reasons) == (Status.PUBLISHED, ())
    by_class = (
        "SELECT class_code, class, sum(amount_yuan) FROM mart.budget_statement"
        " WHERE statement = 'budget_expenditure' GROUP BY 1, 2 ORDER BY 1"
    )
    assert rows(loader, by_class) == [("201", "一般公共服务支出", 300_000), ("208", "社会保障和就业支出", 50_000)]
    sections = "SELECT DISTINCT section_code, section FROM mart.budget_statement WHERE section IS NOT NULL ORDER BY 1"
    assert rows(loader, sections) == [("20113", "商贸事务"), ("20805", "行政事业单位养老支出")]
    statements = "SELECT statement, label, money_unit, lines, is_empty, page FROM mart.statement ORDER BY page"
    assert rows(loader, statements) == [
        ("budget_balance", "收支总表", "万元", 3, False, 1),
        ("budget_expenditure", "支出总表", "万元", 3, False, 2),
        ("government_fund", "政府性基金预算支出表", "万元", 0, True, 3),
    ]
    known = "SELECT line_code, level, parent_code, first_year, last_year FROM mart.classification ORDER BY 1 LIMIT 3"
    assert rows(loader, known) == [
        ("201", "类", None, 2025, 2025),
        ("20113", "款", "201", 2025, 2025),
        ("2011301", "项", "20113", 2025, 2025),
    ]
    rules = "SELECT rule, holds FROM mart.control_total WHERE rule IS NOT NULL ORDER BY 1"
    assert rows(loader, rules) == [("balance_expenditure", True), ("balance_sides", True)]
    assert rows(loader, TOTALS) == [(350_000, 350_000, 0)]


def test_statements_that_disagree_are_held_by_the_name_of_the_rule(loader: Engine) -> None:
    other = EXPENDITURE.replace("35.00 | 15.00", "36.00 | 16.00").replace("5.00 | 5.00 |", "6.00 | 6.00 |")
    outcome = load(loader, "budget", typeset(other))
    assert outcome.status is Status.PARTIAL
    assert rows(loader, "SELECT title FROM mart.section WHERE status = 'published'") == [
        (statement,) for (statement,) in rows(loader, "SELECT title FROM mart.statement WHERE is_empty")
    ]
    assert rows(loader, "SELECT count(*) FROM mart.budget_statement") == [(0,)]
    assert [reason.partition(":")[0] for reason in outcome.reasons] == ["control_identity_balance_expenditure"]
    assert "收支总表支出总计 = 支出总表" in outcome.reasons[0]


def test_a_statement_accepted_though_its_lines_do_not_add_up_shows_both_sums(loader: Engine) -> None:
    """And no line is made up: the page does not say to which of its lines the money belongs."""
    table = EXPENDITURE.replace("合计 | < | 35.00 | 15.00", "合计 | < | 36.00 | 16.00")
    read = document(["2025年部门支出预算总表", "单位：万元", grid(table)])
    assert load(loader, "budget", read).status is Status.HELD
    assert rows(loader, TOTALS) == [(360_000, 350_000, 10_000)]
    outcome = accept(loader, "budget", by="王工", because="as printed")
    assert (outcome.status, dict(outcome.counts)) == (Status.PUBLISHED, {"residuals": 0})
    assert rows(loader, TOTALS) == [(360_000, 350_000, 10_000)]
    assert rows(loader, "SELECT flags FROM mart.filing") == [("accepted",)]
    assert rows(loader, "SELECT sum(amount_yuan), max(flags) FROM mart.budget_statement") == [(350_000, "")]
    failing = "SELECT line, measure, difference_yuan FROM mart.control_total WHERE NOT holds ORDER BY 2"
    assert rows(loader, failing) == [("合计", "合计", 10_000), ("合计", "基本支出", 10_000)]


FINAL = """
    收入 | < | 支出 | < | <
    项目 | 决算数 | 项目 | 预算数 | 决算数
    一、财政拨款收入 | 36.00 | 一、一般公共服务支出 | 31.00 | 30.00
    | | 二、社会保障和就业支出 | 5.00 | 5.00
    本年收入合计 | 36.00 | 本年支出合计 | 36.00 | 35.00
    | | 年末结转和结余 | 0.00 | 1.00
    总计 | 36.00 | 总计 | 36.00 | 36.00
"""
OF_UNITS = """
    科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
    2011301 | 行政运行 | {0} | {0} |
    合计 | < | {0} | {0} |
"""


@pytest.mark.parametrize(
    ("pages", "stated"),
    [
        ([["2024年部门决算公开", "收入支出决算总表", "单位：万元", grid(FINAL)]], 350_000),
        ([["2025年部门支出总表", "单位：万元", grid(EXPENDITURE)]], 350_000),
        ([["2025年部门收支预算总表", "单位：万元", grid(BALANCE)]], 350_000),
        (
            [
                [
                    "2025年部门支出总表",
                    f"单位：{name} 单位：万元",
                    grid(OF_UNITS.format(amount), page=page),
                ]
                for page, (name, amount) in enumerate([("某某一中心", "30.00"), ("某某二中心", "20.00")], start=1)
            ],
            None,
        ),
        (
            [
                [
                    "2025年部门支出总表",
                    f"部门：{name} 单位：万元",
                    grid(OF_UNITS.format(amount), page=page),
                ]
                for page, (name, amount) in enumerate([(PUBLISHER.name, "50.00"), ("某某二中心", "20.00")], start=1)
            ],
            500_000,
        ),
    ],
    ids=["spent, not carried forward", "the only table", "the balance alone", "units alone", "department and unit"],
)
def test_the_total_of_a_filing_of_statements(loader: Engine, pages: list[list[str | Grid]], stated: int | None) -> None:
    year = 2024 if "决算" in str(pages[0][0]) else 2025
    outcome = load(loader, "budget", document(*pages), year)
    assert outcome.reasons == ()
    expected = (stated, stated, None if stated is None else 0)
    assert rows(loader, TOTALS) == [expected]


def three_public(year: int, *columns: str, amounts: tuple[str, ...]) -> Document:
    head = " | ".join(f"{column}" for column in ("项目", *columns))
    rows = f"{head}\n公务接待费 | {' | '.join(amounts)}\n合计 | {' | '.join(amounts)}"
    return document([f"{year}年“三公”经费预算表", "单位：万元", grid(rows)], [f"{year}年部门支出总表"])


@pytest.mark.parametrize(("cited", "flags"), [("2.00", {""}), ("3.00", {"cited_budget_differs", ""})])
def test_last_years_budget_is_compared_with_the_filing_that_published_it(
    loader: Engine, cited: str, flags: set[str]
) -> None:
    assert load(loader, "2024", three_public(2024, "本年预算数", amounts=("2.00",)), 2024).status is Status.PUBLISHED
    read = three_public(2025, "上年预算数", "本年预算数", amounts=(cited, "1.00"))
    assert load(loader, "2025", read).status is Status.PUBLISHED
    shown = rows(loader, "SELECT flags FROM mart.budget_statement WHERE filing_id = '2025'")
    assert {str(row[0]) for row in shown} == flags


@pytest.mark.parametrize(("printed", "flags"), [("35.00", {""}), ("36.00", {"unit_differs"})])
def test_a_departments_line_for_a_unit_is_compared_with_the_units_own_filing(
    loader: Engine, printed: str, flags: set[str]
) -> None:
    unit = Publisher(id="centre", name="某某信息中心", region_code="310107", region="上海市普陀区")
    own = document(
        ["2025年部门收入总表", "单位：万元", grid("科目编码|科目名称|其他收入\n2011350|事业运行|35.00\n合计|<|35.00")]
    )
    assert load(loader, "unit", own, publisher=unit).status is Status.PUBLISHED
    whole = f"单位编码|单位名称|其他收入\n205002|某某信息中心|{printed}\n合计|<|{printed}"
    outcome = load(loader, "department", document(["2025年部门收入总表", "单位：万元", grid(whole)]))
    assert (outcome.status, outcome.reasons) == (Status.PUBLISHED, ())
    shown = rows(loader, "SELECT flags FROM mart.budget_statement WHERE filing_id = 'department'")
    assert {str(row[0]) for row in shown} == flags


def test_a_workbook_reads_like_a_printed_table_though_its_codes_lost_their_zeros(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    balance, expenditure = book.active, book.create_sheet("支出总表")
    assert balance is not None
    for row in (
        ["部门公开表1"], ["2025年部门收支总表"], ["部门：某某商务委员会", None, None, "单位：万元"],
        ["收入", None, "支出", None], ["项目", "预算数", "项目", "预算数"],
        ["一、一般公共预算拨款收入", 90.5, "一、外交支出", 90.5], ["收入总计", 90.5, "支出总计", 90.5],
    ):  # fmt: skip
        balance.append(row)
    for row in (
        ["部门支出总表"], ["部门：某某商务委员会", None, None, None, "单位：万元"],
        ["类", "款", "项", "科目名称", "合计", "基本支出", "项目支出"], ["合计", None, None, None, 90.5, 60, 30.5],
        [202, None, None, "外交支出", 90.5, 60, 30.5], [202, 1, None, "外交管理事务", 90.5, 60, 30.5],
        [202, 1, 1, "行政运行", 60, 60, None], [202, 1, 2, "一般行政管理事务", 30.5, None, 30.5],
    ):  # fmt: skip
        expenditure.append(row)
    path = tmp_path / "budget.xlsx"
    book.save(path)
    records = read_records(read_document(path), Declaration(department=PUBLISHER.name, kind=Kind.BUDGET_STATEMENT))
    assert isinstance(records, Records)
    assert records.findings == ()
    assert [(line.line_code, line.measure) for line in records.budget_lines[2:]] == [
        ("2020101", "基本支出"),
        ("2020102", "项目支出"),
    ]
    assert {total.rule for total in records.stated_totals} == {None, "balance_expenditure", "balance_sides"}


@pytest.mark.skipif(FILINGS is None, reason="YUSUAN_FILINGS names no folder of published filings")
@pytest.mark.parametrize(
    ("name", "spent"),
    [("putuo-guihuaju-2024-final-account", 97_593_800), ("jiangsu-zhengxie-2018-budget-tables", 101_504_800)],
)
def test_a_published_filing_is_loaded_whole(loader: Engine, name: str, spent: int) -> None:
    path = Path(FILINGS or "") / "real" / f"{name}.pdf"
    outcome = load(loader, name, read_document(path), year=int(name.split("-")[2]))
    assert (outcome.status, outcome.reasons) == (Status.PUBLISHED, ())
    by_table = "SELECT count(*) FROM mart.control_total WHERE NOT holds AND rule IS DISTINCT FROM 'narrative'"
    assert rows(loader, by_table) == [(0,)]
    assert rows(loader, "SELECT count(*) > 8 FROM mart.statement") == [(True,)]
    assert rows(loader, TOTALS) == [(spent, spent, 0)]
