"""Forms of provinces, typed with invented figures (`forms_of_places.txt`): each reads as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

from benchmarks.field_yield import reasons_of
from extract.document import Document, Grid, Line, Medium, Page
from extract.reading import read_document
from tests.transform.typeset import grid_of
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records

_FORMS = dict(
    form.split("\n", 1)
    for form in Path(__file__).with_name("forms_of_places.txt").read_text(encoding="utf-8").split("\n## ")[1:]
)


def document(body: str) -> Document:
    """Lines (`=`) and tables of a form in printed order, on one page."""
    blocks: list[Line | Grid] = []
    rows: list[str] = []
    for line in [*body.splitlines(), "="]:
        if line.startswith("="):
            if rows:
                blocks.append(grid_of("\n".join(rows)))
                rows = []
            if line[1:]:
                blocks.append(Line(text=line[1:], page=1))
        elif line.strip() and not line.startswith("expects "):
            rows.append(line)
    return Document(medium=Medium.PDF, reader="test-1", pages=(Page(number=1, blocks=tuple(blocks)),))


def told(records: Records) -> Iterator[str]:
    """What was read, a line each, blanks where nothing is printed."""
    yield f"form {records.kind} | {records.fiscal_year or ''}"
    for project in records.projects:
        yield f"project {project.unit} | {project.name} | {project.goal or ''}"
    for profile in records.profiles:
        yield f"goal {profile.goal or ''}"
    for task in records.tasks:
        yield f"task {task.name} | {task.content or ''} | {task.amount.printed if task.amount else ''}"
    for line in records.budget_lines:
        yield f"money {line.project or ''} | {line.funding_source or ''} | {line.measure or ''} | {line.amount.printed}"
    for total in records.stated_totals:
        yield f"total {total.measure or ''} | {total.amount.printed}"
    for one in records.indicators:
        (target,) = one.targets or (None,)
        actual = f" | {target.actual_text}" if target and target.actual_text else ""
        marks = f" | {one.weight if one.weight is not None else ''} | {one.score if one.score is not None else ''}"
        marks = "" if one.weight is None and one.score is None else marks
        yield f"indicator {one.level1} | {one.level2} | {one.name} | {target.text if target else ''}{actual}{marks}"


@pytest.mark.parametrize("name", _FORMS)
def test_a_form_is_read_as_its_place_prints_it(name: str) -> None:
    records = read_records(document(_FORMS[name]), Declaration(department="某某局"))
    expected = [line.removeprefix("expects ") for line in _FORMS[name].splitlines() if line.startswith("expects ")]
    assert [" ".join(line.split()) for line in told(records)] == [" ".join(line.split()) for line in expected]
    assert reasons_of(records) == {}


@pytest.mark.parametrize("name", _FORMS)
def test_a_form_reads_alike_from_a_page(name: str, tmp_path: Path) -> None:
    """The same form as HTML, through the reader of web pages."""
    drawn = document(_FORMS[name])
    page = tmp_path / "form.html"
    page.write_text("".join(["<meta charset=utf-8>", *map(_html, drawn.blocks())]), encoding="utf-8")
    declared = Declaration(department="某某局")
    assert list(told(read_records(read_document(page), declared))) == list(told(read_records(drawn, declared)))


def _html(block: Line | Grid) -> str:
    if isinstance(block, Line):
        return f"<p>{escape(block.text)}</p>"
    rows: list[list[str]] = [[] for _ in range(block.n_rows)]
    for cell in sorted(block.cells, key=lambda one: (one.row, one.column)):
        text = escape(cell.text).replace("\n", "<br>")
        rows[cell.row].append(f"<td rowspan={cell.row_span} colspan={cell.column_span}>{text}</td>")
    return "<table>" + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>"


def test_tasks_that_do_not_add_up_to_what_their_last_row_states_hold_the_form() -> None:
    body = _FORMS["Department, whole expenditure target"].replace("金额合计 | < | 300.00", "金额合计 | < | 310.00")
    records = read_records(document(body), Declaration(department="某某局"))
    assert reasons_of(records) == {1: ["task_total_fails", "total_fails"]}


def test_another_departments_money_below_the_first_holds_the_form() -> None:
    first, mark, second = _FORMS["Hunan, a department over two pages"].rpartition("126001 | 某某局 | 300.00")
    records = read_records(document(first + "126002 | 某某中心 | 310.00" + second), Declaration(department="某某局"))
    assert mark
    assert reasons_of(records) == {1: ["several_departments"]}


def test_a_list_of_projects_without_a_promise_is_no_form() -> None:
    """It was one project named 建设单位, its money the list's total, all other amounts its notes."""
    body = """
=2024年区级重大投资项目计划表
=单位：万元
序号 | 项目名称 | 建设单位 | 总投资 | 2024年计划投资 | 资金来源 | <
^ | ^ | ^ | ^ | ^ | 财政资金 | 债券资金
合计 | < | < | 1,000 | 400 | 300 | 100
1 | 某某学校 | 教育局 | 600 | 250 | 200 | 50
2 | 某某道路 | 住建局 | 400 | 150 | 100 | 50
"""
    records = read_records(document(body), Declaration(department="某某局"))
    assert (records.projects, records.budget_lines) == ((), ())
    assert "unread" in [section.part for section in records.sections]
