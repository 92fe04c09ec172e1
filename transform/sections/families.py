"""What a table shows itself to be, by its own cells and the lines over it: which engine reads it, not which layout."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from extract.document import Grid
from transform.forms import looks_like_form
from transform.sections.furniture import is_index_block
from transform.sections.government import titles_government
from transform.statements.declared import statement_titled
from transform.tables.columns import Column, Role, column_named
from transform.vocabulary import Vocabulary

_HEAD_ROWS = 4


class Family(StrEnum):
    """Tables that are read by one engine."""

    STATEMENT = "statement"
    PROJECT_TABLE = "project_table"
    FORM = "form"
    FURNITURE = "furniture"


def family_of(grid: Grid, above: Sequence[str], columns: Sequence[Column], vocabulary: Vocabulary) -> Family | None:
    """The family of a table under the lines `above`; None: it does not say (it may continue the one before it).

    `columns` are those by which a table of projects is known.
    """
    if is_index_block(grid, vocabulary):
        return Family.FURNITURE
    if _is_project_table(grid, columns):
        return Family.PROJECT_TABLE
    evidence = [vocabulary.meaning("section.form", cell.text.rstrip(" :：")) for cell in grid.cells]
    heads, labels = evidence.count("indicator_head"), evidence.count("form_label")
    if heads >= 2 or labels >= 3 or (heads and labels):
        return Family.FORM
    if _is_titled(grid, above):
        return Family.STATEMENT
    return Family.FORM if looks_like_form(grid, vocabulary) else None


def _is_project_table(grid: Grid, columns: Sequence[Column]) -> bool:
    """One row names the project, its indicators and its money or goal: the head of one row per project."""
    for row in grid.rows()[:_HEAD_ROWS]:
        roles = {column.role for cell in row if cell and (column := column_named(columns, cell.text))}
        if {Role.NAME, Role.INDICATORS} <= roles and len(roles) >= 3:
            return True
    return False


def _is_titled(grid: Grid, above: Sequence[str]) -> bool:
    """A statement's title stands above the table, maybe broken over two lines, or in its first rows."""
    inside = [text for row in grid.rows()[:_HEAD_ROWS] for cell in row if cell for text in cell.text.splitlines()]
    texts = [*above, *("".join(pair) for pair in pairwise(above)), *inside]
    return any(statement_titled(text) is not None for text in texts) or titles_government(texts)
