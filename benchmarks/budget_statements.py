"""How many of the totals that published budget statements print hold over what was read.

    python -m benchmarks.budget_statements FOLDER      a folder of PDF filings

Writes its table into benchmarks/README.md. Exit code 1 if a filing could not be read or a total that
a table prints does not hold; what the prose states is counted beside it, because prose errs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import write_section
from extract.reading import read_document
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.reconciliation import reconcile
from transform.records import Kind, Records, StatedTotal
from transform.statements.narrative import NARRATIVE


def main(folder: Path) -> int:
    rows = [
        "| filing | pages | statements | empty | lines | stated totals | hold | of prose | hold | seconds |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    failed = 0
    for path in sorted(folder.glob("*.pdf")):
        start = time.perf_counter()
        document = read_document(path)
        records = read_records(document, Declaration(department=path.stem, kind=Kind.BUDGET_STATEMENT))
        seconds = time.perf_counter() - start
        if records.kind is None:
            rows.append(f"| {path.stem} | {len(document.pages)} | not recognised | | | | | | | {seconds:.2f} |")
            failed += 1
            continue
        of_tables = [total for total in records.stated_totals if total.rule != NARRATIVE]
        of_prose = [total for total in records.stated_totals if total.rule == NARRATIVE]
        held = _holding(records, of_tables)
        failed += held < len(of_tables)
        empty = sum(not statement.lines for statement in records.statements)
        counts = (len(document.pages), len(records.statements), empty, len(records.budget_lines), len(of_tables), held)
        of_prose_held = _holding(records, of_prose)
        cells = (path.stem, *counts, len(of_prose), of_prose_held, f"{seconds:.2f}")
        rows.append(f"| {' | '.join(map(str, cells))} |")
    text = "\n".join(rows)
    print(text)
    write_section("Budget statements", "python -m benchmarks.budget_statements FOLDER", text)
    return 1 if failed else 0


def _holding(records: Records, totals: Sequence[StatedTotal]) -> int:
    """How many of the totals hold over the lines they name."""
    return sum(
        reconcile(total.amount, [records.budget_lines[place].amount for place in total.members or ()]).holds
        for total in totals
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
