"""How many of the totals that published budget statements print hold over what was read.

    python -m benchmarks.budget_statements FOLDER      a folder of PDF filings

Writes its table into benchmarks/README.md. Exit code 1 if a filing could not be read or a total does not hold.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.report import write_section
from extract.reading import read_document
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.reconciliation import reconcile
from transform.records import Kind, Records


def main(folder: Path) -> int:
    rows = ["| filing | pages | statements | lines | stated totals | hold | seconds |", "|---|--:|--:|--:|--:|--:|--:|"]
    failed = 0
    for path in sorted(folder.glob("*.pdf")):
        start = time.perf_counter()
        document = read_document(path)
        records = read_records(document, Declaration(department=path.stem, kind=Kind.BUDGET_STATEMENT))
        seconds = time.perf_counter() - start
        if not isinstance(records, Records):
            rows.append(f"| {path.stem} | {len(document.pages)} | not recognised | | | | {seconds:.2f} |")
            failed += 1
            continue
        sums = [
            reconcile(total.amount, [records.budget_lines[place].amount for place in total.members or ()])
            for total in records.stated_totals
        ]
        held = sum(one.holds for one in sums)
        failed += held < len(sums)
        statements = len({line.statement for line in records.budget_lines})
        rows.append(
            f"| {path.stem} | {len(document.pages)} | {statements} | {len(records.budget_lines)} | {len(sums)} "
            f"| {held} | {seconds:.2f} |"
        )
    text = "\n".join(rows)
    print(text)
    write_section("Budget statements", "python -m benchmarks.budget_statements FOLDER", text)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
