"""What one row of a block prints: its code, its names, its unit, its money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.document import Cell
from transform.statements.header import Block
from transform.statements.heads import TOTAL_LINES, plain

CODE = re.compile(r"\d{3,9}")
_BLANKS = re.compile(r"\s+")
_PART, _CLASS = 2, 3
"""Digits of a 款's own code, and of a 类."""


@dataclass(slots=True)
class Row:
    """What one row of a block prints."""

    code: str
    names: list[tuple[int, Cell]]
    """(position among the name columns, cell), blank ones left out."""
    unit_code: str
    unit_name: str
    amounts: dict[int, Cell]
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


def row_of(
    own: Sequence[Cell | None], covering: Sequence[Cell | None], number: int, block: Block, carried: list[str]
) -> Row:
    code_cells = [cell for column in block.codes if (cell := own[column])]
    # A name may be merged over the columns before it (支出合计 over both sides of the expenditure).
    names: list[tuple[int, Cell]] = []
    for place, column in enumerate(block.names):
        cell = own[column] or covering[column]
        if cell is not None and cell.row == number and all(cell is not seen for _, seen in names):
            names.append((place, cell))
    amounts = {m.column: cell for m in block.measures if (cell := own[m.column])}
    if not any(cell.text.strip() for _, cell in names) and any(cell.text.strip() for cell in amounts.values()):
        names += [(place, cell) for place, column in enumerate(block.names) if (cell := covering[column])]
    unit_cells = [cell for column in block.units if (cell := covering[column]) is not None]
    unit_texts = [_BLANKS.sub("", cell.text) for cell in unit_cells]
    unit_code = next((text for text in unit_texts if re.fullmatch(r"\d{3,12}", text)), "")
    unit_name = next((text for text in reversed(unit_texts) if text and text != unit_code), "")
    printed = [(place, cell) for place, cell in names if cell.text.strip()]
    code = _code([_BLANKS.sub("", cell.text) if (cell := own[column]) else "" for column in block.codes], carried)
    if not printed and code_cells and not CODE.fullmatch(code) and code:
        printed = [(0, next(cell for cell in code_cells if cell.text.strip()))]  # a merged 合计 in the code's column
        code = ""
    if not printed and not code:
        printed = [
            (0, cell) for column in block.numbers if (cell := own[column]) and TOTAL_LINES.fullmatch(plain(cell.text))
        ][:1]
        names += printed
    return Row(
        code=code,
        names=printed,
        unit_code=unit_code,
        unit_name=unit_name,
        amounts=amounts,
        cells=tuple({id(c): c for c in (*code_cells, *(cell for _, cell in names), *unit_cells)}.values()),
        notes=tuple(text for c in block.notes if (cell := covering[c]) and (text := _BLANKS.sub("", cell.text))),
    )


def _code(parts: list[str], carried: list[str]) -> str:
    """The line's code. 类, 款 and 项 may stand in columns of their own, each printed on every row, or only where it
    changes; or each column repeats the code from the beginning."""
    deepest = next((place for place in reversed(range(len(parts))) if parts[place]), None)
    if deepest is None or not all(part.isdigit() for part in parts if part):
        return "".join(parts)
    last = parts[deepest]
    if len(parts) == 1 or (deepest and len(last) > 3):
        carried[:] = []
        return last
    parts = [part.zfill(2) if part and place else part for place, part in enumerate(parts)]  # a sheet drops the 0 of 01
    last = parts[deepest]
    whole = [part or (carried[place] if place < len(carried) else "") for place, part in enumerate(parts[:deepest])]
    carried[:] = [*whole, last]
    return "".join(carried)


def whole_codes(own: Sequence[Sequence[Cell | None]], block: Block, first: int) -> dict[int, str]:
    """Row → the code of a 款 that one column prints less its 类: 05 between 208 and 2080505 is 20805."""
    if len(block.codes) != 1:
        return {}
    printed = [(n, _BLANKS.sub("", cell.text)) for n in range(first, len(own)) if (cell := own[n][block.codes[0]])]
    printed = [(number, code) for number, code in printed if code.isdigit()]
    found: dict[int, str] = {}
    above = ""
    for (number, code), (_, after) in pairwise([*printed, (len(own), "")]):
        if len(code) == _PART and above and after.startswith(above + code) and len(after) > len(above + code):
            found[number] = above + code
        above = code if len(code) == _CLASS else above
    return found
