"""The five bundled filings, typeset as DOCX, XLSX and HTML, give the records that their texts give."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from extract.document import Document, Medium
from extract.reading import read_document
from extract.text import read_text
from tests.extract.office.office_typesetting import as_docx, as_html, as_xlsx
from tests.samples.test_typeset import NAMES, SAMPLES, what_is_said
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records

DECLARATION = Declaration(department="某局")


@cache
def printed(name: str) -> Document:
    """The filing as its PDF shows it: lines and cells."""
    return read_document(SAMPLES / "pdf" / f"{name}.pdf")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("medium", "typeset"), [(Medium.DOCX, as_docx), (Medium.XLSX, as_xlsx), (Medium.HTML, as_html)]
)
def test_every_medium_gives_the_same_records(
    name: str, medium: Medium, typeset: Callable[[Document], bytes], tmp_path: Path
) -> None:
    expected = read_records(read_text((SAMPLES / "texts" / f"{name}.txt").read_bytes()), DECLARATION)
    assert isinstance(expected, Records)
    file = tmp_path / "filing"
    file.write_bytes(typeset(printed(name)))
    document = read_document(file)
    assert document.medium is medium
    records = read_records(document, DECLARATION)
    assert isinstance(records, Records), records
    said = what_is_said(records)
    for part, value in what_is_said(expected).items():
        assert said[part] == value, part
    assert records.coverage >= Decimal("0.98")
