"""Office packages as the libraries want them: what Word, Excel and WPS open without a word, and these refuse.

Strict Open XML, macros and templates, parts whose names differ by case or have backslashes, fills without a pattern;
and, for a workbook that is refused still, the parts that print no cell: pivot tables, drawings, validations.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping

_TYPES = "[Content_Types].xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMESPACES = (
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)  # fmt: skip
_MACROS = re.compile(
    rb"application/vnd\.(?:ms-(?:word|excel)\.(?:document|template|sheet|addin)\.macroEnabled"
    rb"|openxmlformats-officedocument\.(?:wordprocessingml|spreadsheetml)\.template)\.main\+xml"
)
_EMPTY_FILL = re.compile(rb"<((?:\w+:)?)fill\s*(?:/>|>\s*</\1fill>)")
_UNPRINTED = re.compile(
    rb"<((?:\w+:)?)(pivotCaches|dataValidations|extLst|tableParts|controls|oleObjects|webPublishItems|customSheetViews)\b"
    rb"(?:[^<>]*/>|.*?</\1\2>)|<(?:\w+:)?(?:drawing|legacyDrawing|legacyDrawingHF|picture)\b[^<>]*/>",
    re.DOTALL,
)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*(?:/>|>\s*</(?:\w+:)?Relationship>)")
_UNPRINTED_RELATION = re.compile(
    rb"/relationships/(?:pivotTable|pivotCacheDefinition|drawing|vmlDrawing|comments|ctrlProp|control|oleObject|image|table"
    rb"|queryTable|slicer|slicerCache|externalLink|calcChain|customXml|connections)[\"']"
)


def put_right(data: bytes) -> bytes:
    """The package with plain names, plain content types and the usual namespaces; unchanged where it has them."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = {info.filename: info.filename.replace("\\", "/").lstrip("/") for info in package.infolist()}
        types = next((package.read(old) for old, new in names.items() if new.lower() == _TYPES.lower()), b"")
        wanted = _wanted_names(package, names, types)
        strict = any(_STRICT in package.read(old)[:4096] for old, new in names.items() if new.lower() == "_rels/.rels")
        strict = strict or any(
            _STRICT in package.read(old)[:4096]
            for old, new in names.items()
            if re.fullmatch(r"(?i)(xl/workbook|word/document)\.xml", new)
        )
        styled = [
            old
            for old, new in names.items()
            if new.lower() == "xl/styles.xml" and _EMPTY_FILL.search(package.read(old))
        ]
        if not (strict or styled or _MACROS.search(types) or any(old != wanted[old] for old in names)):
            return data
        parts: dict[str, bytes] = {}
        for old, new in wanted.items():
            content = package.read(old)
            if new == _TYPES:
                content = _MACROS.sub(_plain_type, content)
            if strict and new.lower().endswith((".xml", ".rels")):
                for strictly, usually in _NAMESPACES:
                    content = content.replace(strictly, usually)
            if old in styled:
                content = _EMPTY_FILL.sub(rb'<\1fill><\1patternFill patternType="none"/></\1fill>', content)
            parts[new] = content
    return _packed(parts)


def without_unprinted(data: bytes) -> bytes:
    """The workbook without what prints no cell and libraries stumble over."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    for name, content in parts.items():
        if name.endswith(".rels") and name.startswith("xl/"):
            parts[name] = _RELATION.sub(
                lambda found: b"" if _UNPRINTED_RELATION.search(found[0]) else found[0], content
            )
        elif name == "xl/workbook.xml" or re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            parts[name] = _UNPRINTED.sub(b"", content)
    return _packed(parts)


def _wanted_names(package: zipfile.ZipFile, names: Mapping[str, str], types: bytes) -> dict[str, str]:
    """Each part's name as the other parts call it."""
    called: dict[str, str] = {}
    for part in re.findall(rb"""\bPartName\s*=\s*["']/?([^"']+)["']""", types):
        called[part.decode("utf-8", "replace").lower()] = part.decode("utf-8", "replace")
    for old, new in names.items():
        if not new.lower().endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(new))
        for found in _RELATION.findall(package.read(old)):
            target = re.search(rb"""\bTarget\s*=\s*["']([^"']+)["']""", found)
            if target is None or b'"External"' in found:
                continue
            path = target[1].decode("utf-8", "replace").replace("\\", "/")
            full = posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path))
            called.setdefault(full.lower(), full)
    called[_TYPES.lower()] = _TYPES
    return {old: called.get(new.lower(), new) for old, new in names.items()}


def _plain_type(found: re.Match[bytes]) -> bytes:
    kind = b"wordprocessingml.document" if b"word" in found[0] else b"spreadsheetml.sheet"
    return b"application/vnd.openxmlformats-officedocument." + kind + b".main+xml"


def _packed(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()
