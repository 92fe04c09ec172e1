"""项目支出绩效目标表: one row per project, its money by funding source, its goal, all its indicators in one cell."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from transform.layouts.layout import Layout
from transform.records import Horizon, Kind
from transform.sections.families import Family
from transform.tables.indicator_heads import Grammar
from transform.tables.project_table import TableForm, read_project_table

GRAMMAR = Grammar(
    horizons={
        "年度指标值": Horizon.ANNUAL,
        "年度目标值": Horizon.ANNUAL,
        "实施周期指标值": Horizon.CYCLE,
        "实施周期目标值": Horizon.CYCLE,
    },
    level1=("产出指标", "效益指标", "满意度指标", "成本指标", "服务对象满意度指标"),
    level1_codes={"1": "产出", "2": "效益", "3": "满意度", "4": "成本"},
    level2_codes={
        "11": "数量",
        "12": "质量",
        "13": "时效",
        "14": "成本",
        "21": "经济效益",
        "22": "社会效益",
        "23": "生态效益",
        "24": "可持续影响",
        "31": "服务对象满意度",
        "41": "经济成本",
    },
)

TITLES = (r"项目(?:支出)?(?:预算)?绩效目标(?:情况|申报|批复|公开)?(?:汇总)?表",)
FORM = TableForm(
    name="project_target_table",
    version=4,
    kind=Kind.PROJECT_TARGET_TABLE,
    titles=TITLES,
    grammar=GRAMMAR,
)

PROJECT_TARGET_TABLE = Layout(
    name=FORM.name,
    version=FORM.version,
    kind=FORM.kind,
    family=Family.PROJECT_TABLE,
    titles=FORM.titles,
    vocabulary=(
        ("项目名称", "资金使用单位"),
        ("总计", "资金总额", "总金额", "合计", "项目金额", "预算金额"),
        ("绩效目标",),
        ("绩效指标",),
        ("年度指标值", "年度目标值", "财政拨款", "资金总额"),
    ),
    read=partial(read_project_table, form=FORM),
    coverage_floor=Decimal("0.97"),
    row_floors={"projects": 1, "budget_lines": 1, "indicators": 1, "stated_totals": 1},
)
