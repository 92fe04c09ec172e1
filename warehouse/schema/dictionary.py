"""The data dictionary: every view, table, column, expectation and flag, written from their declarations."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse.gate.expectations import BY_ID
from warehouse.schema import TABLES
from warehouse.schema.declarations import Column, Role, Table
from warehouse.schema.flags import FLAGS
from warehouse.schema.marts import VIEWS
from warehouse.schema.views import View

HEAD = """# Data dictionary

Written by `make docs` from the declarations in `warehouse/schema`; the same texts are the comments in the database.
BI tools read `mart` (English names) or `mart_zh` (the same views, Chinese labels). `dw` holds all versions of all
filings; `audit` says what every load did; `staging` is empty between loads.
"""


def data_dictionary() -> str:
    """The whole dictionary as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    yield "## mart and mart_zh"
    for view in VIEWS:
        yield from _view(view)
    for schema in dict.fromkeys(table.schema for table in TABLES):
        yield f"## {schema}\n"
        for table in TABLES:
            if table.schema == schema:
                yield from _held(table) if table.name.startswith("held_") else _table(table)
    yield from _expectations()
    yield from _flags()


def _view(view: View) -> Iterator[str]:
    yield f"\n### mart.{view.name}: {view.zh}\n"
    yield f"{view.grain} {view.additive}\n"
    yield "| column | 中文 | meaning |\n|---|---|---|"
    for column in view.columns:
        yield f"| `{column.name}` | {column.zh} | {_cell(column.meaning())} |"


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.full_name}: {table.zh}\n"
    yield f"{table.grain}\n"
    for names in table.unique:
        yield f"Unique: {', '.join(names)}.\n"
    yield "| column | 中文 | type | meaning |\n|---|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {column.zh} | {_type(column)} | {_meaning(column)} |"
    yield ""


def _held(table: Table) -> Iterator[str]:
    name = table.name.removeprefix("held_")
    yield f"### {table.full_name}: {table.zh}\n\nThe rows of `staging.{name}` of held filings, column for column.\n"


def _type(column: Column) -> str:
    return str(column.type).lower() + ("" if column.nullable else ", not null")


def _meaning(column: Column) -> str:
    parts = [column.description]
    if column.role is Role.REFERENCE:
        parts.append(f"→ `{column.references}`.")
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.additive:
        parts.append(f"Additive: {column.additive}.")
    return _cell(" ".join(parts))


def _expectations() -> Iterator[str]:
    yield "## The gate's expectations\n"
    yield (
        "A critical one holds the section of the row, the section, or the filing, as it judges; a warning publishes and"
        " flags exactly the rows it found.\n"
    )
    columns = ("expectation", "中文", "severity", "judges", "rows of", "protects", "flag", "acceptable")
    yield f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    for one in BY_ID.values():
        flag = f"`{one.flag}`" if one.flag else ""
        acceptable = "yes" if one.acceptable else ""
        yield (
            f"| `{one.id}` | {one.zh} | {one.severity.value} | {one.judges.value} | {one.table.name}"
            f" | {_cell(one.protects)} | {flag} | {acceptable} |"
        )


def _flags() -> Iterator[str]:
    yield "\n## Flags\n"
    yield "What `flags` says in code, `flags_zh` in Chinese; [targets.md](targets.md#flags) tells of targets.\n"
    yield "| flag | 中文 |\n|---|---|"
    for flag, name in FLAGS.items():
        yield f"| `{flag}` | {name} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
