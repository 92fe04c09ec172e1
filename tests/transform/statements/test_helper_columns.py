"""A column without a head at the right: a check that somebody left in a workbook, or money that nobody names."""

from __future__ import annotations

import pytest

from extract.document import Severity
from tests.transform.statements.reading_forms import OWN
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.recognition import read_records

DEPARTMENT = """
科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
201 | 一般公共服务支出 | 130.00 | 90.00 | 40.00 | {0}
2011301 | 行政运行 | 90.00 | 90.00 | | {1}
2011399 | 其他商贸事务支出 | 40.00 | | 40.00 | {2}
合计 | < | 130.00 | 90.00 | 40.00 | {0}
"""
GOVERNMENT = """
项目 | 2024年预算数 |
一、税收收入 | 90.00 | {1}
二、非税收入 | 40.00 | {2}
收入合计 | 130.00 | {0}
"""


@pytest.mark.parametrize(
    ("title", "table", "facts"),
    [("部门支出总表", DEPARTMENT, 2), ("2024年全市一般公共预算收入预算表", GOVERNMENT, 2)],
    ids=["department", "government"],
)
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("核对", "", ""), []),
        (("130.00", "90.00", "40.00"), [("helper_column", Severity.WARNING)]),
        (("0.00", "0.00", "0.00"), [("helper_column", Severity.WARNING)]),
        (("55.00", "50.00", "5.00"), [("unknown_column", Severity.CRITICAL)]),
    ],
    ids=["words", "the total again", "differences", "money that nobody names"],
)
def test_a_column_without_a_head(
    title: str, table: str, facts: int, cells: tuple[str, ...], said: list[tuple[str, Severity]]
) -> None:
    page = document([title, "单位：万元", grid(table.format(*cells).strip())])
    records = read_records(page, Declaration(department=OWN, fiscal_year=2024))
    found = [(one.code, one.severity) for one in records.findings if one.code in ("helper_column", "unknown_column")]
    assert found == said
    assert len(records.budget_lines) == facts
