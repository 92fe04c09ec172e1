"""The cells of a department form that came as lines, each with what it says and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.document import Finding
from transform.flags import Flag
from transform.forms.department_widths import AxisLine
from transform.forms.printed import PrintedTask
from transform.passages import less_layout
from transform.printed import Printed
from transform.records import Source
from transform.tables.claimed_text import ClaimedText
from transform.tables.wrapped_cells import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedAmount:
    """An amount of one line of an axis; `label` as printed less layout."""

    axis: AxisLine
    label: str
    amount: Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    """A row of the indicators; `level1` and `level2` are printed labels ('' where none), None is an empty cell."""

    level1: str
    level2: str
    name: Printed
    cycle: Printed | None
    annual: Printed | None
    flags: tuple[Flag, ...] = ()


@dataclass(slots=True, kw_only=True)
class FormCells:
    """The form as its cells say it, filled while it is read."""

    title: str | None = None
    heading: str = ""
    """Everything above the department's name: where a year may stand."""
    money_units: set[str] = field(default_factory=set)
    task_money_units: set[str] = field(default_factory=set)
    department: Printed | None = None
    staff: Printed | None = None
    subordinate_units: Printed | None = None
    goal: Printed | None = None
    amounts: list[PrintedAmount] = field(default_factory=list)
    tasks: list[PrintedTask] = field(default_factory=list)
    indicators: list[PrintedRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unconsumed: list[Source] = field(default_factory=list)


def printed(sheet: ClaimedText, pieces: Sequence[Piece]) -> Printed:
    """The cell that `pieces` of the flattened text make up; they count as consumed."""
    for piece in pieces:
        sheet.claim(piece.start, piece.start + len(piece.text))
    text = "\n".join(piece.text for piece in pieces)
    line = pieces[0].line
    return Printed(text=less_layout(text), source=Source(text=text, page=line.page, line=line.line, box=line.box))
