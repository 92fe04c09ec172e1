"""`mart.section`: one row a section of a filing's newest version, whatever became of it."""

from __future__ import annotations

from warehouse.schema.flags import flags_zh
from warehouse.schema.held_reasons import in_chinese
from warehouse.schema.mart_columns import ACCOUNTED, BY_CODE, desk_path
from warehouse.schema.views import View, column, measure

SHOWN = "f.status = 'published' AND p.filing_version_key IS NOT NULL"
REASONS = f"CASE WHEN {SHOWN} THEN '' ELSE f.held_reasons END"
_WITHIN = ("section_seq",)

SECTION = View(
    name="section",
    zh="文件分节",
    grain="One section of a filing's newest version, also when it is held.",
    additive="Money does not add over sections: statements show the same money several times.",
    source="""FROM dw.dim_filing filing
JOIN LATERAL (
  SELECT a.filing_version_key FROM audit.filing_load a
  JOIN dw.dim_filing_version w ON w.filing_version_key = a.filing_version_key
  WHERE a.filing_key = filing.filing_key AND a.status IN ('published', 'partial', 'held', 'rejected') AND {met}
  ORDER BY w.version DESC, a.filing_load_id DESC LIMIT 1
) newest ON true
JOIN dw.dim_filing_version v ON v.filing_version_key = newest.filing_version_key
JOIN dw.filing_section f ON f.filing_version_key = v.filing_version_key
LEFT JOIN dw.publication p ON p.filing_version_key = v.filing_version_key AND {current}
LEFT JOIN dw.dim_fiscal_year fiscal_year ON fiscal_year.fiscal_year_key = f.fiscal_year_key
LEFT JOIN dw.dim_region region ON region.region_key = v.region_key
LEFT JOIN dw.dim_organization department ON department.organization_key = v.department_key
WHERE p.filing_version_key IS NOT NULL OR COALESCE((
  SELECT a.status FROM audit.filing_load a WHERE a.filing_key = filing.filing_key AND a.status <> 'unchanged' AND {met}
  ORDER BY a.filing_load_id DESC LIMIT 1), '') <> 'forgotten'""",
    columns=(
        column("filing_id", "filing.filing_id", "文件标识", "Stable name of the filing."),
        column("version", "v.version", "版本号", "The filing's newest version."),
        column("section_seq", "f.section_seq", "分节序号", "Position in the document, from 1."),
        column("kind", "f.kind", "类型", "`project_target_table`, `budget_statement` …; null for what is no records."),
        column("layout", "f.layout", "版式", "Layout that read it; null for what is no records."),
        column("title", "f.title", "标题", "Heading as printed."),
        column("unit", "f.unit", "单位", "Organisation it is printed for, less blanks."),
        column("scope", "f.scope", "口径", "`department`, `unit` or `government`; null if nothing says so."),
        column("fiscal_year", "fiscal_year.fiscal_year", "预算年度", "Year of the section, else of the filing."),
        column("money_unit", "f.money_unit", "金额单位", "Unit of money it prints or takes over."),
        column("first_page", "f.first_page", "首页", "First page; null without pages."),
        column("last_page", "f.last_page", "末页", "Last page; null without pages."),
        column(
            "status",
            f"CASE WHEN {SHOWN} THEN f.status WHEN f.status = 'published' THEN 'held' ELSE f.status END",
            "状态",
            "`published`, `held`, `missing` (listed, not found), `unread` or `text` (prose, furniture).",
        ),
        column(
            "held_reasons",
            REASONS,
            "暂缓原因",
            "Why it is held; empty if it only waits for others.",
        ),
        measure(
            "stated_total_yuan", "f.stated_total_yuan", "公布合计（元）", "Total as the section prints it.", unit="yuan"
        ),
        measure(
            "loaded_total_yuan", "f.loaded_total_yuan", "明细合计（元）", "Sum of the lines under it.", unit="yuan"
        ),
        measure(
            "difference_yuan",
            "f.stated_total_yuan - f.loaded_total_yuan",
            "差额（元）",
            "Stated less loaded.",
            unit="yuan",
        ),
        measure("lines", "f.lines", "金额行数", "Leaf amounts.", adds_over=_WITHIN),
        measure("projects", "f.projects", "项目数", "Projects printed.", adds_over=_WITHIN),
        measure("indicators", "f.indicators", "指标数", "Indicators printed.", adds_over=_WITHIN),
        measure("coverage", "f.coverage", "覆盖率", "Share of its text that ended in a typed field."),
        measure(
            "amounts_accounted",
            ACCOUNTED.format("f"),
            "已说明金额占比",
            "Share of its printed amounts that are a fact, a control or a remark, or named as unread.",
        ),
        column("flags", "f.flags", "标记", "Sorted, comma-separated; empty if nothing is odd."),
        column("level", "f.level", "级次", "Of a government's statement: `whole` (全省, 全市) or `own` (本级)."),
        column("part", "f.part", "类别", "`records`, `narrative`, `furniture`, `unread` or `missing`."),
        measure("amounts", "f.amounts", "金额个数", "Amounts of money printed.", adds_over=_WITHIN),
        measure("characters", "f.characters", "字符数", "Non-blank characters.", adds_over=_WITHIN),
        column("region_code", "region.region_code", "区划代码", "GB/T 2260."),
        column("region", "region.region", "行政区划", "Region of the publisher."),
        *BY_CODE,
        column("department", "department.organization", "主管部门", "Full official name of the publisher."),
        column(
            "held_reasons_zh",
            in_chinese(REASONS),
            "暂缓原因（中文）",
            "The reasons by the Chinese titles of their expectations, each once, with the number of places.",
        ),
        desk_path("'/f/' || filing.filing_id || '/v/' || v.version || '/s/' || f.section_seq"),
        flags_zh(),
    ),
)
