"""Plain texts: encodings told by the bytes, numbered lines, tab-separated runs as grids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.document import Grid, Line, Medium
from extract.errors import ReadError
from extract.text import read_text

HEADING = "项目支出绩效目标表\n\n    单位：万元\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_told_by_the_bytes(encoding: str) -> None:
    document = read_text(HEADING.encode(encoding))
    assert document.medium is Medium.TEXT
    assert [(line.text, line.line) for line in document.lines()] == [("项目支出绩效目标表", 1), ("    单位：万元", 3)]


def test_a_broken_byte_in_utf8_is_a_finding_not_another_encoding() -> None:
    document = read_text((HEADING * 50).encode()[:-2] + b"\xff")
    assert next(document.lines()).text == "项目支出绩效目标表"
    assert [finding.code for finding in document.findings] == ["undecodable_bytes"]


@pytest.mark.parametrize("data", [b"%PDF\x00\x01", b"\xff\xfe\x00", b"\x81\xff\xfe" * 9])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read_text(data)
    assert caught.value.code == "not_text"


def test_blank_lines_and_a_row_without_tabs_do_not_end_a_table() -> None:
    text = "表\r\n\r\n甲\t1.00\t\r\n\r\n乙 2.00\r\n  丙\t3.00\t完\r\n末\r\n"
    heading, grid, last = read_text(text.encode()).blocks()
    assert isinstance(heading, Line)
    assert isinstance(grid, Grid)
    assert isinstance(last, Line)
    assert (heading.text, last.text, last.line) == ("表", "末", 7)
    assert (grid.n_rows, grid.n_columns) == (3, 3)
    assert [[cell.text for cell in row if cell] for row in grid.rows()] == [
        ["甲", "1.00", ""],
        ["乙 2.00"],
        ["丙", "3.00", "完"],
    ]
    assert [cell.line for cell in grid.cells if cell.column == 0] == [3, 5, 6]
    assert grid.cells[4].indent == 1.0


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), max_size=200))
def test_no_character_is_lost(text: str) -> None:
    printed = sum(1 for character in text.removeprefix("\ufeff") if not character.isspace())
    assert read_text(text.encode()).characters() == printed
