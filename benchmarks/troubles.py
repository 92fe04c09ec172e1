"""What becomes of files that are hard to read: held, failed, or passed, and whether what passed is what is right.

    python -m benchmarks.troubles FOLDER      with `troubles/` (index.tsv) and `pdf/` (the truth beside each file)

Without a warehouse: a file counts as held if a critical finding says so, it gives no amounts, or its own total is not
their sum; other expectations of the gate are not asked. Of `pdf/` the projects' money is compared with the truth, of
`troubles/` the index says what is right. Exit code 1 if a file of `pdf/` passes with other money.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from extract.document import Severity
from extract.errors import ReadError
from extract.reading import read_document
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records, TotalOf

UNJUDGED = frozenset({".json", ".md", ".tsv"})
_MYRIAD = 10_000


def judged(path: Path) -> tuple[str, Records | None]:
    """`failed`, `held` or `passed`, with why; and the records."""
    try:
        records = read_records(read_document(path), Declaration(department="某局"))
    except ReadError as error:
        return f"failed {error.code}", None
    critical = sorted({finding.code for finding in records.findings if finding.severity is Severity.CRITICAL})
    if critical or not records.sections:
        return f"held {' '.join(critical)}", records
    total = _stated(records)
    if not records.budget_lines or (
        total is not None and total != sum(line.amount.yuan for line in records.budget_lines)
    ):
        return "held total", records
    return "passed", records


def _stated(records: Records) -> Decimal | None:
    """The filing's own total over all sources, if it prints one."""
    stated = [one for one in records.stated_totals if one.total_of is TotalOf.FILING and one.funding_source is None]
    return stated[0].amount.yuan if stated else None


def wrong_money(records: Records, truth: Path) -> list[str]:
    """The projects of the truth whose money the records have otherwise, or not."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in records.budget_lines:
        found[(line.project or "").replace("\n", "")] += line.amount.yuan
    projects = json.loads(truth.read_text("utf-8")).get("projects", [])
    pairs = [(one[0], one[1]) if isinstance(one, list) else (one["name"], one.get("总计")) for one in projects]
    expected = {
        name: Decimal(str(total).replace(",", "")) * _MYRIAD for name, total in pairs if total not in (None, "")
    }
    return [name for name, yuan in expected.items() if found.get(name) != yuan]


def main(folder: Path) -> int:
    wrong = 0
    for path in sorted((folder / "pdf").glob("*.pdf")):
        verdict, records = judged(path)
        other = wrong_money(records, path.with_suffix(".json")) if records and verdict == "passed" else []
        wrong += bool(other)
        print(f"pdf/{path.name}\t{verdict}\t{'WRONG ' + ' '.join(other[:3]) if other else ''}", flush=True)
    for path in sorted(path for path in (folder / "troubles").rglob("*.*") if path.suffix not in UNJUDGED):
        verdict, records = judged(path)
        amounts = f"{len(records.budget_lines)} amounts, {len(records.indicators)} indicators" if records else ""
        print(f"{path.relative_to(folder)}\t{verdict}\t{amounts}", flush=True)
    print(f"{wrong} files of pdf/ pass with other money")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
