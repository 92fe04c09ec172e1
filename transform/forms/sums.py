"""Rows of a table of many projects that are no project but the sum of others, whatever they are called.

A row without a goal and indicators of its own states a sum where its name says so (局系统合计, 单位汇总), or where the
projects below it, or all others, add up to it. A row that has indicators stays a project; it holds the table if its
amount is the sum of all others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from extract.document import Finding, Severity
from transform.forms.printed import PrintedForm, PrintedProject
from transform.passages import less_layout
from transform.printed import Printed, finding_at

_SUM: Final = re.compile(r"(?:合计|小计|总计|共计|汇总|累计|总额|总数)(?:数|金额)?(?:[（(][^（）()]*[）)])?[:：]?$")
_NAMED: Final = re.compile(
    r"(?:局|委|办|厅|院|中心|政府|部门|单位|所|站|校|馆|队|会|本级|机关|系统|支出|经费|资金|[）)])[:：]?$"
)
"""What a department, or all of its money, is called."""
_FEW: Final = 3
"""Others whose sum a project's amount may be by chance."""


def set_sums_apart(form: PrintedForm) -> None:
    """Move rows that are sums from the projects of a table to its stated totals; what may be one is a finding."""
    if not form.many or sum(bool(one.indicators) for one in form.projects) < 2:
        return
    amounts = [_amount(one) for one in form.projects]
    bare = [not one.indicators and not one.goals and one.name is not None for one in form.projects]
    sums = [at for at, alone in enumerate(bare) if alone and amounts[at] and _is_sum(at, form.projects, amounts, bare)]
    for at in reversed(sums):
        project = form.projects.pop(at)
        form.totals = [(before - (before > at), name, total) for before, name, total in form.totals]
        total = next(money.amount for money in project.money if money.concept == "total")
        place = next((n for n, (before, _, _) in enumerate(form.totals) if before > at), len(form.totals))
        form.totals.insert(place, (at, _whose(project), total))
    form.findings += _doubtful(form.projects)


def _is_sum(
    at: int, projects: Sequence[PrintedProject], amounts: Sequence[Decimal | None], bare: Sequence[bool]
) -> bool:
    name = projects[at].name
    if name is not None and _SUM.search(less_layout(name.text)):
        return True
    below = next((other for other in range(at + 1, len(bare)) if bare[other]), len(bare))
    runs = [amounts[at + 1 : below], amounts[at + 1 :], amounts[:at], [*amounts[:at], *amounts[at + 1 :]]]
    return any(len(run) > 1 and sum(filter(None, run)) == amounts[at] for run in runs)


def _doubtful(projects: Sequence[PrintedProject]) -> list[Finding]:
    amounts = [_amount(one) for one in projects]
    whole = sum(filter(None, amounts))
    for project, amount in zip(projects, amounts, strict=True):
        others = len([one for one in amounts if one]) - 1
        if not amount or project.name is None or others < 2 or 2 * amount != whole:
            continue
        name = less_layout(project.name.text)
        if others >= _FEW or _SUM.search(name) or _NAMED.search(name):
            message = f"{name} is as much as all other projects of the table: a sum among its parts counts twice"
            return [finding_at("sum_among_projects", message, project.name.source, Severity.CRITICAL)]
    return []


def _whose(project: PrintedProject) -> str | None:
    """The organisation that the sum is of: the row's unit, else what it is called; None where it says 合计 alone."""
    if project.name is None:
        return None
    named = _SUM.sub("", less_layout(project.name.text))
    return named if _NAMED.search(named) else project.organisation.text if project.organisation else None


def _amount(project: PrintedProject) -> Decimal | None:
    printed: Printed | None = next((money.amount for money in project.money if money.concept == "total"), None)
    text = re.sub(r"[,，\s]|(?:万|亿)?元$", "", printed.text) if printed else ""
    return Decimal(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None
