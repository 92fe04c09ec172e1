"""The text of a DOCX paragraph as it is printed, with what stands in no run of text: symbols, formulas, fields.

Struck, hidden and white text is left out and kept aside; a character that only its font knows is kept as U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.oxml.ns import nsmap, qn
from lxml import etree

from extract.document import Finding, Severity
from extract.grids import RAISED
from extract.office.word_styles import Styles
from extract.symbols import symbol, unknown, with_symbols

NAMES = {"w": nsmap["w"]}
ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
BOX = qn("w:txbxContent")
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_STRUCK = ("w:strike", "w:dstrike")
_UNPRINTED = frozenset(
    [qn(name) for name in ("w:del", "w:moveFrom", "w:rPr", "w:pPr", "w:rt", "w:txbxContent")]
    + [f"{ALTERNATIVES}Fallback", f"{_MATH}rPr"]
)
_DECORATIVE = ("wingdings", "webdings")
"""Fonts whose characters are bullets and pictures: an unknown one says nothing that a figure depends on."""
_EQ = re.compile(r"((?:\\[a-z*]+\s*\d*\s*)+)\(([^()\\]*)\)", re.IGNORECASE)
_CIRCLES = "○◯〇O"
_TINY = 3
"""Half points up to which nobody reads a text."""
_PAPER = 248
"""Red, green and blue from here on (of 255) cannot be told from paper."""


@dataclass(slots=True)
class _Field:
    code: str = ""
    has_result: bool = False
    chosen: str = ""


@dataclass(slots=True)
class Texts:
    """Reads paragraphs; `shaded` are the ids of the table styles that colour cells."""

    shaded: frozenset[str] = frozenset()
    styles: Styles = field(default_factory=Styles)
    struck: list[str] = field(default_factory=list)
    white: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Texts with characters that only their font knows."""
    _fields: list[_Field] = field(default_factory=list)

    def paragraph(self, paragraph: etree._Element) -> str:
        """The text of a paragraph without its text boxes."""
        text = self._inside(paragraph)
        if "\ufffd" in text or unknown(text):
            self.unknown.append(text)
        return text

    def findings(self) -> Iterator[Finding]:
        struck = [text for text in self.struck if text]
        if struck:
            message = f"{len(struck)} runs of text are struck through; they were left out"
            yield Finding(
                code="struck_text", severity=Severity.WARNING, message=message, evidence=" ".join(struck)[:200]
            )
        white = [text for text in self.white if text.strip()]
        if white:
            message = (
                f"{len(white)} runs of text are white on paper or a point high; nobody sees them, they were left out"
            )
            yield Finding(
                code="invisible_text", severity=Severity.WARNING, message=message, evidence=" ".join(white)[:200]
            )
        if self.unknown:
            message = f"characters in {len(self.unknown)} places are known to their font alone: compare with the file"
            yield Finding(
                code="unreadable_text",
                severity=Severity.CRITICAL,
                message=message,
                evidence=" ".join(self.unknown)[:200],
            )

    def _inside(self, element: etree._Element, font: str = "", raised: bool = False) -> str:
        return "".join(self._printed(child, font, raised) for child in element)

    def _printed(self, element: etree._Element, font: str, raised: bool) -> str:
        tag = element.tag
        if tag in _UNPRINTED or not isinstance(tag, str):
            return ""
        if tag == qn("w:r"):
            return self._run(element)
        if tag in (qn("w:t"), f"{_MATH}t"):
            text = with_symbols(element.text or "", font)
            return text.translate(RAISED) if raised else text
        if tag in _CHARACTERS:
            return _CHARACTERS[tag]
        if tag == qn("w:sym"):
            return _symbol(element)
        if tag == qn("w:fldChar"):
            return self._field_mark(element)
        if tag == qn("w:instrText"):
            if self._fields:
                self._fields[-1].code += element.text or ""
            return ""
        return self._formula(element, font, raised) if tag.startswith(_MATH) else self._inside(element, font, raised)

    def _run(self, run: etree._Element) -> str:
        if any(self._is_on(run, name) for name in _STRUCK):
            self.struck.append(_plain(run))
            return ""
        if self._is_on(run, "w:vanish"):
            return ""
        if self._is_tiny(run) or (self._is_white(run) and not self._is_shaded(run)):
            self.white.append(_plain(run))
            return ""
        fonts = run.find("w:rPr/w:rFonts", NAMES)
        font = "" if fonts is None else fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or ""
        raised = self.styles.find(run, "w:vertAlign")
        return self._inside(run, font, raised is not None and raised.get(qn("w:val")) == "superscript")

    def _is_on(self, run: etree._Element, name: str) -> bool:
        found = self.styles.find(run, name)
        return found is not None and found.get(qn("w:val"), "1") not in ("0", "false", "off", "none")

    def _is_white(self, run: etree._Element) -> bool:
        found = self.styles.find(run, "w:color")
        return found is not None and _is_paper(found.get(qn("w:val"), ""))

    def _is_tiny(self, run: etree._Element) -> bool:
        found = self.styles.find(run, "w:sz")
        size = "" if found is None else found.get(qn("w:val"), "")
        return size.isdigit() and int(size) <= _TINY

    def _is_shaded(self, run: etree._Element) -> bool:
        """Whether a run stands on a coloured ground, as far as the file says: its own, its paragraph's, its table's."""
        if run.find("w:rPr/w:highlight", NAMES) is not None:
            return True
        for holder in (run, *run.iterancestors()):
            for shading in holder.findall("w:rPr/w:shd", NAMES) if holder is run else _shadings(holder):
                fill = shading.get(qn("w:fill"), "auto")
                pattern = shading.get(qn("w:val"), "clear")
                if (fill != "auto" and not _is_paper(fill)) or pattern not in ("clear", "nil"):
                    return True
            style = holder.find("w:tblPr/w:tblStyle", NAMES)
            if style is not None and style.get(qn("w:val")) in self.shaded:
                return True
        return False

    def _field_mark(self, mark: etree._Element) -> str:
        """The end of a field that keeps no result: what it shows is in its code."""
        kind = mark.get(qn("w:fldCharType"))
        if kind == "begin":
            self._fields.append(_Field(chosen=_chosen(mark)))
        elif kind == "separate" and self._fields:
            self._fields[-1].has_result = True
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            if not ended.has_result:
                return ended.chosen or _equation(ended.code)
        return ""

    def _formula(self, element: etree._Element, font: str, raised: bool) -> str:
        kind = element.tag.removeprefix(_MATH)
        parts = {child.tag.removeprefix(_MATH): self._printed(child, font, raised) for child in element}
        if kind == "f":
            return f"{parts.get('num', '')}/{parts.get('den', '')}"
        if kind in ("sSup", "sSubSup"):
            return f"{parts.get('e', '')}{parts.get('sub', '')}{parts.get('sup', '').translate(RAISED)}"
        if kind == "d":
            return f"({parts.get('e', '')})"
        if kind == "rad":
            return f"√{parts.get('e', '')}"
        return self._inside(element, font, raised)


def shaded_styles(styles: etree._Element) -> frozenset[str]:
    """The ids of the table styles that colour cells, or may by the style that they are based on."""
    tables = styles.findall("w:style[@w:type='table']", NAMES)
    coloured = {style.get(qn("w:styleId"), "") for style in tables if style.find(".//w:shd", NAMES) is not None}
    based = {style.get(qn("w:styleId"), ""): style.find("w:basedOn", NAMES) for style in tables}
    derived = {name for name, base in based.items() if base is not None and base.get(qn("w:val")) in coloured}
    return frozenset(coloured | derived)


def boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The contents of the text boxes anchored in a paragraph."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == BOX:
            yield element
        elif element.tag not in _UNPRINTED:
            waiting.extend(reversed(element))


def _plain(run: etree._Element) -> str:
    return "".join(text.text or "" for text in run.iter(qn("w:t")))


def _is_paper(color: str) -> bool:
    found = re.fullmatch(r"#?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})", color)
    return found is not None and all(int(part, 16) >= _PAPER for part in found.groups())


def _shadings(holder: etree._Element) -> Iterator[etree._Element]:
    for path in ("w:pPr/w:shd", "w:tcPr/w:shd", "w:tblPr/w:shd"):
        yield from holder.findall(path, NAMES)


def _symbol(element: etree._Element) -> str:
    font, code = element.get(qn("w:font"), ""), element.get(qn("w:char"), "")
    found = symbol(font, int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else None
    return found or ("□" if font.lower().startswith(_DECORATIVE) else "\ufffd")


def _chosen(mark: etree._Element) -> str:
    """What a drop-down field shows: its entries follow each other, the chosen one is named by its place."""
    entries = [entry.get(qn("w:val"), "") for entry in mark.findall("w:ffData/w:ddList/w:listEntry", NAMES)]
    for name in ("result", "default"):
        found = mark.find(f"w:ffData/w:ddList/w:{name}", NAMES)
        place = "" if found is None else found.get(qn("w:val"), "")
        if place.isdigit() and int(place) < len(entries):
            return entries[int(place)]
    return entries[0] if entries else ""


def _equation(code: str) -> str:
    r"""What an EQ field shows, its parts in a row: `eq \o\ac(○,1)` is ①, `eq \f(1,2)` is 1/2, `eq \o(≥)` is ≥."""
    text = code.strip()
    if not text.lower().startswith("eq "):
        return ""
    text = text[2:]
    while (shown := _EQ.sub(_part, text)) != text:
        text = shown
    return text.strip()


def _part(found: re.Match[str]) -> str:
    switches = found[1].lower().replace(" ", "")
    parts = [part.strip() for part in re.split("[,;]", found[2])]
    if switches.startswith("\\f") and len(parts) == 2:
        return "/".join(parts)
    if switches.startswith("\\s") and "\\up" in switches:
        return "".join(parts).translate(RAISED)
    if switches.startswith("\\o") and len(parts) == 2 and parts[0] in _CIRCLES:
        number = parts[1]
        return chr(0x245F + int(number)) if number.isdigit() and 0 < int(number) < 21 else number
    return "".join(parts)
