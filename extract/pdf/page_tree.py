"""The pages that a PDF's tree names, each with the streams and resources that it is drawn with, and what contradicts
them: PDFium takes the tree at its word and leaves out what it does not find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pikepdf

from extract.pdf.skeleton import one_bit_apart

_DEEPEST: Final = 50
_INHERITED: Final = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_FONTS: Final = frozenset({"/Type0", "/Type1", "/MMType1", "/Type3", "/TrueType"})
_LEAST_SHIFT: Final = 4.0
"""Points by which a page must differ from others to be suspected: printers round."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Page `number` (from 1) of the tree."""

    number: int
    page: pikepdf.Object
    inherited: Mapping[str, Any]
    contents: tuple[tuple[int, int], ...]
    """Its content streams, as number and generation."""

    def value(self, key: str) -> Any:
        own = self.page.get(key)
        return self.inherited.get(key) if own is None else own

    def names(self) -> set[str]:
        """Fonts and drawings that its operators can ask for."""
        found: set[str] = set()
        for kind in ("/Font", "/XObject"):
            held = self._resources(kind)
            if isinstance(held, pikepdf.Dictionary):
                found |= set(held.keys())
        return found

    def faults(self) -> Iterator[str]:
        """What is no page, no stream, no font where one must be."""
        where = f"page {self.number}"
        contents = self.page.get("/Contents")
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents] if contents is not None else []
        if any(not isinstance(part, pikepdf.Stream) for part in parts):
            yield f"{where} has contents that are no stream"
        turn = self.value("/Rotate")
        if turn is not None and (not isinstance(turn, int) or turn % 90):
            yield f"{where} is turned by {turn} degrees"
        fonts = self._resources("/Font")
        if fonts is not None and not isinstance(fonts, pikepdf.Dictionary):
            yield f"{where} has fonts that are none"
        elif fonts is not None:
            for name, font in fonts.items():
                if fault := font_fault(font):
                    yield f"{where}, font {name}: {fault}"
        drawings = self._resources("/XObject")
        if drawings is not None and not (
            isinstance(drawings, pikepdf.Dictionary)
            and all(isinstance(drawing, pikepdf.Stream) for _, drawing in drawings.items())
        ):
            yield f"{where} has drawings that are none"

    def _resources(self, kind: str) -> Any:
        resources = self.value("/Resources")
        return resources.get(kind) if isinstance(resources, pikepdf.Dictionary) else None


def font_fault(font: Any) -> str | None:
    """What keeps a font from giving its characters."""
    if not isinstance(font, pikepdf.Dictionary) or str(font.get("/Subtype")) not in _FONTS:
        return "it is none"
    table = font.get("/ToUnicode")
    if table is not None and not isinstance(table, pikepdf.Stream | pikepdf.Name):
        return "its table of characters is none"
    if str(font.get("/Subtype")) != "/Type0":
        return None
    parts = font.get("/DescendantFonts")
    if not isinstance(parts, pikepdf.Array) or not all(
        isinstance(part, pikepdf.Dictionary) and str(part.get("/Subtype")).startswith("/CIDFontType") for part in parts
    ):
        return "its parts are none"
    if not isinstance(font.get("/Encoding"), pikepdf.Name | pikepdf.Stream):
        return "it has no encoding"
    return None


def leaves_of(pdf: pikepdf.Pdf, leaves: list[Leaf]) -> Iterator[str]:
    """What contradicts the tree; its pages are appended to `leaves`."""
    root = pdf.Root.get("/Pages")
    if not isinstance(root, pikepdf.Dictionary):
        yield "it has no tree of pages"
        return
    seen: set[tuple[int, int]] = set()
    yield from _walk(root, {}, 0, seen, leaves)
    yield from _boxes(leaves)


def _walk(
    node: pikepdf.Object, inherited: Mapping[str, Any], depth: int, seen: set[tuple[int, int]], leaves: list[Leaf]
) -> Iterator[str]:
    own = {**inherited, **{key: value for key in _INHERITED if (value := node.get(key)) is not None}}
    kids = node.get("/Kids")
    if not isinstance(kids, pikepdf.Array):
        yield f"a list of pages after page {len(leaves)} is none"
        return
    before = len(leaves)
    for kid in kids:
        place = kid.objgen if isinstance(kid, pikepdf.Object) else (0, 0)
        if not isinstance(kid, pikepdf.Dictionary) or depth > _DEEPEST:
            yield f"the page after page {len(leaves)} is not there"
        elif place in seen and place != (0, 0):
            yield f"the tree of pages names a page twice, after page {len(leaves)}"
        elif "/Kids" in kid:
            seen.add(place)
            yield from _walk(kid, own, depth + 1, seen, leaves)
        else:
            seen.add(place)
            leaf = Leaf(len(leaves) + 1, kid, own, _contents(kid))
            leaves.append(leaf)
            if str(kid.get("/Type", "/Page")) != "/Page":
                yield f"page {leaf.number} is called {kid.get('/Type')}"
            parent = kid.get("/Parent")
            if any(key in own and key not in kid for key in _INHERITED[:2]) and (
                not isinstance(parent, pikepdf.Dictionary) or parent.objgen != node.objgen
            ):
                yield f"page {leaf.number} is another list's"
    count = node.get("/Count")
    if count != len(leaves) - before:
        yield f"the tree counts {count} pages and names {len(leaves) - before}"


def _contents(page: pikepdf.Object) -> tuple[tuple[int, int], ...]:
    contents = page.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return tuple(part.objgen for part in parts if isinstance(part, pikepdf.Stream))


def _boxes(leaves: list[Leaf]) -> Iterator[str]:
    """A page whose edges are those of others but for one bit of a digit, or that has none: what it cuts off is lost."""
    for key in ("/MediaBox", "/CropBox"):
        boxes: dict[bytes, int] = {}
        for leaf in leaves:
            box = leaf.value(key)
            if box is None and key == "/CropBox":
                continue
            if not isinstance(box, pikepdf.Array) or len(box) != 4 or any(not _is_number(edge) for edge in box):
                yield f"page {leaf.number} has no edges"
            else:
                boxes.setdefault(box.unparse(resolved=True), leaf.number)
        for box, number in boxes.items():
            if any(_suspicious(box, other) for other in boxes if other != box):
                yield f"page {number} has edges that are one bit off another's"


def _suspicious(box: bytes, other: bytes) -> bool:
    if len(box) != len(other) or not one_bit_apart(box, other):
        return False
    edges, others = ([float(edge) for edge in text.strip(b"[] ").split()] for text in (box, other))
    return max(abs(one - two) for one, two in zip(edges, others, strict=True)) >= _LEAST_SHIFT


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
