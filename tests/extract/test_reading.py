"""`read_document`: one child per document; whatever a file does to it is one ReadError."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.document import Medium
from extract.errors import ReadError
from extract.pdf.reader import read_pdf
from extract.reading import ReadLimits, read_document
from tests.extract.pdf.typesetting import Table, typeset


def test_the_child_hands_over_what_the_reader_read(tmp_path: Path) -> None:
    table = Table([["项目", "金额"], ["招商", "1.00"]], (80, 80))
    path = typeset(tmp_path / "a.pdf", table.paint)
    document = read_document(path)
    assert document.medium is Medium.PDF
    assert document == read_pdf(path)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "not_a_document"),
        (b"%PDF-1.7\nnothing", "truncated"),
    ],
)
def test_what_is_no_document_says_so(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read_document(path)
    assert caught.value.code == code
    assert "a.pdf" in str(caught.value)


def test_a_file_beyond_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = typeset(tmp_path / "a.pdf", Table([["项目", "金额"], ["招商", "1.00"]], (80, 80)).paint)
    with pytest.raises(ReadError) as caught:
        read_document(path, ReadLimits(file_bytes=100))
    assert caught.value.code == "too_large"
