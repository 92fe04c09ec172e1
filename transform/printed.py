"""A cell as it was printed: its text less layout, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.document import Cell, Finding, Severity
from transform.amounts import AmountError, holds_several, read_amount
from transform.passages import less_layout
from transform.records import Amount, Reading, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A cell's text less its layout (`less_layout`), never empty, and where it stands."""

    text: str
    source: Source


def source_of(cell: Cell) -> Source:
    return Source(text=cell.text.strip(), page=cell.page, line=cell.line, box=cell.box, confidence=cell.confidence)


def printed_cell(cell: Cell) -> Printed | None:
    """What a cell prints; None if it is empty."""
    text = less_layout(cell.text)
    return Printed(text=text, source=source_of(cell)) if text else None


def amount_printed(printed: Printed, text: str, unit: str) -> Amount:
    """`text`, the number that `printed` says, as an amount in `unit`.

    Raises AmountError as `read_amount` does, and where the lines of the cell may be several amounts: without its layout
    they look like one.
    """
    if holds_several(printed.source.text):
        raise AmountError(f"lines of digits that may be several amounts of money: {printed.source.text!r}")
    return read_amount(text, unit)


def distinct(cells: Sequence[Cell | None]) -> list[Cell]:
    """The cells of a row (or column) in order, merged ones once."""
    seen: dict[int, Cell] = {id(cell): cell for cell in cells if cell is not None}
    return list(seen.values())


def oddities(target: str, readings: Iterable[Reading], where: Source) -> Iterator[Finding]:
    """What is odd about the readings of one target, each once."""
    for code in sorted({code for reading in readings for code in reading.findings}):
        message = f"the target “{target}” reads in more than one way or oddly"
        yield finding_at(code, message, where, Severity.WARNING)


def finding_at(code: str, message: str, where: Source, severity: Severity = Severity.CRITICAL) -> Finding:
    """A finding about what is printed at a place; the text there is its evidence."""
    return Finding(code=code, severity=severity, message=message, page=where.page, line=where.line, evidence=where.text)
