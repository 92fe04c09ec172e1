"""One ledger printed in two tables: where they show as much money in all, each code, name and column shows as much, and
a table of all money shows no less than one of a part. It finds what a sum cannot: figures or columns that changed
places, a digit that passes for rounding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from extract.document import Finding, Severity
from transform.amounts import printed_step
from transform.records import BudgetLine, Classification
from transform.statements.facts import Sheet
from transform.statements.heads import measure_of, plain
from transform.statements.identities import CARRIED, is_spent

_FISCAL: Final = ("general_expenditure", "government_fund", "state_capital")
_FINAL_FISCAL: Final = tuple(f"final_{name}" for name in _FISCAL)
_PAIRS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("budget_expenditure", ("budget_income",)),
    ("budget_balance_expenditure", ("budget_expenditure",)),
    ("budget_balance_income", ("budget_income",)),
    ("budget_expenditure", ("general_expenditure",)),
    ("budget_expenditure", _FISCAL),
    ("budget_expenditure", ("fiscal_expenditure",)),
    ("fiscal_expenditure", ("general_expenditure",)),
    ("fiscal_balance_expenditure", ("general_expenditure",)),
    ("fiscal_balance_expenditure", _FISCAL),
    ("general_basic", ("fiscal_basic",)),
    ("general_basic", ("budget_basic",)),
    ("final_expenditure", ("final_general_expenditure",)),
    ("final_expenditure", _FINAL_FISCAL),
)
"""Tables that show one ledger wherever they show as much money."""
_WHOLE: Final = ("budget_expenditure", "fiscal_expenditure", "final_expenditure")
"""Tables on the left of whose money those on the right show all or a part."""
_KINDS: Final = ("基本支出", "项目支出")
_BASIC: Final = ("人员经费", "公用经费")
_SOURCES: Final = frozenset(
    ("一般公共预算", "政府性基金预算", "国有资本经营预算", "财政专户管理资金", "事业收入", "经营收入", "上级补助收入",
     "附属单位上缴收入")
)  # fmt: skip
"""Income that a balance and a table of income call alike."""
_CLASS: Final = 3
"""Digits of a 类."""
Difference = tuple[str, Decimal, Decimal]


@dataclass(slots=True)
class _Sums:
    """Amounts by a key, and what rounding each may amount to."""

    amounts: dict[str, Decimal] = field(default_factory=dict)
    allowed: dict[str, Decimal] = field(default_factory=dict)

    def add(self, key: str, line: BudgetLine) -> None:
        self.amounts[key] = self.amounts.get(key, Decimal(0)) + line.amount.yuan
        self.allowed[key] = self.allowed.get(key, Decimal(0)) + printed_step(line.amount) / 2

    def under(self, code: str) -> Decimal:
        return sum((amount for own, amount in self.amounts.items() if own.startswith(code)), Decimal(0))

    def allowed_under(self, code: str) -> Decimal:
        return sum((half for own, half in self.allowed.items() if own.startswith(code)), Decimal(0))


@dataclass(slots=True)
class _Ledger:
    """The lines of one or several tables of one owner."""

    lines: list[BudgetLine]
    codes: _Sums = field(default_factory=_Sums)
    names: _Sums = field(default_factory=_Sums)
    kinds: _Sums = field(default_factory=_Sums)
    measures: _Sums = field(default_factory=_Sums)

    def __post_init__(self) -> None:
        for line in self.lines:
            measure = line.measure or ""
            self.codes.add(line.line_code or "", line)
            self.names.add(plain(line.line or ""), line)
            self.kinds.add(line.expenditure_type or ("基本支出" if measure in _BASIC else ""), line)
            self.measures.add(measure, line)

    @property
    def total(self) -> Decimal:
        return self.codes.under("")

    @property
    def scheme(self) -> str | None:
        """The classification that every line has a code of."""
        coded = all(line.line_code and line.line_code.isdigit() for line in self.lines)
        return self.lines[0].classification_scheme if coded else None

    @property
    def sections(self) -> set[int]:
        return {line.section_seq for line in self.lines}


def contradictions(sheet: Sheet) -> Iterator[Finding]:
    """What two tables of one ledger say differently, said of the sections of both."""
    classes = _classes(sheet.classifications)
    for owner in dict.fromkeys(sheet.owners):
        tables: dict[str, list[BudgetLine]] = {}
        for line, own in zip(sheet.lines, sheet.owners, strict=True):
            if own == owner and is_spent(line):
                tables.setdefault(line.statement, []).append(line)
        once = {name for name, lines in tables.items() if len({line.section_seq for line in lines}) == 1}
        for left, right in _PAIRS:
            if left not in once or right[0] not in once or any(name in tables and name not in once for name in right):
                continue
            one, other = _Ledger(tables[left]), _Ledger([line for name in right for line in tables.get(name, ())])
            for what, mine, theirs in dict.fromkeys(_differences(left, one, other, classes, sheet)):
                for seq in sorted(one.sections | other.sections):
                    yield replace(_finding(left, right[0], what, mine, theirs), section_seq=seq)


def _classes(printed: Sequence[Classification]) -> dict[str, str]:
    """Name of a 类 of the function classification → its code."""
    return {plain(one.name): one.code for one in printed if one.scheme == "function" and len(one.code) == _CLASS}


def _differences(
    left: str, one: _Ledger, other: _Ledger, classes: dict[str, str], sheet: Sheet
) -> Iterator[Difference]:
    mine, theirs = one.total, other.total
    allowed = max(one.codes.allowed_under(""), other.codes.allowed_under(""))
    if not mine or not theirs or any(line.amount.yuan < 0 for line in (*one.lines, *other.lines)):
        return
    if abs(mine - theirs) <= allowed:
        yield from _unequal(left, one, other, classes, sheet)
    elif left in _WHOLE and mine > theirs and one.scheme == other.scheme == "function" and not _carries(one, other):
        yield from ((code, a, b) for code, a, b, half in _by_code(one, other) if b - a > half)
        if _splits(one) and _splits(other):
            yield from (
                (kind, a, b) for kind, a, b, half in _shared(one.kinds, other.kinds, _KINDS) if b - a > half
            )  # fmt: skip


def _unequal(left: str, one: _Ledger, other: _Ledger, classes: dict[str, str], sheet: Sheet) -> Iterator[Difference]:
    found: list[tuple[str, Decimal, Decimal, Decimal]] = []
    if one.scheme is not None and one.scheme == other.scheme:
        found += _by_code(one, other)
        if len(one.measures.amounts) > 1 and one.measures.amounts.keys() == other.measures.amounts.keys():
            found += _shared(one.measures, other.measures, one.measures.amounts)
        elif _splits(one) and _splits(other) and one.kinds.amounts.keys() == other.kinds.amounts.keys():
            found += _shared(one.kinds, other.kinds, _KINDS)
    elif left.endswith("_expenditure") and other.scheme == "function":
        named = {name: amount for name, amount in one.names.amounts.items() if amount}
        if named.keys() <= classes.keys():
            found += [
                (name, amount, other.codes.under(classes[name]),
                 max(one.names.allowed[name], other.codes.allowed_under(classes[name])))
                for name, amount in named.items()
            ]  # fmt: skip
    elif left.endswith("_income"):
        sums = _Sums()
        for line in one.lines:
            sums.add(measure_of(line.line or "", sheet.words) or "", line)
        found += _shared(sums, other.measures, _SOURCES)
    yield from ((what, a, b) for what, a, b, half in found if abs(a - b) > half)


def _carries(*ledgers: _Ledger) -> bool:
    """Whether one of them counts what was carried over in a column of its own: the other may leave it out."""
    return any(CARRIED.search(measure) for ledger in ledgers for measure in ledger.measures.amounts)


def _by_code(one: _Ledger, other: _Ledger) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
    for code in sorted({*one.codes.amounts, *other.codes.amounts}):
        mine, theirs = one.codes.under(code), other.codes.under(code)
        if mine and theirs:  # a table that goes less deep prints a shorter code
            yield code, mine, theirs, max(one.codes.allowed_under(code), other.codes.allowed_under(code))


def _shared(one: _Sums, other: _Sums, keys: Iterable[str]) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
    for key in sorted(keys):
        if one.amounts.get(key) and other.amounts.get(key):
            yield key, one.amounts[key], other.amounts[key], max(one.allowed[key], other.allowed[key])


def _splits(ledger: _Ledger) -> bool:
    return ledger.kinds.amounts.keys() >= set(_KINDS)


def _finding(left: str, right: str, what: str, mine: Decimal, theirs: Decimal) -> Finding:
    return Finding(
        code="ledger_differs",
        severity=Severity.CRITICAL,
        message=f"{what} is {mine:,} yuan in {left} and {theirs:,} in {right}, which show one ledger",
        evidence=f"{what} {mine:,} {theirs:,}",
    )
