"""勾稽: totals that one statement prints about another, as data.

Each rule makes a stated total of the other statement's lines, so the gate checks it like any other control.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from transform.records import BudgetLine, StatedTotal


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The total `line` of `statement` (in `measure`, if given) equals the sum of the lines of `of`."""

    statement: str
    line: str
    """Regular expression for the total line's name."""
    measure: str | None = None
    of: tuple[str, ...]
    """Statements whose lines are added; all but the first may be absent."""
    label: str


_ANY_TOTAL: Final = r"(收入|支出)?(合计|总计)"

IDENTITIES: Final[tuple[Identity, ...]] = (
    Identity(
        statement="budget_balance_income",
        line=r"(收入)?(合计|总计)",
        of=("budget_income",),
        label="收支总表收入总计 = 收入总表",
    ),
    Identity(
        statement="budget_balance_expenditure",
        line=r"(支出)?(合计|总计)",
        of=("budget_expenditure",),
        label="收支总表支出总计 = 支出总表",
    ),
    Identity(
        statement="budget_balance_expenditure",
        line=r"(支出)?(合计|总计)",
        of=("budget_balance_income",),
        label="收支总表支出总计 = 收入",
    ),
    Identity(
        statement="budget_balance_purpose",
        line=r"(支出)?(合计|总计)",
        of=("budget_balance_expenditure",),
        label="收支总表按支出用途 = 按功能分类",
    ),
    Identity(
        statement="budget_balance_purpose",
        line=r"(支出)?(合计|总计)",
        of=("budget_expenditure",),
        label="收支总表支出合计 = 支出总表",
    ),
    Identity(
        statement="fiscal_balance_expenditure",
        line=r"(支出)?(合计|总计)",
        of=("fiscal_balance_income",),
        label="财政拨款支出总计 = 财政拨款收入",
    ),
    Identity(
        statement="fiscal_balance_expenditure",
        line=r"(支出)?(合计|总计)",
        of=("general_expenditure", "government_fund", "state_capital"),
        label="财政拨款支出总计 = 一般公共预算 + 政府性基金 + 国有资本经营",
    ),
    Identity(
        statement="fiscal_balance_purpose",
        line=r"(支出)?(合计|总计)",
        of=("fiscal_expenditure",),
        label="财政拨款收支总表 = 财政拨款支出表",
    ),
    Identity(
        statement="general_expenditure",
        line=_ANY_TOTAL,
        measure="基本支出",
        of=("general_basic",),
        label="一般公共预算基本支出 = 经济分类表",
    ),
    Identity(
        statement="final_balance_income",
        line=r"本年收入合计",
        of=("final_income",),
        label="收支总表本年收入 = 收入决算表",
    ),
    Identity(
        statement="final_balance_expenditure",
        line=r"本年支出合计",
        of=("final_expenditure",),
        label="收支总表本年支出 = 支出决算表",
    ),
    Identity(
        statement="final_balance_expenditure",
        line=r"(支出)?总计",
        of=("final_balance_income",),
        label="收支总表支出总计 = 收入总计",
    ),
    Identity(
        statement="final_fiscal_balance_expenditure",
        line=r"本年支出合计",
        measure="一般公共预算",
        of=("final_general_expenditure",),
        label="财政拨款总表一般公共预算 = 一般公共预算财政拨款支出表",
    ),
    Identity(
        statement="final_general_expenditure",
        line=_ANY_TOTAL,
        measure="基本支出",
        of=("final_general_basic",),
        label="一般公共预算基本支出 = 基本支出表",
    ),
)


def cross_totals(lines: Sequence[BudgetLine], totals: Sequence[StatedTotal]) -> Iterator[StatedTotal]:
    """The stated totals that the identities make of what the filing prints, for each unit that prints both tables."""
    for identity in IDENTITIES:
        for total in totals:
            if total.statement != identity.statement or not re.fullmatch(identity.line, total.line or ""):
                continue
            if total.measure is not None and not _is_whole(total, identity, totals):
                continue
            members = tuple(
                place for place, line in enumerate(lines) if line.statement in identity.of and line.unit == total.unit
            )
            if any(lines[place].statement == identity.of[0] for place in members):
                yield replace(
                    total, statement=identity.of[0], line=identity.label, line_code=None, measure=None, members=members
                )


def _is_whole(total: StatedTotal, identity: Identity, totals: Sequence[StatedTotal]) -> bool:
    """Whether the total's column is the one meant: the rule's measure, else the one that sums the others."""
    if identity.measure is not None:
        return total.measure == identity.measure
    same_line = [t for t in totals if (t.statement, t.unit, t.line) == (total.statement, total.unit, total.line)]
    return len(same_line) == 1 or total.measure == "合计"
