"""The statements that turn one filing's staged rows into a version, dimension members and facts.

`{rows}` is where the staged rows lie (`staging.` or `audit.held_`). A natural key that has no member gives NULL and so
fails the NOT NULL of its foreign key: nothing is filed under 未知 by accident.
"""

from __future__ import annotations

from warehouse.schema.dimensions import PROJECT_EXPENDITURE_KEY

INSERT_VERSION = """
INSERT INTO dw.dim_filing_version (
  filing_key, version, status, identity, content_sha256, sha256, title, kind, fiscal_year_key, year_basis, region_key,
  department_key, reader, medium, layout, pages, characters, coverage, stated_total_yuan, loaded_total_yuan, projects,
  indicators, source_url, held_reasons, flags)
SELECT
  d.filing_key,
  COALESCE((SELECT max(w.version) FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key), 0) + 1,
  :status, f.identity, f.content_sha256, f.sha256, f.title, COALESCE(f.kind, f.declared_kind),
  COALESCE(f.declared_year, f.read_year, 0), f.year_basis, d.region_key, d.department_key, f.reader, f.medium, f.layout,
  f.pages, f.characters, f.coverage, control.stated_yuan,
  COALESCE(
    control.loaded_yuan,
    (SELECT sum(b.amount_yuan) FROM {rows}budget b
     WHERE b.filing_load_id = f.filing_load_id AND b.statement = 'project_expenditure')),
  (SELECT count(*) FROM {rows}project s WHERE s.filing_load_id = f.filing_load_id),
  (SELECT count(*) FROM {rows}indicator s WHERE s.filing_load_id = f.filing_load_id),
  COALESCE(f.source_url, d.source_url), :held_reasons,
  array_to_string(ARRAY(SELECT DISTINCT unnest(f.flags) ORDER BY 1), ',')
FROM {rows}filing f
JOIN dw.dim_filing d ON d.filing_id = f.filing_id
LEFT JOIN LATERAL (
  SELECT c.stated_yuan, c.loaded_yuan FROM {rows}control c
  WHERE c.filing_load_id = f.filing_load_id AND c.funding_source IS NULL AND c.line IS NULL AND (
    c.scope = 'filing' OR (c.scope = 'statement' AND c.statement = 'dept_expenditure'))
  ORDER BY c.row_id LIMIT 1
) control ON true
WHERE f.filing_load_id = :filing_load
RETURNING filing_version_key, version, status, identity, content_sha256, held_reasons
"""


def _add_members(dimension: str, columns: str, values: str, tables: tuple[str, ...], where: str) -> str:
    """Add the members that are not there yet, in a fixed order so that two loads never wait for each other."""
    found = "\nUNION\n".join(
        f"SELECT {values} FROM {{rows}}{table} s WHERE s.filing_load_id = :filing_load AND {where}" for table in tables
    )
    return (
        f"INSERT INTO dw.{dimension} ({columns})\n"
        f"SELECT {columns} FROM ({found}) AS found ({columns})\n"
        f"WHERE found.{columns.split(',')[0]} IS NOT NULL AND"
        f" NOT EXISTS (SELECT FROM dw.{dimension} d WHERE ({_qualified('d', columns)}) ="
        f" ({_qualified('found', columns)}))\n"
        f"ORDER BY {columns}\nON CONFLICT DO NOTHING"
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
UNIT_CODE = (
    "CASE WHEN s.unit = :department_name THEN :department_code ELSE CAST(:department_code AS text) || '/' || s.unit END"
)

DIMENSION_MEMBERS: tuple[str, ...] = (
    """
INSERT INTO dw.dim_organization (organization_code, organization, level, parent_key, region_key)
SELECT DISTINCT CAST(:department_code AS text) || '/' || s.unit, s.unit, 'unit', CAST(:department AS int),
  CAST(:region AS int)
FROM (
  SELECT filing_load_id, unit FROM {rows}project UNION SELECT filing_load_id, unit FROM {rows}budget
  UNION SELECT filing_load_id, unit FROM {rows}indicator UNION SELECT filing_load_id, unit FROM {rows}control
  UNION SELECT filing_load_id, unit FROM {rows}statement
) s
WHERE s.filing_load_id = :filing_load AND s.unit <> :department_name AND NOT EXISTS (
  SELECT FROM dw.dim_organization o WHERE o.organization_code = CAST(:department_code AS text) || '/' || s.unit)
ORDER BY 1
ON CONFLICT DO NOTHING""",
    _add_members(
        "dim_statement", "statement", "s.statement", ("budget", "control", "statement"), "s.statement IS NOT NULL"
    ),
    _add_members(
        "dim_funding_source",
        "funding_source",
        "s.funding_source",
        ("budget", "control"),
        "s.funding_source IS NOT NULL",
    ),
    _add_members("dim_measure", "measure", "s.measure", ("budget", "control"), "s.measure IS NOT NULL"),
    _add_members(
        "dim_expenditure_type",
        "expenditure_type",
        "s.expenditure_type",
        ("budget",),
        "s.expenditure_type IS NOT NULL",
    ),
    _add_members(  # first what prints its level: the same code and name among the lines adds nothing to it
        "dim_classification",
        "scheme, line_code, line, level, parent_code",
        f"s.scheme, s.line_code, s.line, {_level('s.scheme', 's.parent_code')}",
        ("classification",),
        "true",
    ),
    _add_members(
        "dim_classification",
        "scheme, line_code, line, level, parent_code",
        f"{LINE}, {_level('s.classification_scheme', 'NULL')}",
        ("budget",),
        PRINTED_LINE,
    ),
    _add_members("dim_classification", "scheme, line_code, line", CONTROL_LINE, ("control",), PRINTED_LINE),
    _add_members(
        "dim_indicator",
        "level1, level2, indicator",
        "COALESCE(s.level1, '不适用'), COALESCE(s.level2, '不适用'), COALESCE(NULLIF(s.name, ''), '未知')",
        ("indicator",),
        "true",
    ),
    _add_members(
        "dim_unit_of_measure",
        "unit_of_measure",
        "unnest(ARRAY[s.value_unit, s.base_unit])",
        ("target",),
        "true",
    ),
)

INSERT_PROJECTS = f"""
INSERT INTO dw.dim_project (organization_code, project, normalised_name)
SELECT {UNIT_CODE}, s.project, s.normalised_name
FROM {{rows}}project s
WHERE s.filing_load_id = :filing_load AND NOT EXISTS (
  SELECT FROM dw.dim_project p WHERE p.organization_code = {UNIT_CODE} AND p.project = s.project)
ORDER BY 1, 2
ON CONFLICT DO NOTHING
RETURNING project_key"""

SHARE_PROJECT_ID = """
UPDATE dw.dim_project p SET project_id = (
  SELECT COALESCE(min(NULLIF(q.project_id, 0)), min(q.project_key)) FROM dw.dim_project q
  WHERE q.organization_code = p.organization_code AND q.normalised_name = p.normalised_name)
WHERE p.project_key = ANY(:added)"""

_FLAGS = "array_to_string(ARRAY(SELECT DISTINCT unnest(s.flags) ORDER BY 1), ',')"
_PLACE_COLUMNS = "page, source_line, box, source_text, flags"
_PLACE = f"s.page, s.source_line, s.box, COALESCE(s.source_text, ''), {_FLAGS}"
_WHERE_COLUMNS = "filing_version_key, fiscal_year_key, region_key, department_key"
_WHERE = "CAST(:version AS int), CAST(:year AS int), CAST(:region AS int), CAST(:department AS int)"
_UNIT = f"""LEFT JOIN dw.dim_organization unit ON unit.organization_key = CASE
  WHEN s.unit = :department_name THEN CAST(:department AS int)
  ELSE (SELECT o.organization_key FROM dw.dim_organization o WHERE o.organization_code = {UNIT_CODE}
        ORDER BY o.valid_from DESC LIMIT 1) END"""
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
    "fact_project": f"""
INSERT INTO dw.fact_project ({_WHERE_COLUMNS}, organization_key, project_key, project_seq, goal, notes, total_yuan,
  indicators, {_PLACE_COLUMNS})
SELECT {_WHERE}, unit.organization_key, {_PROJECT_KEY}, s.row_id, s.goal, s.notes,
  money.total, COALESCE(promises.indicators, 0), {_PLACE}
FROM {{rows}}project s
{_UNIT}
{_PROJECT}
LEFT JOIN (
  SELECT unit, project, sum(amount_yuan) AS total FROM {{rows}}budget
  WHERE filing_load_id = :filing_load AND statement = 'project_expenditure' GROUP BY unit, project
) money ON money.unit = s.unit AND money.project = s.project
LEFT JOIN (
  SELECT unit, project, count(*) AS indicators FROM {{rows}}indicator
  WHERE filing_load_id = :filing_load AND subject = 'project' GROUP BY unit, project
) promises ON promises.unit = s.unit AND promises.project = s.project
WHERE s.filing_load_id = :filing_load
ORDER BY s.row_id""",
    "fact_budget": f"""
INSERT INTO dw.fact_budget ({_WHERE_COLUMNS}, statement_key, organization_key, project_key, classification_key,
  funding_source_key, expenditure_type_key, measure_key, amount_yuan, amount_printed, unit_printed, {_PLACE_COLUMNS})
SELECT {_WHERE}, statement.statement_key, unit.organization_key, {_PROJECT_KEY}, {_LINE_KEY}, {_SOURCE_KEY},
  CASE WHEN s.expenditure_type IS NULL THEN -1 ELSE type.expenditure_type_key END, {_MEASURE_KEY},
  s.amount_yuan, s.amount_printed, s.unit_printed, {_PLACE}
FROM {{rows}}budget s
{_UNIT}
{_PROJECT}
{_STATEMENT}
{_SOURCE}
{_MEASURE}
{_LINE} ({LINE})
LEFT JOIN dw.dim_expenditure_type type ON type.expenditure_type = s.expenditure_type
WHERE s.filing_load_id = :filing_load
ORDER BY s.row_id""",
    "fact_indicator": f"""
INSERT INTO dw.fact_indicator ({_WHERE_COLUMNS}, organization_key, project_key, subject, task, indicator_seq,
  indicator_no, indicator_key, horizon, promise_seq, is_first, target_text, kind, operator, value, value_upper,
  value_unit_key, base_value, base_value_upper, base_unit_key, target_date, is_measurable, actual_text, actual_value,
  weight, score, notes, rule, {_PLACE_COLUMNS})
SELECT {_WHERE}, unit.organization_key, {_PROJECT_KEY}, s.subject, COALESCE(s.task, ''), s.seq, s.number,
  indicator.indicator_key, t.horizon, t.promise_seq,
  row_number() OVER (PARTITION BY t.filing_load_id, t.indicator_row_id ORDER BY t.horizon, t.promise_seq) = 1,
  t.target_text, t.kind, t.operator, t.value, t.value_upper,
  CASE WHEN t.value_unit IS NULL THEN -1 ELSE value_unit.unit_key END, t.base_value, t.base_value_upper,
  CASE WHEN t.base_unit IS NULL THEN -1 ELSE base_unit.unit_key END, t.target_date, t.is_measurable, t.actual_text,
  t.actual_value, s.weight, s.score, s.notes, COALESCE(t.rule, ''),
  s.page, s.source_line, s.box, COALESCE(s.source_text, ''),
  array_to_string(ARRAY(SELECT DISTINCT unnest(s.flags || t.flags) ORDER BY 1), ',')
FROM {{rows}}target t
JOIN {{rows}}indicator s ON s.filing_load_id = t.filing_load_id AND s.row_id = t.indicator_row_id
{_UNIT}
{_PROJECT}
LEFT JOIN dw.dim_indicator indicator ON (indicator.level1, indicator.level2, indicator.indicator) =
  (COALESCE(s.level1, '不适用'), COALESCE(s.level2, '不适用'), COALESCE(NULLIF(s.name, ''), '未知'))
{_TARGET_UNITS}
WHERE t.filing_load_id = :filing_load
ORDER BY t.row_id""",
    "fact_task": f"""
INSERT INTO dw.fact_task ({_WHERE_COLUMNS}, task_seq, task, content, goal, amount_yuan, {_PLACE_COLUMNS})
SELECT {_WHERE}, s.row_id, s.task, s.content, s.goal, s.amount_yuan, {_PLACE}
FROM {{rows}}task s WHERE s.filing_load_id = :filing_load ORDER BY s.row_id""",
    "fact_department": f"""
INSERT INTO dw.fact_department ({_WHERE_COLUMNS}, staff, subordinate_units, goal, {_PLACE_COLUMNS})
SELECT {_WHERE}, s.staff, s.subordinate_units, s.goal, {_PLACE}
FROM {{rows}}profile s WHERE s.filing_load_id = :filing_load ORDER BY s.row_id""",
    "fact_statement": f"""
INSERT INTO dw.fact_statement ({_WHERE_COLUMNS}, organization_key, statement_key, statement_seq, title, money_unit,
  lines, {_PLACE_COLUMNS})
SELECT {_WHERE}, unit.organization_key, statement.statement_key, s.row_id, s.title, s.money_unit, s.lines, {_PLACE}
FROM {{rows}}statement s
{_UNIT}
{_STATEMENT}
WHERE s.filing_load_id = :filing_load
ORDER BY s.row_id""",
    "fact_classification": f"""
INSERT INTO dw.fact_classification ({_WHERE_COLUMNS}, classification_key, scheme, line_code, {_PLACE_COLUMNS})
SELECT {_WHERE}, line.classification_key, s.scheme, s.line_code, {_PLACE}
FROM {{rows}}classification s
{_LINE} (s.scheme, s.line_code, s.line)
WHERE s.filing_load_id = :filing_load
ORDER BY s.row_id""",
    "control_total": f"""
INSERT INTO dw.control_total ({_WHERE_COLUMNS}, control_seq, scope, organization_key, project_key, statement_key,
  funding_source_key, classification_key, measure_key, rule, stated_yuan, loaded_yuan, lines, holds, amount_printed,
  unit_printed, {_PLACE_COLUMNS})
SELECT {_WHERE}, s.row_id, s.scope, CASE WHEN s.unit IS NULL THEN -1 ELSE unit.organization_key END,
  {_PROJECT_KEY}, CASE WHEN s.statement IS NULL THEN -1 ELSE statement.statement_key END, {_SOURCE_KEY}, {_LINE_KEY},
  {_MEASURE_KEY}, COALESCE(s.rule, ''), s.stated_yuan, s.loaded_yuan, s.lines, s.holds, COALESCE(s.amount_printed, ''),
  COALESCE(s.unit_printed, ''), {_PLACE}
FROM {{rows}}control s
{_UNIT}
{_PROJECT}
{_STATEMENT}
{_SOURCE}
{_MEASURE}
{_LINE} ({CONTROL_LINE})
WHERE s.filing_load_id = :filing_load
ORDER BY s.row_id""",
}

INSERT_RESIDUAL = f"""
INSERT INTO dw.fact_budget ({_WHERE_COLUMNS}, statement_key, organization_key, project_key, classification_key,
  funding_source_key, expenditure_type_key, measure_key, amount_yuan, amount_printed, unit_printed, page, source_line,
  source_text, flags)
SELECT {_WHERE}, {PROJECT_EXPENDITURE_KEY}, unit.organization_key, -1, -1,
  CASE WHEN CAST(:funding_source AS text) IS NULL THEN 0 ELSE source.funding_source_key END, -1, -1,
  CAST(:amount AS numeric), '', '', CAST(:page AS int), CAST(:source_line AS int), CAST(:source_text AS text),
  'residual'
FROM (SELECT CAST(:unit AS text) AS unit, CAST(:funding_source AS text) AS funding_source) s
{_UNIT}
{_SOURCE}"""
