"""How a mart view is declared, and the SQL that derives from it: `mart` in English, `mart_zh` with Chinese labels.

Views are code, not data: they are dropped and created again whenever the schema is brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

NOW: Mapping[str, str] = {"current": "p.to_load_id IS NULL", "published": "true", "met": "true"}
"""What a view shows: the publication that is `current`, any that was `published` so far, attempts `met` so far."""


def as_of(load: str) -> Mapping[str, str]:
    """What a view showed when the load (an SQL expression) had ended and no later one had begun."""
    return {
        "current": f"p.from_load_id <= {load} AND (p.to_load_id IS NULL OR p.to_load_id > {load})",
        "published": f"p.from_load_id <= {load}",
        "met": f"a.load_id <= {load}",
    }


def of_version(version_key: int) -> Mapping[str, str]:
    """What a view showed, or would show, while this published version of a filing was the current one."""
    first = f"SELECT min(q.publication_key) FROM dw.publication q WHERE q.filing_version_key = {version_key:d}"
    return {**NOW, "current": f"p.publication_key = ({first})"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewColumn:
    name: str
    expression: str
    zh: str
    description: str
    unit: str = ""
    adds_over: tuple[str, ...] | None = None
    """Of a measure: the columns over which it may be summed, all others being equal; () if it may not be summed."""

    def meaning(self) -> str:
        """The description, and of a measure its unit and what it adds over."""
        parts = [self.description]
        if self.unit:
            parts.append(f"Unit: {self.unit}.")
        if self.adds_over is not None:
            parts.append(
                f"Adds over (可加维度): {', '.join(self.adds_over)}." if self.adds_over else "Not additive (不可加)."
            )
        return " ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One mart view. `source` is the FROM clause (and WHERE); in it and in the columns the names of `NOW` stand in
    braces for the publications and attempts shown."""

    name: str
    zh: str
    grain: str
    additive: str
    source: str
    columns: tuple[ViewColumn, ...]

    def comment(self) -> str:
        return f"{self.zh}. {self.grain} {self.additive}"

    @property
    def changes_with_loads(self) -> bool:
        """It shows what loads publish, so that a past load can be asked for."""
        return "{" in self.source

    def select(self, shown: Mapping[str, str] = NOW) -> str:
        columns = ",\n  ".join(f"{column.expression} AS {column.name}" for column in self.columns)
        return f"SELECT\n  {columns}\n{self.source}".format(**shown)


def column(name: str, expression: str, zh: str, description: str) -> ViewColumn:
    return ViewColumn(name=name, expression=expression, zh=zh, description=description)


def measure(
    name: str, expression: str, zh: str, description: str, *, adds_over: tuple[str, ...] = (), unit: str = ""
) -> ViewColumn:
    return ViewColumn(name=name, expression=expression, zh=zh, description=description, unit=unit, adds_over=adds_over)


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def create_statements(views: Iterable[View]) -> Iterator[str]:
    """Create every view of `mart` and `mart_zh`, with comments in both languages."""
    for view in views:
        yield f"CREATE VIEW mart.{view.name} AS\n{view.select()}"
        yield f"COMMENT ON VIEW mart.{view.name} IS {quote(view.comment())}"
        chinese = ", ".join(f'{column.name} AS "{column.zh}"' for column in view.columns)
        yield f"CREATE VIEW mart_zh.{view.name} AS SELECT {chinese} FROM mart.{view.name}"
        yield f"COMMENT ON VIEW mart_zh.{view.name} IS {quote(view.comment())}"
        for item in view.columns:
            text = quote(f"{item.zh}. {item.meaning()}")
            yield f"COMMENT ON COLUMN mart.{view.name}.{item.name} IS {text}"
            text = quote(f"{item.name}. {item.meaning()}")
            yield f'COMMENT ON COLUMN mart_zh.{view.name}."{item.zh}" IS {text}'
        if view.changes_with_loads:
            yield from _create_as_of(view)


def drop_statements(views: Iterable[View]) -> Iterator[str]:
    for view in views:
        yield f"DROP FUNCTION IF EXISTS mart.{view.name}_as_of"
        yield f"DROP VIEW IF EXISTS mart_zh.{view.name}"
        yield f"DROP VIEW IF EXISTS mart.{view.name}"


def _create_as_of(view: View) -> Iterator[str]:
    """The view as of a past load: it reads behind the marts with its owner's privileges, so its names are all fixed."""
    yield (
        f"CREATE FUNCTION mart.{view.name}_as_of(load_id integer) RETURNS SETOF mart.{view.name} LANGUAGE sql STABLE"
        f" SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$\n{view.select(as_of('$1'))}\n$$"
    )
    comment = f"{view.zh}. mart.{view.name} as it was when this load had ended; mart.load lists the loads."
    yield f"COMMENT ON FUNCTION mart.{view.name}_as_of IS {quote(comment)}"
