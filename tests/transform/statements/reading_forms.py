"""What every form must do: it reads without a critical finding, every total it prints holds over its lines."""

from __future__ import annotations

from decimal import Decimal

from extract.document import Grid, Severity
from tests.transform.statements.typing_tables import document
from transform.checks.reconciliation import reconcile
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.records import Records

OWN = "某某局"
WAN = Decimal(10_000)


def read(*pages: list[str | Grid]) -> Records:
    """Read a filing that must be wholly understood."""
    records = BUDGET_STATEMENT.read(document(*pages), Declaration(department=OWN))
    assert [(f.code, f.evidence) for f in records.findings if f.severity is Severity.CRITICAL] == []
    for total in records.stated_totals:
        assert total.members is not None
        lines = [records.budget_lines[place].amount for place in total.members]
        assert reconcile(total.amount, lines).holds, (total.statement, total.line, total.measure, total.amount.printed)
    return records


def money(records: Records, statement: str) -> dict[tuple[str | None, ...], Decimal]:
    """(unit if it is not the department's, code, line, measure) → 万元."""
    lines = [line for line in records.budget_lines if line.statement == statement]
    keys = [
        (*([line.unit] if line.unit != records.department else []), line.line_code, line.line, line.measure)
        for line in lines
    ]
    assert len(set(keys)) == len(keys), "two facts share a key"
    return {key: line.amount.yuan / WAN for key, line in zip(keys, lines, strict=True)}


def controls(records: Records) -> set[tuple[str | None, str | None, str]]:
    return {(total.line, total.measure, total.amount.printed) for total in records.stated_totals}
