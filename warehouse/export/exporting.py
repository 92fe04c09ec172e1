"""The mart as files: Parquet, one partition per fiscal year, and one DuckDB file with the same views and comments.

PostgreSQL sends each view by one COPY in a total order; equal data give equal files, to the byte, and a file whose
bytes would be the same is not touched. All of it is seen in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from warehouse.export.duckdb_file import DUCKDB, fingerprint, write_duckdb
from warehouse.export.folder import ExportFolder
from warehouse.export.parquet import YEAR, partitions, schema_of, write_partition
from warehouse.schema.marts import VIEWS
from warehouse.schema.views import View

NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
"""What Hive, Arrow, Spark and DuckDB call the partition of rows without a value."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to: rows per view, and the files (relative to the folder) by what became of them."""

    rows: dict[str, int]
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def export_mart(
    engine: sa.Engine, folder: Path, tell: Callable[[str], None] | None = None, *, desk_url: str = ""
) -> Exported:
    """Write the mart, as `engine` (a reader's) sees it now, into `folder`; what is equal stays untouched. `tell` hears
    what is done next; `desk_url` makes addresses of the paths of the desk.

    The folder changes as a whole, when all is written, or not at all. Raises WarehouseError if it holds files that are
    not of an export, if another export is being written to it, if the disk is full, or if a number does not fit.
    """
    tell = tell or (lambda _: None)
    with ExportFolder.open(folder) as target:
        rows = _write_views(engine, target, tell, desk_url.rstrip("/"))
        tell(f"writing {DUCKDB}")
        parts = target.places()
        target.derive(DUCKDB, fingerprint(target.digests), partial(write_duckdb, parts))
        removed = target.finish()
    unchanged = sorted(set(target.digests) - set(target.written))
    return Exported(rows, tuple(sorted(target.written)), tuple(unchanged), tuple(removed))


def _write_views(engine: sa.Engine, target: ExportFolder, tell: Callable[[str], None], desk_url: str) -> dict[str, int]:
    """Write the Parquet files beside. Returns the rows per view."""
    rows: dict[str, int] = {}
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        # a whole mart is more than a dashboard's question may take, and sorts better in memory
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '256MB'")
        connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'")
        try:
            for view in VIEWS:
                tell(f"{view.name}: asking the warehouse")
                schema = schema_of(connection, view)
                rows[view.name] = 0
                for year, batches in partitions(connection, view, schema, desk_url):
                    tell(f"{view.name}: {rows[view.name]:,} rows written")
                    rows[view.name] += target.put(_file(view, year), partial(write_partition, schema, batches))
        except BaseException:
            connection.invalidate()  # a COPY that nobody reads to its end would let the rollback wait for ever
            raise
    return rows


def _file(view: View, year: int | None) -> str:
    """Where a partition of a view stands; a view without years, or without rows, has one file, which says its types."""
    place = f"{YEAR}={NO_YEAR if year is None else year}/" if YEAR in {column.name for column in view.columns} else ""
    return f"parquet/{view.name}/{place}part-0.parquet"
