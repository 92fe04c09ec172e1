"""The export's DuckDB file: the mart's views as tables with their comments, and `mart_zh` with Chinese labels.

Equal Parquet files give an equal DuckDB file, to the byte. DuckDB does not do that by itself: it takes `STABLE` and
`STORAGE`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from warehouse.schema.marts import VIEWS
from warehouse.views import View, quote

DUCKDB = "yusuan.duckdb"
STABLE = (
    "SET threads = 1",  # several would lay out the rows in another order
    "SET force_compression = 'uncompressed'",  # each other method writes what it finds in memory into unused bytes
)
STORAGE = "(STORAGE_VERSION 'v1.2.0', BLOCK_SIZE 16384)"
"""Formats from 1.4 on write a random identifier into the file's head, larger blocks keep unused memory between texts.
Any DuckDB from 1.2 on reads this one."""


def fingerprint(digests: Mapping[str, str]) -> str:
    """SHA-256 of what goes into the file: the Parquet files by name and digest, the names and comments of the mart."""
    statements = [statement for view in VIEWS for statement in _statements(view, sorted(digests))]
    return hashlib.sha256(json.dumps([STABLE, STORAGE, sorted(digests.items()), statements]).encode()).hexdigest()


def write_duckdb(folder: Path, files: Iterable[str], path: Path) -> None:
    """Write the file to `path` from the Parquet `files` (relative to the folder)."""
    listed = sorted(files)
    with duckdb.connect() as connection:
        for setting in STABLE:
            connection.execute(setting)
        connection.execute(f"ATTACH {quote(str(path))} AS yusuan {STORAGE}")
        connection.execute("USE yusuan")
        connection.begin()  # one for all: each by itself would wait for the disk
        connection.execute("CREATE SCHEMA mart")
        connection.execute("CREATE SCHEMA mart_zh")
        for view in VIEWS:
            prefix = f"parquet/{view.name}/"
            parts = [str(folder / name) for name in listed if name.startswith(prefix)]
            for statement in _statements(view, parts):
                connection.execute(statement)
        connection.commit()
        connection.execute("CHECKPOINT yusuan")
        connection.execute("USE memory")
        connection.execute("DETACH yusuan")


def _statements(view: View, parts: list[str]) -> Iterator[str]:
    names = [column.name for column in view.columns]
    sources = ", ".join(quote(part) for part in parts)
    years = ", hive_partitioning = true, hive_types = {'fiscal_year': INTEGER}" if "fiscal_year" in names else ""
    yield f"CREATE TABLE mart.{view.name} AS SELECT {', '.join(names)} FROM read_parquet([{sources}]{years})"
    yield f"COMMENT ON TABLE mart.{view.name} IS {quote(view.comment())}"
    for column in view.columns:
        text = quote(f"{column.zh}. {column.meaning()}")
        yield f"COMMENT ON COLUMN mart.{view.name}.{column.name} IS {text}"
    chinese = ", ".join(f'{column.name} AS "{column.zh}"' for column in view.columns)
    yield f"CREATE VIEW mart_zh.{view.name} AS SELECT {chinese} FROM mart.{view.name}"
    yield f"COMMENT ON VIEW mart_zh.{view.name} IS {quote(view.comment())}"
    for column in view.columns:
        text = quote(f"{column.name}. {column.meaning()}")
        yield f'COMMENT ON COLUMN mart_zh.{view.name}."{column.zh}" IS {text}'
