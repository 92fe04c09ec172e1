"""The lines of a document as one text: where each character stands, and which characters have been understood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from extract.document import Line
from transform.records import Source
from transform.tables.wrapped_cells import Piece


class ClaimedText:
    """Lines joined by `\\n` (`\\n\\n` over a blank line or a page break), with an account of what was consumed.

    Offsets are into `text`. What is never claimed comes back from `unconsumed`.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines: list[Line] = []
        self._starts: list[int] = []
        parts: list[str] = []
        offset = 0
        blank = False
        for line in lines:
            if not line.text.strip():
                blank = True
                continue
            if self._lines:
                apart = blank or _apart(self._lines[-1], line)
                parts.append("\n\n" if apart else "\n")
                offset += 2 if apart else 1
            self._lines.append(line)
            self._starts.append(offset)
            parts.append(line.text)
            offset += len(line.text)
            blank = False
        self.text = "".join(parts)
        self._claimed = bytearray(len(self.text))

    def line_at(self, offset: int) -> Line:
        return self._lines[max(0, bisect_right(self._starts, offset) - 1)]

    def claim(self, start: int, end: int) -> None:
        """Count the characters from `start` to `end` as understood."""
        self._claimed[start:end] = b"\1" * (end - start)

    def source(self, start: int, end: int) -> Source:
        line = self.line_at(start)
        return Source(text=self.text[start:end].strip(), page=line.page, line=line.line, box=line.box)

    def pieces(self, start: int, end: int) -> list[Piece]:
        """What stands unclaimed from `start` to `end`, by line; claimed words in between count as gaps."""
        pieces: list[Piece] = []
        gap = True
        for match in re.finditer(r"[^\n]+|\n\n+", self.text[start:end]):
            if match.group().startswith("\n"):
                gap = True
                continue
            first, last = start + match.start(), start + match.end()
            while first < last:
                if self._claimed[first]:
                    gap, first = True, first + 1
                    continue
                stop = self._claimed.find(1, first, last)
                stop = last if stop < 0 else stop
                text = self.text[first:stop]
                if text.strip():
                    at = first + len(text) - len(text.lstrip())
                    pieces.append(Piece(text=text.strip(), line=self.line_at(first), gap=gap, start=at))
                    gap = False
                first = stop
        return pieces

    def unconsumed(self) -> list[Source]:
        """The stretches of each line that nothing claimed."""
        return [piece.source() for piece in self.pieces(0, len(self.text))]


def _apart(former: Line, line: Line) -> bool:
    """Whether blank lines were left out between two lines, or a page ends there."""
    if former.page != line.page:
        return True
    return former.line is not None and line.line is not None and line.line > former.line + 1
