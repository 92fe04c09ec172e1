"""One partition of the export: what PostgreSQL's COPY sends goes through Arrow into a Parquet file, block by block."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.views import View

YEAR = "fiscal_year"
NUMBER = pa.decimal128(38, 18)
"""For numbers of any size: promised values. Money keeps its two decimals."""
BLOCK = 16 * 2**20
"""Bytes of text that are read at a time and become one row group: memory stays flat, whatever the year holds."""

_TYPES = (
    (sa.Boolean, pa.bool_()),
    (sa.BigInteger, pa.int64()),
    (sa.Integer, pa.int32()),
    (sa.DateTime, pa.timestamp("us", tz="UTC")),
    (sa.Date, pa.date32()),
    (sa.Text, pa.string()),
)


def column_types(connection: sa.Connection, view: View) -> dict[str, Any]:
    """Arrow's type of each column, from PostgreSQL's."""
    found = {}
    for column in sa.inspect(connection).get_columns(view.name, schema="mart"):
        kind = column["type"]
        if isinstance(kind, sa.Numeric):
            found[column["name"]] = pa.decimal128(kind.precision, kind.scale) if kind.scale is not None else NUMBER
        else:
            found[column["name"]] = next(arrow for ours, arrow in _TYPES if isinstance(kind, ours))
    return found


def write_partition(connection: sa.Connection, view: View, types: dict[str, Any], year: int | None, path: Path) -> int:
    """Write the rows of one partition, in a total order, to `path`; the partition's year is not in the file but in its
    place. Returns the number of rows. Raises WarehouseError if a value does not fit its column's type."""
    kept = {name: kind for name, kind in types.items() if name != YEAR}
    times = [name for name, kind in kept.items() if pa.types.is_timestamp(kind)]
    driver: Any = connection.connection.driver_connection
    rows = 0
    with driver.cursor() as cursor, cursor.copy(_copy(view, types, year)) as copy:
        options = pyarrow.csv.ConvertOptions(
            column_types={**kept, **dict.fromkeys(times, pa.timestamp("us"))},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        )
        try:
            batches = pyarrow.csv.open_csv(
                _Sent(copy),
                read_options=pyarrow.csv.ReadOptions(block_size=BLOCK),
                parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
                convert_options=options,
            )
            with pq.ParquetWriter(path, pa.schema(list(kept.items())), compression="zstd", store_schema=False) as file:
                for batch in batches:
                    for name in times:
                        place = batch.schema.get_field_index(name)
                        batch = batch.set_column(place, name, pc.assume_timezone(batch[name], "UTC"))
                    file.write_batch(batch)
                    rows += batch.num_rows
        except pa.ArrowInvalid as error:
            raise WarehouseError(
                f"mart.{view.name} {year or ''}: a value does not fit its column's type: {error}"
            ) from error
    return rows


def _copy(view: View, types: dict[str, Any], year: int | None) -> str:
    """The COPY of one partition. Texts are ordered by their bytes: the same on every server, and faster."""
    names = [name for name in types if name != YEAR]
    times = {name for name in names if pa.types.is_timestamp(types[name])}
    texts = {name for name in names if pa.types.is_string(types[name])}
    selected = ", ".join(f"{name} AT TIME ZONE 'UTC' AS {name}" if name in times else name for name in names)
    order = ", ".join(f'{name} COLLATE "C"' if name in texts else name for name in names)
    where = "" if YEAR not in types else f"WHERE {YEAR} = {year}" if year is not None else f"WHERE {YEAR} IS NULL"
    return f"COPY (SELECT {selected} FROM mart.{view.name} {where} ORDER BY {order}) TO STDOUT (FORMAT csv, HEADER)"


class _Sent(io.RawIOBase):
    """What a COPY sends, as a file. Each read is filled to the last byte: equal rows give equal row groups."""

    def __init__(self, sent: Iterable[bytes]) -> None:
        super().__init__()
        self._sent = iter(sent)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            part = next(self._sent, None)
            if part is None:
                break
            parts.append(part)
            length += len(part)
        content = b"".join(parts)
        if size < 0:
            size = len(content)
        self._rest = content[size:]
        return content[:size]
