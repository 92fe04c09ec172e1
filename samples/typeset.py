"""Typeset the bundled texts as PDF, the way their publishers lay them out.

    python -m samples.typeset          writes samples/pdf/*.pdf, byte for byte the same on every run

The texts of projects and of a form are what five published filings gave as text; the cells come from reading them
(statements: `samples.statements`). Landscape A4, ruled, Song type
(a CID font that is not embedded, as most publishers' are), cells wrapped, a unit's projects indented, rows over page
breaks, the header repeated or not, a form with merged cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, TableStyle
from reportlab.platypus import Table as RuledTable

from extract.text import read_text
from samples.statements import typeset_statements
from transform.checks.coverage import Ledger
from transform.declaration import Declaration
from transform.layouts.project_target_table import GRAMMAR
from transform.recognition import read_records
from transform.records import DepartmentProfile, Horizon, Indicator, Records
from transform.tables.columns import declared_columns
from transform.tables.flattened import table_of_lines
from transform.tables.rows import Row, Table, table_of_grids
from transform.vocabulary import BUNDLED

SAMPLES = Path(__file__).parent
PDFS = SAMPLES / "pdf"
FONT = "STSong-Light"
SIZE = 8
MARGIN = 28.0
WIDTH = landscape(A4)[0] - 2 * MARGIN
HEIGHT = landscape(A4)[1] - 2 * MARGIN - 14
_HEADING = 36.0
"""Title and the line under it."""
_PADDING = 4.0
Cells = list[list[Paragraph]]
"""A row: the paragraphs of each cell."""
_BASE = ParagraphStyle("cell", fontName=FONT, fontSize=SIZE, leading=SIZE * 1.3, wordWrap="CJK")
_LEFT, _RIGHT = _BASE, ParagraphStyle("amount", _BASE, alignment=TA_RIGHT)
_CENTER = ParagraphStyle("head", _BASE, alignment=TA_CENTER)
_INDENTED = ParagraphStyle("project", _BASE, leftIndent=2 * SIZE)
_TITLE = ParagraphStyle("title", _BASE, fontSize=14, leading=20, alignment=TA_CENTER)
_GRID = [("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTable:
    """How one publisher lays out its project target table."""

    name: str
    heading: str
    """The line under the title: organisation and unit of money."""
    repeat_header: bool
    indented: bool
    open_breaks: bool
    """Whether a row that goes on over a page break is drawn open there, without a rule."""
    sizes: Sequence[float] = (15, 8, 8, 6, 6, 25, 32)
    """Widths of the columns, in shares of the page."""


TABLES = (
    TargetTable(
        name="huadu-2023",
        heading="单位名称：广州市花都区科技工业商务和信息化局（本级）　　　　单位：万元",
        repeat_header=True,
        indented=True,
        open_breaks=True,
    ),
    TargetTable(
        name="panyu-2025",
        heading="部门名称:广州市番禺区科技工业商务和信息化局　　　　单位:万元",
        repeat_header=False,
        indented=False,
        open_breaks=False,
        sizes=(13, 8, 8, 7, 7, 23, 34),
    ),
    TargetTable(
        name="liwan-shangwu-2024",
        heading="部门名称：广州市荔湾区商务和投资促进局　　　　单位：万元",
        repeat_header=True,
        indented=True,
        open_breaks=False,
    ),
    TargetTable(
        name="huangpu-2024",
        heading="部门名称：广州开发区经济和信息化局、广州市黄埔区工业和信息化局（部门）　　　　单位：万元",
        repeat_header=False,
        indented=False,
        open_breaks=True,
        sizes=(12, 8, 8, 6, 6, 28, 32),
    ),
)
HEADER = ("项目名称（资金使用单位）", "总计", "财政拨款", "财政专户拨款", "其他资金", "绩效目标", "绩效指标")


def main() -> None:
    """Write every PDF."""
    rl_config.invariant = 1
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    for layout in TABLES:
        _write(
            layout.name, [_title("项目支出绩效目标表（含转移支付项目）"), _line(layout.heading), *_target_table(layout)]
        )
    records = read_records(
        read_text((SAMPLES / "texts" / "liwan-keji-2024.txt").read_bytes()), Declaration(department="")
    )
    assert isinstance(records, Records)
    _write("liwan-keji-2024", [_title("部门整体预算绩效目标申报表"), *_department_form(records)])
    typeset_statements(SAMPLES / "texts", PDFS)


def _write(name: str, story: list[Flowable]) -> None:
    PDFS.mkdir(exist_ok=True)
    target = PDFS / f"{name}.pdf"
    page = landscape(A4)
    SimpleDocTemplate(
        str(target),
        pagesize=page,
        margins=MARGIN,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=name,
    ).build(story)
    print(f"{target.name}: {target.stat().st_size:,} bytes")


def _title(text: str) -> Paragraph:
    return Paragraph(text, _TITLE)


def _line(text: str) -> Paragraph:
    return Paragraph(text, _LEFT)


def _cell(text: str, style: ParagraphStyle = _LEFT) -> list[Paragraph]:
    """The text as paragraphs; the <p> of a page's HTML are paragraphs of their own."""
    parts = [re.sub(r"</?p>", "", part) for part in re.split(r"</p>\s*(?=<p>)", text)]
    return [Paragraph(escape(part), style) for part in parts if part.strip()]


def _target_table(layout: TargetTable) -> list[Flowable]:
    document = read_text((SAMPLES / "texts" / f"{layout.name}.txt").read_bytes())
    columns = declared_columns(BUNDLED)
    table = table_of_grids(document, columns, GRAMMAR, Ledger()) or table_of_lines(document, columns, GRAMMAR, Ledger())
    assert table is not None
    rows = [_target_row(row, table, layout) for row in table.rows]
    return _over_pages([_cell(head, _CENTER) for head in HEADER], rows, layout)


def _over_pages(header: Cells, rows: Sequence[Cells], layout: TargetTable) -> list[Flowable]:
    """The table as one ruled block per page; a row that does not fit goes on at the top of the next page."""
    total = sum(layout.sizes)
    widths = [WIDTH * size / total for size in layout.sizes]
    pages: list[Flowable] = []
    page = [header]
    free = HEIGHT - _HEADING - _height(header, widths)
    opened = False
    for row in rows:
        rest: Cells | None = row
        while rest is not None:
            top, rest = _split(rest, widths, free)
            if top is not None:
                page.append(top)
                free -= _height(top, widths)
            if rest is None:
                break
            cut = top is not None and layout.open_breaks
            pages += [_ruled(page, widths, opened, cut), PageBreak()]
            page = [header] if layout.repeat_header else []
            opened = cut and not page
            free = HEIGHT - (_height(header, widths) if page else 0)
    return [*pages, _ruled(page, widths, opened, False)]


def _split(row: Cells, widths: Sequence[float], free: float) -> tuple[Cells | None, Cells | None]:
    """(what fits in the free height, what goes on); nothing fits in less than three lines."""
    if _height(row, widths) <= free:
        return row, None
    if free < 3 * _BASE.leading + 2 * _PADDING:
        return None, row
    tops: Cells = []
    rests: Cells = []
    for cell, width in zip(row, widths, strict=True):
        top: list[Paragraph] = []
        rest: list[Paragraph] = []
        left = free - 2 * _PADDING
        for paragraph in cell:
            height = paragraph.wrap(width - 2 * _PADDING, HEIGHT)[1]
            parts = [] if rest else paragraph.split(width - 2 * _PADDING, left)
            if not rest and height <= left:
                top.append(paragraph)
                left -= height
            else:
                top += parts[:1] if len(parts) > 1 else []
                rest += parts[1:] if len(parts) > 1 else [paragraph]
        tops.append(top)
        rests.append(rest)
    return tops, rests


def _height(row: Cells, widths: Sequence[float]) -> float:
    heights = [
        sum(paragraph.wrap(width - 2 * _PADDING, HEIGHT)[1] for paragraph in cell)
        for cell, width in zip(row, widths, strict=True)
    ]
    return float(max(heights)) + 2 * _PADDING


def _ruled(rows: Sequence[Cells], widths: Sequence[float], opened: bool, cut: bool) -> RuledTable:
    """One page's part; no rule above a row that goes on from the page before, none below one that goes on after."""
    last = len(rows) - 1
    style: list[tuple[object, ...]] = [
        ("LINEBEFORE", (0, 0), (-1, -1), 0.5, black),
        ("LINEAFTER", (-1, 0), (-1, -1), 0.5, black),
        ("LINEBELOW", (0, 0), (-1, last - 1 if cut else last), 0.5, black),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), _PADDING),
        ("BOTTOMPADDING", (0, 0), (-1, -1), _PADDING),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
    ]
    if not opened:
        style.append(("LINEABOVE", (0, 0), (-1, 0), 0.5, black))
    return RuledTable([list(row) for row in rows], colWidths=list(widths), style=TableStyle(style))


def _target_row(row: Row, table: Table, layout: TargetTable) -> Cells:
    described = bool(row.goal) or bool(row.indicators)
    printed = ["", "", "", ""]
    for place, amount in enumerate(row.amounts):
        at = table.columns.index(amount.column) - 1 if amount.column else place
        printed[at] = amount.passage.printed
    name = row.name.clean if layout.indented else row.name.printed
    return [
        _cell(name, _INDENTED if layout.indented and described else _LEFT),
        *(_cell(amount, _RIGHT) for amount in printed),
        _cell(row.goal.clean if layout.indented else row.goal.printed),
        _cell(row.indicators.clean if layout.indented else row.indicators.printed),
    ]


# The form of a department: a grid of 8 columns whose cells are merged as on the publisher's page.

_FORM_COLUMNS = (9, 11, 12, 12, 12, 16, 14, 14)
_LEVELS = (
    ("产出指标", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)


class _Form:
    """Collects rows of the form and the merges of their cells."""

    def __init__(self) -> None:
        self.rows: list[Cells] = []
        self.merges: list[tuple[str, tuple[int, int], tuple[int, int]]] = []

    def row(self, *cells: tuple[int, str]) -> int:
        """A row of (columns it takes, text); returns its number."""
        number, column = len(self.rows), 0
        out: Cells = [[] for _ in _FORM_COLUMNS]
        for width, text in cells:
            out[column] = _cell(text)
            if width > 1:
                self.merge((column, number), (column + width - 1, number))
            column += width
        assert column == len(_FORM_COLUMNS), cells
        self.rows.append(out)
        return number

    def merge(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        if start != end:
            self.merges.append(("SPAN", start, end))

    def table(self) -> RuledTable:
        total = sum(_FORM_COLUMNS)
        widths = [WIDTH * size / total for size in _FORM_COLUMNS]
        return RuledTable(self.rows, colWidths=widths, style=TableStyle([*_GRID, *self.merges]))


def _department_form(records: Records) -> list[Flowable]:
    form = _Form()
    (profile,) = records.profiles
    form.row((1, "部门名称"), (7, records.department or ""))
    form.row(
        (1, "基本信息"), (2, "财政供养人员数"), (1, str(profile.staff)), (2, "下属二级单位数"), (2, _units(profile))
    )
    _axes(form, records)
    form.row((1, "总体绩效目标"), (7, profile.goal or ""))
    first = form.row(
        (1, "年度重点工作任务"),
        (2, "名称"),
        (2, "主要实施内容"),
        (1, "拟投入的资金（万元）"),
        (2, "期望达到的目标（概述）"),
    )
    for task in records.tasks:
        amount = task.amount.printed if task.amount else ""
        form.row((1, ""), (2, task.name), (2, task.content or ""), (1, amount), (2, task.goal or ""))
    last = form.row((1, ""), (2, "其他需完成的任务（可选填）"), (2, ""), (1, ""), (2, ""))
    form.merge((0, first), (0, last))
    _indicators(form, records)
    return [form.table()]


def _units(profile: DepartmentProfile) -> str:
    return "" if profile.subordinate_units is None else str(profile.subordinate_units)


def _axes(form: _Form, records: Records) -> None:
    amounts = {line.line or line.funding_source: line.amount.printed for line in records.budget_lines}
    head = "预算金额（万元）"
    rows = (
        ("部门预算支出", head, "收入来源", head),
        ("基本支出", amounts["基本支出"], "财政拨款", amounts["财政拨款"]),
        ("项目支出", amounts["项目支出"], "其他资金", amounts["其他资金"]),
        ("事业发展性支出", head, "按预算级次划分", head),
        ("财政专项资金", amounts["财政专项资金"], "区本级使用资金", amounts["区本级使用资金"]),
        (
            "其他事业发展性支出",
            amounts["其他事业发展性支出"],
            "拟用于对下转移支付资金",
            amounts["拟用于对下转移支付资金"],
        ),
    )
    first = len(form.rows)
    for number, (name, amount, other, value) in enumerate(rows):
        form.row((1, "" if number else "预算整体情况"), (2, name), (1, amount), (2, other), (2, value))
    form.merge((0, first), (0, len(form.rows) - 1))


def _indicators(form: _Form, records: Records) -> None:
    first = form.row(
        (1, "绩效指标"), (1, "一级指标"), (1, "二级指标"), (3, "三级指标"), (1, "实施周期指标值"), (1, "年度指标值")
    )
    for level1, branches in _LEVELS:
        start = len(form.rows)
        for level2 in branches:
            top = len(form.rows)
            found = [
                one
                for one in records.indicators
                if one.level2_printed.removesuffix("指标") == level2.removesuffix("指标")
            ]
            for one in found:
                form.row((1, ""), (1, level1), (1, level2), (3, one.name), *((1, text) for text in _promises(one)))
            if not found:
                form.row((1, ""), (1, level1), (1, level2), (3, ""), (1, ""), (1, ""))
            form.merge((2, top), (2, len(form.rows) - 1))
        form.merge((1, start), (1, len(form.rows) - 1))
    form.merge((0, first), (0, len(form.rows) - 1))


def _promises(indicator: Indicator) -> list[str]:
    texts = {target.horizon: target.text for target in indicator.targets}
    return [texts.get(Horizon.CYCLE, ""), texts.get(Horizon.ANNUAL, "")]


if __name__ == "__main__":
    main()
