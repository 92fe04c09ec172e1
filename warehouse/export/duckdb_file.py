"""The export's DuckDB file: the mart's views as tables with their comments, and `mart_zh` with Chinese labels.

Equal Parquet files give an equal DuckDB file, to the byte. DuckDB does not do that by itself: it takes `STABLE`,
`STORAGE` and a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from warehouse.errors import WarehouseError
from warehouse.schema.marts import VIEWS
from warehouse.schema.views import View, quote

DUCKDB = "yusuan.duckdb"
STABLE = (
    "SET threads = 1",  # several would lay out the rows in another order
    "SET force_compression = 'uncompressed'",  # each other method writes what it finds in memory, or chooses by it
)
STORAGE = "(STORAGE_VERSION 'v1.2.0', BLOCK_SIZE 16384)"
"""Formats from 1.4 on write a random identifier into the file's head, larger blocks keep unused memory between texts.
Any DuckDB from 1.2 on reads this one."""
CLEAN_MEMORY = {"DUCKDB_JE_MALLOC_CONF": "zero:true"}
"""The rest of a block is whatever stood in memory: nothing, in a process that did nothing else before. Read once,
when DuckDB is loaded."""
CHILD = """
import json, sys, duckdb
with duckdb.connect() as connection:
    for statement in json.load(sys.stdin):
        try:
            connection.execute(statement)
        except duckdb.Error as error:
            sys.exit(str(error).splitlines()[0])
"""


def fingerprint(digests: Mapping[str, str]) -> str:
    """SHA-256 of what goes into the file: the Parquet files by name and digest, the names and comments of the mart."""
    statements = [statement for view in VIEWS for statement in _statements(view, sorted(digests))]
    return hashlib.sha256(json.dumps([STABLE, STORAGE, sorted(digests.items()), statements]).encode()).hexdigest()


def write_duckdb(files: Mapping[str, Path], path: Path) -> None:
    """Write the file to `path` from the Parquet files, by name. Raises WarehouseError if DuckDB cannot."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(list(_script(files, path))),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **CLEAN_MEMORY},
        text=True,
        check=False,
    )
    if done.returncode:
        raise WarehouseError(f"DuckDB could not write {path}: {(done.stderr.strip() or 'killed').splitlines()[-1]}")


def _script(files: Mapping[str, Path], path: Path) -> Iterator[str]:
    yield from STABLE
    yield f"ATTACH {quote(str(path))} AS yusuan {STORAGE}"
    yield "USE yusuan"
    yield "BEGIN"  # one for all: each by itself would wait for the disk
    yield "CREATE SCHEMA mart"
    yield "CREATE SCHEMA mart_zh"
    for view in VIEWS:
        yield from _statements(
            view, [str(files[name]) for name in sorted(files) if name.startswith(f"parquet/{view.name}/")]
        )
    yield "COMMIT"
    yield "CHECKPOINT yusuan"
    yield "USE memory"
    yield "DETACH yusuan"


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
