"""One filing as it is published: what the marts say of it, what was found odd, and the printed text beside each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from warehouse.errors import WarehouseError

VIEWS = (
    "project",
    "project_budget",
    "indicator_target",
    "task",
    "department_profile",
    "budget_statement",
    "control_total",
)

FAILURES = """
SELECT f.expectation, f.severity, f.message, f.evidence, f.staged_row FROM audit.expectation_failure f
WHERE f.filing_load_id = :attempt ORDER BY f.failure_id"""

FINDINGS = """
SELECT f.code, f.severity, f.message, f.page, f.source_line, f.evidence FROM audit.finding f
WHERE f.filing_load_id = :attempt AND f.origin <> 'unconsumed' ORDER BY f.finding_id"""

ATTEMPT = """
SELECT min(a.filing_load_id) FROM audit.filing_load a JOIN dw.dim_filing d USING (filing_key)
JOIN dw.dim_filing_version v USING (filing_version_key)
WHERE d.filing_id = :filing AND v.version = :version"""


@dataclass(frozen=True, slots=True)
class ShownFiling:
    """A row of `mart.filing`, what the gate and the reader found, and the filing's rows by mart view."""

    filing: Mapping[str, Any]
    failures: Sequence[Mapping[str, Any]]
    findings: Sequence[Mapping[str, Any]]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]


def shown_filing(connection: sa.Connection, filing_id: str) -> ShownFiling:
    """What the marts show of a filing, whatever its status. Raises WarehouseError if there is no such filing."""
    asked = {"filing": filing_id}
    found = _rows(connection, "SELECT * FROM mart.filing WHERE filing_id = :filing", asked)
    if not found:
        raise WarehouseError(f"there is no filing {filing_id}; mart.filing lists them")
    (filing,) = found
    version = asked | {"version": filing["version"]}
    attempt = {"attempt": connection.execute(sa.text(ATTEMPT), version).scalar()}
    rows = {view: _rows(connection, f"SELECT * FROM mart.{view} WHERE filing_id = :filing", asked) for view in VIEWS}
    return ShownFiling(
        filing=filing,
        failures=_rows(connection, FAILURES, attempt),
        findings=_rows(connection, FINDINGS, attempt),
        rows=rows,
    )


def _rows(connection: sa.Connection, statement: str, parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(sa.text(statement), parameters)]
