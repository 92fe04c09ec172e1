"""A filing that was printed, laid askew, scanned with noise and stored as JPEG ends as the records of its print."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from extract.document import Document, Medium
from extract.reading import read_document
from samples import typeset as samples
from tests.extract.scan.folding import folded
from tests.extract.scan.scanning import Scanner
from transform.checks.reconciliation import reconcile
from transform.checks.repair import members_of
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Indicator, Records, TotalOf

PRINT = Path(samples.__file__).parent / "pdf" / "panyu-2025.pdf"
PAGE = Path(__file__).parents[1] / "extract" / "scan" / "scans" / "panyu-2025-page-1.pdf"


def records_of(document: Document) -> Records:
    records = read_records(document, Declaration(department="广州市番禺区科技工业商务和信息化局"))
    assert isinstance(records, Records)
    return records


def amounts(records: Records) -> list[tuple[str, str | None, Decimal]]:
    return [(line.unit, line.funding_source, line.amount.yuan) for line in records.budget_lines]


def promised(indicator: Indicator) -> object:
    """What an indicator says; its texts as far as a picture tells them apart."""
    return (
        indicator.number,
        indicator.level1,
        indicator.level2,
        folded(indicator.name),
        [
            (target.horizon, target.promise_seq, folded(target.text), target.reading.operator, target.reading.value)
            for target in indicator.targets
        ],
    )


def test_a_scanned_page_is_read_into_records() -> None:
    records, printed = records_of(read_document(PAGE)), records_of(read_document(PRINT))
    assert records.money_unit == "万元"
    assert [folded(project.name) for project in records.projects] == [
        folded(project.name) for project in printed.projects[:4]
    ]
    assert amounts(records) == amounts(printed)[:4]
    assert all(line.source.confidence for line in records.budget_lines)
    seen = [promised(one) for one in records.indicators]
    assert seen[:-1] == [promised(one) for one in printed.indicators][: len(seen) - 1]  # the last goes on overleaf


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_scanned_filing_gives_the_records_of_its_print(tmp_path: Path) -> None:
    scan = Scanner(dpi=200, skew=0.7).scan(PRINT, tmp_path / "scan.pdf")
    document = read_document(scan)
    assert document.medium is Medium.SCAN
    records, printed = records_of(document), records_of(read_document(PRINT))
    assert len(records.projects) == 45
    assert amounts(records) == amounts(printed)
    names = [
        (folded(one.name), folded(other.name)) for one, other in zip(records.projects, printed.projects, strict=True)
    ]
    assert sum(1 for seen, expected in names if seen == expected) >= 0.97 * len(names)
    totals = [total for total in records.stated_totals if total.total_of in (TotalOf.FILING, TotalOf.UNIT)]
    units = {total.unit for total in totals}
    assert len(units) == 5  # the filing and its four units
    for total in totals:
        lines = [records.budget_lines[at].amount for at in members_of(total, records.budget_lines)]
        assert reconcile(total.amount, lines).holds
    pairs = list(zip(map(promised, records.indicators), map(promised, printed.indicators), strict=True))
    right = sum(1 for seen, expected in pairs if seen == expected)
    assert right >= 0.97 * len(pairs), f"{right} of {len(pairs)} indicators are right"
