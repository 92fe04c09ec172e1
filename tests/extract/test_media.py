"""A file's medium is what its bytes say, whatever its name."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pytest

from extract.document import Medium
from extract.media import described, medium_of


def _docx() -> bytes:
    stream = io.BytesIO()
    docx.Document().save(stream)
    return stream.getvalue()


def _xlsx() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def _zip() -> bytes:
    """A stored PDF's own mark stands near the beginning of the archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("a.pdf", "%PDF-1.4")
    return stream.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("data", "medium"),
    [
        (b"%PDF-1.7\n...", Medium.PDF),
        (b"\r\n\r\n%PDF-1.4\n...", Medium.PDF),
        (_docx(), Medium.DOCX),
        (_xlsx(), Medium.XLSX),
        (_zip(), Medium.ZIP),
        (b"PK\x03\x04 broken", Medium.ZIP),
        (_OLE + "Workbook\0".encode("utf-16-le"), Medium.XLS),
        (_OLE + "WordDocument\0".encode("utf-16-le"), Medium.DOC),
        (_OLE + "EncryptedPackage\0".encode("utf-16-le"), None),
        ("<!DOCTYPE html><html><body>表</body></html>".encode("gb18030"), Medium.HTML),
        ('\ufeff\n<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table>'.encode(), Medium.HTML),
        ("<div class='content'>表</div>".encode(), Medium.HTML),
        ("项目名称\t绩效目标\n课题\t<p>1、采购服务</p>".encode(), Medium.TEXT),
        ("\ufeff项目支出绩效目标表".encode(), Medium.TEXT),
        ("项目支出绩效目标表".encode("gb18030"), Medium.TEXT),
        ("\ufeff表".encode("utf-16-le"), Medium.TEXT),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, None),
        (b"Rar!\x1a\x07\x01\x00" + b"\0" * 64, Medium.ZIP),
        (b"", None),
        (b"\0\1\2\3" * 100, None),
    ],
)
def test_medium_of(data: bytes, medium: Medium | None) -> None:
    assert medium_of(data) is medium


def test_what_cannot_be_read_is_described() -> None:
    assert described(b"") == "an empty file"
    assert "password" in described(_OLE + "EncryptedPackage\0".encode("utf-16-le"))
    assert "方正" in described(b"Founder CEB 3.00" + b"\0" * 64)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("OFD.xml", "<ofd:OFD/>")
    assert medium_of(stream.getvalue()) is None
    assert "版式文件" in described(stream.getvalue())
