"""Sizes that show a wrong unit of money, and small amounts that do not."""

from __future__ import annotations

import pytest

from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.recognition import read_records

SPENT = "科目编码 | 科目名称 | 合计\n2011301 | 行政运行 | {0}\n合计 | < | {0}"
THREE = "项目 | 本年预算数\n合计 | {0}\n1、因公出国（境）费 | 0.00\n2、公务接待费 | {0}"


@pytest.mark.parametrize(
    ("spent", "unit", "three", "its_unit", "is_held"),
    [
        ("350000.00", "元", "0.08", "万元", False),  # 800 yuan of receptions
        ("350000.00", "元", "800.00", "元", False),
        ("35.00", "万元", "3.50", "元", True),
    ],
)
def test_a_small_amount_shows_a_wrong_unit_where_others_print_a_larger_one(
    spent: str, unit: str, three: str, its_unit: str, is_held: bool
) -> None:
    records = read_records(
        document(
            ["2025年部门预算"],
            ["2025年部门支出预算总表", f"单位：{unit}", grid(SPENT.format(spent), page=2)],
            ["2025年一般公共预算“三公”经费支出表", f"单位：{its_unit}", grid(THREE.format(three), page=3)],
        ),
        Declaration(department="某区商务委员会", fiscal_year=2025),
    )
    assert records.kind
    assert {line.amount.unit for line in records.budget_lines} == {unit, its_unit}
    assert ("money_unit_implausible" in [finding.code for finding in records.findings]) is is_held
