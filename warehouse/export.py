"""The mart as files: Parquet, one partition per fiscal year, and one DuckDB file with the same views and comments.

PostgreSQL sends each partition by COPY in a total order; equal data give equal files, to the byte, and a file whose
bytes would be the same is not touched. All of it is seen in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from warehouse.export_duckdb import DUCKDB, fingerprint, write_duckdb
from warehouse.export_folder import ExportFolder
from warehouse.export_parquet import YEAR, column_types, write_partition
from warehouse.schema.marts import VIEWS
from warehouse.views import View

NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
"""What Hive, Arrow, Spark and DuckDB call the partition of rows without a value."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to: rows per view, and the files (relative to the folder) by what became of them."""

    rows: dict[str, int]
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def export_mart(engine: sa.Engine, folder: Path) -> Exported:
    """Write the mart, as `engine` (a reader's) sees it now, into `folder`; what is equal stays untouched.

    Raises WarehouseError if the folder holds files that are not of an export, or a number that does not fit.
    """
    target = ExportFolder.open(folder)
    rows: dict[str, int] = {}
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        # a whole mart is more than a dashboard's question may take, and sorts better in memory
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '256MB'")
        for view in VIEWS:
            types = column_types(connection, view)
            rows[view.name] = 0
            for name, year in _partitions(connection, view):
                rows[view.name] += target.put(name, partial(write_partition, connection, view, types, year))
    removed = target.remove_others(keep=DUCKDB)
    target.derive(DUCKDB, fingerprint(target.digests), partial(write_duckdb, folder, tuple(target.digests)))
    target.finish()
    unchanged = sorted(set(target.digests) - set(target.written))
    return Exported(rows, tuple(sorted(target.written)), tuple(unchanged), tuple(removed))


def _partitions(connection: sa.Connection, view: View) -> Iterator[tuple[str, int | None]]:
    """(file, fiscal year) of each partition of a view; an empty view has one file, which says its types."""
    if YEAR not in {column.name for column in view.columns}:
        yield f"parquet/{view.name}/part-0.parquet", None
        return
    years = connection.execute(sa.text(f"SELECT DISTINCT {YEAR} FROM mart.{view.name} ORDER BY 1")).scalars().all()
    for year in years or [None]:
        yield f"parquet/{view.name}/{YEAR}={NO_YEAR if year is None else year}/part-0.parquet", year
