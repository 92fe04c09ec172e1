"""A department form that came as lines, one cell wrapped over several: read by its widths into the printed form."""

from __future__ import annotations

from collections.abc import Iterable

from extract.document import Line
from transform.checks.coverage import characters
from transform.forms.department_cells import FormCells, PrintedAmount, PrintedRow
from transform.forms.department_lines import cells_of_lines
from transform.forms.department_widths import GUANGZHOU
from transform.forms.printed import PrintedForm, PrintedIndicator, PrintedMoney, PrintedPromise
from transform.passages import less_layout
from transform.printed import Printed
from transform.records import Horizon


def read_department_lines(lines: Iterable[Line]) -> PrintedForm:
    """The one form that a text of lines holds."""
    lines = list(lines)
    cells = cells_of_lines(lines, GUANGZHOU)
    form = PrintedForm(
        title=cells.title,
        heading=[less_layout(cells.heading)],
        department=cells.department,
        tasks=cells.tasks,
        staff=cells.staff,
        subordinate_units=cells.subordinate_units,
        money_units=cells.money_units,
        task_units=cells.task_money_units,
        asks_money=True,
        marks={"axis"},
        findings=cells.findings,
        unconsumed=cells.unconsumed,
        characters=sum(characters(line.text) for line in lines),
        pages={line.page for line in lines if line.page},
    )
    _fill(form, cells)
    return form


def _fill(form: PrintedForm, cells: FormCells) -> None:
    project = form.project
    project.goals += [(None, GUANGZHOU.goal, cells.goal)] if cells.goal else []
    order = {statement: at for at, statement in enumerate(GUANGZHOU.statements)}
    amounts = sorted(cells.amounts, key=lambda one: order[one.axis.statement])
    project.money += [_money(one) for one in amounts]
    project.indicators += [_indicator(row) for row in cells.indicators]


def _money(printed: PrintedAmount) -> PrintedMoney:
    axis = printed.axis
    concept = axis.funding_source or f"{axis.statement}/{axis.expenditure_type or ''}"
    return PrintedMoney(concept=concept, label=printed.label, amount=printed.amount)


def _indicator(row: PrintedRow) -> PrintedIndicator:
    values = ((Horizon.CYCLE, row.cycle), (Horizon.ANNUAL, row.annual))
    promises = tuple(_promise(horizon, value) for horizon, value in values if value is not None)
    return PrintedIndicator(level1=row.level1, level2=row.level2, name=row.name, promises=promises, flags=row.flags)


def _promise(horizon: Horizon, value: Printed) -> PrintedPromise:
    return PrintedPromise(horizon=horizon, operator=None, value=value, unit=None)
