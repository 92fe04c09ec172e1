"""部门整体预算绩效目标申报表: one form per department, with its axes of money, its tasks and its indicators."""

from __future__ import annotations

from decimal import Decimal

from transform.department_form import GUANGZHOU, read
from transform.layouts.layout import Layout
from transform.records import Kind
from transform.sections.families import Family

DEPARTMENT_TARGET_FORM = Layout(
    name=GUANGZHOU.name,
    version=GUANGZHOU.version,
    kind=Kind.DEPARTMENT_TARGET_FORM,
    family=Family.FORM,
    titles=(GUANGZHOU.title,),
    vocabulary=(
        ("部门名称",),
        ("财政供养人员数", "部门预算支出"),
        ("收入来源", "按预算级次划分"),
        ("总体绩效目标", "年度重点工作任务"),
        ("三级指标",),
        ("实施周期指标值", "年度指标值"),
    ),
    read=read,
    coverage_floor=Decimal("0.95"),
    row_floors={"budget_lines": 1, "indicators": 1},
)
