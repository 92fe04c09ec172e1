"""Formulas of a workbook whose stored values nobody computed: the cell would look empty, or hold a zero that is none.

A program that writes workbooks without computing them stores no value, or 0 in every formula; a spreadsheet program
fills them in when a person opens the file. So zeros are believed as soon as one formula has another value.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import xlrd
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from extract.document import Finding, Severity

_REFERENCE = re.compile(r"(?<![!A-Za-z0-9_$.])\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?(?![\w(!])")
_MAY_BE_ZERO = re.compile(r".[-<>=]|IF|MOD|COUNT|MATCH")
"""A difference, comparison or count of other numbers is 0 often enough: it says nothing."""
_EVIDENCE = 20
"""Cells that a finding names."""
_FORMULA, _BEGIN, _END = 0x0006, 0x0809, 0x000A
_EMPTY_TEXT = b"\x03\x00\x00\x00\x00\x00\xff\xff"
_GIVES_EMPTY_TEXT = b"\x17\x00"
"""The token of the text "" in a compiled formula: it may give an empty text on purpose."""


@dataclass(slots=True)
class Formulas:
    """What the formulas of a workbook store, sheet by sheet."""

    unknown: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    """(sheet, page) → cells without a stored value."""
    zeros: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    """(sheet, page) → cells whose stored value is 0 though they name another number."""
    computed: bool = False
    """Some formula has a value that no program writes without computing it."""

    def findings(self) -> Iterator[Finding]:
        """One for each sheet with formulas that nobody computed."""
        for found, what in ((self.unknown, "no stored value and read as empty cells"), (self.zeros, "all stored as 0")):
            if found is self.zeros and self.computed:
                continue
            for (sheet, page), cells in found.items():
                if not cells:
                    continue
                yield Finding(
                    code="formula_without_value",
                    severity=Severity.CRITICAL,
                    message=f"formulas of sheet {sheet} have {what}: nobody computed them",
                    page=page,
                    evidence=", ".join(cells[:_EVIDENCE]),
                )

    def add_xlsx(self, written: Worksheet, shown: Worksheet, page: int) -> None:
        """The formulas of a sheet; `shown` holds the stored values."""
        numbers = [place for place, cell in shown._cells.items() if _is_number(cell.value) and cell.value]
        for position, cell in sorted(written._cells.items()):
            if cell.data_type != "f":
                continue
            value, formula = shown._cells[position].value, str(getattr(cell.value, "text", cell.value))
            if value is None and '""' not in formula:
                self.unknown.setdefault((written.title, page), []).append(cell.coordinate)
            elif _is_number(value) and value == 0:
                found = self.zeros.setdefault((written.title, page), [])
                if len(found) < _EVIDENCE and _adds_one_of(numbers, formula):
                    found.append(cell.coordinate)
            elif _is_number(value):
                self.computed = True

    def add_xls(self, book: xlrd.Book, sheet: xlrd.sheet.Sheet, page: int) -> None:
        """The formulas of a sheet, from its records: xlrd hands on their values alone."""
        numbers = any(cell.ctype == xlrd.XL_CELL_NUMBER and cell.value for row in sheet.get_rows() for cell in row)
        for (row, column), (stored, tokens) in _stored_in(book, sheet.number).items():
            name = f"{get_column_letter(column + 1)}{row + 1}"
            if stored == _EMPTY_TEXT:
                if _GIVES_EMPTY_TEXT not in tokens:
                    self.unknown.setdefault((sheet.name, page), []).append(name)
            elif stored == bytes(8):
                if numbers:
                    self.zeros.setdefault((sheet.name, page), []).append(name)
            elif stored[6:] != b"\xff\xff":
                self.computed = True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _adds_one_of(places: Sequence[tuple[int, int]], formula: str) -> bool:
    """Whether the formula, of numbers that are there, names one of these cells (row, column) of its sheet."""
    if _MAY_BE_ZERO.search(formula.upper()):
        return False
    for reference in _REFERENCE.findall(formula):
        corners = [coordinate_to_tuple(corner) for corner in reference.replace("$", "").split(":")]
        (top, left), (bottom, right) = corners[0], corners[-1]
        if any(top <= row <= bottom and left <= column <= right for row, column in places):
            return True
    return False


def _stored_in(book: xlrd.Book, number: int) -> Mapping[tuple[int, int], tuple[bytes, bytes]]:
    """(row, column) → the stored value and the tokens of each formula; {} before Excel 97."""
    found: dict[tuple[int, int], tuple[bytes, bytes]] = {}
    if book.biff_version < 80 or book.mem is None:
        return found
    stream, at, depth = book.mem, book._sh_abs_posn[number], 0
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, at)
        record, at = bytes(stream[at + 4 : at + 4 + length]), at + 4 + length
        if code == _BEGIN:
            depth += 1  # a chart within the sheet begins
        elif code == _END:
            depth -= 1
            if depth == 0:
                break
        elif code == _FORMULA and depth == 1 and len(record) >= 22:
            row, column = struct.unpack_from("<HH", record)
            found[row, column] = (record[6:14], record[22:])
    return found
