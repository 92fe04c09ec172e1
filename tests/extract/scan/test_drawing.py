"""A page is drawn with fonts that come with yusuan; what these have not is no picture of what was printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.pdf.content import opened
from extract.pdf.fonts import Purpose, is_drawn
from extract.scan.image import font_is_missing
from tests.extract.pdf.foreign_fonts import simple


@pytest.mark.parametrize(("text", "missing"), [("预算局年≥1", False), ("预算\ue123年", True), ("预算\U0001f600", True)])
def test_characters_that_no_font_has_are_not_drawn(tmp_path: Path, text: str, missing: bool) -> None:
    path = simple(tmp_path / "one.pdf", "SimSun", "TrueType", text=text)
    with opened(path, Purpose.DRAW) as document:
        assert font_is_missing(document[0]) is missing


def test_every_character_of_the_national_standard_is_drawn() -> None:
    codes = [bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    characters = b"".join(codes).decode("gb2312", "ignore")
    assert len(characters) == 6_763
    assert all(is_drawn(ord(character)) for character in characters)
