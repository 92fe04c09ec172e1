"""Layers (optional content) that a file switches off: nobody sees them, but PDFium's text does not tell them apart."""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

_PACKED = re.compile(rb"/Type\s*/ObjStm\b[^>]*>>\s*stream\r?\n")
_LAYERS = re.compile(rb"/OCProperties\b")
_SWITCHED_OFF = re.compile(rb"/OFF\s*(?:\[\s*\d|\d)|/BaseState\s*/OFF\b")
MOST_UNPACKED = 1 << 25
"""Bytes of one packed group of objects; a catalogue is far smaller."""


def has_hidden_layers(path: Path) -> bool:
    """Whether the file's objects, plain or packed, declare layers and switch one off."""
    layers = off = False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        parts: Iterator[bytes | mmap.mmap] = chain([data], _unpacked(data))
        for part in parts:
            layers = layers or _LAYERS.search(part) is not None
            off = off or _SWITCHED_OFF.search(part) is not None
    return layers and off


def _unpacked(data: mmap.mmap) -> Iterator[bytes]:
    for packed in _PACKED.finditer(data):
        begin = packed.end()
        try:
            yield zlib.decompressobj().decompress(data[begin : data.find(b"endstream", begin)], MOST_UNPACKED)
        except zlib.error:
            continue  # packed in another way, or encrypted: its objects do not show
