"""A formula that nobody computed is never read as an empty cell or as a zero."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from extract.office.workbooks import read_xls, read_xlsx

EMPTY_TEXT = b"\x03\0\0\0\0\0\xff\xff"


def book(**formulas: object) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    for place, value in ({"A1": "项目", "B1": "金额", "A2": "甲", "B2": 30, "A3": "乙", "B3": 50} | formulas).items():
        made.active[place] = value
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def stored(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with other values stored for its formulas."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename.endswith("sheet1.xml") else content)
    return stream.getvalue()


def value(text: bytes) -> Callable[[bytes], bytes]:
    return lambda sheet: re.sub(rb"</f><v ?/>|</f><v></v>", b"</f><v>" + text + b"</v>", sheet)


def codes(data: bytes) -> list[str]:
    return [finding.code for finding in (read_xls if data[:2] == b"\xd0\xcf" else read_xlsx)(data).findings]


def test_formulas_that_all_store_zero_were_never_computed() -> None:
    assert codes(stored(book(A4="合计", B4="=SUM(B2:B3)"), value(b"0"))) == ["formula_without_value"]
    assert codes(stored(book(A4="合计", B4="=$B$2+$B$3"), value(b"0"))) == ["formula_without_value"]


@pytest.mark.parametrize("formula", ["=SUM(C2:C3)", "=Other!B2", "=B2-30", "=IF(B2=30,0,1)"])
def test_a_formula_over_empty_cells_or_of_a_difference_may_be_zero(formula: str) -> None:
    assert codes(stored(book(A4="合计", B4=formula), value(b"0"))) == []


def test_zeros_are_believed_where_another_formula_has_a_value() -> None:
    data = stored(book(A4="合计", B4="=SUM(B2:B3)", A5="差", B5="=B2-30"), value(b"80"))
    data = stored(data, lambda sheet: sheet.replace(b"<f>B2-30</f><v>80</v>", b"<f>B2-30</f><v>0</v>"))
    assert codes(data) == []


def test_a_formula_that_gives_an_empty_text_is_no_formula_without_a_value() -> None:
    assert codes(book(A4="合计", B4='=IF(B2>0,"",B2)')) == []
    assert codes(book(A4="合计", B4="=B2")) == ["formula_without_value"]


@pytest.fixture(scope="module")
def old_workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """As XLS, its formulas computed."""
    folder = tmp_path_factory.mktemp("xls")
    (folder / "a.xlsx").write_bytes(book(A4="合计", B4="=SUM(B2:B3)", A5="注", B5='=IF(B2>0,"",B2)'))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xls", "--outdir", str(folder), str(folder / "a.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "a.xls").read_bytes()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("result", "found"),
    [(None, []), (bytes(8), ["formula_without_value"]), (EMPTY_TEXT, ["formula_without_value"])],
    ids=["computed", "zero", "empty"],
)
def test_xls_formulas_without_a_cached_value_look_empty(
    old_workbook: bytes, result: bytes | None, found: list[str]
) -> None:
    """xlrd hands on 0 or an empty text for them, as if that were printed."""
    data = bytearray(old_workbook)
    at = data.index(b"\x06\x00")
    while struct.unpack_from("<HH", data, at + 4) != (3, 1):  # B4 in the records of formulas
        at = data.index(b"\x06\x00", at + 1)
    if result is not None:
        data[at + 10 : at + 18] = result
    assert codes(bytes(data)) == found
