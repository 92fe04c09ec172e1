"""What kind of form one is: by its title, and by what it prints where the title is silent."""

from __future__ import annotations

from extract.document import Cell, Grid
from transform.forms.heads import read_head
from transform.forms.printed import PrintedForm
from transform.forms.sheet import Sheet
from transform.forms.tasks import TaskRows
from transform.forms.words import Words
from transform.records import Kind
from transform.vocabulary import BUNDLED, Vocabulary

_LABELS = frozenset({"project", "department", "department.own", "organisation", "goal", "goal.annual", "goal.cycle"})
_ROWS_LOOKED_AT = 60
_LABELS_IN_A_ROW = 4
"""Two labels and their values; 项目名称 among more cells heads a column of a list of projects."""


def kind_of(form: PrintedForm, words: Words, default: Kind) -> Kind:
    """The kind of a form that was read."""
    named = words.kind_of_title(form.title) if form.title else None
    if named == "monitoring" or (named != "self_evaluation" and "month" in form.marks):
        return Kind.MONITORING
    if named == "self_evaluation" or "actual" in form.marks:
        return Kind.SELF_EVALUATION
    if named == "region_target_form":
        return Kind.REGION_TARGET_FORM
    if not form.named and (named == "department_target_form" or form.department or "axis" in form.marks):
        return Kind.DEPARTMENT_TARGET_FORM
    if not form.named and form.project.name is None and default is Kind.DEPARTMENT_TARGET_FORM:
        return default
    return Kind.PROJECT_TARGET_FORM


def is_departments(form: PrintedForm, kind: Kind) -> bool:
    """Whether a form speaks of a department, not of a project."""
    return kind is Kind.DEPARTMENT_TARGET_FORM or (
        kind in (Kind.SELF_EVALUATION, Kind.MONITORING) and not form.named and form.department is not None
    )


def looks_like_form(grid: Grid, vocabulary: Vocabulary = BUNDLED) -> Kind | None:
    """The kind of form that a grid seems to be, cheaply: by its title row, its labels and the head of its indicators.

    None: it is no form. A grid that only goes on with a form's indicators has no head and is none by itself.
    """
    words, sheet = Words(vocabulary), Sheet(grid)
    labels: set[str] = set()
    money = 0
    title: str | None = None
    listed = False
    for position in range(min(grid.n_rows, _ROWS_LOOKED_AT)):
        begun = sheet.begun(position)
        if position < 3 and len(begun) == 1:
            title = title or words.kind_of_title(begun[0].text)
        labels |= {
            concept for cell in begun if (concept := words.label(cell.text)) in _LABELS and _filled(cell, sheet, words)
        }
        listed = listed or (
            len(begun) > _LABELS_IN_A_ROW and any(words.label(cell.text) == "project" for cell in begun)
        )
        money += sum(1 for cell in begun if words.money(cell.text))
        labels |= {"axis" for cell in begun if words.meaning("form.axis_heading", cell.text)}
        head = read_head(sheet, position, words)
        if head is not None:
            return _kind_of_head(title, labels, head.roles, bool(head.project), bool(head.month))
        if len(begun) > 2 and TaskRows.begin(sheet, position, words, PrintedForm()):
            labels.add("axis")
    promises = title is not None or any(label.startswith("goal") for label in labels)
    if "project" in labels and (promises or not listed) and (money >= 2 or len(labels) >= 3):
        return Kind(title) if title else Kind.PROJECT_TARGET_FORM
    return Kind(title) if title and len(labels) >= 2 else None


def _filled(cell: Cell, sheet: Sheet, words: Words) -> bool:
    """Whether a label has a place for a value beside it: heads of columns have other labels there."""
    beside = sheet.beside(cell)
    return beside is None or not words.is_label(beside.text)


def _kind_of_head(title: str | None, labels: set[str], roles: set[str], many: bool, month: bool) -> Kind:
    if title == "monitoring" or month:
        return Kind.MONITORING
    if title == "self_evaluation" or "actual" in roles:
        return Kind.SELF_EVALUATION
    if title == "region_target_form":
        return Kind.REGION_TARGET_FORM
    own = "department.own" in labels or "axis" in labels or title == "department_target_form"
    return Kind.DEPARTMENT_TARGET_FORM if own and "project" not in labels and not many else Kind.PROJECT_TARGET_FORM
