"""What the flags are called in Chinese: those of layouts and targets, of the gate, of a person's decision.

A test lays this list beside all that can give a flag, so that none is shown as a bare code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from warehouse.schema.views import ViewColumn, column, quote

ACCEPTED: Final = "accepted"
RESIDUAL: Final = "residual"
PARTIAL: Final = "partial"
NARRATIVE_ONLY: Final = "narrative_only"
DECIDED: Final = (ACCEPTED, NARRATIVE_ONLY, PARTIAL, RESIDUAL)
"""The flags that follow from what was decided: an acceptance, or which sections are published."""

FLAGS: Final[Mapping[str, str]] = {
    ACCEPTED: "经人工接受",
    "amount_jump": "金额与上年相差悬殊",
    "approximate": "约数",
    "assumed_year": "预算年度为推定",
    "branch_contradiction": "二级指标不属于其一级指标",
    "cited_budget_differs": "与所引预算不一致",
    "code_missing": "缺科目编码",
    "confused_characters": "指标值字符混淆",
    "contradictory_operators": "比较符相互矛盾",
    "damaged": "残缺",
    "damaged_characters": "指标值文字残缺",
    "empty": "指标值未填",
    "exceeds_budget": "任务金额超过部门支出",
    "exceeds_department": "项目支出合计超过部门项目支出",
    "few_facts": "数据少于该单位上一份文件",
    "funding_source_assumed": "资金来源为推定",
    "garbled_operator": "比较符无法辨认",
    "grading_scale": "指标值为分级评分标准",
    "horizon_missing": "缺年度或实施周期指标值",
    "inferred": "由标题或文句推断",
    "horizon_unclear": "年度与实施周期未分清",
    "illegible": "文字无法辨认",
    "incomplete": "部门基本信息不完整",
    "indicator_repeat": "指标重复",
    "left_out": "文件中有未读入的表或单元格",
    "level1_missing": "缺一级指标",
    "level1_unknown": "一级指标名称未知",
    "level2_unknown": "二级指标无法识别",
    "long_target": "指标值过长",
    "money_unit_assumed": "金额单位为推定",
    "name_missing": "缺名称",
    NARRATIVE_ONLY: "仅有文字说明",
    "narrative_differs": "文字说明与表中合计不一致",
    "negative_amount": "金额为负",
    "negative_target": "指标值为负数",
    "no_amount": "缺金额",
    "no_fiscal_year": "日期缺年份",
    "no_goal": "缺绩效目标",
    "no_indicators": "缺指标",
    "no_stated_total": "未列合计",
    "no_such_day": "日期不存在",
    "no_target": "缺指标值",
    "no_tasks": "未列重点工作任务",
    "not_a_range": "上下限颠倒",
    "number_gap": "编号不连续",
    "number_not_own": "数字并非所承诺之数",
    "number_repeat": "编号重复",
    "number_restart": "编号重新开始",
    "operator_on_range": "区间另带比较符",
    "operator_without_number": "有比较符而无数字",
    "other_stage": "与其余报表的预决算阶段不同",
    "other_unit": "与其余报表的单位不同",
    PARTIAL: "文件仅部分公布",
    "percent_missing": "比率缺百分号",
    "rate_per_period": "按每期或每人计",
    "ratio_out_of_range": "百分比超出范围",
    "repaired": "金额识别有误并已校正",
    "repeated": "同一指标值重复",
    RESIDUAL: "接受后的差额",
    "rounded": "除不尽而取近似值",
    "rounding": "合计有舍入差",
    "scale_without_unit": "有数量级而无单位",
    "source_missing": "缺资金来源",
    "stray_text": "混入多余文字",
    "task_repeat": "重点工作任务重复出现",
    "template_residue": "模板文字未替换",
    "two_readings": "有两种读法",
    "unit_contradiction": "单位与指标名称矛盾",
    "unknown_label": "标签不识原文留作备注",
    "unit_differs": "与所属单位公布的数字不一致",
    "weights_incomplete": "指标分值合计不完整",
}

_NAMES = quote(json.dumps(FLAGS, ensure_ascii=False)).replace("{", "{{").replace("}", "}}") + "::jsonb"
"""One constant to look a name up in: joined to a list of values, a flagged row takes ten times as long."""


def in_chinese(flags: str) -> str:
    """SQL: the names of `flags` in the same order, parted by 、. A row without flags costs nothing more."""
    return f"""CASE WHEN {flags} = '' THEN '' ELSE (
    SELECT string_agg(COALESCE({_NAMES} ->> said.flag, said.flag), '、' ORDER BY said.place)
    FROM unnest(string_to_array({flags}, ',')) WITH ORDINALITY said (flag, place)) END"""


def flags_zh(flags: str = "f.flags") -> ViewColumn:
    """The column that says them in Chinese, the last one of each view that has `flags`."""
    return column("flags_zh", in_chinese(flags), "标记（中文）", "The flags by their Chinese names, parted by 、.")
