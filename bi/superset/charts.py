"""What the dashboard shows: its datasets with their metrics, its charts, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WAN, COUNT, SHARE = ",.2f", ",d", ".1%"
"""Number formats: 万元, things, shares."""


@dataclass(frozen=True)
class Metric:
    name: str
    zh: str
    expression: str
    number_format: str = COUNT


@dataclass(frozen=True)
class Calculated:
    """A column that Superset computes beside those of the view: codes in Chinese, an order to sort by."""

    name: str
    zh: str
    expression: str
    type: str = "TEXT"


@dataclass(frozen=True)
class Filter:
    """A condition every query of a chart has."""

    column: str
    operator: str
    value: Any

    def adhoc(self) -> dict[str, Any]:
        """As a chart's parameters hold it."""
        return {
            "clause": "WHERE",
            "expressionType": "SIMPLE",
            "subject": self.column,
            "operator": self.operator,
            "comparator": self.value,
        }

    def query(self) -> dict[str, Any]:
        """As a query holds it."""
        return {"col": self.column, "op": self.operator, "val": self.value}


@dataclass(frozen=True)
class Chart:
    """One chart. `columns` are grouped by unless there is no metric: then they are the columns of a table of rows."""

    name: str
    zh: str
    en: str
    view: str
    type: str
    columns: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: tuple[str, ...] = ()
    """Columns a table of rows is sorted by; `-` before a name: downwards."""
    width: int = 4
    height: int = 46
    note: str = ""
    """Markdown that stands above the chart: what a reader has to know of it, also when it is empty."""
    more: dict[str, Any] = field(default_factory=dict)
    """Further parameters of this type of chart."""

    @property
    def title(self) -> str:
        return f"{self.zh} {self.en}"


DATASETS: dict[str, tuple[Metric, ...]] = {
    "project_budget": (
        Metric("amount_wan", "金额（万元）", "SUM(amount_yuan) / 10000", WAN),
        Metric("projects", "项目数", "COUNT(DISTINCT project_id)"),
    ),
    "indicator_target": (
        Metric("targets", "指标值数", "COUNT(*)"),
        Metric("indicators", "指标数", "SUM(indicator_count)"),
        Metric(
            "vague_share",
            "定性指标值占比",
            "1.0 * COUNT(*) FILTER (WHERE NOT is_measurable AND kind <> 'damaged')"
            " / NULLIF(COUNT(*) FILTER (WHERE kind <> 'damaged'), 0)",
            SHARE,
        ),
    ),
    "project_lineage": (Metric("change_wan", "增减（万元）", "SUM(change_yuan) / 10000", WAN),),
    "filing": (
        Metric("filings", "文件数", "COUNT(*) FILTER (WHERE status IN ('published', 'partial'))"),
        Metric("held", "暂缓发布", "COUNT(*) FILTER (WHERE status = 'held' OR pending_status = 'held')"),
        Metric("difference_wan", "差额（万元）", "SUM(difference_yuan) / 10000", WAN),
    ),
    "control_total": (
        Metric("controls", "合计数", "COUNT(*)"),
        Metric("failed", "不符", "COUNT(*) FILTER (WHERE NOT holds)"),
    ),
    "budget_statement": (Metric("amount_wan", "金额（万元）", "SUM(amount_yuan) / 10000", WAN),),
}


def _labelled(code: str, zh: str, **labels: str) -> Calculated:
    """A code of the mart in Chinese; one without a label stays as it is."""
    cases = " ".join(f"WHEN '{value}' THEN '{label}'" for value, label in labels.items())
    return Calculated(f"{code}_zh", zh, f"CASE CAST({code} AS TEXT) {cases} ELSE CAST({code} AS TEXT) END")


DESK = "@YUSUAN_DESK_URL@"
"""Stands for the desk's address, which `importing` puts in its place; empty where there is none."""

PAGE_LINK = Calculated(
    "page_link",
    "原文",
    f"CASE WHEN '{DESK}' ~ '^https?://' THEN '<a href=\"{DESK}' || desk_path || '\" target=\"_blank\">' ||"
    " COALESCE('第' || CAST(page AS TEXT) || '页', '打开') || '</a>'"
    " WHEN source_url ~ '^https?://' THEN '<a href=\"' || replace(source_url, '\"', '') ||"
    " COALESCE('#page=' || CAST(page AS TEXT), '') || '\" target=\"_blank\">' ||"
    " COALESCE('第' || CAST(page AS TEXT) || '页', '打开') || '</a>' ELSE COALESCE(source_url, '') END",
)
"""The cell a figure was printed in, at the desk; where there is none, the published document, opened at its page.
Superset shows what looks like HTML as such."""

FILING_LINK = Calculated(
    "filing_link",
    "文件",
    f"CASE WHEN '{DESK}' ~ '^https?://' THEN '<a href=\"{DESK}' || desk_path || '\" target=\"_blank\">' ELSE '' END ||"
    f" CAST(filing_id AS TEXT) || CASE WHEN '{DESK}' ~ '^https?://' THEN '</a>' ELSE '' END",
)
"""The filing at the desk, or its name alone."""

PLACE = Calculated(
    "place",
    "位置",
    "COALESCE('第' || CAST(page AS TEXT) || '页', '第' || CAST(source_line AS TEXT) || '行', '')",
)
"""Page, or line of a plain text."""


def _or(column: str, zh: str, instead: str) -> Calculated:
    """A column with a word where it is empty: Superset shows N/A."""
    return Calculated(f"{column}_shown", zh, f"COALESCE({column}, '{instead}')")


BASIS = Calculated(
    "basis",
    "文件类型与口径",
    "CASE filing_kind WHEN 'project_target_table' THEN '项目目标表' WHEN 'project_target_form' THEN '项目申报表'"
    " WHEN 'department_target_form' THEN '整体目标表' WHEN 'region_target_form' THEN '区域目标表'"
    " WHEN 'budget_statement' THEN '公开报表' WHEN 'government_statement' THEN '政府报表'"
    " WHEN 'self_evaluation' THEN '自评表' WHEN 'monitoring' THEN '监控表' ELSE CAST(filing_kind AS TEXT) END"
    " || CASE scope WHEN 'department' THEN '·部门' WHEN 'unit' THEN '·单位' WHEN 'government' THEN '·政府' ELSE '' END",
)
"""What money and indicators add within: a table and a form, a department and its unit show the same again."""


def _with_basis(column: str, zh: str) -> Calculated:
    """An axis on which no bar adds two kinds of filing or two scopes."""
    return Calculated(f"{column}_basis", zh, f"CAST({column} AS TEXT) || ' ' || ({BASIS.expression})")


CALCULATED: dict[str, tuple[Calculated, ...]] = {
    "project_budget": (PAGE_LINK, PLACE, BASIS, _with_basis("fiscal_year", "年度与口径")),
    "budget_statement": (PAGE_LINK, BASIS, _with_basis("fiscal_year", "年度与口径")),
    "indicator_target": (
        _with_basis("department", "部门与口径"),
        PAGE_LINK,
        PLACE,
        _labelled("horizon", "期间", annual="年度", cycle="实施周期"),
        _labelled("is_measurable", "可衡量", true="是", false="否"),
    ),
    "project_lineage": (
        Calculated("change_size", "增减幅度（元）", "COALESCE(ABS(change_yuan), 0)", "NUMERIC"),
        _labelled("method", "匹配方法", exact="同名", declared="人工确认"),
    ),
    "filing": (
        FILING_LINK,
        Calculated("difference_size", "差额幅度（元）", "COALESCE(ABS(difference_yuan), -1)", "NUMERIC"),
        _labelled(
            "status", "状态",
            published="已发布", held="暂缓发布", failed="读取失败", rejected="不予发布", withdrawn="已撤回",
        ),
    ),
    "control_total": (
        PAGE_LINK,
        PLACE,
        Calculated("difference_size", "差额幅度（元）", "COALESCE(ABS(difference_yuan), -1)", "NUMERIC"),
        _or("organisation", "单位", "全部"),
        _or("project", "项目", ""),
        _or("funding_source", "资金来源", "总计"),
        _labelled("total_of", "范围", filing="全文件", unit="单位", project="项目", statement="报表"),
        _labelled("holds", "是否相符", true="是", false="否"),
    ),
}  # fmt: skip

PLANNED = (Filter("filing_kind", "IN", ["project_target_table", "project_target_form"]),)
"""A self-evaluation shows the money of its project form again."""
ANNUAL = Filter("horizon", "==", "annual")
SATISFACTION = (Filter("is_satisfaction", "==", True), Filter("kind", "==", "ratio"), ANNUAL)

_BARS = {
    "show_value": True,
    "show_legend": True,
    "legendType": "scroll",
    "rich_tooltip": True,
    "xAxisForceCategorical": True,
}
_RANKED = {
    **_BARS,
    "orientation": "horizontal",
    "x_axis_sort": "sum",
    "x_axis_sort_asc": True,
}
"""The longest bar above."""
_ROWS = {"query_mode": "raw", "page_length": 20, "include_search": True, "show_cell_bars": False}

ROWS: tuple[tuple[Chart, ...], ...] = (
    (
        Chart("filings_count", "公开文件", "Filings", "filing", "big_number_total",
              metrics=("filings",), width=3, height=18),
        Chart("projects", "项目数", "Projects", "project_budget", "big_number_total",
              metrics=("projects",), filters=PLANNED, width=3, height=18),
        Chart("vague_total", "定性指标值占比", "Vague targets", "indicator_target", "big_number_total",
              metrics=("vague_share",), filters=(ANNUAL,), width=3, height=18),
        Chart("held_filings", "暂缓发布的文件", "Held filings", "filing", "big_number_total",
              metrics=("held",), width=3, height=18),
    ),
    (
        Chart("by_district", "各区各年度项目预算（万元）", "By district and year", "project_budget",
              "echarts_timeseries_bar", ("region", "fiscal_year", "basis"), ("amount_wan",), PLANNED, width=4,
              more=_RANKED),
        Chart("by_department", "各部门项目预算（万元）", "By department", "project_budget",
              "echarts_timeseries_bar", ("department", "fiscal_year", "basis"), ("amount_wan",), PLANNED, width=5,
              more=_RANKED),
        Chart("by_source", "资金来源（万元）", "By funding source", "project_budget", "echarts_timeseries_bar",
              ("fiscal_year_basis", "funding_source"), ("amount_wan",), PLANNED, width=3,
              more={**_BARS, "stack": "Stack"}),
    ),
    (
        Chart("indicator_mix", "指标构成", "Indicator mix", "indicator_target", "echarts_timeseries_bar",
              ("department_basis", "level1"), ("indicators",), width=6,
              more={**_RANKED, "stack": "Stack"}),
        Chart("vague_targets", "各部门定性指标值占比", "Share of vague targets", "indicator_target",
              "echarts_timeseries_bar", ("department_basis",), ("vague_share",), (ANNUAL,), width=6,
              more={**_RANKED, "show_legend": False, "x_axis_sort": "vague_share"}),
    ),
    (
        Chart("satisfaction", "满意度承诺值分布", "Satisfaction targets", "indicator_target",
              "echarts_timeseries_bar", ("base_value", "region"), ("targets",), SATISFACTION, width=6,
              more={**_BARS, "stack": "Stack", "x_axis_number_format": ".0%"}),
        Chart("expenditure", "部门整体支出构成（万元）", "Department expenditure", "budget_statement",
              "echarts_timeseries_bar", ("fiscal_year_basis", "line"), ("amount_wan",),
              (Filter("statement", "==", "dept_expenditure"),), width=6, more=_BARS),
    ),
    (
        Chart("largest_changes", "与上年相比增减最大的项目", "Largest changes", "project_lineage", "table",
              ("fiscal_year", "department", "project", "previous_total_yuan", "total_yuan", "change_yuan", "method_zh"),
              filters=(Filter("method", "!=", "similar"),), order=("-change_size",), width=12, height=40, more=_ROWS,
              note="下表只列同一部门在**相邻两个年度**都公布了同类文件、且两年项目名称相同（或经人工确认为同一项目）的项目。"
              "已发布的文件中没有这样的两个年度时，下表为空，并非出错。"),
    ),
    (
        Chart("filings", "文件与公布合计的差额", "Filings and differences to stated totals", "filing", "table",
              ("fiscal_year", "region", "department", "title", "status_zh", "stated_total_yuan", "loaded_total_yuan",
               "difference_yuan", "held_reasons_zh", "flags_zh", "filing_link"),
              order=("-difference_size",), width=12, height=56, more=_ROWS),
    ),
    (
        Chart("controls", "不等于明细之和的合计", "Stated totals that differ from their lines", "control_total",
              "table", ("fiscal_year", "department", "total_of_zh", "organisation_shown", "project_shown",
                        "funding_source_shown", "stated_yuan", "loaded_yuan", "difference_yuan", "holds_zh",
                        "page_link"),
              filters=(Filter("difference_yuan", "!=", 0),), order=("-difference_size",), width=12, height=40,
              more=_ROWS),
    ),
    (
        Chart("money_rows", "金额明细：到文件的页", "Every amount, down to its page", "project_budget", "table",
              ("fiscal_year", "region", "department", "unit", "project", "funding_source", "amount_yuan",
               "amount_printed", "unit_printed", "place", "filing_id", "page_link", "flags_zh"),
              order=("-amount_yuan",), width=12, height=60, more=_ROWS),
    ),
    (
        Chart("target_rows", "指标值明细：到文件的页", "Every target, down to its page", "indicator_target", "table",
              ("fiscal_year", "region", "department", "unit", "project", "level1", "indicator", "horizon_zh",
               "target_text", "operator", "value", "value_unit", "is_measurable_zh", "place", "filing_id", "page_link",
               "flags_zh"),
              order=("department", "unit", "project", "indicator_seq"), width=12, height=60, more=_ROWS),
    ),
)  # fmt: skip

CHARTS: tuple[Chart, ...] = tuple(chart for row in ROWS for chart in row)
FILTERS = (
    ("fiscal_year", "预算年度 Fiscal year"),
    ("region", "行政区划 District"),
    ("department", "主管部门 Department"),
)
"""Filters of the whole dashboard; every dataset has these columns."""
TITLE = "预算与绩效目标 Budgets and performance targets"
