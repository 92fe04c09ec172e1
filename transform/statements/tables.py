"""The titled tables of a document: which grid is which statement, in which unit, over which pages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.document import Document, Grid, Line
from transform.amounts import UNITS, read_money_unit
from transform.passages import less_layout
from transform.records import Kind
from transform.sections.government import governments_tables
from transform.sections.headings import only, years_in
from transform.statements.declared import PROJECT_GOALS, Statement, statement_titled
from transform.statements.distant_titles import distant_titles
from transform.statements.government import government_titled
from transform.statements.header import heading_rows
from transform.statements.heads import TOTAL_LINES, bare, plain
from transform.statements.words import WORDS, Words

_ORGANISATION = re.compile(
    r"(?:编制|填报|预算|公开|报送)?(?:部门|单位)(?:[/／]单位)?(?:[（(]?(?:名称|盖章|公章|单位)[）)]?)*\s*[:：]\s*"
    r"(?!人民币)(?P<name>[^\s:：]{4,}?)\s*(?:\d{4}年(?:度)?\s*)?(?:(?:金额)?单位\s*[:：]|$)"
)
_CONTINUED = re.compile(r"[（(]续[表）)\d一二三]|续表")
_LABEL = re.compile(
    r"(附件?|公开|预算|决算|财决)*表?[\d一二三四五六七八九十]*([-－—.][\d一二三四五六七八九十]+)*表?[:：]?|附表.{0,4}"
)
"""The number of a table on a line of its own."""
_PROJECT = re.compile(r"(重点|预算)?项目(支出)?(名称)?")
_MONEY = re.compile(
    r"(项目|预算|年度预算|本年预算|资金|预算安排|安排|申请)?(数|金额|资金|数额|资金总额)(\(.*\))?|项目(支出)?预算"
)
_GOAL = re.compile(r"(项目|年度|总体|预期|项目年度|预算)?绩效目标(情况|内容|描述)?")
"""Heads of a table that says the goals of single projects, with their money."""
_GOALS = re.compile(rf"序号|(预算|项目|主管|实施)?单位(名称)?|备注|{_PROJECT.pattern}|{_MONEY.pattern}|{_GOAL.pattern}")
_COVER_LINES = 6
_HEAD_ROWS = 3
_UNIT_CODE = re.compile(r"^(?:[\[【(（]\d{3,12}[\]】)）]|\d{3,12}[-—_])")
"""Before an organisation's name: [301]某某局, 301001-某某局."""
_UNITS = re.compile(rf"单位[：:]?(?:人民币)?[（(]?({UNITS})")
_UNIT_LINE = re.compile(r"单位\s*[:：]\s*(人民币)?[亿万千]?元$")
_ASIDE_TITLE = re.compile(r"(表|清单|目录)([（(].*[）)])?$")
_LINES_ABOVE = 8
"""How many lines above a table may be its heading, where the medium has no pages."""
_TOLERANCE = 2.0
"""Points by which the edges of one column may differ from page to page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One statement as printed; `first` is the first row after the heading rows drawn inside the grid."""

    statement: Statement
    title: str
    money_unit: str | None
    organisation: str | None
    grid: Grid
    first: int
    heading: tuple[str, ...]
    """The heading's texts, as printed."""
    place: int
    """Position of its first block in the document."""

    @property
    def year(self) -> int | None:
        """The year that its title names, if it names one."""
        return only(years_in(self.title))


@dataclass(slots=True)
class Sorted:
    """A document's blocks by what they are."""

    tables: list[Table] = field(default_factory=list)
    others: list[tuple[int, Grid]] = field(default_factory=list)
    """Grids that no statement's title stands over, each with its position in the document."""
    asides: set[int] = field(default_factory=set)
    """Identities of those of them that are remarks: cars, assets, visits."""
    prose: list[tuple[int, Line]] = field(default_factory=list)
    """The same of the lines that are no table's heading."""
    final: bool = False
    """It is a final account."""


def sort_blocks(document: Document, words: Words = WORDS, *, own: bool = False) -> Sorted:
    """Give each grid the statement whose title stands last above it on its page; untitled grids continue the table
    before them when they have its columns. `own`: the document is known to be a department's or unit's own."""
    final = _is_final_account(document)
    governments = governments_tables(document, own=own)
    distant = distant_titles(document, lambda text: statement_titled(text, final=final, words=words) is not None)
    result = Sorted(final=final)
    above: list[tuple[int, Line]] = []
    for place, block in enumerate(document.blocks()):
        if isinstance(block, Line):
            above.append((place, block))
            continue
        if block.n_columns == 1:  # text in a frame
            framed = (Line(text=cell.text, page=cell.page, line=cell.line, box=cell.box) for cell in block.cells)
            above += [(place, line) for line in framed]
            continue
        near = [line for _, line in above if line.page == block.page][-_LINES_ABOVE:]
        first = heading_rows(block, final=final, words=words)
        inside = _heading_texts(block, first)
        heading = [line.text for line in near] + inside
        if id(block) in governments:
            titled = government_titled(heading) or _titled(heading, final, words)
        else:
            titled = _titled(heading, final, words)
        last = result.tables[-1] if result.tables else None
        far = distant.get(id(block), ()) if titled is None else ()
        if far and not (last is not None and not inside and _continues(last.grid, block, near)):
            near, heading = [*far], [line.text for line in far] + inside
            titled = _titled(heading, final, words)
        titled = titled or _shows_goals(heading, block)
        if titled is not None:
            start, title, statement = titled
            while start and _LABEL.fullmatch(less_layout(heading[start - 1]).replace(" ", "")):
                start -= 1
            table = Table(
                statement=statement,
                title=less_layout(title),
                money_unit=_money_unit(heading[start:], block, first) or _unit_above(heading[:start]),
                organisation=next((name for text in reversed(heading) if (name := _organisation(text))), None),
                grid=block,
                first=first,
                heading=tuple(heading[start:]),
                place=place,
            )
            if last is not None and _goes_on(last, table):
                result.tables[-1] = _longer(last, table)
            else:
                result.tables.append(table)
            result.prose += above if far else above[: len(above) - len(near) + min(start, len(near))]
        elif last is not None and not inside and _continues(last.grid, block, near):
            result.tables[-1] = dataclasses.replace(last, grid=_joined(last, block, 0))
            result.prose += above
        else:
            asides = [text for text in heading if _ASIDE_TITLE.search(less_layout(text)) and words.is_aside(text)]
            if asides or (not near and result.others and id(result.others[-1][1]) in result.asides):
                result.asides.add(id(block))
            result.others.append((place, block))
            result.prose += above
        above = []
    result.prose += above
    return result


def _is_final_account(document: Document) -> bool:
    """Whether cover and title say 决算 and not 预算: titles of its tables may leave it out."""
    cover = "".join([document.title or "", *(line.text for line in list(document.lines())[:_COVER_LINES])])
    return "决算" in cover and "预算" not in cover.replace("一般公共预算", "")


def _money_unit(heading: Sequence[str], grid: Grid, first: int) -> str | None:
    """The unit that the heading prints, else the one that the heads of the columns print (金额（万元）)."""
    heads = [cell.text for cell in grid.cells if first <= cell.row < first + _HEAD_ROWS]
    units = {unit for text in heads if (unit := read_money_unit(text))}
    printed = next((unit for text in reversed(heading) if (unit := read_money_unit(text))), None)
    return printed or (units.pop() if len(units) == 1 else None)


def _unit_above(lines: Sequence[str]) -> str | None:
    """The unit of money on the line right above the title, which some publishers print first."""
    return read_money_unit(lines[-1]) if lines and _UNIT_LINE.search(less_layout(lines[-1])) else None


def units_in(heading: Sequence[str]) -> set[str]:
    """The units of money that the texts of a heading print, each after 单位."""
    return {unit for text in heading for unit in _UNITS.findall(less_layout(text).replace(" ", ""))}


def _goes_on(table: Table, after: Table) -> bool:
    """Whether a page repeats the title of the table before it and goes on with its lines. A table of another unit, or
    one that has its own total, is a table of its own."""
    same = (table.statement, table.organisation, table.money_unit) == (
        after.statement,
        after.organisation,
        after.money_unit,
    )
    if not same or table.grid.page == after.grid.page or _columns_in(table.grid, after.grid) is None:
        return False
    if table.statement.kind is Kind.GOVERNMENT_STATEMENT and table.title != _CONTINUED.sub("", after.title):
        return False
    return _CONTINUED.search(after.title) is not None or not (_has_total(table.grid) and _has_total(after.grid))


def _has_total(grid: Grid) -> bool:
    return any(TOTAL_LINES.fullmatch(plain(cell.text)) for row in grid.rows()[3:] for cell in row[:4] if cell)


def _longer(table: Table, after: Table) -> Table:
    return dataclasses.replace(table, grid=_joined(table, after.grid, after.first))


def _titled(heading: Sequence[str], final: bool, words: Words) -> tuple[int, str, Statement] | None:
    """(position, text, statement) of the last title in the heading; a title may be broken over two lines."""
    for start in reversed(range(len(heading))):
        alone = statement_titled(heading[start], final=final, words=words)
        over = start - 1 if start and statement_titled(heading[start - 1], final=final, words=words) is None else start
        broken = statement_titled("".join(heading[over : start + 1]), final=final, words=words)
        if broken is not None and broken != alone:
            return over, "".join(heading[over : start + 1]), broken
        if alone is not None:
            return start, heading[start], alone
    return None


def _shows_goals(heading: Sequence[str], grid: Grid) -> tuple[int, str, Statement] | None:
    """项目 | 预算数 | 绩效目标 below prose (重点项目绩效目标如下：): its heads say what it is, prose is its title."""
    for row in grid.rows()[:_HEAD_ROWS]:
        heads = [bare(cell.text) for cell in row if cell is not None and cell.text.strip()]
        named = [sum(1 for head in heads if kind.fullmatch(head)) for kind in (_PROJECT, _MONEY, _GOAL)]
        if named == [1, 1, 1] and all(_GOALS.fullmatch(head) for head in heads):
            above = [text for text in heading if "绩效" in text] or [PROJECT_GOALS.label]
            return max(len(heading) - 1, 0), above[-1], PROJECT_GOALS
    return None


def _heading_texts(grid: Grid, rows: int) -> list[str]:
    texts: list[str] = []
    for cells in grid.rows()[:rows]:
        printed = list(dict.fromkeys(cell.text for cell in cells if cell is not None and cell.text.strip()))
        if len(printed) == 1:
            texts += printed[0].splitlines()
        elif printed:
            texts.append(" ".join(printed))
    return texts


def _organisation(text: str) -> str | None:
    found = _ORGANISATION.search(text)
    if found is None:
        return None
    name = less_layout(found["name"])
    return _UNIT_CODE.sub("", name) or name


def _continues(table: Grid, grid: Grid, above: Sequence[Line]) -> bool:
    """Same columns (or some of them merged), a later page, no text of weight between them (a page number is none)."""
    words = sum(len(line.text.strip()) for line in above)
    return grid.page != table.page and words <= 10 and _columns_in(table, grid) is not None


def _columns_in(table: Grid, grid: Grid) -> list[int] | None:
    """For each column of the grid (and its right edge) the table's column that begins there; None if they differ."""
    if grid.n_columns == table.n_columns:
        return list(range(grid.n_columns + 1))
    wide, narrow = _edges(table), _edges(grid)
    places = [next((i for i, x in enumerate(wide) if abs(x - edge) <= _TOLERANCE), None) for edge in narrow]
    found = [place for place in places if place is not None]
    if len(wide) != table.n_columns + 1 or len(narrow) != grid.n_columns + 1 or len(found) != len(narrow):
        return None
    return found if found[0] == 0 and found[-1] == table.n_columns else None


def _edges(grid: Grid) -> list[float]:
    """Where the grid's columns begin and end, in points; empty without boxes."""
    edges: list[float] = []
    for x in sorted(x for cell in grid.cells if cell.box for x in (cell.box.x0, cell.box.x1)):
        if not edges or x - edges[-1] > _TOLERANCE:
            edges.append(x)
    return edges


def _joined(table: Table, grid: Grid, first: int) -> Grid:
    """The grid's rows from `first` on below the table's; a header that the page repeats is left out."""
    rows, printed = grid.rows(), table.grid.rows()
    repeated = first
    while repeated < grid.n_rows and table.first + repeated - first < table.grid.n_rows:
        texts = [cell.text if cell else None for cell in rows[repeated]]
        above = [cell.text if cell else None for cell in printed[table.first + repeated - first]]
        if texts != above or not any(texts):
            break
        repeated += 1
    offset = table.grid.n_rows - repeated
    columns = _columns_in(table.grid, grid) or list(range(grid.n_columns + 1))
    moved = [
        dataclasses.replace(
            cell,
            row=cell.row + offset,
            column=columns[cell.column],
            column_span=columns[cell.column + cell.column_span] - columns[cell.column],
        )
        for cell in grid.cells
        if cell.row >= repeated
    ]
    return dataclasses.replace(
        table.grid, n_rows=table.grid.n_rows + grid.n_rows - repeated, cells=(*table.grid.cells, *moved)
    )
