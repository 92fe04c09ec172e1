"""Which row of a project table is the total, which a unit's subtotal, which a project (DESIGN part 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from transform.checks.reconciliation import reconcile
from transform.records import Amount


class Standing(StrEnum):
    """What a row is."""

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What the page shows of a row, as far as its standing depends on it."""

    name: str
    indent: float
    described: bool
    """It has a goal or indicators."""
    total: Amount | None


_TOTAL = re.compile(r"^(?:总计|合计|总合计|本表合计|项目支出合计|部门合计)$")
_SUBTOTAL = re.compile(r"^(?:小计|单位小计)$")
_SUM = re.compile(r"(?:合计|小计|总计|共计|汇总|累计|总额|总数)(?:数|金额)?(?:[（(][^（）()]*[）)])?$")
"""What the name of a row says that is a sum of others; of one with a goal or indicators it says nothing."""
_FEW = 3
"""Other projects whose sum a project's amount may be by chance."""
_ORGANISATION = re.compile(
    r"(?:局|厅|委|委员会|办公室|办公厅|中心|所|站|院|馆|校|学校|中学|小学|幼儿园|大学|学院|医院|队|支队|大队|总队|"
    r"科协|科学技术协会|协会|联合会|妇联|工会|总工会|团委|党校|档案馆|图书馆|街道|街道办|镇|乡|政府|公司|集团|法院|检察院|"
    r"研究会|商会|侨联|工商联|文联|残联|基金会|管委会|事务局|事业单位)"
    r"(?:[（(](?:本级|本部|机关|部门|汇总)[）)]|本级|机关)?$"
)
_STEP = 1.0
"""A row counts as indented from this far (in em) behind the outermost one: page breaks shift lines by half an em."""


def standings(rows: Sequence[Outline], organisations: Sequence[str]) -> list[Standing]:
    """The standing of each row. `organisations` are names the heading gives (department, unit).

    The page decides: a row printed 合计 is the total; where some rows are indented, the outermost without goal and
    indicators are subtotals; where none is, a row without goal and indicators that bears a unit's name, or says that
    it is a sum (局系统合计), is one: the total, if it is that of all projects. Where the page is silent (neither goal
    nor indicators, and no unit's name) a row is a subtotal if the projects that follow it, or stand before it, add up
    to it.
    """
    names = [re.sub(r"\s|[:：]$", "", row.name) for row in rows]
    base = min((row.indent for row in rows), default=0.0)
    indented = any(row.indent >= base + _STEP for row, name in zip(rows, names, strict=True) if not _TOTAL.match(name))
    found: list[Standing | None] = []
    for row, name in zip(rows, names, strict=True):
        if _TOTAL.match(name):
            found.append(Standing.TOTAL)
        elif _SUBTOTAL.match(name) or (not row.described and _SUM.search(name)):
            found.append(Standing.SUBTOTAL)
        elif row.described or (indented and row.indent >= base + _STEP):
            found.append(Standing.PROJECT)
        elif indented or bears_unit_name(row.name, organisations):
            found.append(Standing.SUBTOTAL)
        else:
            found.append(None)
    ranks = [standing or _by_arithmetic(at, rows, found) for at, standing in enumerate(found)]
    lines = [row.total for row, rank in zip(rows, ranks, strict=True) if rank is Standing.PROJECT and row.total]
    for at, (row, name) in enumerate(zip(rows, names, strict=True)):
        silent = found[at] is None or _SUM.search(name)
        if ranks[at] is Standing.SUBTOTAL and not _SUBTOTAL.match(name) and silent and row.total and len(lines) > 1:
            ranks[at] = Standing.TOTAL if reconcile(row.total, lines).holds else Standing.SUBTOTAL
    return ranks


def sum_among(rows: Sequence[Outline], ranks: Sequence[Standing], organisations: Sequence[str]) -> int | None:
    """The project that is as much as all others, so that it may be their sum: with a unit's name, or beside many."""
    projects = [at for at, rank in enumerate(ranks) if rank is Standing.PROJECT and rows[at].total]
    yuan = {at: total.yuan for at in projects if (total := rows[at].total) is not None}
    whole = sum(yuan.values())
    for at in projects:
        named = bears_unit_name(rows[at].name, organisations)
        if len(projects) > 2 and yuan[at] and 2 * yuan[at] == whole and (named or len(projects) > _FEW):
            return at
    return None


def bears_unit_name(name: str, organisations: Sequence[str] = ()) -> bool:
    """Is `name` an organisation's: one the heading gives, or one that ends as organisations' names do?"""
    return _bare(name) in {_bare(organisation) for organisation in organisations} or bool(_ORGANISATION.search(name))


def _bare(name: str) -> str:
    return re.sub(r"(?:[（(](?:本级|本部|机关|部门|汇总)[）)]|本级)$", "", name)


def _by_arithmetic(at: int, rows: Sequence[Outline], found: Sequence[Standing | None]) -> Standing:
    total = rows[at].total
    lines: list[Amount] = []
    for row, standing in zip(rows[at + 1 :], found[at + 1 :], strict=True):
        if standing in (Standing.TOTAL, Standing.SUBTOTAL):
            break
        if row.total:
            lines.append(row.total)
        if total and lines and reconcile(total, lines).holds:
            return Standing.SUBTOTAL
    above: list[Amount] = []
    for row, standing in zip(reversed(rows[:at]), reversed(found[:at]), strict=True):
        if standing in (Standing.TOTAL, Standing.SUBTOTAL):
            break
        if row.total:
            above.append(row.total)
        if total and len(above) > 1 and total.yuan and reconcile(total, above).holds:
            return Standing.SUBTOTAL
    return Standing.PROJECT
