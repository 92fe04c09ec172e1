"""The forms: project and department targets, self-evaluations, targets of regions, monitoring. One engine reads all."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from extract.document import Document
from transform.declaration import Declaration
from transform.forms import VERSION, read_forms
from transform.layouts.layout import Layout
from transform.records import Kind, Records
from transform.sections.families import Family

_GRID = (
    ("项目名称", "专项名称"),
    ("一级指标",),
    ("二级指标",),
    ("三级指标", "指标名称", "指标内容", "具体指标"),
    ("产出", "效益"),
    ("指标值", "目标值", "产出值", "数量值", "完成值"),
)
"""Words of the indicators' grid, which a table with all indicators in one cell does not have."""


def _reader(kind: Kind) -> Callable[[Document, Declaration], Records]:
    def read(document: Document, declaration: Declaration) -> Records:
        return read_forms(document, declaration, kind)

    return read


PROJECT_TARGET_FORM = Layout(
    name="project_target_form",
    version=VERSION,
    kind=Kind.PROJECT_TARGET_FORM,
    titles=(r"项目.*绩效目标(?:申报|批复|公开|设置|情况)*表", r"(?:项目|专项).*绩效目标", r"绩效目标(?:申报|批复)表"),
    vocabulary=_GRID,
    read=_reader(Kind.PROJECT_TARGET_FORM),
    family=Family.FORM,
    coverage_floor=Decimal("0.90"),
    row_floors={"projects": 1, "indicators": 1},
)
SELF_EVALUATION = Layout(
    name="self_evaluation",
    version=VERSION,
    kind=Kind.SELF_EVALUATION,
    titles=(r"自评表", r"绩效自评"),
    vocabulary=(*_GRID, ("实际完成", "实际值", "完成值"), ("得分", "自评分")),
    read=_reader(Kind.SELF_EVALUATION),
    family=Family.FORM,
    coverage_floor=Decimal("0.90"),
    row_floors={"indicators": 1},
)
DEPARTMENT_TARGET_FORM = Layout(
    name="department_target_form",
    version=VERSION,
    kind=Kind.DEPARTMENT_TARGET_FORM,
    titles=(r"部门整体(?:支出|预算)*绩效目标(?:申报)?表",),
    vocabulary=(
        ("部门名称",),
        ("财政供养人员数", "部门预算支出"),
        ("收入来源", "按预算级次划分"),
        ("总体绩效目标", "年度重点工作任务"),
        ("三级指标",),
        ("实施周期指标值", "年度指标值"),
    ),
    read=_reader(Kind.DEPARTMENT_TARGET_FORM),
    family=Family.FORM,
    coverage_floor=Decimal("0.90"),
    row_floors={"indicators": 1},
)
REGION_TARGET_FORM = Layout(
    name="region_target_form",
    version=VERSION,
    kind=Kind.REGION_TARGET_FORM,
    titles=(r"区域绩效目标",),
    vocabulary=(("区域绩效目标",), *_GRID),
    read=_reader(Kind.REGION_TARGET_FORM),
    family=Family.FORM,
    coverage_floor=Decimal("0.90"),
    row_floors={"projects": 1, "indicators": 1},
)
MONITORING = Layout(
    name="monitoring",
    version=VERSION,
    kind=Kind.MONITORING,
    titles=(r"绩效(?:运行|目标)?监控", r"运行监控"),
    vocabulary=(("监控",), *_GRID),
    read=_reader(Kind.MONITORING),
    family=Family.FORM,
    coverage_floor=Decimal("0.90"),
    row_floors={"indicators": 1},
)
FORMS = (PROJECT_TARGET_FORM, DEPARTMENT_TARGET_FORM, REGION_TARGET_FORM, SELF_EVALUATION, MONITORING)
