"""What a file is, by its bytes: publishers name a page `.pdf`, a table `.xls` and a workbook `.et` as it comes."""

from __future__ import annotations

import io
import re
import zipfile

import filetype

from extract.document import Medium

_HEAD = 4096
_PACKAGE_PARTS = 10_000
"""No Office file has more parts; a directory of millions of entries is not even listed."""
_OTHER_PACKAGES = frozenset({"[Content_Types].xml", "OFD.xml", "META-INF/manifest.xml"})
"""Parts that tell a file of parts (PPTX, XLSB, OFD, ODF) from an archive of files."""
PACKED = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
"""How RAR and 7z archives begin, which are unpacked as ZIP is."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    rb"<(!doctype\s+html|html|head|body|table|div|p|span|meta|section|article|a|b|br|h[1-6]|ul|ol|img|font|center|form)\b",
    re.IGNORECASE,
)
_HTML_ANYWHERE = re.compile(rb"<(!doctype\s+html|html|body|table)[\s>]", re.IGNORECASE)
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def medium_of(data: bytes) -> Medium | None:
    """The medium of a file's bytes; None if it is none that a reader knows (an image, OFD, an encrypted workbook)."""
    if data.startswith(_OLE):
        return _compound(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(data)
    if data.startswith(PACKED):
        return Medium.ZIP
    if b"%PDF-" in data[:1024]:
        return Medium.PDF
    if data.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")) and data[2:4] in (b"\x08\0", b"\x06\0"):
        return Medium.XLS
    return _text(data)


def described(data: bytes) -> str:
    """What unreadable bytes seem to be, for a finding's message."""
    if not data:
        return "an empty file"
    if data.startswith(_OLE) and _stream(data, "EncryptedPackage"):
        return "an Office file protected by a password"
    if data.startswith(b"PK\x03\x04") and b"OFD.xml" in data:
        return "an OFD document (版式文件): ask for a PDF, or convert it"
    if data.startswith((b"CEB", b"Founder CEB")) or b"Founder" in data[:64]:
        return "a CEB document (方正): ask for a PDF, or convert it"
    if data.startswith(b"PK\x03\x04") and _package(data) is None:
        return "a package of another kind than DOCX and XLSX (PPTX, XLSB, OFD or OpenDocument)"
    kind = filetype.guess_mime(data)
    return str(kind) if kind else f"unknown bytes beginning {data[:8].hex(' ')}"


def _stream(data: bytes, name: str) -> bool:
    """Whether a compound file's directory names a stream so."""
    return (name + "\0").encode("utf-16-le") in data


def _compound(data: bytes) -> Medium | None:
    if _stream(data, "EncryptedPackage"):
        return None
    if _stream(data, "Workbook") or _stream(data, "Book"):  # ET keeps its sheets in the same stream
        return Medium.XLS
    if _stream(data, "WordDocument") or _stream(data, "WPSDocument") or _stream(data, "WpsContent"):
        return Medium.DOC
    return None


def _package(data: bytes) -> Medium | None:
    if data.count(b"PK\x01\x02") > _PACKAGE_PARTS:
        return Medium.ZIP
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return Medium.ZIP  # the unpacker says what is wrong with it
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return Medium.DOCX
        if "xl/workbook.xml" in names:
            return Medium.XLSX
    return None if names & _OTHER_PACKAGES else Medium.ZIP


def _text(data: bytes) -> Medium | None:
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(_UTF16_BOMS):
        return Medium.TEXT
    if not head or b"\0" in head or filetype.guess(head) is not None:
        return None
    if (head.startswith(b"<") and _MARKUP.search(head)) or _HTML_ANYWHERE.search(head):
        return Medium.HTML
    return Medium.TEXT
