"""Whether scans can be read here: the extra `ocr` is large and optional."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

READER = "scan-1"
"""Raise it with every change that alters what a scan reads as."""
UNREAD = "scan-0"
"""What stands for the reader where it is not installed: a filing held for that is read again once it is."""


@cache
def is_installed() -> bool:
    return all(find_spec(name) for name in ("rapidocr", "onnxruntime", "cv2"))
