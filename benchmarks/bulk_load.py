"""A backfill through the real load, gate included, beside `psql \\copy` of the same fact rows.

    python -m benchmarks.bulk_load [INDICATOR_ROWS] [PROCESSES]

Makes filings of 40 projects with ten indicators each, ten fiscal years per department, no year's targets those of the
year before. They are loaded into a fresh embedded PostgreSQL by PROCESSES (2) that share nothing but the database, as
the runner `processes` does; making them is not counted, nor are the planner's statistics, which a load gathers once,
when it has ended. Then psql writes the same fact rows into tables of the same columns: once without keys, once (at most
500,000 rows of each table) with all keys and foreign keys. Writes its section into benchmarks/README.md.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa

from benchmarks.report import write_section
from extract.catalogue import FilingEntry, Publisher
from extract.document import Medium
from extract.regions import region_codes
from transform.layouts import LAYOUTS
from transform.records import (
    Amount,
    BudgetLine,
    Horizon,
    Indicator,
    Kind,
    Part,
    Project,
    Records,
    Section,
    Source,
    StatedTotal,
    Subject,
    Target,
    TotalOf,
)
from transform.targets.grammar import read_targets
from warehouse import loading, loads
from warehouse.server.database import Database, open_database
from warehouse.server.embedded import EmbeddedServer
from warehouse.server.programs import psql_program
from warehouse.server.roles import Login
from warehouse.server.settings import Settings
from warehouse.submission import Status, Submission

PROJECTS, INDICATORS, YEARS, FIRST_YEAR = 40, 10, 10, 2016
FACTS = ("fact_project", "fact_budget", "fact_indicator", "control_total")
KEYED_ROWS = 500_000
SOURCES = ("财政拨款", "其他资金")
UNIT = "本级"
PROMISES = (
    ("产出", "数量", "完成数量", "≥{n}个"),
    ("产出", "质量", "验收合格率", "≥{p}%"),
    ("产出", "时效", "完成及时率", "{p}%"),
    ("产出", "成本", "支出控制", "不超过{n}万元"),
    ("效益", "社会效益", "服务人次", "{n}人次以上"),
    ("效益", "社会效益", "群众知晓度", "有所提高至第{n}位"),
    ("效益", "经济效益", "带动产值", "≥{n}万元"),
    ("效益", "可持续影响", "制度健全数", "{n}项"),
    ("满意度", "服务对象满意度", "服务对象满意度", "≥{p}%"),
    ("产出", "数量", "培训人数", "不少于{n}人"),
)


def source(text: str, line: int) -> Source:
    return Source(text=text, line=line)


@cache
def records(variant: int) -> Records:
    """What one filing says; variants differ in every target and amount."""
    (layout,) = (one for one in LAYOUTS if one.name == "project_target_table")
    projects, lines, indicators = [], [], []
    for number in range(1, PROJECTS + 1):
        name = f"第{number}项业务工作经费"
        projects.append(
            Project(seq=number, unit=UNIT, name=name, goal=f"完成{name}的各项任务", source=source(name, number))
        )
        printed = f"{number * 10 + variant}.50"
        yuan = Decimal(printed) * 10_000
        lines.append(
            BudgetLine(
                statement="project_expenditure",
                unit=UNIT,
                project=name,
                funding_source=SOURCES[number % 10 == 0],
                line_code=None,
                line=None,
                measure=None,
                amount=Amount(yuan=yuan, printed=printed, unit="万元"),
                source=source(printed, number),
            )
        )
        for seq, (level1, level2, what, promise) in enumerate(PROMISES, start=1):
            text = promise.format(n=20 + variant + number, p=60 + (variant + number) % 39)
            (reading,) = read_targets(text)
            indicators.append(
                Indicator(
                    subject=Subject.PROJECT,
                    unit=UNIT,
                    project=name,
                    seq=seq,
                    number=str(seq),
                    level1=level1,
                    level1_printed=f"{level1}指标",
                    level2=level2,
                    level2_printed=f"{level2}指标",
                    name=f"{what}{number % 20}",
                    targets=(Target(horizon=Horizon.ANNUAL, promise_seq=1, text=text, reading=reading),),
                    source=source(f"{seq}.{what}：{text}", number * 100 + seq),
                )
            )
    totals = [(None, lines), *((one, [line for line in lines if line.funding_source == one]) for one in SOURCES)]
    return Records(
        kind=Kind.PROJECT_TARGET_TABLE,
        title="项目支出绩效目标表",
        department=None,
        fiscal_year=None,
        money_unit="万元",
        sections=(
            Section(
                seq=1,
                part=Part.RECORDS,
                title="项目支出绩效目标表",
                layout=layout.name,
                layout_version=layout.version,
                kind=Kind.PROJECT_TARGET_TABLE,
                money_unit="万元",
                coverage=Decimal(1),
                characters=20_000,
            ),
        ),
        projects=tuple(projects),
        budget_lines=tuple(lines),
        indicators=tuple(indicators),
        stated_totals=tuple(
            _total(sum((line.amount.yuan for line in of), Decimal(0)), funding_source) for funding_source, of in totals
        ),
        coverage=Decimal(1),
    )


def _total(yuan: Decimal, funding_source: str | None) -> StatedTotal:
    amount = Amount(yuan=yuan, printed=f"{yuan / 10_000:.2f}", unit="万元")
    return StatedTotal(
        total_of=TotalOf.FILING,
        amount=amount,
        source=source(f"合计 {amount.printed}", 1),
        funding_source=funding_source,
    )


def filings(first: int, last: int) -> Iterator[Submission]:
    """The filings of departments `first` to before `last`: ten years of each."""
    codes = region_codes()
    for department in range(first, last):
        region = department // 60
        publisher = Publisher(
            id=f"department-{department}",
            name=f"第{region}区第{department}局",
            region_code=codes[region % len(codes)],
            region=f"第{region}区",
        )
        for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
            name = f"{publisher.id}-{year}"
            entry = FilingEntry(id=name, publisher=publisher.id, fiscal_year=year, source=f"{name}.txt")
            yield Submission(
                entry=entry,
                publisher=publisher,
                sha256=hashlib.sha256(name.encode()).hexdigest(),
                reader="text-1",
                medium=Medium.TEXT,
                pages=None,
                characters=20_000,
                records=records((department * 3 + year) % 38),
            )


@dataclasses.dataclass
class Seconds:
    """Where the time of one process went."""

    whole: float = 0.0
    making: float = 0.0
    stage: float = 0.0
    gate: float = 0.0
    publish: float = 0.0


def load(settings: Settings, load_id: int, first: int, last: int) -> Seconds:
    """Load the filings of these departments; in a process of its own."""
    import great_expectations  # noqa: F401 - a long-lived worker has imported it

    engine = open_database(settings).engine(Login.LOADER)
    spent = Seconds()
    published, asked, begun = 0, (last - first) * YEARS, time.perf_counter()
    refused: list[str] = []

    def timed(name: str) -> Any:
        work = getattr(loading, name)
        part = {"_stage": "stage", "describe_batch": "gate", "judge": "gate", "_decide": "publish"}[name]

        def measured(*arguments: Any) -> Any:
            start = time.perf_counter()
            result = work(*arguments)
            setattr(spent, part, getattr(spent, part) + time.perf_counter() - start)
            return result

        return mock.patch.object(loading, name, measured)

    def made() -> Iterator[Submission]:
        source = filings(first, last)
        while True:
            start = time.perf_counter()
            one = next(source, None)
            spent.making += time.perf_counter() - start
            if one is None:
                return
            yield one

    with timed("_stage"), timed("describe_batch"), timed("judge"), timed("_decide"):
        submissions = made()
        while outcomes := loading.load_filings(engine, load_id, list(itertools.islice(submissions, loading.BATCH))):
            published += sum(one.status is Status.PUBLISHED for one in outcomes)
            refused += [f"{one.filing_id}: {one.reasons}" for one in outcomes if one.status is not Status.PUBLISHED]
            elapsed = time.perf_counter() - begun
            print(f"  {published:,} of {asked:,} filings published, {elapsed:,.0f} s", flush=True)
    spent.whole = time.perf_counter() - begun - spent.making
    if published != asked:
        raise RuntimeError(f"only {published} of {asked} filings were published, this measures nothing: {refused}")
    engine.dispose()
    return spent


def copy(database: Database, folder: Path) -> tuple[float, float]:
    """Rows per second that psql writes: into tables without keys, and into tables with all of them."""
    engine = database.engine(Login.OWNER)
    rates = []
    for keys in (False, True):
        rows, seconds = 0, 0.0
        for table in FACTS:
            file, name = folder / f"{table}.copy", f"copied_{table}"
            with engine.begin() as connection:
                connection.exec_driver_sql(f"CREATE TABLE public.{name} (LIKE dw.{table} INCLUDING DEFAULTS)")
                if keys:
                    _add_keys(connection, table, name)
            limit = f" LIMIT {KEYED_ROWS}" if keys else ""
            _psql(database, f"\\copy (SELECT * FROM dw.{table}{limit}) TO '{file}'")
            begun = time.perf_counter()
            said = _psql(database, f"\\copy public.{name} FROM '{file}'")
            seconds += time.perf_counter() - begun
            rows += int(said.split()[-1])
            file.unlink()
            with engine.begin() as connection:
                connection.exec_driver_sql(f"DROP TABLE public.{name}")
        print(f"  psql: {rows:,} rows in {seconds:,.1f} s, {'all keys' if keys else 'no keys'}", flush=True)
        rates.append(rows / seconds)
    engine.dispose()
    return rates[0], rates[1]


def _add_keys(connection: sa.Connection, table: str, name: str) -> None:
    query = (
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = CAST(:t AS regclass) AND contype <> 'n'"
    )
    for definition in connection.execute(sa.text(query), {"t": f"dw.{table}"}).scalars().all():
        connection.exec_driver_sql(f"ALTER TABLE public.{name} ADD {definition}")


def _psql(database: Database, command: str) -> str:
    url = database.url(Login.OWNER)
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(
        [str(psql_program()), "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--dbname={address}", f"--command={command}"],
        env={**os.environ, "PGPASSWORD": str(url.password)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def measure(home: Path, wanted: int, processes: int) -> str:
    settings = Settings(home=home, database_url=None)
    database = open_database(settings)
    engine = database.engine(Login.LOADER)
    departments = max(processes, wanted // (PROJECTS * INDICATORS * YEARS))
    load_id = loads.start_load(engine, "benchmark")
    shares = [departments * number // processes for number in range(processes + 1)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        jobs = [(settings, load_id, first, last) for first, last in itertools.pairwise(shares)]
        parts = pool.starmap(load, jobs)
    loads.finish_load(engine, load_id)
    whole = max(part.whole for part in parts)
    with engine.connect() as connection:
        rows = {one: connection.scalar(sa.text(f"SELECT count(*) FROM dw.{one}")) for one in FACTS}
    engine.dispose()
    total = sum(rows.values())
    plain, keyed = copy(database, home)
    rate = total / whole
    busy = sum(part.whole for part in parts)
    gate = sum(part.gate for part in parts) / busy
    figures = {
        "the whole load (stage, gate, publish), rows per second": f"{rate:,.0f}",
        "share of the time: stage": f"{sum(part.stage for part in parts) / busy:.0%}",
        "share of the time: gate": f"{gate:.0%}",
        "share of the time: publish": f"{sum(part.publish for part in parts) / busy:.0%}",
        "`psql \\copy` of the same rows into tables without keys, rows per second": f"{plain:,.0f}",
        "the load takes times as long": f"{plain / rate:.1f}",
        "`psql \\copy` into tables with the same keys and foreign keys, rows per second": f"{keyed:,.0f}",
        "the load takes times as long as that": f"{keyed / rate:.1f}",
    }
    lines = [
        f"{departments * YEARS:,} filings, {rows['fact_indicator']:,} indicator rows, {total:,} fact rows in all;"
        f" {processes} processes, {os.cpu_count()} cores, {whole:,.0f} s.",
        "",
        "| what | figure |",
        "|---|--:|",
        *(f"| {name} | {figure} |" for name, figure in figures.items()),
    ]
    return "\n".join(lines)


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory(prefix="yusuan-benchmark-") as folder:
        Path(folder).chmod(0o755)
        try:
            text = measure(Path(folder), wanted, processes)
        finally:
            EmbeddedServer(Path(folder)).destroy()
    print(text)
    write_section("A backfill", f"python -m benchmarks.bulk_load {wanted} {processes}", text)


if __name__ == "__main__":
    main()
