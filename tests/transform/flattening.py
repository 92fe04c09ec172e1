"""A project target table as known rows, and the ways publishers' files flatten it into text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

SOURCES = ("财政拨款", "财政专户拨款", "其他资金")


@dataclass(frozen=True)
class KnownIndicator:
    level1: str
    level2: str | None
    name: str
    cycle: str | None
    annual: str

    def printed(self, number: int) -> str:
        codes = {"产出": "1", "效益": "2", "满意度": "3", "成本": "4"}
        if self.level2 is None:
            return f"{number}、{self.level1}指标：{self.name}，年度指标值：{self.annual}。"
        code2 = {"数量": "11", "质量": "12", "时效": "13", "经济效益": "21", "社会效益": "22", "服务对象满意度": "31"}
        suffix = "指标" if self.level2 in ("数量", "质量", "时效") else ""
        cycle = f"实施周期指标值:{self.cycle}；" if self.cycle else ""
        return (
            f"{number}、{codes[self.level1]}-{self.level1}指标；{code2[self.level2]}-{self.level2}{suffix}；"
            f"{self.name}；{cycle}年度指标值:{self.annual}。"
        )


@dataclass(frozen=True)
class KnownProject:
    unit: str
    name: str
    amounts: tuple[Decimal | None, ...]
    """One for each of SOURCES; None prints nothing."""
    goal: str
    indicators: tuple[KnownIndicator, ...]

    @property
    def total(self) -> Decimal:
        return sum((amount for amount in self.amounts if amount is not None), Decimal(0))

    def cell(self) -> str:
        return "".join(indicator.printed(number) for number, indicator in enumerate(self.indicators, 1))


@dataclass(frozen=True)
class KnownTable:
    title: str
    department: str
    projects: tuple[KnownProject, ...]
    unit_rows: bool = True

    def units(self) -> list[str]:
        return list(dict.fromkeys(project.unit for project in self.projects))

    def sums(self, unit: str | None = None) -> list[Decimal | None]:
        """Total and sources of all projects or of a unit's; None where no project has the source."""
        projects = [project for project in self.projects if unit in (None, project.unit)]
        columns = [[p.amounts[at] for p in projects if p.amounts[at] is not None] for at in range(len(SOURCES))]
        sources = [sum(column, Decimal(0)) if column else None for column in columns]  # type: ignore[arg-type]
        return [sum((s for s in sources if s is not None), Decimal(0)), *sources]


def width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


def wrap(text: str, em: float, first: float | None = None) -> list[str]:
    """Break text as a cell of `em` full-width characters does; the first line may hold less."""
    lines, room = [""], em if first is None else first
    for character in text:
        if width(lines[-1] + character) > room:
            lines.append("")
            room = em
        lines[-1] += character
    return lines


def tabbed(table: KnownTable, header: Sequence[str]) -> str:
    """One line a row, cells by tabs, every column printed."""
    lines = [table.title, f"部门名称：{table.department}", "单位：万元", "", "\t".join(header)]
    lines.append("\t".join(["合计", *map(money, table.sums()), "", ""]))
    for unit in table.units():
        if table.unit_rows:
            lines.append("\t".join([unit, *map(money, table.sums(unit)), "", ""]))
        for project in (p for p in table.projects if p.unit == unit):
            lines.append(
                "\t".join([project.name, *map(money, [project.total, *project.amounts]), project.goal, project.cell()])
            )
    return "\n".join(lines) + "\n"


def flattened(
    table: KnownTable,
    *,
    blank: Callable[[], bool],
    anchor: Callable[[int], int],
    breaks: Callable[[int], Sequence[int]],
    indent: int = 4,
    columns: float = 13,
) -> str:
    """Cell after cell, each wrapped at its own width, as a PDF's text layer gives it.

    `blank` decides after each line whether a blank one follows; `anchor(n)` says behind which of a name's n lines its
    amounts stand (n: on a line of their own below it); `breaks(n)` before which of the n lines of the body a new page
    begins, with its number and the header again. Names of projects are indented by `indent` blanks.
    """
    header = ["项目名称（资金使用单位） 总计 财政拨款", *"财政专户拨款", *"其他资金", "绩效目标 绩效指标"]
    lines = [
        table.title,
        f"部门名称：{table.department} 单位：万元",
        *header,
        f"合计 {_money_of(table.sums())}",
    ]
    for unit in table.units():
        if table.unit_rows:
            lines.append(f"{unit} {_money_of(table.sums(unit))}")
        for project in (p for p in table.projects if p.unit == unit):
            name = wrap(project.name, columns, columns - indent / 2)
            name[0] = " " * indent + name[0]
            at = anchor(len(name))
            amounts = _money_of([project.total, *project.amounts])
            if at >= len(name):
                name.append(amounts)
            else:
                name[at] += " " + amounts
            lines += [*name, *wrap(project.goal, 24), *wrap(project.cell(), 33)]
    lines = [line for line in lines if line]
    body = len(header) + 2
    for page, at in sorted(enumerate(sorted(breaks(len(lines) - body)), 1), reverse=True):
        lines[body + at : body + at] = [f"- {page} -", *header]
    return "".join(line + ("\n\n" if blank() else "\n") for line in lines)


def money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _money_of(amounts: Sequence[Decimal | None]) -> str:
    return " ".join(money(amount) for amount in amounts if amount is not None)
