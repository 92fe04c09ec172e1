"""What reading and loading cost, and what that means for every county (`benchmarks.country` simulates it).

    python -m benchmarks.scaling [FILINGS]

Reads the sample filings, loads copies of them, each as a filing of its own, into a fresh embedded PostgreSQL. Beside it
the same fact rows go through COPY, as `psql \\copy` sends them, into tables without indexes. Writes its section into
benchmarks/README.md and docs/scaling.md.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

import psutil
import psycopg
import sqlalchemy as sa
from psycopg import sql

from benchmarks.country import COUNTRY, Costs, forecast
from benchmarks.report import README, write_section
from extract.catalogue import read_catalogue
from extract.fetch.archive import digest_of
from extract.settings import FetchSettings
from flows.settings import RunSettings
from flows.submissions import submission_of
from warehouse import loading, loads
from warehouse.gate.verdicts import judge
from warehouse.server.database import open_database
from warehouse.server.embedded import EmbeddedServer
from warehouse.server.roles import Login
from warehouse.server.settings import Settings
from warehouse.submission import Submission

SAMPLES = Path(__file__).parents[1] / "samples"
FACTS = (
    "dw.fact_project",
    "dw.fact_budget",
    "dw.fact_indicator",
    "dw.control_total",
    "dw.fact_task",
    "dw.fact_department",
)
PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
SIZES = """
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('dw', 'dw_years', 'audit') AND c.relkind = 'r'"""
"""Bytes of tables and partitions, each with its indexes and its long texts."""


def read_samples() -> tuple[list[Submission], float]:
    """The published sample filings as read, and the seconds one takes."""
    catalogue = read_catalogue(SAMPLES / "catalogue.yaml")
    publishers = {one.id: one for one in catalogue.publishers}
    begun = time.perf_counter()
    read = []
    for entry in catalogue.filings:
        path = SAMPLES / entry.source
        read.append(submission_of(entry, publishers[entry.publisher], path, digest_of(path), None))
    return read, (time.perf_counter() - begun) / len(read)


def copies(read: list[Submission], number: int) -> list[Submission]:
    """Filings that differ in nothing but their names: twenty departments' worth of each publisher."""
    made = []
    for each in range(number):
        one = read[each % len(read)]
        publisher = one.publisher.model_copy(update={"id": f"{one.publisher.id}-{each % 20}"})
        entry = one.entry.model_copy(update={"id": f"{one.entry.id}-{each}", "publisher": publisher.id})
        sha256 = hashlib.sha256(str(each).encode()).hexdigest()
        made.append(dataclasses.replace(one, entry=entry, publisher=publisher, sha256=sha256))
    return made


def load(engine: sa.Engine, filings: list[Submission]) -> tuple[float, float]:
    """Seconds of the whole load, and of the gate within."""
    gate = 0.0

    def timed(*arguments: object) -> object:
        nonlocal gate
        begun = time.perf_counter()
        verdicts = judge(*arguments)  # type: ignore[arg-type]
        gate += time.perf_counter() - begun
        return verdicts

    load_id = loads.start_load(engine, "benchmark")
    with mock.patch("warehouse.loading.judge", timed):
        begun = time.perf_counter()
        loading.load_filings(engine, load_id, filings)
        seconds = time.perf_counter() - begun
    loads.finish_load(engine, load_id)
    return seconds, gate


def copy_again(connection: psycopg.Connection[tuple[int]], tables: list[str]) -> tuple[int, float]:
    """Rows of the tables, and the seconds that COPY takes to write them into plain ones."""
    rows, seconds = 0, 0.0
    for table in tables:
        name = sql.SQL(table)
        out = io.BytesIO()
        with connection.cursor() as cursor:
            with cursor.copy(sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(name)) as copied:
                for block in copied:
                    out.write(block)
            cursor.execute(sql.SQL("CREATE TEMPORARY TABLE plain ON COMMIT DROP AS TABLE {} WITH NO DATA").format(name))
            begun = time.perf_counter()
            with cursor.copy("COPY plain FROM STDIN") as copying:
                copying.write(out.getvalue())
            seconds += time.perf_counter() - begun
            rows += max(cursor.rowcount, 0)
        connection.commit()
    return rows, seconds


def server_seconds(home: Path) -> float:
    """Processor seconds of PostgreSQL's processes so far."""
    pid = int((EmbeddedServer(home).data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    times = (one.cpu_times() for one in psutil.Process(pid).children())
    return sum(one.user + one.system for one in times)


def measure(home: Path, number: int) -> str:
    read, per_document = read_samples()
    database = open_database(Settings(home=home))
    engine = database.engine(Login.LOADER)
    warm = copies(read, 5)
    load(engine, warm)  # imports Great Expectations
    with engine.connect() as connection:
        size_before = connection.execute(sa.text(SIZES)).scalar_one()
        there = [one for one in FACTS if connection.execute(sa.text("SELECT to_regclass(:t)"), {"t": one}).scalar_one()]
        counting = " + ".join(f"(SELECT count(*) FROM {table})" for table in there)
        rows_before = connection.execute(sa.text(f"SELECT {counting}")).scalar_one()
    busy_before = server_seconds(home)
    seconds, gate = load(engine, copies(read, number + 5)[5:])
    busy = server_seconds(home) - busy_before
    with engine.connect() as connection:
        size = connection.execute(sa.text(SIZES)).scalar_one() - size_before
        rows = connection.execute(sa.text(f"SELECT {counting}")).scalar_one() - rows_before
    address = database.url(Login.LOADER).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as plain:
        copied, copy_seconds = copy_again(plain, there)
    copy_seconds *= rows / copied  # the warming load's rows are among them
    per_filing = seconds / number
    costs = Costs(FetchSettings().interval, per_document + max(seconds - busy, 0) / number, busy / number)
    hours = COUNTRY * (per_document + per_filing) / 3600
    figures = {
        "reading a document and recognising its layout": f"{3600 / per_document:,.0f} documents per hour and core",
        "loading it (stage, gate, publish)": f"{number / seconds * 3600:,.0f} filings per hour and process",
        "both": f"{3600 / (per_document + per_filing):,.0f} documents per hour and core",
        "of the loading, PostgreSQL's processor time": f"{busy / number * 1000:,.0f} ms per filing",
        "fact rows per second of the whole load": f"{rows / seconds:,.0f}",
        "share of the time in the gate": f"{gate / seconds:.0%}",
        "the same rows by COPY into plain tables, rows per second": f"{rows / copy_seconds:,.0f}",
        "fact rows per filing": f"{rows / number:,.0f}",
        "PostgreSQL per filing, facts, audit and indexes": f"{size / number / 1024:,.0f} kB",
        f"**{COUNTRY:,} filings**: rows": f"{COUNTRY * rows / number / 1e6:,.0f} million",
        f"**{COUNTRY:,} filings**: PostgreSQL": f"{COUNTRY * size / number / 2**30:,.0f} GB",
        f"**{COUNTRY:,} filings**: work": f"{hours:,.0f} core hours",
    }
    lines = [f"{number} filings, {rows:,} fact rows.", "", "| what | figure |", "|---|--:|"]
    lines += [f"| {name} | {figure} |" for name, figure in figures.items()]
    return "\n".join([*lines, "", forecast(RunSettings().batch, costs)])


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory(prefix="yusuan-benchmark-") as folder:
        Path(folder).chmod(0o755)
        try:
            text = measure(Path(folder), number)
        finally:
            EmbeddedServer(Path(folder)).destroy()
    print(text)
    for page in (README, PAGE):
        write_section("Loading, and every county", f"python -m benchmarks.scaling {number}", text, page)


if __name__ == "__main__":
    main()
