"""The bundled PDFs are typeset from the bundled texts, and give the same records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extract.document import Medium
from extract.reading import read_document
from extract.text import read_text
from samples import typeset
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records

SAMPLES = Path(typeset.__file__).parent
NAMES = sorted(path.stem for path in (SAMPLES / "texts").glob("*.txt"))


def bare(text: str | None) -> str:
    """Blanks are layout: a line that is wrapped elsewhere has them elsewhere."""
    return re.sub(r"\s", "", text or "")


def what_is_said(records: Records) -> dict[str, object]:
    """Everything but where it stands on the page."""
    return {
        "kind": records.kind,
        "money_unit": records.money_unit,
        "projects": [(p.unit, p.name, bare(p.goal), p.flags) for p in records.projects],
        "lines": [
            (b.statement, b.unit, b.project, b.funding_source, b.line, b.amount.yuan, b.flags)
            for b in records.budget_lines
        ],
        "totals": [
            (t.total_of, t.unit, t.project, t.statement, t.funding_source, t.amount.yuan) for t in records.stated_totals
        ],
        "indicators": [
            (
                (i.subject, i.unit, i.project, i.seq, i.number, i.level1, i.level2, bare(i.name), i.flags),
                [(t.horizon, t.promise_seq, bare(t.text), t.reading, t.flags) for t in i.targets],
            )
            for i in records.indicators
        ],
        "tasks": [
            (t.seq, bare(t.name), bare(t.content), bare(t.goal), t.amount and t.amount.yuan) for t in records.tasks
        ],
        "profiles": [(one.staff, one.subordinate_units, bare(one.goal)) for one in records.profiles],
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_gives_the_same_records_as_the_text(name: str) -> None:
    declaration = Declaration(department="某局")
    from_text = read_records(read_text((SAMPLES / "texts" / f"{name}.txt").read_bytes()), declaration)
    document = read_document(SAMPLES / "pdf" / f"{name}.pdf")
    assert document.medium is Medium.PDF
    from_pdf = read_records(document, declaration)
    assert isinstance(from_text, Records)
    assert isinstance(from_pdf, Records)
    said, expected = what_is_said(from_pdf), what_is_said(from_text)
    for part, value in expected.items():
        assert said[part] == value, part
    assert all(project.source.page and project.source.box for project in from_pdf.projects)


def test_the_bundled_pdfs_are_what_the_script_typesets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "PDFS", tmp_path)
    typeset.main()
    for name in NAMES:
        assert (tmp_path / f"{name}.pdf").read_bytes() == (SAMPLES / "pdf" / f"{name}.pdf").read_bytes(), name
