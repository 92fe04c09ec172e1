"""The yield of a filing: what may be published, and why the rest is held."""

from __future__ import annotations

from collections import Counter

from benchmarks.field_yield import yield_of
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.recognition import read_records

_INCOME = "科目编码 | 科目名称 | 合计 | 财政拨款收入\n201 | 一般公共服务支出 | 12.50 | 12.50\n | 合计 | 12.50 | 12.50"
_EXPENDITURE = "科目编码 | 科目名称 | 合计 | 基本支出\n201 | 一般公共服务支出 | 2.50 | 2.50\n | 合计 | 9.50 | 2.50"


def test_a_section_with_a_failed_total_is_held_and_its_neighbour_is_not() -> None:
    records = read_records(
        document(["部门收入总表", "单位：万元", grid(_INCOME)], ["部门支出总表", "单位：万元", grid(_EXPENDITURE, 2)]),
        Declaration(department="某局"),
    )
    made = yield_of(records)
    assert (made.sections, made.open_sections, made.published, made.partial) == (2, 1, 0, 1)
    assert made.held == Counter({"total_fails": 1})
    assert (made.amounts, made.accounted) == (8, 8)
