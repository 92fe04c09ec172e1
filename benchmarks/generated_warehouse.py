"""Fills the warehouse's tables with many filings at once, made by the database itself from numbers: no two runs differ.

Publishers file a project target table every year from 2015 to 2026, some years missing; every third also a department
form, every fourth a budget. A tenth of the projects changes its name now and then, a twentieth of the tables is
published twice, a hundredth is held. A few indicators are everywhere, most are rare (Zipf's law). The rows of a filing
lie together and in order, as publishing writes them. Foreign keys are taken off the facts while they fill and put back
after, so that the database has checked every row.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from benchmarks.report import say

YEARS, PROJECTS, ROWS_A_PROJECT = 12, 40, 7
FIRST_YEAR = 2015

_REGIONS = "(SELECT count(*)::int FROM dw.dim_region WHERE region_key > 1000)"
_DIGIT = "(hashint8extended({0}, {1}) & 1048575) / 1048576.0"
"""A number from 0 to below 1 that depends on an integer and a seed."""


def _draw(of: str, seed: int) -> str:
    return "(" + _DIGIT.format(of, seed) + ")"


def _pick(words: str, of: str, seed: int) -> str:
    """One word of many, blank-separated: the earlier, the more often."""
    listed = words.split()
    array = "ARRAY[" + ", ".join(f"'{word}'" for word in listed) + "]"
    return f"({array})[1 + floor({len(listed)} * power({_draw(of, seed)}, 2))::int]"


_THINGS = "农村道路养护 企业技术改造 基层党组织建设 社区养老服务 义务教育保障 环境卫生治理 公共文化惠民 省级农田建设"
_NAMES = "培训人次 项目完成率 资金支付及时率 设备采购数量 受益群众数量 工程验收合格率 成本控制率 就业带动效果"
_VAGUE = "有所提高 稳步提升 逐步改善 持续促进 明显增强"

_PROJECT_KEY = "1000 + ((i.i * 40 + j) * 4 + {epoch})"
_EPOCH = "CASE WHEN j % 10 = 0 THEN (y.y - 2015 + j) / 5 % 4 ELSE 0 END"
_UNIT_KEY = "CASE WHEN j % 5 = 0 THEN 1000 + i.i ELSE 1000 + :publishers + (i.i - 1) * 4 + j % 5 END"

DIMENSIONS: tuple[tuple[str, str], ...] = (
    ("loads", """
INSERT INTO audit.load (load_id, command, status, finished_at)
VALUES (1, 'run', 'finished', now()), (2, 'run', 'finished', now())"""),
    ("regions", """
INSERT INTO dw.dim_region (region_key, region_code, region)
SELECT 1000 + row_number() OVER (ORDER BY region_code), region_code, '第' || right(region_code, 2) || '区'
FROM dw.population GROUP BY region_code"""),
    ("departments", f"""
INSERT INTO dw.dim_organization (organization_key, organization_code, organization, level, parent_key, region_key)
SELECT 1000 + i, 'publisher' || i, '第' || i || '局', 'department', -1, 1001 + i % {_REGIONS}
FROM generate_series(1, :publishers) i"""),
    ("units", f"""
INSERT INTO dw.dim_organization (organization_key, organization_code, organization, level, parent_key, region_key)
SELECT 1000 + :publishers + (i - 1) * 4 + u, 'publisher' || i || '/第' || u || '中心', '第' || u || '中心', 'unit',
  1000 + i, 1001 + i % {_REGIONS}
FROM generate_series(1, :publishers) i, generate_series(1, 4) u"""),
    ("projects", f"""
INSERT INTO dw.dim_project (project_key, organization_code, project, normalised_name, project_id)
SELECT key, 'publisher' || i.i || CASE WHEN j % 5 = 0 THEN '' ELSE '/第' || j % 5 || '中心' END, name, name, key
FROM generate_series(1, :publishers) i(i), generate_series(1, {PROJECTS}) j,
  generate_series(0, CASE WHEN j % 10 = 0 THEN 3 ELSE 0 END) e,
  LATERAL (SELECT {_PROJECT_KEY.format(epoch="e")} AS key, '第' || j || '批' || {_pick(_THINGS, "i.i * 40 + j", 1)}
    || (ARRAY['专项经费', '专项资金', '补助经费', '提升行动'])[e + 1] AS name) named"""),
    ("indicators", f"""
INSERT INTO dw.dim_indicator (indicator_key, level1, level2, indicator)
SELECT 1000 + n, level1, CASE level1 WHEN '产出' THEN '数量' WHEN '效益' THEN '社会效益' WHEN '成本' THEN '经济成本'
  ELSE '服务对象满意度' END, CASE WHEN level1 = '满意度' THEN '满意度' ELSE '' END || {_pick(_NAMES, "n", 2)} || n
FROM generate_series(0, 4999) n, LATERAL (SELECT {_pick("产出 产出 效益 效益 满意度 成本", "n", 3)} AS level1) l"""),
    ("units of measure", """
INSERT INTO dw.dim_unit_of_measure (unit_key, unit_of_measure)
VALUES (1001, '%'), (1002, '1'), (1003, '人'), (1004, '人次'), (1005, '场'), (1006, '个')"""),
    ("classifications", """
INSERT INTO dw.dim_classification (classification_key, scheme, line_code, line, level, parent_code)
SELECT 1000 + n, 'function', (2010000 + n)::text, '科目' || n, '项', (20100 + n / 100)::text
FROM generate_series(101, 900) n
UNION ALL SELECT 3000 + n, 'component', '', (ARRAY['基本支出', '项目支出', '事业发展性支出'])[n], '', ''
FROM generate_series(1, 3) n"""),
    ("filings", """
INSERT INTO dw.dim_filing (filing_key, filing_id, title, kind, fiscal_year_key, region_key, department_key, source_url)
SELECT ((i - 1) * 12 + y - 2015) * 3 + k.k, k.name || '-' || i || '-' || y, y || '年第' || i || '局', k.kind, y,
  region_key, 1000 + i, 'https://example.invalid/' || i || '/' || y
FROM generate_series(1, :publishers) i JOIN dw.dim_organization o ON o.organization_key = 1000 + i,
  generate_series(2015, 2026) y,
  (VALUES (1, 'table', 'project_target_table', 1), (2, 'form', 'department_target_form', 3),
    (3, 'budget', 'budget_statement', 4)) k(k, name, kind, every)
WHERE i % k.every = 0 AND (i * 7 + y) % 47 > 0 ORDER BY 1"""),
    ("versions", f"""
INSERT INTO dw.dim_filing_version (filing_version_key, filing_key, version, status, identity, content_sha256, sha256,
  title, kind, fiscal_year_key, region_key, department_key, reader, medium, pages, coverage, stated_total_yuan,
  loaded_total_yuan, projects, indicators, source_url, held_reasons)
SELECT filing_key * 2 + v - 1, filing_key, v, CASE WHEN held THEN 'held' ELSE 'published' END, 'i', 'c', md5(filing_id),
  title, kind, fiscal_year_key, region_key, department_key, 'pdf 1', 'pdf', 40, 0.99, 1000000,
  1000000 - CASE WHEN held THEN 5000 ELSE 0 END, {PROJECTS}, {PROJECTS * 5}, source_url,
  CASE WHEN held THEN 'total_holds: the lines do not add up to the total' ELSE '' END
FROM dw.dim_filing, generate_series(1, 2) v, LATERAL (SELECT filing_key % 100 = 7 AS held) h
WHERE v = 1 OR (kind = 'project_target_table' AND filing_key % 20 = 10) ORDER BY 1"""),
    ("attempts", """
INSERT INTO audit.filing_load (load_id, filing_key, filing_version_key, identity, sha256, status, reasons, finished_at)
SELECT version, filing_key, filing_version_key, identity, sha256, status, held_reasons, now()
FROM dw.dim_filing_version ORDER BY filing_version_key"""),
    ("sections", """
INSERT INTO dw.filing_section (filing_version_key, section_seq, part, status, title, layout, layout_version, kind,
  ordinal, fiscal_year_key, first_page, last_page, stated_total_yuan, loaded_total_yuan, lines, projects, indicators,
  coverage, characters, amounts, amounts_accounted)
SELECT filing_version_key, 1, 'records', status, title, kind, 1, kind, 1, fiscal_year_key, 1, pages, stated_total_yuan,
  loaded_total_yuan, 0, projects, indicators, coverage, 0, 0, 0
FROM dw.dim_filing_version ORDER BY 1"""),
    ("publications", """
INSERT INTO dw.publication (filing_key, filing_version_key, from_load_id, to_load_id)
SELECT filing_key, filing_version_key, version,
  CASE WHEN version = 1 AND kind = 'project_target_table' AND filing_key % 20 = 10 THEN 2 END
FROM dw.dim_filing_version WHERE status = 'published' ORDER BY filing_version_key"""),
)  # fmt: skip

_WHERE = "v.filing_version_key, 1, v.fiscal_year_key, v.region_key, v.department_key"
_WHERE_COLUMNS = "filing_version_key, section_seq, fiscal_year_key, region_key, department_key"
_OF_TABLES = """dw.dim_filing_version v, LATERAL (SELECT v.department_key - 1000 AS i) i,
  LATERAL (SELECT v.fiscal_year_key AS y) y, generate_series(1, 40) j,
  LATERAL (SELECT i.i * 40 + j AS of, hashint8(v.filing_version_key * 64 + j) & 1048575 AS chance) of
WHERE v.kind = 'project_target_table' AND v.status = 'published'"""

FACTS: tuple[tuple[str, str], ...] = (
    ("projects of the filings", f"""
INSERT INTO dw.fact_project ({_WHERE_COLUMNS}, organization_key, project_key, project_seq, goal, total_yuan, indicators,
  page, source_text)
SELECT {_WHERE}, {_UNIT_KEY}, {_PROJECT_KEY.format(epoch=_EPOCH)}, j,
  '完成' || y.y || '年度第' || j || '批任务，保障资金及时足额支付，不断提高服务水平，群众满意度稳步提升。',
  round((1000 + 20000000 * power({_draw("of", 5)}, 4) * (0.8 + chance / 2000000.0))::numeric, 2),
  5, 1 + j, '第' || j || '批项目'
FROM {_OF_TABLES}
ORDER BY v.filing_version_key, j"""),
    ("money of the projects", """
INSERT INTO dw.fact_budget (filing_version_key, section_seq, fiscal_year_key, region_key, department_key, statement_key,
  organization_key, project_key, classification_key, funding_source_key, expenditure_type_key, measure_key, amount_yuan,
  amount_printed, unit_printed, page, source_text)
SELECT f.filing_version_key, 1, f.fiscal_year_key, f.region_key, f.department_key, 1, f.organization_key, f.project_key,
  -1, s.funding_source_key, -1, -1,
  f.total_yuan * CASE WHEN f.project_seq % 4 > 0 THEN 1 WHEN s.is_first THEN 0.75 ELSE 0.25 END,
  (f.total_yuan / 10000)::text, '万元', f.page, f.source_text
FROM dw.fact_project f CROSS JOIN (
  SELECT funding_source_key, funding_source = '财政拨款' AS is_first FROM dw.dim_funding_source
  WHERE funding_source IN ('财政拨款', '其他资金')) s
WHERE s.is_first OR f.project_seq % 4 = 0
ORDER BY f.project_fact_key"""),
    ("indicators of the projects", f"""
INSERT INTO dw.fact_indicator ({_WHERE_COLUMNS}, organization_key, project_key, subject, indicator_seq, indicator_key,
  horizon, promise_seq, is_first, target_text, kind, operator, value, value_unit_key, base_value, base_unit_key,
  is_measurable, rule, page, source_text)
SELECT {_WHERE}, {_UNIT_KEY}, {_PROJECT_KEY.format(epoch=_EPOCH)}, 'project', k, 1000 + n, horizon, 1,
  horizon = 'annual', target_text,
  CASE WHEN draw < 0.12 THEN 'qualitative' WHEN draw < 0.6 THEN 'ratio' ELSE 'quantity' END,
  CASE WHEN draw >= 0.12 THEN '>=' END, CASE WHEN draw >= 0.12 THEN value END,
  CASE WHEN draw < 0.12 THEN -1 WHEN draw < 0.6 THEN 1001 ELSE unit END,
  CASE WHEN draw < 0.12 THEN NULL WHEN draw < 0.6 THEN value / 100.0 ELSE value END,
  CASE WHEN draw < 0.12 THEN -1 WHEN draw < 0.6 THEN 1002 ELSE unit END, draw >= 0.12, 'at_least', 1 + j,
  '指标' || n || '：' || target_text
FROM (
  SELECT v.*, i.i, y.y, j, of, chance, k, horizon,
    floor(5000 * power({_draw("of * 8 + k", 6)}, 3))::int AS n, {_draw("of * 8 + k", 7)} AS draw,
    1003 + (of + k) % 4 AS unit,
    70 + (of * k + CASE WHEN (chance + k) % 10 < 4 THEN chance ELSE 0 END) % 31 AS value
  FROM generate_series(1, 5) k, (VALUES ('annual'), ('cycle')) h(horizon), {_OF_TABLES}
    AND (horizon = 'annual' OR k <= 2)
) v, LATERAL (SELECT v.i) i, LATERAL (SELECT v.y) y, LATERAL (SELECT CASE WHEN draw < 0.12 THEN
  {_pick(_VAGUE, "of * 8 + k", 8)} WHEN draw < 0.6 THEN '≥' || value || '%' ELSE '不少于' || value END
  AS target_text) t
ORDER BY v.filing_version_key, j, k, horizon"""),
    ("department forms", f"""
INSERT INTO dw.fact_department ({_WHERE_COLUMNS}, profile_seq, staff, subordinate_units, goal, page, source_text)
SELECT {_WHERE}, 1, 20 + filing_key % 300, 4, '完成年度重点工作', 1, '部门整体'
FROM dw.dim_filing_version v WHERE kind = 'department_target_form' AND status = 'published'"""),
    ("tasks", f"""
INSERT INTO dw.fact_task ({_WHERE_COLUMNS}, task_seq, task, content, goal, amount_yuan, page, source_text)
SELECT {_WHERE}, n, '任务' || n, '实施内容', '预期目标', 100000 * n, 1, '任务' || n
FROM dw.dim_filing_version v, generate_series(1, 4) n
WHERE kind = 'department_target_form' AND status = 'published'"""),
    ("money of the departments", f"""
INSERT INTO dw.fact_budget ({_WHERE_COLUMNS}, statement_key, organization_key, project_key, classification_key,
  funding_source_key, expenditure_type_key, measure_key, amount_yuan, amount_printed, unit_printed, page, source_text)
SELECT {_WHERE}, s, v.department_key, -1, 3000 + n, -1, -1, -1, 1000000 * n + filing_key, '100', '万元', 1, '支出'
FROM dw.dim_filing_version v, generate_series(2, 4) s, generate_series(1, 3) n
WHERE kind = 'department_target_form' AND status = 'published'
ORDER BY v.filing_version_key, s, n"""),
    ("indicators of the departments", f"""
INSERT INTO dw.fact_indicator ({_WHERE_COLUMNS}, organization_key, project_key, subject, indicator_seq, indicator_key,
  horizon, promise_seq, is_first, target_text, kind, operator, value, value_unit_key, base_value, base_unit_key,
  is_measurable, page, source_text)
SELECT {_WHERE}, v.department_key, -1, 'department', k, 1000 + (k * 131 + filing_key) % 5000, 'annual', 1, true, '≥95%',
  'ratio', '>=', 95, 1001, 0.95, 1002, true, 2, '部门指标'
FROM dw.dim_filing_version v, generate_series(1, 20) k
WHERE kind = 'department_target_form' AND status = 'published'
ORDER BY v.filing_version_key, k"""),
    ("printed classifications", f"""
INSERT INTO dw.fact_classification ({_WHERE_COLUMNS}, classification_key, scheme, line_code, page, source_text)
SELECT {_WHERE}, 1100 + n * 9, 'function', (2010100 + n * 9)::text, 3, '科目'
FROM dw.dim_filing_version v, generate_series(1, 80) n WHERE kind = 'budget_statement' AND status = 'published'
ORDER BY v.filing_version_key, n"""),
    ("budgets", f"""
INSERT INTO dw.fact_budget ({_WHERE_COLUMNS}, statement_key, organization_key, project_key, classification_key,
  funding_source_key, expenditure_type_key, measure_key, amount_yuan, amount_printed, unit_printed, page, source_text)
SELECT {_WHERE}, (SELECT statement_key FROM dw.dim_statement WHERE statement = 'budget_expenditure'), v.department_key,
  -1, 1100 + n * 9, -1, t, -1, 10000 * n + filing_key, '1.00', '万元', 3, '科目'
FROM dw.dim_filing_version v, generate_series(1, 80) n,
  (SELECT expenditure_type_key FROM dw.dim_expenditure_type WHERE expenditure_type_key > 0) types(t)
WHERE kind = 'budget_statement' AND status = 'published'
ORDER BY v.filing_version_key, n, t"""),
    ("controls", f"""
INSERT INTO dw.control_total ({_WHERE_COLUMNS}, control_seq, total_of, organization_key, project_key, statement_key,
  funding_source_key, classification_key, measure_key, stated_yuan, loaded_yuan, lines, holds, amount_printed,
  unit_printed, page, source_text)
SELECT {_WHERE}, n, 'unit', v.department_key, -1, 1, -1, -1, -1, 1000000, 1000000 - (chance = 0)::int * 300, 10,
  chance > 0, '100.00', '万元', 1, '小计'
FROM dw.dim_filing_version v, generate_series(1, 6) n,
  LATERAL (SELECT (v.filing_version_key * 7 + n) % 5000 AS chance) c WHERE v.status = 'published'
ORDER BY v.filing_version_key, n"""),
)  # fmt: skip

_FOREIGN_KEYS = sa.text("""
SELECT conrelid::regclass::text AS fact, conname AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE contype = 'f' AND conparentid = 0 AND connamespace = 'dw'::regnamespace
  AND (conrelid::regclass::text LIKE 'dw.fact%' OR conrelid = 'dw.control_total'::regclass)
ORDER BY 1, 2""")


def fill_warehouse(owner: sa.Engine, indicator_rows: int) -> int:
    """Make filings until there are about so many indicator rows; returns how many there are.

    `owner` logs in as the owner of a warehouse that is empty.
    """
    publishers = max(4, round(indicator_rows / (YEARS * (PROJECTS * ROWS_A_PROJECT * 1.05 + 20 / 3))))
    with owner.begin() as connection:
        connection.exec_driver_sql("SET LOCAL work_mem = '256MB'")  # rows are sorted before they are written
        for label, statement in DIMENSIONS:
            _run(connection, label, statement, publishers)
        with _without_foreign_keys(connection):
            for label, statement in FACTS:
                _run(connection, label, statement, publishers)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        begun = time.perf_counter()
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        say(f"vacuum and statistics: {time.perf_counter() - begun:.1f} s")
        return int(connection.scalar(sa.text("SELECT count(*) FROM dw.fact_indicator")))


@contextmanager
def _without_foreign_keys(connection: sa.Connection) -> Iterator[None]:
    found = connection.execute(_FOREIGN_KEYS).all()
    for key in found:
        connection.exec_driver_sql(f"ALTER TABLE {key.fact} DROP CONSTRAINT {key.name}")
    yield
    begun = time.perf_counter()
    for key in found:
        connection.exec_driver_sql(f"ALTER TABLE {key.fact} ADD CONSTRAINT {key.name} {key.definition}")
    say(f"{len(found)} foreign keys checked: {time.perf_counter() - begun:.1f} s")


def _run(connection: sa.Connection, label: str, statement: str, publishers: int) -> None:
    begun = time.perf_counter()
    wanted = {"publishers": publishers} if ":publishers" in statement else {}
    made = connection.execute(sa.text(statement), wanted).rowcount
    say(f"{label}: {made:,} rows in {time.perf_counter() - begun:.1f} s")
