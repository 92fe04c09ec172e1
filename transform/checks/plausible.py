"""Amounts that no department spends: a unit of money that is printed wrongly makes every sum of its table hold.

元 over amounts in 万元 divides each by ten thousand, its total too, so no control breaks. What shows it is the size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from extract.document import Finding, Severity
from transform.amounts import SCALES
from transform.records import Kind, Records

LEAST = {Kind.BUDGET_STATEMENT: Decimal(100_000), Kind.DEPARTMENT_TARGET_FORM: Decimal(100_000)}
"""Yuan: the least that a department with a single employee spends in a year."""
LEAST_OF_PROJECTS = Decimal(1_000)
"""Yuan: projects of less are not budgeted."""
MOST = Decimal(10) ** 12
"""Yuan: no department, ministries among them, spends so much."""
BEYOND = 10
"""A table of part of the money that holds so many times all of it is in another unit."""
_WHOLE = re.compile(r"^(budget|final)_(balance|income|expenditure)")
"""Statements of all the money."""


def implausible_money(records: Records) -> Iterator[Finding]:
    """What says that a unit of money is not what is printed, for the filing and for each of its statements."""
    largest: dict[str, Decimal] = {}
    amounts = [*((line.statement, line.amount) for line in records.budget_lines)]
    amounts += [(total.statement or "", total.amount) for total in records.stated_totals if total.rule is None]
    for name, amount in amounts:
        largest[name] = max(largest.get(name, Decimal(0)), abs(amount.yuan))
    of_all = [yuan for name, yuan in largest.items() if not records.statements or _WHOLE.search(name)]
    whole = max(of_all, default=Decimal(0))
    least = LEAST.get(records.kind or Kind.MIXED, LEAST_OF_PROJECTS)
    if whole and not least <= whole <= MOST:
        yield _finding(f"the largest amount is {whole:,} yuan, not between {least:,} and {MOST:,}", records.title)
    units = {unit for each in records.statements if each.lines and (unit := each.money_unit)}
    smallest = min(units, key=SCALES.__getitem__) if len(units) > 1 else None
    for statement in records.statements if whole else ():
        own = largest.get(statement.statement, Decimal(0))
        if own > BEYOND * whole:
            said = f"its largest amount is {own:,} yuan, that of all the money {whole:,}"
        elif 0 < own < LEAST_OF_PROJECTS and statement.money_unit == smallest:
            said = f"its largest amount is {own:,} yuan in {smallest}, other tables print a larger unit"
        else:
            continue
        yield _finding(said, statement.title, statement.source.page)


def _finding(message: str, title: str | None, page: int | None = None) -> Finding:
    return Finding(
        code="money_unit_implausible",
        severity=Severity.CRITICAL,
        message=f"{title or 'the filing'}: {message}; compare the unit of money with the page",
        page=page,
        evidence=title or "",
    )
