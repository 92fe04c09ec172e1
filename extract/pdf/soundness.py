"""Whether a PDF's bytes are whole, before any figure of it is believed: `damage` says what is broken.

PDFium reads a broken file as far as it goes, without a word: one flipped bit and a statement is gone, or another font's
digits are read. So every stream is decoded to its end against its checksum, the pages are counted against their tree,
and what the objects say of each other is compared: an object that nothing names, a name for none, a font that the page
asks for and does not have. What producers do carelessly in whole files is their habit, no damage.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

import pikepdf

from extract.document import Finding, Severity
from extract.pdf.page_tree import Leaf, leaves_of
from extract.pdf.skeleton import misspelt, outside_streams, references
from extract.pdf.streams import Checksum, Decoded, decoded

_HARMLESS: Final = re.compile(
    "xref entry for the xref stream itself|object has offset 0|stream keyword|reported number of objects"
    "|extraneous whitespace|accepting invalid xref table entry|recover(?:ed|ing)? stream length|expected endstream"
    "|expected endobj|Length key|missing newline|name with stray #"
)
"""What qpdf remarks of a careless file, and what no figure hangs on: whole streams prove their lengths themselves."""
_PLACE: Final = re.compile(r"^.*?BytesIO object at \w+>[\s,:]*")
"""What qpdf calls the file."""
_UNNEEDED: Final = frozenset({"/Metadata", "/EmbeddedFile"})
_FEW: Final = 2
"""So many objects that nothing names are an accident; more are how the producer writes."""
_EVIDENCE: Final = 5
_SHOWN: Final = re.compile(rb"/([^\s/<>\[\]()]+)(?:\s+[-+.\d]+\s+Tf|\s+Do)\b")
_OPERATOR: Final = re.compile(rb"(?<![^\s\]>)])[A-Za-z'\"*]+[01]?(?=[\s\[(</]|\Z)")
_OPERATORS: Final = frozenset(
    b"b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re"
    b" RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \" true false null".split()
)
_LITERAL: Final = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|/[^\s/<>\[\]()]*|%[^\r\n]*", re.DOTALL)


def damage(path: Path) -> Iterator[Finding]:
    """A critical finding `damaged` if the file's bytes are not whole, with what is broken as its evidence."""
    faults = list(dict.fromkeys(_faults(path.read_bytes())))
    if faults:
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        yield Finding(
            code="damaged",
            severity=Severity.CRITICAL,
            message=f"the file is damaged: {faults[0]}{more}; it was read as far as it goes, so figures may be others: "
            "fetch it again, or ask its publisher for a sound one",
            evidence="; ".join(faults[:_EVIDENCE]),
        )


def _faults(data: bytes) -> Iterator[str]:
    logging.getLogger("pikepdf").setLevel(logging.CRITICAL)
    data = _less_junk(data)
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            yield from _Examination(pdf, data).faults()
    except pikepdf.PasswordError:
        return  # whoever opens it without one says so
    except (pikepdf.PdfError, RuntimeError, ValueError, OverflowError) as error:
        yield f"its objects cannot be read: {error}"


def _less_junk(data: bytes) -> bytes:
    """Without what a server has put before the file's head or after its end mark."""
    head, end = data.find(b"%PDF-", 0, 4_096), data.rfind(b"%%EOF")
    return data[max(0, head) : end + 6] if end > 0 else data


@dataclass
class _Examination:
    """One file under examination."""

    pdf: pikepdf.Pdf
    data: bytes
    _shown: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)
    """Stream → names of fonts and drawings that its operators ask for."""
    _texts: set[tuple[int, int]] = field(default_factory=set)
    """Streams without a type that hold a page's operators or a font's characters."""
    _packed: list[bytes] = field(default_factory=list)

    def faults(self) -> Iterator[str]:
        """What is broken, in words, worst first."""
        objects = {item.objgen: item for item in self.pdf.objects if isinstance(item, pikepdf.Object)}
        yield from self._streams(objects)
        yield from self._pages()
        yield from self._objects(objects)
        for warning in map(str, self.pdf.get_warnings()):
            if not _HARMLESS.search(warning):
                yield _PLACE.sub("", warning)

    def _streams(self, objects: dict[tuple[int, int], pikepdf.Object]) -> Iterator[str]:
        checksums: Counter[Checksum] = Counter()
        doubtful: list[tuple[str, Checksum]] = []
        for place, item in objects.items():
            if not isinstance(item, pikepdf.Stream) or str(item.get("/Type")) in _UNNEEDED:
                continue
            result = decoded(item)
            if result.fault:
                yield f"stream {place[0]} is broken: {result.fault}"
            if result.checksum:
                checksums[result.checksum] += 1
                if result.checksum is not Checksum.RIGHT:
                    doubtful.append((f"stream {place[0]} has a {result.checksum} checksum", result.checksum))
            if result.data is not None:
                yield from self._noted(place, item, result)
        habits = {kind for kind, count in checksums.items() if count > 1 and count == checksums.total()}
        yield from (fault for fault, kind in doubtful if kind not in habits)

    def _noted(self, place: tuple[int, int], stream: pikepdf.Stream, result: Decoded) -> Iterator[str]:
        data, kind = result.data or b"", str(stream.get("/Type"))
        if kind == "/ObjStm":
            self._packed.append(data)
        elif str(stream.get("/Subtype")) == "/Form" or (kind == "None" and "/Subtype" not in stream):
            self._shown[place] = frozenset(_name(found[1]) for found in _SHOWN.finditer(data))
            if self._shown[place] or b"begincmap" in data:
                self._texts.add(place)
            if result.checksum is None and self._shown[place] and (strange := _strange_operators(data)):
                yield f"stream {place[0]} has operators that there are not: {', '.join(strange[:3])}"

    def _pages(self) -> Iterator[str]:
        leaves: list[Leaf] = []
        yield from leaves_of(self.pdf, leaves)
        drawn: dict[tuple[tuple[int, int], ...], int] = {}
        for leaf in leaves:
            yield from leaf.faults()
            lacking = {name for place in leaf.contents for name in self._shown.get(place, ())} - leaf.names()
            if lacking:
                yield f"page {leaf.number} asks for {', '.join(sorted(lacking))}, which it does not have"
            shows_text = any(self._shown.get(place) for place in leaf.contents)
            first = drawn.setdefault(leaf.contents, leaf.number) if shows_text else leaf.number
            if first != leaf.number:
                yield f"page {leaf.number} is page {first} again"

    def _objects(self, objects: dict[tuple[int, int], pikepdf.Object]) -> Iterator[str]:
        plain = outside_streams(self.data)
        texts = (plain, *self._packed)
        for wrong in misspelt(plain):
            yield f"it says {wrong}"
        named = set().union(*map(references, texts))
        if missing := sorted(place for place in named - objects.keys() if self.pdf.get_object(place) is None):
            yield f"{_counted(missing, 'object is', 'objects are')} named and not there"
        if self.data.count(b"startxref") <= (2 if b"/Linearized" in self.data[:2_048] else 1):
            lost = sorted(place for place in objects.keys() - named if self._is_needed(objects[place], place))
            if 0 < len(lost) <= _FEW:
                yield f"{_counted(lost, 'object of a page is', 'objects of pages are')} there and never named"

    def _is_needed(self, item: pikepdf.Object, place: tuple[int, int]) -> bool:
        if isinstance(item, pikepdf.Stream):
            return place in self._texts
        return isinstance(item, pikepdf.Dictionary) and str(item.get("/Type")) in ("/Page", "/Pages", "/Font")


def _strange_operators(data: bytes) -> list[str]:
    words = set(_OPERATOR.findall(_LITERAL.sub(b" ", data))) - _OPERATORS
    return sorted(word.decode("ascii", "replace") for word in words)


def _name(raw: bytes) -> str:
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), raw)
    return "/" + plain.decode("utf-8", "replace")


def _counted(places: Sequence[tuple[int, int]], one: str, many: str) -> str:
    shown = ", ".join(str(number) for number, _ in places[:_EVIDENCE])
    return f"{len(places)} {one if len(places) == 1 else many} ({shown})"
