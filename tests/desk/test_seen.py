"""Documents without pictures: their tables as read, and which cells a row stands in."""

from __future__ import annotations

from desk.marks import Texts
from desk.seen import lay_rows, seen_blocks
from extract.document import Cell, Document, Grid, Line, Medium, Page
from warehouse.read.page_rows import Row


def cell(row: int, column: int, text: str, **more: int) -> Cell:
    return Cell(row=row, column=column, text=text, **more)


TABLE = Grid(
    n_rows=3,
    n_columns=4,
    cells=(
        cell(0, 0, "科目", row_span=2), cell(0, 1, "上年"), cell(0, 2, "本年", column_span=2),
        cell(1, 1, "10.00"), cell(1, 2, "10.00"), cell(2, 2, "教育支出"), cell(2, 3, "10.00"),
    ),
)  # fmt: skip
DOCUMENT = Document(
    medium=Medium.HTML, reader="html-1", pages=(Page(number=None, blocks=(Line(text="<b>表</b>", line=1), TABLE)),)
)


def amount(name: str, printed: str, about: str, **more: object) -> Row:
    return Row(
        name=name, kind="amount", section=1, page=None, line=None, box=None, about=(about,), printed=printed,
        source_text=f"{about} {printed}", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_position_that_no_cell_covers_stays_empty() -> None:
    """A row whose first cells are missing was drawn from the left, under other heads."""
    (_, table), more = seen_blocks(DOCUMENT, None)
    assert [[one.text for one in row] for row in table.rows] == [
        ["科目", "上年", "本年"],
        ["10.00", "10.00", ""],
        ["", "", "教育支出", "10.00"],
    ]
    assert not more


def test_a_part_of_a_table_keeps_the_cells_that_reach_into_it() -> None:
    (table,), _ = seen_blocks(DOCUMENT, None, start=2)
    assert [one.text for one in table.rows[0]] == ["科目", "10.00", "10.00", ""]
    assert table.rows[0][0].row_span == 1


def test_a_row_is_laid_on_the_cell_beside_its_name_and_on_all_that_it_may_be() -> None:
    blocks, _ = seen_blocks(DOCUMENT, None)
    lay_rows(blocks, [amount("b1", "10.00", "教育支出"), amount("b2", "10.00", "科目")], Texts((), ()))
    laid = {(one.row, one.column): (one.rows, one.possible) for row in blocks[1].rows for one in row if one.rows}
    assert laid[2, 3] == (["b1", "b2"], True)
    assert laid[1, 1] == laid[1, 2] == (["b2"], True)
