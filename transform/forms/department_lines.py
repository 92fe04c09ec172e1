"""A department form from its flattened text: the form's words cut it into sections, the sections into cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.document import Finding, Line, Severity
from transform.amounts import UNITS
from transform.form_words import key, pattern, standing
from transform.forms.department_cells import FormCells, PrintedAmount, printed
from transform.forms.department_indicator_lines import read_indicators
from transform.forms.department_widths import DepartmentForm
from transform.forms.printed import PrintedTask
from transform.passages import less_layout
from transform.printed import Printed, finding_at
from transform.tables.claimed_text import ClaimedText
from transform.tables.wrapped_cells import LONGEST, Column, Piece, cut, wrapped

_UNIT = rf"\s*[（(]\s*(?P<unit>{UNITS})\s*[）)]"
_AMOUNT = re.compile(r"-?\d[\d,，]*(?:\.\d+)?")
_AMOUNT_IN_ROW = re.compile(r"(?<!\S)-?\d[\d,，]*\.\d\d(?!\S)")
_NO_AMOUNT = 12.0
"""Cost of a task without an amount: forms print 0.00 rather than nothing."""
NAME, CONTENT, AMOUNT, GOAL = range(4)


def cells_of_lines(lines: Iterable[Line], form: DepartmentForm) -> FormCells:
    """Read the cells of a form from its lines. What is not understood is in `unconsumed`, what is odd in `findings`."""
    sheet = ClaimedText(lines)
    cells = FormCells()
    end = len(sheet.text)
    heading = "(?:" + "|".join(pattern(word) for word in form.indicator_columns) + ")"
    table = re.search(rf"{heading}(?:\s+{heading}){{2,}}", sheet.text)
    table_at = table.start() if table else end
    indicators_at = min(_alone(form.indicators, sheet, 0, table_at), default=table_at)
    tasks_heading = _tasks_heading(form)
    headed = [match.start() for match in tasks_heading.finditer(sheet.text, 0, indicators_at)]
    tasks_at = min([*_alone(form.tasks, sheet, 0, indicators_at), *headed], default=indicators_at)
    goal = re.compile(standing(pattern(form.goal))).search(sheet.text, 0, tasks_at)
    goal_at = goal.start() if goal else tasks_at

    if again := _begins_again(sheet, indicators_at, form):
        cells.findings.append(again)
    _read_head(sheet, goal_at, form, cells)
    _read_goal(sheet, goal_at, tasks_at, form, cells)
    _read_tasks(sheet, tasks_at, indicators_at, tasks_heading, form, cells)
    read_indicators(sheet, indicators_at, form, cells)
    cells.unconsumed += sheet.unconsumed()
    return cells


def _begins_again(sheet: ClaimedText, start: int, form: DepartmentForm) -> Finding | None:
    """Labels of a form's head below its indicators: another form, or the same one again. Lines do not say where."""
    labels = [label for label in (form.department, form.staff, form.subordinate_units, form.goal)
              if re.search(rf"(?<!\S){pattern(label)}(?=\s|[:：\d]|$)", sheet.text[start:])]  # fmt: skip
    if len(labels) < 2:
        return None
    at = re.compile(pattern(labels[0])).search(sheet.text, start)
    pieces = sheet.pieces(at.start(), at.end()) if at else []
    message = "below the indicators a form begins again: give each form as a document of its own"
    return finding_at("forms_not_parted", message, pieces[0].source(), Severity.CRITICAL) if pieces else None


def _alone(label: str, sheet: ClaimedText, start: int, end: int) -> list[int]:
    """Where `label` stands alone on its line (or lines)."""
    expression = re.compile(rf"(?m)^[^\S\n]*{pattern(label)}[^\S\n]*$")
    return [match.start() for match in expression.finditer(sheet.text, start, end)]


def _tasks_heading(form: DepartmentForm) -> re.Pattern[str]:
    name, content, amount, goal = (pattern(word) for word in form.task_columns)
    return re.compile(rf"(?<!\S){name}\s+{content}\s+{amount}{_UNIT}\s+{goal}(?!\S)")


def _read_head(sheet: ClaimedText, end: int, form: DepartmentForm, cells: FormCells) -> None:
    """Labels and the values that follow them, from the title to the overall goal."""
    headings = (*form.axis_headings, *form.other_headings)
    labels = [form.department, form.staff, form.subordinate_units, *headings]
    expressions = [pattern(label) for label in labels]
    expressions += [r"\s*".join(_atoms(axis.label)) for axis in form.axes]
    expressions.append(pattern(form.amount_heading) + _UNIT)
    # A number may be glued to its label (财政供养人员数139); Chinese text glued to one is another, longer label.
    alternatives = "|".join(f"(?P<l{index}>{expression})" for index, expression in enumerate(expressions))
    found = list(re.compile(rf"(?<!\S)(?:{alternatives})(?=\s|[:：\d]|$)[:：]?").finditer(sheet.text, 0, end))

    first = found[0].start() if found else end
    cells.heading = sheet.text[:first]
    for piece in sheet.pieces(0, first):
        if re.search(form.title, key(piece.text)):
            cells.title = printed(sheet, [piece]).text
            break
    ends = [match.start() for match in found[1:]] + [end] * bool(found)
    for match, following in zip(found, ends, strict=True):
        sheet.claim(*match.span())
        index = int(next(name for name, text in match.groupdict().items() if text and name != "unit")[1:])
        pieces = sheet.pieces(match.end(), following)
        if match["unit"]:
            cells.money_units.add(match["unit"])
        if not pieces:
            continue
        if index == 0:
            cells.department = printed(sheet, pieces)
        elif index == 1:
            cells.staff = printed(sheet, pieces)
        elif index == 2:
            cells.subordinate_units = printed(sheet, pieces)
        elif len(labels) <= index < len(labels) + len(form.axes):
            axis = form.axes[index - len(labels)]
            amount = re.match(r"\S+", pieces[0].text)
            if amount is not None:
                token = Piece(text=amount.group(), line=pieces[0].line, gap=True, start=pieces[0].start)
                label = less_layout(match.group()).rstrip(":：")
                cells.amounts.append(PrintedAmount(axis=axis, label=label, amount=printed(sheet, [token])))
        _report_unassigned(sheet, match.end(), following, cells)


def _atoms(expression: str) -> list[str]:
    """A label's regular expression by character, so that blanks may stand between; groups and classes stay whole."""
    return re.findall(r"\(\?:[^)]*\)|\[[^\]]*\]\??|.\??", expression)


def _report_unassigned(sheet: ClaimedText, start: int, end: int, cells: FormCells) -> None:
    """A second amount after one label belongs to a line that the form does not declare: an error, not a guess."""
    for piece in sheet.pieces(start, end):
        if re.search(r"(?<!\S)-?\d[\d,，]*\.\d+(?!\S)", piece.text):
            message = "an amount stands beside no line that the form declares: declare the line in the layout"
            cells.findings.append(finding_at("unknown_line", message, piece.source()))


def _read_goal(sheet: ClaimedText, start: int, end: int, form: DepartmentForm, cells: FormCells) -> None:
    repeated = re.compile(rf"(?m)^[^\S\n]*{pattern(form.goal)}(?=\s|[:：]|$)[:：]?")
    for match in repeated.finditer(sheet.text, start, end):
        sheet.claim(*match.span())
    pieces = sheet.pieces(start, end)
    if pieces:
        cells.goal = printed(sheet, pieces)


@dataclass(slots=True)
class _Row:
    """The cells of one task as they are found."""

    cells: dict[int, Printed]
    optional: bool = False


def _read_tasks(
    sheet: ClaimedText, start: int, end: int, heading: re.Pattern[str], form: DepartmentForm, cells: FormCells
) -> None:
    """Tasks: each amount, and the optional task's declared name, is certain; the lines between two of them are cut."""
    for match in heading.finditer(sheet.text, start, end):
        sheet.claim(*match.span())
        cells.task_money_units.add(match["unit"])
    for match in re.compile(standing(pattern(form.tasks))).finditer(sheet.text, start, end):
        sheet.claim(*match.span())

    columns = [Column(cost=wrapped(width)) for width in form.task_widths]
    columns[AMOUNT] = Column(cost=_never, empty=_NO_AMOUNT)
    rows: list[_Row] = []
    run: list[Piece] = []
    last = GOAL

    def put(column: int, cell: Printed, *, optional: bool = False) -> None:
        if not rows or column == NAME or column in rows[-1].cells or any(column < c for c in rows[-1].cells):
            rows.append(_Row({}))
        rows[-1].cells[column] = cell
        rows[-1].optional |= optional

    def flush(before: int) -> None:
        nonlocal last
        if len(run) > LONGEST:
            message = f"{len(run)} lines of tasks stand without an amount between them: is this a department form?"
            cells.findings.append(finding_at("tasks_not_divided", message, run[0].source()))
        else:
            for column, pieces in cut(run, columns, after=last, before=before):
                put(column, printed(sheet, pieces))
        run.clear()
        last = GOAL if before == len(columns) else before

    optional = re.compile(standing(pattern(form.optional_task))).search(sheet.text, start, end)
    for piece in sheet.pieces(start, end):
        if optional and optional.start() <= piece.start < optional.end():
            if piece.start == optional.start():
                flush(len(columns))
                name = sheet.pieces(*optional.span())
                put(NAME, printed(sheet, name), optional=True)
                last = NAME
            continue
        amount = _amount_in(piece)
        if amount is None:
            run.append(piece)
            continue
        before, after = piece.text[: amount.start()].strip(), piece.text[amount.end() :].strip()
        if before:
            run.extend(_row_beginning(before, piece))
        flush(AMOUNT)
        put(AMOUNT, printed(sheet, [_part(piece, amount.start(), amount.group())]))
        if after:
            run.append(_part(piece, len(piece.text) - len(after), after))
    flush(len(columns))
    cells.tasks = [task for row in rows if (task := _task(row, cells)) is not None]


def _never(_: Sequence[Piece]) -> float:
    """Amounts are certain, and not among the lines that are cut."""
    return float("inf")


def _amount_in(piece: Piece) -> re.Match[str] | None:
    """The amount of a task: a number alone on its line, or with two decimals among the cells of a one-line row."""
    return _AMOUNT.fullmatch(piece.text) or _AMOUNT_IN_ROW.search(piece.text)


def _part(piece: Piece, offset: int, text: str, *, gap: bool = True) -> Piece:
    return Piece(text=text, line=piece.line, gap=gap, start=piece.start + offset)


def _row_beginning(text: str, piece: Piece) -> list[Piece]:
    """Name and content of a row whose cells stand on one line: the name has no blank, the content may."""
    name, _, content = text.partition(" ")
    offset = len(text) - len(content.strip())
    return [_part(piece, 0, name), *([_part(piece, offset, content.strip())] if content.strip() else [])]


def _task(row: _Row, cells: FormCells) -> PrintedTask | None:
    if row.optional and len(row.cells) == 1:
        return None
    name = row.cells.get(NAME)
    if name is None:
        message = "a task's cells stand without its name: look at the page, its rows may be cut wrongly"
        sources = [cell.source for cell in row.cells.values()]
        cells.findings.append(finding_at("task_without_name", message, sources[0]))
        cells.unconsumed += sources
        return None
    return PrintedTask(
        name=name, content=row.cells.get(CONTENT), amount=row.cells.get(AMOUNT), goal=row.cells.get(GOAL)
    )
