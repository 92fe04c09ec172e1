"""The views that compare: a project with the year before, a version with its former one, money with people."""

from __future__ import annotations

from warehouse.publish.likeness import LIKENESS_OF_NAMES
from warehouse.schema.declarations import NOT_APPLICABLE
from warehouse.schema.mart_columns import desk_path, project_key
from warehouse.schema.views import View, column, measure

PROJECTS = ("region_code", "region", "department", "unit", "project")

_PROJECT_YEAR = """(
  SELECT f.filing_version_key, p.filing_key, section.kind, f.fiscal_year_key, f.region_key, f.department_key,
    f.organization_key, f.project_key, project.project_id, f.total_yuan, f.indicators
  FROM dw.fact_project f
  JOIN dw.publication p ON p.filing_version_key = f.filing_version_key AND {current}
  JOIN dw.filing_section section ON section.filing_version_key = f.filing_version_key
    AND section.section_seq = f.section_seq
  JOIN dw.dim_project project ON project.project_key = f.project_key
  WHERE f.fiscal_year_key > 0
)"""

_YEAR_BEFORE = "before.fiscal_year_key = after.fiscal_year_key - 1 AND before.kind = after.kind"

_PAIR = """after.*, before.filing_version_key AS previous_filing_version_key,
    before.filing_key AS previous_filing_key, before.organization_key AS previous_organization_key,
    before.project_key AS previous_project_key, before.project_id AS previous_project_id,
    before.total_yuan AS previous_total_yuan, before.indicators AS previous_indicators"""


def _without(side: str, year: str, declared: str) -> str:
    """Nothing surer than a likeness is known of this project of the pair: no other year's project is it."""
    other = f"other.fiscal_year_key = {side}.fiscal_year_key {year} AND other.kind = {side}.kind"
    return f"""NOT EXISTS (
      SELECT FROM {_PROJECT_YEAR} other WHERE {other} AND other.project_id = {side}.project_id)
    AND NOT EXISTS (
      SELECT FROM {_PROJECT_YEAR} other JOIN dw.project_crosswalk c ON {declared} WHERE {other})"""


_LINKS = f"""FROM (
  SELECT 'exact' AS method, 1.000 AS score, {_PAIR}
  FROM {_PROJECT_YEAR} after
  JOIN {_PROJECT_YEAR} before ON {_YEAR_BEFORE} AND before.project_id = after.project_id
UNION ALL
  SELECT 'declared', {LIKENESS_OF_NAMES}, {_PAIR}
  FROM {_PROJECT_YEAR} after
  JOIN dw.project_crosswalk crosswalk ON crosswalk.project_id = after.project_id
  JOIN {_PROJECT_YEAR} before ON {_YEAR_BEFORE} AND before.project_id = crosswalk.previous_project_id
  JOIN dw.dim_project now ON now.project_key = after.project_key
  JOIN dw.dim_project was ON was.project_key = before.project_key
UNION ALL
  SELECT 'similar', likeness.score, {_PAIR}
  FROM {_PROJECT_YEAR} after
  JOIN dw.project_likeness likeness ON likeness.project_id = after.project_id
  JOIN {_PROJECT_YEAR} before ON {_YEAR_BEFORE} AND before.project_id = likeness.previous_project_id
  WHERE {_without("after", "- 1", "(c.project_id, c.previous_project_id) = (after.project_id, other.project_id)")}
    AND {_without("before", "+ 1", "(c.project_id, c.previous_project_id) = (other.project_id, before.project_id)")}
) link
LEFT JOIN dw.dim_filing filing ON filing.filing_key = link.filing_key
LEFT JOIN dw.dim_filing previous_filing ON previous_filing.filing_key = link.previous_filing_key
LEFT JOIN dw.dim_region region ON region.region_key = link.region_key
LEFT JOIN dw.dim_organization department ON department.organization_key = link.department_key
LEFT JOIN dw.dim_organization unit ON unit.organization_key = link.organization_key
LEFT JOIN dw.dim_organization previous_unit ON previous_unit.organization_key = link.previous_organization_key
LEFT JOIN dw.dim_project project ON project.project_key = link.project_key
LEFT JOIN dw.dim_project previous_project ON previous_project.project_key = link.previous_project_key"""

PROJECT_LINEAGE = View(
    name="project_lineage",
    zh="项目沿革",
    grain=(
        "A project beside the same publisher's project of the year before, from filings of one kind. Method `exact`: "
        "same unit and normalised name; `declared`: a person said so; `similar`: a candidate, by likeness of the names."
    ),
    additive="Sum over method `exact` and `declared` only, within one year, kind and scope: a project may have several"
    " candidates.",
    source=_LINKS,
    columns=(
        column("filing_id", "filing.filing_id", "文件标识", "Filing of the later year."),
        column("fiscal_year", "link.fiscal_year_key", "预算年度", "The later year."),
        column("region_code", "region.region_code", "区划代码", "GB/T 2260."),
        column("region", "region.region", "行政区划", "Region of the publisher."),
        column("department", "department.organization", "主管部门", "Full official name."),
        column("unit", "unit.organization", "预算单位", "Unit in the later year."),
        column("project", "project.project", "项目", "Project in the later year."),
        measure(
            "total_yuan",
            "link.total_yuan",
            "合计（元）",
            "Money in the later year; null if none is printed.",
            adds_over=PROJECTS,
            unit="yuan",
        ),
        measure("indicators", "link.indicators", "指标数", "Indicators in the later year.", adds_over=PROJECTS),
        column("previous_filing_id", "previous_filing.filing_id", "上年文件标识", "Filing of the year before."),
        column("previous_unit", "previous_unit.organization", "上年预算单位", "Unit in the year before."),
        column("previous_project", "previous_project.project", "上年项目", "Project in the year before."),
        measure(
            "previous_total_yuan",
            "link.previous_total_yuan",
            "上年合计（元）",
            "Money in the year before.",
            adds_over=PROJECTS,
            unit="yuan",
        ),
        measure(
            "previous_indicators",
            "link.previous_indicators",
            "上年指标数",
            "Indicators in the year before.",
            adds_over=PROJECTS,
        ),
        measure(
            "change_yuan",
            "link.total_yuan - link.previous_total_yuan",
            "增减（元）",
            "Later year less year before.",
            adds_over=PROJECTS,
            unit="yuan",
        ),
        column("method", "link.method", "匹配方法", "`exact`, `declared` or `similar`."),
        measure("score", "link.score", "相似度", "Share of common character pairs of the two names (Dice), 0 to 1."),
        column("project_id", "link.project_id", "项目标识", "The project of the later year."),
        column("previous_project_id", "link.previous_project_id", "上年项目标识", "The project of the year before."),
        column(
            "filing_project_key",
            project_key("link"),
            "文件内项目键",
            "The later year's project as other views number it.",
        ),
        column(
            "previous_filing_project_key",
            project_key("link", "previous_"),
            "上年文件内项目键",
            "The project of the year before as other views number it.",
        ),
        desk_path("'/f/' || filing.filing_id"),
    ),
)

_STEP = """(
    SELECT q.filing_key, q.filing_version_key AS version_key, q.published_at, q.to_load_id, q.publication_key,
      lag(q.filing_version_key) OVER (PARTITION BY q.filing_key ORDER BY q.publication_key) AS former_key
    FROM dw.publication q
  ) step
  CROSS JOIN LATERAL (VALUES (step.version_key, true), (step.former_key, false)) side (key, is_new)"""

_CHANGES = f"""FROM (
  SELECT step.publication_key, 'amount' AS what, unit.organization AS unit, f.project_key,
    concat_ws(' ', nullif(statement.label_zh, ''), nullif(line.line, '不适用'),
      nullif(source.funding_source, '不适用'), nullif(measure.measure, '不适用')) AS item,
    sum(f.amount_yuan) FILTER (WHERE NOT side.is_new)::text AS before,
    sum(f.amount_yuan) FILTER (WHERE side.is_new)::text AS after,
    coalesce(sum(f.amount_yuan) FILTER (WHERE side.is_new), 0)
      - coalesce(sum(f.amount_yuan) FILTER (WHERE NOT side.is_new), 0) AS change_yuan
  FROM {_STEP}
  JOIN dw.fact_budget f ON f.filing_version_key = side.key
  JOIN dw.dim_organization unit ON unit.organization_key = f.organization_key
  JOIN dw.dim_statement statement ON statement.statement_key = f.statement_key
  JOIN dw.dim_classification line ON line.classification_key = f.classification_key
  JOIN dw.dim_funding_source source ON source.funding_source_key = f.funding_source_key
  JOIN dw.dim_measure measure ON measure.measure_key = f.measure_key
  WHERE step.former_key IS NOT NULL
  GROUP BY step.publication_key, unit.organization, f.project_key, f.statement_key, f.expenditure_type_key, 5
  HAVING sum(f.amount_yuan) FILTER (WHERE side.is_new)
    IS DISTINCT FROM sum(f.amount_yuan) FILTER (WHERE NOT side.is_new)
UNION ALL
  SELECT step.publication_key, 'goal', unit.organization, f.project_key, '绩效目标',
    max(f.goal) FILTER (WHERE NOT side.is_new), max(f.goal) FILTER (WHERE side.is_new), NULL
  FROM {_STEP}
  JOIN dw.fact_project f ON f.filing_version_key = side.key
  JOIN dw.dim_organization unit ON unit.organization_key = f.organization_key
  WHERE step.former_key IS NOT NULL
  GROUP BY step.publication_key, unit.organization, f.project_key
  HAVING max(f.goal) FILTER (WHERE side.is_new) IS DISTINCT FROM max(f.goal) FILTER (WHERE NOT side.is_new)
UNION ALL
  SELECT step.publication_key, 'target', unit.organization, f.project_key,
    concat_ws(' ', nullif(f.task, ''), indicator.indicator, f.horizon),
    string_agg(f.target_text, '; ' ORDER BY f.indicator_seq, f.promise_seq) FILTER (WHERE NOT side.is_new),
    string_agg(f.target_text, '; ' ORDER BY f.indicator_seq, f.promise_seq) FILTER (WHERE side.is_new), NULL
  FROM {_STEP}
  JOIN dw.fact_indicator f ON f.filing_version_key = side.key
  JOIN dw.dim_organization unit ON unit.organization_key = f.organization_key
  JOIN dw.dim_indicator indicator ON indicator.indicator_key = f.indicator_key
  WHERE step.former_key IS NOT NULL
  GROUP BY step.publication_key, unit.organization, f.project_key, f.subject, f.task, indicator.indicator, f.horizon
  HAVING string_agg(f.target_text, '; ' ORDER BY f.indicator_seq, f.promise_seq) FILTER (WHERE side.is_new)
    IS DISTINCT FROM
    string_agg(f.target_text, '; ' ORDER BY f.indicator_seq, f.promise_seq) FILTER (WHERE NOT side.is_new)
) change
JOIN (
  SELECT q.*, lag(q.filing_version_key) OVER (PARTITION BY q.filing_key ORDER BY q.publication_key) AS former_key
  FROM dw.publication q
) p ON p.publication_key = change.publication_key AND {{published}}
LEFT JOIN dw.dim_filing filing ON filing.filing_key = p.filing_key
LEFT JOIN dw.dim_filing_version version ON version.filing_version_key = p.filing_version_key
LEFT JOIN dw.dim_filing_version former ON former.filing_version_key = p.former_key
LEFT JOIN dw.dim_fiscal_year fiscal_year ON fiscal_year.fiscal_year_key = version.fiscal_year_key
LEFT JOIN dw.dim_region region ON region.region_key = version.region_key
LEFT JOIN dw.dim_organization department ON department.organization_key = version.department_key
LEFT JOIN dw.dim_project project ON project.project_key = change.project_key"""

FILING_CHANGE = View(
    name="filing_change",
    zh="重新公布的变化",
    grain="One amount, goal or target that differs between a published version and the one it replaced.",
    additive="change_yuan adds within one version and one statement.",
    source=_CHANGES,
    columns=(
        column("filing_id", "filing.filing_id", "文件标识", "Stable name of the filing."),
        column("fiscal_year", "fiscal_year.fiscal_year", "预算年度", "Fiscal year of the later version."),
        column("region_code", "region.region_code", "区划代码", "GB/T 2260."),
        column("region", "region.region", "行政区划", "Region of the publisher."),
        column("department", "department.organization", "主管部门", "Full official name."),
        column("version", "version.version", "版本号", "The version that was published."),
        column("former_version", "former.version", "原版本号", "The version it replaced."),
        column("published_at", "p.published_at", "发布时间", "When it replaced the former one."),
        column("is_current", "{current}", "是否现行", "The later version is the current one."),
        column("what", "change.what", "变化类型", "`amount`, `goal` or `target`."),
        column("unit", "change.unit", "预算单位", "As printed less layout blanks."),
        column(
            "project",
            f"CASE WHEN change.project_key <> {NOT_APPLICABLE} THEN project.project END",
            "项目",
            "Project; null where there is none.",
        ),
        column("item", "change.item", "内容", "What changed: statement and source, or indicator and horizon."),
        column("before", "change.before", "变化前", "In the former version; null if it was not there."),
        column("after", "change.after", "变化后", "In the later version; null if it is gone."),
        measure(
            "change_yuan",
            "change.change_yuan",
            "增减（元）",
            "Later less former amount; null for words.",
            adds_over=("unit", "project", "item"),
            unit="yuan",
        ),
        desk_path("'/f/' || filing.filing_id || '/v/' || former.version || '..' || version.version"),
    ),
)

POPULATION = View(
    name="population",
    zh="常住人口",
    grain="The residents of one region in one count.",
    additive="population adds across regions of one count.",
    source="FROM dw.population f",
    columns=(
        column("region_code", "f.region_code", "区划代码", "GB/T 2260."),
        column("census_year", "f.census_year", "普查年度", "Year of the count."),
        measure("population", "f.population", "常住人口", "Residents.", adds_over=("region_code",), unit="人"),
        column("source", "f.source", "数据来源", "Who published the figure, where and when."),
    ),
)

COMPARISONS: tuple[View, ...] = (PROJECT_LINEAGE, FILING_CHANGE, POPULATION)
