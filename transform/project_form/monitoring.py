"""Monitoring forms (绩效运行监控表): a part of the year is no whole one, so they are held until they are supported."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.document import Document, Finding, Line
from transform.printed import finding_at
from transform.records import Source

_TITLE = re.compile(r"绩效(?:目标)?(?:运行|跟踪|实现程度)?(?:目标)?(?:运行|跟踪)?监控[^。；，]{0,12}表")
_LONGEST_TITLE = 60


def monitoring(document: Document) -> Iterator[Finding]:
    """A finding where a title or a cell calls the document a monitoring form."""
    for block in document.blocks():
        places = [block] if isinstance(block, Line) else block.cells
        for place in places:
            plain = re.sub(r"\s", "", place.text)
            if len(plain) <= _LONGEST_TITLE and _TITLE.search(plain):
                message = "this is a monitoring form: its values are of a part of the year; no layout reads it yet"
                where = Source(text=place.text, page=place.page, line=place.line, box=place.box)
                yield finding_at("monitoring_unsupported", message, where)
                return
