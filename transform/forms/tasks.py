"""The tasks of a department's form: a table of names, contents, amounts and goals."""

from __future__ import annotations

from extract.document import Cell
from transform.forms.money import concept_of_unit
from transform.forms.printed import PrintedForm, PrintedTask
from transform.forms.sheet import Columns, Sheet, says_nothing
from transform.forms.words import Words
from transform.passages import less_layout
from transform.printed import distinct, finding_at

_LEAST = 3
"""Columns that make a row of headings the head of the tasks."""


class TaskRows:
    """Reads the rows under one head of tasks."""

    def __init__(self, columns: dict[str, Columns], words: Words) -> None:
        self._columns = columns
        self._words = words
        self._sources: list[tuple[str, Columns]] = []

    @classmethod
    def begin(cls, sheet: Sheet, position: int, words: Words, form: PrintedForm) -> TaskRows | None:
        """The table whose head is this row; None: it is no head of tasks."""
        row = distinct(sheet.rows[position])
        meant = [(cell, words.meaning("form.task", cell.text)) for cell in row if cell.row == position]
        found = {concept for _, concept in meant if concept}
        if not ({"name", "content"} <= found or ({"content", "amount", "goal"} <= found)) or len(found) < _LEAST:
            return None
        columns: dict[str, Columns] = {}
        for cell, concept in meant:
            if concept and concept != "source" and concept not in columns:
                columns[concept] = _columns(cell)
        read = cls(columns, words)
        read._sources = [(less_layout(cell.text), _columns(cell)) for cell, concept in meant if concept == "source"]
        for cell in row:
            if words.meaning("form.task", cell.text) or words.label(cell.text):
                sheet.take(cell)
                form.task_units |= concept_of_unit(cell)
        form.marks.add("tasks")
        return read

    def read(self, sheet: Sheet, position: int, form: PrintedForm) -> bool:
        """Read a row; False: it is none of the tasks."""
        begun = [cell for cell in distinct(sheet.rows[position]) if cell.row == position]
        printed = [cell for cell in begun if cell.text.strip()]
        if not printed:
            return True
        if any(self._ends(cell) for cell in printed):
            return False
        if all(self._words.meaning("form.task", cell.text) in ("amount", "source", "total") for cell in printed):
            self._second_head(sheet, printed)
            return True
        at = self._columns
        name, content, amount, goal = (
            sheet.text(position, at.get(role), begun=True) for role in ("name", "content", "amount", "goal")
        )
        money = tuple(
            (label, text)
            for label, columns in self._sources
            if (text := sheet.text(position, columns, begun=True)) is not None and not says_nothing(text.text)
        )
        if name is not None and self._words.meaning("form.task", name.text) == "total":
            sheet.take(*printed)
            form.task_totals.append(PrintedTask(name=name, content=None, amount=amount, goal=None, money=money))
            return True
        if name is None:
            rest = [cell for cell in (content, amount, goal) if cell is not None]
            if rest:
                message = "a task's cells stand without its name"
                form.findings.append(finding_at("task_without_name", message, rest[0].source))
                form.unconsumed += [cell.source for cell in rest]
            return True
        optional = self._words.meaning("form.task", name.text) == "optional"
        if not (optional and not any((content, amount, goal))):
            form.tasks.append(PrintedTask(name=name, content=content, amount=amount, goal=goal, money=money))
        return True

    def _second_head(self, sheet: Sheet, printed: list[Cell]) -> None:
        """总额 | 财政拨款 | 其他资金 under 预算金额: the total is the task's amount."""
        for cell in printed:
            sheet.take(cell)
            if self._words.meaning("form.task", cell.text) == "amount":
                self._columns["amount"] = _columns(cell)
            else:
                self._sources.append((less_layout(cell.text), _columns(cell)))

    def _ends(self, cell: Cell) -> bool:
        """A label of the form at the left ends the tasks: 年度总体目标, 绩效指标."""
        if self._words.meaning("form.task", cell.text):
            return False
        concept = self._words.label(cell.text)
        return self._words.column(cell.text) in ("level1", "level2") or (
            concept is not None and (concept.startswith("goal") or concept in ("heading", "project"))
        )


def _columns(cell: Cell) -> Columns:
    return tuple(range(cell.column, cell.column + cell.column_span))
