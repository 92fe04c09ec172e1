"""勾稽 of a government's tables, declared: what totals, balances and limits say about each other beyond their sums.

A rule is asked only where the page prints every one of its terms by name, once; a difference that rounding explains
breaks none. Where one is broken, one of its figures is misread or misprinted: it holds the sections that print them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from extract.document import Finding, Severity
from transform.amounts import printed_step
from transform.records import Amount, BudgetLine, MeasureKind, StatedTotal
from transform.statements.heads import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`whole` = Σ `plus` − Σ `minus` (or ≥, if `at_least`), each a regular expression for a line's or a column's name,
    in tables whose statement's name `of` matches. `share` of the whole is allowed beyond rounding."""

    id: str
    label: str
    of: str
    whole: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    at_least: bool = False
    share: Decimal = Decimal(0)
    unless: str = ""
    """A further change of the balance: where a line of the column prints one, the rule is not asked."""


_END: Final = "(本|当)?年?(末|底)?"
_NUMBER: Final = "(实际|预计)?(实际|执行|决算|预算|预计执行)?(数|额)?"
RULES: Final[tuple[Rule, ...]] = (
    *(
        Rule(
            id="government_debt_balance",
            label=f"{kind}债务年末余额 = 年初余额 + 发行 − 还本",
            of="government_debt_limit",
            whole=rf"{_END}(地方)?(政府)?{kind}债务(年末)?余额{_NUMBER}",
            plus=(
                rf"上年?(末|底)?(地方)?(政府)?{kind}债务(年末)?余额{_NUMBER}",
                rf"(本|当)?年?(地方)?(政府)?{kind}债务(余额)?(发行|举借)(\(转贷\))?{_NUMBER}",
            ),
            minus=(rf"(本|当)?年?(地方)?(政府)?{kind}债务还本(支出)?{_NUMBER}",),
            share=Decimal("0.002"),
            unless="调减|调增|核减|核增|划转|划入|划出|化解|汇率|汇兑",
        )
        for kind in ("一般", "专项")
    ),
    *(
        Rule(
            id="government_debt_within_limit",
            label=f"{kind}债务限额 ≥ 余额",
            of="government_debt_limit",
            whole=rf"{_END}(地方)?(政府)?{kind}债务(余额)?限额{_NUMBER}|({_END}(地方)?(政府)?债务(余额)?)?限额{_NUMBER}/{kind}债务",
            plus=(
                rf"{_END}(地方)?(政府)?{kind}债务(年末)?余额{_NUMBER}|({_END}(地方)?(政府)?债务(年末)?)?余额{_NUMBER}/{kind}债务",
            ),
            at_least=True,
        )
        for kind in ("一般", "专项")
    ),
    Rule(
        id="government_debt_within_limit",
        label="债务限额 ≥ 余额",
        of="government_debt_limit",
        whole=rf"{_END}(地方)?(政府)?(债务)?(余额)?限额{_NUMBER}",
        plus=(rf"{_END}(地方)?(政府)?(债务)?(年末)?余额{_NUMBER}",),
        at_least=True,
    ),
    Rule(
        id="government_social_balance",
        label="社会保险基金年末滚存结余 = 上年滚存结余 + 本年收入 − 本年支出",
        of="government_social_",
        whole=r"(本|当)?年?末?滚存结余",
        plus=(r"上年?末?(滚存)?(结余|结转)", r"(本|当)?年?收入(合计|小计)?"),
        minus=(r"(本|当)?年?支出(合计|小计)?",),
    ),
    Rule(
        id="government_social_year",
        label="社会保险基金本年收支结余 = 本年收入 − 本年支出",
        of="government_social_",
        whole=r"(本|当)年?收支结余",
        plus=(r"(本|当)?年?收入(合计|小计)?",),
        minus=(r"(本|当)?年?支出(合计|小计)?",),
    ),
)
"""No share is given away but for debt: loans in foreign money change with the rate of exchange."""
SIDES: Final = ("government_sides", "收入总计 = 支出总计")
PLACES: Final = ("government_transfers", "转移支付分项目合计 ≥ 分地区合计")
_GRAND: Final = re.compile(r"(收入|支出)总计")
_SIDED: Final = re.compile(r"government_(?!social)[a-z_]*(income|expenditure)(_own)?")
_COMPLETE: Final = re.compile("上解|结转|年终结余|补助(下级|市县|县)|转移支付|转移性支出|调出|调节基金")
"""Lines of which a table of expenditure must print one for its 总计 to be that of all uses of the income."""
_EARLIER: Final = re.compile(r"(?P<year>20\d\d)年?")


@dataclass(frozen=True, slots=True)
class _Cell:
    """One amount of a table: a line or a stated total."""

    section: int
    statement: str
    line: str
    measure: str
    amount: Amount
    kind: MeasureKind | None
    page: int | None


def government_doubts(lines: Sequence[BudgetLine], totals: Sequence[StatedTotal]) -> Iterator[Finding]:
    """A critical finding for each section that prints a figure of a broken rule."""
    cells = list(_cells(lines, totals))
    for section in sorted({cell.section for cell in cells}):
        own = [cell for cell in cells if cell.section == section]
        for rule in RULES:
            yield from _broken(rule, [cell for cell in own if re.match(rule.of, cell.statement)])
    yield from _sides(cells)
    yield from _places(cells)


def _cells(lines: Sequence[BudgetLine], totals: Sequence[StatedTotal]) -> Iterator[_Cell]:
    kinds: dict[tuple[int, str | None], MeasureKind | None] = {}
    for line in lines:
        kinds[line.section_seq, _bare(line.measure)] = line.measure_kind
    printed: list[BudgetLine | StatedTotal] = [*lines, *(total for total in totals if total.rule is None)]
    for one in printed:
        if one.line is None or not (one.statement or "").startswith("government_"):
            continue
        measure = _bare(one.measure)
        yield _Cell(
            section=one.section_seq,
            statement=one.statement or "",
            line=_bare(one.line.rpartition("/")[2]),
            measure=measure,
            amount=one.amount,
            kind=kinds.get((one.section_seq, measure)),
            page=one.source.page,
        )


def _bare(name: str | None) -> str:
    return re.sub(r"\((.*表|\d+)\)$", "", plain(name or ""))


def _broken(rule: Rule, cells: Sequence[_Cell]) -> Iterator[Finding]:
    """The rule asked down each column and along each line of one table."""
    for by_line in (True, False):
        rows: dict[tuple[str, str], list[_Cell]] = {}
        for cell in cells:
            rows.setdefault((cell.statement, cell.measure if by_line else cell.line), []).append(cell)
        if by_line and rule.at_least:  # a limit is printed as 预算数, what is owed as 执行数
            rows["", ""] = list(cells)
        for row in rows.values():
            found = _terms(rule, row, by_line=by_line)
            if found is not None and not _holds(rule, *found):
                yield _finding(rule.id, rule.label, found[0], [cell.amount.printed for cell in (found[0], *found[1])])
                return


def _terms(rule: Rule, row: Sequence[_Cell], *, by_line: bool) -> tuple[_Cell, list[_Cell]] | None:
    """The cell of the whole and those of the terms; None where one is not printed, or more than once."""
    if rule.unless and any(re.search(rule.unless, _name(cell, by_line)) for cell in row):
        return None
    years = sorted({int(found["year"]) for cell in row if (found := _EARLIER.search(_name(cell, by_line)))})
    own_year = _own_year(rule, row, years, by_line=by_line)
    terms: list[_Cell] = []
    for pattern in (rule.whole, *rule.plus, *rule.minus):
        cells = [cell for cell in row if re.fullmatch(pattern, _relative(_name(cell, by_line), own_year))]
        if len(cells) != 1:
            return None
        terms.append(cells[0])
    return terms[0], terms[1:]


def _own_year(rule: Rule, row: Sequence[_Cell], years: Sequence[int], *, by_line: bool) -> int | None:
    """The year whose end the whole is of: the latest for which all terms are printed."""
    for year in reversed(years):
        names = [_relative(_name(cell, by_line), year) for cell in row]
        if all(any(re.fullmatch(p, name) for name in names) for p in (rule.whole, *rule.plus, *rule.minus)):
            return year
    return years[-1] if years else None


def _name(cell: _Cell, by_line: bool) -> str:
    return cell.line if by_line else cell.measure


def _relative(name: str, year: int | None) -> str:
    """2024年末 → 年末, 2023年末 → 上年末, if the year is 2024; a name of another year matches nothing."""

    def said(found: re.Match[str]) -> str:
        printed = int(found["year"])
        return "年" if printed == year else "上年" if year is not None and printed == year - 1 else found.group()

    return re.sub("^年初", "上年末", _EARLIER.sub(said, name))


def _holds(rule: Rule, whole: _Cell, terms: Sequence[_Cell]) -> bool:
    amounts = [cell.amount for cell in terms]
    signs = [1] * len(rule.plus) + [-1] * len(rule.minus)
    total = sum((sign * amount.yuan for sign, amount in zip(signs, amounts, strict=True)), Decimal(0))
    allowed = _rounding([whole.amount, *amounts]) + rule.share * abs(whole.amount.yuan)
    if rule.at_least:
        return whole.amount.yuan == 0 or whole.amount.yuan + allowed >= total  # no limit of its own is printed as 0
    return abs(whole.amount.yuan - total) <= allowed


def _rounding(amounts: Sequence[Amount]) -> Decimal:
    """Half a last digit for each figure, of the coarsest: whole numbers beside decimals were rounded earlier."""
    return max((printed_step(amount) for amount in amounts), default=Decimal(0)) * len(amounts) / 2


def _sides(cells: Sequence[_Cell]) -> Iterator[Finding]:
    """收入总计 and 支出总计 of one fund, level, stage and year: of a balance's two sides, or of the two tables."""
    grand = [cell for cell in cells if _GRAND.fullmatch(cell.line) and _SIDED.fullmatch(cell.statement)]
    complete = {cell.section for cell in cells if _COMPLETE.search(cell.line)}
    for income in grand:
        if not income.line.startswith("收入"):
            continue
        beside = [
            cell
            for cell in grand
            if cell.line.startswith("支出")
            and _fund(cell.statement) == _fund(income.statement)
            and (cell.section == income.section or cell.measure == income.measure)
            and cell.kind == income.kind
            and cell.section in complete
        ]
        same = [cell for cell in beside if cell.section == income.section]
        beside = same or beside
        if beside and not any(_same(income.amount, cell.amount) for cell in beside):
            printed = [cell.amount.printed for cell in (income, *beside)]
            for cell in {one.section: one for one in (income, *beside)}.values():
                yield _finding(*SIDES, cell, printed)


def _places(cells: Sequence[_Cell]) -> Iterator[Finding]:
    """What all places get is no more than what all items come to; the rest is not given to a place yet."""
    whole = [cell for cell in cells if cell.line in ("合计", "总计", "支出总计")]
    for place in whole:
        if not re.search("_transfer_region(_own)?$", place.statement):
            continue
        items = [
            cell
            for cell in whole
            if cell.statement == place.statement.replace("_region", "")
            and cell.measure == place.measure
            and cell.kind is MeasureKind.BUDGET
        ]
        if items and all(
            item.amount.yuan + _rounding([item.amount, place.amount]) < place.amount.yuan for item in items
        ):
            printed = [cell.amount.printed for cell in (*items, place)]
            for cell in {one.section: one for one in (place, *items)}.values():
                yield _finding(*PLACES, cell, printed)


def _fund(statement: str) -> tuple[str, bool]:
    return statement.split("_")[1], "_own" in statement


def _same(one: Amount, other: Amount) -> bool:
    return abs(one.yuan - other.yuan) <= _rounding([one, other])


def _finding(rule: str, label: str, cell: _Cell, printed: Sequence[str]) -> Finding:
    return Finding(
        code=rule,
        severity=Severity.CRITICAL,
        message=f"{label}: the table prints {', '.join(printed)}",
        page=cell.page,
        evidence=f"{cell.line} {cell.amount.printed}",
        section_seq=cell.section,
    )
