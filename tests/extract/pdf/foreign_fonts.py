"""PDFs with fonts of every kind, not embedded, written byte by byte: each text once in one operator, once in as many as
it has characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

TEXT = "预算局年1.5≥90%款（万元）"
_MAP = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange "
    b"<%s><%s> endcodespacerange %d beginbfchar\n%sendbfchar endcmap end end"
)


def write_pdf(path: Path, objects: Mapping[int, bytes]) -> Path:
    """A file of one page, 3; objects 1 to 3 are made here, its content is object 4, its font object 5."""
    all_objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F0 5 0 R>>>>>>",
        **objects,
    }
    out, starts = b"%PDF-1.7\n", {}
    for number in sorted(all_objects):
        starts[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, all_objects[number])
    size = max(all_objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        table += b"%010d 00000 n \n" % starts[number] if number in starts else b"0000000000 65535 f \n"
    path.write_bytes(out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out)))
    return path


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def shown(codes: Sequence[bytes], *, vertical: bool = False, turned: bool = False) -> bytes:
    """The content: the codes in one operator, then each in one of its own."""
    matrix = b"0 1 -1 0" if turned else b"1 0 0 1"
    drawn = b"BT /F0 12 Tf %s 72 %d Tm <%s> Tj ET\n" % (matrix, 400 if turned else 700, b"".join(codes))
    for i, code in enumerate(codes):
        x, y = (300, 800 - 14 * i) if vertical else (150, 300 + 14 * i) if turned else (72 + 14 * i, 600)
        drawn += b"BT /F0 12 Tf %s %d %d Tm <%s> Tj ET\n" % (matrix, x, y, code)
    return stream(drawn)


def composite(path: Path, name: str, encoding: str, *, turned: bool = False, glyph_table: bool = False) -> Path:
    """A font of thousands of characters: `encoding` UniGB-UCS2-H, GBK-EUC-H, Identity-H, or one of these with -V."""
    identity = encoding.startswith("Identity")
    if identity:
        codes = [b"%04X" % (300 + 7 * i) for i in range(len(TEXT))]
    else:
        codes = [text.encode("gbk" if "GBK" in encoding else "utf-16-be").hex().encode() for text in TEXT]
    ordering = b"Identity" if identity else b"GB1"
    base = name.encode()
    objects = {
        4: shown(codes, vertical=encoding.endswith("V"), turned=turned),
        5: b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/%s/DescendantFonts[6 0 R]%s>>"
        % (base, encoding.encode(), b"/ToUnicode 8 0 R" if identity else b""),
        6: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(%s)/Supplement 2>>"
        b"/FontDescriptor 7 0 R/DW 1000%s>>" % (base, ordering, b"/CIDToGIDMap 9 0 R" if glyph_table else b""),
        7: _descriptor(base, 859, -141),
        8: stream(_to_unicode(codes, TEXT, 2)),
        9: stream(b"".join(b"%c%c" % divmod(number // 2, 256) for number in range(1_000))),
    }
    return write_pdf(path, objects)


def simple(path: Path, name: str, kind: str, *, text: str = "年≥≤①℃–ab1 %", widths: bool = True) -> Path:
    """A font of at most 256 characters, named one by one; `kind` Type1 or TrueType."""
    codes = [b"%02X" % (33 + i) for i in range(len(text))]
    names = b"".join(b"/uni%04X" % ord(character) for character in text)
    metrics = b"/FirstChar 33/LastChar %d/Widths[%s]/FontDescriptor 7 0 R" % (32 + len(text), b" 700" * len(text))
    objects = {
        4: shown(codes),
        5: b"<</Type/Font/Subtype/%s/BaseFont/%s/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding"
        b"/Differences[33%s]>>/ToUnicode 8 0 R%s>>" % (kind.encode(), name.encode(), names, metrics if widths else b""),
        7: _descriptor(name.encode(), 900, -200),
        8: stream(_to_unicode(codes, text, 1)),
    }
    return write_pdf(path, objects)


def type3(path: Path) -> Path:
    """Glyphs that are drawings: one that draws a square, one that draws nothing."""
    objects = {
        4: shown([b"61", b"62"]),
        5: b"<</Type/Font/Subtype/Type3/FontBBox[0 0 750 750]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 97/LastChar 98"
        b"/CharProcs<</a 6 0 R/b 7 0 R>>/Encoding<</Type/Encoding/Differences[97/a/b]>>/Widths[1000 1000]"
        b"/ToUnicode 8 0 R/Resources<<>>>>",
        6: stream(b"1000 0 0 0 750 750 d1 0 0 750 750 re f"),
        7: stream(b"1000 0 d0"),
        8: stream(_to_unicode([b"61", b"62"], "预算", 1)),
    }
    return write_pdf(path, objects)


def _descriptor(base: bytes, ascent: int, descent: int) -> bytes:
    return (
        b"<</Type/FontDescriptor/FontName/%s/Flags 32/FontBBox[0 %d 1000 %d]/ItalicAngle 0/Ascent %d/Descent %d"
        b"/CapHeight 700/StemV 80>>" % (base, descent, ascent, ascent, descent)
    )


def _to_unicode(codes: Sequence[bytes], text: str, size: int) -> bytes:
    pairs = b"".join(
        b"<%s><%s>\n" % (code, character.encode("utf-16-be").hex().encode())
        for code, character in zip(codes, text, strict=True)
    )
    return _MAP % (b"00" * size, b"FF" * size, len(codes), pairs)
