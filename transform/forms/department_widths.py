"""What a department target form prints, as data: its words, its axes, its groups of indicators, its columns' widths."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisLine:
    """One line of an axis. `label` is a regular expression of what is printed; names differ by level of government."""

    statement: str
    label: str
    funding_source: str | None = None
    expenditure_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group label of the indicators. `parents` are the level 1 labels it may stand under, the usual one first;
    none for a level 1 label. A flattened form may leave the level 1 label out where it has one group only."""

    label: str
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentForm:
    """The declared form. Labels have full-width brackets; half-width ones, blanks and wraps are understood."""

    name: str
    version: int
    title: str
    """Regular expression of the title, blanks removed."""
    department: str
    staff: str
    subordinate_units: str
    amount_heading: str
    """Label of an amount column, less the unit in brackets."""
    axis_headings: tuple[str, ...]
    axes: tuple[AxisLine, ...]
    statements: tuple[str, ...]
    other_headings: tuple[str, ...]
    goal: str
    tasks: str
    task_columns: tuple[str, str, str, str]
    """Headings of name, content, amount and goal; the amount's less its unit."""
    task_widths: tuple[float, float, float, float]
    """Where the columns usually wrap, in em."""
    optional_task: str
    """Name of the last, optional task; it is a task only where the row is filled."""
    indicators: str
    indicator_columns: tuple[str, str, str, str, str]
    """Headings of level 1, level 2, name, cycle value and annual value."""
    other_columns: tuple[str, ...]
    """Columns that hold neither money nor promises; what stands in them is kept as text that was not read."""
    name_width: float
    value_width: float
    groups: tuple[Group, ...]


GUANGZHOU = DepartmentForm(
    name="department_target_form",
    version=3,
    title=r"部门整体(?:支出|预算)*绩效目标(?:申报)?表",
    department="部门名称",
    staff="财政供养人员数",
    subordinate_units="下属二级单位数",
    amount_heading="预算金额",
    axis_headings=("部门预算支出", "收入来源", "事业发展性支出", "按预算级次划分"),
    axes=(
        AxisLine(statement="dept_expenditure", label="基本支出", expenditure_type="基本支出"),
        AxisLine(statement="dept_expenditure", label="项目支出", expenditure_type="项目支出"),
        AxisLine(statement="dept_expenditure", label="财政专项资金", expenditure_type="事业发展性支出"),
        AxisLine(statement="dept_expenditure", label="其他事业发展性支出", expenditure_type="事业发展性支出"),
        AxisLine(statement="dept_income", label="财政拨款", funding_source="财政拨款"),
        AxisLine(statement="dept_income", label="财政专户(?:拨款|管理资金)", funding_source="财政专户拨款"),
        AxisLine(statement="dept_income", label="其他资金", funding_source="其他资金"),
        AxisLine(statement="dept_level", label="[省市区县镇]?本?级使用资金"),
        AxisLine(statement="dept_level", label="拟用于对下转移支付资金"),
    ),
    statements=("dept_expenditure", "dept_income", "dept_level"),
    other_headings=("基本信息", "预算整体情况"),
    goal="总体绩效目标",
    tasks="年度重点工作任务",
    task_columns=("名称", "主要实施内容", "拟投入的资金", "期望达到的目标（概述）"),
    task_widths=(10, 15, 12, 24),
    optional_task="其他需完成的任务（可选填）",
    indicators="绩效指标",
    indicator_columns=("一级指标", "二级指标", "三级指标", "实施周期指标值", "年度指标值"),
    other_columns=("序号", "备注", "说明"),
    name_width=15,
    value_width=10,
    groups=(
        Group(label="产出指标"),
        Group(label="数量指标", parents=("产出指标",)),
        Group(label="质量指标", parents=("产出指标",)),
        Group(label="时效指标", parents=("产出指标",)),
        Group(label="成本指标", parents=("产出指标",)),
        Group(label="效益指标"),
        Group(label="经济效益指标", parents=("效益指标",)),
        Group(label="社会效益指标", parents=("效益指标",)),
        Group(label="生态效益指标", parents=("效益指标",)),
        Group(label="可持续影响指标", parents=("效益指标",)),
        Group(label="满意度指标"),
        Group(label="服务对象满意度指标", parents=("满意度指标",)),
    ),
)
"""The form of Guangzhou's budget platform, printed alike by the departments of the city and its districts."""
