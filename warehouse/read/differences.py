"""What two versions of a filing say differently, line by line, whether they were published or are held.

A published version is read through the declarations of the marts, a held one from its staged rows in `audit.held_*`;
both give the same lines: what a line is about, and what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from warehouse.schema.marts import VIEWS
from warehouse.schema.views import of_version

_VIEW = {view.name: view for view in VIEWS}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` is None for what was added, `after` for what was removed."""

    kind: str
    """`project`, `amount`, `target`, `task`, `profile` or `total`."""
    where: str
    """The line, e.g. 本级 / 甲项目 / 财政拨款."""
    what: str
    """What of it differs, e.g. `goal`; of a whole line its kind."""
    before: str | None
    after: str | None

    @property
    def change(self) -> str:
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of line: where it stands when published and when held, what names it, what it says."""

    name: str
    views: Mapping[str, str]
    """Mart views that show it, each with the columns it lacks, as SQL."""
    held: str
    key: tuple[str, ...]
    values: tuple[str, ...]
    place: tuple[str, ...] = ()
    """Columns of its position: lines whose name alone has changed keep it."""
    names: tuple[str, ...] = ()
    """Columns of `key` that may be reworded at the same place."""


_KINDS = (
    _Kind(
        "project",
        {"project": "*"},
        "SELECT unit, project, goal, notes FROM audit.held_project WHERE filing_load_id = :key ORDER BY row_id",
        ("unit", "project"),
        ("goal", "notes"),
    ),
    _Kind(
        "amount",
        {
            "project_budget": "*, 'project_expenditure' AS statement, NULL AS line_code, NULL AS line,"
            " NULL AS measure, NULL AS expenditure_type",
            "budget_statement": "*",
        },
        "SELECT b.*, concat_ws(' ', amount_printed, unit_printed) AS amount FROM audit.held_budget b"
        " WHERE filing_load_id = :key ORDER BY row_id",
        (
            "statement",
            "unit",
            "project",
            "line_code",
            "line",
            "funding_source",
            "expenditure_type",
            "measure",
        ),
        ("amount",),
    ),
    _Kind(
        "target",
        {"indicator_target": "*"},
        "SELECT i.subject, i.unit, i.project, i.task, COALESCE(NULLIF(i.name, ''), '未知') AS indicator,"
        " i.seq AS indicator_seq, i.level1, i.level2, t.horizon, t.promise_seq, t.target_text"
        " FROM audit.held_target t JOIN audit.held_indicator i"
        " ON i.filing_load_id = t.filing_load_id AND i.row_id = t.indicator_row_id"
        " WHERE t.filing_load_id = :key ORDER BY t.row_id",
        ("subject", "unit", "project", "task", "indicator", "horizon"),
        ("target_text", "level1", "level2"),
        place=("indicator_seq", "promise_seq"),
        names=("indicator",),
    ),
    _Kind(
        "task",
        {"task": "*"},
        "SELECT task, content, goal, amount_yuan FROM audit.held_task WHERE filing_load_id = :key ORDER BY row_id",
        ("task",),
        ("content", "goal", "amount_yuan"),
    ),
    _Kind(
        "profile",
        {"department_profile": "*"},
        "SELECT staff, subordinate_units, goal FROM audit.held_profile WHERE filing_load_id = :key ORDER BY row_id",
        (),
        ("staff", "subordinate_units", "goal"),
    ),
    _Kind(
        "total",
        {"control_total": "*"},
        "SELECT total_of, statement, unit AS organisation, project, line_code, line, funding_source, measure,"
        " stated_yuan FROM audit.held_control WHERE filing_load_id = :key ORDER BY row_id",
        ("total_of", "statement", "organisation", "project", "line_code", "line", "funding_source", "measure"),
        ("stated_yuan",),
    ),
)

Lines = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by kind of line, in printed order."""


def published_lines(connection: sa.Connection, version_key: int) -> Lines:
    """The lines of a version that is or was published."""
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for kind in _KINDS:
        lines[kind.name] = []
        for name, columns in kind.views.items():
            select = _VIEW[name].select(of_version(version_key))
            statement = f"SELECT {columns} FROM ({select}) shown"
            lines[kind.name] += map(_with_amount, _rows(connection, statement, {}))
    return lines


def held_lines(connection: sa.Connection, filing_load_id: int) -> Lines:
    """The lines of a version that was never published, as staged by that attempt."""
    return {kind.name: list(_rows(connection, kind.held, {"key": filing_load_id})) for kind in _KINDS}


def _with_amount(row: dict[str, Any]) -> dict[str, Any]:
    """An amount as printed with its unit; a residual line prints none."""
    if "amount_printed" not in row:
        return row
    printed = f"{row['amount_printed']} {row['unit_printed']}".strip()
    return row | {"amount": printed or f"{row['amount_yuan']} 元"}


def compare(before: Lines, after: Lines) -> tuple[Change, ...]:
    """Every difference, by kind of line, in the order of the lines."""
    return tuple(change for kind in _KINDS for change in _compare(kind, before[kind.name], after[kind.name]))


def _compare(kind: _Kind, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    old, new = _by_key(kind, before), _by_key(kind, after)
    reworded = _reworded(kind, old, new)
    for key, row in old.items():
        if key in new:
            yield from _values(kind, row, new[key])
        elif key in reworded:
            there = new[reworded[key]]
            for name in kind.names:
                yield Change(kind.name, _where(kind, row), name, _text(row[name]), _text(there[name]))
            yield from _values(kind, row, there)
        else:
            yield Change(kind.name, _where(kind, row), kind.name, _said(kind, row), None)
    arrived = set(reworded.values())
    for key, row in new.items():
        if key not in old and key not in arrived:
            yield Change(kind.name, _where(kind, row), kind.name, None, _said(kind, row))


def _by_key(kind: _Kind, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """Rows by what names them; those of one name are numbered."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = {}
    for row in rows:
        key = tuple(_text(row[name]) for name in kind.key)
        seen[key] += 1
        found[*key, str(seen[key])] = row
    return found


def _reworded(
    kind: _Kind, old: Mapping[tuple[str, ...], Mapping[str, Any]], new: Mapping[tuple[str, ...], Mapping[str, Any]]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Lines of `old` that stand in `new` at the same place under another name."""
    if not kind.names:
        return {}
    places = (*(name for name in kind.key if name not in kind.names), *kind.place)
    arrived = {tuple(_text(row[name]) for name in places): key for key, row in new.items() if key not in old}
    gone = {key: tuple(_text(row[name]) for name in places) for key, row in old.items() if key not in new}
    return {key: arrived[place] for key, place in gone.items() if place in arrived}


def _values(kind: _Kind, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in kind.values:
        before, after = _text(old[name]), _text(new[name])
        if before != after:
            yield Change(kind.name, _where(kind, new), name, before, after)


def _where(kind: _Kind, row: Mapping[str, Any]) -> str:
    return " / ".join(part for name in kind.key if (part := _text(row[name])))


def _said(kind: _Kind, row: Mapping[str, Any]) -> str:
    return _text(row[kind.values[0]]) if kind.values else ""


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _rows(connection: sa.Connection, statement: str, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if parameters:
        result = connection.execute(sa.text(statement), parameters)
    else:
        result = connection.exec_driver_sql(statement.replace("%", "%%"))
    return (dict(row._mapping) for row in result)
