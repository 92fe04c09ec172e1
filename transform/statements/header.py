"""What each column of a statement is, by its header's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.document import Cell, Grid
from transform.statements.declared import (
    CODE_HEADERS,
    NAME_HEADERS,
    TOTAL_HEADERS,
    TOTAL_LINES,
    VALUE_HEADERS,
    Statement,
    component_of,
    measure_of,
    plain,
    statement_titled,
)

NUMBER = re.compile(r"[-−(（]?[\d０-９][\d０-９,，.．\s]*[)）]?%?")
EMPTY = re.compile(r"[-—–－\s]*")
"""What a publisher prints where there is no money: nothing, or a dash."""
_HEADING = re.compile(r"(单位|部门)\s*[:：]")
_NUMBERED = re.compile(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.、．]")


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of money: its canonical name and the columns it is the total of (itself left out)."""

    column: int
    name: str
    path: tuple[str, ...]
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns that make lines together: codes, names, money. A balance has one block per side."""

    codes: tuple[int, ...]
    names: tuple[int, ...]
    measures: tuple[Measure, ...]
    suffix: str = ""
    scheme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A column that is itself a line (“三公”经费): its path of names and the value it shows."""

    column: int
    path: tuple[str, ...]
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`rows` header rows were read; `unknown` are heads that no declaration names."""

    rows: int
    blocks: tuple[Block, ...] = ()
    components: tuple[Component, ...] = ()
    unknown: tuple[str, ...] = ()


def is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text.strip()))


def heading_rows(grid: Grid) -> int:
    """How many rows on top of the grid are heading (title, 部门：, 单位：, blanks) drawn as part of the table."""
    covering = grid.covering()
    for index, cells in enumerate(covering):
        texts = [cell.text for cell in _distinct(cells) if cell.text.strip()]
        alone = len(texts) == 1 and (len(_distinct(cells)) == 1 or statement_titled(texts[0]) is not None)
        if texts and not alone and not any(_HEADING.search(text) for text in texts):
            return index
    return len(covering)


def body_start(grid: Grid, first: int) -> int:
    """The first row of lines: it holds a number, a numbered name, a total alone, or nothing at all."""
    own = grid.rows()
    for index in range(first, grid.n_rows):
        texts = [cell.text.strip() for cell in own[index] if cell is not None and cell.text.strip()]
        rest = texts[1:]
        if any(is_number(text) for text in texts) or (not texts and index > first and any(own[index])):
            return index
        if texts and (_NUMBERED.match(texts[0]) or (TOTAL_LINES.fullmatch(plain(texts[0])) and not rest)):
            return index
    return grid.n_rows


def read_header(grid: Grid, first: int, statement: Statement) -> Header:
    """Read the header between rows `first` and the first line; blocks are empty if no column is named."""
    end = body_start(grid, first)
    covering = grid.covering()
    paths = [_path([covering[row][column] for row in range(first, end)]) for column in range(grid.n_columns)]
    roles = [_role(path) for path in paths]
    if not any(role in ("code", "name") for role in roles):
        return _components(paths, end - first)
    body = grid.rows()[end:]
    blocks: list[Block] = []
    unknown: list[str] = []
    codes: list[int] = []
    names: list[int] = []
    money: list[int] = []

    def close() -> None:
        if names or codes:
            suffix, scheme = _side([paths[column] for column in [*codes, *names, *money]], statement)
            blocks.append(
                Block(
                    codes=tuple(codes),
                    names=tuple(names),
                    measures=_measures(money, paths),
                    suffix=suffix,
                    scheme=scheme,
                )
            )

    for column, role in enumerate(roles):
        if role in ("code", "name"):
            if money:
                close()
                codes, names, money = [], [], []
            (codes if role == "code" else names).append(column)
        elif role == "measure":
            money.append(column)
        elif not paths[column] and names and not money:
            names.append(column)  # the head of the name covers one column, the names take two
        elif any(row[column] is not None and row[column].text.strip() for row in body) or paths[column]:  # type: ignore[union-attr]
            unknown.append(" / ".join(paths[column]) or f"column {column + 1}")
    close()
    return Header(rows=end - first, blocks=tuple(blocks), unknown=tuple(unknown))


def _components(paths: Sequence[tuple[str, ...]], rows: int) -> Header:
    found: list[Component] = []
    unknown: list[str] = []
    for column, path in enumerate(paths):
        if not path:
            continue
        value = next((v for v in VALUE_HEADERS if plain(path[-1]).endswith(v)), None)
        names = path[:-1] if path[-1] in VALUE_HEADERS else path
        folded = [_component_name(name) for name in names]
        if None in folded:
            unknown.append(" / ".join(path))
            continue
        found.append(Component(column=column, path=tuple(n for n in folded if n), measure=value or "预算数"))
    return Header(rows=rows, components=tuple(found), unknown=tuple(unknown))


def _component_name(head: str) -> str | None:
    if TOTAL_HEADERS.fullmatch(plain(head)):
        return "合计"
    return component_of(head) or measure_of(head)


def _distinct(cells: Sequence[Cell | None]) -> list[Cell]:
    return list({id(cell): cell for cell in cells if cell is not None}.values())


def _path(cells: Sequence[Cell | None]) -> tuple[str, ...]:
    texts = [plain(cell.text) for cell in _distinct(cells)]
    return tuple(text for text in texts if text)


def _role(path: tuple[str, ...]) -> str | None:
    """`code`, `name`, `measure`, or None for a head that is blank or not declared."""
    if not path:
        return None
    for head in reversed(path):
        if CODE_HEADERS.fullmatch(head):
            return "code"
        if NAME_HEADERS.fullmatch(head):
            return "name"
    return "measure" if measure_of(path[-1]) else None


def _measures(columns: Sequence[int], paths: Sequence[tuple[str, ...]]) -> tuple[Measure, ...]:
    totals = [c for c in columns if TOTAL_HEADERS.fullmatch(paths[c][-1]) and list(_siblings(c, columns, paths))]
    named: dict[int, str] = {column: measure_of(paths[column][-1]) or "" for column in columns}
    repeated = {name for name in named.values() if list(named.values()).count(name) > 1}
    found = []
    for column in columns:
        name = named[column] if named[column] not in repeated else "/".join(paths[column])
        parts = [c for c in _siblings(column, columns, paths) if c not in totals] if column in totals else []
        found.append(Measure(column, name, paths[column], tuple(parts)))
    return tuple(found)


def _siblings(column: int, columns: Sequence[int], paths: Sequence[tuple[str, ...]]) -> Iterator[int]:
    """The other money columns under the same head."""
    group = paths[column][:-1]
    return (c for c in columns if c != column and paths[c][: len(group)] == group)


def _side(paths: Sequence[tuple[str, ...]], statement: Statement) -> tuple[str, str]:
    heads = [head for path in paths for head in path]
    for word, (suffix, scheme) in (statement.sides or {}).items():
        if any(word in head and not NAME_HEADERS.fullmatch(head) for head in heads):
            return suffix, scheme
    return "", statement.scheme
