"""How long the questions take on many filings, beside one plain pass over the facts and beside DuckDB on the export.

    python -m benchmarks.volume [INDICATOR_ROWS]

Makes a warehouse of its own in a temporary folder: filings of 50 projects with five indicators each, five fiscal years
per publisher. Writes its table into benchmarks/README.md.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import sqlalchemy as sa

from benchmarks.report import write_section
from warehouse.database import embedded_server, open_database
from warehouse.export import export_mart
from warehouse.export_duckdb import DUCKDB
from warehouse.questions import ask, questions
from warehouse.roles import Login
from warehouse.settings import Settings

PROJECTS, INDICATORS, YEARS = 50, 5, 5
PASS = "SELECT count(*), sum(base_value), sum(length(target_text)) FROM dw.fact_indicator"
SUM = "SELECT fiscal_year, region, sum(amount_yuan) FROM mart.project_budget GROUP BY 1, 2"

GENERATE = (
    "INSERT INTO audit.load (load_id, command, status) VALUES (1, 'benchmark', 'finished')",
    """INSERT INTO dw.dim_region (region_key, region_code, region)
       SELECT 100 + i, (440100 + i)::text, '第' || i || '区' FROM generate_series(1, 20) i""",
    """INSERT INTO dw.dim_organization
         (organization_key, organization_code, organization, level, parent_key, region_key)
       SELECT 100 + i, 'publisher' || i, '第' || i || '局', 'department', -1, 101 + i % 20
       FROM generate_series(1, :publishers) i""",
    """INSERT INTO dw.dim_project (project_key, organization_code, project, normalised_name, project_id)
       SELECT 100 + i * :projects + j, 'publisher' || i, name, name, 100 + i * :projects + j
       FROM generate_series(1, :publishers) i, generate_series(1, :projects) j,
       LATERAL (SELECT '第' || j || '项' || md5(i || '/' || j) AS name) n""",
    """INSERT INTO dw.dim_indicator (indicator_key, level1, level2, indicator)
       SELECT 100 + i, (ARRAY['产出', '效益', '满意度', '成本'])[1 + i % 4], '数量', '指标' || i
       FROM generate_series(1, 500) i""",
    "INSERT INTO dw.dim_unit_of_measure (unit_key, unit_of_measure) VALUES (101, '1'), (102, '人')",
    """INSERT INTO dw.dim_filing (filing_key, filing_id, kind, fiscal_year_key, region_key, department_key)
       SELECT i * :years + y, 'filing' || i || '-' || y, 'project_target_table', 2019 + y, 101 + i % 20, 100 + i
       FROM generate_series(1, :publishers) i, generate_series(1, :years) y""",
    """INSERT INTO dw.dim_filing_version (filing_version_key, filing_key, version, status, identity, content_sha256,
         sha256, kind, fiscal_year_key, region_key, department_key, reader, medium, stated_total_yuan,
         loaded_total_yuan, projects, indicators)
       SELECT filing_key, filing_key, 1, 'published', 'i', 'c', 's', kind, fiscal_year_key, region_key,
         department_key, 'benchmark', 'text', 0, 0, :projects, :projects * :indicators FROM dw.dim_filing""",
    """INSERT INTO dw.publication (filing_key, filing_version_key, from_load_id)
       SELECT filing_key, filing_key, 1 FROM dw.dim_filing""",
    """INSERT INTO dw.fact_project (filing_version_key, fiscal_year_key, region_key, department_key, organization_key,
         project_key, project_seq, goal, total_yuan, indicators, source_text)
       SELECT filing_key, fiscal_year_key, region_key, department_key, department_key,
         100 + (department_key - 100) * :projects + j, j, '目标', 10000 * (1 + (filing_key * j) % 977), :indicators, 't'
       FROM dw.dim_filing, generate_series(1, :projects) j""",
    """INSERT INTO dw.fact_budget (filing_version_key, fiscal_year_key, region_key, department_key, statement_key,
         organization_key, project_key, classification_key, funding_source_key, expenditure_type_key, measure_key,
         amount_yuan, amount_printed, unit_printed, source_text)
       SELECT filing_version_key, fiscal_year_key, region_key, department_key, 1, organization_key, project_key, -1,
         (SELECT min(funding_source_key) FROM dw.dim_funding_source WHERE funding_source_key > 0), -1, -1,
         total_yuan, '1', '万元', 't' FROM dw.fact_project""",
    """INSERT INTO dw.fact_indicator (filing_version_key, fiscal_year_key, region_key, department_key,
         organization_key, project_key, subject, indicator_seq, indicator_key, horizon, promise_seq, target_text, kind,
         operator, value, value_unit_key, base_value, base_unit_key, is_measurable, source_text)
       SELECT filing_version_key, fiscal_year_key, region_key, department_key, organization_key, project_key,
         'project', k, 101 + (project_key + k * 7) % 500, 'annual', 1, '≥' || n || '%',
         'ratio', '>=', n, 101 + (k = 1)::int, n / 100.0, 101 + (k = 1)::int, k < 5, 't'
       FROM dw.fact_project, generate_series(1, :indicators) k,
       LATERAL (SELECT 70 + (project_key * k + fiscal_year_key % 2) % 31 AS n) v""",
)


def seconds(work: Callable[[], object]) -> float:
    """The faster of two runs: the first one fills the caches."""
    took = []
    for _ in range(2):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return min(took)


def main(rows: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="yusuan-volume-"))
    home.chmod(0o755)  # the server's account has to get in when root runs it
    settings = Settings(home=home, database_url=None)
    try:
        write_section("Questions at volume", "python -m benchmarks.volume", measure(settings, rows))
    finally:
        embedded_server(settings).destroy()


def measure(settings: Settings, rows: int) -> str:
    """The section's text: Markdown with the figures."""
    database = open_database(settings)
    owner, reader = database.engine(Login.OWNER), database.engine(Login.READER)
    numbers = {
        "publishers": max(1, rows // (PROJECTS * INDICATORS * YEARS)),
        "projects": PROJECTS,
        "indicators": INDICATORS,
        "years": YEARS,
    }
    with owner.begin() as connection:
        for statement in GENERATE:
            wanted = {name: value for name, value in numbers.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), wanted)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        made = connection.scalar(sa.text("SELECT count(*) FROM dw.fact_indicator"))
        one_pass = seconds(lambda: connection.execute(sa.text(PASS)).all())
    with reader.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        took = {one: seconds(lambda one=one: ask(connection, one)) for one in questions()}
        dashboard = seconds(lambda: connection.execute(sa.text(SUM)).all())
    folder = settings.home / "export"
    begun = time.perf_counter()
    export_mart(reader, folder)
    exporting = time.perf_counter() - begun
    with duckdb.connect(str(folder / DUCKDB), read_only=True) as duck:
        there = seconds(lambda: duck.execute(SUM).fetchall())
    owner.dispose()
    reader.dispose()
    lines = [
        f"{made:,} indicator rows of {numbers['publishers'] * YEARS:,} filings. One plain pass over the indicators"
        f" (count, a sum, the length of the texts) takes {one_pass:.3f} s; the median question takes"
        f" {statistics.median(took.values()) / one_pass:.1f} times that. Money by district and year:"
        f" {dashboard:.3f} s in the mart, {there:.3f} s in DuckDB on the export (written in {exporting:.1f} s).",
        "",
        "| question | seconds | passes |",
        "|---|---:|---:|",
    ]
    lines += [f"| {one.number}. {one.english} | {time_:.2f} | {time_ / one_pass:.1f} |" for one, time_ in took.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25_000)
