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
_OTHER_PACKAGES = frozenset({"[content_types].xml", "ofd.xml", "meta-inf/manifest.xml"})
"""Parts that tell a file of parts (PPTX, XLSB, OFD, ODF) from an archive of files."""
PACKED = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
"""How RAR and 7z archives begin, which are unpacked as ZIP is."""
_WORD, _SHEETS = re.compile(r"word/document\d*\.xml"), re.compile(r"xl/workbook\d*\.xml")
"""The main parts; Word Online numbers its own."""
_AS_XLSX, _AS_DOCX = "open it and save it as .xlsx", "open it and save it as .docx"
_MARKED = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", f"a workbook as XML (XML Spreadsheet 2003): {_AS_XLSX}"),
    (b"http://schemas.microsoft.com/office/word/2003/wordml", f"a Word document as XML (Word 2003 XML): {_AS_DOCX}"),
    (b"http://schemas.microsoft.com/office/2006/xmlPackage", f"a Word document as one XML file: {_AS_DOCX}"),
    (b"urn:oasis:names:tc:opendocument", "an OpenDocument file as XML: open it and save it as .xlsx or .docx"),
)
"""Office documents in XML that a reader of web pages would take for a page, and what to do with each."""
_WEB_ARCHIVE = re.compile(
    rb"\A(?=.*^content-type:\s*multipart/related)(?=.*^mime-version:)", re.IGNORECASE | re.DOTALL | re.MULTILINE
)
_KINDS = {
    "xl/workbook.bin": f"a binary workbook (XLSB): {_AS_XLSX}",
    "ppt/presentation.xml": "a presentation (PPTX): ask for the tables as PDF, DOCX or XLSX",
    "content.xml": "an OpenDocument file (ODS, ODT): open it and save it as .xlsx or .docx",
    "fixeddocseq.fdseq": "an XPS document: print it to PDF",
}
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
    if data.startswith(b"PK\x03\x04") and (kind := _of_package(data)):
        return kind
    if data.startswith(b"PK\x03\x04") and _package(data) is None:
        return "a package of another kind than DOCX and XLSX (PPTX, XLSB, OFD or OpenDocument)"
    if marked := _marked(_head(data)):
        return marked
    if data.startswith(b"{\\rtf"):
        return f"a document in RTF: {_AS_DOCX}"
    kind = filetype.guess_mime(data)
    return str(kind) if kind else f"unknown bytes beginning {data[:8].hex(' ')}"


def _of_package(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in package.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):  # UnicodeDecodeError is a ValueError
        return None  # no package: it is described by its first bytes
    return next((kind for name, kind in _KINDS.items() if name in names), None)


def _head(data: bytes) -> bytes:
    """The beginning of a text, UTF-16 in one byte a character."""
    head = data[:_HEAD]
    if head.startswith(_UTF16_BOMS):
        return head.decode("utf-16", "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()


def _marked(head: bytes) -> str | None:
    """What document in markup, other than a web page, a text begins."""
    if _WEB_ARCHIVE.match(head):
        return "a web archive (MHT, 单个文件网页): open it and save it as .xlsx or .docx"
    if not head.startswith(b"<") or re.search(rb"<html[\s>]", head, re.IGNORECASE):  # Word's own pages name these, too
        return None
    return next((kind for mark, kind in _MARKED if mark in head), None)


def _stream(data: bytes, name: str) -> bool:
    """Whether a compound file's directory names a stream so, in whatever case."""
    return any((each + "\0").encode("utf-16-le") in data for each in (name, name.upper(), name.lower()))


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
    named = {name.replace("\\", "/").lstrip("/").lower() for name in names}
    if "[content_types].xml" in named:
        if any(_WORD.fullmatch(name) for name in named):
            return Medium.DOCX
        if any(_SHEETS.fullmatch(name) for name in named):
            return Medium.XLSX
    return None if named & _OTHER_PACKAGES else Medium.ZIP


def _text(data: bytes) -> Medium | None:
    if _marked(_head(data)):
        return None
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(_UTF16_BOMS):
        return Medium.TEXT
    if not head or b"\0" in head or filetype.guess(head) is not None:
        return None
    if (head.startswith(b"<") and _MARKUP.search(head)) or _HTML_ANYWHERE.search(head):
        return Medium.HTML
    return Medium.TEXT
