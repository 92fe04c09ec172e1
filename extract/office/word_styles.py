"""What a run of a DOCX inherits: from its character style, its paragraph's style and the document's defaults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.oxml.ns import nsmap, qn
from lxml import etree

_NAMES = {"w": nsmap["w"]}
_MOST_BASED = 12
"""Styles that are based on each other; Word itself knows no more than eleven."""


@dataclass(frozen=True, slots=True)
class Styles:
    """The character and paragraph styles of a document by id, with what they are based on."""

    properties: dict[str, etree._Element] = field(default_factory=dict)
    based_on: dict[str, str] = field(default_factory=dict)
    usual: str = ""
    """The style of a paragraph that names none."""
    defaults: etree._Element | None = None

    @classmethod
    def of(cls, root: etree._Element) -> Styles:
        properties: dict[str, etree._Element] = {}
        based_on: dict[str, str] = {}
        usual = ""
        for style in root.findall("w:style", _NAMES):
            name, kind = style.get(qn("w:styleId"), ""), style.get(qn("w:type"), "paragraph")
            if kind not in ("character", "paragraph"):
                continue
            base, own = style.find("w:basedOn", _NAMES), style.find("w:rPr", _NAMES)
            if own is not None:
                properties[name] = own
            if base is not None:
                based_on[name] = base.get(qn("w:val"), "")
            if kind == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on"):
                usual = name
        return cls(properties, based_on, usual, root.find("w:docDefaults/w:rPrDefault/w:rPr", _NAMES))

    def find(self, run: etree._Element, name: str) -> etree._Element | None:
        """The element of a run's properties (`w:color`) that counts: its own, else the nearest that it inherits."""
        for properties in self._around(run):
            found = properties.find(name, _NAMES)
            if found is not None:
                return found
        return None

    def _around(self, run: etree._Element) -> Iterator[etree._Element]:
        own = run.find("w:rPr", _NAMES)
        if own is not None:
            yield own
            yield from self._chain(own.find("w:rStyle", _NAMES))
        paragraph = next(run.iterancestors(qn("w:p")), None)
        if paragraph is not None:
            named = paragraph.find("w:pPr/w:pStyle", _NAMES)
            yield from self._chain(named) if named is not None else self._styles(self.usual)
        if self.defaults is not None:
            yield self.defaults

    def _chain(self, named: etree._Element | None) -> Iterator[etree._Element]:
        yield from self._styles("" if named is None else named.get(qn("w:val"), ""))

    def _styles(self, name: str) -> Iterator[etree._Element]:
        for _ in range(_MOST_BASED):
            if name in self.properties:
                yield self.properties[name]
            name = self.based_on.get(name, "")
            if not name:
                return
