"""Which line of a statement is part of which: by its code, by its numbering, or by the column it begins in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extract.document import Cell, Grid
from transform.statements.declared import TOTAL_LINES, plain
from transform.statements.header import Block, Component

_MARKERS = (
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"[（(][一二三四五六七八九十]+[）)]、?"),
    re.compile(r"\d+[.、．](?!\d)"),
    re.compile(r"[（(]\d+[）)]"),
)
_OF_WHICH = re.compile(r"其中[:：]?")
_CODE = re.compile(r"\d{3,9}")
_BLANKS = re.compile(r"\s+")


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
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    def leaves(self) -> Iterator[Node]:
        """The lines below it that have none below them; itself if it has none."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def path(self) -> str:
        return f"{self.parent.path()}/{self.name}" if self.parent else self.name


def lines_of(grid: Grid, block: Block, first: int) -> list[Node]:
    """The block's lines from row `first` on, in printed order, each under its parent. Blank rows give none."""
    own, covering = grid.rows(), grid.covering()
    nodes: list[Node] = []
    stack: list[Node] = []
    after_total = under_unmarked = False
    for row in range(first, grid.n_rows):
        cells = own[row]
        code_cells = [cell for column in block.codes if (cell := cells[column])]
        # A name may be merged over the columns before it (支出合计 over both sides of the expenditure).
        name_cells: list[tuple[int, Cell]] = []
        for place, column in enumerate(block.names):
            cell = cells[column] or covering[row][column]
            if cell is not None and cell.row == row and all(cell is not seen for _, seen in name_cells):
                name_cells.append((place, cell))
        code = "".join(_BLANKS.sub("", cell.text) for cell in code_cells)
        printed = [(place, cell) for place, cell in name_cells if cell.text.strip()]
        amounts = {m.column: cell for m in block.measures if (cell := cells[m.column])}
        if not printed and not _CODE.fullmatch(code):
            if not code:
                continue
            printed = [(0, code_cells[0])]  # a merged 合计 begins in the code's column
            code = ""
        texts = [_BLANKS.sub("", cell.text) for _, cell in printed]
        text = texts[0] if texts else code
        is_total = _is_total(text) and len(printed) == 1
        marker, name = _marker(text)
        of_which = bool(_OF_WHICH.match(text))
        if _CODE.fullmatch(code):
            level = len(code)
        elif len(block.names) > 1:
            named = [(place, t) for (place, _), t in zip(printed, texts, strict=True) if not _is_total(t)]
            level = named[-1][0] if named else 0  # the money is that of the last column that names something
            name = " ".join(t for _, t in named) or text
        elif of_which and nodes:
            level = stack[-1].level + (0 if stack[-1].of_which else 1) if stack else 0
        else:
            level = 0 if marker is None else marker + (1 if under_unmarked else 0)
            under_unmarked = after_total if marker is None else under_unmarked
        node = Node(
            name=_OF_WHICH.sub("", name) if of_which else name,
            code=code if _CODE.fullmatch(code) else None,
            level=level,
            is_total=is_total,
            amounts=amounts,
            cells=tuple(code_cells) + tuple(cell for _, cell in name_cells),
            of_which=of_which,
        )
        nodes.append(node)
        if is_total:
            after_total = True
            stack.clear()
            under_unmarked = False
            continue
        _hang(node, stack)
    return nodes


def components_of(grid: Grid, components: Sequence[Component], first: int) -> Iterator[tuple[str, list[Node]]]:
    """Tables whose columns are lines: (measure, nodes) for each value shown; a group's 小计 is its own money."""
    own = grid.rows()
    rows = [row for row in range(first, grid.n_rows) if any(cell and cell.text.strip() for cell in own[row])]
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


def _hang(node: Node, stack: list[Node]) -> None:
    """Put the node under the nearest line before it of a lower level (for codes: whose code it begins with)."""
    while stack and (
        stack[-1].level >= node.level or (node.code and stack[-1].code and not node.code.startswith(stack[-1].code))
    ):
        stack.pop()
    if stack:
        node.parent = stack[-1]
        stack[-1].children.append(node)
    stack.append(node)


def _is_total(text: str) -> bool:
    return bool(TOTAL_LINES.fullmatch(plain(text)))


def _marker(text: str) -> tuple[int | None, str]:
    """(rank of the numbering, name without it): 一、 0, （一） 1, 1. 2, （1） 3; None if unnumbered."""
    for rank, pattern in enumerate(_MARKERS):
        if found := pattern.match(text):
            return rank, text[found.end() :]
    return None, text
