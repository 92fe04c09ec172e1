"""What stands above a table: title, department or unit, unit of money, fiscal year."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from extract.document import Finding, Severity
from transform.amounts import UNITS, read_money_unit
from transform.checks.coverage import Ledger
from transform.passages import Passage, less_layout

_ORGANISATION = re.compile(
    r"(?:主管部门|部门|预算单位|填报单位|申报单位|编制单位|单位)(?:名称)?\s*[：:]\s*(?![（(]?(?:亿|万|千)?元)"
    r"(?P<name>.+?)\s*(?=(?:金额)?单位\s*[：:]|填报日期|编制日期|[（(]?(?:亿|万|千)元[）)]?\s*$|$)"
)
_BEFORE_A_BUDGET = re.compile(
    r"20\d\d年度?[^年。]{0,30}?(?:执行|完成|决算)(?:情况)?(?:表|数)?[及和与、暨]+(?=20\d\d年度?[^年。]{0,30}?(?:预算|计划|草案))"
)
"""What a budget is presented with: how the one before it was carried out."""
_MONEY = re.compile(rf"^(?:金额)?单位[：:]?(?:人民币)?[（(]?(?:{UNITS})[）)]?$")
_PRINTED_YEAR = r"((?:19|20)\d{2}|[一二][〇○零Oo０一二三四五六七八九]{3})\s*"
_YEARS = re.compile(
    rf"(?:{_PRINTED_YEAR}(?:年度?\s*)?[—–－～~至-]+\s*)?{_PRINTED_YEAR}(?:财政|预算)?年"
    r"(?!\s*[\d一二三四五六七八九十]{1,3}\s*月)"
)
"""A year, or a span of two: 2024年, 2024—2025年, 2024年至2025年."""
_DIGITS = str.maketrans("〇○零Oo０一二三四五六七八九", "000000123456789")
_LAYOUT_WORDS = re.compile(
    r"^(?:附件|附表|表|公开表)[0-9一二三四五六七八九十]*(?:[-—.][0-9]+)?[：:]?$|^(?:填报|编制|公开)日期[：:].*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the heading says; None: it does not say."""

    title: str | None = None
    organisation: str | None = None
    money_unit: str | None = None
    years: frozenset[int] = frozenset()
    """All that it names, also where two of them leave the fiscal year open."""
    findings: tuple[Finding, ...] = ()

    @property
    def fiscal_year(self) -> int | None:
        return only(self.years)


def read_heading(
    passages: Sequence[Passage],
    titles: Sequence[str],
    ledger: Ledger,
    *,
    document_title: str | None = None,
    declared_year: int | None = None,
) -> Heading:
    """Read the lines above a table; `titles` are the layout's patterns.

    Years count only here. A heading that names two years, or two units of money, names none: the finding says so.
    Lines that say nothing of this are left in the ledger.
    """
    title = organisation = None
    units: set[str] = set()
    for passage in passages:
        text = passage.clean
        plain = text.replace(" ", "")
        is_title = title is None and any(re.search(pattern, plain) for pattern in titles)
        # Blanks separate the parts of a heading line, so it is read as printed.
        found = _ORGANISATION.search(passage.printed) if not _MONEY.match(plain) else None
        unit = read_money_unit(text)
        title = plain if is_title else title
        organisation = organisation or (less_layout(found["name"]) if found else None)
        units |= {unit} if unit else set()
        if is_title or found or unit or years_in(text) or _LAYOUT_WORDS.match(plain):
            ledger.take(passage.printed)
        else:
            ledger.leave(passage.source())
    years, findings = stated_years([passage.clean for passage in passages], document_title, declared_year)
    if document_title:
        title = title or less_layout(document_title)
    return Heading(
        title=title,
        organisation=organisation,
        money_unit=units.pop() if len(units) == 1 else None,
        years=years,
        findings=(*findings, *_conflict("money_unit_conflict", units)),
    )


def stated_years(
    headings: Sequence[str], document_title: str | None, declared: int | None
) -> tuple[frozenset[int], tuple[Finding, ...]]:
    """The years that the headings name, else the document's title, and what is to be said if they are several."""
    years = years_in(*headings, declared=declared) or years_in(document_title or "", declared=declared)
    return frozenset(years), _conflict("year_conflict", set(map(str, years)))


def only(years: Collection[int]) -> int | None:
    """The year, if it is the only one."""
    return next(iter(years)) if len(years) == 1 else None


def _conflict(code: str, named: Collection[str]) -> tuple[Finding, ...]:
    if len(named) < 2:
        return ()
    message = f"the heading names {' and '.join(sorted(named))}: none is taken"
    return (Finding(code=code, severity=Severity.CRITICAL, message=message),)


def years_in(*texts: str, declared: int | None = None) -> set[int]:
    """The years that titles and headings name (2024年, 2024年度, 二〇二四年); a date is none: a final account
    of 2023 is printed in August 2024.

    A span (2024—2025年) leaves open which of its years is meant. It is the one that the texts name by itself or that is
    `declared`; without either both ends are named, so that none is taken in silence. 2023年预算执行情况和2024年预算
    is of the year of the budget that it ends in.
    """
    plain = [_BEFORE_A_BUDGET.sub("", text) for text in texts]
    found = [
        [int(year.translate(_DIGITS)) for year in years if year] for text in plain for years in _YEARS.findall(text)
    ]
    alone = {years[0] for years in found if len(years) == 1}
    known = alone or ({declared} if declared else set())
    return alone.union(*({year for year in known if min(span) <= year <= max(span)} or span for span in found))


def money_unit_of_columns(texts: Iterable[str]) -> str | None:
    """The unit of money printed in column heads, when all that print one agree."""
    units = {unit for text in texts if (unit := read_money_unit(text))}
    return units.pop() if len(units) == 1 else None
