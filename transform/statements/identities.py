"""勾稽: totals that one statement prints about another, as data.

Each rule makes a stated total of the other statement's lines, so the gate checks it like any other control, under the
rule's name and with its severity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from extract.document import Severity
from transform.records import BudgetLine, StatedTotal

OTHER_STAGE: Final = r"上年(预算|执行|决算)|\d{4}年|年初预算|调整预算|全年预算"
"""Regular expression for the begin of a measure that is money of another year or stage than the statement's own."""
_WHOLE_INCOME: Final = r"(本年)?(收入)?(合计|总计)"
_WHOLE_EXPENDITURE: Final = r"(本年)?(支出)?(合计|总计)"
_THIS_YEAR: Final = re.compile(r"本年(收入|支出)?(合计|总计|小计)")
CARRIED: Final = re.compile(r"结转|结余|弥补|使用非财政|动用|事业基金|应返还")
_OPENING_AND_CLOSING: Final = ("final_general_expenditure", "final_fiscal_expenditure")
_ANY_TOTAL: Final = r"(收入|支出)?(合计|总计)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The total `line` of `statement` (in `measure`, if given) equals the sum of the lines of `of`."""

    id: str
    statement: str
    line: str
    """Regular expression for the total line's name."""
    measure: str | None = None
    of: tuple[str, ...]
    """Statements whose lines are added; all but the first may be absent."""
    label: str
    severity: Severity = Severity.CRITICAL


def _rule(id: str, statement: str, line: str, of: tuple[str, ...], label: str, measure: str | None = None) -> Identity:
    return Identity(id=id, statement=statement, line=line, of=of, label=label, measure=measure)


_FISCAL_TABLES: Final = ("general_expenditure", "government_fund", "state_capital")

IDENTITIES: Final[tuple[Identity, ...]] = (
    _rule("balance_income", "budget_balance_income", _WHOLE_INCOME, ("budget_income",), "收支总表收入总计 = 收入总表"),
    _rule(
        "balance_expenditure",
        "budget_balance_expenditure",
        _WHOLE_EXPENDITURE,
        ("budget_expenditure",),
        "收支总表支出总计 = 支出总表",
    ),
    _rule(
        "balance_sides",
        "budget_balance_expenditure",
        _WHOLE_EXPENDITURE,
        ("budget_balance_income",),
        "收支总表支出总计 = 收入",
    ),
    _rule(
        "balance_purpose",
        "budget_balance_purpose",
        _WHOLE_EXPENDITURE,
        ("budget_balance_expenditure",),
        "收支总表按支出用途 = 按功能分类",
    ),
    _rule(
        "purpose_expenditure",
        "budget_balance_purpose",
        _WHOLE_EXPENDITURE,
        ("budget_expenditure",),
        "收支总表支出合计 = 支出总表",
    ),
    _rule(
        "fiscal_sides",
        "fiscal_balance_expenditure",
        _WHOLE_EXPENDITURE,
        ("fiscal_balance_income",),
        "财政拨款支出总计 = 财政拨款收入",
    ),
    _rule(
        "fiscal_tables",
        "fiscal_balance_expenditure",
        _WHOLE_EXPENDITURE,
        _FISCAL_TABLES,
        "财政拨款支出总计 = 一般公共预算 + 政府性基金 + 国有资本经营",
    ),
    _rule(
        "fiscal_purpose",
        "fiscal_balance_purpose",
        _WHOLE_EXPENDITURE,
        ("fiscal_expenditure",),
        "财政拨款收支总表 = 财政拨款支出表",
    ),
    _rule(
        "general_basic",
        "general_expenditure",
        _ANY_TOTAL,
        ("general_basic",),
        "一般公共预算基本支出 = 经济分类表",
        "基本支出",
    ),
    _rule(
        "final_income",
        "final_balance_income",
        r"本年收入合计",
        ("final_income",),
        "收支总表本年收入 = 收入决算表",
    ),
    _rule(
        "final_expenditure",
        "final_balance_expenditure",
        r"本年支出合计",
        ("final_expenditure",),
        "收支总表本年支出 = 支出决算表",
    ),
    _rule(
        "final_sides",
        "final_balance_expenditure",
        r"(支出)?总计",
        ("final_balance_income",),
        "收支总表支出总计 = 收入总计",
    ),
    _rule(
        "final_fiscal_sides",
        "final_fiscal_balance_expenditure",
        r"(支出)?总计",
        ("final_fiscal_balance_income",),
        "财政拨款总表支出总计 = 收入总计",
    ),
    _rule(
        "final_general",
        "final_fiscal_balance_expenditure",
        r"本年支出合计",
        ("final_general_expenditure",),
        "财政拨款总表一般公共预算 = 一般公共预算财政拨款支出表",
        "一般公共预算",
    ),
    _rule(
        "final_general_basic",
        "final_general_expenditure",
        _ANY_TOTAL,
        ("final_general_basic",),
        "一般公共预算基本支出 = 基本支出表",
        "基本支出",
    ),
)
"""Within one filing two tables show one ledger: where they disagree, one of them is misread or misprinted, so all are
critical. (What prose says is a warning, see `narrative`.)"""


def is_own(measure: str | None) -> bool:
    """Whether the measure is money of the statement's own year and stage."""
    if measure is None:
        return True
    return not re.match(OTHER_STAGE, measure)


def cross_totals(
    lines: Sequence[BudgetLine], owners: Sequence[str], totals: Sequence[StatedTotal]
) -> Iterator[StatedTotal]:
    """The stated totals that the identities make of what the filing prints, for each owner that prints both tables."""
    for identity in IDENTITIES:
        for total in totals:
            if total.statement != identity.statement or not re.fullmatch(identity.line, total.line or ""):
                continue
            if total.measure is not None and not _is_whole(total, identity, totals):
                continue
            members = tuple(
                place
                for place, line in enumerate(lines)
                if line.statement in identity.of and owners[place] == total.unit and is_spent(line)
            )
            if any(lines[place].statement == identity.of[0] for place in members) and _of_one_span(
                total, members, lines, totals
            ):
                yield replace(
                    total,
                    statement=identity.of[0],
                    line=identity.label,
                    line_code=None,
                    measure=None,
                    members=members,
                    rule=identity.id,
                )


def _of_one_span(
    total: StatedTotal, members: Sequence[int], lines: Sequence[BudgetLine], totals: Sequence[StatedTotal]
) -> bool:
    """Whether total and lines both count what is carried over, or neither does. A table of this year's money only
    (本年收入合计) equals 本年收入合计 of the balance, where the balance prints one beside its 总计."""
    if (total.statement or "").startswith("final_") or not re.search("总计|合计", total.line or ""):
        return True
    beside = [
        t
        for t in totals
        if t.section_seq == total.section_seq and (t.statement, t.unit, t.rule) == (total.statement, total.unit, None)
    ]
    if not any(_THIS_YEAR.match(t.line or "") for t in beside):
        return True
    carried = any(CARRIED.search(f"{lines[place].measure}{lines[place].line}") for place in members)
    balance = any("balance" in (lines[place].statement or "") for place in members)
    return (carried or balance) is not bool(_THIS_YEAR.match(total.line or ""))


def is_spent(line: BudgetLine) -> bool:
    """Tables of funds and of final accounts print opening and closing balances beside what was spent: only that is
    added."""
    statement = line.statement or ""
    fund = statement.endswith(("government_fund", "state_capital")) or statement in _OPENING_AND_CLOSING
    measure = line.measure or ""
    return is_own(measure) and not (fund and re.match(r"年初|年末|本年收入", measure))


def _is_whole(total: StatedTotal, identity: Identity, totals: Sequence[StatedTotal]) -> bool:
    """Whether the total's column is the one meant: the rule's measure, else the one that sums the others."""
    if identity.measure is not None:
        return total.measure == identity.measure
    if not is_own(total.measure):
        return False
    same_line = [
        t
        for t in totals
        if (t.statement, t.unit, t.line) == (total.statement, total.unit, total.line) and is_own(t.measure)
    ]
    return len(same_line) == 1 or total.measure == "合计"
