"""项目支出绩效目标申报表 and 绩效自评表: one form per project, as the Ministry and the provinces print them."""

from __future__ import annotations

from decimal import Decimal

from extract.document import Document
from transform.declaration import Declaration
from transform.layouts.layout import Layout
from transform.project_form import PROJECT_TARGET_FORM as TARGET_FORM
from transform.project_form import SELF_EVALUATION as EVALUATION
from transform.project_form import read_project_forms
from transform.records import Kind, Records
from transform.sections.families import Family


def _read_targets(document: Document, declaration: Declaration) -> Records:
    return read_project_forms(document, declaration, TARGET_FORM)


def _read_evaluation(document: Document, declaration: Declaration) -> Records:
    return read_project_forms(document, declaration, EVALUATION)


_GRID = (
    ("项目名称", "专项名称"),
    ("一级指标",),
    ("二级指标",),
    ("三级指标", "指标名称", "指标内容", "具体指标"),
    ("产出", "效益"),
    ("指标值", "目标值", "产出值", "数量值", "完成值"),
)
"""Words of the indicators' grid, which a table with all indicators in one cell does not have."""

PROJECT_TARGET_FORM = Layout(
    name=TARGET_FORM.name,
    version=TARGET_FORM.version,
    kind=Kind.PROJECT_TARGET_FORM,
    family=Family.FORM,
    titles=TARGET_FORM.titles,
    vocabulary=_GRID,
    read=_read_targets,
    coverage_floor=Decimal("0.90"),
    row_floors={"projects": 1, "indicators": 1},
)

SELF_EVALUATION = Layout(
    name=EVALUATION.name,
    version=EVALUATION.version,
    kind=Kind.SELF_EVALUATION,
    family=Family.FORM,
    titles=EVALUATION.titles,
    vocabulary=(*_GRID, ("实际完成", "实际值", "完成值"), ("得分", "自评分")),
    read=_read_evaluation,
    coverage_floor=Decimal("0.90"),
    row_floors={"projects": 1, "indicators": 1},
)
