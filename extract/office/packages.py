"""What Office files have in common: a ZIP package that may be a bomb, and libraries that fail on it in many ways."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

import msoffcrypto
import xlrd
import xlrd.formula
from lxml import etree
from xlrd.compdoc import CompDocError

from extract.errors import ReadError

MALFORMED = (
    ArithmeticError,  # decimal.InvalidOperation, a date that overflows
    ParseError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    xlrd.XLRDError,
    xlrd.formula.FormulaError,
    CompDocError,
)
"""What the libraries raise on a file that is not what they take it for."""
_UNPACKED_BYTES = 400_000_000
_RATIO = 300
_DOCTYPE_BYTES = 4096
_LARGE_SHEET = 1_000_000
_BLANK_CELL = re.compile(rb"<c\s[^<>]*/>|<c\s[^<>]*></c>")
_EMPTY_ROW = re.compile(rb"<row\s[^<>]*/>|<row\s[^<>]*>\s*</row>")


def check_package(data: bytes) -> None:
    """Raises ReadError (`damaged`, `too_large`) before a library unpacks what it should not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(info.file_size for info in package.infolist())
            typed = next((name for name in package.namelist() if name.endswith(".xml") and _typed(package, name)), None)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ReadError("damaged", f"not a readable Office file: {error}") from error
    if typed:
        raise ReadError("damaged", f"its part {typed} declares entities, which no Office file does")
    if unpacked > _UNPACKED_BYTES or (unpacked > 10_000_000 and unpacked > _RATIO * len(data)):
        raise ReadError("too_large", f"an Office file that unpacks from {len(data):,} to {unpacked:,} bytes")


def _typed(package: zipfile.ZipFile, name: str) -> bool:
    """Whether a part begins with a document type, in which entities are declared."""
    with package.open(name) as part:
        return b"<!DOCTYPE" in part.read(_DOCTYPE_BYTES)


USUAL_PASSWORD = "VelvetSweatshop"
"""What Excel protects a workbook's structure with, and tries before it asks for a password."""


def without_usual_password(data: bytes) -> bytes | None:
    """The file that Excel opens without asking, decrypted; None if it asks for a password."""
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=USUAL_PASSWORD)
        stream = io.BytesIO()
        file.decrypt(stream)
    except (msoffcrypto.exceptions.DecryptionError, msoffcrypto.exceptions.FileFormatError, *MALFORMED, OSError):
        return None
    return stream.getvalue()


def without_blanks(data: bytes) -> bytes:
    """The workbook without the cells that only have a style: some have a million of them, and a reader keeps each."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [info for info in package.infolist() if info.filename.startswith("xl/worksheets/")]
        if not any(info.file_size > _LARGE_SHEET for info in sheets):
            return data
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as leaner:
            for info in package.infolist():
                content = package.read(info)
                if info in sheets:
                    content = _EMPTY_ROW.sub(b"", _BLANK_CELL.sub(b"", content))
                leaner.writestr(info.filename, content)
    return stream.getvalue()
