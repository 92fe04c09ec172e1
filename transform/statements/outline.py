"""Which line of a statement is part of which: by its code, by its numbering, by its indentation, or by the column it
begins in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extract.document import Cell, Grid
from transform.statements.economic import CLASSES
from transform.statements.header import Block, Component, numbers_columns
from transform.statements.heads import CARRIED_LINES, FUND_LINES, NOTE_LINES, TOTAL_LINES, plain
from transform.statements.printed_rows import CODE, Row, row_of, whole_codes

_MARKERS = (
    re.compile(r"[一二三四五六七八九十]+[、.．：:]"),
    re.compile(r"[（(][一二三四五六七八九十]+[）)]、?"),
    re.compile(r"\d+[.、．](?!\d)"),
    re.compile(r"[（(]\d+[）)]"),
)
_OF_WHICH = re.compile(r"其中[:：]?")
_CODED_NAME = re.compile(r"[\[【(（]?(?P<code>\d{3}(?:\d\d){0,3})[\]】)）]?[-－—_:：]?(?P<name>[一-鿿].*)")
_BLANKS = re.compile(r"\s+")
_LEAST_CODE = 3
_UNIT_CODE_LENGTHS = (6, 9)
"""Digits of a unit's code that no 类, 款 or 项 has."""
_FUNCTIONS, _ECONOMIC = ("2",), ("3", "5")
"""What codes of the classifications begin with."""
_ORGANISATION = re.compile(
    r".*(局|厅|委|委员会|办公室|办|中心|支队|大队|总队|院|所|站|学校|中学|小学|大学|馆|社|团|部|署|公司|本级|机关|会|处|园|台)"
    r"([(（].*[)）])?"
)
_INDENT = 0.8
"""Em by which a line stands deeper than another."""
_UNIT_LEVEL = -100
"""Lines of a unit stand under the line of the unit."""


@dataclass(slots=True, eq=False)
class Node:
    """One printed line: `level` orders it under the lines before it; totals stand outside the tree."""

    name: str
    code: str | None
    level: int
    is_total: bool
    amounts: dict[int, Cell]
    """Money column → its cell."""
    cells: tuple[Cell, ...]
    """The cells of code and name."""
    of_which: bool = False
    opens: bool = False
    """It prints 其中 itself; what follows it may go on with it."""
    uncertain: bool = False
    """The page does not show that it is part of its parent: the figures decide."""
    marker: int | None = None
    """The rank of its numbering: 一、 0, （一） 1."""
    unit: str | None = None
    """The unit whose line it is, where lines are of several units."""
    is_unit: bool = False
    remark: bool = False
    """其中 below a total: it repeats money of the lines above."""
    indent: float = 0.0
    first_column: int = 0
    notes: tuple[str, ...] = ()
    """What the row prints beside the line: a second classification, remarks."""
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    def subtree(self) -> Iterator[Node]:
        """Itself and all lines below it."""
        yield self
        for child in self.children:
            yield from child.subtree()

    def leaves(self) -> Iterator[Node]:
        """The lines below it that have none below them; itself if it has none."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def path(self) -> str:
        return f"{self.parent.path()}/{self.name}" if self.parent and not self.parent.is_unit else self.name

    def path_and_notes(self) -> str:
        return "/".join([self.path(), *self.notes])

    def leave_tree(self) -> None:
        """Stand alone: neither part of a line nor above one."""
        for child in list(self.children):
            child.leave_parent()
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None

    def leave_parent(self) -> None:
        """Stand beside the parent instead of under it."""
        assert self.parent is not None
        self.parent.children.remove(self)
        self.parent = self.parent.parent
        if self.parent is not None:
            self.parent.children.append(self)


def lines_of(grid: Grid, block: Block, first: int) -> list[Node]:
    """The block's lines from row `first` on, in printed order, each under its parent. Rows that print nothing in the
    block, notes under the table and rows that number the columns give none."""
    outline = _Outline(block)
    own, covering = grid.rows(), grid.covering()
    whole = whole_codes(own, block, first)
    for number in range(first, grid.n_rows):
        if numbers_columns([cell.text for cell in own[number] if cell is not None and cell.text.strip()]):
            continue
        row = row_of(own[number], covering[number], number, block, outline.codes)
        row.code = whole.get(number, row.code)
        outline.add(row)
    return outline.nodes


class _Outline:
    """Builds the tree of one block, row by row."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.nodes: list[Node] = []
        self.codes: list[str] = []
        self._stack: list[Node] = []
        self._after_total = False
        self._under_unmarked = False
        self._marked = False
        self._units: dict[str, str] = {}
        self._unit: str | None = None

    def add(self, row: Row) -> None:
        if self.block.units and not self.block.names and not self.block.codes:
            self._add_unit(row)
            return
        texts = [_BLANKS.sub("", cell.text) for _, cell in row.names]
        if not texts and not row.code and any(map(_is_total, row.notes)):
            texts = [
                next(text for text in row.notes if _is_total(text))
            ]  # a 合计 in the second classification's column
        if not texts and not row.code and not (row.unit_name and row.amounts):
            return
        if texts and NOTE_LINES.fullmatch(texts[0]):
            return
        if _is_total(row.unit_name):
            texts = texts or [row.unit_name]
        elif row.unit_code or row.unit_name:
            self._unit = row.unit_name or self._units.get(row.unit_code) or self._unit
            heads_unit = not row.code and self.block.codes and (not texts or not row.unit_name)
            if heads_unit and not (texts and _is_total(texts[0])):
                self._add_unit(row, texts[0] if texts else row.unit_name)
                return
        if texts and not self.block.units and self._is_units_code(row.code, texts[0]):
            row.unit_code, row.code = row.code, ""
            self._add_unit(row, texts[0])
            return
        text = texts[0] if texts else row.code or row.unit_name
        if coded := None if self.block.codes or len(texts) != 1 else _CODED_NAME.fullmatch(text):
            row.code, text = coded["code"], coded["name"]
            texts = [text]
        is_total = len(texts) <= 1 and (_is_total(text) or self._names_the_whole(text))
        of_which = bool(_OF_WHICH.match(text))
        marker, name = _marker(_OF_WHICH.sub("", text))
        node = Node(
            name=name,
            code=row.code if CODE.fullmatch(row.code) else None,
            level=0,
            is_total=is_total,
            amounts=row.amounts,
            cells=row.cells,
            notes=row.notes,
            of_which=of_which,
            opens=of_which,
            marker=marker,
            unit=self._unit,
            indent=_indent(row.names[0][1]) if row.names else 0.0,
            first_column=row.names[0][1].column if row.names else self.block.first_column,
        )
        if not is_total:
            self._set_level(node, row, texts, marker)
            top = self._stack[-1] if self._stack else None
            goes_on = top is not None and top.remark and node.indent >= top.indent - _INDENT / 2
            if self.block.totals and marker is None and (goes_on or (of_which and not top and self._after_total)):
                node.level, node.remark = 0, True
        self._hang(node)

    def _is_units_code(self, code: str, name: str) -> bool:
        """125001 某市某局 among the codes of a classification: neither its first digit nor its length is one's."""
        begins = {"function": _FUNCTIONS, "economic": _ECONOMIC}.get(self.block.scheme)
        if begins is None or not code.isdigit() or len(code) < _LEAST_CODE or not _ORGANISATION.fullmatch(plain(name)):
            return False
        return not code.startswith(begins) or len(code) in _UNIT_CODE_LENGTHS

    def _names_the_whole(self, text: str) -> bool:
        totals = self.block.totals
        return totals is not None and _marker(text)[0] is None and totals.fullmatch(plain(text)) is not None

    def _add_unit(self, row: Row, name: str = "") -> None:
        """A line that is a unit: its code says of which department."""
        name = name or row.unit_name or row.unit_code
        if not name:
            return
        is_total = _is_total(name)
        if not is_total:
            self._unit = name
            self._units[row.unit_code] = name
        node = Node(
            name=name,
            code=row.unit_code or None,
            level=_UNIT_LEVEL + len(row.unit_code),
            is_total=is_total,
            amounts=row.amounts,
            cells=row.cells,
            notes=row.notes,
            unit=None if is_total else name,
            is_unit=True,
            first_column=self.block.first_column,
        )
        self._hang(node)

    def _set_level(self, node: Node, row: Row, texts: list[str], marker: int | None) -> None:
        top = self._stack[-1] if self._stack and not self._stack[-1].is_unit else None
        if node.code is not None:
            node.level = len(node.code)
            if self.block.scheme == "project":  # the project stands beside the item that it is of
                node.name = " ".join(texts) or node.name
        elif len(self.block.names) > 1:
            named = [(place, t) for (place, _), t in zip(row.names, texts, strict=True) if not _is_total(t)]
            node.level = named[-1][0] if named else 0  # the money is that of the last column that names something
            node.name = " ".join(t for _, t in named) or node.name
        elif node.of_which and marker is None:
            node.level = top.level + (0 if top.of_which else 1) if top else 0
        elif marker is not None:
            self._marked = True
            node.level = marker + (1 if self._under_unmarked else 0)
        else:
            self._set_unmarked_level(node, top)

    def _set_unmarked_level(self, node: Node, top: Node | None) -> None:
        """Neither code nor number: what stands above it, its indentation and the words of the form say what it is."""
        self._under_unmarked = self._after_total
        if top is None:
            return
        sibling = next((n for n in reversed(self._stack) if n.indent <= node.indent + _INDENT / 2), None)
        if self._after_total:
            deeper = sibling is not None and node.indent >= sibling.indent + _INDENT
            if FUND_LINES.fullmatch(node.name) and CARRIED_LINES.fullmatch(self._stack[0].name):
                node.level, node.uncertain = 1, True
            elif self.block.totals and sibling is not None:
                node.level, node.uncertain = sibling.level + deeper, deeper
        elif self._marked:
            lowest = next((n for n in reversed(self._stack) if not n.uncertain and not n.of_which), top)
            node.level, node.uncertain = lowest.level + 1, True
            if self.block.totals and sibling is not None and sibling.uncertain and not sibling.of_which:
                node.level = sibling.level + (node.indent >= sibling.indent + _INDENT)
            node.of_which = top.of_which and top.level == node.level  # it goes on with what 其中 began
        elif self.block.scheme == "economic" and plain(node.name) in CLASSES:
            node.level = 0
        elif self.block.scheme == "economic" and plain(self._stack[0].name) in CLASSES:
            node.level, node.uncertain = 1, True
        elif sibling is not None and node.indent >= sibling.indent + _INDENT:
            node.level, node.uncertain = sibling.level + 1, True
        else:
            node.level = sibling.level if sibling is not None else 0

    def _hang(self, node: Node) -> None:
        """Put the node under the nearest line before it of a lower level (for codes: whose code it begins with)."""
        self.nodes.append(node)
        if node.is_total:
            self._after_total = any(not before.is_total for before in self.nodes)  # one on top ends nothing
            self._under_unmarked = False
            self._stack.clear()
            return
        stack = self._stack
        while stack and (stack[-1].level >= node.level or not _may_hold(stack[-1], node)):
            stack.pop()
        if stack:
            node.parent = stack[-1]
            stack[-1].children.append(node)
        stack.append(node)


def _may_hold(upper: Node, node: Node) -> bool:
    if upper.is_unit and not node.is_unit:
        return node.unit == upper.unit or node.unit is None
    return not (upper.code and node.code) or node.code.startswith(upper.code)


def components_of(grid: Grid, components: Sequence[Component], rows: Sequence[int]) -> Iterator[tuple[str, list[Node]]]:
    """Tables whose columns are lines: (measure, nodes) for each value shown; a group's 小计 is its own money."""
    own = grid.rows()
    for measure in dict.fromkeys(component.measure for component in components):
        nodes: dict[tuple[str, ...], Node] = {}
        for component in (c for c in components if c.measure == measure):
            total = component.path[-1] == "合计"
            path = component.path[:-1] if total else component.path
            cells = [cell for row in rows if (cell := own[row][component.column]) and cell.text.strip()]
            for end in range(1, len(path) + 1):
                nodes.setdefault(path[:end], Node(path[end - 1], None, end, False, {}, ()))
            node = nodes.setdefault(path, Node("合计", None, 0, True, {}, ()))
            if cells:
                node.amounts[0] = cells[0]
        for path, node in nodes.items():
            parent = nodes.get(path[:-1]) if len(path) > 1 else None
            if parent is not None:
                node.parent = parent
                parent.children.append(node)
        yield measure, list(nodes.values())


def _is_total(text: str) -> bool:
    return bool(TOTAL_LINES.fullmatch(plain(text).rstrip(":")))


def _marker(text: str) -> tuple[int | None, str]:
    """(rank of the numbering, name without it): 一、 0, （一） 1, 1. 2, （1） 3; None if unnumbered."""
    for rank, pattern in enumerate(_MARKERS):
        if found := pattern.match(text):
            return rank, text[found.end() :]
    return None, text


def _indent(cell: Cell) -> float:
    """How far the text stands from the cell's left edge, in em."""
    text = cell.text
    blanks = sum(0.5 if c in " \xa0" else 1.0 for c in text[: len(text) - len(text.lstrip())])
    return max(cell.indent, blanks)
