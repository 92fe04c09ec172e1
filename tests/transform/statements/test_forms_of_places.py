"""Forms of provinces, ministries and final accounts, typed with invented figures (`forms_of_places.txt`): each is
wholly understood, every total that it prints holds, and its facts are as many and sum up as counted by hand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.field_yield import reasons_of
from extract.document import Grid
from tests.transform.statements.reading_forms import OWN, read
from tests.transform.statements.typing_tables import document, grid
from transform.amounts import SCALES
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT

_FORMS = dict(
    form.split("\n", 1)
    for form in Path(__file__).with_name("forms_of_places.txt").read_text(encoding="utf-8").split("\n## ")[1:]
)


def _page(body: str) -> list[str | Grid]:
    """Lines and tables of a form in printed order."""
    page: list[str | Grid] = []
    rows: list[str] = []
    for line in [*body.splitlines(), "="]:
        if line.startswith("="):
            if rows:
                page.append(grid("\n".join(rows)))
                rows = []
            page += [line[1:]] if line[1:] else []
        elif line.strip() and not line.startswith("expects "):
            rows.append(line)
    return page


@pytest.mark.parametrize("name", _FORMS)
def test_a_form_is_read_as_its_place_prints_it(name: str) -> None:
    records = read(_page(_FORMS[name]))
    expected = [line.split()[1:] for line in _FORMS[name].splitlines() if line.startswith("expects ")]
    facts = Counter(line.statement for line in records.budget_lines)
    sums: dict[str, Decimal] = {}
    for line in records.budget_lines:
        printed = line.amount.yuan / SCALES[line.amount.unit]
        sums[line.statement] = sums.get(line.statement, Decimal(0)) + printed
    assert {statement: (facts[statement], sums[statement]) for statement in facts} == {
        statement: (int(count), Decimal(amount)) for statement, count, amount in expected
    }


def _published(page: list[str | Grid]) -> set[tuple[str, Decimal]]:
    records = BUDGET_STATEMENT.read(document(page), Declaration(department=OWN))
    held = reasons_of(records)
    facts = [line for line in records.budget_lines if not held.keys() & {None, line.section_seq}]
    return {((line.line or "").rpartition("/")[2], line.amount.yuan) for line in facts}


@pytest.mark.parametrize("name", [*_FORMS][::3])
def test_a_misread_or_lost_line_of_a_form_makes_no_wrong_figure(name: str) -> None:
    """Each third form, with its figures' first digits changed one by one and without each third of its lines."""
    page = _page(_FORMS[name])
    records = BUDGET_STATEMENT.read(document(page), Declaration(department=OWN))
    printed = _published(page) | {(total.line or "", total.amount.yuan) for total in records.stated_totals}
    for at, table in enumerate(page):
        if not isinstance(table, Grid):
            continue
        figures = [cell for cell in table.cells if re.fullmatch(r"[1-9][\d,]*\.\d\d", cell.text)]
        for cell in figures[::3]:
            other = replace(cell, text=f"{int(cell.text[0]) % 9 + 1}{cell.text[1:]}")
            misread = replace(table, cells=tuple(other if one is cell else one for one in table.cells))
            assert _published([*page[:at], misread, *page[at + 1 :]]) <= printed, cell.text
        for row in sorted({cell.row for cell in figures})[::3]:
            kept = (replace(cell, row=cell.row - (cell.row > row)) for cell in table.cells if cell.row != row)
            short = replace(table, n_rows=table.n_rows - 1, cells=tuple(kept))
            assert _published([*page[:at], short, *page[at + 1 :]]) <= printed, row
