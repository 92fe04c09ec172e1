"""Layers (optional content) that are switched off hold the filing; layers that are on say nothing."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from extract.document import Severity
from extract.pdf.layers import has_hidden_layers
from extract.pdf.reader import read_pdf
from tests.extract import hostile

SETTINGS = {
    b"/OFF[11 0 R]": True,
    b"/BaseState/OFF": True,
    b"/ON[11 0 R]/OFF[]": False,
}


def layered(setting: bytes) -> bytes:
    content = b"BT /F 10 Tf 64 484 Td (Seen) Tj ET /OC /L BDC BT /F 10 Tf 64 464 Td (Layer) Tj ET EMC"
    return hostile.pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[11 0 R]/D<<%s>>>>>>" % setting,
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 6 0 R"
            b"/Resources<</Font<</F 9 0 R>>/Properties<</L 11 0 R>>>>>>",
            6: b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
            9: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            11: b"<</Type/OCG/Name(layer)>>",
        }
    )


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_layer_that_is_off_holds_the_filing(tmp_path: Path, setting: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(layered(setting))
    document = read_pdf(path)
    assert [line.text for line in document.lines()] == ["Seen", "Layer"]
    found = [(finding.code, finding.severity) for finding in document.findings]
    assert found == ([("hidden_layers", Severity.CRITICAL)] if SETTINGS[setting] else [])


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_packed_catalogue_is_looked_into(tmp_path: Path, setting: bytes) -> None:
    objects = zlib.compress(b"1 0 <</Type/Catalog/OCProperties<</OCGs[11 0 R]/D<<%s>>>>>>" % setting)
    path = tmp_path / "a.pdf"
    path.write_bytes(
        b"5 0 obj\n<</Type/ObjStm/N 1/First 4/Length %d>>\nstream\n%s\nendstream" % (len(objects), objects)
    )
    assert has_hidden_layers(path) is SETTINGS[setting]
