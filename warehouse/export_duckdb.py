"""The export's DuckDB file: the mart's views as tables with their comments, and `mart_zh` with Chinese labels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from warehouse.schema.marts import VIEWS
from warehouse.views import View, quote

DUCKDB = "yusuan.duckdb"


def fingerprint(digests: Mapping[str, str]) -> str:
    """SHA-256 of what goes into the file: the Parquet files by name and digest, the names and comments of the mart."""
    statements = [statement for view in VIEWS for statement in _statements(view, sorted(digests))]
    return hashlib.sha256(json.dumps([sorted(digests.items()), statements]).encode()).hexdigest()


def write_duckdb(folder: Path, files: Iterable[str]) -> None:
    """Write `folder`/yusuan.duckdb anew from the Parquet `files` (relative to the folder); readers see old or new."""
    draft = folder / f".{DUCKDB}.draft"
    draft.unlink(missing_ok=True)
    listed = sorted(files)
    with duckdb.connect(str(draft)) as connection:
        connection.execute("SET threads = 1")  # several would lay out the rows in another order
        connection.execute("CREATE SCHEMA mart")
        connection.execute("CREATE SCHEMA mart_zh")
        for view in VIEWS:
            prefix = f"parquet/{view.name}/"
            parts = [str(folder / name) for name in listed if name.startswith(prefix)]
            for statement in _statements(view, parts):
                connection.execute(statement)
        connection.execute("CHECKPOINT")
    draft.replace(folder / DUCKDB)


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
