"""A misread figure, a lost line or exchanged columns hold the table, 其中 or not: each table is read as printed, and
with each of its figures changed by one digit, without each of its lines, with two of its columns exchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from benchmarks.field_yield import reasons_of
from extract.document import Cell, Grid
from tests.transform.statements.reading_forms import OWN, WAN, money, read
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.records import Records

ROUNDING = Decimal("0.03")
"""万元 by which a line may differ and pass for rounded: half a last digit for each line of the longest table."""

OF_WHICH = {
    "其中 in one head": (
        "一般公共预算支出情况表",
        """
        功能科目 | 一般公共预算支出 | < | <
        ^ | 小计 | 其中：基本支出 | 项目支出
        合计 | 30.00 | 20.00 | 10.00
        [201]一般公共服务支出 | 30.00 | 20.00 | 10.00
        [20140]信访事务 | 30.00 | 20.00 | 10.00
        [2014001]行政运行 | 21.00 | 20.00 | 1.00
        [2014004]信访业务 | 9.00 | 0.00 | 9.00
        """,
    ),
    "其中 in every head": (
        "一般公共预算支出情况表",
        """
        功能科目 | 合计 | 其中：基本支出 | 其中：项目支出
        [2014001]行政运行 | 21.00 | 20.00 | 1.00
        [2014004]信访业务 | 9.00 | 0.00 | 9.00
        合计 | 30.00 | 20.00 | 10.00
        """,
    ),
    "其中 beside 金额": (
        "项目支出表",
        """
        项目名称 | 金额 | 其中：一般公共预算 | 政府性基金预算
        某专项 | 30.00 | 20.00 | 10.00
        另一专项 | 8.00 | 8.00 |
        合计 | 38.00 | 28.00 | 10.00
        """,
    ),
    "其中 beside 金额, one line": (
        "项目支出表",
        """
        项目名称 | 金额 | 其中：一般公共预算 | 政府性基金预算
        某专项 | 30.00 | 20.00 | 10.00
        """,
    ),
    "其中 below a line": (
        "一般公共预算“三公”经费支出表",
        """
        项目 | 本年预算数
        合计 | 9.00
        1、因公出国（境）费用 | 3.00
        2、公务接待费 | 1.00
        3、公务用车购置及运行维护费 | 5.00
        其中：（1）公务用车运行维护费 | 3.00
        （2）公务用车购置费 | 2.00
        """,
    ),
    "其中 below the total": (
        "一般公共预算“三公”经费支出表",
        """
        项目 | 2025年预算数 | 2026年预算数
        “三公”经费合计 | 9.00 | 8.50
        其中：因公出国（境）费用 | 3.00 | 2.50
        公务接待费 | 1.00 | 1.00
        公务用车购置及运行维护费 | 5.00 | 5.00
        """,
    ),
    "lines as columns": (
        "一般公共预算“三公”经费支出表",
        """
        “三公”经费合计 | 因公出国（境）费 | 公务用车购置及运行费 | < | < | 公务接待费
        ^ | ^ | 小计 | 其中：公务用车购置费 | 公务用车运行费 | ^
        9.00 | 3.00 | 5.00 | 2.00 | 3.00 | 1.00
        """,
    ),
    "lines as columns below 其中": (
        "一般公共预算“三公”经费支出表",
        """
        “三公”经费合计 | 其中： | < | <
        ^ | 因公出国（境）费 | 公务用车购置及运行费 | 公务接待费
        9.00 | 3.00 | 5.00 | 1.00
        """,
    ),
    "two sides": (
        "部门收支总表",
        """
        收入 | < | 支出 | <
        项目 | 预算数 | 项目 | 预算数
        一、财政拨款 | 90.00 | 一、基本支出 | 70.00
        其中：一般公共预算 | 80.00 | 其中：人员经费 | 60.00
        政府性基金预算 | 10.00 | 公用经费 | 10.00
        二、事业收入 | 5.00 | 二、项目支出 | 25.00
        本年收入合计 | 95.00 | 本年支出合计 | 95.00
        """,
    ),
    "其中 that falls short": (
        "部门收支总表",
        """
        收入 | < | 支出 | <
        项目 | 预算数 | 项目 | 预算数
        一、财政拨款 | 90.00 | 一、教育支出 | 70.00
        其中：经费拨款 | 81.00 | 其中：教师培训 | 61.00
        二、事业收入 | 5.00 | 二、卫生健康支出 | 25.00
        收入总计 | 95.00 | 支出总计 | 95.00
        """,
    ),
    "codes": (
        "一般公共预算基本支出表",
        """
        科目编码 | 科目名称 | 合计 | 其中：人员经费 | 公用经费
        301 | 工资福利支出 | 30.00 | 30.00 |
        30101 | 基本工资 | 20.00 | 20.00 |
        30102 | 津贴补贴 | 10.00 | 10.00 |
        302 | 商品和服务支出 | 5.00 | | 5.00
        30201 | 办公费 | 5.00 | | 5.00
         | 合计 | 35.00 | 30.00 | 5.00
        """,
    ),
}


def _read(title: str, table: Grid) -> Records:
    return BUDGET_STATEMENT.read(document([title, "单位：万元", table]), Declaration(department=OWN))


def _published(records: Records) -> set[tuple[str, Decimal]]:
    """(line, 万元) of what would be published."""
    held = reasons_of(records)
    facts = [line for line in records.budget_lines if not held.keys() & {None, line.section_seq}]
    return {((line.line or "").rpartition("/")[2], line.amount.yuan / WAN) for line in facts}


def _printed(title: str, table: Grid) -> set[tuple[str, Decimal]]:
    """(line, 万元) of all that the page prints: facts, totals, remarks."""
    records = _read(title, table)
    assert reasons_of(records) == {}
    remarks = [f.evidence.rpartition(" ") for f in records.findings if f.code == "memo_line"]
    totals = {(total.line or "", total.amount.yuan / WAN) for total in records.stated_totals}
    return _published(records) | totals | {(name, Decimal(amount.removesuffix("万元"))) for name, _, amount in remarks}


def _misread(table: Grid) -> Iterator[Grid]:
    for cell in table.cells:
        for place, digit in enumerate(cell.text if re.fullmatch(r"\d+\.\d\d", cell.text) else ""):
            if digit.isdigit():
                other = f"{cell.text[:place]}{(int(digit) + 1) % 10}{cell.text[place + 1 :]}"
                yield _with(table, cell, other)


def _with(table: Grid, cell: Cell, text: str) -> Grid:
    return replace(table, cells=tuple(replace(one, text=text) if one is cell else one for one in table.cells))


def _without_line(table: Grid, row: int) -> Grid:
    cells = (replace(c, row=c.row - (c.row > row)) for c in table.cells if c.row != row)
    return replace(table, n_rows=table.n_rows - 1, cells=tuple(cells))


@pytest.mark.parametrize("form", OF_WHICH)
def test_a_misread_digit_is_not_published(form: str) -> None:
    """A digit that makes a part fall short may leave a remark and the right whole, never a wrong figure."""
    title, text = OF_WHICH[form]
    printed = _printed(title, grid(text))
    wrong = {found for misread in _misread(grid(text)) for found in _published(_read(title, misread)) - printed}
    beyond = {one for one in wrong if all(one[0] != name or abs(one[1] - at) > ROUNDING for name, at in printed)}
    assert beyond == set()


@pytest.mark.parametrize("form", [form for form in OF_WHICH if "one line" not in form])
def test_a_lost_line_makes_no_wrong_figure(form: str) -> None:
    title, text = OF_WHICH[form]
    table = grid(text)
    lines = sorted({c.row for c in table.cells if re.fullmatch(r"\d+\.\d\d", c.text)})
    printed = _printed(title, table)
    for row in lines:
        assert _published(_read(title, _without_line(table, row))) <= printed


EXPENDITURE = """
    科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
    205 | 教育支出 | 40.00 | 40.00 |
    20508 | 进修及培训 | 40.00 | 40.00 |
    2050803 | 培训支出 | 40.00 | 40.00 |
    208 | 社会保障和就业支出 | 30.00 | 10.00 | 20.00
    20805 | 行政事业单位养老支出 | 30.00 | 10.00 | 20.00
    2080501 | 行政单位离退休 | 30.00 | 10.00 | 20.00
     | 合计 | 70.00 | 50.00 | 20.00
"""


@pytest.mark.parametrize(
    ("printed", "other"),
    [("40.00 | 40.00 |", "40.00 | | 40.00"), ("2050803 | 培训支出", "2050804 | 退役士兵能力提升")],
    ids=["an amount in another column", "another line in its place"],
)
def test_two_tables_of_one_ledger_may_not_differ(printed: str, other: str) -> None:
    """Their totals are equal, and each adds up."""
    swapped = EXPENDITURE.replace(printed, other).replace("70.00 | 50.00 | 20.00", "70.00 | 10.00 | 60.00")
    if "退役" in other:
        swapped = EXPENDITURE.replace("40.00", "30.00").replace("30.00 | 10.00 | 20.00", "40.00 | 20.00 | 20.00")
    pages = [["部门支出总表", "单位：万元", grid(EXPENDITURE)], ["一般公共预算支出表", "单位：万元", grid(swapped, 2)]]
    records = BUDGET_STATEMENT.read(document(*pages), Declaration(department=OWN))
    assert {seq: set(codes) for seq, codes in reasons_of(records).items()} == {
        1: {"ledger_differs"},
        2: {"ledger_differs"},
    }


def test_a_part_of_all_money_is_not_more_than_it() -> None:
    whole = EXPENDITURE.replace("70.00 | 50.00 | 20.00", "75.00 | 50.00 | 20.00 | 5.00").replace(
        "项目支出\n", "项目支出 | 经营支出\n"
    )
    whole = "\n".join(line if line.count("|") == 5 or not line.strip() else f"{line} | " for line in whole.splitlines())
    whole = whole.replace("     | 合计", "    210 | 卫生健康支出 | 5.00 | | | 5.00\n     | 合计")
    part = EXPENDITURE.replace("40.00 | 40.00 |", "40.00 | | 40.00").replace(
        "70.00 | 50.00 | 20.00", "70.00 | 10.00 | 60.00"
    )
    pages = [["部门支出总表", "单位：万元", grid(whole)], ["一般公共预算支出表", "单位：万元", grid(part, 2)]]
    records = BUDGET_STATEMENT.read(document(*pages), Declaration(department=OWN))
    assert reasons_of(records).keys() == {1, 2}


def test_the_sum_of_three_public_is_no_line_beside_them() -> None:
    """Hangzhou, Suzhou, Beijing: “三公”经费 was published beside its three, and a sum gave twice the money."""
    title, text = OF_WHICH["lines as columns"]
    assert money(read([title, "单位：万元", grid(text)]), "three_public") == {
        (None, "因公出国（境）费", "预算数"): 3,
        (None, "公务用车购置费", "预算数"): 2,
        (None, "公务用车运行费", "预算数"): 3,
        (None, "公务接待费", "预算数"): 1,
    }


def test_what_follows_of_which_beside_a_mere_amount_is_part_of_it() -> None:
    """金额 | 其中：一般公共预算 | 政府性基金预算: the second part was published beside the whole."""
    title, text = OF_WHICH["其中 beside 金额"]
    assert money(read([title, "单位：万元", grid(text)]), "budget_projects") == {
        (None, "某专项", "一般公共预算"): 20,
        (None, "某专项", "政府性基金预算"): 10,
        (None, "另一专项", "一般公共预算"): 8,
    }
