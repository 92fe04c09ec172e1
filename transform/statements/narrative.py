"""Totals that a department states in prose (`收入预算37,151.47万元`), as controls of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from extract.document import Line
from transform.amounts import UNITS, AmountError, read_amount
from transform.records import BudgetLine, Source, StatedTotal, TotalOf
from transform.statements.identities import is_own

NARRATIVE: Final = "narrative"
"""The rule's name. Prose rounds and is copied from year to year: where it disagrees, it is a warning."""

_MONEY: Final = rf"(?:约|合计|共计|总计|总额|总数|数|为|是|安排|：|:)*(?P<amount>\d[\d,，]*(?:\.\d+)?)(?P<unit>{UNITS})"
_COMPARED: Final = re.compile(r"(上年|去年|年初|[比较]|增加|减少|增长|下降|同期)[^，。；;,]{0,6}$")
"""What stands before a figure that is not the year's own total: a comparison, a part, another stage."""
_OF_ONE_SOURCE: Final = re.compile(r"(拨款|资金|公共预算|基金|基金预算|经营预算|经营|事业|专户|经费|其他|人员)$")
"""What makes the phrase that of one source of money only."""
_YEAR: Final = re.compile(r"(20\d\d)年度?[^，。；;,\d]{0,12}$")
_REMARKS: Final = re.compile(r"机关运行经费|会议费|培训费")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the prose and the statements whose lines it totals: the first of them that the filing prints."""

    pattern: str
    statements: tuple[str, ...]
    measure: str | None = None
    """Only this column of them."""


_THREE_PUBLIC: Final = r"[“\"”]?三公[”\"“]?经费(?:财政拨款)?(?:支出)?"

PHRASES: Final[tuple[Phrase, ...]] = (
    Phrase("收入预算" + _MONEY, ("budget_income", "budget_balance_income")),
    Phrase("支出预算" + _MONEY, ("budget_expenditure", "budget_balance_expenditure")),
    Phrase("收支总预算" + _MONEY, ("budget_balance_income",)),
    Phrase("收入支出总计" + _MONEY, ("final_balance_income",)),
    Phrase("收入总计" + _MONEY, ("final_balance_income", "budget_balance_income")),
    Phrase("支出总计" + _MONEY, ("final_balance_expenditure", "budget_balance_expenditure")),
    Phrase("(?:年度)?收入合计" + _MONEY, ("final_income",)),
    Phrase("(?:年度)?支出合计" + _MONEY, ("final_expenditure",)),
    Phrase("财政拨款收支总预算" + _MONEY, ("fiscal_balance_income",)),
    Phrase("财政拨款(?:收入支出|收支)(?:决算)?总计" + _MONEY, ("final_fiscal_balance_income",)),
    Phrase("一般公共预算(?:财政拨款)?支出预算" + _MONEY, ("general_expenditure",)),
    Phrase("一般公共预算财政拨款支出(?:决算)?" + _MONEY, ("final_general_expenditure",)),
    Phrase("一般公共预算财政拨款基本支出" + _MONEY, ("final_general_basic", "general_basic")),
    Phrase(_THREE_PUBLIC + "预算" + _MONEY, ("three_public",), "预算数"),
    Phrase(_THREE_PUBLIC + "(?:全年)?预算" + _MONEY, ("final_three_public",), "预算数"),
    Phrase(_THREE_PUBLIC + "决算" + _MONEY, ("final_three_public",), "决算数"),
)


def narrative_totals(
    prose: Sequence[Line],
    sections: Mapping[int, int],
    lines: Sequence[BudgetLine],
    owners: Sequence[str],
    unit: str,
    year: int | None,
) -> Iterator[StatedTotal]:
    """The first time the prose states each total of its own year; later mentions compare years or repeat. `sections`
    are the numbers of the lines' sections by the lines' identities."""
    text, starts = _joined(prose)
    for phrase in PHRASES:
        found = next((m for m in re.finditer(phrase.pattern, text) if _is_own(text[: m.start()], year)), None)
        statement, members = _members(phrase, lines, owners, unit)
        if not members or found is None:
            continue
        try:
            amount = read_amount(found["amount"], found["unit"])
        except AmountError:
            continue  # `1,2,3元` is not an amount of money; the prose is kept as unconsumed text
        line = prose[max(place for place, start in enumerate(starts) if start <= found.start())]
        yield StatedTotal(
            total_of=TotalOf.STATEMENT,
            amount=amount,
            source=Source(text=found.group(), page=line.page, line=line.line, box=line.box),
            unit=unit,
            statement=statement,
            line="编制说明",
            measure=phrase.measure,
            members=members,
            rule=NARRATIVE,
            section_seq=sections[id(line)],
        )


def _is_own(before: str, year: int | None) -> bool:
    """Whether a figure after this text is the year's own total."""
    named = _YEAR.search(before)
    if _COMPARED.search(before) or _OF_ONE_SOURCE.search(before):
        return False
    return named is None or year is None or int(named[1]) == year


def _members(
    phrase: Phrase, lines: Sequence[BudgetLine], owners: Sequence[str], unit: str
) -> tuple[str | None, tuple[int, ...]]:
    for statement in phrase.statements:
        members = tuple(
            place
            for place, line in enumerate(lines)
            if line.statement == statement
            and owners[place] == unit
            and (line.measure == phrase.measure if phrase.measure else is_own(line.measure))
            and not (statement.endswith("three_public") and _REMARKS.search(line.line or ""))
        )
        if members:
            return statement, members
    return None, ()


def _joined(prose: Sequence[Line]) -> tuple[str, list[int]]:
    """The prose without blanks, and where each line begins in it."""
    starts, parts, length = [], [], 0
    for line in prose:
        words = re.sub(r"\s+", "", line.text)
        starts.append(length)
        parts.append(words)
        length += len(words)
    return "".join(parts), starts
