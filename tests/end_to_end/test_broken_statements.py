"""Statements of a department's budget broken on purpose: a unit of money, a year, a title, a table, a line.

What nothing within a filing shows is not here: two columns whose heads were printed in each other's place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from extract.catalogue import Publisher
from extract.document import Document, Grid
from tests.end_to_end.judged import Judged, filing_of, judged
from tests.end_to_end.test_budget_statements import EXPENDITURE
from tests.transform.statements.typing_tables import document, grid
from transform.records import Kind
from warehouse.server.database import Database
from warehouse.submission import Status

PUBLISHER = Publisher(id="commerce", name="某某商务委员会", region_code="310107", region="上海市普陀区")
HEADING = "部门：某某商务委员会 单位：万元"
FUNCTION = "\n" + EXPENDITURE.split("\n", 2)[2]
"""The lines of a table of functions, below its column heads."""
TABLES = {
    "收支预算总表": """
    收入 | < | 支出 | <
    项目 | 预算数 | 项目 | 预算数
    一、一般公共预算拨款收入 | 35.00 | 一、一般公共服务支出 | 30.00
    | | 二、社会保障和就业支出 | 5.00
    收入总计 | 35.00 | 支出总计 | 35.00
    """,
    "收入预算总表": f"科目编码 | 科目名称 | 合计 | 财政拨款收入 | 事业收入{FUNCTION}",
    "支出预算总表": f"科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出{FUNCTION}",
    "财政拨款收支预算总表": """
    收入 | < | 支出 | < | < | <
    项目 | 预算数 | 项目 | 合计 | 一般公共预算 | 政府性基金预算
    一、本年收入 | 35.00 | 一、一般公共服务支出 | 30.00 | 30.00 |
    （一）一般公共预算拨款 | 35.00 | 二、社会保障和就业支出 | 5.00 | 5.00 |
    收入总计 | 35.00 | 支出总计 | 35.00 | 35.00 |
    """,
    "一般公共预算支出表": f"科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出{FUNCTION}",
    "一般公共预算基本支出表": """
    科目编码 | 科目名称 | 合计 | 人员经费 | 公用经费
    301 | 工资福利支出 | 9.00 | 9.00 |
    30101 | 基本工资 | 5.00 | 5.00 |
    30102 | 津贴补贴 | 4.00 | 4.00 |
    302 | 商品和服务支出 | 6.00 | | 6.00
    30201 | 办公费 | 6.00 | | 6.00
    合计 | < | 15.00 | 9.00 | 6.00
    """,
    "一般公共预算“三公”经费支出表": """
    项目 | 本年预算数
    合计 | 3.50
    1、因公出国（境）费 | 0.00
    2、公务接待费 | 0.50
    3、公务用车购置及运行费 | 3.00
    其中：公务用车购置费 | 0.00
    公务用车运行费 | 3.00
    """,
}
WHOLE, INCOME, SPENT, FISCAL, GENERAL, BASIC, THREE = TABLES
LEAF = "2011302 | 一般行政管理事务 | 20.00 | | 20.00"
Tables = Mapping[str, Any]


def page_of(name: str, number: int, heading: str, drawing: str | None = None, year: int = 2025) -> list[str | Grid]:
    title = name if name.startswith("表") else f"{year}年{'' if name.startswith('一般') else '部门'}{name}"
    return [title, heading, grid(drawing or TABLES[name], page=number)]


def filing(
    tables: Tables = TABLES,
    *,
    cover: str = "2025年部门预算",
    years: Tables | int = 2025,
    headings: Tables | None = None,
) -> Document:
    """A page for the cover and one for each table: its title with its year, its heading, the table."""

    def page(number: int, name: str) -> list[str | Grid]:
        year = years if isinstance(years, int) else years.get(name, 2025)
        return page_of(name, number, (headings or {}).get(name, HEADING), tables[name], year)

    return document([cover], *(page(number, name) for number, name in enumerate(tables, start=2)))


def changed(name: str, old: str, new: str) -> Document:
    assert old in TABLES[name], old
    return filing({**TABLES, name: TABLES[name].replace(old, new)})


def lacking(name: str, line: str) -> Document:
    lines = [text for text in TABLES[name].splitlines() if not text.strip().startswith(line)]
    return filing({**TABLES, name: "\n".join(lines)})


def without(name: str) -> Document:
    return filing({other: drawing for other, drawing in TABLES.items() if other != name})


def renamed(name: str, title: str) -> Document:
    return filing({title if other == name else other: drawing for other, drawing in TABLES.items()})


HELD: dict[str, tuple[Callable[[], Document], str]] = {
    "another digit in a line": (lambda: changed(SPENT, LEAF, LEAF.replace("20.00", "21.00")), "control_statement"),
    "another digit in the total": (lambda: changed(SPENT, "< | 35.00", "< | 36.00"), "control_statement"),
    "another digit wherever it adds up": (
        lambda: filing({**TABLES, SPENT: TABLES[SPENT].replace("20.00", "21.00").replace("30.00", "31.00")
                        .replace("35.00", "36.00")}),
        "control_identity_balance_expenditure",
    ),
    "a line lost": (lambda: lacking(SPENT, "2011302"), "control_statement"),
    "a line under another heading": (lambda: changed(SPENT, "2011302", "2080502"), "no_critical_finding"),
    "a line without name and code": (
        lambda: changed(SPENT, "2011302 | 一般行政管理事务", " | "), "amount_without_line",
    ),
    "an amount below the total": (
        lambda: filing({**TABLES, THREE: f"{TABLES[THREE].rstrip()}\n | 9.50"}), "amount_without_line",
    ),
    "元 over a table that no other checks": (
        lambda: filing(headings={THREE: "单位：元"}), "money_unit_implausible",
    ),
    "亿元 over a table that no other checks": (
        lambda: filing(headings={THREE: "单位：亿元"}), "money_unit_implausible",
    ),
    "元 over amounts in 万元": (
        lambda: filing(headings=dict.fromkeys(TABLES, "单位：元")), "money_unit_implausible",
    ),
    "no unit over amounts in 元": (
        lambda: filing({**TABLES, THREE: TABLES[THREE].replace(".50", "5000.00").replace("3.00", "30000.00")},
                       headings={THREE: ""}),
        "money_unit_implausible",
    ),
    "two units over a table": (lambda: filing(headings={SPENT: "单位：元 单位：万元"}), "money_unit_conflict"),
    "the tables of last year": (lambda: filing(years=2024), "year_conflict"),
    "one table of last year": (lambda: filing(years={THREE: 2024}), "year_conflict"),
    "the cover of last year": (lambda: filing(cover="2024年部门预算"), "year_conflict"),
    "the title of another table": (
        lambda: filing({INCOME: TABLES[SPENT], SPENT: TABLES[INCOME]} | {
            name: drawing for name, drawing in TABLES.items() if name not in (INCOME, SPENT)}),
        "title_contradicts_columns",
    ),
    "a table twice": (
        lambda: document(*[page_of(BASIC, number, HEADING) for number in (1, 2)]), "budget_unique",
    ),
    "a table cut at the page's end": (
        lambda: filing({**TABLES, BASIC: "\n".join(TABLES[BASIC].splitlines()[:5])}), "control_identity_general_basic",
    ),
    "a minus": (lambda: changed(SPENT, LEAF, LEAF.replace("20.00", "-20.00")), "control_statement"),
    "the mark of a footnote": (lambda: changed(THREE, "0.50", "0.50①"), "amount_unreadable"),
    "a date": (lambda: changed(THREE, "0.50", "2025-01-20"), "amount_unreadable"),
    "无": (lambda: changed(THREE, "0.50", "无"), "amount_unreadable"),
    "a dash for an amount": (lambda: changed(THREE, "0.50", "-"), "control_statement"),
}  # fmt: skip
FLAGGED: dict[str, tuple[Callable[[], Document], str]] = {
    "a code lost": (lambda: changed(SPENT, "2011302 |", " |"), "code_missing"),
    "a name lost": (lambda: changed(SPENT, "一般行政管理事务", ""), "name_missing"),
    "a total lost": (lambda: lacking(THREE, "合计"), "no_stated_total"),
    "a page lost": (lambda: without(SPENT), "left_out"),
    "a table that the contents list lost": (lambda: without(THREE), "left_out"),
    "a title lost": (lambda: renamed(BASIC, "表六"), "left_out"),
    "a title of a final account": (lambda: renamed(SPENT, "支出决算表"), "other_stage"),
    "a table of another department": (
        lambda: filing(headings={BASIC: "部门：某某教育局 单位：万元"}), "other_unit",
    ),
    "a table without a unit": (lambda: filing(headings={THREE: "部门：某某商务委员会"}), "money_unit_assumed"),
}  # fmt: skip
HARMLESS: dict[str, Callable[[], Document]] = {
    "full-width digits": lambda: changed(THREE, "0.50", "０．５０"),
    "pages in another order": lambda: filing(dict(reversed(TABLES.items()))),
    "a line twice": lambda: changed(BASIC, "30102 |", "30102 | 津贴补贴 | 4.00 | 4.00 |\n30102 |"),
    "an upper level lost": lambda: lacking(SPENT, "20805 "),
}


@pytest.fixture(scope="module")
def loaded(module_database: Database) -> Iterator[Judged]:
    makers = {name: make for name, (make, _) in {**HELD, **FLAGGED}.items()} | HARMLESS | {"sound": filing}
    filings = [
        filing_of(name, make(), PUBLISHER, kind=Kind.BUDGET_STATEMENT, fiscal_year=2025)
        for name, make in makers.items()
    ]
    with judged(module_database, filings) as outcome:
        yield outcome


@pytest.mark.parametrize("name", HELD)
def test_a_broken_filing_is_held(loaded: Judged, name: str) -> None:
    assert HELD[name][1] in loaded.told(name)


@pytest.mark.parametrize("name", FLAGGED)
def test_an_odd_filing_is_flagged(loaded: Judged, name: str) -> None:
    assert FLAGGED[name][1] in loaded.flags(name) - loaded.flags("sound")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_no_harm_gives_the_same_facts(loaded: Judged, name: str) -> None:
    assert loaded.status(name) is Status.PUBLISHED
    assert loaded.facts(name) == loaded.facts("sound")
