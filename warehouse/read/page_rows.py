"""Rows as a person looks at them: what a row is about, what was printed, what it was read as, and where it stands.

Published rows come from the facts, rows that wait from `audit.held_*`; both give the same columns.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a section beside the place it was read from."""

    name: str
    """`b12` of a fact, `held-budget-12` of a row that waits."""
    kind: str
    """`amount`, `project`, `indicator`, `task`, `profile` or `control`."""
    section: int | None
    page: int | None
    line: int | None
    box: tuple[float, float, float, float] | None
    """x0, top, x1, bottom in points."""
    about: tuple[str, ...]
    """What it is about, from the wide to the narrow: unit, project, line, column …"""
    printed: str
    """The figure or the promise as printed."""
    source_text: str
    """The text of the cell."""
    unit: str = ""
    """As printed: 万元, %."""
    value: Decimal | int | None = None
    """As read; money in yuan."""
    reading: Mapping[str, Any] | None = None
    """Of a target: kind, operator, values, base, date."""
    flags: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    """Expectations that this row fails, with their messages."""
    holds: bool | None = None
    """Of a control: whether it holds."""
    loaded: Decimal | None = None
    """Of a control: the sum of its lines, in yuan."""
    lines: int | None = None
    rule: str = ""
    keys: Mapping[str, Any] | None = None
    """What a control and its lines have in common."""
    row_id: int | None = None
    members: tuple[int, ...] = ()
    """Rows of a control that its layout names."""


def controls_of(fact: Row, controls: Sequence[Row]) -> list[Row]:
    """The controls that an amount is a line of: those whose layout names it, else those whose words include it."""
    return [one for one in controls if fact.kind == "amount" and _covers(one, fact)]


def _covers(control: Row, fact: Row) -> bool:
    if control.section != fact.section or control.keys is None or fact.keys is None:
        return False
    if control.members:
        return fact.row_id in control.members
    wanted, given = control.keys, fact.keys
    if control.rule or (wanted["statement"] or given["statement"]) != given["statement"]:
        return False
    same: tuple[str, ...] = (
        ("unit", "project", "funding_source") if wanted["total_of"] == "project" else ("funding_source",)
    )
    same = ("unit", "funding_source") if wanted["total_of"] == "unit" else same
    if any(wanted[name] is not None and wanted[name] != given[name] for name in (*same, "measure")):
        return False
    if wanted["line_code"]:
        return str(given["line_code"] or "").startswith(str(wanted["line_code"]))
    return wanted["line"] is None or wanted["total_of"] == "filing"


_PLACE = "f.section_seq, f.page, f.source_line, f.box, f.source_text, f.flags"
_ASKED = """ AND f.section_seq = ANY(:sections) AND (CAST(:page AS int) IS NULL OR f.page = :page)
  AND (CAST(:section AS int) IS NULL OR f.section_seq = :section)"""
_PART = " LIMIT :limit OFFSET :offset"
_UNIT = "LEFT JOIN dw.dim_organization u ON u.organization_key = f.organization_key AND u.organization_key > 0"
_PROJECT = "LEFT JOIN dw.dim_project j ON j.project_key = f.project_key AND j.project_key > 0"
_LINE_JOINS = f"""{_UNIT} {_PROJECT}
LEFT JOIN dw.dim_statement s ON s.statement_key = f.statement_key AND s.statement_key > 0
LEFT JOIN dw.dim_classification l ON l.classification_key = f.classification_key AND l.classification_key > 0
LEFT JOIN dw.dim_funding_source m ON m.funding_source_key = f.funding_source_key AND m.funding_source_key > 0
LEFT JOIN dw.dim_measure e ON e.measure_key = f.measure_key AND e.measure_key > 0"""
_LINE_COLUMNS = """u.organization AS unit, j.project, s.statement, NULLIF(s.label_zh, '') AS statement_zh,
  NULLIF(l.line_code, '') AS line_code, l.line, m.funding_source, e.measure"""
_NAMED = "CAST(:attempt AS int) IS NOT NULL AND f.filing_load_id = :attempt"

PUBLISHED_ROWS: Mapping[str, str] = {
    "project": f"""SELECT 'p' || f.project_fact_key AS name, {_PLACE}, u.organization AS unit, j.project, f.goal,
  f.notes FROM dw.fact_project f {_UNIT} {_PROJECT} WHERE f.filing_version_key = :version {_ASKED}
ORDER BY f.page NULLS FIRST, f.project_fact_key {_PART}""",
    "amount": f"""SELECT 'b' || f.budget_key AS name, {_PLACE}, {_LINE_COLUMNS}, f.amount_yuan, f.amount_printed,
  f.unit_printed FROM dw.fact_budget f {_LINE_JOINS} WHERE f.filing_version_key = :version {_ASKED}
ORDER BY f.page NULLS FIRST, f.budget_key {_PART}""",
    "indicator": f"""SELECT 'i' || f.indicator_fact_key AS name, {_PLACE}, u.organization AS unit, j.project, f.subject,
  NULLIF(f.task, '') AS task, NULLIF(n.level1, '不适用') AS level1, NULLIF(n.level2, '不适用') AS level2, n.indicator,
  f.horizon, f.target_text, f.kind AS target_kind, f.operator, f.value, f.value_upper, vu.unit_of_measure AS value_unit,
  f.base_value, f.base_value_upper, bu.unit_of_measure AS base_unit, f.target_date, f.is_measurable, f.actual_text,
  f.met, f.weight, f.score, f.deviation, f.rule FROM dw.fact_indicator f {_UNIT} {_PROJECT}
LEFT JOIN dw.dim_indicator n ON n.indicator_key = f.indicator_key
LEFT JOIN dw.dim_unit_of_measure vu ON vu.unit_key = f.value_unit_key AND vu.unit_key > 0
LEFT JOIN dw.dim_unit_of_measure bu ON bu.unit_key = f.base_unit_key AND bu.unit_key > 0
WHERE f.filing_version_key = :version {_ASKED} ORDER BY f.page NULLS FIRST, f.indicator_fact_key {_PART}""",
    "task": f"""SELECT 't' || f.task_key AS name, {_PLACE}, f.task, f.content, f.goal, f.amount_yuan
FROM dw.fact_task f WHERE f.filing_version_key = :version {_ASKED} ORDER BY f.task_seq {_PART}""",
    "profile": f"""SELECT 'd' || f.department_fact_key AS name, {_PLACE}, f.staff, f.subordinate_units, f.goal
FROM dw.fact_department f WHERE f.filing_version_key = :version {_ASKED} ORDER BY f.profile_seq {_PART}""",
    "control": f"""SELECT 'c' || f.control_key AS name, {_PLACE}, {_LINE_COLUMNS}, f.total_of, f.stated_yuan,
  f.loaded_yuan, f.lines, f.holds, f.rule, f.amount_printed, f.unit_printed
FROM dw.control_total f {_LINE_JOINS} WHERE f.filing_version_key = :version {_ASKED} ORDER BY f.control_seq {_PART}""",
}

_HELD_LINE = """f.unit, f.project, f.statement,
  (SELECT NULLIF(s.label_zh, '') FROM dw.dim_statement s WHERE s.statement = f.statement) AS statement_zh,
  f.line_code, f.line, f.funding_source, f.measure"""


def _held(table: str, columns: str, extra: str = "", place: str = _PLACE) -> str:
    return (
        f"SELECT 'held-{table}-' || f.row_id AS name, '{table}' AS staged_table, f.row_id, {place}, {columns}"
        f" FROM audit.held_{table} f {extra} WHERE {_NAMED} {_ASKED} ORDER BY f.row_id {_PART}"
    )


HELD_ROWS: Mapping[str, str] = {
    "project": _held("project", "f.unit, f.project, f.goal, f.notes"),
    "amount": _held("budget", f"{_HELD_LINE}, f.amount_yuan, f.amount_printed, f.unit_printed"),
    "indicator": f"""SELECT 'held-target-' || t.row_id AS name, 'target' AS staged_table, t.row_id, f.section_seq,
  f.page, f.source_line, f.box, f.source_text, f.flags || t.flags AS flags, f.unit, f.project, f.subject, f.task,
  f.level1, f.level2, f.name AS indicator, t.horizon, t.target_text, t.kind AS target_kind, t.operator, t.value,
  t.value_upper, t.value_unit, t.base_value, t.base_value_upper, t.base_unit, t.target_date, t.is_measurable,
  t.actual_text, t.met, f.weight, f.score, f.deviation, t.rule
FROM audit.held_indicator f JOIN audit.held_target t
  ON t.filing_load_id = f.filing_load_id AND t.indicator_row_id = f.row_id
WHERE f.filing_load_id = :attempt {_ASKED} ORDER BY t.row_id {_PART}""",
    "task": _held("task", "f.task, f.content, f.goal, f.amount_yuan"),
    "profile": _held("profile", "f.staff, f.subordinate_units, f.goal"),
    "control": _held(
        "control",
        f"{_HELD_LINE}, f.total_of, f.stated_yuan, f.loaded_yuan, f.lines, f.holds, f.rule, f.amount_printed,"
        " f.unit_printed, f.members",
    ),
}

_READING = (
    "target_kind", "operator", "value", "value_upper", "value_unit", "base_value", "base_value_upper", "base_unit",
    "target_date", "is_measurable", "actual_text", "met", "weight", "score", "deviation",
    "rule", "horizon",
)  # fmt: skip
_KEYS = ("total_of", "statement", "unit", "project", "line_code", "line", "funding_source", "measure")


def row_of(kind: str, found: sa.Row[Any], failing: tuple[str, ...] = ()) -> Row:
    """A row of `PUBLISHED_ROWS` or `HELD_ROWS`."""
    said: dict[str, Any] = dict(found._mapping)
    flags = said["flags"] or ()
    return Row(
        name=said["name"],
        kind=kind,
        section=said["section_seq"],
        page=said["page"],
        line=said["source_line"],
        box=tuple(said["box"]) if said["box"] else None,
        source_text=said["source_text"] or "",
        flags=tuple(flags.split(",") if isinstance(flags, str) and flags else flags),
        failing=failing,
        row_id=said.get("row_id"),
        members=tuple(said.get("members") or ()),
        **_SAID[kind](said),
    )


def _parts(said: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    return tuple(str(said[name]) for name in names if said.get(name) not in (None, ""))


def _amount(said: Mapping[str, Any]) -> dict[str, Any]:
    statement = "statement_zh" if said.get("statement_zh") else "statement"
    return {
        "about": _parts(said, statement, "unit", "project", "line_code", "line", "funding_source", "measure"),
        "printed": said["amount_printed"] or "",
        "unit": said["unit_printed"] or "",
        "value": said["amount_yuan"],
        "keys": {name: said.get(name) for name in _KEYS},
    }


def _control(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_amount({**said, "amount_yuan": said["stated_yuan"]}),
        "holds": said["holds"],
        "loaded": said["loaded_yuan"],
        "lines": said["lines"],
        "rule": said["rule"] or "",
    }


def _project(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"about": _parts(said, "unit", "project"), "printed": said["goal"] or said["notes"] or ""}


def _indicator(said: Mapping[str, Any]) -> dict[str, Any]:
    reading = {name: said[name] for name in _READING if said.get(name) not in (None, "")}
    return {
        "about": _parts(said, "project", "task", "level1", "level2", "indicator"),
        "printed": said["target_text"] or "",
        "unit": said["value_unit"] or "",
        "value": said["value"],
        "reading": {name: str(value) if isinstance(value, datetime.date) else value for name, value in reading.items()},
    }


def _task(said: Mapping[str, Any]) -> dict[str, Any]:
    printed = "；".join(_parts(said, "content", "goal"))
    return {"about": _parts(said, "task"), "printed": printed, "value": said["amount_yuan"]}


def _profile(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"about": ("部门",), "printed": said["goal"] or "", "value": said["staff"]}


_SAID = {
    "project": _project,
    "amount": _amount,
    "indicator": _indicator,
    "task": _task,
    "profile": _profile,
    "control": _control,
}
