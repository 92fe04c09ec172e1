"""The export's Parquet files: one COPY a view, ordered by year, is cut into a file per year while it comes in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.schema.views import View, quote

YEAR = "fiscal_year"
DESK_PATH = "desk_path"
NUMBER = pa.decimal128(38, 18)
"""For numbers of any size: promised values. Money keeps its two decimals."""
BLOCK = 16 * 2**20
"""Bytes of text that are read at a time: memory stays flat, whatever a view holds."""
ROW_GROUP = 2**16
"""Rows of a row group: counted within a year, so that a file does not depend on the years before it."""

Partition = tuple[int | None, Iterator[pa.RecordBatch]]
"""A fiscal year and its rows, in order; they have to be taken before the next partition."""

_TYPES = (
    (sa.Boolean, pa.bool_()),
    (sa.BigInteger, pa.int64()),
    (sa.Integer, pa.int32()),
    (sa.DateTime, pa.timestamp("us", tz="UTC")),
    (sa.Date, pa.date32()),
    (sa.Text, pa.string()),
)


def schema_of(connection: sa.Connection, view: View) -> pa.Schema:
    """Arrow's type of each column, from PostgreSQL's."""
    found = []
    for column in sa.inspect(connection).get_columns(view.name, schema="mart"):
        kind = column["type"]
        if isinstance(kind, sa.Numeric):
            arrow = pa.decimal128(kind.precision, kind.scale) if kind.scale is not None else NUMBER
        else:
            arrow = next(arrow for ours, arrow in _TYPES if isinstance(kind, ours))
        found.append((column["name"], arrow))
    return pa.schema(found)


def partitions(connection: sa.Connection, view: View, schema: pa.Schema, desk_url: str = "") -> Iterator[Partition]:
    """The view's rows by fiscal year, in a total order; one partition without a year if the view has none, or no rows.

    `desk_url` stands before each `desk_path`. The connection has to send times in UTC and ISO format.
    Raises WarehouseError if a value does not fit its type.
    """
    empty = True
    runs = (run for batch in _batches(connection, view, schema, desk_url) for run in _runs(batch))
    for year, rows in groupby(runs, key=itemgetter(0)):
        empty = False
        yield year, map(itemgetter(1), rows)
    if empty:
        yield None, iter(())


def write_partition(schema: pa.Schema, rows: Iterable[pa.RecordBatch], path: Path) -> int:
    """Write the rows of one partition to `path`; its year is not in the file but in its place. Returns their number."""
    kept = pa.schema([field for field in schema if field.name != YEAR])
    written = 0
    with pq.ParquetWriter(path, kept, compression="zstd", store_schema=False) as file:
        for group in _row_groups(kept, (batch.select(kept.names) for batch in rows)):
            file.write_table(group, row_group_size=ROW_GROUP)
            written += group.num_rows
    return written


def _batches(connection: sa.Connection, view: View, schema: pa.Schema, desk_url: str) -> Iterator[pa.RecordBatch]:
    """What PostgreSQL sends, block by block."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_copy(view, schema, desk_url)) as copy:
        options = pyarrow.csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        )
        try:
            yield from pyarrow.csv.open_csv(
                _Sent(copy),
                read_options=pyarrow.csv.ReadOptions(block_size=BLOCK),
                parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
                convert_options=options,
            )
        except pa.ArrowInvalid as error:
            raise WarehouseError(f"mart.{view.name}: a value does not fit its column's type: {error}") from error


def _copy(view: View, schema: pa.Schema, desk_url: str) -> str:
    """The COPY of a view. All columns together make the order total, those that are compared fast and tell most rows
    apart come first; texts are ordered by their bytes, the same on every server."""
    texts = {field.name for field in schema if pa.types.is_string(field.type)}
    first = schema.names[0]
    ordered = sorted(schema.names, key=lambda name: (name != YEAR, name != first, name in texts))
    order = ", ".join(f'v.{name} COLLATE "C"' if name in texts else f"v.{name}" for name in ordered)
    shown = [f"{quote(desk_url)} || {name} AS {name}" if name == DESK_PATH else name for name in schema.names]
    rows = f"SELECT {', '.join(shown)} FROM mart.{view.name} v ORDER BY {order}"
    return f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER)"


def _runs(batch: pa.RecordBatch) -> Iterator[tuple[int | None, pa.RecordBatch]]:
    """A batch cut where the year changes."""
    if YEAR not in batch.schema.names:
        yield None, batch
        return
    runs, begin = pc.run_end_encode(batch[YEAR]), 0
    for year, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        yield year, batch.slice(begin, end - begin)
        begin = end


def _row_groups(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The same rows in groups of one size, each in one piece: how they came in does not show in the file."""
    waiting = schema.empty_table()
    for batch in batches:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while waiting.num_rows >= ROW_GROUP:
            yield waiting.slice(0, ROW_GROUP).combine_chunks()
            waiting = waiting.slice(ROW_GROUP)
    if waiting.num_rows:
        yield waiting.combine_chunks()


class _Sent(io.RawIOBase):
    """What a COPY sends, as a file."""

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
