"""A web page is read as a browser shows it: rows that were not written properly are seen, what styles hide is not."""

from __future__ import annotations

import pytest

from extract.document import Document, Grid
from extract.web.html import read_html

FIRST = "<tr><td>项目</td><td>指标值</td></tr>"


def rows_of(document: Document) -> list[list[str | None]]:
    [grid] = [block for block in document.blocks() if isinstance(block, Grid)]
    return [[cell.text if cell else None for cell in row] for row in grid.rows()]


def cell_of(content: str, head: str = "", attributes: str = "") -> Document:
    row = f"<tr><td>甲</td><td{attributes}>{content}</td></tr>"
    return read_html(f"<html><head>{head}</head><body><table>{FIRST}{row}</table></body></html>".encode())


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<input value='≥5册' readonly>", "≥5册"),
        ("<input type=hidden value=9>≥5册<input type=submit value=存>", "≥5册"),
        ("<select><option>1</option><option selected>≥5册</option></select>", "≥5册"),
        ("<select><option>≥5册</option><option>2</option></select>", "≥5册"),
        ("<table><tr><td>≥5册</td></tr></table>", "≥5册"),
        ("<a href=#n><span style='vertical-align:super;font-size:smaller'>1</span></a>", "¹"),
        ("&amp;ge;5册", "≥5册"),
        ("<span style='font-family:Symbol'>\uf0b3</span>5册", "≥5册"),
    ],
    ids=["input", "buttons", "chosen", "first", "nested", "raised by style", "escaped twice", "symbol font"],
)
def test_what_a_cell_shows_is_read(content: str, text: str) -> None:
    document = cell_of(content)
    assert rows_of(document) == [["项目", "指标值"], ["甲", text]]
    assert not [finding for finding in document.findings if finding.severity == "critical"]


@pytest.mark.parametrize(
    ("hidden", "head", "code"),
    [
        ("<span class=old>≥9册</span>", "<style>.old{display:none}</style>", None),
        ("<span class=old>≥9册</span>", "<style media=screen>td .old, p{VISIBILITY: hidden}</style>", None),
        ("<span class=old>≥9册</span>", "<style>@media screen{.old{opacity:0}}</style>", None),
        ("<span class=old>≥9册</span>", "<style>.old{text-decoration:line-through}</style>", "struck_text"),
        ("<span style='color:#fff'>≥9册</span>", "", "invisible_text"),
        ("<font color=white>≥9册</font>", "", "invisible_text"),
        ("<span class=old>≥9册</span>", "<style>.old{color:rgb(255,255,255)}</style>", "invisible_text"),
        ("<span style='font-size:0'>≥9册</span>", "", "invisible_text"),
        ("<span style='font:0/0 a'>≥9册</span>", "", "invisible_text"),
        ("<span style='color:rgba(0,0,0,0)'>≥9册</span>", "", "invisible_text"),
        ("<span style='-webkit-text-fill-color: transparent'>≥9册</span>", "", "invisible_text"),
        ("<span style='background:#eee'><b style='color:#eeeeee'>≥9册</b></span>", "", "invisible_text"),
        ("<span style='opacity:.01'>≥9册</span>", "", None),
        ("<div style='filter:opacity(0)'>≥9册</div>", "", None),
        ("<div class=old>≥9册</div>", "<style>.old{height:0;overflow:hidden}</style>", None),
        ("<span style='display:inline-block;width:0px;overflow:hidden'>≥9册</span>", "", None),
        ("<span class=old>≥9册</span>", "<style>.old{position:absolute;left:-9999px}</style>", None),
        ("<div style='text-indent:-9999px'>≥9册</div>", "", None),
        ("<div style='transform:scale(0)'>≥9册</div>", "", None),
        ("<span style='position:absolute;clip:rect(0 0 0 0)'>≥9册</span>", "", None),
        ("<span style='clip-path:inset(100%)'>≥9册</span>", "", None),
        ("<span style='clip-path:inset(50%)'>≥9册</span>", "", None),
        ("<span class=old>≥9册</span>", "<style>.old{clip-path: circle(0)}</style>", None),
        ("<span style='clip-path:polygon(0 0, 0 0, 0 100%, 0 100%)'>≥9册</span>", "", None),
    ],
)
def test_what_a_page_hides_is_not_read(hidden: str, head: str, code: str | None) -> None:
    """An old value hidden by a class, or white, was read with the new one: ≥9册≥5册."""
    document = cell_of(f"{hidden}≥5册", head)
    assert rows_of(document) == [["项目", "指标值"], ["甲", "≥5册"]]
    found = [(finding.code, finding.evidence) for finding in document.findings if finding.code != "page_furniture"]
    assert found == ([(code, "≥9册")] if code else [])


@pytest.mark.parametrize(
    ("shown", "head", "attributes"),
    [
        ("<span style='color:#fff'>≥5册</span>", "", " bgcolor='#003366'"),
        ("<span style='color:#fff'>≥5册</span>", "<style>td{background:#036}</style>", ""),
        ("<b style='color:#fff'><i style='color:#333'>≥5册</i></b>", "", ""),
        ("<span class=old style='display:inline'>≥5册</span>", "<style>.old{display:none}</style>", ""),
        ("<span class=old>≥5册</span>", "<style>@media print{.old{display:none}} .old:hover{display:none}</style>", ""),
    ],
)
def test_what_a_page_shows_after_all_is_read(shown: str, head: str, attributes: str) -> None:
    assert rows_of(cell_of(shown, head, attributes)) == [["项目", "指标值"], ["甲", "≥5册"]]


@pytest.mark.parametrize(
    "row",
    [
        "</tr><td>甲</td><td>≥5册</td></tr>",
        "<tr><form action=x><td>甲</td><td>≥5册</td></form></tr>",
        "<tr><font><td>甲</td><td>≥5册</td></font></tr>",
        "<tr><td>甲<td>≥5册",
    ],
    ids=["no tr", "form in a row", "font around cells", "nothing closed"],
)
def test_rows_are_put_right_as_a_browser_does_it(row: str) -> None:
    """A row whose <tr> was forgotten was lost in silence."""
    document = read_html(f"<table>{FIRST}{row}<tr><td>乙</td><td>1</td></tr></table>".encode())
    assert rows_of(document) == [["项目", "指标值"], ["甲", "≥5册"], ["乙", "1"]]


def test_the_foot_of_a_table_stands_below_its_body() -> None:
    page = "<table><thead><tr><td>项目</td><td>金额</td></tr></thead><tfoot><tr><td>合计</td><td>3</td></tr></tfoot>"
    document = read_html(f"{page}<tbody><tr><td>甲</td><td>3</td></tr></tbody></table>".encode())
    assert rows_of(document) == [["项目", "金额"], ["甲", "3"], ["合计", "3"]]


@pytest.mark.parametrize(
    "style",
    [
        "width:0;overflow:hidden",
        "opacity:0.6",
        "clip-path:inset(10% 5%)",
        "position:absolute;left:50%;margin-left:-600px",
        "font:12px/0 a",
        "text-indent:-21.0pt",
        "background:#eee;color:#222",
        "color:rgb(0,0,0)",
    ],
)
def test_what_is_seen_all_the_same_is_read(style: str) -> None:
    assert rows_of(cell_of(f"<span style='{style}'>≥9册</span>"))[1] == ["甲", "≥9册"]
