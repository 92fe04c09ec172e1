"""What an export costs beside what a user would do by hand: COPY each view to a CSV file, or pandas to Parquet.

    python -m benchmarks.exporting [INDICATOR_ROWS]

Makes a warehouse of its own in a temporary folder (`benchmarks.generated_warehouse`). Writes its table into
benchmarks/README.md.
"""

from __future__ import annotations

import filecmp
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from benchmarks.generated_warehouse import fill_warehouse
from benchmarks.report import write_section
from warehouse.export.duckdb_file import DUCKDB
from warehouse.export.exporting import export_mart
from warehouse.schema.marts import VIEWS
from warehouse.server.database import embedded_server, open_database
from warehouse.server.roles import Login
from warehouse.server.settings import Settings


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def copy_by_hand(reader: sa.Engine, folder: Path) -> None:
    """What `\\copy` does for each view: its rows as they come, as CSV."""
    with reader.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        driver: Any = connection.connection.driver_connection
        for view in VIEWS:
            query = f"COPY (SELECT * FROM mart.{view.name}) TO STDOUT (FORMAT csv, HEADER)"
            with (folder / f"{view.name}.csv").open("wb") as file, driver.cursor().copy(query) as sent:
                for block in sent:
                    file.write(block)


def pandas_by_hand(reader: sa.Engine, folder: Path) -> None:
    """What a notebook does: read a view, write it as Parquet; here the largest alone."""
    with reader.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        frame = pd.read_sql(sa.text("SELECT * FROM mart.indicator_target"), connection, coerce_float=False)
    frame.to_parquet(folder / "indicator_target.parquet")


def touch_one_year(owner: sa.Engine) -> None:
    """Withdraw one filing of the last year from the marts."""
    with owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE dw.publication SET to_load_id = from_load_id WHERE publication_key = (SELECT max(p.publication_key)"
            " FROM dw.publication p JOIN dw.dim_filing f USING (filing_key) WHERE p.to_load_id IS NULL AND"
            " f.fiscal_year_key = (SELECT max(fiscal_year_key) FROM dw.dim_filing))"
        )


def equal(one: Path, other: Path) -> bool:
    """The same files with the same bytes."""
    names = [{path.relative_to(folder) for path in folder.rglob("*") if path.is_file()} for folder in (one, other)]
    return names[0] == names[1] and all(filecmp.cmp(one / name, other / name, shallow=False) for name in names[0])


def size(folder: Path, pattern: str) -> int:
    """Megabytes of the files."""
    return round(sum(path.stat().st_size for path in folder.rglob(pattern) if path.is_file()) / 2**20)


def measure(settings: Settings, rows: int) -> str:
    """The section's text: Markdown with the figures."""
    database = open_database(settings)
    owner, reader = database.engine(Login.OWNER), database.engine(Login.READER)
    made = fill_warehouse(owner, rows)
    by_hand, out, other, frames = (settings.home / name for name in ("csv", "out", "other", "frames"))
    by_hand.mkdir()
    frames.mkdir()
    copied = timed(lambda: copy_by_hand(reader, by_hand))
    first = timed(lambda: export_mart(reader, out))
    again = timed(lambda: export_mart(reader, out))
    memory, in_duckdb = (
        resource.getrusage(of).ru_maxrss / 1024 for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    export_mart(reader, other)
    stable = "equal to the byte" if equal(out, other) else "NOT EQUAL"
    touch_one_year(owner)
    begun = time.perf_counter()
    changed = export_mart(reader, out)
    after = time.perf_counter() - begun
    years = sorted({part for name in changed.written for part in Path(name).parts if part.startswith("fiscal_year=")})
    in_pandas = timed(lambda: pandas_by_hand(reader, frames))
    owner.dispose()
    reader.dispose()
    lines = [
        f"A mart with {made:,} indicator rows; the export's process never held more than {memory:.0f} MB, the one"
        f" that writes the DuckDB file {in_duckdb:.0f} MB. The files of two exports into two folders are"
        f" {stable}. After one"
        f" filing of one year was withdrawn, {len(changed.written)} files were written ({', '.join(years)} and those"
        f" without a year), {len(changed.unchanged)} left as they were.",
        "",
        "| | seconds | MB |",
        "|---|---:|---:|",
        f"| COPY of each view to CSV, as `\\copy` does | {copied:.1f} | {size(by_hand, '*.csv')} |",
        f"| `yusuan export`: Parquet in a total order, and DuckDB | {first:.1f} |"
        f" {size(out / 'parquet', '*.parquet')} + {size(out, DUCKDB)} |",
        f"| again, nothing changed | {again:.1f} | |",
        f"| again, one filing withdrawn | {after:.1f} | |",
        f"| pandas, `indicator_target` alone to Parquet | {in_pandas:.1f} | {size(frames, '*.parquet')} |",
    ]
    return "\n".join(lines)


def main(rows: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="yusuan-exporting-"))
    home.chmod(0o755)  # the server's account has to get in when root runs it
    settings = Settings(home=home, database_url=None)
    try:
        write_section("Export", "python -m benchmarks.exporting", measure(settings, rows))
    finally:
        embedded_server(settings).destroy()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
