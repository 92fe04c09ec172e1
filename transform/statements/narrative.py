"""Totals that a department states in prose (`收入预算37,151.47万元`), as controls of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from extract.document import Line
from transform.amounts import AmountError, read_amount
from transform.records import BudgetLine, Scope, Source, StatedTotal
from transform.statements.identities import is_own

NARRATIVE: Final = "narrative"
"""The rule's name. Prose rounds and is copied from year to year: where it disagrees, it is a warning."""

_MONEY: Final = r"(?P<amount>\d[\d,，]*(?:\.\d+)?)(?P<unit>亿元|万元|元)"
_NOT_LAST_YEAR: Final = r"(?<!上年)(?<!比)(?<!较)(?<!减少)(?<!增加)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the prose and the statement whose lines it totals."""

    pattern: str
    statement: str


PHRASES: Final[tuple[Phrase, ...]] = (
    Phrase(_NOT_LAST_YEAR + r"收入预算(?:总计|总额|合计)?为?" + _MONEY, "budget_income"),
    Phrase(_NOT_LAST_YEAR + r"支出预算(?:总计|总额|合计)?为?" + _MONEY, "budget_expenditure"),
    Phrase(r"收入支出总计" + _MONEY, "final_balance_income"),
    Phrase(r"(?:本年|年度)?收入合计" + _MONEY, "final_income"),
    Phrase(r"(?:本年|年度)?支出合计" + _MONEY, "final_expenditure"),
)


def narrative_totals(
    prose: Sequence[Line], lines: Sequence[BudgetLine], owners: Sequence[str], unit: str
) -> Iterator[StatedTotal]:
    """The first time the prose states each total; later mentions compare years or repeat."""
    text, starts = _joined(prose)
    for phrase in PHRASES:
        members = tuple(
            place
            for place, line in enumerate(lines)
            if line.statement == phrase.statement and owners[place] == unit and is_own(line.measure)
        )
        found = re.search(phrase.pattern, text)
        if not members or found is None:
            continue
        try:
            amount = read_amount(found["amount"], found["unit"])
        except AmountError:
            continue  # `1,2,3元` is not an amount of money; the prose is kept as unconsumed text
        line = prose[max(place for place, start in enumerate(starts) if start <= found.start())]
        yield StatedTotal(
            scope=Scope.STATEMENT,
            amount=amount,
            source=Source(text=found.group(), page=line.page, line=line.line, box=line.box),
            unit=unit,
            statement=phrase.statement,
            line="编制说明",
            members=members,
            rule=NARRATIVE,
        )


def _joined(prose: Sequence[Line]) -> tuple[str, list[int]]:
    """The prose without blanks, and where each line begins in it."""
    starts, parts, length = [], [], 0
    for line in prose:
        words = re.sub(r"\s+", "", line.text)
        starts.append(length)
        parts.append(words)
        length += len(words)
    return "".join(parts), starts
