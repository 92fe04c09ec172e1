"""Forms of provinces, ministries and final accounts, typed with invented figures (`forms_of_places.txt`): each is
wholly understood, every total that it prints holds, and its facts are as many and sum up as counted by hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from extract.document import Grid
from tests.transform.statements.reading_forms import read
from tests.transform.statements.typing_tables import grid
from transform.amounts import SCALES

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
