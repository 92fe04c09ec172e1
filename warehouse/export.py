"""The mart as files: Parquet, one partition per fiscal year, and one DuckDB file with the same views and comments.

PostgreSQL writes each partition by COPY in a total order, Arrow reads it; equal data give equal Parquet files, and a
file whose bytes would be the same is not touched. DuckDB's own format has random bytes in it, so its file is written
only when what goes into it has changed. All of it is seen in one transaction.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.export_duckdb import DUCKDB, fingerprint, write_duckdb
from warehouse.schema.marts import VIEWS
from warehouse.views import View

MANIFEST = "export.json"
"""Lists the files of an export with their SHA-256 (of the DuckDB file: of what went into it); a folder that has it is
ours to change."""
YEAR = "fiscal_year"
NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
"""What Hive, Arrow, Spark and DuckDB call the partition of rows without a value."""
NUMBER = pa.decimal128(38, 18)
"""For numbers of any size: promised values. Money keeps its two decimals."""

_TYPES = (
    (sa.Boolean, pa.bool_()),
    (sa.BigInteger, pa.int64()),
    (sa.Integer, pa.int32()),
    (sa.DateTime, pa.timestamp("us", tz="UTC")),
    (sa.Date, pa.date32()),
    (sa.Text, pa.string()),
)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to: rows per view, and the files (relative to the folder) by what became of them."""

    rows: dict[str, int]
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(slots=True)
class _Folder:
    """The folder of an export while it is brought up to date."""

    path: Path
    before: dict[str, str]
    digests: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def put(self, name: str, content: bytes) -> None:
        """Write the file unless it has these bytes already."""
        target = self.path / name
        digest = hashlib.sha256(content).hexdigest()
        self.digests[name] = digest
        if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == digest:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.draft")
        draft.write_bytes(content)
        draft.replace(target)
        self.written.append(name)

    def remove_others(self) -> list[str]:
        """Delete the files of the former export that this one does not have."""
        removed = sorted(set(self.before) - set(self.digests) - {DUCKDB})
        for name in removed:
            (self.path / name).unlink(missing_ok=True)
        for parent in sorted({(self.path / name).parent for name in removed}, reverse=True):
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        return removed

    def finish(self) -> None:
        text = json.dumps(self.digests, indent=2, sort_keys=True) + "\n"
        (self.path / MANIFEST).write_text(text, encoding="utf-8")


def export_mart(engine: sa.Engine, folder: Path) -> Exported:
    """Write the mart, as `engine` (a reader's) sees it now, into `folder`; what is equal stays untouched.

    Raises WarehouseError if the folder holds files that are not of an export, or a number that does not fit.
    """
    target = _Folder(folder, _manifest(folder))
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        for view in VIEWS:
            types = _column_types(connection, view)
            rows[view.name] = 0
            for name, year in _partitions(connection, view):
                table = _read(connection, view, types, year)
                rows[view.name] += table.num_rows
                target.put(name, _parquet(table))
    removed = target.remove_others()
    contents = fingerprint(target.digests)
    if target.before.get(DUCKDB) != contents or not (folder / DUCKDB).is_file():
        write_duckdb(folder, target.digests)
        target.written.append(DUCKDB)
    target.digests[DUCKDB] = contents
    target.finish()
    unchanged = sorted(set(target.digests) - set(target.written))
    return Exported(rows, tuple(sorted(target.written)), tuple(unchanged), tuple(removed))


def _manifest(folder: Path) -> dict[str, str]:
    manifest = folder / MANIFEST
    if manifest.is_file():
        listed: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
        return listed
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WarehouseError(f"{folder} is not empty and not an export ({MANIFEST} is missing): name another folder")
    return {}


def _column_types(connection: sa.Connection, view: View) -> dict[str, Any]:
    """Arrow's type of each column, from PostgreSQL's."""
    found = {}
    for column in sa.inspect(connection).get_columns(view.name, schema="mart"):
        kind = column["type"]
        if isinstance(kind, sa.Numeric):
            found[column["name"]] = pa.decimal128(kind.precision, kind.scale) if kind.scale is not None else NUMBER
        else:
            found[column["name"]] = next(arrow for ours, arrow in _TYPES if isinstance(kind, ours))
    return found


def _partitions(connection: sa.Connection, view: View) -> Iterator[tuple[str, int | None]]:
    """(file, fiscal year) of each partition of a view; an empty view has one file, which says its types."""
    if YEAR not in {column.name for column in view.columns}:
        yield f"parquet/{view.name}/part-0.parquet", None
        return
    years = connection.execute(sa.text(f"SELECT DISTINCT {YEAR} FROM mart.{view.name} ORDER BY 1")).scalars().all()
    for year in years or [None]:
        yield f"parquet/{view.name}/{YEAR}={NO_YEAR if year is None else year}/part-0.parquet", year


def _read(connection: sa.Connection, view: View, types: dict[str, Any], year: int | None) -> Any:
    """The rows of one partition, in a total order, as an Arrow table; the partition's year is in its path."""
    partitioned = YEAR in types
    names = [name for name in types if name != YEAR]
    times = {name for name in names if pa.types.is_timestamp(types[name])}
    selected = ", ".join(f"{name} AT TIME ZONE 'UTC' AS {name}" if name in times else name for name in names)
    where = "" if not partitioned else f"WHERE {YEAR} = {year}" if year is not None else f"WHERE {YEAR} IS NULL"
    order = ", ".join(str(place) for place in range(1, len(names) + 1))
    query = f"COPY (SELECT {selected} FROM mart.{view.name} {where} ORDER BY {order}) TO STDOUT (FORMAT csv, HEADER)"
    content = io.BytesIO()
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(query) as copy:
        for block in copy:
            content.write(block)
    content.seek(0)
    plain = {name: pa.timestamp("us") if name in times else types[name] for name in names}
    try:
        table = pyarrow.csv.read_csv(
            content,
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=plain,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["t"],
                false_values=["f"],
            ),
        )
    except pa.ArrowInvalid as error:
        raise WarehouseError(
            f"mart.{view.name} {year or ''}: a value does not fit its column's type: {error}"
        ) from error
    for name in times:
        place = table.column_names.index(name)
        table = table.set_column(place, name, pc.assume_timezone(table[name], "UTC"))
    return table.replace_schema_metadata(None)


def _parquet(table: Any) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", store_schema=False)
    return bytes(sink.getvalue())
