"""PDFs written to do harm, each small; and what a reader must say of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping


def pdf(objects: Mapping[int, bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A file of numbered objects with a right cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1)
    for number in range(1, max(objects) + 1):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    out += b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, root, trailer, start)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(packed), entries, packed)


def one_page(
    content: bytes, box: bytes = b"0 0 595 842", more: Mapping[int, bytes] | None = None, resources: bytes = b""
) -> bytes:
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>>>" % (box, resources),
            4: stream(content),
            **(more or {}),
        }
    )


def no_pages() -> bytes:
    return pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})


def million_lines() -> bytes:
    return one_page(b"0 0 m 100 100 l S\n" * 1_000_000)


def many_rules() -> bytes:
    """3,000 level and 3,000 upright rules: nine million crossings."""
    level = b"".join(b"0 %d m 12000 %d l S\n" % (i, i) for i in range(0, 12_000, 4))
    upright = b"".join(b"%d 0 m %d 12000 l S\n" % (i, i) for i in range(0, 12_000, 4))
    return one_page(level + upright, box=b"0 0 12000 12000")


def nested_arrays() -> bytes:
    return one_page(b"[" * 3_000_000 + b"]" * 3_000_000 + b" 0 d 0 0 m 9 9 l S")


def nested_forms(depth: int = 20_000) -> bytes:
    """Forms that each draw the next: a recursive parser runs out of stack."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F %d 0 R>>>>"
    forms = {5 + i: stream(b"/F Do", form % (6 + i)) for i in range(depth)}
    forms[5 + depth] = stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")
    return one_page(b"/F Do", more=forms, resources=b"/XObject<</F 5 0 R>>")


def exploding_forms(width: int = 10, depth: int = 9) -> bytes:
    """Each form draws the next ten times: 10⁹ lines from two kilobytes."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F %d 0 R>>>>"
    forms = {5 + i: stream(b"/F Do " * width, form % (6 + i)) for i in range(depth)}
    forms[5 + depth] = stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")
    return one_page(b"/F Do " * width, more=forms, resources=b"/XObject<</F 5 0 R>>")


def huge_page() -> bytes:
    return one_page(b"0 0 m 9 9 l S", box=b"0 0 1000000000 1000000000")


def stream_bomb() -> bytes:
    """A page's content of two gigabytes in two megabytes."""
    block = zlib.compressobj(9)
    packed = b"".join(block.compress(b" " * (1 << 24)) for _ in range(128)) + block.flush()
    return one_page(b"").replace(
        stream(b""), b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)
    )


def endless_page_tree() -> bytes:
    return pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R]/Count 1000000>>"})


CASES: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "no pages": (no_pages, {"no_pages"}),
    "a million lines": (million_lines, {"too_many_objects", "memory"}),
    "a grid of rules": (many_rules, {"too_many_objects"}),
    "nested forms": (nested_forms, {"crashed", "too_many_objects", "memory", "read"}),
    "exploding forms": (exploding_forms, {"memory", "timeout", "too_many_objects"}),
    "nested arrays": (nested_arrays, {"crashed", "too_many_objects", "memory", "read"}),
    "a huge page": (huge_page, {"too_large"}),
    "a stream bomb": (stream_bomb, {"memory"}),
    "an endless page tree": (endless_page_tree, {"no_pages", "truncated", "not_a_document"}),
}
"""Name → (the file, the codes that are a right answer to it)."""
