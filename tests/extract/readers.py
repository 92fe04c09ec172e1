"""Readers for the tests of the process that they are forked from."""

from __future__ import annotations

import time

from extract.document import Document, Line, Medium, Page

_seen: list[bytes] = []


def read_and_remember(data: bytes) -> Document:
    _seen.append(data)
    return _saying(str(len(_seen)))


def read_slowly(data: bytes) -> Document:
    time.sleep(2)
    return _saying("slow")


def read_for_ever(data: bytes) -> Document:
    while True:
        time.sleep(1)


def _saying(text: str) -> Document:
    return Document(medium=Medium.TEXT, reader="test", pages=(Page(number=None, blocks=(Line(text=text),)),))
