"""What stands where on a page: each cell with what became of it, and the rows that were read from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from extract.document import Box, Cell, Grid, Line, Page
from warehouse.read.page_rows import Row

KINDS = ("fact", "holds", "fails", "doubt", "note", "label", "furniture", "unread")
"""A fact, a control that holds, one that fails, a row that an expectation holds, a note, a label, text, unread."""
_NEAR = 1.5
"""Points within which two boxes are one."""

Sides = tuple[float, float, float, float]


@dataclass(slots=True)
class Mark:
    """One box on a page, in points."""

    box: Sides
    kind: str
    text: str
    rows: list[str] = field(default_factory=list)
    confidence: float | None = None

    @property
    def title(self) -> str:
        sure = "" if self.confidence is None else f" ({self.confidence:.0%})"
        return f"{self.text}{sure}"


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of the page that no rule consumed, and those that were kept as notes."""

    unread: Collection[str]
    notes: Collection[str]


def kind_of(row: Row) -> str:
    if row.kind == "control":
        return "holds" if row.holds else "fails"
    return "doubt" if row.failing else "fact"


def marks_on(page: Page | None, rows: Sequence[Row], texts: Texts) -> list[Mark]:
    """The marks of a page: those of rows first, then of what else was read there."""
    by_box: dict[Sides, Mark] = {}
    for row in rows:
        if row.box is None:
            continue
        box = (round(row.box[0], 1), round(row.box[1], 1), round(row.box[2], 1), round(row.box[3], 1))
        mark = by_box.setdefault(box, Mark(box, kind_of(row), row.printed or row.source_text))
        mark.rows.append(row.name)
        mark.kind = max(mark.kind, kind_of(row), key=_RANK.__getitem__)
    marks = list(by_box.values())
    for part in _parts(page):
        if part.box is None or not part.text.strip():
            continue
        box = _sides(part.box)
        same = _same(box, marks)
        if same is not None:
            same.confidence = part.confidence
        else:
            marks.append(Mark(box, _unclaimed(part, texts), part.text, confidence=part.confidence))
    return marks


_RANK: Mapping[str, int] = {"fact": 0, "holds": 1, "doubt": 2, "fails": 3}


def _parts(page: Page | None) -> list[Cell | Line]:
    found: list[Cell | Line] = []
    for block in page.blocks if page else ():
        if isinstance(block, Grid):
            found += block.cells
        else:
            found.append(block)
    return found


def _same(box: Sides, marks: Sequence[Mark]) -> Mark | None:
    for mark in marks:
        if mark.rows and all(abs(one - other) <= _NEAR for one, other in zip(box, mark.box, strict=True)):
            return mark
    return None


def _unclaimed(part: Cell | Line, texts: Texts) -> str:
    text = part.text.strip()
    if any(text and text in note for note in texts.notes):
        return "note"
    if isinstance(part, Line):
        return "furniture"
    return "unread" if text in texts.unread else "label"


def _sides(box: Box) -> Sides:
    return box.x0, box.top, box.x1, box.bottom
