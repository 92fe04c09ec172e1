"""Filings as departments published them: every total they print holds over the lines that were read."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from extract.document import Severity
from extract.reading import read_document
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.recognition import read_records
from transform.reconciliation import reconcile
from transform.records import Kind, Records
from transform.statements.narrative import NARRATIVE

FILINGS = os.environ.get("YUSUAN_FILINGS")
pytestmark = pytest.mark.skipif(FILINGS is None, reason="YUSUAN_FILINGS names no folder of published filings")
REAL = sorted((Path(FILINGS) / "real").glob("*.pdf")) if FILINGS else []


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_every_stated_total_of_a_published_filing_holds(path: Path) -> None:
    records = read_records(read_document(path), Declaration(department="某部门", kind=Kind.BUDGET_STATEMENT))
    assert isinstance(records, Records)
    assert records.layout == BUDGET_STATEMENT.name
    assert [f for f in records.findings if f.severity is Severity.CRITICAL] == []
    assert len(records.budget_lines) > 50
    assert records.coverage > Decimal("0.95")
    for total in records.stated_totals:
        assert total.members is not None
        lines = [records.budget_lines[place].amount for place in total.members]
        if total.rule == NARRATIVE:  # prose rounds and errs; what the tables print must hold
            continue
        assert reconcile(total.amount, lines).holds, (total.statement, total.line, total.measure, total.amount.printed)
