"""HTML articles as documents: the part of the page that holds the tables, its text as lines, its tables as grids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree, html
from selectolax.lexbor import LexborHTMLParser

from extract.document import Block, Document, Finding, Grid, Line, Medium, Page, Severity
from extract.encoding import decode
from extract.errors import ReadError
from extract.grids import MOST_CELLS, RAISED, Marked, blocks_of
from extract.symbols import unknown, with_symbols
from extract.web.style import Look, apply_style_sheets, is_hidden, is_struck

READER = "html-5"

_UNSEEN = frozenset(
    {"script", "style", "head", "noscript", "template", "iframe", "object", "svg", "button", "rt", "rp"}
)
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
        "input",
        "ins",
        "label",
        "mark",
        "o:p",
    }
    | {"select", "small", "span", "strong", "sub", "sup", "u", "wbr"}
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_LENGTH = re.compile(r"(?:text-indent|padding-left|margin-left)\s*:\s*(\d{1,4}(?:\.\d+)?)(em|rem|px|pt)", re.IGNORECASE)
_EM = {"em": 1.0, "rem": 1.0, "px": 1 / 16, "pt": 1 / 12}
_CONTROLS = frozenset({"input", "select"})
_WORDLESS = frozenset({"hidden", "button", "submit", "reset", "image", "file", "password"})
_DOUBLY_ESCAPED = re.compile(r"&(?:ge|le|gt|lt|nbsp|amp|times|plusmn);")
_DATA_ROWS = 3
_DEEPEST = 400
_LINK_SHARE = 0.3
"""A surrounding of which more than this share is links is the site's furniture, not the article."""
_WIDEST_SPAN = 1000


def read_html(data: bytes) -> Document:
    """Read an HTML page: its article if it holds tables, else all of it. `line` counts lines and rows from 1.

    The page is put right as a browser does it. Hidden text is left out; struck and white text too, with a finding.
    Raises ReadError (`damaged`, `too_many_objects`).
    """
    text, encoding, lost = decode(data)
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(_put_right(_without_declaration(text)), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("damaged", f"not a readable HTML page: {error}") from error
    _check_depth(root)
    apply_style_sheets(root)
    body = root.find("body")
    whole = root if body is None else body
    article = _article(whole)
    reader = _Reader()
    reader.read(article)
    findings = [*_struck(article), *reader.findings()]
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


def _put_right(text: str) -> str:
    """The page as a browser mends it: rows without <tr>, forms around cells, elements that were never closed."""
    return str(LexborHTMLParser(text).html or "")


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
        and not is_hidden(element)
        and not is_struck(element)
    )


def _struck(body: html.HtmlElement) -> Iterator[Finding]:
    elements = (element for element in body.iter() if isinstance(element.tag, str) and is_struck(element))
    struck = [text for element in elements if (text := _BLANKS.sub(" ", _text(element)).strip())]
    if struck:
        message = f"{len(struck)} pieces of text are struck through; they were left out"
        evidence = " ".join(struck)[:200]
        yield Finding(code="struck_text", severity=Severity.WARNING, message=message, evidence=evidence)


def _text(element: html.HtmlElement) -> str:
    """The element's visible text, without what hangs on its end."""
    parts = [_control(element) if element.tag in _CONTROLS else element.text or ""]
    for child in () if element.tag == "select" else element:
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
    return not _lays_out(table) and len(table.findall(".//tr")) > 1 and len(table.findall(".//td")) > 3


def _lays_out(table: html.HtmlElement) -> bool:
    """Whether a table's cells hold tables, and not a row of a spreadsheet that somebody pasted into one cell."""
    inner = [each for each in table.iterfind(".//table") if len(each.findall(".//td")) > 1]
    if not inner:
        return False
    rows = [row for row in _rows(table) if len(row) > 1]
    return len(rows) < _DATA_ROWS or 2 * sum(map(_length, table.iterfind(".//td//table"))) > _length(table)


def _rows(table: html.HtmlElement) -> list[html.HtmlElement]:
    """The rows of a table itself, its head first and its foot last wherever they are written."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table and _seen(row)]
    return sorted(rows, key=lambda row: {"thead": 0, "tfoot": 2}.get(row.getparent().tag, 1))


def _control(element: html.HtmlElement) -> str:
    """What a control of a form shows: its text, its chosen entry, its mark."""
    if element.tag == "select":
        entries = element.findall(".//option")
        chosen = next((entry for entry in entries if "selected" in entry.attrib), entries[0] if entries else None)
        return "" if chosen is None else chosen.text_content()
    kind = element.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if "checked" in element.attrib else "□"
    return "" if kind in _WORDLESS else str(element.get("value", ""))


class _Reader:
    """Walks the article once; `blocks` is what it printed, in order."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._line: list[str] = []
        self._number = 0
        self._white: list[str] = []
        self._unknown: list[str] = []

    def read(self, element: html.HtmlElement) -> None:
        self._walk(element, _look_around(element))
        self._end_line()

    def findings(self) -> Iterator[Finding]:
        if self._white:
            message = f"{len(self._white)} pieces of text are white on white or without size; they were left out"
            evidence = " ".join(self._white)[:200]
            yield Finding(code="invisible_text", severity=Severity.WARNING, message=message, evidence=evidence)
        if self._unknown:
            message = f"characters in {len(self._unknown)} places are known to their font alone: compare with the page"
            evidence = " ".join(self._unknown)[:200]
            yield Finding(code="unreadable_text", severity=Severity.CRITICAL, message=message, evidence=evidence)

    def _walk(self, element: html.HtmlElement, around: Look) -> None:
        if not _seen(element) or element.tag in _FURNITURE:
            return
        look = around.of(element)
        if element.tag == "table" and not _lays_out(element):
            self._end_line()
            self._table(element, look)
            return
        is_block = element.tag not in _INLINE
        if is_block:
            self._end_line()
        self._inside(element, look)
        if is_block:
            self._end_line()

    def _inside(self, element: html.HtmlElement, look: Look) -> None:
        self._say(_control(element) if element.tag in _CONTROLS else element.text or "", look, element)
        for child in () if element.tag == "select" else element:
            self._walk(child, look)
            self._say(child.tail or "", look, element)

    def _say(self, text: str, look: Look, element: html.HtmlElement) -> None:
        if look.unseen:
            if text.strip():
                self._white.append(_BLANKS.sub(" ", text).strip())
            return
        if unknown(text):
            text = with_symbols(text, _font_of(element))
            self._unknown += [text] if unknown(text) else []
        self._line.append(text.translate(RAISED) if look.raised else text)

    def _end_line(self) -> None:
        text = _DOUBLY_ESCAPED.sub(lambda found: unescape(found[0]), "".join(self._line))
        text = _BLANKS.sub(" ", text).strip(" ").replace("\xa0", " ").rstrip()
        self._line = []
        if text.strip():
            self._number += 1
            self.blocks.append(Line(text=text, line=self._number))

    def _table(self, table: html.HtmlElement, look: Look) -> None:
        for caption in table.findall("caption"):
            self._inside(caption, look.of(caption))
            self._end_line()
        rows = _rows(table)
        for block in blocks_of(self._cells(rows, self._number + 1, look)):
            if isinstance(block, Grid) and block.n_rows * block.n_columns == 1:
                self._line.append(block.cells[0].text)
                self._end_line()
            else:
                self.blocks.append(block)
        self._number += len(rows)

    def _cell_text(self, cell: html.HtmlElement, look: Look) -> tuple[str, float]:
        """The cell's lines joined by newlines, and the indentation of the first in em."""
        inner = _Reader()
        inner._white, inner._unknown = self._white, self._unknown
        inner._inside(cell, look)
        inner._end_line()
        lines = [line for block in inner.blocks for line in _lines_of(block)]
        first = next(
            (block for block in cell.iter() if isinstance(block.tag, str) and _LENGTH.search(block.get("style", ""))),
            None,
        )
        styled = _LENGTH.search(first.get("style", "")) if first is not None else None
        return "\n".join(lines), float(styled.group(1)) * _EM[styled.group(2).lower()] if styled else 0.0

    def _cells(self, rows: list[html.HtmlElement], line: int, around: Look) -> Iterator[Marked]:
        """The cells at the places that their spans leave them."""
        taken: set[tuple[int, int]] = set()
        for row, element in enumerate(rows):
            column = 0
            row_look = around.of(element)
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
                text, indent = self._cell_text(cell, row_look.of(cell))
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


def _lines_of(block: Block) -> list[str]:
    """A block within a cell: its line, or the rows of its table."""
    if isinstance(block, Line):
        return [block.text]
    return [" ".join(cell.text for cell in row if cell) for row in block.rows()]


def _look_around(element: html.HtmlElement) -> Look:
    """How a text looks by the elements around this one."""
    look = Look()
    for holder in reversed(list(element.iterancestors())):
        look = look.of(holder)
    return look


def _font_of(element: html.HtmlElement) -> str:
    """The first font that the element or those around it name."""
    for holder in (element, *element.iterancestors()):
        named = re.search(r"font-family\s*:\s*([^,;]+)", holder.get("style", ""), re.IGNORECASE)
        if named or holder.get("face"):
            return named[1] if named else str(holder.get("face"))
    return ""
