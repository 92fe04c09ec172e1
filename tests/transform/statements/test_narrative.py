"""Totals that prose states: the year's own, never a comparison; where it disagrees it is a control of its own rule."""

from __future__ import annotations

import pytest

from extract.document import Grid
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.records import StatedTotal
from transform.statements.narrative import NARRATIVE

BALANCE = """
    收入 | < | 支出 | <
    项目 | 预算数 | 项目 | 预算数
    一、财政拨款收入 | 35.00 | 一、外交支出 | 35.00
    收入总计 | 35.00 | 支出总计 | 35.00
"""
EXPENDITURE = "科目编码 | 科目名称 | 金额\n2020101 | 行政运行 | 35.00\n合计 | < | 35.00"
THREE = "合计 | 因公出国(境)费 | 公务接待费 | 机关运行经费\n3.00 | 1.00 | 2.00 | 9.00"


def stated(*prose: str) -> list[StatedTotal]:
    cover: list[str | Grid] = ["某局2024年部门预算", "目录", "第一部分", "第二部分", "第三部分", "第四部分"]
    tables: list[list[str | Grid]] = [
        ["2024年部门收支总表", "单位：万元", grid(BALANCE, page=2)],
        ["财政拨款收支总表", "单位：万元", grid(BALANCE, page=3)],
        ["部门收入总表", "单位：万元", grid(EXPENDITURE, page=4)],
        ["部门支出总表", "单位：万元", grid(EXPENDITURE, page=5)],
        ["一般公共预算支出表", "单位：万元", grid(EXPENDITURE, page=6)],
        ["“三公”经费表", "单位：万元", grid(THREE, page=7)],
    ]
    read = BUDGET_STATEMENT.read(document([*cover, *prose], *tables), Declaration(department="某局"))
    return [total for total in read.stated_totals if total.rule == NARRATIVE]


@pytest.mark.parametrize(
    ("prose", "statement"),
    [
        ("2024年，本部门收入预算35.00万元，其中：财政拨款收入35.00万元", "budget_income"),
        ("支出预算总额为35.00万元，比上年增加3.00万元", "budget_expenditure"),
        ("某局2024年收支总预算35.00万元。", "budget_balance_income"),
        ("收入总计35.00万元", "budget_balance_income"),
        ("支出总计350,000.00元", "budget_balance_expenditure"),
        ("2024年财政拨款收支总预算35.00万元", "fiscal_balance_income"),
        ("一般公共预算财政拨款支出预算为35.00万元", "general_expenditure"),
        ("2024年“三公”经费预算数为3.00万元，其中", "three_public"),
        ("三公经费支出预算3万元", "three_public"),
    ],
)
def test_the_years_own_total_is_a_control(prose: str, statement: str) -> None:
    totals = [total for total in stated(prose) if total.statement == statement]
    assert len(totals) == 1
    assert len(totals[0].members or ()) == (2 if statement == "three_public" else 1)


@pytest.mark.parametrize(
    "prose",
    [
        "比上年收入预算30.00万元",
        "较2023年支出预算增加30.00万元",
        "2023年收入预算30.00万元",
        "上年“三公”经费预算2.00万元",
        "收入预算比上年增加3.00万元",
        "增加收入预算3.00万元",
        "财政拨款收入总计9.00万元",
        "其他资金收入预算总计9.00万元",
        "一般公共预算收入预算9.00万元",
    ],
)
def test_a_comparison_is_never_a_total(prose: str) -> None:
    assert stated(prose) == []


def test_the_first_mention_of_the_own_year_counts() -> None:
    totals = stated("2023年收入预算30.00万元。2024年收入预算", "35.00万元，2024年收入预算36.00万元")
    assert [total.amount.printed for total in totals] == ["35.00"]
