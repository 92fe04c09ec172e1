"""A project table whose cell borders were lost: lines of text, cell after cell, each cell wrapped at its own width.

What is left to tell rows apart: the name is indented, its amounts stand together at the end of a line and add up, the
indicators begin with a number and a level 1 label, a finished cell ends in a full stop.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from extract.document import Document, Finding, Grid, Line
from transform.amounts import AMOUNT_PATTERN, AmountError, close_up, read_amount
from transform.checks.coverage import Ledger
from transform.passages import Part, Passage
from transform.tables.columns import MONEY, Column, Role, fold_heading, may_go_on, spell_columns
from transform.tables.hierarchy import bears_unit_name
from transform.tables.indicator_heads import Grammar, first_item
from transform.tables.rows import Printed, Row, Table, is_page_number, unknown_column

_AMOUNTS = re.compile(rf"^(?P<name>.*?)(?:^|\s+)(?P<amounts>(?:{AMOUNT_PATTERN})(?:\s+(?:{AMOUNT_PATTERN}))*)$")
_STOPS = "。．"
_HEADER_LINES = 80
_UNKNOWN = 12
"""An undeclared column's name has at most so many characters."""
_NAME_LINES = 8
"""A name fills at most so many lines."""
_MONEY_WORD = re.compile(r"(?:费|费用|经费|资金|项目|补助|补贴|专项|支出|专题|奖励|款|工程|工作|活动|）|\))$")


@dataclass(frozen=True, slots=True)
class _Printed:
    """A line with what it ends in: a row's amounts or nothing."""

    line: Line
    text: str
    name: str
    amounts: tuple[str, ...]

    @property
    def indent(self) -> float:
        blank = self.line.text[: len(self.line.text) - len(self.line.text.lstrip())]
        return sum(1.0 if character == "\u3000" else 0.5 for character in blank)

    @property
    def width(self) -> float:
        return self.indent + _width(self.text)

    @property
    def closed(self) -> bool:
        return self.text[-1:] in _STOPS


def table_of_lines(document: Document, columns: Sequence[Column], grammar: Grammar, ledger: Ledger) -> Table | None:
    """The document's lines as a table; rows of any grid count as lines.

    Enters every line from the first header on into the ledger, except those that end in rows; returns None (and enters
    nothing) when no header of these columns is there.
    """
    lines = _lines(document)
    headers = _headers(lines, columns)
    if not headers:
        return None
    first, end, spelled, rest = headers[0]
    findings: list[Finding] = []
    if rest:
        findings.append(unknown_column(rest, page=lines[first].page, line=lines[first].line))
    heading = tuple(Passage.of_lines([line]) for line in lines[:first])
    above = {passage.clean for passage in heading}
    for start, stop, _, _ in headers:
        for line in lines[start:stop]:
            ledger.take(line.text)
    in_header = {at for start, stop, _, _ in headers for at in range(start, stop)}
    body = []
    numbers = _page_numbers(lines[end:])
    for at, line in enumerate(lines[end:], end):
        if at in in_header:
            continue
        if Passage.of_lines([line]).clean in above or (at - end) in numbers:
            ledger.take(line.text)
        else:
            body.append(_printed(line))
    reading = _LineReading(body, spelled, grammar)
    rows = reading.rows(ledger)
    heads = tuple(line.text for line in lines[first:end])
    return Table(heading=heading, columns=spelled, heads=heads, rows=rows, findings=tuple(findings))


def _lines(document: Document) -> list[Line]:
    lines: list[Line] = []
    for block in document.blocks():
        if isinstance(block, Grid):
            for row in block.rows():
                cells = [cell for cell in row if cell and cell.text.strip()]
                if cells:
                    text = "  " * round(cells[0].indent) + "  ".join(cell.text for cell in cells)
                    lines.append(Line(text=text, page=cells[0].page, line=cells[0].line, box=cells[0].box))
        elif block.text.strip():
            lines.append(block)
    return lines


def _headers(lines: Sequence[Line], columns: Sequence[Column]) -> list[tuple[int, int, tuple[Column, ...], str]]:
    """Every header as (first line, line behind it, its columns, what in it is no declared column)."""
    found = []
    at = 0
    while at < len(lines):
        end, spelled, rest = _header_at(lines, at, columns)
        roles = {column.role for column in spelled}
        if {Role.NAME, Role.TOTAL} <= roles and len(spelled) >= 3:
            found.append((at, end, spelled, rest))
            at = end
        else:
            at += 1
    return found


def _header_at(lines: Sequence[Line], start: int, columns: Sequence[Column]) -> tuple[int, tuple[Column, ...], str]:
    """Spell a header from line `start`, over lines that may hold a single character each; unknown words are kept."""
    tokens = [
        (at, fold_heading(token))
        for at in range(start, min(start + _HEADER_LINES, len(lines)))
        for token in lines[at].text.split()
    ]
    text = unknown = pending = ""
    end = start
    spelled: tuple[Column, ...] = ()
    for at, token in tokens:
        if _has_all(spelled) and at >= end:
            break
        if may_go_on(columns, text + token) or not spell_columns(columns, text + token)[1]:
            text += token
            found, rest = spell_columns(columns, text)
            if not rest:
                unknown, pending, end, spelled = unknown + pending, "", at + 1, found
        elif len(spelled) < 2 or len(pending) > _UNKNOWN or re.search(r"\d\.\d", token):
            break
        else:
            pending += token
    return end, spelled, unknown


def _has_all(spelled: Sequence[Column]) -> bool:
    return {Role.GOAL, Role.INDICATORS} <= {column.role for column in spelled}


def _page_numbers(lines: Sequence[Line]) -> set[int]:
    """Positions of page numbers: marked ones, and bare numbers when together they count upwards by one."""
    marked = {at for at, line in enumerate(lines) if is_page_number(line.text) and not line.text.strip().isdigit()}
    bare = [(at, int(line.text)) for at, line in enumerate(lines) if line.text.strip().isdigit()]
    counting = len(bare) > 1 and all(after == before + 1 for (_, before), (_, after) in itertools.pairwise(bare))
    single = len(bare) == 1 and bare[0][0] and lines[bare[0][0] - 1].text.rstrip()[-1:] in _STOPS
    return marked | {at for at, _ in bare} if counting or single else marked


def _printed(line: Line) -> _Printed:
    text = close_up(line.text).strip()
    match = _AMOUNTS.match(text)
    return _Printed(line, text, match["name"] if match else text, tuple(match["amounts"].split()) if match else ())


class _LineReading:
    """Tells rows apart in the lines below the header."""

    def __init__(self, lines: Sequence[_Printed], columns: Sequence[Column], grammar: Grammar) -> None:
        self._lines = lines
        self._grammar = grammar
        self._money = [column for column in columns if column.role in MONEY]
        self._indented = any(line.indent for line in lines)

    def rows(self, ledger: Ledger) -> tuple[Row, ...]:
        anchors = self._anchors()
        starts = [start for start, _, _ in anchors]
        first = starts[0] if starts else len(self._lines)
        for line in self._lines[:first]:
            ledger.leave(Passage.of_lines([line.line]).source())
        names = [line for start, anchor, _ in anchors for line in self._lines[start : anchor + 1] if line.name]
        width = max((line.indent + _width(line.name) for line in names), default=0.0)
        rows = []
        for at, (start, anchor, last) in enumerate(anchors):
            end = starts[at + 1] if at + 1 < len(starts) else len(self._lines)
            rows.append(self._row(start, anchor, last, end, width))
        return tuple(rows)

    def _anchors(self) -> list[tuple[int, int, int]]:
        """Each row as (line its name begins in, line of its first amounts, line of its last amounts)."""
        found: list[tuple[int, int, int]] = []
        at = 0
        while at < len(self._lines):
            if self._lines[at].amounts:
                last = self._last_amounts(at)
                behind = found[-1][2] + 1 if found else 0
                start = self._start(at, behind, self._amounts(at, last))
                if start is not None:
                    found.append((start, at, last))
                    at = last
            at += 1
        return found

    def _last_amounts(self, at: int) -> int:
        """Amounts may stand on lines of their own: the last line that still belongs to the row."""
        last = at
        while (
            last + 1 < len(self._lines)
            and self._lines[last + 1].amounts
            and not self._lines[last + 1].name
            and len(self._amounts(at, last + 1)) <= len(self._money)
            and not (len(self._amounts(at, last)) > 1 and _add_up(self._amounts(at, last)))
        ):
            last += 1
        return last

    def _amounts(self, first: int, last: int) -> list[str]:
        return [amount for line in self._lines[first : last + 1] for amount in line.amounts]

    def _start(self, at: int, behind: int, amounts: Sequence[str]) -> int | None:
        """The line in which the name of the row with these amounts begins; None when they belong to no row."""
        if len(amounts) > len(self._money):
            return None
        for start in range(at, max(behind, at - _NAME_LINES) - 1, -1):
            line = self._lines[start]
            if start < at and (line.closed or line.amounts or self._begins_indicators(start)):
                break
            if line.indent >= 1:
                return start
        return self._start_of_outermost(at, behind, amounts)

    def _start_of_outermost(self, at: int, behind: int, amounts: Sequence[str]) -> int | None:
        """Like `_start`, for a row that is not indented: its name begins behind the last finished cell."""
        start = at
        while start > behind and at - start < _NAME_LINES and not self._lines[start - 1].closed:
            start -= 1
        name = "".join(line.name for line in self._lines[start : at + 1]).replace(" ", "")
        own = self._lines[at].name.replace(" ", "")
        if own in ("合计", "总计", "小计"):
            return at
        plausible = len(amounts) > 1 and _add_up(amounts)
        if not name or not (plausible or not self._indented):
            return None
        if start == behind or self._lines[start - 1].closed:
            first = start == behind and behind > 0 and start < at
            if first and not self._lines[behind - 1].amounts:
                return None
            return start if not (self._indented and len(name) > 40) else None
        return at if bears_unit_name(own) else None

    def _begins_indicators(self, at: int) -> bool:
        text = Passage.of_lines([line.line for line in self._lines[at : at + 3]]).clean
        return first_item(text, self._grammar) == 0

    def _row(self, start: int, anchor: int, last: int, end: int, width: float) -> Row:
        lines = self._lines
        name = [Part(text=line.line.text, page=line.line.page, line=line.line.line) for line in lines[start:anchor]]
        own = lines[anchor]
        if own.name:
            name.append(Part(text=own.name, page=own.line.page, line=own.line.line, box=own.line.box))
        after = self._name_after(start, anchor, last, end, width)
        name += [
            Part(text=line.line.text, page=line.line.page, line=line.line.line) for line in lines[last + 1 : after]
        ]
        amounts = tuple(
            Printed(column=None, passage=Passage(parts=(Part(text=text, page=line.line.page, line=line.line.line),)))
            for line in lines[anchor : last + 1]
            for text in line.amounts
        )
        rest = range(after, end)
        begins = next((at for at in rest if self._begins_indicators(at)), end)
        return Row(
            name=Passage(parts=tuple(name)),
            amounts=amounts,
            goal=Passage.of_lines(line.line for line in lines[after:begins]),
            indicators=Passage.of_lines(line.line for line in lines[begins:end]),
            indent=lines[start].indent,
        )

    def _name_after(self, start: int, anchor: int, last: int, end: int, width: float) -> int:
        """The line behind the name, which may go on below its amounts when the part above them filled its column."""
        parts = [line.name for line in self._lines[start : anchor + 1] if line.name]
        indent = self._lines[start].indent if len(parts) == 1 else 0.0
        filled = bool(parts) and indent + _width(parts[-1]) >= width - 1.5 > 0
        after = last + 1
        while after < end:
            line = self._lines[after]
            open_bracket = _unbalanced("".join(parts))
            if not (filled or open_bracket) or line.width > width + 0.5 or line.text[-1] in "。；，、;,":
                break
            if line.indent or self._begins_indicators(after):
                break
            goal_follows = after + 1 < end and not self._begins_indicators(after + 1)
            if not (goal_follows or open_bracket or _MONEY_WORD.search("".join(parts) + line.text)):
                break
            parts.append(line.text)
            filled = line.width >= width - 1.5
            after += 1
        return after


def _width(text: str) -> float:
    """Width in em."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


def _unbalanced(text: str) -> bool:
    return any(text.count(left) > text.count(right) for left, right in ("（）", "()", "“”", "《》", "〔〕", "[]"))


def _add_up(amounts: Sequence[str]) -> bool:
    """Does one of the amounts equal the sum of the others, as a total beside its sources does?"""
    try:
        values = [read_amount(amount, "元").yuan for amount in amounts]
    except AmountError:
        return False
    return any(abs(value * 2 - sum(values, Decimal(0))) <= Decimal("0.02") for value in values)
