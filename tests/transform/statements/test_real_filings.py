"""Filings as departments published them: every total they print holds over the lines that were read."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from extract.document import Severity
from extract.reading import read_document
from transform.checks.reconciliation import reconcile
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.recognition import read_records
from transform.records import Kind, Records
from transform.statements.narrative import NARRATIVE

FILINGS = os.environ.get("YUSUAN_FILINGS")
pytestmark = pytest.mark.skipif(FILINGS is None, reason="YUSUAN_FILINGS names no folder of published filings")
EXACT = (
    "cq-xuanchuan-2026",
    "gz-tongji-2026",
    "gz-xinfang-2026",
    "js-jcy-2017",
    "su-shuiwu-2026",
    "jiangsu-jianchayuan-2018-budget",
    "jiangsu-shengwei-2018-budget-tables-rotated",
    "jiangsu-zhengxie-2018-budget-tables",
    "putuo-guihuaju-2024-final-account",
    "putuo-shangwuwei-2025-budget-department",
    "putuo-shangwuwei-2025-budget-unit",
    "putuo-wanli-2024-budget",
    "putuo-wanli-2025-budget",
)
"""Filings that are read whole; a filing that comes to be read so is added here."""


@pytest.mark.parametrize("name", EXACT)
def test_every_stated_total_of_a_published_filing_holds(name: str) -> None:
    path = Path(FILINGS or "") / "real" / f"{name}.pdf"
    records = read_records(read_document(path), Declaration(department="某部门", kind=Kind.BUDGET_STATEMENT))
    assert isinstance(records, Records)
    assert records.kind is BUDGET_STATEMENT.kind
    assert [f for f in records.findings if f.severity is Severity.CRITICAL] == []
    assert len(records.budget_lines) > 50
    assert records.coverage > Decimal("0.95")
    for total in records.stated_totals:
        assert total.members is not None
        lines = [records.budget_lines[place].amount for place in total.members]
        if total.rule == NARRATIVE:  # prose rounds and errs; what the tables print must hold
            continue
        assert reconcile(total.amount, lines).holds, (total.statement, total.line, total.measure, total.amount.printed)
