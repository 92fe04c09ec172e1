"""From the cells of a department form to its records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from extract.document import Document, Severity
from transform.amounts import SCALES, AmountError
from transform.coverage import coverage_less
from transform.declaration import Declaration
from transform.department_form.cells import FormCells, PrintedIndicator
from transform.department_form.declared import GUANGZHOU, DepartmentForm
from transform.department_form.grid import cells_of_grids
from transform.department_form.text import cells_of_lines
from transform.headings import only, stated_years
from transform.passages import less_layout
from transform.printed import Printed, amount_printed, finding_at, oddities
from transform.records import (
    Amount,
    BudgetLine,
    DepartmentProfile,
    Horizon,
    Indicator,
    Kind,
    Records,
    Source,
    StatedTotal,
    Subject,
    Target,
    Task,
    TotalOf,
)
from transform.targets import read_targets
from transform.taxonomy import fold_level1, fold_level2


def read(document: Document, declaration: Declaration, form: DepartmentForm = GUANGZHOU) -> Records:
    """Read a department form. Never raises for what the document holds: what is odd becomes a finding, what is not
    understood stays in `unconsumed`."""
    gridded = any(True for _ in document.grids())
    cells = cells_of_grids(document, form) if gridded else cells_of_lines(document.lines(), form)
    return _Builder(document, declaration, form, cells).records()


def _sum(lines: Sequence[BudgetLine]) -> Amount:
    """What an axis states; `printed` is the sum in the printed unit, since the form prints the parts only."""
    yuan = sum((line.amount.yuan for line in lines), Decimal(0))
    unit = lines[0].amount.unit
    return Amount(yuan=yuan, printed=f"{yuan / SCALES[unit]:,.2f}", unit=unit)


class _Builder:
    def __init__(self, document: Document, declaration: Declaration, form: DepartmentForm, cells: FormCells) -> None:
        self._document = document
        self._declaration = declaration
        self._form = form
        self._cells = cells
        self._findings = [*cells.findings]
        self._unread: list[Source] = []
        years, conflict = stated_years([less_layout(cells.heading)], document.title, declaration.fiscal_year)
        self._findings += conflict
        self._year = only(years)

    def records(self) -> Records:
        cells = self._cells
        money_unit = self._unit(cells.money_units, "the budget")
        task_unit = self._unit(cells.task_money_units, "the tasks") if cells.tasks else None
        if money_unit and task_unit and money_unit != task_unit:
            self._find(
                "money_unit", f"the budget is in {money_unit}, the tasks are in {task_unit}: one may be wrong", None
            )
        lines = self._budget_lines(money_unit)
        tasks = self._tasks(task_unit)
        indicators = tuple(self._indicator(seq, row) for seq, row in enumerate(cells.indicators, 1))
        profile = self._profile()
        unconsumed = (*cells.unconsumed, *self._unread)
        return Records(
            kind=Kind.DEPARTMENT_TARGET_FORM,
            title=cells.title,
            department=cells.department.text if cells.department else None,
            fiscal_year=self._year,
            money_unit=money_unit,
            budget_lines=lines,
            indicators=indicators,
            stated_totals=self._controls(lines),
            tasks=tasks,
            profiles=(profile,) if profile else (),
            findings=tuple(self._findings),
            coverage=coverage_less(unconsumed, self._document.characters()),
            unconsumed=unconsumed,
        )

    def _unit(self, units: set[str], of: str) -> str | None:
        if len(units) == 1:
            return next(iter(units))
        seen = " and ".join(sorted(units)) or "none"
        self._find("money_unit", f"{of} must print one unit of money, it prints {seen}", None)
        return None

    def _amount(self, printed: Printed, unit: str | None) -> Amount | None:
        if unit is None:
            self._unread.append(printed.source)
            return None
        try:
            return amount_printed(printed, printed.text, unit)
        except AmountError as error:
            self._find("amount_unreadable", str(error), printed.source)
            self._unread.append(printed.source)
            return None

    def _budget_lines(self, unit: str | None) -> tuple[BudgetLine, ...]:
        lines = []
        for printed in self._cells.amounts:
            amount = self._amount(printed.amount, unit)
            if amount is None:
                continue
            lines.append(
                BudgetLine(
                    statement=printed.axis.statement,
                    unit=self._declaration.department,
                    project=None,
                    funding_source=printed.axis.funding_source,
                    line_code=None,
                    line=printed.label,
                    measure=None,
                    amount=amount,
                    source=printed.amount.source,
                    classification_scheme="component",
                    expenditure_type=printed.axis.expenditure_type,
                )
            )
        order = {statement: index for index, statement in enumerate(self._form.statements)}
        return tuple(sorted(lines, key=lambda line: order[line.statement]))

    def _controls(self, lines: Sequence[BudgetLine]) -> tuple[StatedTotal, ...]:
        """Each printed axis stated by the next one; see the package's docstring."""
        axes = [
            (statement, axis)
            for statement in self._form.statements
            if (axis := [line for line in lines if line.statement == statement])
        ]
        for statement in self._form.statements if 1 < len(axes) < len(self._form.statements) else ():
            if statement not in dict(axes):
                message = f"no amount of {statement} is printed, other axes have some"
                self._find("axis_missing", message, None, Severity.WARNING)
        if len(axes) < 2:
            self._find("no_control", "fewer than two axes of the budget are printed: nothing states its total", None)
            return ()
        following = [*axes[1:], axes[0]]
        return tuple(
            StatedTotal(
                total_of=TotalOf.STATEMENT,
                statement=statement,
                unit=self._declaration.department,
                amount=_sum(stating),
                source=stating[0].source,
            )
            for (statement, _), (_, stating) in zip(axes, following, strict=True)
        )

    def _tasks(self, unit: str | None) -> tuple[Task, ...]:
        return tuple(
            Task(
                seq=seq,
                name=task.name.text,
                content=task.content.text if task.content else None,
                goal=task.goal.text if task.goal else None,
                amount=self._amount(task.amount, unit) if task.amount else None,
                source=task.name.source,
            )
            for seq, task in enumerate(self._cells.tasks, 1)
        )

    def _profile(self) -> DepartmentProfile | None:
        cells = self._cells
        first = cells.staff or cells.subordinate_units or cells.goal or cells.department
        if first is None:
            self._find("no_profile", "neither staff nor subordinate units nor an overall goal is printed", None)
            return None
        return DepartmentProfile(
            staff=self._count(cells.staff),
            subordinate_units=self._count(cells.subordinate_units),
            goal=cells.goal.text if cells.goal else None,
            source=first.source,
        )

    def _count(self, printed: Printed | None) -> int | None:
        """A number of persons or units; None where the cell is empty or holds something else (a finding)."""
        if printed is None:
            return None
        match = re.fullmatch(r"(\d+(?:[,，]\d{3})*)(?:人|名|个|家)?", printed.text)
        if match is None:
            self._find("count_unreadable", "not a number", printed.source, Severity.WARNING)
            self._unread.append(printed.source)
            return None
        return int(match.group(1).replace(",", "").replace("，", ""))

    def _indicator(self, seq: int, row: PrintedIndicator) -> Indicator:
        level1 = fold_level1(row.level1) if row.level1 else None
        level2 = fold_level2(row.level2, level1) if row.level2 else None
        cells = ((Horizon.CYCLE, row.cycle), (Horizon.ANNUAL, row.annual))
        targets = [target for horizon, cell in cells if cell for target in self._targets(horizon, cell, row)]
        flags = {*row.flags}
        if level1 is None:
            flags.add("level1_unknown" if row.level1 else "level1_missing")
        return Indicator(
            subject=Subject.DEPARTMENT,
            unit=self._declaration.department,
            project=None,
            seq=seq,
            number=None,
            level1=level1 or ("未知" if row.level1 else None),
            level1_printed=row.level1,
            level2=level2 or ("未知" if row.level2 else None),
            level2_printed=row.level2,
            name=row.name.text,
            targets=tuple(targets),
            source=row.name.source,
            flags=tuple(sorted(flags)),
        )

    def _targets(self, horizon: Horizon, cell: Printed, row: PrintedIndicator) -> list[Target]:
        year = self._year or self._declaration.fiscal_year
        readings = read_targets(cell.text, fiscal_year=year, name=row.name.text)
        self._findings += oddities(cell.text, readings, cell.source)
        return [
            Target(
                horizon=horizon,
                promise_seq=seq,
                text=cell.text,
                reading=reading,
                flags=tuple(sorted(reading.findings)),
            )
            for seq, reading in enumerate(readings, 1)
        ]

    def _find(self, code: str, message: str, where: Source | None, severity: Severity = Severity.CRITICAL) -> None:
        self._findings.append(finding_at(code, message, where or Source(text=""), severity))
