"""What Office files have in common: a ZIP package that may be a bomb, and libraries that fail on it in many ways."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from extract.errors import ReadError

MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    etree.LxmlError,
)
"""What the libraries raise on a file that is not what they take it for."""
_UNPACKED_BYTES = 400_000_000
_RATIO = 300


def check_package(data: bytes) -> None:
    """Raises ReadError (`damaged`, `too_large`) before a library unpacks what it should not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(info.file_size for info in package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ReadError("damaged", f"not a readable Office file: {error}") from error
    if unpacked > _UNPACKED_BYTES or (unpacked > 10_000_000 and unpacked > _RATIO * len(data)):
        raise ReadError("too_large", f"an Office file that unpacks from {len(data):,} to {unpacked:,} bytes")
