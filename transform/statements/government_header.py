"""The header of a government's table: names, money by year and stage, and rates that are remarks.

Governments print few kinds of columns and many words for them, so what a column holds decides: text is a name or a
note, a figure is money unless its head or its cells say that it is a rate, a number or a year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extract.document import Cell, Grid
from transform.records import MeasureKind
from transform.statements.declared import Statement
from transform.statements.government import SIDES
from transform.statements.header import Block, Header, body_start, is_number, numbers_columns, spread_heads
from transform.statements.heads import TOTAL_HEADS, bare, plain
from transform.statements.helper_columns import helper_columns
from transform.statements.measures import Measure

_RATE: Final = re.compile(
    r"[%％‰]|增长|增幅|增减|增、减|变化|比重|占比|变动率|完成率|进度|幅度|\+[,、，]?-|±|(预算|执行|决算|调整|年初)数?(为|占|比|较)|为.{0,12}(数|额)的?$"
    r"|(比|较|占|完成).{0,10}(预算|执行|决算|上年|同期|去年|年初|调整)"
)
_NO_MONEY: Final = re.compile(
    r"序号|行次|栏次|打印|类|款|项|类-款-项|公式|备注|说明|.*(时间|日期|期限|年限|利率|原因|依据|文号|页码|户数|人数|数量|人次)(\(.*\))?"
)
_CODE: Final = re.compile(r".*(编码|代码|编号)")
_NAME: Final = re.compile(
    r".*(项目|科目|地区|市县|县区|县\(区\)|区县|州\(市\)|市\(县\)|名称|单位|收入|支出|内容|类别|险种|级次|地方|市\(州\)|预算科目|指标)"
)
_BEST_NAME: Final = re.compile(r".*(项目(名称)?|科目(名称)?|内容)")
_LEVEL: Final = r"(全.|.{0,8}[省市区县州盟旗镇乡](本级|级|直)?|本级|地方)"
TOTALS: Final = re.compile(
    rf"{_LEVEL}?(本级)?(一般公共预算|公共财政预算|政府性基金预算|国有资本经营预算|社会保险基金预算)(本级)?(本年)?(收入|支出)(合计|总计)?"
    rf"|{_LEVEL}(财政|一般公共|政府性基金|国有资本经营|社会保险基金)(本级)?(本年)?(收入|支出)(合计|总计)?"
)
"""Lines that name the whole fund: a total wherever they stand without a number."""
_STAGES: Final = (
    (MeasureKind.ADJUSTED, re.compile("调整|变更")),
    (MeasureKind.FINAL, re.compile("决算")),
    (MeasureKind.EXECUTION, re.compile("执行|完成|预计|实际|累计|快报")),
    (MeasureKind.BUDGET, re.compile("预算|计划|草案|安排")),
)
_SIDE: Final = re.compile(r"(收入|支出)(项目|部分|方)?")
"""The head over all columns of a side of a balance, whose statement says it already."""
_YEAR: Final = re.compile(r"(20\d\d|二[〇○零][一二三四五六七八九〇○零]{2})年?")
_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_PREVIOUS: Final = re.compile("(上年度?|去年|上一年)(?!末?(滚存|累计)?(结转|结余|余额))")
"""Money of the year before; what is carried over from it is this year's."""


def read_government_header(grid: Grid, first: int, statement: Statement, year: int | None) -> Header:
    """Blocks of names and money; `year` is the table's own."""
    end = body_start(grid, first)
    covering = grid.covering()
    rows = [row for row in range(first, end) if _is_head([plain(c.text) for c in grid.rows()[row] if c])]
    heads = spread_heads(covering, rows)
    paths = [_path([row[column] for row in heads]) for column in range(grid.n_columns)]
    roles = [_role(path, _body(grid, end, column)) for column, path in enumerate(paths)]
    helpers = tuple(sorted(column for column in helper_columns(grid, end, paths) if roles[column] == "money"))
    blocks: list[Block] = []
    unknown: list[str] = []
    layout: list[int] = []
    texts: list[int] = []
    codes: list[int] = []
    money: list[int] = []
    numbers: list[int] = []

    def close() -> None:
        if not money or not (texts or codes):
            return
        names = _names(texts, paths)
        notes = tuple(column for column in texts if column not in names)
        blocks.append(
            Block(
                codes=tuple(codes),
                names=names,
                measures=tuple(_measure(column, money, paths, year) for column in money),
                scheme=statement.scheme,
                notes=notes,
                numbers=tuple(numbers),
                totals=TOTALS,
            )
        )
        layout.extend(notes)

    for column, role in enumerate(roles):
        if role in ("text", "code"):
            if money and (role == "code" or _NAME.fullmatch(bare(paths[column][-1]) if paths[column] else "")):
                close()
                texts, codes, money, numbers = [], [], [], []
            (codes if role == "code" else texts).append(column)
        elif column in helpers:
            layout.append(column)
        elif role == "money" and not paths[column]:
            unknown.append(f"column {column + 1}")
        elif role == "money":
            money.append(column)
        else:
            layout.append(column)
            if not texts and not codes:
                numbers.append(column)
    close()
    return Header(
        blocks=tuple(_with_sides(blocks, statement)), unknown=tuple(unknown), layout=tuple(layout), helpers=helpers
    )


def _is_head(texts: Sequence[str]) -> bool:
    """Whether the row is of heads: no numbers of columns, no formulas of them (A=B+C)."""
    return not numbers_columns(texts) and next(iter(texts), "") != "公式"


def _with_sides(blocks: Sequence[Block], statement: Statement) -> list[Block]:
    if "_balance" not in statement.name or len(blocks) != len(SIDES):
        return list(blocks)
    return [
        Block(
            codes=block.codes,
            names=block.names,
            measures=block.measures,
            suffix=suffix,
            scheme=scheme,
            notes=block.notes,
            numbers=block.numbers,
            totals=block.totals,
        )
        for block, (suffix, scheme) in zip(blocks, SIDES, strict=True)
    ]


def _body(grid: Grid, end: int, column: int) -> list[str]:
    return [text for cell in grid.cells if cell.row >= end and cell.column == column and (text := plain(cell.text))]


def _role(path: tuple[str, ...], body: Sequence[str]) -> str:
    """`text`, `code`, `money`, or `layout` for what is no money: rates, numbers of rows, remarks."""
    head = bare(path[-1]) if path else ""
    figures = [text for text in body if is_number(text)]
    rates = [text for text in figures if text.endswith(("%", "％"))]
    if _CODE.fullmatch(head):
        return "code"
    rated = any(_RATE.search(plain(part)) for part in path) or len(rates) * 2 > len(figures) > 0
    if _NO_MONEY.fullmatch(head) or rated:
        return "layout"
    if len(figures) * 2 > len(body):
        return "money"
    if body:
        return "text"
    return "layout" if not path or _NAME.fullmatch(head) else "money"


def _names(texts: Sequence[int], paths: Sequence[tuple[str, ...]]) -> tuple[int, ...]:
    """The column that names the line: 项目 before 地区, else the first."""
    heads = {column: bare(paths[column][-1]) if paths[column] else "" for column in texts}
    best = [column for column in texts if _BEST_NAME.fullmatch(heads[column])]
    named = best or [column for column in texts if _NAME.fullmatch(heads[column])] or list(texts)
    return tuple(named[:1])


def _measure(column: int, money: Sequence[int], paths: Sequence[tuple[str, ...]], year: int | None) -> Measure:
    path = paths[column]
    sided = path[1:] if len(path) > 1 and _SIDE.fullmatch(path[0]) else path
    name = "/".join(head for part in sided if (head := _printed(part)))
    total = bool(TOTAL_HEADS.fullmatch(bare(path[-1])))
    below = tuple(c for c in money if len(paths[c]) > len(path) and paths[c][: len(path)] == path)
    group = path[:-1] if total else path if below else ()
    beside = tuple(c for c in money if c != column and paths[c][: len(group)] == group)
    highest = tuple(c for c in beside if not _in_group_of_another(c, beside, paths))
    maybe = highest if total or below or (column == money[0] and len(beside) > 1) else ()
    return Measure(column, name or f"第{column + 1}列", path, maybe_parts=maybe, kind=measure_kind(path, year))


def _in_group_of_another(column: int, columns: Sequence[int], paths: Sequence[tuple[str, ...]]) -> bool:
    """Whether another of the columns is the total of the group that the column stands in."""
    for other in columns:
        total = TOTAL_HEADS.fullmatch(bare(paths[other][-1])) is not None
        group = paths[other][:-1] if total else paths[other]
        if other != column and group and len(paths[column]) > len(group) and paths[column][: len(group)] == group:
            return True
    return False


def _printed(head: str) -> str:
    return re.sub(r"\((单位:)?(人民币)?(亿|万|千)?元\)$", "", plain(head))


def measure_kind(path: Sequence[str], year: int | None) -> MeasureKind | None:
    """What the column measures: money of an earlier year than the table's own is `previous`."""
    printed = "".join(path)
    years = [int(found.translate(_DIGITS)) for found in _YEAR.findall(printed)]
    if _PREVIOUS.search(printed) or (years and year and max(years) < year):
        return MeasureKind.PREVIOUS
    return next((kind for kind, pattern in _STAGES if pattern.search(printed)), None)


def _path(cells: Sequence[Cell | None]) -> tuple[str, ...]:
    distinct = {id(cell): cell for cell in cells if cell is not None}.values()
    return tuple(text for cell in distinct if (text := plain(cell.text)))
