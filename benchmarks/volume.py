"""How long the questions and the dashboard's charts take on many filings, beside one pass over the facts they need.

    python -m benchmarks.volume [INDICATOR_ROWS]

Makes a warehouse of its own in a temporary folder (`benchmarks.generated_warehouse`) and asks as a BI tool does, as
`bi_reader` on `mart`. The same queries are asked of the same views on plain heaps, that is on copies of the facts
without partitions and indexes, and of DuckDB on the export. Writes its section into benchmarks/README.md after each of
these parts, so that a run that is stopped leaves what it measured.

Two things no query can do without are measured beside it: one pass over the tables it needs, and, where the answer
itself is large, sorting and returning as many rows as it has.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb
import sqlalchemy as sa

from benchmarks.generated_warehouse import fill_warehouse
from benchmarks.report import say, write_section
from benchmarks.volume_queries import PASSES, Query, asked_at_volume
from warehouse.export.duckdb_file import DUCKDB
from warehouse.export.exporting import export_mart
from warehouse.publish.likeness import find_alike
from warehouse.schema.marts import VIEWS
from warehouse.schema.views import create_statements
from warehouse.server.database import Database, embedded_server, open_database
from warehouse.server.roles import Login
from warehouse.server.settings import Settings

PATIENCE = 120
"""Seconds after which a query is given up."""
LARGE = ("fact_project", "fact_budget", "fact_indicator")
EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, SERIALIZE TEXT, FORMAT JSON) "
"""Runs a query and makes its rows into text, but sends none: what a client does with them is its own."""
LARGE_ANSWER = 50_000
"""Rows of an answer from which on sorting and returning them is measured by itself."""
PUBLISHED_ALONE = 20
"""Filings whose publication is measured one by one."""


@dataclass(slots=True)
class Measured:
    """Seconds of everything, and the rows each query returned."""

    rows: int = 0
    filings: int = 0
    passes: dict[str, float] = field(default_factory=dict)
    mart: dict[str, float] = field(default_factory=dict)
    heap: dict[str, float] = field(default_factory=dict)
    duckdb: dict[str, float] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    answers: dict[str, float] = field(default_factory=dict)
    """Of the large answers: sorting and returning their rows, and nothing else."""
    costs: dict[str, str] = field(default_factory=dict)

    def one_pass(self, query: Query) -> float:
        return sum(self.passes[fact] for fact in query.facts)

    def needed(self, query: Query) -> float:
        """One pass, and the answer where it is large."""
        return self.one_pass(query) + self.answers.get(query.title, 0)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def best(work: Callable[[], object]) -> float:
    """Seconds of one run, or of the faster of two if that does not take long: the first one fills the caches."""
    first = timed(work)
    return first if first > 2 else min(first, timed(work))


def main(rows: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="yusuan-volume-"))
    home.chmod(0o755)  # the server's account has to get in when root runs it
    settings = Settings(home=home, database_url=None)
    try:
        measure(open_database(settings), rows)
    finally:
        embedded_server(settings).destroy()


def measure(database: Database, rows: int) -> None:
    """Fill the warehouse, ask, and write the section."""
    owner, reader = database.engine(Login.OWNER), database.engine(Login.READER)
    found = Measured()
    found.costs["making the warehouse"] = f"{timed(lambda: fill_warehouse(owner, rows)):.0f} s"
    with owner.connect() as connection:
        found.rows = connection.scalar(sa.text("SELECT count(*) FROM dw.fact_indicator")) or 0
        found.filings = connection.scalar(sa.text("SELECT count(*) FROM dw.dim_filing")) or 0
    _keep_up(owner, found)
    with owner.connect() as connection:
        for table, statement in PASSES.items():
            found.passes[table] = best(partial(connection.exec_driver_sql, statement))
            say(f"one pass over {table}: {found.passes[table]:.3f} s")
    with reader.connect() as connection:
        _ask_postgres(connection, found, found.mart)
    _return_answers(owner, reader, found)
    _write(found)
    _copy_to_heaps(owner, found)
    with owner.connect() as connection:
        _ask_postgres(connection, found, found.heap, views="heap.mart_")
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA heap CASCADE")
    _write(found)
    folder = database.settings.home / "export"
    found.costs["exporting all of the mart"] = f"{timed(lambda: export_mart(reader, folder)):.0f} s"
    say(f"exported: {found.costs['exporting all of the mart']}")
    with duckdb.connect(str(folder / DUCKDB), read_only=True) as duck:
        for query in asked_at_volume():
            _ask_duckdb(duck, query, found)
    _write(found)
    owner.dispose()
    reader.dispose()


def _keep_up(owner: sa.Engine, found: Measured) -> None:
    """What publishing costs for the sake of these queries: the alike projects, the planner's statistics.

    In production the end of a load gathers them (`warehouse.server.planner_statistics`); these facts came by no load.
    """
    with owner.begin() as connection:
        versions = connection.execute(sa.text("SELECT filing_version_key FROM dw.dim_filing_version")).scalars().all()
        took = timed(lambda: find_alike(connection, versions))
    found.costs["alike projects of all filings"] = f"{took:.1f} s"
    with owner.connect() as connection:
        alone = []
        for version in versions[:: max(1, len(versions) // PUBLISHED_ALONE)]:
            with connection.begin() as transaction:
                alone.append(timed(partial(find_alike, connection, [version])))
                transaction.rollback()
    found.costs["alike projects of one more filing"] = f"{statistics.median(alone) * 1000:.0f} ms"
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        took = timed(lambda: connection.exec_driver_sql(f"ANALYZE {', '.join(f'dw.{table}' for table in LARGE)}"))
        connection.exec_driver_sql("ANALYZE dw.project_likeness")
    found.costs["statistics of the three large facts"] = f"{took:.1f} s"
    for name, cost in found.costs.items():
        say(f"{name}: {cost}")


def _ask_postgres(connection: sa.Connection, found: Measured, took: dict[str, float], views: str = "mart.") -> None:
    """Run every query on the server."""
    connection.exec_driver_sql(f"SET statement_timeout = '{PATIENCE}s'")
    for query in asked_at_volume():
        statement = query.sql.replace("mart.", views)
        explain = sa.text(EXPLAIN + statement)
        plans: list[int] = []

        def run(explain: sa.TextClause = explain, plans: list[int] = plans) -> None:
            (explained,) = connection.execute(explain).scalar_one()
            plans.append(int(explained["Plan"]["Actual Rows"]))

        try:
            took[query.title] = best(run)
            found.answered.setdefault(query.title, plans[0])
        except sa.exc.DBAPIError:
            connection.rollback()
            connection.exec_driver_sql(f"SET statement_timeout = '{PATIENCE}s'")
            took[query.title] = float("inf")
        passes = took[query.title] / found.one_pass(query)
        say(f"{views} {took[query.title]:8.2f} s, {passes:6.1f} passes: {query.title}")


def _return_answers(owner: sa.Engine, reader: sa.Engine, found: Measured) -> None:
    """Keep each large answer in a table, shuffled, and time how long its rows take to be sorted by all columns."""
    for query in asked_at_volume():
        if found.answered.get(query.title, 0) < LARGE_ANSWER:
            continue
        with owner.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA answer; GRANT USAGE ON SCHEMA answer TO bi_reader")
            rows = f"SELECT * FROM ({query.sql}) asked ORDER BY random()"
            connection.execute(sa.text(f"CREATE UNLOGGED TABLE answer.rows AS {rows}"))
            connection.exec_driver_sql("GRANT SELECT ON answer.rows TO bi_reader")
            connection.exec_driver_sql("ANALYZE answer.rows")
            columns = len(sa.inspect(connection).get_columns("rows", schema="answer"))
        with reader.connect() as connection:
            ordered = f"SELECT * FROM answer.rows ORDER BY {', '.join(map(str, range(1, columns + 1)))}"
            found.answers[query.title] = best(partial(connection.exec_driver_sql, EXPLAIN + ordered))
        with owner.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA answer CASCADE")
        say(f"answer {found.answers[query.title]:8.2f} s: {query.title}")


def _copy_to_heaps(owner: sa.Engine, found: Measured) -> None:
    """The facts once more without partitions and indexes, and the mart's views on them."""

    def copy() -> None:
        with owner.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA heap")
            for table in LARGE:
                connection.exec_driver_sql(f"CREATE TABLE heap.{table} AS SELECT * FROM dw.{table}")
            for statement in create_statements(VIEWS):
                if statement.startswith("CREATE VIEW mart."):
                    here = statement.replace("VIEW mart.", "VIEW heap.mart_")
                    for table in LARGE:
                        here = here.replace(f"dw.{table} ", f"heap.{table} ")
                    connection.exec_driver_sql(here)
            connection.exec_driver_sql("ANALYZE")

    found.costs["copying the facts to heaps"] = f"{timed(copy):.0f} s"
    say(f"copied to heaps: {found.costs['copying the facts to heaps']}")


def _ask_duckdb(duck: duckdb.DuckDBPyConnection, query: Query, found: Measured) -> None:
    rows: list[int] = []
    statement = re.sub(r"SELECT\s+FROM", "SELECT 1 FROM", query.sql)  # DuckDB wants a column even of EXISTS
    try:
        took = best(lambda: rows.append(duck.sql(statement).to_arrow_table().num_rows))
    except duckdb.Error as error:
        say(f"duckdb cannot: {query.title}: {str(error).splitlines()[0]}")
        return
    if rows[0] != found.answered.get(query.title):
        say(f"duckdb answers otherwise ({rows[0]:,} rows): {query.title}")
        return
    found.duckdb[query.title] = took
    say(f"duckdb: {took:8.2f} s: {query.title}")


def _write(found: Measured) -> None:
    queries = list(asked_at_volume())
    ratios = [found.mart[query.title] / found.one_pass(query) for query in queries]
    needed = [found.mart[query.title] / found.needed(query) for query in queries]
    lines = [
        f"{found.rows:,} indicator rows in {found.filings:,} filings of 2015 to 2026. One pass is `count`, `sum` and"
        " `GROUP BY` year over each table that the query cannot do without, every row of every version read once"
        " (a list of filings needs their versions, publications and attempts, a comparison of years the projects' names"
        " too). Answer: sorting and returning as many rows as the query returns, the same ones, shuffled, from a table"
        f" of their own, where they are {LARGE_ANSWER:,} or more. Needed: the query's seconds by those of its pass and"
        f" its answer together. The median query takes {statistics.median(ratios):.1f} passes and"
        f" {statistics.median(needed):.1f} times what is needed, the longest"
        f" {max(ratios):.1f} and {max(needed):.1f}. Heap: the same views on copies of the facts without"
        f" partitions and indexes{'' if found.heap else ' (the run was ended before)'}. DuckDB: the same SQL on the"
        f" export's file{'' if found.duckdb else ' (the run was ended before)'}; — where its dialect cannot, or reads a"
        " regular expression otherwise. (Its scanner of a running PostgreSQL is an extension it downloads: not"
        f" measured.) Load of the machine at the end: {os.getloadavg()[1]:.1f}.",
        "",
        "More than a few passes take the questions that lay a project beside the year before (2, 4, 14, the largest"
        " changes: the facts are joined with themselves), that order or compare each promise (4, 14, 15, 20: they sort"
        " as much as they return), and the tables of rows (they sort all rows to show the first ten thousand; a filter"
        " of the dashboard cuts both).",
        "",
        "| one pass over | seconds |",
        "|---|---:|",
        *(f"| `{table}` | {took:.3f} |" for table, took in found.passes.items()),
        "",
        "| query | rows | seconds | passes | answer | needed | heap | DuckDB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for query in queries:
        took, title = found.mart[query.title], query.title
        lines.append(
            f"| {title} | {found.answered.get(title, 0):,} | {_seconds(took)} | {took / found.one_pass(query):.1f}"
            f" | {_seconds(found.answers.get(title))} | {took / found.needed(query):.1f}"
            f" | {_seconds(found.heap.get(title))} | {_seconds(found.duckdb.get(title))} |"
        )
    lines += ["", "| work | cost |", "|---|---:|", *(f"| {name} | {cost} |" for name, cost in found.costs.items())]
    title = f"Questions at volume: {found.rows:,} indicator rows"
    write_section(title, " ".join(["python -m benchmarks.volume", *sys.argv[1:]]), "\n".join(lines))


def _seconds(took: float | None) -> str:
    if took is None:
        return "—"
    return f"over {PATIENCE}" if took == float("inf") else f"{took:.2f}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
