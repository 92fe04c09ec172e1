"""The rows under the head of a form's indicators."""

from __future__ import annotations

import re
from dataclasses import replace

from extract.document import Cell, Severity
from transform.amounts import read_money_unit
from transform.forms.heads import Head, Side
from transform.forms.printed import PrintedForm, PrintedIndicator, PrintedMoney, PrintedProject, PrintedPromise
from transform.forms.sheet import Columns, Sheet, says_nothing
from transform.forms.words import Words
from transform.passages import less_layout
from transform.printed import Printed, distinct, finding_at, printed_cell
from transform.records import Horizon
from transform.targets.taxonomy import PARENTS
from transform.vocabulary import fold

SYMBOL = re.compile(r"[≥≧>＞≤≦<＜=＝═﹦≈]+")
_ORGANISATION = re.compile(r"(?:局|委员会|委|办公室|厅|院|中心|政府|部门|所|站|学校|馆|队|会|本级|机关)$")
"""How the name of a unit ends: its row above its projects states their sum."""
_CODED_DEPARTMENT = re.compile(r"^\[?\d{3,}\]?[-—–_]?.*部门$")


class IndicatorRows:
    """Reads the rows of one head; levels that a row leaves blank are those above it where their branch agrees."""

    def __init__(self, head: Head, sheet: Sheet, words: Words) -> None:
        self.head = head
        self._sheet = sheet
        self._words = words
        self._levels: dict[int, tuple[str, str]] = {}
        self._first = True
        """No row of a project was read below this head."""
        self._unit: Printed | None = None
        """The unit of whose row the projects below are, in a table without a column for it."""

    def on(self, sheet: Sheet) -> IndicatorRows:
        """The same table in the grid where it goes on."""
        self._sheet = sheet
        return self

    def is_row(self, position: int) -> bool:
        """Labels of a new form, an end of the table, or a sentence over its whole width are no indicators."""
        sheet, words = self._sheet, self._words
        present = sheet.present(position)
        if not present or (words.ends(present[0].text) and not self.head.project):
            return False
        if any(words.label(cell.text) == "project" for cell in present if cell.row == position):
            return False
        side = self.head.sides[0]
        named = next((side.columns[role] for role in ("name", "level2", "level1") if role in side.columns), None)
        values = [columns for promise in side.promises for columns in promise.columns.values()]
        name = sheet.at(position, named[0]) if named else None
        value = sheet.at(position, values[0][0]) if values else None
        if name is not None and name is value:
            return False
        level1 = side.columns.get("level1")
        wide = name is not None and level1 is not None and level1 != named and name is sheet.at(position, level1[0])
        return not (wide and name is not None and words.levels.level1(_less_points(name.text)) is None)

    def read(self, position: int, form: PrintedForm) -> None:
        if self.head.project and not self._project_of_row(position, form):
            return
        if self.head.department:
            self._department_of_row(position, form)
        found = [self._indicator(position, side, form) for side in self.head.sides]
        read = [indicator for indicator in found if indicator is not None]
        if len(read) == 2 and fold(read[0].name.text) == fold(read[1].name.text):
            read = [_united(*read)]
        form.project.indicators += read
        row = distinct(self._sheet.rows[position])
        self._sheet.take(*(cell for cell in row if says_nothing(cell.text)))
        self._sheet.take(*(cell for cell in row if self._words.label(cell.text) == "heading"))
        self._sheet.take(*(cell for cell in row if self._words.horizon(cell.text)))

    # -- one indicator

    def _indicator(self, position: int, side: Side, form: PrintedForm) -> PrintedIndicator | None:
        at, sheet = side.columns, self._sheet
        levels = [sheet.at(position, at[role][0]) if role in at else None for role in ("level1", "level2", "name")]
        name = sheet.text(position, at.get("name"), begun=True)
        promises = self._promises(position, side)
        level1 = sheet.text(position, at.get("level1"))
        level2 = sheet.text(position, at.get("level2")) if levels[1] is not levels[0] else None
        if name is not None and levels[2] is levels[1]:
            level2 = None
        if name is None and promises and level2 is not None and levels[1] is not None:
            name = level2 if levels[1].row == position and levels[1].row_span == 1 else None
        weight, actual, score, deviation = (
            sheet.text(position, at.get(role), begun=True) for role in ("weight", "actual", "score", "deviation")
        )
        sheet.text(position, at.get("ordinal"), begun=True)
        path = sheet.text(position, at.get("path"), begun=True)
        if path is not None and (parts := self._words.levels.path(path.text)):
            level1, level2, name = (replace(path, text=part) for part in parts)
        found = [
            (heading, text)
            for heading, columns in side.notes
            if (text := sheet.text(position, columns, begun=True)) and not says_nothing(text.text)
        ]
        promises, notes = self._with_operator(promises, found)
        first, second = self._carried(side, level1, level2)
        if name is None or (says_nothing(name.text) and not promises):
            if promises and promises[0].value is not None:
                where = promises[0].value.source
                message = "a value stands without its indicator's name"
                form.findings.append(finding_at("target_without_indicator", message, where))
                form.unconsumed.append(where)
            return None
        if not promises:
            message = "no value was found for this indicator"
            form.findings.append(finding_at("indicator_without_target", message, name.source, Severity.WARNING))
        return PrintedIndicator(
            level1=first,
            level2=second,
            name=name,
            promises=promises,
            weight=weight,
            actual=actual,
            month=self.head.month,
            score=score,
            deviation=deviation if deviation and not says_nothing(deviation.text) else None,
            notes=tuple((heading, text.text) for heading, text in notes),
        )

    def _with_operator(
        self, promises: tuple[PrintedPromise, ...], notes: list[tuple[str, Printed]]
    ) -> tuple[tuple[PrintedPromise, ...], list[tuple[str, Printed]]]:
        """Where a row prints the operator under the other of 指标性质 and 指标方向, each takes the other's place."""
        signs = [note for note in notes if self._words.column(note[0]) == "operator" and self._compares(note[1])]
        if len(signs) != 1 or not promises or any(self._compares(promise.operator) for promise in promises):
            return promises, notes
        kept = [note for note in notes if note is not signs[0]]
        kept += [("指标方向", promise.operator) for promise in promises[:1] if promise.operator is not None]
        return tuple(replace(promise, operator=signs[0][1]) for promise in promises), kept

    def _compares(self, printed: Printed | None) -> bool:
        meant = self._words.meaning("operator.words", printed.text) if printed else None
        return printed is not None and (SYMBOL.fullmatch(printed.text) is not None or not (meant or "a").isascii())

    def _promises(self, position: int, side: Side) -> tuple[PrintedPromise, ...]:
        promises = []
        for promise in side.promises:
            operator, value, unit = (
                self._sheet.text(position, promise.columns.get(role), begun=True)
                for role in ("operator", "value", "unit")
            )
            if value is not None and not says_nothing(value.text):
                horizon = promise.horizon or Horizon.ANNUAL
                promises.append(PrintedPromise(horizon=horizon, operator=operator, value=value, unit=unit))
        return tuple(promises)

    def _carried(self, side: Side, level1: Printed | None, level2: Printed | None) -> tuple[str, str]:
        """The levels as printed; a blank one is the row's above, where the second level belongs to that branch."""
        first, second = level1.text if level1 else "", level2.text if level2 else ""
        key = self.head.sides.index(side)
        above = self._levels.get(key, ("", ""))
        if not first and "level1" in side.columns and above[0]:
            branch = self._words.levels.level1(_less_points(above[0]))
            parent = PARENTS.get(self._words.levels.level2(_less_points(second), branch) or "") if second else branch
            first = above[0] if parent == branch else ""
            second = second or (above[1] if first else "")
        elif first == above[0] and not second and "level2" in side.columns and level1 and not level2:
            second = above[1] if self._same_branch(first, above[1]) else ""
        elif not first and not second and not above[0]:
            second = above[1]
        self._levels[key] = first, second
        return first, second

    def _same_branch(self, first: str, second: str) -> bool:
        branch = self._words.levels.level1(_less_points(first))
        return PARENTS.get(self._words.levels.level2(_less_points(second), branch) or "") == branch

    # -- a department before its indicators

    def _department_of_row(self, position: int, form: PrintedForm) -> None:
        """The department's own cells; each page on which its indicators go on prints them again."""
        at, sheet = self.head.department, self._sheet
        name = sheet.text(position, at["organisation"], begun=True)
        if name is None:
            return
        total, goal = (sheet.text(position, at.get(role), begun=True) for role in ("total", "goal"))
        amounts = [
            (concept, label, sheet.text(position, where, begun=True)) for concept, label, where in self.head.money
        ]
        money = [("total", "", total), *amounts]
        read = [
            PrintedMoney(concept=concept, label=label, amount=amount)
            for concept, label, amount in [("total", "", total), *money]
            if amount is not None and not says_nothing(amount.text)
        ]
        for _, columns in self.head.project_notes:
            sheet.text(position, columns, begun=True)
        if not form.project.money:
            form.department, form.asks_money = form.department or name, True
            form.marks.add("axis")
            form.money_units |= self.money_units()
            form.project.money += read
            if goal is not None:
                form.project.goals.append((Horizon.ANNUAL, "", goal))
        elif [one.amount.text for one in form.project.money] != [one.amount.text for one in read]:
            message = "another department's money stands below the first's: their indicators cannot be told apart"
            form.findings.append(finding_at("several_departments", message, name.source))

    # -- tables of many projects

    def _project_of_row(self, position: int, form: PrintedForm) -> bool:
        """A new project begins where the cells of its name and unit do. False: the row is a total, not a project."""
        at, sheet = self.head.project, self._sheet
        name_cell = sheet.at(position, at["project"][0])
        unit_cell = sheet.at(position, at["organisation"][0]) if "organisation" in at else None
        total = sheet.text(position, at.get("total"), begun=True)
        if (total is not None or "total" not in at) and self._is_total(position, name_cell, unit_cell):
            words = [cell for cell in (unit_cell, name_cell) if cell is not None and cell.text.strip()]
            sheet.take(*words)
            for _, _, columns in self.head.money:
                sheet.text(position, columns, begun=True)
            for _, columns in self.head.project_notes:
                sheet.text(position, columns, begun=True)
            if name_cell is not None and _ORGANISATION.search(less_layout(name_cell.text)):
                self._unit = printed_cell(name_cell)
            if total is not None:
                before = len(form.projects) if form.project.name is not None else 0
                form.totals.append((before, self._total_of([less_layout(cell.text) for cell in words]), total))
            return False
        name = sheet.text(position, at["project"], begun=True)
        organisation = sheet.text(position, at.get("organisation"))
        department = sheet.text(position, at.get("department"))
        if name is None:
            return True
        if self._goes_on(form.project, name, total):
            sheet.text(position, at.get("goal"), begun=True)
            for _, _, columns in self.head.money:
                sheet.text(position, columns, begun=True)
            for _, columns in self.head.project_notes:
                sheet.text(position, columns, begun=True)
            return True
        if form.project.name is not None or form.project.indicators:
            form.projects.append(PrintedProject())
        project = form.project
        project.name, project.organisation, project.department = name, organisation, department
        goal = sheet.text(position, at.get("goal"), begun=True)
        if goal is not None and not says_nothing(goal.text):
            project.goals.append((Horizon.ANNUAL, "", goal))
        self._notes_of_project(position, project)
        if total is not None:
            form.asks_money = True
            project.money.append(PrintedMoney(concept="total", label="", amount=total))
        for concept, heading, columns in self.head.money:
            amount = sheet.text(position, columns, begun=True)
            if amount is not None and not says_nothing(amount.text):
                project.money.append(PrintedMoney(concept=concept, label=heading, amount=amount))
        if organisation is None and "organisation" not in at:
            project.organisation = self._unit
        return True

    def _goes_on(self, project: PrintedProject, name: Printed, total: Printed | None) -> bool:
        """Whether the first row below a head printed again is that of the project before it: its money is not twice."""
        first, self._first = self._first, False
        before = [money.amount.text for money in project.money if money.concept == "total"]
        same = project.name is not None and fold(project.name.text) == fold(name.text)
        return first and same and before == ([total.text] if total else [])

    def _notes_of_project(self, position: int, project: PrintedProject) -> None:
        for heading, columns in self.head.project_notes:
            text = self._sheet.text(position, columns, begun=True)
            if text is not None and not says_nothing(text.text):
                project.notes.append((heading, text.text))

    def _is_total(self, position: int, name: Cell | None, unit: Cell | None) -> bool:
        """A row of a department, a unit or 合计: it has money and no indicator, and names no project of its own."""
        side = self.head.sides[0]
        where = [columns for role, columns in side.columns.items() if role in ("level1", "level2", "name")]
        where += [columns for promise in side.promises for columns in promise.columns.values()]
        if any(self._printed(position, columns) for columns in where):
            return False
        texts = [less_layout(cell.text) for cell in (name, unit) if cell is not None and cell.text.strip()]
        said = any(self._words.meaning("total.words", text) for text in texts)
        unnamed = name is None or not name.text.strip() or name is unit
        alone = name is not None and name.row_span == 1 and "organisation" not in self.head.project
        unit_row = alone and any(_ORGANISATION.search(text) for text in texts) and not self._goal(position)
        return said or unnamed or unit_row or any(_CODED_DEPARTMENT.match(text) for text in texts)

    def _goal(self, position: int) -> bool:
        columns = self.head.project.get("goal")
        return columns is not None and self._printed(position, columns)

    def _printed(self, position: int, columns: Columns) -> bool:
        cells = distinct([self._sheet.at(position, column) for column in columns])
        return any(cell.text.strip() and cell.row == position for cell in cells)

    def _total_of(self, texts: list[str]) -> str | None:
        """The organisation that a total is of; None where it says 合计 alone or names a department."""
        named = [text for text in texts if not self._words.meaning("total.words", text)]
        subtotal = any(self._words.meaning("total.words", text) == "subtotal" for text in texts)
        return named[0] if named and (subtotal or not _CODED_DEPARTMENT.match(named[0])) else None

    def money_units(self) -> set[str]:
        words = [less_layout(cell.text) for cell in self.head.words]
        return {unit for word in words if (unit := read_money_unit(word))}


def _united(first: PrintedIndicator, second: PrintedIndicator) -> PrintedIndicator:
    """One indicator whose horizons stand beside each other."""
    return replace(
        first,
        promises=(*first.promises, *second.promises),
        weight=first.weight or second.weight,
        actual=first.actual or second.actual,
        score=first.score or second.score,
        deviation=first.deviation or second.deviation,
        notes=(*first.notes, *second.notes),
    )


def _less_points(level: str) -> str:
    """A level's label without its points: 产出指标（50分）, 成本指标（0-20）分."""
    return re.sub(r"[（(][^（()）]*[）)]?分?$", "", level)


less_points = _less_points
__all__ = ["IndicatorRows", "less_points", "printed_cell"]
