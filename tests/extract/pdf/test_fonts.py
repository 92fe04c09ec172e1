"""Fonts that a file does not embed: what is read comes from the file, whatever the machine has."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from extract.pdf.characters import Characters
from extract.pdf.content import opened, page_content
from extract.pdf.fonts import Purpose
from extract.pdf.plain import plain_content, plainly_opened
from extract.pdf.squares import FACES, FOLDER, square_font
from tests.extract.pdf.foreign_fonts import TEXT, composite, simple, type3

CHINESE = {
    f"{name} {encoding}": partial(composite, name=name, encoding=encoding)
    for name in ("STSong-Light", "SimSun", "ABCDEF+FZXBSJW--GB1-0", "TimesNewRomanPSMT", "ArialMT")
    for encoding in ("UniGB-UCS2-H", "UniGB-UTF16-H", "GBK-EUC-H", "Identity-H", "UniGB-UCS2-V", "Identity-V")
}
LATIN = {
    f"{name} {kind}": partial(simple, name=name, kind=kind)
    for name in ("ArialMT", "TimesNewRomanPSMT", "TimesNewRomanPS-BoldItalicMT", "CourierNewPSMT", "Calibri", "SimSun")
    for kind in ("Type1", "TrueType")
}


def characters_of(path: Path) -> Characters:
    with opened(path) as document:
        return page_content(document, 0).characters


def reference(path: Path) -> Characters:
    with plainly_opened(path) as pages:
        return plain_content(pages[0]).characters


def places(read: Characters) -> list[tuple[int, int, int]]:
    """Each character with its left and right edge in tenths of points."""
    left, right = (np.round(x * 10).astype(int).tolist() for x in (read.x0, read.x1))
    return sorted(zip(read.codes.tolist(), left, right, strict=True))


def same_places(read: Characters, expected: Characters) -> None:
    mine, theirs = places(read), places(expected)
    assert [place[0] for place in mine] == [place[0] for place in theirs]
    assert np.abs(np.array(mine) - np.array(theirs)).max() <= 1


@pytest.mark.parametrize("name", [*CHINESE, *LATIN])
def test_characters_of_a_font_that_is_not_embedded_are_those_pdfminer_reads(tmp_path: Path, name: str) -> None:
    path = (CHINESE | LATIN)[name](tmp_path / "one.pdf")
    read = characters_of(path)
    if "-V" not in name:  # pdfminer and PDFium place upright text otherwise
        same_places(read, reference(path))
    assert Counter(read.codes.tolist()) == Counter(reference(path).codes.tolist())


@pytest.mark.parametrize("name", sorted(FACES.keys() - {"Any"}))
def test_widths_that_a_file_leaves_out_are_those_of_the_standard_font(tmp_path: Path, name: str) -> None:
    text = "Total 1,234.50 % (abc) -"
    path = simple(tmp_path / "one.pdf", name, "Type1", text=text, widths=False)
    same_places(characters_of(path), reference(path))


def test_turned_text_of_a_font_that_is_not_embedded(tmp_path: Path) -> None:
    path = composite(tmp_path / "one.pdf", "SimSun", "UniGB-UCS2-H", turned=True)
    read = characters_of(path)
    assert Counter(map(chr, read.codes.tolist())) == Counter(TEXT * 2)


def test_drawings_for_glyphs_are_read_where_they_draw_something(tmp_path: Path) -> None:
    read = characters_of(type3(tmp_path / "one.pdf"))
    assert Counter(map(chr, read.codes.tolist())) == Counter("预算预")  # alone, the glyph without ink is not seen


def test_one_process_may_read_and_draw_in_turn(tmp_path: Path) -> None:
    path = composite(tmp_path / "one.pdf", "SimSun", "UniGB-UCS2-H")
    before = characters_of(path)
    pictures = [picture(path, purpose) for purpose in (Purpose.DRAW, Purpose.READ, Purpose.DRAW)]
    after = characters_of(path)
    assert all(np.array_equal(getattr(before, at), getattr(after, at)) for at in ("codes", "x0", "top", "x1", "bottom"))
    ink = [int((drawn < 128).sum()) for drawn in pictures]
    assert ink[0] == ink[2] > 20 * ink[1]


def picture(path: Path, purpose: Purpose) -> np.ndarray:
    with opened(path, purpose) as document:
        return np.asarray(document[0].render(scale=2, grayscale=True).to_pil().convert("L"))


@pytest.mark.parametrize("name", ["Any", "Helvetica"])
def test_the_fonts_of_squares_are_what_the_script_makes(name: str) -> None:
    assert (FOLDER / f"{name}.ttf").read_bytes() == square_font(name)
