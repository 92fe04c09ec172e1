"""Whether a stream of a PDF is whole: decoded to its end, with the checksum that it carries.

A producer's habit is not damage: some leave the checksum out of every stream. What only one stream of a file lacks is.
"""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pikepdf

LARGEST: Final = 1 << 26
"""Decoded bytes that are kept; what is larger is proved and let go."""
_CHUNK: Final = 1 << 22
_NAMES: Final = {"A85": "ASCII85Decode", "AHx": "ASCIIHexDecode", "Fl": "FlateDecode", "LZW": "LZWDecode",
                 "RL": "RunLengthDecode", "CCF": "CCITTFaxDecode", "DCT": "DCTDecode"}  # fmt: skip
_WITHOUT_CHECKSUM: Final = frozenset({"LZWDecode", "RunLengthDecode"})
_PICTURES: Final = frozenset({"DCTDecode", "JPXDecode", "CCITTFaxDecode", "JBIG2Decode"})
_PNG: Final = 10
"""From this predictor on each row begins with the number of its filter, 0 to 4."""


class Checksum(StrEnum):
    """What a deflated stream's end says of it."""

    RIGHT = "right"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a stream holds: `data` is None where it is not kept or not decoded; `fault` says what is broken."""

    data: bytes | None = None
    fault: str | None = None
    checksum: Checksum | None = None
    """None where there is no deflated stream."""


def decoded(stream: pikepdf.Stream) -> Decoded:
    """The stream decoded as far as its filters can be, and what is wrong with it."""
    try:
        data = stream.read_raw_bytes()
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        return Decoded(fault=f"its bytes cannot be found: {error}")
    filters = [_NAMES.get(name, name) for name in _names(stream.get("/Filter"))]
    parameters = _listed(stream.get("/DecodeParms"))
    checksum: Checksum | None = None
    for place, name in enumerate(filters):
        if name == "FlateDecode":
            inflated = _inflated(data)
            if inflated.fault or inflated.data is None:
                return inflated
            data, checksum = inflated.data, inflated.checksum
            if fault := _unpredicted(data, parameters[place] if place < len(parameters) else None):
                return Decoded(fault=fault, checksum=checksum)
        elif name == "ASCII85Decode":
            try:
                data = base64.a85decode(_before(data, b"~>"), adobe=False)
            except ValueError as error:
                return Decoded(fault=f"ASCII85: {error}")
        elif name == "ASCIIHexDecode":
            try:
                digits = re.sub(rb"\s+", b"", _before(data, b">"))
                data = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii", "replace"))
            except ValueError as error:
                return Decoded(fault=f"ASCIIHex: {error}")
        elif name in _WITHOUT_CHECKSUM:
            return _by_qpdf(stream, checksum)
        elif name in _PICTURES:
            return Decoded(checksum=checksum)
        elif name != "Crypt":
            return Decoded(fault=f"no filter is named {name}", checksum=checksum)
    return Decoded(data=data, checksum=checksum)


def _inflated(data: bytes) -> Decoded:
    inflater = zlib.decompressobj()
    parts: list[bytes] = []
    kept, waiting = 0, data
    try:
        while not inflater.eof:
            part = inflater.decompress(waiting, _CHUNK)
            waiting = inflater.unconsumed_tail
            kept += len(part)
            if kept <= LARGEST:
                parts.append(part)
            if not part and not waiting:
                break
    except zlib.error as error:
        return _without_checksum(data, str(error).partition(": ")[2] or str(error))
    if not inflater.eof:
        return _without_checksum(data, "it ends too early")
    return Decoded(data=b"".join(parts) if kept <= LARGEST else None, checksum=Checksum.RIGHT)


def _without_checksum(data: bytes, said: str) -> Decoded:
    """A stream whose checksum is missing or wrong, if its data is whole but for that; else its fault."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        whole = inflater.decompress(data[2:], LARGEST)
    except zlib.error:
        return Decoded(fault=said)
    if not inflater.eof or (data[0] << 8 | data[1]) % 31 or data[0] & 15 != zlib.DEFLATED:
        return Decoded(fault=said)
    missing = len(inflater.unused_data.strip()) < 4
    return Decoded(data=whole, checksum=Checksum.MISSING if missing else Checksum.WRONG)


def _unpredicted(data: bytes, parameters: Any) -> str | None:
    """What contradicts the rows that a predictor makes of the data."""
    if not isinstance(parameters, pikepdf.Dictionary) or int(parameters.get("/Predictor", 1)) < _PNG:
        return None
    columns, colors, bits = (
        int(parameters.get(key, usual)) for key, usual in (("/Columns", 1), ("/Colors", 1), ("/BitsPerComponent", 8))
    )
    row = (columns * colors * bits + 7) // 8 + 1
    if row < 2 or ((heads := data[::row]) and max(heads) > 4):
        return "its rows are not those of its predictor"
    return None


def _by_qpdf(stream: pikepdf.Stream, checksum: Checksum | None) -> Decoded:
    try:
        return Decoded(data=stream.read_bytes(), checksum=checksum)
    except (pikepdf.PdfError, RuntimeError) as error:
        return Decoded(fault=str(error), checksum=checksum)


def _before(data: bytes, mark: bytes) -> bytes:
    end = data.rfind(mark)
    if end < 0:
        raise ValueError("it has no end mark")
    return data[:end]


def _names(value: Any) -> list[str]:
    return [str(name).lstrip("/") for name in _listed(value)]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]
