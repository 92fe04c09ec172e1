"""What a PDF's objects say of each other outside of all streams: which there are, which name which, and their names.

A bit that flips in a stream shows in its checksum. One that flips in a dictionary or in a list of pages shows only
here: an object that nothing names any more, a name for none, a word that is one bit away from one of the format's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_BEGIN: Final = re.compile(rb"stream\r?\n")
_END: Final = b"endstream"
_REFERENCE: Final = re.compile(rb"(?<![\d.])(\d{1,8})\s+(\d{1,5})\s+R(?![A-Za-z])")
_NAME: Final = re.compile(rb"/([^\s/<>\[\](){}%]{4,24})(?=[\s/<>\[\](){}%])")
_ORDERING: Final = re.compile(rb"/Ordering\s*\(([^()]{2,8})\)")
_OWN_NAME: Final = re.compile(rb"/image(?=\s+\d+\s+\d+\s+R\b)")
"""What Pillow calls a scan among a page's pictures. `Image` is a kind, nothing is kept under that name."""
_WORDS: Final = """
    AcroForm AHx Annots AP ArtBox ASCII85Decode ASCIIHexDecode BaseEncoding BaseFont BBox BitsPerComponent BleedBox
    Catalog CCITTFaxDecode CharProcs CIDFontType0 CIDFontType0C CIDFontType2 CIDSet CIDSystemInfo CIDToGIDMap
    ColorSpace Columns Contents Count CropBox DCTDecode Decode DecodeParms DescendantFonts DeviceCMYK DeviceGray
    DeviceRGB Differences Encoding Encrypt EncryptMetadata Extends ExtGState FirstChar Filter FirstPage FlateDecode
    Font FontBBox FontDescriptor FontFile FontFile2 FontFile3 FontMatrix FontName Form Height ICCBased Identity
    Identity-H Identity-V Image ImageMask Index Indexed ItalicAngle JBIG2Decode JBIG2Globals JPXDecode Kids LastChar
    Length Length1 Length2 Length3 LZWDecode MacRomanEncoding Matrix MaxWidth MediaBox MissingWidth MMType1 ObjStm
    OpenType Ordering Page Pages Parent Pattern Predictor Prev ProcSet Properties Registry Resources Root Rotate
    RunLengthDecode Shading Size SMask Standard StandardEncoding StemV Stream Subtype Supplement ToUnicode TrimBox
    TrueType Type Type0 Type1 Type1C Type3 UserUnit Widths Width WinAnsiEncoding XObject XRef GBK-EUC-H GBK-EUC-V
    GBKp-EUC-H GBK2K-H GBpc-EUC-H GB-EUC-H GB-EUC-V UniGB-UCS2-H UniGB-UCS2-V UniGB-UTF16-H UniGB-UTF16-V
    UniCNS-UCS2-H UniCNS-UTF16-H UniJIS-UCS2-H UniJIS-UTF16-H UniKS-UCS2-H
    """
WORDS: Final = frozenset(word.encode() for word in _WORDS.split() if len(word) >= 4)
"""Names that the format gives a meaning on the way from the trailer to a page's text."""
ORDERINGS: Final = frozenset({b"GB1", b"CNS1", b"Japan1", b"Korea1", b"KR", b"Identity", b"UCS", b"UCS2"})


def outside_streams(data: bytes) -> bytes:
    """The file without what stands between `stream` and `endstream`."""
    parts: list[bytes] = []
    at = 0
    while begin := _BEGIN.search(data, at):
        parts.append(data[at : begin.start()])
        end = data.find(_END, begin.end())
        if end < 0:
            return b" ".join(parts)
        at = end + len(_END)
    parts.append(data[at:])
    return b" ".join(parts)


def references(text: bytes) -> set[tuple[int, int]]:
    """The objects that the text names, as number and generation."""
    return {(int(found[1]), int(found[2])) for found in _REFERENCE.finditer(text)}


def misspelt(text: bytes) -> list[str]:
    """Names in the text that are one bit away from one of the format's and are none themselves: `FlateDecode` as
    `FlateDecnde`."""
    names = {found[1] for found in _NAME.finditer(_OWN_NAME.sub(b" ", text))} - WORDS
    orderings = {found[1] for found in _ORDERING.finditer(text)} - ORDERINGS
    wrong = [*_one_bit_off(names, WORDS), *_one_bit_off(orderings, ORDERINGS)]
    return sorted(f"{name.decode('ascii', 'backslashreplace')} for {meant.decode()}" for name, meant in wrong)


def _one_bit_off(names: Iterable[bytes], words: frozenset[bytes]) -> list[tuple[bytes, bytes]]:
    found = []
    for name in names:
        for meant in words:
            if len(meant) == len(name) and one_bit_apart(name, meant):
                found.append((name, meant))
                break
    return found


def one_bit_apart(one: bytes, other: bytes) -> bool:
    """Whether two texts of equal length differ in a single bit."""
    difference = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return difference.bit_count() == 1
