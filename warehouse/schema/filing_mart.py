"""`mart.filing`: one row a filing, published, held or failed, with what holds it and what it totals."""

from __future__ import annotations

from warehouse.schema.flags import ACCEPTED, flags_zh
from warehouse.schema.held_reasons import in_chinese
from warehouse.schema.mart_columns import ACCOUNTED, BY_CODE, WHO, desk_path
from warehouse.schema.views import View, column, measure

PENDING = "p.filing_version_key IS NOT NULL AND newest.version > v.version AND newest.status = 'held'"
FAILED_SINCE = "p.filing_version_key IS NOT NULL AND attempt.status = 'failed'"

OF_SECTIONS = (
    "SELECT COALESCE(string_agg(x.held_reasons, E'\\n' ORDER BY x.section_seq), '') FROM dw.filing_section x"
    " WHERE x.filing_version_key = v.filing_version_key AND x.status = 'held'"
)
HELD_REASONS = (
    f"CASE WHEN {PENDING} THEN newest.held_reasons WHEN {FAILED_SINCE} THEN attempt.reasons"
    f" WHEN p.filing_version_key IS NULL THEN attempt.reasons WHEN v.is_partial THEN ({OF_SECTIONS}) ELSE '' END"
)
FLAGS = f"""CASE WHEN EXISTS (
    SELECT FROM audit.acceptance a WHERE a.filing_version_key = p.filing_version_key AND {{met}}
  ) THEN array_to_string(ARRAY(
    SELECT DISTINCT flag FROM unnest(string_to_array(NULLIF(v.flags, ''), ',') || CAST('{ACCEPTED}' AS text)) AS flag
    ORDER BY 1), ',')
  ELSE COALESCE(v.flags, '') END"""
"""`accepted` follows from the acceptance, so that a past load shows the flag only if it was given by then."""


def _of_version(name: str) -> str:
    """As the version has it; as the catalogue has it where the document could never be read."""
    return f"CASE WHEN v.filing_version_key IS NOT NULL THEN v.{name} ELSE filing.{name} END"


FILING = View(
    name="filing",
    zh="公开文件",
    grain="One filing, also when it is held or failed.",
    additive="Totals add across filings of one year, kind and scope only: a department form repeats the money of its"
    " projects, a department's budget that of its units.",
    source="""FROM dw.dim_filing filing
LEFT JOIN dw.publication p ON p.filing_key = filing.filing_key AND {current}
LEFT JOIN LATERAL (
  SELECT w.filing_version_key, w.version, w.held_reasons, a.status FROM audit.filing_load a
  JOIN dw.dim_filing_version w ON w.filing_version_key = a.filing_version_key
  WHERE a.filing_key = filing.filing_key AND a.status IN ('published', 'partial', 'held', 'rejected') AND {met}
  ORDER BY w.version DESC, a.filing_load_id DESC LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
  SELECT a.status, a.reasons, a.sha256, a.finished_at FROM audit.filing_load a
  WHERE a.filing_key = filing.filing_key AND {met}
    AND a.status IN ('published', 'partial', 'held', 'rejected', 'withdrawn', 'failed', 'forgotten')
    AND (a.status <> 'failed' OR NOT EXISTS (
      SELECT FROM (SELECT * FROM audit.filing_load a WHERE {met}) b
      WHERE b.filing_key = a.filing_key AND b.filing_load_id > a.filing_load_id AND b.status = 'unchanged'))
  ORDER BY a.filing_load_id DESC LIMIT 1
) attempt ON true
LEFT JOIN dw.dim_filing_version v
  ON v.filing_version_key = COALESCE(p.filing_version_key, newest.filing_version_key)
LEFT JOIN dw.dim_fiscal_year fiscal_year
  ON fiscal_year.fiscal_year_key = COALESCE(v.fiscal_year_key, filing.fiscal_year_key)
LEFT JOIN dw.dim_region region ON region.region_key = COALESCE(v.region_key, filing.region_key)
LEFT JOIN dw.dim_organization department
  ON department.organization_key = COALESCE(v.department_key, filing.department_key)
WHERE p.filing_version_key IS NOT NULL OR attempt.status <> 'forgotten'""",
    columns=(
        column("filing_id", "filing.filing_id", "文件标识", "Stable name of the filing."),
        column("title", _of_version("title"), "标题", "As declared, else as read."),
        column("kind", _of_version("kind"), "文件类型", "Kind of at least half of its sections, else `mixed`."),
        column("fiscal_year", "fiscal_year.fiscal_year", "预算年度", "Fiscal year."),
        column("year_basis", _of_version("year_basis"), "年度依据", "`declared`, `assumed`, `read`."),
        column("region_code", "region.region_code", "区划代码", "GB/T 2260."),
        column("region", "region.region", "行政区划", "Region of the publisher."),
        column("department", "department.organization", "主管部门", "Full official name of the publisher."),
        column(
            "status",
            "CASE WHEN p.filing_version_key IS NOT NULL THEN CASE WHEN v.is_partial THEN 'partial' ELSE 'published' END"
            " WHEN attempt.status = 'withdrawn' AND newest.status = 'held' THEN 'held' ELSE attempt.status END",
            "状态",
            "`published`, `partial` (some sections are held, missing or unread), `held` or `failed`;"
            " `rejected` if a person keeps it out, `withdrawn` after an undo that left"
            " no version.",
        ),
        column("version", "v.version", "版本号", "Version shown; null if the document could never be read."),
        column(
            "pending_version",
            f"CASE WHEN {PENDING} THEN newest.version END",
            "待定版本",
            "A newer version that is held.",
        ),
        column(
            "pending_status",
            f"CASE WHEN {PENDING} THEN newest.status WHEN {FAILED_SINCE} THEN attempt.status END",
            "待定状态",
            "`held` for a newer held version, `failed` if the last reading failed.",
        ),
        column(
            "held_reasons",
            HELD_REASONS,
            "暂缓原因",
            "Why the filing, sections of it, or its newer version are not published; empty if all are.",
        ),
        measure(
            "stated_total_yuan",
            "v.stated_total_yuan",
            "公布合计（元）",
            "Total as printed: of a project table over all its rows, of a department form its income, of a budget"
            " statement what is spent (本年支出合计 of 收支总表, else the total of 支出总表, else 支出总计).",
            adds_over=WHO,
            unit="yuan",
        ),
        measure(
            "loaded_total_yuan",
            "v.loaded_total_yuan",
            "明细合计（元）",
            "Sum of the printed lines under it; of a department form of its expenditure.",
            adds_over=WHO,
            unit="yuan",
        ),
        measure(
            "difference_yuan",
            "v.stated_total_yuan - v.loaded_total_yuan",
            "差额（元）",
            "Stated less loaded.",
            adds_over=WHO,
            unit="yuan",
        ),
        measure("projects", "v.projects", "项目数", "Projects printed.", adds_over=WHO),
        measure("indicators", "v.indicators", "指标数", "Indicators printed: (subject, indicator_seq).", adds_over=WHO),
        measure("coverage", "v.coverage", "覆盖率", "Share of the text that ended in a typed field."),
        column("reader", "v.reader", "阅读器", "Name and version of the reader."),
        column("pages", "v.pages", "页数", "Pages; null for a plain text."),
        column("source_url", _of_version("source_url"), "来源网址", "Where it was published."),
        column("sha256", "COALESCE(v.sha256, attempt.sha256)", "原件摘要", "SHA-256 of the bytes."),
        column("loaded_at", "COALESCE(v.loaded_at, attempt.finished_at)", "入库时间", "When it was loaded."),
        column("flags", FLAGS, "标记", "Flags of the filing, sorted, comma-separated."),
        column("scope", "v.scope", "口径", "Scope of its sections; `mixed` where they differ."),
        measure("sections", "v.sections", "分节数", "Sections of the document, text too.", adds_over=WHO),
        measure("sections_held", "v.sections_held", "暂缓分节数", "Sections that are held.", adds_over=WHO),
        measure(
            "amounts_accounted",
            ACCOUNTED.format("v"),
            "已说明金额占比",
            "Share of the printed amounts that are a fact, a control or a remark, or named as unread.",
        ),
        column("layout", "v.layout", "版式", "Layout and its version."),
        column(
            "fiscal_year_start", "fiscal_year.first_day", "年度首日", "1 January of the fiscal year, for time axes."
        ),
        *BY_CODE,
        measure("amounts", "v.amounts", "金额个数", "Amounts of money printed.", adds_over=WHO),
        column(
            "held_reasons_zh",
            in_chinese(HELD_REASONS),
            "暂缓原因（中文）",
            "The reasons by the Chinese titles of their expectations, each once, with the number of places.",
        ),
        desk_path("'/f/' || filing.filing_id"),
        flags_zh(FLAGS),
    ),
)
