"""The statements that turn staged rows of filings into versions, dimension members and facts, whole batches at once.

`{rows}` is where the staged rows lie (`staging.` or `audit.held_`). `f` is what the rows of one published section have
in common: the version they become, the section's year, the filing's region and department. A natural key that has no
member gives NULL and so fails the NOT NULL of its foreign key: nothing is filed under 未知 by accident.
"""

from __future__ import annotations

from warehouse.publish.filing_totals import CONTROL_OF_FILING, CONTROL_OF_SECTION
from warehouse.schema.dimensions import PROJECT_EXPENDITURE_KEY
from warehouse.schema.flags import NARRATIVE_ONLY, PARTIAL, RESIDUAL

LACKING = "x.status IN ('held', 'missing') OR (x.status = 'unread' AND x.amounts > 0)"
"""SQL: a section (alias `x`) without which a filing is published in part only."""

INSERT_VERSIONS = """
INSERT INTO dw.dim_filing_version (
  filing_key, version, status, identity, content_sha256, sha256, title, kind, fiscal_year_key, year_basis, region_key,
  department_key, reader, medium, layout, pages, characters, coverage, projects, indicators, source_url, held_reasons,
  words)
SELECT
  d.filing_key,
  COALESCE((SELECT max(w.version) FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key), 0) + 1,
  decided.status, f.identity, f.content_sha256, f.sha256, f.title, COALESCE(f.kind, f.declared_kind),
  COALESCE(f.declared_year, f.read_year, 0), f.year_basis, d.region_key, d.department_key, f.reader, f.medium, f.layout,
  f.pages, f.characters, f.coverage,
  (SELECT count(*) FROM {rows}project s WHERE s.filing_load_id = f.filing_load_id),
  (SELECT count(*) FROM {rows}indicator s WHERE s.filing_load_id = f.filing_load_id),
  COALESCE(f.source_url, d.source_url), decided.held_reasons, COALESCE(f.words, '{{}}')
FROM unnest(CAST(:filing_loads AS int[]), CAST(:statuses AS text[]), CAST(:held_reasons AS text[]))
  AS decided (filing_load_id, status, held_reasons)
JOIN {rows}filing f USING (filing_load_id)
JOIN dw.dim_filing d ON d.filing_id = f.filing_id
ORDER BY f.filing_load_id
RETURNING filing_key, filing_version_key, version, status, identity, content_sha256, is_partial, NULL
"""

INSERT_SECTIONS = f"""
INSERT INTO dw.filing_section (
  filing_version_key, section_seq, part, status, held_reasons, title, layout, layout_version, kind, unit, ordinal,
  scope, level, fiscal_year_key, money_unit, first_page, last_page, stated_total_yuan, loaded_total_yuan, lines,
  projects, indicators, coverage, characters, amounts, amounts_accounted, flags)
SELECT v.filing_version_key, s.section_seq, s.part, s.status, s.held_reasons, s.title, s.layout, s.layout_version,
  s.kind, s.unit, s.ordinal, s.scope, s.level, COALESCE(year.fiscal_year_key, v.fiscal_year_key), s.money_unit,
  s.first_page, s.last_page,
  control.stated_yuan, COALESCE(control.loaded_yuan, money.projects_yuan), COALESCE(money.lines, 0),
  COALESCE(projects.rows, 0), COALESCE(indicators.rows, 0), s.coverage, s.characters, s.amounts, s.amounts_accounted,
  array_to_string(ARRAY(SELECT DISTINCT unnest(s.flags) ORDER BY 1), ',')
FROM unnest(CAST(:filing_loads AS int[]), CAST(:versions AS int[])) AS a (filing_load_id, filing_version_key)
JOIN dw.dim_filing_version v USING (filing_version_key)
JOIN {{rows}}section s USING (filing_load_id)
LEFT JOIN dw.dim_fiscal_year year ON year.fiscal_year_key = s.fiscal_year AND year.fiscal_year_key > 0
LEFT JOIN (
  SELECT filing_load_id, section_seq, count(*) AS lines,
    sum(amount_yuan) FILTER (WHERE statement = 'project_expenditure') AS projects_yuan
  FROM {{rows}}budget WHERE filing_load_id = ANY(:filing_loads) GROUP BY 1, 2
) money USING (filing_load_id, section_seq)
LEFT JOIN (
  SELECT filing_load_id, section_seq, count(*) AS rows
  FROM {{rows}}project WHERE filing_load_id = ANY(:filing_loads) GROUP BY 1, 2
) projects USING (filing_load_id, section_seq)
LEFT JOIN (
  SELECT filing_load_id, section_seq, count(*) AS rows
  FROM {{rows}}indicator WHERE filing_load_id = ANY(:filing_loads) GROUP BY 1, 2
) indicators USING (filing_load_id, section_seq)
LEFT JOIN LATERAL ({CONTROL_OF_SECTION}
) control ON true
ORDER BY v.filing_version_key, s.section_seq"""

SUM_UP_VERSIONS = f"""
UPDATE dw.dim_filing_version v SET
  is_partial = parts.is_partial, sections = parts.sections, sections_held = parts.held,
  scope = COALESCE(parts.scope, f.scope),
  amounts = parts.amounts, amounts_accounted = parts.amounts_accounted,
  stated_total_yuan = control.stated_yuan,
  loaded_total_yuan = CASE WHEN control.stated_yuan IS NULL THEN (
      SELECT sum(b.amount_yuan) FROM {{rows}}budget b
      WHERE b.filing_load_id = f.filing_load_id AND b.statement = 'project_expenditure'
        AND b.section_seq = ANY(parts.counted))
    WHEN NOT parts.is_partial THEN control.loaded_yuan
    WHEN control.members IS NULL THEN control.counted_yuan
    ELSE (SELECT COALESCE(sum(b.amount_yuan), 0) FROM {{rows}}budget b
      WHERE b.filing_load_id = f.filing_load_id AND b.row_id = ANY(control.members)
        AND b.section_seq = ANY(parts.counted)) END,
  flags = array_to_string(ARRAY(
    SELECT DISTINCT flag FROM unnest(f.flags || CASE WHEN parts.is_partial THEN ARRAY['{PARTIAL}'] ELSE '{{{{}}}}' END
      || CASE WHEN parts.has_records OR w.status = 'held' THEN '{{{{}}}}' ELSE ARRAY['{NARRATIVE_ONLY}'] END) flag
    ORDER BY 1), ',')
FROM unnest(CAST(:filing_loads AS int[]), CAST(:versions AS int[])) AS a (filing_load_id, filing_version_key)
JOIN {{rows}}filing f USING (filing_load_id)
JOIN dw.dim_filing_version w USING (filing_version_key)
CROSS JOIN LATERAL (
  SELECT count(*) AS sections, count(*) FILTER (WHERE x.status = 'held') AS held,
    COALESCE(sum(x.amounts), 0) AS amounts, COALESCE(sum(x.amounts_accounted), 0) AS amounts_accounted,
    COALESCE(bool_or(x.part = 'records'), false) AS has_records,
    w.status <> 'held' AND COALESCE(bool_or(x.status = 'published'), false) AND bool_or({LACKING}) AS is_partial,
    array_agg(x.section_seq) FILTER (WHERE x.status = 'published' OR w.status = 'held') AS counted,
    CASE WHEN count(DISTINCT x.scope) > 1 THEN 'mixed' ELSE min(x.scope) END AS scope
  FROM dw.filing_section x WHERE x.filing_version_key = a.filing_version_key
) parts
LEFT JOIN LATERAL ({CONTROL_OF_FILING}
) control ON true
WHERE v.filing_version_key = a.filing_version_key"""
"""Of a version that is held all sections count: its sums are those of what was staged."""

OF_FILINGS = """
WITH f AS (
  SELECT a.filing_load_id, x.section_seq, v.filing_version_key, x.fiscal_year_key, v.region_key, v.department_key,
    o.organization_code AS department_code, o.organization AS department, v.is_partial
  FROM unnest(CAST(:filing_loads AS int[]), CAST(:versions AS int[])) AS a (filing_load_id, filing_version_key)
  JOIN dw.dim_filing_version v USING (filing_version_key)
  JOIN dw.dim_organization o ON o.organization_key = v.department_key
  JOIN dw.filing_section x ON x.filing_version_key = v.filing_version_key AND x.status = 'published'
), whole AS (
  SELECT DISTINCT filing_load_id, department_code, department, department_key, region_key FROM f
)"""
"""`f`: the sections that are published, with what their rows have in common; `whole`: their filings."""


def _add(dimension: str, columns: str, found: str) -> str:
    """Add the members found that are not there yet, in a fixed order so that two loads never wait for each other."""
    return (
        f"{OF_FILINGS}\nINSERT INTO dw.{dimension} ({columns})\n"
        f"SELECT {columns} FROM ({found}) AS found ({columns})\n"
        f"WHERE found.{columns.split(',')[0]} IS NOT NULL AND"
        f" NOT EXISTS (SELECT FROM dw.{dimension} d WHERE ({_qualified('d', columns)}) ="
        f" ({_qualified('found', columns)}))\n"
        f"ORDER BY {columns}\nON CONFLICT DO NOTHING"
    )


def _printed_in(tables: tuple[str, ...], values: str, where: str = "true") -> str:
    return "\nUNION\n".join(
        f"SELECT DISTINCT {values} FROM {{rows}}{table} s JOIN f USING (filing_load_id, section_seq) WHERE {where}"
        for table in tables
    )


def _qualified(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{column.strip()}" for column in columns.split(","))


LINE = "COALESCE(s.classification_scheme, 'unclassified'), COALESCE(s.line_code, ''), COALESCE(s.line, '')"


def _level(scheme: str, parent: str) -> str:
    """Level and upper code of a line: of 功能 and 经济分类 the code tells both, of others only the page."""
    coded = f"{scheme} IN ('function', 'economic', 'government_economic') AND length(s.line_code) IN (3, 5, 7)"
    return (
        f"CASE WHEN {coded} THEN CASE length(s.line_code) WHEN 3 THEN '类' WHEN 5 THEN '款' ELSE '项' END ELSE '' END,"
        f" CASE WHEN {coded} THEN CASE length(s.line_code) WHEN 3 THEN '' ELSE left(s.line_code, -2) END"
        f" ELSE COALESCE({parent}, '') END"
    )


PRINTED_LINE = "(s.line IS NOT NULL OR s.line_code IS NOT NULL)"
CONTROL_LINE = "'total', COALESCE(s.line_code, ''), COALESCE(s.line, '')"
UNIT_CODE = "CASE WHEN s.unit = f.department THEN f.department_code ELSE f.department_code || '/' || s.unit END"


def _classification() -> str:
    """Every line of the batch once; first what prints its level: its code and name among the lines add nothing."""
    printed = (
        ("classification", f"s.scheme, s.line_code, s.line, {_level('s.scheme', 's.parent_code')}", "true"),
        ("budget", f"{LINE}, {_level('s.classification_scheme', 'NULL')}", PRINTED_LINE),
        ("control", f"{CONTROL_LINE}, '', ''", PRINTED_LINE),
    )
    columns = "scheme, line_code, line, level, parent_code"
    found = "\nUNION ALL\n".join(
        f"SELECT {columns}, {rank} AS rank FROM ({_printed_in((table,), values, where)}) AS s ({columns})"
        for rank, (table, values, where) in enumerate(printed)
    )
    return _add(
        "dim_classification",
        columns,
        f"SELECT DISTINCT ON (scheme, line_code, line) {columns} FROM ({found}) AS printed"
        f" ORDER BY scheme, line_code, line, rank, level, parent_code",
    )


def _units() -> str:
    tables = ("project", "budget", "indicator", "control", "statement")
    return f"""{OF_FILINGS}
INSERT INTO dw.dim_organization (organization_code, organization, level, parent_key, region_key)
SELECT DISTINCT ON (1) {UNIT_CODE}, s.unit, 'unit', f.department_key, f.region_key
FROM ({_printed_in(tables, "filing_load_id, s.unit")}) s JOIN whole f USING (filing_load_id)
WHERE s.unit <> f.department AND NOT EXISTS (
  SELECT FROM dw.dim_organization o WHERE o.organization_code = {UNIT_CODE})
ORDER BY 1, filing_load_id
ON CONFLICT DO NOTHING"""


DIMENSION_MEMBERS: tuple[str, ...] = (
    _units(),
    _add("dim_statement", "statement", _printed_in(("budget", "control", "statement"), "s.statement")),
    _add("dim_funding_source", "funding_source", _printed_in(("budget", "control"), "s.funding_source")),
    _add("dim_measure", "measure", _printed_in(("budget", "control"), "s.measure")),
    _add("dim_expenditure_type", "expenditure_type", _printed_in(("budget",), "s.expenditure_type")),
    _classification(),
    _add(
        "dim_indicator",
        "level1, level2, indicator",
        _printed_in(
            ("indicator",),
            "COALESCE(s.level1, '不适用'), COALESCE(s.level2, '不适用'), COALESCE(NULLIF(s.name, ''), '未知')",
        ),
    ),
    _add(
        "dim_unit_of_measure",
        "unit_of_measure",
        f"{_printed_in(('target',), 's.value_unit')}\nUNION\n{_printed_in(('target',), 's.base_unit')}",
    ),
)

INSERT_PROJECTS = f"""{OF_FILINGS}
INSERT INTO dw.dim_project (organization_code, project, normalised_name)
SELECT DISTINCT {UNIT_CODE}, s.project, s.normalised_name
FROM {{rows}}project s
JOIN whole f USING (filing_load_id)
WHERE NOT EXISTS (
  SELECT FROM dw.dim_project p WHERE p.organization_code = {UNIT_CODE} AND p.project = s.project)
ORDER BY 1, 2
ON CONFLICT DO NOTHING
RETURNING project_key"""

SHARE_PROJECT_ID = """
UPDATE dw.dim_project p SET project_id = (
  SELECT COALESCE(min(NULLIF(q.project_id, 0)), min(q.project_key)) FROM dw.dim_project q
  WHERE q.organization_code = p.organization_code AND q.normalised_name = p.normalised_name)
WHERE p.project_key = ANY(:added)"""


def _flags(flags: str) -> str:
    return (
        f"CASE WHEN {flags} = '{{{{}}}}' AND NOT f.is_partial THEN '' ELSE"
        f" array_to_string(ARRAY(SELECT DISTINCT unnest({flags} || CASE WHEN f.is_partial THEN ARRAY['{PARTIAL}']"
        " ELSE '{{}}' END) ORDER BY 1), ',') END"
    )


_PLACE_COLUMNS = "page, source_line, box, source_text, flags"
_PLACE = f"s.page, s.source_line, s.box, COALESCE(s.source_text, ''), {_flags('s.flags')}"
_EXECUTION = "execution_rate, execution_weight, execution_score"
_WHERE_COLUMNS = "filing_version_key, section_seq, fiscal_year_key, region_key, department_key"
_WHERE = "f.filing_version_key, f.section_seq, f.fiscal_year_key, f.region_key, f.department_key"


def _unit(table: str) -> str:
    """The newest member of each unit that the staged table names beside its department: each is looked up once."""
    return f"""LEFT JOIN (
  SELECT DISTINCT ON (s.filing_load_id, s.unit) s.filing_load_id, s.unit, o.organization_key
  FROM (SELECT DISTINCT filing_load_id, unit FROM {{rows}}{table} WHERE filing_load_id = ANY(:filing_loads)) s
  JOIN whole f USING (filing_load_id)
  JOIN dw.dim_organization o ON o.organization_code = {UNIT_CODE}
  WHERE s.unit <> f.department
  ORDER BY s.filing_load_id, s.unit, o.valid_from DESC
) unit ON unit.filing_load_id = s.filing_load_id AND unit.unit = s.unit"""


_UNIT_KEY = "CASE WHEN s.unit = f.department THEN f.department_key ELSE unit.organization_key END"
_PROJECT = (
    f"LEFT JOIN dw.dim_project project ON project.organization_code = {UNIT_CODE} AND project.project = s.project"
)
_PROJECT_KEY = "CASE WHEN s.project IS NULL THEN -1 ELSE project.project_key END"
_STATEMENT = "LEFT JOIN dw.dim_statement statement ON statement.statement = s.statement"
_SOURCE = "LEFT JOIN dw.dim_funding_source source ON source.funding_source = s.funding_source"
_SOURCE_KEY = "CASE WHEN s.funding_source IS NULL THEN -1 ELSE source.funding_source_key END"
_MEASURE = "LEFT JOIN dw.dim_measure measure ON measure.measure = s.measure"
_MEASURE_KEY = "CASE WHEN s.measure IS NULL THEN -1 ELSE measure.measure_key END"
_LINE = "LEFT JOIN dw.dim_classification line ON (line.scheme, line.line_code, line.line) ="
_LINE_KEY = f"CASE WHEN {PRINTED_LINE} THEN line.classification_key ELSE -1 END"
_TARGET_UNITS = """LEFT JOIN dw.dim_unit_of_measure value_unit ON value_unit.unit_of_measure = t.value_unit
LEFT JOIN dw.dim_unit_of_measure base_unit ON base_unit.unit_of_measure = t.base_unit"""

FACTS: dict[str, str] = {
    "fact_project": f"""{OF_FILINGS}
INSERT INTO dw.fact_project ({_WHERE_COLUMNS}, organization_key, project_key, project_seq, goal, notes, total_yuan,
  indicators, {_EXECUTION}, {_PLACE_COLUMNS})
SELECT {_WHERE}, {_UNIT_KEY}, {_PROJECT_KEY}, s.row_id, s.goal, s.notes,
  money.total, COALESCE(promises.indicators, 0), {_EXECUTION}, {_PLACE}
FROM {{rows}}project s
JOIN f USING (filing_load_id, section_seq)
{_unit("project")}
{_PROJECT}
LEFT JOIN (
  SELECT filing_load_id, section_seq, unit, project, sum(amount_yuan) AS total
  FROM {{rows}}budget JOIN f USING (filing_load_id, section_seq)
  WHERE statement = 'project_expenditure' GROUP BY 1, 2, 3, 4
) money ON (money.filing_load_id, money.section_seq, money.unit, money.project)
  = (s.filing_load_id, s.section_seq, s.unit, s.project)
LEFT JOIN (
  SELECT filing_load_id, section_seq, unit, project, count(*) AS indicators
  FROM {{rows}}indicator JOIN f USING (filing_load_id, section_seq)
  WHERE subject = 'project' GROUP BY 1, 2, 3, 4
) promises ON (promises.filing_load_id, promises.section_seq, promises.unit, promises.project)
  = (s.filing_load_id, s.section_seq, s.unit, s.project)
ORDER BY s.filing_load_id, s.row_id""",
    "fact_budget": f"""{OF_FILINGS}
INSERT INTO dw.fact_budget ({_WHERE_COLUMNS}, statement_key, organization_key, project_key, classification_key,
  funding_source_key, expenditure_type_key, measure_key, measure_kind, amount_yuan, amount_printed, unit_printed,
  {_PLACE_COLUMNS})
SELECT {_WHERE}, statement.statement_key, {_UNIT_KEY}, {_PROJECT_KEY}, {_LINE_KEY}, {_SOURCE_KEY},
  CASE WHEN s.expenditure_type IS NULL THEN -1 ELSE type.expenditure_type_key END, {_MEASURE_KEY},
  s.measure_kind,
  s.amount_yuan, s.amount_printed, s.unit_printed, {_PLACE}
FROM {{rows}}budget s
JOIN f USING (filing_load_id, section_seq)
{_unit("budget")}
{_PROJECT}
{_STATEMENT}
{_SOURCE}
{_MEASURE}
{_LINE} ({LINE})
LEFT JOIN dw.dim_expenditure_type type ON type.expenditure_type = s.expenditure_type
ORDER BY s.filing_load_id, s.row_id""",
    "fact_indicator": f"""{OF_FILINGS}
INSERT INTO dw.fact_indicator ({_WHERE_COLUMNS}, organization_key, project_key, subject, task, indicator_seq,
  indicator_no, indicator_key, horizon, promise_seq, is_first, target_text, kind, operator, value, value_upper,
  value_unit_key, base_value, base_value_upper, base_unit_key, target_date, is_measurable, actual_text, actual_value,
  actual_as_of, met, weight, score, deviation, notes, rule, {_PLACE_COLUMNS})
SELECT {_WHERE}, {_UNIT_KEY}, {_PROJECT_KEY}, s.subject, COALESCE(s.task, ''), s.seq, s.number,
  indicator.indicator_key, t.horizon, t.promise_seq, t.place = 1, t.target_text, t.kind, t.operator,
  t.value, t.value_upper,
  CASE WHEN t.value_unit IS NULL THEN -1 ELSE value_unit.unit_key END, t.base_value, t.base_value_upper,
  CASE WHEN t.base_unit IS NULL THEN -1 ELSE base_unit.unit_key END, t.target_date, t.is_measurable, t.actual_text,
  t.actual_value, t.actual_as_of, t.met, s.weight, s.score, s.deviation, s.notes, COALESCE(t.rule, ''),
  s.page, s.source_line, s.box, COALESCE(s.source_text, ''),
  {_flags("(s.flags || t.flags)")}
FROM (
  SELECT t.*, row_number() OVER (
    PARTITION BY filing_load_id, indicator_row_id ORDER BY horizon, promise_seq) AS place
  FROM {{rows}}target t WHERE filing_load_id = ANY(:filing_loads)
) t
JOIN f USING (filing_load_id, section_seq)
JOIN {{rows}}indicator s ON s.filing_load_id = t.filing_load_id AND s.row_id = t.indicator_row_id
{_unit("indicator")}
{_PROJECT}
LEFT JOIN dw.dim_indicator indicator ON (indicator.level1, indicator.level2, indicator.indicator) =
  (COALESCE(s.level1, '不适用'), COALESCE(s.level2, '不适用'), COALESCE(NULLIF(s.name, ''), '未知'))
{_TARGET_UNITS}
ORDER BY t.filing_load_id, t.row_id""",
    "fact_task": f"""{OF_FILINGS}
INSERT INTO dw.fact_task ({_WHERE_COLUMNS}, task_seq, task, content, goal, amount_yuan, {_PLACE_COLUMNS})
SELECT {_WHERE}, s.row_id, s.task, s.content, s.goal, s.amount_yuan, {_PLACE}
FROM {{rows}}task s JOIN f USING (filing_load_id, section_seq) ORDER BY s.filing_load_id, s.row_id""",
    "fact_department": f"""{OF_FILINGS}
INSERT INTO dw.fact_department ({_WHERE_COLUMNS}, profile_seq, staff, subordinate_units, goal, {_EXECUTION},
  {_PLACE_COLUMNS})
SELECT {_WHERE}, s.row_id, s.staff, s.subordinate_units, s.goal, {_EXECUTION}, {_PLACE}
FROM {{rows}}profile s JOIN f USING (filing_load_id, section_seq) ORDER BY s.filing_load_id, s.row_id""",
    "fact_statement": f"""{OF_FILINGS}
INSERT INTO dw.fact_statement ({_WHERE_COLUMNS}, organization_key, statement_key, statement_seq, title, money_unit,
  lines, {_PLACE_COLUMNS})
SELECT {_WHERE}, {_UNIT_KEY}, statement.statement_key, s.row_id, s.title, s.money_unit, s.lines, {_PLACE}
FROM {{rows}}statement s
JOIN f USING (filing_load_id, section_seq)
{_unit("statement")}
{_STATEMENT}
ORDER BY s.filing_load_id, s.row_id""",
    "fact_classification": f"""{OF_FILINGS}
INSERT INTO dw.fact_classification ({_WHERE_COLUMNS}, classification_key, scheme, line_code, {_PLACE_COLUMNS})
SELECT DISTINCT ON (s.filing_load_id, s.scheme, s.line_code) {_WHERE}, line.classification_key, s.scheme, s.line_code,
  {_PLACE}
FROM {{rows}}classification s
JOIN f USING (filing_load_id, section_seq)
{_LINE} (s.scheme, s.line_code, s.line)
ORDER BY s.filing_load_id, s.scheme, s.line_code, s.row_id""",
    "control_total": f"""{OF_FILINGS}
INSERT INTO dw.control_total ({_WHERE_COLUMNS}, control_seq, total_of, organization_key, project_key, statement_key,
  funding_source_key, classification_key, measure_key, rule, stated_yuan, loaded_yuan, lines, holds, amount_printed,
  unit_printed, {_PLACE_COLUMNS})
SELECT {_WHERE}, s.row_id, s.total_of, CASE WHEN s.unit IS NULL THEN -1 ELSE {_UNIT_KEY} END,
  {_PROJECT_KEY}, CASE WHEN s.statement IS NULL THEN -1 ELSE statement.statement_key END, {_SOURCE_KEY}, {_LINE_KEY},
  {_MEASURE_KEY}, COALESCE(s.rule, ''), s.stated_yuan, s.loaded_yuan, s.lines, s.holds, COALESCE(s.amount_printed, ''),
  COALESCE(s.unit_printed, ''), {_PLACE}
FROM {{rows}}control s
JOIN f USING (filing_load_id, section_seq)
{_unit("control")}
{_PROJECT}
{_STATEMENT}
{_SOURCE}
{_MEASURE}
{_LINE} ({CONTROL_LINE})
ORDER BY s.filing_load_id, s.row_id""",
}

INSERT_RESIDUAL = f"""{OF_FILINGS}
INSERT INTO dw.fact_budget ({_WHERE_COLUMNS}, statement_key, organization_key, project_key, classification_key,
  funding_source_key, expenditure_type_key, measure_key, amount_yuan, amount_printed, unit_printed, page, source_line,
  source_text, flags)
SELECT {_WHERE}, {PROJECT_EXPENDITURE_KEY}, {_UNIT_KEY}, -1, -1,
  CASE WHEN CAST(:funding_source AS text) IS NULL THEN 0 ELSE source.funding_source_key END, -1, -1,
  CAST(:amount AS numeric), '', '', CAST(:page AS int), CAST(:source_line AS int), CAST(:source_text AS text),
  CASE WHEN f.is_partial THEN '{PARTIAL},' ELSE '' END || '{RESIDUAL}'
FROM (SELECT CAST(:unit AS text) AS unit, CAST(:funding_source AS text) AS funding_source) s
JOIN f ON f.section_seq = :section
LEFT JOIN LATERAL (
  SELECT o.organization_key FROM dw.dim_organization o WHERE o.organization_code = {UNIT_CODE}
  ORDER BY o.valid_from DESC LIMIT 1) unit ON s.unit <> f.department
{_SOURCE}"""
