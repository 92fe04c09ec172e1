"""The catalogue of expectations: what the gate asks of staged rows, each declared once.

`where` selects the rows that do not meet the expectation, alias `s`, from `batch`: the rows of its staging table that
are being judged. Where it asks for nothing but the row itself it selects from `suspect`: the rows of the batch that do
not meet some condition of this kind, found in one pass for all expectations (`batch_tables`). What a critical
expectation finds holds the filing; what a warning finds publishes, and its flag travels with exactly that row; what is
of information is kept in the audit alone. Those that look at other filings stand in `expectations_across`, those about
what a filing usually says in `expectations_complete`, those about its indicators as a whole in
`expectations_indicators`.
"""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from extract.document import Severity
from transform.statements.identities import IDENTITIES
from transform.statements.narrative import NARRATIVE
from warehouse.gate.expectation import Expectation, warning
from warehouse.gate.expectations_across import ACROSS
from warehouse.gate.expectations_complete import COMPLETE
from warehouse.gate.expectations_indicators import INDICATORS
from warehouse.gate.other_filings import CITED_DIFFERS, LINES_OF_UNITS, UNIT_DIFFERS, WITH_ITS_FILING
from warehouse.schema.declarations import Table
from warehouse.schema.staging import BUDGET, CONTROL, FILING, INDICATOR, STAGED_PROJECT, STAGED_SECTION, TARGET, TASK

RETIRED_SHARE = Decimal("0.5")
"""A new version that brings less than this share of the current version's facts stops and asks."""


def _critical(
    id: str, zh: str, table: Table, protects: str, message: str, where: str, *, source: str = "suspect s",
    evidence: str = "s.source_text", acceptable: bool = False, holds: str | None = None,
) -> Expectation:  # fmt: skip
    return Expectation(
        id=id, zh=zh, severity=Severity.CRITICAL, table=table, protects=protects, message=message, where=where,
        source=source, evidence=evidence, acceptable=acceptable, holds=holds,
    )  # fmt: skip


def _money(expression: str) -> str:
    return f"to_char({expression}, 'FM999,999,999,999,990.00')"


_CONTROL_MESSAGE = (
    "concat_ws(' ', s.total_of, s.statement, s.unit, s.project, s.line_code, s.line, s.funding_source, s.measure)"
    f" || ' states ' || {_money('s.stated_yuan')} || ' yuan, its ' || s.lines || ' lines sum to '"
    f" || {_money('s.loaded_yuan')} || ', difference ' || {_money('s.stated_yuan - s.loaded_yuan')}"
)
_SUBJECT = "concat_ws(' / ', s.unit, COALESCE(s.project, s.task), s.seq)"


_OWN_AND_MEMBERS = (
    "ARRAY(SELECT b.section_seq FROM staging.budget b WHERE b.filing_load_id = s.filing_load_id"
    " AND b.row_id = ANY(s.members) UNION SELECT s.section_seq)"
)
"""The section that prints a total, and those of the lines it must equal."""


def _control(name: str, zh: str, what: str, where: str) -> Expectation:
    return _critical(
        f"control_{name}",
        zh,
        CONTROL,
        f"{what} as printed is the sum of its lines: no line is missing, doubled or misread",
        _CONTROL_MESSAGE,
        f"NOT s.holds AND {where}",
        acceptable=True,
        holds=_OWN_AND_MEMBERS,
    )


def _unique(name: str, zh: str, table: Table, columns: str, what: str, *, differs: str = "false") -> Expectation:
    """What a later section says again holds that section; where they `differ`, all that say it."""
    return _critical(
        f"{name}_unique",
        f"{zh}重复",
        table,
        f"no {what} is counted twice",
        f"'row stands twice, {what} ' || concat_ws(' / ', {columns})",
        "s.within > 1 OR s.section_seq > s.first_section OR s.differs",
        source=_twice(columns, differs),
    )


def _twice(columns: str, differs: str) -> str:
    """The rows of each filing of which some have the same columns and are of one kind, scope and year, with the first
    section that has them, and whether they differ; grouped first, as a window would sort a whole batch."""
    alike = f"s.filing_load_id, {columns}, x.kind, x.scope, x.fiscal_year"
    return (
        f"(SELECT s.*, count(*) OVER (PARTITION BY {alike}, s.section_seq) AS within,"
        f" min(s.section_seq) OVER (PARTITION BY {alike}) AS first_section, {differs.format(alike)} AS differs"
        f" FROM batch s JOIN (SELECT s.filing_load_id, {columns} FROM batch s GROUP BY s.filing_load_id, {columns}"
        " HAVING count(*) > 1) twice ON twice.filing_load_id = s.filing_load_id"
        f" AND ({columns}) IS NOT DISTINCT FROM ({columns.replace('s.', 'twice.')})"
        " JOIN staging.section x ON x.filing_load_id = s.filing_load_id AND x.section_seq = s.section_seq) s"
    )


def _no_null(subject: str, zh: str, table: Table, columns: tuple[str, ...]) -> Expectation:
    texts = {column.name for column in table.columns if isinstance(column.type, sa.Text)}
    lacks = {name: f"s.{name} IS NULL" + (f" OR s.{name} = ''" if name in texts else "") for name in columns}
    return _critical(
        f"{subject}_key_not_null",
        f"{zh}缺少标识",
        table,
        "every row can be found by its key",
        f"'{subject} without ' || concat_ws(', ', "
        + ", ".join(f"CASE WHEN {lacking} THEN '{name}' END" for name, lacking in lacks.items())
        + ")",
        " OR ".join(lacks.values()),
    )


def _known_project(name: str, zh: str, table: Table) -> Expectation:
    return _critical(
        f"{name}_of_known_project",
        f"{zh}所属项目不在文件中",
        table,
        "no money or promise hangs on a project that the filing does not list",
        f"'{name} names a project that the filing does not list, ' || concat_ws(' / ', s.unit, s.project)",
        "s.project IS NOT NULL AND p.row_id IS NULL",
        source="batch s LEFT JOIN staging.project p ON p.filing_load_id = s.filing_load_id"
        " AND p.unit = s.unit AND p.project = s.project",
    )


_READ = "s.kind IS NOT NULL"

_FOLDED = "regexp_replace(normalize({0}, NFKC), '\\s', '', 'g')"
_DECLARED_NAME = (
    "SELECT FROM dw.dim_organization o WHERE s.publisher_id IN (o.organization_code, o.successor_code)"
    f" AND starts_with({_FOLDED.format('s.read_department')}, {_FOLDED.format('o.organization')})"
)
"""A name that the department had once, or one that was merged into it."""
_WITH_PAGE_OF_NAME = (
    "batch s CROSS JOIN LATERAL (SELECT COALESCE("
    "(SELECT min(t.page) FROM staging.statement t"
    " WHERE t.filing_load_id = s.filing_load_id AND t.unit = s.read_department),"
    " (SELECT min(t.page) FROM staging.profile t WHERE t.filing_load_id = s.filing_load_id),"
    " (SELECT min(t.page) FROM staging.project t WHERE t.filing_load_id = s.filing_load_id)) AS page) printed"
)
"""Beside the page of the form or table that prints the name over it."""

_OTHER_STATEMENT_HAS_LINES = (
    "EXISTS (SELECT FROM staging.section x WHERE x.filing_load_id = s.filing_load_id AND x.layout = s.layout"
    " AND x.row_counts ? 'budget_lines')"
)
"""A statement without a line says that there is none of its money; a filing of nothing but such ones was not read."""
_OF_FINDING = (
    "COALESCE(CASE WHEN f.section_seq IS NOT NULL THEN ARRAY[f.section_seq] END,"
    " (SELECT array_agg(x.section_seq) FROM staging.section x"
    " WHERE x.filing_load_id = s.filing_load_id AND f.page BETWEEN x.first_page AND x.last_page))"
)
"""The section that a finding names, else those of the page that a reader names, else all."""

EXPECTATIONS: tuple[Expectation, ...] = (
    _critical(
        "layout_recognised", "版式无法识别", FILING,
        "nothing is read by rules that were made for another form",
        "'no layout fits this document; its findings say what was seen'",
        "s.kind IS NULL AND (s.declared_kind IS NOT NULL OR COALESCE((SELECT"
        " bool_or(x.part NOT IN ('narrative', 'furniture')) FROM staging.section x"
        " WHERE x.filing_load_id = s.filing_load_id), true))",
        source="batch s", evidence="s.title",
    ),
    _critical(
        "kind_agrees", "文件类型与目录不符", FILING, "the filing is what the catalogue says it is",
        "'declared as ' || s.declared_kind || ', the page shows ' || s.kind",
        "s.kind <> s.declared_kind AND NOT EXISTS (SELECT FROM staging.section x"
        " WHERE x.filing_load_id = s.filing_load_id AND x.kind = s.declared_kind)",
        source="batch s", evidence="s.title",
    ),
    _critical(
        "department_agrees", "文件上的部门与目录不符", FILING,
        "no department's figures stand under another one's name",
        "'the catalogue says ' || s.department || ', ' || COALESCE('page ' || printed.page, 'the page') || ' names '"
        " || s.read_department || ': correct the publisher of the entry, declare the name if it is a former one"
        " (yusuan organizations), or accept it'",
        f"NOT s.department_agrees AND NOT EXISTS ({_DECLARED_NAME})", source=_WITH_PAGE_OF_NAME, evidence="s.title",
        acceptable=True,
    ),
    _critical(
        "year_resolved", "预算年度不明", FILING, "no figure stands under a guessed year",
        "'the catalogue declares no fiscal year and the document prints none'",
        f"{_READ} AND s.declared_year IS NULL AND s.read_year IS NULL", evidence="s.title",
    ),
    _critical(
        "year_agrees", "预算年度与目录不符", FILING, "no figure stands under a wrong year",
        "'declared for ' || s.declared_year || ', the document says ' || s.read_year",
        "s.declared_year <> s.read_year", evidence="s.title",
    ),
    _critical(
        "money_unit_read", "金额单位不明", STAGED_SECTION, "no amount is wrong by a factor of 10,000",
        "'no unit of money could be read (单位：万元 or the like)'",
        "s.part = 'records' AND s.money_unit IS NULL"
        " AND (s.row_counts ?| ARRAY['budget_lines', 'stated_totals'] OR s.row_floors ? 'budget_lines')",
        evidence="s.title",
    ),
    _critical(
        "money_unit_agrees", "金额单位与目录不符", STAGED_SECTION, "no amount is wrong by a factor of 10,000",
        "'declared in ' || h.declared_unit || ', the document prints ' || s.money_unit",
        "h.declared_unit <> s.money_unit", source=WITH_ITS_FILING, evidence="s.title",
    ),
    _critical(
        "coverage", "未能读懂的文字过多", STAGED_SECTION, "what the layout did not understand is small",
        "'only ' || round(100 * s.coverage, 1) || ' % of the text was understood, the floor is '"
        " || round(100 * s.coverage_floor, 1) || ' %'",
        "s.part = 'records' AND (s.coverage IS NULL OR s.coverage < s.coverage_floor)",
        evidence="s.title", acceptable=True,
    ),
    _critical(
        "row_floor", "读出的行数过少", STAGED_SECTION, "an empty section never passes",
        "'read ' || COALESCE(s.row_counts ->> floor.key, '0') || ' ' || floor.key || ', at least ' || floor.value"
        " || ' belong to this layout'",
        "CAST(COALESCE(s.row_counts ->> floor.key, '0') AS int) < CAST(floor.value AS int)"
        f" AND NOT (s.row_counts ? 'statements' AND {_OTHER_STATEMENT_HAS_LINES})",
        source="batch s CROSS JOIN LATERAL jsonb_each_text(s.row_floors) floor", evidence="s.title",
    ),
    _critical(
        "no_critical_finding", "读取时发现严重问题", FILING,
        "what reader or layout could not vouch for is not published",
        "f.code || ', ' || f.message", "f.severity = 'critical' AND s.kind IS NOT NULL",
        source="batch s JOIN audit.finding f ON f.filing_load_id = s.filing_load_id",
        evidence="f.evidence", acceptable=True, holds=_OF_FINDING,
    ),
    _control("filing", "全文件合计与明细不符", "The filing's total",
        "s.total_of = 'filing' AND s.funding_source IS NULL"),
    _control("funding_source", "资金来源合计与明细不符", "A funding source's total",
        "s.total_of = 'filing' AND s.funding_source IS NOT NULL"),
    _control("unit", "单位小计与明细不符", "A unit's subtotal", "s.total_of = 'unit'"),
    _control("project", "项目合计与各资金来源不符", "A project's total over its funding sources",
        "s.total_of = 'project'"),
    _control(
        "statement", "报表合计与明细不符", "A statement's total, or the other axis of a form",
        "s.total_of = 'statement' AND s.rule IS NULL"
    ),
    *(
        _control(
            f"identity_{identity.id}",
            f"勾稽不符：{identity.label}",
            f"勾稽 {identity.label}:",
            f"s.rule = '{identity.id}'",
        )
        for identity in IDENTITIES
    ),
    warning(
        "narrative_agrees", "文字说明与表中合计不一致", CONTROL,
        "a total that the prose states otherwise than the tables is noticed",
        _CONTROL_MESSAGE, f"NOT s.holds AND s.rule = '{NARRATIVE}'", "narrative_differs",
    ),
    _unique("project", "项目", STAGED_PROJECT, "s.unit, s.project", "project"),
    _unique(
        "budget", "金额", BUDGET,
        "s.statement, s.unit, s.project, s.classification_scheme, s.line_code, s.line, s.funding_source,"
        " s.expenditure_type, s.measure",
        "amount",
        differs="min(s.amount_yuan) OVER (PARTITION BY {0}) <> max(s.amount_yuan) OVER (PARTITION BY {0})",
    ),
    _no_null("project", "项目", STAGED_PROJECT, ("unit", "project")),
    _no_null("budget", "金额", BUDGET, ("statement", "unit", "amount_yuan", "amount_printed", "unit_printed")),
    _no_null("indicator", "指标", INDICATOR, ("subject", "unit", "seq")),
    _no_null("task", "任务", TASK, ("task",)),
    _known_project("budget", "金额", BUDGET),
    _known_project("control", "合计", CONTROL),
    warning(
        "year_assumed", "预算年度为推定", FILING, "an analyst knows that the year is not printed",
        "'the fiscal year ' || s.declared_year || ' is assumed'", "s.year_basis = 'assumed'", "assumed_year",
        evidence="s.title",
    ),
    warning(
        "total_stated", "文件未列合计", FILING, "an analyst knows that nothing vouches for the sum",
        "'the filing prints no total to check its lines against'",
        f"{_READ} AND NOT EXISTS (SELECT FROM staging.control c WHERE c.filing_load_id = s.filing_load_id"
        " AND c.total_of <> 'project')",
        "no_stated_total", source="batch s", evidence="s.title",
    ),
    warning(
        "filing_rounding", "合计有舍入差", FILING, "a difference within rounding stays visible",
        "'the lines differ from a stated total within rounding'",
        "EXISTS (SELECT FROM staging.control c WHERE c.filing_load_id = s.filing_load_id AND c.holds"
        " AND c.stated_yuan <> c.loaded_yuan)",
        "rounding", source="batch s", evidence="s.title",
    ),
    warning(
        "control_rounding", "合计有舍入差", CONTROL,
        "a difference within rounding stays visible", _CONTROL_MESSAGE,
        "s.holds AND s.stated_yuan <> s.loaded_yuan", "rounding",
    ),
    warning(
        "cited_budget_agrees", "与所引预算不一致", BUDGET,
        "a budget that another filing cites otherwise is noticed",
        "concat_ws(' ', s.statement, s.line_code, s.line, s.measure) || ' is ' || s.amount_printed || s.unit_printed"
        " || ' here, the filing that published that budget says otherwise'",
        CITED_DIFFERS, "cited_budget_differs", source=WITH_ITS_FILING,
    ),
    warning(
        "unit_agrees", "与所属单位公布的数字不一致", BUDGET,
        "a department whose units publish other figures than it does is noticed",
        f"concat_ws(' ', s.statement, s.unit) || ' has ' || {_money('s.whole')} || ' yuan, its own filing another sum'",
        UNIT_DIFFERS, "unit_differs", source=LINES_OF_UNITS,
    ),
    warning(
        "level1_given", "缺一级指标", INDICATOR, "shares by level 1 are known to be incomplete",
        f"'no level 1 stands at indicator ' || {_SUBJECT}",
        "COALESCE(s.level1, '') = '' OR (s.level1 = '未知' AND s.level1_printed = '')", "level1_missing",
    ),
    warning(
        "level1_known", "一级指标名称未知", INDICATOR,
        "a level 1 that nobody knows is not hidden under another",
        f"'level 1 ' || s.level1_printed || ' is not one of the known, at indicator ' || {_SUBJECT}",
        "s.level1 = '未知' AND s.level1_printed <> ''", "level1_unknown",
    ),
    warning(
        "indicator_named", "指标名称无法辨认", INDICATOR,
        "an indicator whose name is illegible stays in the counts and is noticed",
        f"'no name is legible at indicator ' || {_SUBJECT}", "COALESCE(s.name, '') = ''", "name_missing",
    ),
    warning(
        "ratio_in_range", "百分比超出范围", TARGET, "a misread percentage is noticed",
        "'ratio outside 0 to 100 %, ' || s.target_text",
        "s.kind = 'ratio' AND (s.base_value < 0 OR s.base_value > 1 OR s.base_value_upper > 1)", "ratio_out_of_range",
        evidence="s.target_text",
    ),
    *INDICATORS,
    *COMPLETE,
    *ACROSS,
)  # fmt: skip

SECTION_KEPT = _critical(
    "section_kept", "新版本少了现行版本的分节", FILING, "a worse reading never takes published money away",
    "''", "false", evidence="s.title", acceptable=True,
)  # fmt: skip
FACTS_RETIRED = _critical(
    "facts_retired", "新版本的数据远少于现行版本", FILING, "a damaged republication does not empty a dashboard",
    "''", "false", evidence="s.title", acceptable=True,
)  # fmt: skip

ASKED_LATER = (SECTION_KEPT, FACTS_RETIRED)
"""Asked when a version is decided on, as they depend on what else holds (`warehouse.publish.sections`)."""

BY_ID = {expectation.id: expectation for expectation in (*EXPECTATIONS, *ASKED_LATER)}
