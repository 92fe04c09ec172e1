"""A department form from grids: a label's value stands right of it or below it, tables under their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.document import Cell, Document, Grid, Line, Severity
from transform.department_form.cells import FormCells, PrintedAmount, PrintedIndicator, PrintedTask
from transform.department_form.declared import DepartmentForm
from transform.form_words import key
from transform.passages import less_layout
from transform.printed import Printed, distinct, finding_at, printed_cell, source_of
from transform.records import Source

_UNIT = re.compile(r"\((元|千元|万元|亿元)\)$")
_AMOUNT = re.compile(r"-?\d[\d,，]*(?:\.\d+)?")


def cells_of_grids(document: Document, form: DepartmentForm) -> FormCells:
    """Read the cells of a form from a document's grids; lines outside them can be its title."""
    reader = _Reader(form)
    for block in document.blocks():
        if isinstance(block, Grid):
            reader.read(block)
        else:
            reader.read_line(block)
    return reader.cells


class _Reader:
    """Walks the grids in printed order; a section goes on until the next one's heading, also over grids and pages."""

    def __init__(self, form: DepartmentForm) -> None:
        self.cells = FormCells()
        self._form = form
        self._table: str = ""
        self._columns: dict[str, int] = {}
        columns = (*form.task_columns, *form.indicator_columns)
        fields = (form.department, form.staff, form.subordinate_units, form.goal, form.amount_heading)
        headings = (*form.axis_headings, *form.other_headings, form.tasks, form.indicators)
        self._words = {key(word) for word in (*columns, *fields, *headings)}
        self._groups = {key(group.label): group.label for group in form.groups}
        self._taken: set[int] = set()
        self._head_rows = 0
        """Rows above the first table of tasks or indicators."""

    def read_line(self, line: Line) -> None:
        text = line.text
        if not text.strip():
            return
        title = re.search(self._form.title, key(text)) is not None and self.cells.title is None
        if title:
            self.cells.title = less_layout(text)
        if not self._started():
            self.cells.heading += text + "\n"
        if not title:
            self.cells.unconsumed.append(Source(text=text.strip(), page=line.page, line=line.line, box=line.box))

    def _started(self) -> bool:
        return self.cells.department is not None or bool(self.cells.amounts) or bool(self._table)

    def read(self, grid: Grid) -> None:
        covering = grid.covering()
        self._taken = set()
        self._head_rows = 0 if self._table else grid.n_rows
        for position, row in enumerate(covering):
            present = distinct(row)
            words = {self._word(cell) for cell in present}
            if self._is_heading(words, self._form.task_columns[1:]):
                self._begin(self._form.tasks, row, self._form.task_columns, position)
            elif self._is_heading(words, self._form.indicator_columns):
                self._begin(self._form.indicators, row, self._form.indicator_columns, position)
            elif self._table and self._continues(position, row, present):
                continue
            elif self._table == self._form.tasks:
                self._task(row)
            elif self._table == self._form.indicators:
                self._indicator(row)
        self._fields(grid, covering)
        for cell in grid.cells:
            if id(cell) not in self._taken and cell.text.strip():
                self._leave(cell)

    def _is_heading(self, words: set[str], columns: Sequence[str]) -> bool:
        return len(words & {key(column) for column in columns}) >= 3

    def _continues(self, position: int, row: list[Cell | None], present: Sequence[Cell]) -> bool:
        """A row without content of its own: the section's title repeated, or the lower part of a merged row."""
        if all(self._word(cell) in self._words or not cell.text.strip() for cell in present):
            if any(self._word(cell) == key(self._form.indicators) for cell in present):
                self._table = self._form.indicators if self._table == self._form.indicators else ""
            return True
        name = self._cell(
            row, self._form.task_columns[0] if self._table == self._form.tasks else self._form.indicator_columns[2]
        )
        return name is not None and name.row < position and bool(name.text.strip())

    def _begin(self, table: str, row: list[Cell | None], columns: Sequence[str], position: int) -> None:
        self._table = table
        self._head_rows = min(self._head_rows, position)
        at = {self._word(cell): position for position, cell in reversed(list(enumerate(row))) if cell is not None}
        self._columns = {column: at[key(column)] for column in columns if key(column) in at}
        for cell in distinct(row):
            if self._word(cell) in self._words:
                self._take(cell)
            elif cell.row == position and cell.text.strip() and self._word(cell) not in self._form.other_columns:
                message = "the form declares no such column: say what it is"
                self._report("unknown_column", message, source_of(cell))
            if table == self._form.tasks and (unit := _UNIT.search(key(cell.text))):
                self.cells.task_money_units.add(unit.group(1))

    def _cell(self, row: list[Cell | None], column: str) -> Cell | None:
        position = self._columns.get(column)
        return row[position] if position is not None and position < len(row) else None

    def _printed(self, row: list[Cell | None], column: str) -> Printed | None:
        cell = self._cell(row, column)
        if cell is None:
            return None
        self._take(cell)
        return printed_cell(cell)

    def _task(self, row: list[Cell | None]) -> None:
        name, content, amount, goal = (self._printed(row, column) for column in self._form.task_columns)
        if name is None:
            rest = [cell for cell in (content, amount, goal) if cell is not None]
            if rest:
                self._report("task_without_name", "a task's cells stand without its name", rest[0].source)
                self.cells.unconsumed += [cell.source for cell in rest]
            return
        if key(name.text) == key(self._form.optional_task) and not any((content, amount, goal)):
            return
        self.cells.tasks.append(PrintedTask(name=name, content=content, amount=amount, goal=goal))

    def _indicator(self, row: list[Cell | None]) -> None:
        first, second, third, cycle_column, annual_column = self._form.indicator_columns
        labels = [self._group(row, column) for column in (first, second)]
        name = self._printed(row, third)
        cycle, annual = self._printed(row, cycle_column), self._printed(row, annual_column)
        if name is None:
            value = cycle or annual
            if value is not None:
                self._report("target_without_indicator", "a value stands without its indicator's name", value.source)
                self.cells.unconsumed += [cell.source for cell in (cycle, annual) if cell is not None]
            return
        if cycle is None and annual is None:
            self._report(
                "indicator_without_target", "no value was found for this indicator", name.source, Severity.WARNING
            )
        self.cells.indicators.append(
            PrintedIndicator(level1=labels[0], level2=labels[1], name=name, cycle=cycle, annual=annual)
        )

    def _group(self, row: list[Cell | None], column: str) -> str:
        printed = self._printed(row, column)
        if printed is None:
            return ""
        return self._groups.get(key(printed.text), printed.text)

    def _fields(self, grid: Grid, covering: list[list[Cell | None]]) -> None:
        """Labels of the head, wherever they stand, and their values."""
        form, cells = self._form, self.cells
        for cell in grid.cells:
            if id(cell) in self._taken or not cell.text.strip():
                continue
            word = self._word(cell)
            axis = next((axis for axis in form.axes if re.fullmatch(axis.label, word)), None)
            if re.search(form.title, word):
                cells.title = cells.title or less_layout(cell.text)
                cells.heading += cell.text + "\n"
                self._take(cell)
            elif axis is not None:
                self._take(cell)
                value = self._value(cell, covering)
                if value is not None:
                    cells.amounts.append(
                        PrintedAmount(axis=axis, label=less_layout(cell.text).rstrip(":："), amount=value)
                    )
            elif word in self._words:
                self._take(cell)
                if unit := _UNIT.search(key(cell.text)):
                    cells.money_units.add(unit.group(1))
                if word == key(form.department):
                    cells.department = self._value(cell, covering)
                elif word == key(form.staff):
                    cells.staff = self._value(cell, covering)
                elif word == key(form.subordinate_units):
                    cells.subordinate_units = self._value(cell, covering)
                elif word == key(form.goal):
                    cells.goal = self._value(cell, covering) or cells.goal

    def _value(self, label: Cell, covering: list[list[Cell | None]]) -> Printed | None:
        """The cell right of a label, or below it where another label or nothing stands on its right."""
        right, below = label.column + label.column_span, label.row + label.row_span
        beside = covering[label.row][right] if right < len(covering[label.row]) else None
        under = covering[below][label.column] if below < len(covering) else None
        for cell in (beside, under):
            if cell is not None and not self._is_label(cell):
                if id(cell) in self._taken:
                    return None
                self._take(cell)
                return printed_cell(cell)
        return None

    def _is_label(self, cell: Cell) -> bool:
        word = self._word(cell)
        return word in self._words or any(re.fullmatch(axis.label, word) for axis in self._form.axes)

    def _word(self, cell: Cell) -> str:
        return _UNIT.sub("", key(cell.text))

    def _take(self, cell: Cell) -> None:
        self._taken.add(id(cell))

    def _leave(self, cell: Cell) -> None:
        source = source_of(cell)
        self.cells.unconsumed.append(source)
        if cell.row < self._head_rows and _AMOUNT.fullmatch(key(cell.text)) and "." in cell.text:
            self._report("unknown_line", "an amount stands beside no line that the form declares", source)

    def _report(self, code: str, message: str, where: Source, severity: Severity = Severity.CRITICAL) -> None:
        self.cells.findings.append(finding_at(code, message, where, severity))
