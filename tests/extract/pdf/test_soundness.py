"""A file whose bytes are not whole says so, one that is only carelessly written does not."""

from __future__ import annotations

import os
import random
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.document import Severity
from extract.errors import ReadError
from extract.pdf.reader import read_pdf
from extract.pdf.soundness import damage
from tests.extract.hostile import pdf, stream
from tests.extract.pdf.typesetting import Table, embed_subset, typeset

TEXT = b"BT /F1 12 Tf 72 720 Td (1234.56) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def file(*contents: bytes, page: bytes = b"/MediaBox[0 0 842 595]", **objects: bytes) -> bytes:
    """A file of one page for each of `contents`, whose font is object 3; `objects` are added by `o` and number."""
    pages = range(10, 10 + 2 * len(contents), 2)
    numbered = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % number for number in pages), len(contents)),
        3: FONT,
    }
    for number, content in zip(pages, contents, strict=True):
        numbered[number] = b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>" % (
            page,
            number + 1,
        )
        numbered[number + 1] = content
    return pdf(numbered | {int(name[1:]): body for name, body in objects.items()})


def packed(data: bytes, *, cut: int = 0, wrong: bool = False, length: int | None = None) -> bytes:
    """A deflated stream, less its last bytes, or with another checksum, or with a /Length that is not its own."""
    body = zlib.compress(data)
    body = body[: len(body) - cut]
    if wrong:
        body = body[:-1] + bytes([body[-1] ^ 1])
    return b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (length or len(body), body)


SOUND = file(stream(TEXT), stream(TEXT + b" 0 0 m"))
DAMAGED: dict[str, tuple[bytes, str]] = {
    "a checksum that is wrong": (file(stream(TEXT), packed(TEXT + b" ", wrong=True)), "wrong checksum"),
    "a checksum that one stream lacks": (file(stream(TEXT), packed(TEXT + b" ", cut=4)), "missing checksum"),
    "a stream that ends too early": (file(stream(TEXT), packed(TEXT + b" ", cut=9)), "it ends too early"),
    "every stream ends too early": (file(packed(TEXT, cut=9), packed(TEXT + b" ", cut=9)), "it ends too early"),
    "a filter of another name": (SOUND.replace(b"FlateDecode", b"FlateDecnde", 1), "FlateDecnde"),
    "a key of another name": (SOUND.replace(b"/Contents", b"/Conten\xf4s", 1), "for Contents"),
    "an operator that there is not": (
        file(b"<</Length 41>>\nstream\n%s 1 0 0 rh\nendstream" % TEXT), "operators that there are not: rh",
    ),
    "a page that is counted and not there": (SOUND.replace(b"/Count 2", b"/Count 3"), "counts 3 pages and names 2"),
    "a page that is there and not counted": (SOUND.replace(b"/Count 2", b"/Count 1"), "counts 1 pages and names 2"),
    "a page twice": (SOUND.replace(b"Kids[10 0 R 12 0 R", b"Kids[10 0 R 10 0 R"), "page 2 is page 1 again"),
    "a page's content twice": (SOUND.replace(b"/Contents 13", b"/Contents 11"), "page 2 is page 1 again"),
    "contents that are not there": (SOUND.replace(b"/Contents 13", b"/Contents 93"), "(93)"),
    "a font that is not there": (SOUND.replace(b"/F1 3 0 R", b"/F1 7 0 R", 1), "(7)"),
    "a font of another name": (SOUND.replace(b"/F1 3 0 R", b"/E1 3 0 R", 1), "asks for /F1"),
    "contents that nothing names": (
        file(stream(TEXT), stream(TEXT + b" "), o30=stream(TEXT + b" q Q")), "1 object of a page is (30) there",
    ),
    "a page that the cross-reference calls free": (
        re.sub(rb"n (\n\d{10} \d{5} n \ntrailer)", rb"f \1", SOUND), "named and not there",
    ),
    "a page cut at another edge": (SOUND.replace(b"0 842 595", b"0 802 595", 1), "one bit off"),
    "a page turned askew": (SOUND.replace(b"/Type/Page/", b"/Type/Page/Rotate 80/", 1), "turned by 80"),
}  # fmt: skip
CARELESS: dict[str, bytes] = {
    "none of it": SOUND,
    "every stream without its checksum": file(packed(TEXT, cut=4), packed(TEXT + b" ", cut=4)),
    "every /Length too long": file(packed(TEXT, length=70), packed(TEXT + b" ", length=71)),
    "every /Length too short": file(packed(TEXT, length=20), packed(TEXT + b" ", length=21)),
    "a /Length of its own object": file(
        stream(TEXT).replace(b"/Length %d" % len(zlib.compress(TEXT, 9)), b"/Length 30 0 R"),
        o30=b"%d" % len(zlib.compress(TEXT, 9)),
    ),
    "an HTTP head before it": b"HTTP/1.1 200 OK\r\n\r\n" + SOUND,
    "junk after it": SOUND + bytes(4_096),
    "fonts and texts that nothing names": file(
        stream(TEXT), o30=FONT, o31=FONT, o32=stream(TEXT), o33=stream(TEXT + b" ")
    ),
    "pages of many sizes": file(stream(TEXT), stream(TEXT + b" ")).replace(b"842 595", b"595 842", 1),
}


def faults(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    found = list(damage(path))
    assert all((finding.code, finding.severity) == ("damaged", Severity.CRITICAL) for finding in found)
    return "; ".join(finding.evidence for finding in found)


@pytest.mark.parametrize("case", DAMAGED)
def test_damage_is_said(tmp_path: Path, case: str) -> None:
    data, said = DAMAGED[case]
    assert data != SOUND
    assert said in faults(tmp_path / "a.pdf", data)


@pytest.mark.parametrize("case", CARELESS)
def test_carelessness_is_no_damage(tmp_path: Path, case: str) -> None:
    assert faults(tmp_path / "a.pdf", CARELESS[case]) == ""


def reportlab(path: Path) -> Path:
    table = Table(
        [["项目", "金额"], ["招商引资", "1,234.56"]], (120, 80), font=embed_subset("项目金额招商引资,.123456")
    )
    return typeset(path, table.paint)


def small(path: Path) -> Path:
    path.write_bytes(SOUND)
    return path


@pytest.mark.parametrize("make", [reportlab, small])
def test_no_flipped_bit_gives_other_text_in_silence(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / "a.pdf")
    data = path.read_bytes()
    assert faults(path, data) == ""
    sound = [(page.width, page.height, page.blocks) for page in read_pdf(path).pages]
    chance = random.Random(17)
    for place in chance.sample(range(len(data)), 250):
        broken = bytearray(data)
        broken[place] ^= 1 << chance.randrange(8)
        if faults(path, bytes(broken)):
            continue
        try:
            document = read_pdf(path)
        except ReadError:
            continue
        read = [(page.width, page.height, page.blocks) for page in document.pages]
        held = any(finding.severity is Severity.CRITICAL for finding in document.findings)
        assert held or read == sound, f"byte {place}: {bytes(broken[place - 20 : place + 20])!r}"


@pytest.mark.skipif("YUSUAN_FILINGS" not in os.environ, reason="YUSUAN_FILINGS names no folder of filings")
def test_published_filings_are_whole_and_damaged_ones_are_not() -> None:
    folder = Path(os.environ["YUSUAN_FILINGS"])
    for path in sorted((folder / "real").glob("*.pdf")):
        assert list(damage(path)) == [], path.name
    for path in sorted((folder / "damaged").glob("*.pdf")):
        assert [finding.code for finding in damage(path)] == ["damaged"], path.name
