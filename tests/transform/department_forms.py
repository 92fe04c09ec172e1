"""Known department forms, and the two ways they reach us: flattened to lines as a PDF's text, and as a ruled grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.document import Cell, Document, Grid, Line, Medium, Page
from transform.tables.wrapped_cells import width

LEVELS = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}


@dataclass(frozen=True)
class KnownTask:
    name: str
    content: str
    amount: str
    goal: str


@dataclass(frozen=True)
class KnownIndicator:
    level1: str
    level2: str
    name: str
    cycle: str
    annual: str


@dataclass(frozen=True)
class KnownForm:
    department: str
    staff: str
    subordinate_units: str
    goal: str
    amounts: tuple[str, str, str, str, str, str, str, str]
    """基本支出 财政拨款 项目支出 其他资金 财政专项资金 本级 其他事业发展性支出 转移支付; '' is an empty cell."""
    tasks: tuple[KnownTask, ...]
    indicators: tuple[KnownIndicator, ...]
    optional: tuple[str, str, str] | None = None
    """Content, amount and goal of the optional task."""
    level: str = "区本级使用资金"
    title: str = "部门整体预算绩效目标申报表"


@dataclass(frozen=True)
class Typesetting:
    """Where the columns wrap, in em, and before which indicator a page breaks."""

    name: int = 10
    content: int = 15
    goal: int = 24
    indicator: int = 15
    value: int = 8
    paragraph: int = 64
    page_break: int | None = None


def wrap(text: str, limit: int) -> list[str]:
    lines = [""]
    for character in text:
        if width(lines[-1] + character) > limit:
            lines.append("")
        lines[-1] += character
    return [line.strip() for line in lines if line.strip()]


def flatten(form: KnownForm, how: Typesetting = Typesetting()) -> str:
    """The form as lines: rows of one-line cells share a line, a wrapped cell is a block of its own."""
    a = form.amounts
    blocks = [
        ["", form.title],
        [f"部门名称 {form.department}"],
        [f"基本信息 财政供养人员数 {form.staff} 下属二级单位数 {form.subordinate_units}"],
        ["预算整体情况"],
        ["部门预算支出 预算金额（万元） 收入来源 预算金额（万元）"],
        [f"基本支出 {a[0]} 财政拨款 {a[1]}"],
        [f"项目支出 {a[2]} 其他资金 {a[3]}"],
        ["事业发展性支出 预算金额（万元） 按预算级次划分 预算金额（万元）"],
        [f"财政专项资金 {a[4]} {form.level} {a[5]}"],
        [f"其他事业发展性支出 {a[6]} 拟用于对下转移支付资金 {a[7]}"],
        ["总体绩效目标", *wrap(form.goal, how.paragraph)],
        ["年度重点工作任务"],
        ["名称 主要实施内容 拟投入的资金（万元） 期望达到的目标（概述）"],
    ]
    for task in form.tasks:
        blocks += _row([task.name, task.content, task.amount, task.goal], [how.name, how.content, 12, how.goal])
    optional = ["其他需完成的任务（可选填）", *(form.optional or ())]
    blocks += _row(optional, [how.name, how.content, 12, how.goal])
    blocks += [["绩效指标"], ["一级指标 二级指标 三级指标 实施周期指标值 年度指标值"]]
    count = 0
    for level1, groups in LEVELS.items():
        if level1 != "满意度指标":
            blocks.append([level1])
        for group in groups:
            blocks.append([group])
            for indicator in form.indicators:
                if (indicator.level1, indicator.level2) != (level1, group):
                    continue
                if count == how.page_break:
                    blocks.append(["", "", "绩效指标"])
                count += 1
                cells = [indicator.name, indicator.cycle, indicator.annual]
                blocks += _row(cells, [how.indicator, how.value, how.value])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    blocks: list[list[str]] = []
    wrapped = [wrap(cell, limit) for cell, limit in zip(cells, widths, strict=False) if cell]
    single: list[str] = []
    for lines in wrapped:
        if len(lines) == 1:
            single.append(lines[0])
        else:
            if single:
                blocks.append([" ".join(single)])
            single = []
            blocks.append(lines)
    if single:
        blocks.append([" ".join(single)])
    return blocks


def text_document(text: str) -> Document:
    lines = tuple(Line(text=line, line=number) for number, line in enumerate(text.split("\n"), 1))
    return Document(medium=Medium.TEXT, reader="test-1", pages=(Page(number=None, blocks=lines),))


def grid_document(form: KnownForm, *, above: bool = False) -> Document:
    """The form as one ruled grid of six columns; `above`: labels stand above their values in the head."""
    rows: list[list[tuple[str, int]]] = [[("部门名称", 1), (form.department, 5)]]
    if above:
        rows.append([("财政供养人员数", 3), ("下属二级单位数", 3)])
        rows.append([(form.staff, 3), (form.subordinate_units, 3)])
    else:
        head = [("基本信息", 1), ("财政供养人员数", 1), (form.staff, 1), ("下属二级单位数", 1)]
        rows.append([*head, (form.subordinate_units, 2)])
    a = form.amounts
    money = "预算金额\n（万元）"
    budget = [
        ("部门预算支出", money, "收入来源"),
        ("基本支出", a[0], "财政拨款", a[1]),
        ("项目支出", a[2], "其他资金", a[3]),
    ]
    budget += [("事业发展性支出", money, "按预算级次划分"), ("财政专项资金", a[4], form.level, a[5])]
    budget += [("其他事业发展性支出", a[6], "拟用于对下\n转移支付资金", a[7])]
    for left, first, right, *second in budget:
        rows.append([("", 1), (left, 1), (first, 1), (right, 1), (second[0] if second else money, 2)])
    if above:
        rows += [[("总体绩效目标", 6)], [(form.goal, 6)]]
    else:
        rows.append([("总体绩效\n目标", 1), (form.goal, 5)])
    rows.append([("年度重点工作任务", 6)])
    rows.append([("名称", 1), ("主要实施内容", 2), ("拟投入的资金（万元）", 1), ("期望达到的目标（概述）", 2)])
    for task in form.tasks:
        rows.append([("\n".join(wrap(task.name, 6)), 1), (task.content, 2), (task.amount, 1), (task.goal, 2)])
    content, amount, goal = form.optional or ("", "", "")
    rows.append([("其他需完成的任务（可选\n填）", 1), (content, 2), (amount, 1), (goal, 2)])
    headings = ["绩效指标", "一级指标", "二级指标", "三级指标", "实施周期\n指标值", "年度指标值"]
    rows.append([(heading, 1) for heading in headings])
    cells = [
        Cell(row=index, column=sum(span for _, span in row[:position]), text=text, column_span=span, page=1)
        for index, row in enumerate(rows)
        for position, (text, span) in enumerate(row)
    ]
    at = len(rows)
    for level1, groups in LEVELS.items():
        first = at
        for group in groups:
            own = [
                indicator for indicator in form.indicators if (indicator.level1, indicator.level2) == (level1, group)
            ]
            height = max(1, len(own))
            cells.append(Cell(row=at, column=2, text="\n".join(wrap(group, 4)), row_span=height, page=1))
            for offset, indicator in enumerate(own):
                name = "\n".join(wrap(indicator.name, 9))
                for column, text in ((3, name), (4, indicator.cycle), (5, indicator.annual)):
                    cells.append(Cell(row=at + offset, column=column, text=text, page=1))
            at += height
        cells.append(Cell(row=first, column=1, text=level1, row_span=at - first, page=1))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    grid = Grid(n_rows=at, n_columns=6, cells=tuple(cells), page=1)
    title = Line(text=form.title, page=1)
    return Document(medium=Medium.PDF, reader="test-1", pages=(Page(number=1, blocks=(title, grid)),))
