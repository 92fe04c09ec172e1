"""What becomes of published filings that nobody prepared: sections that may be published, and why the others are not.

    python -m benchmarks.field_yield FOLDER [PUBLISHERS.tsv]

PUBLISHERS names the files: file, department, place, fiscal_year (with a head). A file that it does not name is of the
place of its name's first word and the year in its name. A section may be published when no critical finding speaks of
it or of its filing, no stated total that it prints or that sums its lines fails, and no line of it stands twice.
`invented` counts facts whose figure is not in the PDF's own text of its page, as PDFium gives it: it must be 0.
Writes its table into benchmarks/README.md; exit code 1 if a figure was invented or a file could not be read.
"""

from __future__ import annotations

import csv
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2

from benchmarks.report import say, write_section
from extract.document import Severity
from extract.errors import ReadError
from extract.reading import read_document
from transform.checks.reconciliation import failing
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Part, Records
from transform.statements.narrative import NARRATIVE

_READ = {".pdf", ".xls", ".xlsx", ".html", ".docx"}
_ADDED = ("filings", "published", "partial", "sections", "open_sections", "amounts", "accounted", "invented")
_COUNTED = (Part.RECORDS, Part.UNREAD, Part.MISSING)


@dataclass(slots=True)
class Yield:
    """One filing, or all of a place."""

    filings: int = 0
    published: int = 0
    """Filings with every section published."""
    partial: int = 0
    sections: int = 0
    open_sections: int = 0
    """Sections that may be published."""
    amounts: int = 0
    accounted: int = 0
    invented: int = 0
    seconds: float = 0.0
    held: Counter[str] = field(default_factory=Counter)
    """Sections by the first reason that holds them."""

    def add(self, other: Yield) -> None:
        for name in (
            "filings",
            "published",
            "partial",
            "sections",
            "open_sections",
            "amounts",
            "accounted",
            "invented",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.seconds += other.seconds
        self.held += other.held


def yield_of(records: Records) -> Yield:
    """What may be published of a filing's sections, and why the others are held."""
    reasons = reasons_of(records)
    counted = [section for section in records.sections if section.part in _COUNTED]
    made = Yield(filings=1, sections=len(counted))
    for section in counted:
        held = (
            reasons.get(None)
            or reasons.get(section.seq)
            or ([section.part] if section.part is not Part.RECORDS else [])
        )
        made.open_sections += not held
        if held:
            made.held[held[0]] += 1
    made.published = int(bool(counted) and made.open_sections == made.sections)
    made.partial = int(0 < made.open_sections < made.sections)
    made.amounts = sum(section.amounts for section in records.sections)
    made.accounted = sum(section.amounts_accounted for section in records.sections)
    return made


def reasons_of(records: Records) -> dict[int | None, list[str]]:
    """Why each section is held; None: why the filing is."""
    reasons: dict[int | None, list[str]] = {}
    for finding in records.findings:
        if finding.severity is Severity.CRITICAL:
            reasons.setdefault(finding.section_seq, []).append(finding.code)
    totals = [total for total in records.stated_totals if total.rule != NARRATIVE and total.members is not None]
    summed = [(total, [records.budget_lines[place] for place in total.members or ()]) for total in totals]
    for at in failing([(total.amount, total.members or (), [one.amount for one in lines]) for total, lines in summed]):
        total, lines = summed[at]
        for seq in {total.section_seq, *(line.section_seq for line in lines if total.rule)}:
            reasons.setdefault(seq, []).append(total.rule or "total_fails")
    keys = Counter((line.section_seq, tuple(_key(line))) for line in records.budget_lines)
    for (section, _), times in keys.items():
        if times > 1:
            reasons.setdefault(section, []).append("line_twice")
    return reasons


def _key(line: object) -> Iterator[object]:
    for name in ("statement", "unit", "project", "classification_scheme", "line_code", "line", "funding_source",
                 "expenditure_type", "measure"):  # fmt: skip
        yield getattr(line, name)


def invented(records: Records, path: Path) -> int:
    """Facts whose figure the PDF's own text does not print on their page or the next, where their row goes on."""
    if path.suffix != ".pdf":
        return 0
    pdf = pypdfium2.PdfDocument(path)
    try:
        texts = [_plain(page.get_textpage().get_text_bounded()) for page in pdf]
    finally:
        pdf.close()
    if not any(texts):
        return 0
    return sum(
        1
        for line in records.budget_lines
        if line.source.page is not None
        and _plain(line.amount.printed) not in "".join(texts[line.source.page - 1 : line.source.page + 1])
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _publishers(path: Path | None) -> dict[str, dict[str, str]]:
    if path is None:
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines, delimiter="\t")}


def _table(found: Iterable[tuple[str, Yield]]) -> list[str]:
    lines = [
        "| place | filings | published | partial | sections | may be published | amounts accounted | invented "
        "| seconds | sections held, by reason |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for place, one in found:
        share = f"{one.accounted / one.amounts:.2%}" if one.amounts else ""
        held = ", ".join(f"{reason} {times}" for reason, times in one.held.most_common())
        lines.append(
            f"| {place} | {one.filings} | {one.published} | {one.partial} | {one.sections} | {one.open_sections} "
            f"| {share} | {one.invented} | {one.seconds:.1f} | {held} |"
        )
    return lines


def main(folder: Path, publishers: Path | None) -> int:
    known = _publishers(publishers)
    places: dict[str, Yield] = {}
    failed = 0
    for path in sorted(one for one in folder.iterdir() if one.suffix in _READ):
        row = known.get(path.name, {})
        year = re.search(r"20\d\d", path.stem)
        start = time.perf_counter()
        try:
            document = read_document(path)
        except ReadError as error:
            say(f"{path.name}: {error}")
            failed += 1
            continue
        declared = int(row.get("fiscal_year") or (year[0] if year else 0)) or None
        records = read_records(
            document, Declaration(department=row.get("department") or path.stem, fiscal_year=declared)
        )
        one = yield_of(records)
        one.seconds, one.invented = time.perf_counter() - start, invented(records, path)
        say(f"{path.name}: {one.open_sections} of {one.sections} sections, {dict(one.held)}, invented {one.invented}")
        places.setdefault(row.get("place") or path.stem.split("-")[0], Yield()).add(one)
    whole = Yield()
    for one in places.values():
        whole.add(one)
    table = "\n".join(_table([*sorted(places.items()), ("all", whole)]))
    text = f"{table}\n\nMeasured on {time.strftime('%Y-%m-%d')}."
    say(text)
    write_section("Field yield", "python -m benchmarks.field_yield FOLDER", text)
    return 1 if failed or whole.invented else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
