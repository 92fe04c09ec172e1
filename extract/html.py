"""HTML articles as documents: the part of the page that holds the tables, its text as lines, its tables as grids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from extract.document import Block, Document, Finding, Grid, Line, Medium, Page, Severity
from extract.encoding import decode
from extract.errors import ReadError
from extract.grids import MOST_CELLS, RAISED, Marked, blocks_of

READER = "html-3"

_UNSEEN = frozenset(
    {"script", "style", "head", "noscript", "template", "iframe", "object", "svg", "select", "button", "rt", "rp"}
)
_STRUCK = frozenset({"del", "s", "strike"})
_FURNITURE = frozenset({"nav", "footer", "aside"})
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "big",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "label",
        "mark",
        "o:p",
    }
    | {"small", "span", "strong", "sub", "sup", "u", "wbr"}
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_LENGTH = re.compile(r"(?:text-indent|padding-left|margin-left)\s*:\s*(\d{1,4}(?:\.\d+)?)(em|rem|px|pt)", re.IGNORECASE)
_EM = {"em": 1.0, "rem": 1.0, "px": 1 / 16, "pt": 1 / 12}
_LINE_THROUGH = re.compile(r"text-decoration[a-z-]*\s*:[^;]*line-through", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_DEEPEST = 400
_LINK_SHARE = 0.3
"""A surrounding of which more than this share is links is the site's furniture, not the article."""
_WIDEST_SPAN = 1000


def read_html(data: bytes) -> Document:
    """Read an HTML page: its article if it holds tables, else all of it. `line` counts lines and rows from 1.

    Hidden text is left out, struck text too, with a finding.
    Raises ReadError (`damaged`, `too_many_objects`).
    """
    text, encoding, lost = decode(data)
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(_without_declaration(text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("damaged", f"not a readable HTML page: {error}") from error
    _check_depth(root)
    body = root.find("body")
    whole = root if body is None else body
    article = _article(whole)
    reader = _Reader()
    reader.read(article)
    findings = list(_struck(article))
    pages = (Page(number=None, blocks=tuple(reader.blocks)),)
    left = _length(whole) - Document(medium=Medium.HTML, reader=READER, pages=pages).characters()
    if left > 0:
        message = f"{left} characters of the page around its article (menus, footer) were left out"
        findings.append(Finding(code="page_furniture", severity=Severity.INFO, message=message))
    if lost:
        message = f"{lost} places of the page are not valid {encoding}; they are kept as \ufffd"
        findings.append(Finding(code="undecodable_bytes", severity=Severity.WARNING, message=message))
    return Document(
        medium=Medium.HTML,
        reader=READER,
        pages=pages,
        findings=tuple(findings),
        title=_title(root),
    )


def _without_declaration(text: str) -> str:
    """lxml refuses a text that declares its encoding; the encoding is known by now."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"))


def _check_depth(root: html.HtmlElement) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise ReadError("too_many_objects", f"the page nests more than {_DEEPEST} elements")


def _title(root: html.HtmlElement) -> str | None:
    for meta in root.iterfind(".//meta[@name='ArticleTitle']"):  # the standard tag of government sites
        if meta.get("content", "").strip():
            return str(meta.get("content")).strip()
    for path in (".//h1", ".//title"):
        for found in root.iterfind(path):
            text = _BLANKS.sub(" ", _text(found)).strip()
            if text:
                return text
    return None


def _seen(element: html.HtmlElement) -> bool:
    return (
        isinstance(element.tag, str)
        and element.tag not in _UNSEEN
        and "hidden" not in element.attrib
        and not _HIDDEN.search(element.get("style", ""))
        and not _is_struck(element)
    )


def _is_struck(element: html.HtmlElement) -> bool:
    return element.tag in _STRUCK or bool(_LINE_THROUGH.search(element.get("style", "")))


def _struck(body: html.HtmlElement) -> Iterator[Finding]:
    elements = (element for element in body.iter() if isinstance(element.tag, str) and _is_struck(element))
    struck = [text for element in elements if (text := _BLANKS.sub(" ", _text(element)).strip())]
    if struck:
        message = f"{len(struck)} pieces of text are struck through; they were left out"
        evidence = " ".join(struck)[:200]
        yield Finding(code="struck_text", severity=Severity.WARNING, message=message, evidence=evidence)


def _text(element: html.HtmlElement) -> str:
    """The element's visible text, without what hangs on its end."""
    parts = [element.text or ""]
    for child in element:
        if _seen(child):
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _length(element: html.HtmlElement) -> int:
    return len("".join(_text(element).split()))


def _article(body: html.HtmlElement) -> html.HtmlElement:
    """The smallest part of the page that holds all its data tables, with the headings and notes around them."""
    tables = [table for table in body.iter("table") if _is_data(table)]
    if not tables:
        return body
    part = tables[0]
    while not all(part is table or part in table.iterancestors() for table in tables):
        part = part.getparent()
    while part is not body:
        parent = part.getparent()
        if parent.tag in _FURNITURE:
            break
        added = _length(parent) - _length(part)
        links = sum(_length(link) for link in parent.iter("a")) - sum(_length(link) for link in part.iter("a"))
        if links > _LINK_SHARE * added:
            break
        part = parent
    return part


def _is_data(table: html.HtmlElement) -> bool:
    """Not a table that only lays the page out."""
    return table.find(".//table") is None and len(table.findall(".//tr")) > 1 and len(table.findall(".//td")) > 3


class _Reader:
    """Walks the article once; `blocks` is what it printed, in order."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._line: list[str] = []
        self._number = 0

    def read(self, element: html.HtmlElement) -> None:
        self._walk(element)
        self._end_line()

    def _walk(self, element: html.HtmlElement) -> None:
        if not _seen(element) or element.tag in _FURNITURE:
            return
        if element.tag == "table" and element.find(".//table") is None:
            self._end_line()
            self._table(element)
            return
        is_block = element.tag not in _INLINE
        if is_block:
            self._end_line()
        begun = len(self._line)
        self._line.append(element.text or "")
        for child in element:
            self._walk(child)
            self._line.append(child.tail or "")
        if element.tag == "sup":
            self._line[begun:] = ["".join(self._line[begun:]).translate(RAISED)]
        if is_block:
            self._end_line()

    def _end_line(self) -> None:
        text = _BLANKS.sub(" ", "".join(self._line)).strip(" ").replace("\xa0", " ").rstrip()
        self._line = []
        if text.strip():
            self._number += 1
            self.blocks.append(Line(text=text, line=self._number))

    def _table(self, table: html.HtmlElement) -> None:
        for caption in table.findall("caption"):
            self._line.append(_text(caption))
            self._end_line()
        rows = [row for row in table.iter("tr") if _seen(row)]
        for block in blocks_of(_cells(rows, self._number + 1)):
            if isinstance(block, Grid) and block.n_rows * block.n_columns == 1:
                self._line.append(block.cells[0].text)
                self._end_line()
            else:
                self.blocks.append(block)
        self._number += len(rows)


def _cells(rows: list[html.HtmlElement], line: int) -> Iterator[Marked]:
    """The cells at the places that their spans leave them."""
    taken: set[tuple[int, int]] = set()
    for row, element in enumerate(rows):
        column = 0
        for cell in element:
            if cell.tag not in ("td", "th") or not _seen(cell):
                continue
            while (row, column) in taken:
                column += 1
            row_span = min(_number(cell.get("rowspan"), len(rows)), len(rows) - row)
            column_span = min(_number(cell.get("colspan"), 1), _WIDEST_SPAN)
            taken.update(
                (below, beside)
                for below in range(row, row + row_span)
                for beside in range(column, column + column_span)
            )
            if len(taken) > MOST_CELLS:
                raise ReadError("too_many_objects", f"a table of more than {MOST_CELLS:,} cells")
            text, indent = _cell_text(cell)
            yield Marked(
                row=row,
                column=column,
                text=text,
                row_span=row_span,
                column_span=column_span,
                indent=indent,
                line=line + row,
            )
            column += column_span


def _number(value: str | None, when_zero: int) -> int:
    digits = re.match(r"\s*(\d{1,6})", value or "1")
    return (int(digits.group(1)) if digits else 1) or when_zero


def _cell_text(cell: html.HtmlElement) -> tuple[str, float]:
    """The cell's lines joined by newlines, and the indentation of the first in em."""
    inner = _Reader()
    inner._line.append(cell.text or "")
    for child in cell:
        inner._walk(child)
        inner._line.append(child.tail or "")
    inner._end_line()
    lines = [block.text for block in inner.blocks if isinstance(block, Line)]
    first = next(
        (block for block in cell.iter() if isinstance(block.tag, str) and _LENGTH.search(block.get("style", ""))), None
    )
    styled = _LENGTH.search(first.get("style", "")) if first is not None else None
    return "\n".join(lines), float(styled.group(1)) * _EM[styled.group(2).lower()] if styled else 0.0
