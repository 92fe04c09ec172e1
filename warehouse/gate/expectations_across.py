"""Expectations that look at other filings: last year's, the same publisher's, the other ones of the same load.

They compare with what is published now. What is declared here as a limit is a judgement, not a rule of arithmetic: wide
enough that a normal year passes in silence.
"""

from __future__ import annotations

from decimal import Decimal

from extract.document import Severity
from warehouse.gate.copies import EQUAL_BYTES, EQUAL_LINES
from warehouse.gate.expectation import Expectation, digest
from warehouse.gate.siblings import SIBLING, YEAR
from warehouse.loads import CONTINUED
from warehouse.schema.staging import FILING, STAGED_PROJECT, TARGET

AMOUNT_BAND = 3
"""A project's money may grow to so many times last year's, or shrink to that part of it, without a flag."""
SCALE = 100
"""A filing whose largest amount is so many times larger or smaller than in the publisher's last one is held."""
FEW_FACTS = Decimal("0.5")
"""A filing with less than this share of the facts of the publisher's last one is flagged."""
FAR_FEWER_FACTS = Decimal("0.1")
"""One with less than this share is held."""

_UNIT_CODE = "CASE WHEN {0}.unit = f.department THEN f.publisher_id ELSE f.publisher_id || '/' || {0}.unit END"


def _money(expression: str) -> str:
    return f"to_char({expression}, 'FM999,999,999,999,990.00')"


_PROJECT_NAMES = """(
  SELECT project_key, organization_code, normalised_name FROM dw.dim_project
  UNION ALL
  SELECT previous.project_key, now.organization_code, now.normalised_name FROM dw.project_crosswalk c
  JOIN dw.dim_project previous ON previous.project_id = c.previous_project_id
  JOIN dw.dim_project now ON now.project_id = c.project_id
) project"""
"""The unit and normalised name of each published project, and those of the projects that are declared to follow it."""

_STAGED_FACTS = (
    "(SELECT count(*) FROM staging.budget b WHERE b.filing_load_id = f.filing_load_id)"
    " + (SELECT count(*) FROM staging.target t WHERE t.filing_load_id = f.filing_load_id)"
)
_PUBLISHED_FACTS = (
    "(SELECT count(*) FROM dw.fact_budget b"
    " WHERE b.filing_version_key = v.filing_version_key AND b.fiscal_year_key = v.fiscal_year_key)"
    " + (SELECT count(*) FROM dw.fact_indicator i"
    " WHERE i.filing_version_key = v.filing_version_key AND i.fiscal_year_key = v.fiscal_year_key)"
)
_LAST = f"""(
  SELECT f.*, {_STAGED_FACTS} AS facts, last.filing_id AS last_filing, last.facts AS last_facts
  FROM batch f CROSS JOIN LATERAL (
    SELECT v.filing_id, {_PUBLISHED_FACTS} AS facts FROM {SIBLING}
    WHERE v.kind = f.kind AND v.fiscal_year_key > 0 AND v.fiscal_year_key < {YEAR}
    ORDER BY v.fiscal_year_key DESC, 2 DESC, 1 LIMIT 1
  ) last
) s"""
_SCALES = f"""(
  SELECT f.*, now.yuan, last.filing_id AS last_filing, last.yuan AS last_yuan
  FROM batch f
  CROSS JOIN LATERAL (
    SELECT max(abs(b.amount_yuan)) AS yuan FROM staging.budget b WHERE b.filing_load_id = f.filing_load_id) now
  CROSS JOIN LATERAL (
    SELECT v.filing_id, (SELECT max(abs(b.amount_yuan)) FROM dw.fact_budget b
      WHERE b.filing_version_key = v.filing_version_key AND b.fiscal_year_key = v.fiscal_year_key) AS yuan
    FROM {SIBLING}
    WHERE v.kind = f.kind AND v.fiscal_year_key > 0 AND v.fiscal_year_key < {YEAR}
    ORDER BY v.fiscal_year_key DESC, 2 DESC, 1 LIMIT 1
  ) last
) s"""

_FEWER = "'brings ' || s.facts || ' facts, the publisher''s last filing ' || s.last_filing || ' has ' || s.last_facts"

_FOLLOWING = f"""(
  SELECT f.* FROM staging.filing f
  WHERE f.batch_id = (SELECT batch_id FROM batch LIMIT 1)
    AND EXISTS (SELECT FROM {SIBLING} WHERE v.kind = f.kind AND v.fiscal_year_key = {YEAR} - 1)
) f"""
"""Staged filings whose publisher has one of the year before: the rows of others have nothing to be compared with."""


# Staged rows and last year's are laid together and grouped by project: the planner believes that last year's are a
# handful, and would compare each with each.
_AMOUNTS = f"""(
  SELECT filing_load_id, row_id, yuan, min(last_yuan) OVER project AS lowest, max(last_yuan) OVER project AS highest
  FROM (
    SELECT s.filing_load_id, s.row_id, {_UNIT_CODE.format("s")} AS organization_code, s.normalised_name, money.yuan,
      NULL AS last_yuan
    FROM {_FOLLOWING} JOIN staging.project s ON s.filing_load_id = f.filing_load_id
    LEFT JOIN (
      SELECT filing_load_id, unit, project, sum(amount_yuan) AS yuan FROM staging.budget
      WHERE statement = 'project_expenditure' AND batch_id = (SELECT batch_id FROM batch LIMIT 1) GROUP BY 1, 2, 3
    ) money ON money.filing_load_id = s.filing_load_id AND money.unit = s.unit AND money.project = s.project
    UNION ALL
    SELECT f.filing_load_id, NULL, project.organization_code, project.normalised_name, NULL, t.total_yuan
    FROM {_FOLLOWING} CROSS JOIN {SIBLING}
    JOIN dw.fact_project t ON t.filing_version_key = v.filing_version_key AND t.total_yuan > 0
    JOIN {_PROJECT_NAMES} ON project.project_key = t.project_key
    WHERE v.kind = f.kind AND v.fiscal_year_key = {YEAR} - 1
  ) amount
  WINDOW project AS (PARTITION BY filing_load_id, organization_code, normalised_name)
) amount JOIN batch s USING (filing_load_id, row_id)"""

_PUBLISHED_PROMISE = digest(
    "project.organization_code", "project.normalised_name", "indicator.indicator", "t.horizon", "t.target_text"
)
_COPIED = f"""(
  SELECT filing_load_id, unnest(array_agg(row_id) FILTER (WHERE row_id IS NOT NULL)) AS row_id
  FROM (
    SELECT s.filing_load_id, s.row_id,
      {digest("j.organization_code", "j.normalised_name", "i.name", "s.horizon", "s.target_text")} AS promise
    FROM {_FOLLOWING} JOIN staging.target s ON s.filing_load_id = f.filing_load_id
    LEFT JOIN staging.indicator i ON i.filing_load_id = s.filing_load_id AND i.row_id = s.indicator_row_id
    LEFT JOIN (
      SELECT DISTINCT ON (j.filing_load_id, j.unit, j.project) j.filing_load_id, j.unit, j.project,
        {_UNIT_CODE.format("j")} AS organization_code, j.normalised_name
      FROM {_FOLLOWING} JOIN staging.project j ON j.filing_load_id = f.filing_load_id
    ) j ON j.filing_load_id = i.filing_load_id AND j.unit = i.unit AND j.project = i.project
    UNION ALL
    SELECT f.filing_load_id, NULL, {_PUBLISHED_PROMISE}
    FROM {_FOLLOWING} CROSS JOIN {SIBLING}
    JOIN dw.fact_indicator t
      ON t.filing_version_key = v.filing_version_key AND t.fiscal_year_key = v.fiscal_year_key
    JOIN dw.dim_indicator indicator ON indicator.indicator_key = t.indicator_key
    JOIN {_PROJECT_NAMES} ON project.project_key = t.project_key
    WHERE v.kind = f.kind AND v.fiscal_year_key = {YEAR} - 1
  ) promise
  GROUP BY filing_load_id, promise
  HAVING bool_or(row_id IS NULL)
) copied
CROSS JOIN LATERAL (SELECT t.* FROM staging.target t
  WHERE t.filing_load_id = copied.filing_load_id AND t.row_id = copied.row_id LIMIT 1) s
CROSS JOIN LATERAL (SELECT i.* FROM staging.indicator i
  WHERE i.filing_load_id = s.filing_load_id AND i.row_id = s.indicator_row_id LIMIT 1) i"""
"""What a target belongs to is joined from the left: it is looked up, never all targets of a filing per indicator."""


def _total(kind: str, published: str, staged: str) -> str:
    """The staged sum if the filing is of that kind, else that of the publisher's published filings of the year."""
    return (
        f"CASE WHEN f.kind = '{kind}' THEN (SELECT sum(b.amount_yuan) FROM staging.budget b"
        f" WHERE b.filing_load_id = f.filing_load_id AND {staged})"
        f" ELSE (SELECT sum(b.amount_yuan) FROM {SIBLING}"
        " JOIN dw.fact_budget b ON b.filing_version_key = v.filing_version_key"
        " JOIN dw.dim_expenditure_type type USING (expenditure_type_key)"
        " JOIN dw.dim_statement statement USING (statement_key)"
        f" WHERE v.kind = '{kind}' AND v.fiscal_year_key = {YEAR} AND {published}) END"
    )


_LISTED = "{0}.statement = 'project_expenditure'"
_BUDGETED = "{0}.statement = 'dept_expenditure' AND {1}.expenditure_type = '项目支出'"
_PROJECT_MONEY = f"""(
  SELECT f.*,
    {_total("project_target_table", _LISTED.format("statement"), _LISTED.format("b"))} AS listed,
    {_total("department_target_form", _BUDGETED.format("statement", "type"), _BUDGETED.format("b", "b"))} AS budgeted
  FROM batch f WHERE f.kind IN ('project_target_table', 'department_target_form')
) s"""
_PROJECT_MESSAGE = (
    f"'the project table lists ' || {_money('s.listed')} || ' yuan, the department form budgets '"
    f" || {_money('s.budgeted')} || ' for projects'"
)

_GUARDED = f"""(
  SELECT f.*, v.fiscal_year_key AS year,
    sum(f.changed_facts) OVER (PARTITION BY v.fiscal_year_key) + COALESCE(done.facts, 0) AS changed,
    count(*) FILTER (WHERE f.changed_facts > 0) OVER (PARTITION BY v.fiscal_year_key)
      + COALESCE(done.filings, 0) AS filings
  FROM batch f
  JOIN dw.dim_filing d ON d.filing_id = f.filing_id
  JOIN dw.publication p ON p.filing_key = d.filing_key AND p.to_load_id IS NULL
  JOIN dw.dim_filing_version v ON v.filing_version_key = p.filing_version_key
  LEFT JOIN LATERAL (
    SELECT sum(CAST(a.counts ->> 'changed_facts' AS int)) AS facts, count(*) AS filings
    FROM audit.filing_load mine
    JOIN audit.filing_load a ON a.status IN ('published', 'partial')
      AND (a.load_id = mine.load_id OR a.load_id IN ({CONTINUED.format(load="mine.load_id")}))
    JOIN dw.dim_filing_version w ON w.filing_version_key = a.filing_version_key
      AND w.fiscal_year_key = v.fiscal_year_key
    WHERE mine.filing_load_id = f.filing_load_id AND CAST(a.counts ->> 'changed_facts' AS int) > 0
  ) done ON true
) g
CROSS JOIN LATERAL (
  SELECT sum({_PUBLISHED_FACTS}) AS facts FROM dw.dim_filing_version v
  JOIN dw.publication p ON p.filing_version_key = v.filing_version_key AND p.to_load_id IS NULL
  WHERE v.fiscal_year_key = g.year
) published
CROSS JOIN LATERAL (SELECT g.*, published.facts) s"""
_SHARE = "CAST(current_setting('yusuan.changed_share') AS numeric)"

YEAR_KEPT = "year_kept"

ACROSS: tuple[Expectation, ...] = (
    Expectation(
        id=YEAR_KEPT,
        zh="本批次改动该年度数据过多",
        severity=Severity.CRITICAL,
        table=FILING,
        protects="a faulty reader or a portal gone wrong does not rewrite a year overnight",
        message="'this load would change ' || s.changed || ' facts of ' || s.year || ' in ' || s.filings"
        " || ' filings, of ' || s.facts || ' published: more than ' || round(100 * "
        + _SHARE
        + ") || ' % (YUSUAN_CHANGED_SHARE)'",
        where=f"s.changed_facts > 0 AND s.filings > 1 AND s.changed > {_SHARE} * s.facts",
        source=_GUARDED,
        evidence="s.title",
        acceptable=True,
    ),
    Expectation(
        id="not_published_twice",
        zh="同一文件已经公布",
        severity=Severity.CRITICAL,
        table=FILING,
        protects="no filing counts twice because it stands at two addresses",
        message="'the same bytes are filing ' || s.filings",
        where="s.filings IS NOT NULL",
        source=EQUAL_BYTES,
        evidence="s.title",
        acceptable=True,
    ),
    Expectation(
        id="records_not_published_twice",
        zh="与另一文件逐行相同",
        severity=Severity.CRITICAL,
        table=FILING,
        protects="no filing counts twice because an article prints what is attached to it",
        message="'says line by line what filing ' || s.filings || ' says: held as its copy'",
        where="s.filings IS NOT NULL",
        source=EQUAL_LINES,
        evidence="s.title",
        acceptable=True,
    ),
    Expectation(
        id="facts_not_far_fewer",
        zh="数据远少于该单位上一份文件",
        severity=Severity.CRITICAL,
        table=FILING,
        protects="a filing of which only a corner was read does not pass for a year",
        message=_FEWER,
        where=f"s.facts < {FAR_FEWER_FACTS} * s.last_facts",
        source=_LAST,
        evidence="s.title",
        acceptable=True,
    ),
    Expectation(
        id="magnitude_kept",
        zh="金额量级与该单位上一份文件相差百倍",
        severity=Severity.CRITICAL,
        table=FILING,
        protects="a filing that prints 元 over amounts in 万元 is not believed",
        message=f"'its largest amount is ' || {_money('s.yuan')} || ' yuan, that of the publisher''s last filing '"
        f" || s.last_filing || ' ' || {_money('s.last_yuan')}",
        where=f"s.yuan >= {SCALE} * s.last_yuan AND s.last_yuan > 0 OR s.yuan > 0 AND s.yuan * {SCALE} <= s.last_yuan",
        source=_SCALES,
        evidence="s.title",
        acceptable=True,
    ),
    Expectation(
        id="facts_not_fewer",
        zh="数据少于该单位上一份文件",
        severity=Severity.WARNING,
        table=FILING,
        protects="a fall in what a publisher files is seen as such",
        message=_FEWER,
        where=f"s.facts < {FEW_FACTS} * s.last_facts AND s.facts >= {FAR_FEWER_FACTS} * s.last_facts",
        source=_LAST,
        evidence="s.title",
        flag="few_facts",
    ),
    Expectation(
        id="amount_near_last_year",
        zh="项目金额与上年相差悬殊",
        severity=Severity.WARNING,
        table=STAGED_PROJECT,
        protects="a project's money that jumps or collapses from one year to the next is looked at",
        message=f"concat_ws(' / ', s.unit, s.project) || ' has ' || {_money('amount.yuan')} || ' yuan, last year '"
        f" || {_money('amount.highest')}",
        where=f"amount.yuan > {AMOUNT_BAND} * amount.highest OR amount.yuan * {AMOUNT_BAND} < amount.lowest",
        source=_AMOUNTS,
        flag="amount_jump",
    ),
    Expectation(
        id="target_not_copied",
        zh="指标值与上年逐字相同",
        severity=Severity.INFO,
        table=TARGET,
        protects="promises that are copied from year to year can be told",
        message="concat_ws(' / ', i.unit, i.project, i.name, s.horizon) || ' says what it said last year'",
        where="true",
        source=_COPIED,
        evidence="s.target_text",
    ),
    Expectation(
        id="projects_within_department",
        zh="项目支出合计超过部门项目支出",
        severity=Severity.WARNING,
        table=FILING,
        protects="two filings of one department and year that contradict each other are seen together",
        message=_PROJECT_MESSAGE,
        where="s.listed > s.budgeted",
        source=_PROJECT_MONEY,
        evidence="s.title",
        flag="exceeds_department",
    ),
    Expectation(
        id="projects_fill_department",
        zh="项目表只说明部分部门项目支出",
        severity=Severity.INFO,
        table=FILING,
        protects="it is known how much of a department's project money the project table explains",
        message=_PROJECT_MESSAGE,
        where="s.listed < s.budgeted",
        source=_PROJECT_MONEY,
        evidence="s.title",
    ),
)
