"""Project forms from a document's grids: labels with their values, money, and the indicators under their header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.document import Cell, Document, Grid, Line, Severity
from transform.amounts import read_money_unit
from transform.form_words import key
from transform.headings import years_in
from transform.passages import less_layout
from transform.printed import Printed, distinct, finding_at, printed_cell, source_of
from transform.project_form.cells import (
    PrintedForm,
    PrintedForms,
    PrintedIndicator,
    PrintedMoney,
    PrintedPromise,
)
from transform.project_form.comparison import compares
from transform.project_form.declared import Field, Money, ProjectForm, Role
from transform.project_form.header import Columns, Header, Row, Side, headings_of, meaning, read_header
from transform.records import Horizon, Source

_NOTHING = re.compile(r"[-—–/、.…*＊\s]*|指标\d+[:：]?[-—–.…]*|目标\d+[:：]?[-—–.…]*")
"""What templates print in a cell that says nothing."""
_TOTALS = frozenset({"合计", "小计", "总计", "共计", "合计数", "部门合计", "单位合计", "本级合计"})
"""Names of rows that state the sum of others in a table of several projects."""
_DIRECTION = re.compile("方向|符号|性质|类型")
_DECIMAL = re.compile(r"-?\d[\d,，]*\.\d+")


def read_forms(document: Document, form: ProjectForm) -> PrintedForms:
    """Read all forms of a document, in printed order."""
    reader = _Reader(form)
    for block in document.blocks():
        if isinstance(block, Grid):
            reader.read(block)
        else:
            reader.read_line(block)
    return reader.forms


class _Reader:
    """Walks the grids; a form goes on over grids and pages until the next project's name."""

    def __init__(self, form: ProjectForm) -> None:
        self.forms = PrintedForms()
        self._form = form
        self._headings = headings_of(form)
        self._fields = {name: each for each, names in form.fields.items() for name in names}
        self._money = {name: money for money in form.money for name in money.names}
        self._header: Header | None = None
        self._measures: list[tuple[str, Columns]] = []
        self._cycle_column: int | None = None
        self._taken: set[int] = set()
        self._head_rows: set[int] = set()
        self._covering: list[Row] = []

    # -- text outside the forms

    def read_line(self, line: Line) -> None:
        if line.text.strip():
            source = Source(text=line.text.strip(), page=line.page, line=line.line, box=line.box)
            if not self._heading(line.text):
                self.forms.unconsumed.append(source)

    def _heading(self, text: str) -> bool:
        """Take a title, a year or a unit of money that stands above a form."""
        plain = less_layout(text)
        title = any(re.search(title, plain.replace(" ", "")) for title in self._form.titles) and len(plain) <= 60
        if title and self.forms.title is None:
            self.forms.title = plain
        if title or years_in(plain) or read_money_unit(plain):
            self.forms.heading.append(plain)
            return True
        return False

    # -- the grid

    def read(self, grid: Grid) -> None:
        self._covering = grid.covering()
        self._taken, self._head_rows = set(), set()
        self._header = self._header if self._header and self._fits(grid) else None
        skip_to = 0
        for position, row in enumerate(self._covering):
            if position < skip_to:
                continue
            header = read_header(self._covering, position, self._form, self._headings)
            if header is not None:
                self._begin_table(header)
                skip_to = header.last_row + 1
            elif self._header is not None and self._is_indicator_row(row):
                self._indicators(position, row, self._header)
            else:
                self._head_rows.add(position)
                self._fields_of(position, row)
        for cell in grid.cells:
            if id(cell) not in self._taken and cell.text.strip():
                self._leave(cell)

    def _fits(self, grid: Grid) -> bool:
        """Does the table of the grid before go on in this one? Only with the same columns and without a header."""
        assert self._header is not None
        used = [column for side in self._header.sides for columns in side.columns.values() for column in columns]
        return max(used, default=0) < grid.n_columns

    def _current(self) -> PrintedForm:
        if not self.forms.forms:
            self.forms.forms.append(PrintedForm())
        return self.forms.forms[-1]

    def _take(self, *cells: Cell) -> None:
        self._taken.update(id(cell) for cell in cells)

    # -- indicators

    def _begin_table(self, header: Header) -> None:
        self._header, self._measures, self._cycle_column = header, [], None
        self._take(*(cell for cell in header.words if all(cell is not other for other in header.unknown)))
        for cell in header.unknown:
            message = "this column is not declared: add its heading to the layout's columns"
            self.forms.findings.append(finding_at("unknown_column", message, source_of(cell)))

    def _is_indicator_row(self, row: Row) -> bool:
        """Labels of a new form, an end of the table, or a sentence over its whole width are none."""
        assert self._header is not None
        present = [cell for cell in distinct(row) if cell.text.strip()]
        if any(meaning(self._fields, cell.text) is Field.PROJECT for cell in present):
            self._header = None
            return False
        if present and self._ends(present[0].text):
            return False
        side = self._header.sides[0]
        columns = [columns for role in (Role.NAME, Role.LEVEL2, Role.LEVEL1) if (columns := side.columns.get(role))]
        values = [columns for promise in side.promises for columns in promise.columns.values()]
        name, value = (row[where[0][0]] if where and where[0][0] < len(row) else None for where in (columns, values))
        return name is None or name is not value

    def _ends(self, text: str) -> bool:
        word = key(text)
        return any(
            word == end or (len(end) < len(word) and word.startswith((f"{end}:", f"{end}("))) for end in self._form.ends
        )

    def _text(self, row: Row, columns: Columns | None, *, first_row: int | None = None) -> Printed | None:
        """What a row prints in some columns; several cells are joined. `first_row`: only cells that begin there."""
        if columns is None:
            return None
        cells = [
            cell for cell in distinct([row[column] for column in columns if column < len(row)]) if cell.text.strip()
        ]
        if first_row is not None:
            cells = [cell for cell in cells if cell.row == first_row]
        if not cells:
            return None
        self._take(*cells)
        text = "".join(less_layout(cell.text) for cell in cells)
        return Printed(text=text, source=source_of(cells[0])) if text else None

    def _indicators(self, position: int, row: Row, header: Header) -> None:
        if header.project:
            self._project_of_row(position, row, header.project)
        read = [indicator for side in header.sides if (indicator := self._indicator(position, row, side)) is not None]
        if len(read) == 2 and key(read[0].name.text) == key(read[1].name.text):
            first, second = read
            read = [
                PrintedIndicator(
                    level1=first.level1,
                    level2=first.level2,
                    name=first.name,
                    promises=(*first.promises, *second.promises),
                    weight=first.weight or second.weight,
                    actual=first.actual or second.actual,
                    score=first.score or second.score,
                    notes=(*first.notes, *second.notes),
                )
            ]
        self._current().indicators += read
        self._take(*(cell for cell in distinct(row) if _says_nothing(cell.text)))
        self._take(*(cell for cell in distinct(row) if meaning(self._fields, cell.text) is Field.HEADING))

    def _indicator(self, position: int, row: Row, side: Side) -> PrintedIndicator | None:
        at = side.columns
        level_cells = [
            row[at[role][0]] if role in at and at[role][0] < len(row) else None
            for role in (Role.LEVEL1, Role.LEVEL2, Role.NAME)
        ]
        name = self._text(row, at.get(Role.NAME), first_row=position)
        promises = []
        for promise in side.promises:
            operator, value, unit = (
                self._text(row, promise.columns.get(role), first_row=position)
                for role in (Role.OPERATOR, Role.VALUE, Role.UNIT)
            )
            if value is not None and not _says_nothing(value.text):
                horizon = promise.horizon or Horizon.ANNUAL
                promises.append(PrintedPromise(horizon=horizon, operator=operator, value=value, unit=unit))
        notes = [
            (heading, text)
            for heading, columns in side.notes
            if (text := self._text(row, columns, first_row=position)) and not _says_nothing(text.text)
        ]
        promises, notes = _with_operators(promises, notes)
        level1 = self._text(row, at.get(Role.LEVEL1))
        level2 = self._text(row, at.get(Role.LEVEL2)) if level_cells[1] is not level_cells[0] else None
        if name is not None and level_cells[2] is level_cells[1]:
            level2 = None
        if name is None and promises and level2 is not None and level_cells[1] is not None:
            name = level2 if level_cells[1].row == position and level_cells[1].row_span == 1 else None
        weight, actual, score = (
            self._text(row, at.get(role), first_row=position) for role in (Role.WEIGHT, Role.ACTUAL, Role.SCORE)
        )
        self._text(row, at.get(Role.ORDINAL), first_row=position)
        if name is None or (_says_nothing(name.text) and not promises):
            if promises and promises[0].value is not None:
                message = "a value stands without its indicator's name"
                where = promises[0].value.source
                self.forms.findings.append(finding_at("target_without_indicator", message, where))
                self.forms.unconsumed.append(where)
            return None
        if not promises:
            message = "no value was found for this indicator"
            warning = finding_at("indicator_without_target", message, name.source, Severity.WARNING)
            self.forms.findings.append(warning)
        return PrintedIndicator(
            level1=level1.text if level1 else "",
            level2=level2.text if level2 else "",
            name=name,
            promises=tuple(promises),
            weight=weight,
            actual=actual,
            score=score,
            notes=tuple((heading, text.text) for heading, text in notes),
        )

    def _project_of_row(self, position: int, row: Row, columns: dict[Role, Columns]) -> None:
        """In a table of several projects a new project begins where the cells of its name and unit do."""
        name = self._text(row, columns.get(Role.PROJECT), first_row=position)
        begins = self._text(row, columns.get(Role.ORGANISATION), first_row=position)
        organisation = self._text(row, columns.get(Role.ORGANISATION))
        if name is None and not (begins and self._text(row, columns.get(Role.TOTAL), first_row=position)):
            return
        whole = name is None or (begins is not None and key(begins.text) == key(name.text))
        named = name or begins
        is_group = named is not None and (whole or key(named.text) in _TOTALS)
        form = PrintedForm(name=named, organisation=organisation, is_group=is_group)
        goal = self._text(row, columns.get(Role.GOAL), first_row=position)
        if goal is not None:
            form.goals.append((Horizon.ANNUAL, "", goal))
        total = self._text(row, columns.get(Role.TOTAL), first_row=position)
        if total is not None:
            assert self._header is not None
            money = next(money for money in self._form.money if money.source is None)
            form.money.append(PrintedMoney(money=money, label="", measure=None, amount=total))
            words = [less_layout(cell.text) for cell in self._header.words]
            form.money_units |= {unit for word in words if (unit := read_money_unit(word))}
        self.forms.forms.append(form)

    # -- labels and values

    def _fields_of(self, position: int, row: Row) -> None:
        begun = [cell for cell in distinct(row) if cell.row == position and id(cell) not in self._taken]
        begun = [cell for cell in begun if cell.text.strip()]
        words = [key(cell.text) for cell in begun]
        if begun and self._ends(begun[0].text):
            self._current().notes.append((words[0], "；".join(less_layout(cell.text) for cell in begun[1:])))
            self._take(*begun)
            return
        if sum(meaning(dict.fromkeys(self._form.measures, True), word) is not None for word in words) >= 2:
            self._begin_measures(begun)
            return
        for cell in begun:
            if id(cell) in self._taken:
                continue
            money = meaning(self._money, cell.text)
            field = meaning(self._fields, cell.text)
            if meaning(dict.fromkeys(self._form.cycle_totals, True), cell.text):
                self._cycle_column = cell.column
                self._note(cell)
            elif money is not None:
                self._amounts(cell, money)
            elif field is not None:
                self._field(cell, field)
            elif not self._label_and_value(cell) and self._heading(cell.text):
                self._take(cell)

    def _begin_measures(self, begun: Sequence[Cell]) -> None:
        known = {key(name) for name in (*self._form.measures, *self._form.money_notes)}
        for cell in begun:
            word = re.sub(r"\([^()]*\)$", "", key(cell.text))
            if word in known:
                columns = tuple(range(cell.column, cell.column + cell.column_span))
                self._measures.append((word, columns))
                self._take(cell)
            elif meaning(self._fields, cell.text) is not None:
                self._take(cell)
            self._current().money_units |= {unit} if (unit := read_money_unit(less_layout(cell.text))) else set()

    def _amounts(self, label: Cell, money: Money) -> None:
        self._take(label)
        form = self._current()
        if unit := read_money_unit(less_layout(label.text)):
            form.money_units.add(unit)
        word = re.sub(r"^其中[:：]", "", less_layout(label.text)).rstrip(":：")
        if self._measures:
            for measure, columns in self._measures:
                amount = self._text(self._covering[label.row], columns, first_row=label.row)
                if amount is None or _says_nothing(amount.text):
                    continue
                if measure in self._form.measures:
                    form.money.append(PrintedMoney(money=money, label=word, measure=measure, amount=amount))
                else:
                    form.notes.append((f"{word}{measure}", amount.text))
            return
        if self._cycle_column is not None and label.column == self._cycle_column and money.source is not None:
            self._note(label)
            return
        value = self._value(label)
        if value is not None and not _says_nothing(value.text):
            form.money.append(PrintedMoney(money=money, label=word, measure=None, amount=value))

    def _field(self, label: Cell, field: Field) -> None:
        self._take(label)
        if unit := read_money_unit(less_layout(label.text)):
            self._current().money_units.add(unit)
        if field is Field.HEADING:
            return
        if field is Field.NOTE:
            self._note(label)
            return
        value = self._value(label)
        if field is Field.PROJECT:
            self._header, self._measures, self._cycle_column = None, [], None
            pending = self.forms.forms and self.forms.forms[-1].name is None and not self.forms.forms[-1].indicators
            if not pending:
                self.forms.forms.append(PrintedForm())
            self._current().name = value
        elif value is not None and field is Field.GOAL:
            horizon = meaning(self._form.horizons, label.text)
            self._current().goals.append((horizon, less_layout(label.text), value))
        elif value is not None and field is Field.ORGANISATION:
            self._current().organisation = value
        elif value is not None:
            self._current().department = value

    def _note(self, label: Cell) -> None:
        self._take(label)
        value = self._value(label)
        if value is not None:
            self._current().notes.append((less_layout(label.text).rstrip(":："), value.text))

    def _label_and_value(self, cell: Cell) -> bool:
        """A label and its value in one cell: `其中：财政拨款：100.00`."""
        text = less_layout(cell.text)
        for colon in re.finditer(r"[:：]", text):
            label, rest = text[: colon.start()], text[colon.end() :].strip()
            value = Printed(text=rest, source=source_of(cell)) if rest else None
            money, field = meaning(self._money, label), meaning(self._fields, label)
            if value is None or (money is None and field in (None, Field.HEADING)):
                continue
            self._take(cell)
            form = self._current()
            if money is not None:
                form.money.append(PrintedMoney(money=money, label=label, measure=None, amount=value))
            elif field is Field.PROJECT:
                self.forms.forms.append(PrintedForm(name=value))
            elif field is Field.ORGANISATION:
                form.organisation = value
            elif field is Field.DEPARTMENT:
                form.department = value
            elif field is Field.GOAL:
                form.goals.append((meaning(self._form.horizons, label), label, value))
            else:
                form.notes.append((label, rest))
            return True
        return False

    def _value(self, label: Cell) -> Printed | None:
        """The cell right of a label, or below it where another label or nothing stands on its right."""
        right, below = label.column + label.column_span, label.row + label.row_span
        beside = self._covering[label.row][right] if right < len(self._covering[label.row]) else None
        under = self._covering[below][label.column] if below < len(self._covering) else None
        for cell in (beside, under):
            if cell is not None and id(cell) not in self._taken and not self._is_label(cell):
                self._take(cell)
                return printed_cell(cell)
        return None

    def _is_label(self, cell: Cell) -> bool:
        tables = (self._fields, self._money, dict.fromkeys(self._form.cycle_totals, True), self._headings)
        if re.fullmatch(r"[^:：\d]{2,16}[:：]", less_layout(cell.text)):  # of a label that is not declared, no value
            return True
        return any(meaning(table, cell.text) is not None for table in tables)

    def _leave(self, cell: Cell) -> None:
        source = source_of(cell)
        self.forms.unconsumed.append(source)
        if _DECIMAL.fullmatch(key(cell.text)) and cell.row in self._head_rows:
            message = "an amount stands beside no line that the form declares"
            self.forms.findings.append(finding_at("unknown_line", message, source))


def _with_operators(
    promises: Sequence[PrintedPromise], notes: list[tuple[str, Printed]]
) -> tuple[list[PrintedPromise], list[tuple[str, Printed]]]:
    """The promises with the operator that stands under 指标方向: 指标性质 says 正向 then, and neither is lost."""
    signs = [note for note in notes if _DIRECTION.search(note[0]) and compares(note[1].text)]
    bare = [promise for promise in promises if promise.operator is None or not compares(promise.operator.text)]
    if len(signs) != 1 or len(bare) != len(promises) or not promises:
        return list(promises), notes
    kept = [note for note in notes if note is not signs[0]]
    kept += [("指标性质", promise.operator) for promise in promises[:1] if promise.operator is not None]
    return [replace(promise, operator=signs[0][1]) for promise in promises], kept


def _says_nothing(text: str) -> bool:
    return _NOTHING.fullmatch(less_layout(text)) is not None
