"""What PDFium does not give is noticed: with fonts that are none, as PDFium behaved before it was given ours."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from extract.pdf.reader import read_pdf
from tests.extract.pdf.foreign_fonts import TEXT, composite, simple, type3

_WITHOUT_FONTS = """
import json, sys
from pathlib import Path
from extract.pdf import fonts
fonts._map_font = lambda *asked: None
from extract.pdf.reader import read_pdf
found = {path: [(f.code, f.severity.value, f.evidence) for f in read_pdf(Path(path)).findings] for path in sys.argv[1:]}
print(json.dumps(found))
"""
FILES = {
    "alone": partial(composite, name="SimSun", encoding="UniGB-UCS2-H"),
    "glyph numbers": partial(composite, name="SimSun", encoding="Identity-H"),
    "upright": partial(composite, name="STSong-Light", encoding="GBK-EUC-V"),
    "turned": partial(composite, name="STSong-Light", encoding="UniGB-UCS2-H", turned=True),
    "latin": partial(simple, name="TimesNewRomanPSMT", kind="TrueType"),
}


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("fonts")
    return {name: make(folder / f"{name}.pdf") for name, make in FILES.items()}


@pytest.fixture(scope="module")
def without_fonts(paths: dict[str, Path]) -> dict[str, list[list[str]]]:
    """For each file the findings of a reader whose PDFium has no font to stand for others."""
    command = [sys.executable, "-c", _WITHOUT_FONTS, *map(str, paths.values())]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {name: told[str(path)] for name, path in paths.items()}


@pytest.mark.parametrize("name", FILES)
def test_characters_that_pdfium_loses_hold_the_filing(without_fonts: dict[str, list[list[str]]], name: str) -> None:
    lost = [evidence for code, severity, evidence in without_fonts[name] if (code, severity) == LOST]
    assert len(lost) == 1
    assert "年" in lost[0]
    assert "≥" in lost[0]


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_lost_with_the_fonts_that_stand_for_others(paths: dict[str, Path], name: str) -> None:
    assert not [finding for finding in read_pdf(paths[name]).findings if finding.code == LOST[0]]


def test_glyphs_that_cannot_be_found_are_lost_and_said(tmp_path: Path) -> None:
    """Glyph numbers of a font that is not there, by a table that only its own glyphs go with."""
    path = composite(tmp_path / "one.pdf", "SimSun", "Identity-H", glyph_table=True)
    (lost,) = (finding for finding in read_pdf(path).findings if finding.code == LOST[0])
    assert lost.evidence == f"{len(TEXT)}: {''.join(sorted(TEXT))}"


def test_a_drawing_without_ink_is_no_loss(tmp_path: Path) -> None:
    assert not [finding for finding in read_pdf(type3(tmp_path / "one.pdf")).findings if finding.code == LOST[0]]


LOST = ("characters_lost", "critical")
