"""The header of a statement: where it stands, and which columns make lines together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.document import Cell, Grid
from transform.sections.government import titles_government
from transform.statements.declared import Statement, statement_titled
from transform.statements.heads import (
    COMPONENT_PARTS,
    COMPONENT_WHOLES,
    NUMBERING,
    OF_WHICH,
    TOTAL_HEADS,
    TOTAL_LINES,
    Role,
    bare,
    component_of,
    is_prior,
    measure_of,
    period_of,
    plain,
    role_of,
    value_of,
    years_of,
)
from transform.statements.helper_columns import helper_columns
from transform.statements.measures import Measure, measures_of
from transform.statements.words import WORDS, Words

NUMBER = re.compile(r"[-−(（]?[\d０-９][\d０-９,，.．\s]*[)）]?%?")
EMPTY = re.compile(r"[-—–－/\s]*|-?[\d.,]+[%％]")
"""What a publisher prints where there is no money: nothing, a dash, or a rate among amounts."""
_HEADING = re.compile(
    r"(?<![（(])(单位|部门)(名称)?\s*[:：]|^(部门|单位)?(公开|预算|决算|附|附件)?(\d+([-－—]\d+)*表|表\d+([-－—]\d+)*)$|^附[表件]\s*\d"
)
_NUMBERED = re.compile(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.、．]")
_SAYS_NONE = re.compile(r"没有|无.{2,}|未安排|未发生|不涉及|空表|^[注备说]")
"""A sentence across the table in the place of its lines."""
_FORMULA = re.compile(r"[（(]?\d{1,2}[)）]?(=[\d+\-－＋()（）/÷×*%％]+)?|[①-⑳]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns that make lines together: codes, names, units, money. A balance has one block per side."""

    codes: tuple[int, ...]
    names: tuple[int, ...]
    units: tuple[int, ...] = ()
    """Columns of a unit's code and name, where lines are of several units or are units."""
    measures: tuple[Measure, ...]
    suffix: str = ""
    scheme: str
    notes: tuple[int, ...] = ()
    """Columns beside them that tell lines of one name apart: a second classification, remarks."""
    numbers: tuple[int, ...] = ()
    """Columns that number the rows: a 合计 may stand in one."""
    totals: re.Pattern[str] | None = None
    """What further lines are totals, besides 合计 and its like."""

    @property
    def first_column(self) -> int:
        return min((*self.codes, *self.names, *self.units))


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A column that is itself a line (“三公”经费): its path of names and the value it shows."""

    column: int
    path: tuple[str, ...]
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`unknown` are heads that no declaration names. With components, `units` are the columns that name the unit of
    each row."""

    blocks: tuple[Block, ...] = ()
    components: tuple[Component, ...] = ()
    units: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()
    layout: tuple[int, ...] = ()
    """Columns of row numbers, growth rates, remarks."""
    helpers: tuple[int, ...] = ()
    """Those of them without a head, at the right, that repeat figures of their row."""


def is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text.strip()))


def heading_rows(grid: Grid, *, final: bool = False, words: Words = WORDS) -> int:
    """How many rows on top of the grid are heading (title, 部门：, 单位：, blanks) drawn as part of the table."""
    covering = grid.covering()
    for index, cells in enumerate(covering):
        texts = list(dict.fromkeys(cell.text for cell in _distinct(cells) if cell.text.strip()))
        alone = len(texts) == 1 and (len(_distinct(cells)) == 1 or _is_title(texts[0], words, final=final))
        if texts and not alone and not any(_HEADING.search(text) for text in texts):
            return index
    return len(covering)


def _is_title(text: str, words: Words, *, final: bool) -> bool:
    return statement_titled(text, final=final, words=words) is not None or titles_government([text])


def body_start(grid: Grid, first: int) -> int:
    """The first row of lines: it holds a number, a numbered name, a total alone, or nothing at all. A row that numbers
    the columns (栏次 1 2 3) belongs to the header."""
    own = grid.rows()
    for index in range(first, grid.n_rows):
        texts = [cell.text.strip() for cell in own[index] if cell is not None and cell.text.strip()]
        if numbers_columns(texts):
            continue
        rest = texts[1:]
        if any(is_number(text) for text in texts) or (not texts and index > first and any(own[index])):
            return index
        if index > first and len(set(texts)) == 1 and _SAYS_NONE.search(texts[0]):
            return index
        if texts and (_NUMBERED.match(texts[0]) or (TOTAL_LINES.fullmatch(plain(texts[0])) and not rest)):
            return index
    return grid.n_rows


def numbers_columns(texts: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: `栏次 | 1 | 2`, `1 | 2 | 3`, `** | 1=2+3 | 2 | 3`."""
    words = [word for text in texts if (word := plain(text))]
    numbers = [word for word in words if not NUMBERING.fullmatch(word)]
    counted = [int(re.sub(r"\D", "", n.split("=")[0]) or 0) for n in numbers if _FORMULA.fullmatch(n)]
    if len(counted) < len(numbers) or not numbers:
        return False
    stars = any(word[0] in "*＊" for word in words)
    if "栏次" in words or (stars and counted == [1]):
        return True
    return len(counted) >= 2 and counted[0] <= 2 and all(b - a == 1 for a, b in pairwise(counted))


def spread_heads(covering: Sequence[Sequence[Cell | None]], rows: Sequence[int]) -> list[list[Cell | None]]:
    """The header's rows. A head over several columns that no merged cell shows (plain text, a sheet that only centres
    it) covers the blank cells right of it, as long as the row below it names each column."""
    spread = [list(covering[row]) for row in rows]
    for row, below in pairwise(spread):
        over: Cell | None = None
        for column, cell in enumerate(row):
            under = below[column]
            named = under is not None and bool(under.text.strip()) and under is not cell
            if cell is not None and cell.text.strip():
                over = cell if named else None
            elif named and over is not None:
                row[column] = over
            else:
                over = None
    return spread


def read_header(grid: Grid, first: int, statement: Statement, year: int | None = None, words: Words = WORDS) -> Header:
    """Read the header between rows `first` and the first line; blocks are empty if no column is named. `year` is the
    statement's own; the newest year that the header prints stands in for it."""
    end = body_start(grid, first)
    covering = grid.covering()
    rows = [row for row in range(first, end) if not numbers_columns([c.text for c in grid.rows()[row] if c])]
    heads = spread_heads(covering, rows)
    paths = [_path([row[column] for row in heads]) for column in range(grid.n_columns)]
    own_year = year or max((y for path in paths for y in years_of(path)), default=None)
    filled = {cell.column for cell in grid.cells if cell.row >= end and cell.text.strip()}
    figures = {cell.column for cell in grid.cells if cell.row >= end and is_number(cell.text)}
    roles = [role_of(path, words) if path else None for path in paths]
    if any(role is Role.UNKNOWN for role in roles):  # a head is known by the group it stands in
        roles = [
            _grouped(path, words) if role is Role.UNKNOWN else role for path, role in zip(paths, roles, strict=True)
        ]
    named = {Role.CODE, Role.NAME} & set(roles)
    components = statement.scheme == "component" and any(component_of(head, words) for path in paths for head in path)
    words_beside = any(role is Role.UNKNOWN and c in filled - figures for c, role in enumerate(roles))
    lines = {Role.UNIT_CODE, Role.UNIT_NAME} & set(roles) or words_beside
    helpers = helper_columns(grid, end, paths)
    filled -= helpers
    if not named and (components or not lines):
        header = _components(paths, roles, filled, own_year, words)
    else:
        header = _blocks(paths, roles, filled, figures, statement, own_year, words)
    return replace(header, layout=(*header.layout, *sorted(helpers)), helpers=tuple(sorted(helpers & figures)))


def _blocks(
    paths: Sequence[tuple[str, ...]],
    roles: Sequence[Role | None],
    filled: set[int],
    figures: set[int],
    statement: Statement,
    year: int | None,
    words: Words,
) -> Header:
    blocks: list[Block] = []
    unknown: list[str] = []
    codes: list[int] = []
    names: list[int] = []
    units: list[int] = []
    money: list[int] = []
    ignored: list[int] = []
    notes: list[int] = []

    def close() -> None:
        if not (names or codes or units):
            return
        columns = [*codes, *names, *units, *money]
        suffix, scheme = _side([paths[column] for column in columns], statement)
        kept_codes, kept_names = _first_classification(codes, names)
        notes.extend(c for c in (*codes, *names) if c not in (*kept_codes, *kept_names))
        ignored.extend(notes)
        blocks.append(
            Block(
                codes=kept_codes,
                names=kept_names,
                units=tuple(units),
                measures=measures_of(money, paths, year, words),
                suffix=suffix,
                scheme=scheme if names or codes else "organization",
                notes=tuple(notes),
            )
        )

    for column, role in enumerate(roles):
        if role in (Role.CODE, Role.NAME, Role.UNIT_CODE, Role.UNIT_NAME):
            if money:
                close()
                codes, names, units, money, notes = [], [], [], [], []
            (codes if role is Role.CODE else names if role is Role.NAME else units).append(column)
        elif role is Role.MEASURE:
            money.append(column)
        elif role is Role.LAYOUT:
            notes.append(column)
        elif role is None and names and not money and not any(roles[names[-1] + 1 : column]):
            names.append(column)  # the head of the name covers one column, the names take several
        elif role is Role.UNKNOWN and column in figures:
            money.append(column)
        elif role is Role.UNKNOWN and column in filled:  # text: a name where there is none yet, else beside it
            (notes if names or codes or money else names).append(column)
        elif column in filled:
            unknown.append(" / ".join(paths[column]) or f"column {column + 1}")
    close()
    if statement.sides and len(blocks) == 2 and blocks[0].suffix == blocks[1].suffix:
        left, right = statement.sides["收入"], statement.sides["支出"]
        blocks = [
            replace(block, suffix=suffix, scheme=scheme)
            for block, (suffix, scheme) in zip(blocks, (left, right), strict=True)
        ]
    return Header(blocks=tuple(blocks), unknown=tuple(unknown), layout=tuple(ignored))


def _first_classification(codes: Sequence[int], names: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Lines that are printed under two classifications (部门预算经济分类 beside 政府预算经济分类) are of the first."""
    beyond = [c for c in codes if names and c > names[0]]
    if not beyond or not any(n > beyond[0] for n in names):
        return tuple(codes), tuple(names)
    second = beyond[0]
    first_codes, first_names = [c for c in codes if c < second], [n for n in names if n < second]
    if not first_codes:  # a name (项目名称) stands before the only classification
        return tuple(codes), tuple(names)
    return tuple(first_codes), tuple(first_names)


def _components(
    paths: Sequence[tuple[str, ...]],
    roles: Sequence[Role | None],
    filled: set[int],
    year: int | None,
    words: Words,
) -> Header:
    found: list[Component] = []
    unknown: list[str] = []
    layout: list[int] = []
    for column, path in enumerate(paths):
        if not path and column in filled:
            unknown.append(f"column {column + 1}")
        if not path or roles[column] in (Role.LAYOUT, Role.UNIT_CODE, Role.UNIT_NAME):
            continue
        period = period_of(path, year)
        stages = [value for head in path if (value := value_of(head, words))]
        prior = [head for head in path if is_prior(head)]
        of_which = len(path) > 1 and OF_WHICH.match(path[-1])
        if of_which and sum(other[:-1] == path[:-1] for other in paths) == 2 and len(path[-1]) > len("其中："):
            layout.append(column)  # 事业收入 | 金额 | 其中：教育收费
            continue
        names = [
            head for head in path if not value_of(head, words) and not is_prior(head) and _component_name(head, words)
        ]
        if not names or not (_component_name(path[-1], words) or value_of(path[-1], words) or is_prior(path[-1])):
            unknown.append(" / ".join(path))
            continue
        stage = stages[-1] if stages else "执行数" if "执行" in "".join(prior) else "预算数"
        lines = tuple(name for head in names if (name := _component_name(head, words)))
        found.append(Component(column=column, path=_under(lines, period + stage, found), measure=period + stage))
    stages_of_all = {component.measure for component in found} - {"金额"}
    if len(stages_of_all) == 1:  # 金额 over a part says nothing of its own
        found = [replace(one, measure=next(iter(stages_of_all))) for one in found]
    units = tuple(c for c, role in enumerate(roles) if role in (Role.UNIT_CODE, Role.UNIT_NAME))
    layout += [c for c, role in enumerate(roles) if role is Role.LAYOUT]
    return Header(components=tuple(found), units=units, unknown=tuple(unknown), layout=tuple(layout))


def _under(path: tuple[str, ...], measure: str, before: Sequence[Component]) -> tuple[str, ...]:
    """购置费 and 运行费 beside 购置及运行费 are part of it, and all of them of “三公”经费 printed before them."""
    if path[0] in COMPONENT_WHOLES and (COMPONENT_WHOLES[path[0]],) in [c.path for c in before if c.measure == measure]:
        path = (COMPONENT_WHOLES[path[0]], *path)
    if path[-1] not in COMPONENT_PARTS:
        return path
    groups = [c.path for c in before if c.measure == measure and c.path[:-1] == path[:-1]]
    whole = next((group for group in groups if group[-1] in COMPONENT_PARTS[path[-1]]), None)
    return (*whole, path[-1]) if whole else path


def _component_name(head: str, words: Words) -> str | None:
    if TOTAL_HEADS.fullmatch(bare(head)):
        return "合计"
    return component_of(head, words) or measure_of(head, words)


def _grouped(path: tuple[str, ...], words: Words) -> Role:
    """A head that means something only in its group: 金额 words under a name that is printed once."""
    known = [role_of(path[:end], words) for end in range(len(path), 0, -1)]
    return Role.LAYOUT if Role.LAYOUT in known else Role.UNKNOWN


def _distinct(cells: Sequence[Cell | None]) -> list[Cell]:
    return list({id(cell): cell for cell in cells if cell is not None}.values())


def _path(cells: Sequence[Cell | None]) -> tuple[str, ...]:
    texts = [plain(cell.text) for cell in _distinct(cells)]
    return tuple(text for text in texts if text)


def _side(paths: Sequence[tuple[str, ...]], statement: Statement) -> tuple[str, str]:
    heads = [bare(head) for path in paths for head in path]
    for pattern, (suffix, scheme) in (statement.sides or {}).items():
        if any(re.search(pattern, head) for head in heads):
            return suffix, scheme
    return "", statement.scheme
