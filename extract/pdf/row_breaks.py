"""Whether a row that begins a page is the rest of the row that ended the page before.

Borders do not tell: Word rules off both parts, a browser rules off neither. So the cells decide, by rules that each
name what a printed row cannot do: hold two amounts in one cell, begin with a number of its own, fill a cell that the
row's first part left empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

_NUMBER = re.compile(r"[-－]?[\d０-９][\d０-９,，.．]*\s*(%|％|元|万元|亿元)?")
_INTEGER = re.compile(r"\d{1,5}")
_ITEM = re.compile(r"(?:^|[\s；;。:：])[(（]?(\d{1,3})[)）.．、:：](?!\d)")
_HEADING = re.compile(r"[(（]?[一二三四五六七八九十]+[)）]?、?")
_FINISHED = "。；;！!？?"


class Verdict(Enum):
    """Of a page's first row: the rest of the row before, a row of its own, or kept as one though it may be the rest."""

    GOES_ON = "goes on"
    OWN = "own"
    UNSURE = "unsure"


def continues(above: Sequence[str], below: Sequence[str], open_edge: bool) -> Verdict:
    """Whether `below` (a page's first row, text by column) goes on with `above` (the last row of the page before).

    `open_edge`: no rule closes the first part or opens the second. A blank row is the rest of a row only then.
    """
    written = [column for column, text in enumerate(below) if text.strip()]
    if any(_is_number_cut(above[column], below[column]) for column in written):
        return Verdict.GOES_ON
    if _goes_on(above, below, written, open_edge):
        return Verdict.GOES_ON
    return Verdict.UNSURE if _is_doubtful(above, below, written) else Verdict.OWN


def _goes_on(above: Sequence[str], below: Sequence[str], written: Sequence[int], open_edge: bool) -> bool:
    if not written:
        return open_edge
    if any(is_number(above[column]) and is_number(below[column]) for column in written):
        return False  # two amounts are two rows
    if _heads(above, below):
        return _falls_below(above, below, open_edge)
    if _INTEGER.fullmatch(below[0].strip()):
        return False  # a number of its own
    ended = any(is_number(text) and not below[column].strip() for column, text in enumerate(above))
    fresh = [column for column in written if not above[column].strip()]
    if open_edge:
        # a cell that could not be broken went to the next page whole, but then the row's other cells are done
        both_short = sum(1 for column in written if _is_short(above[column]) and _is_short(below[column]))
        return ended or (not fresh and both_short < 2)
    if fresh:
        # without an open edge only a numbered row tells that the rest is its own
        return _INTEGER.fullmatch(above[0].strip()) is not None and ended and not below[0].strip()
    if len(written) == 1:  # one cell may also be a heading of its own
        column = written[0]
        return goes_on(above[column], below[column]) or (column > 0 and ended and "\n" in above[column])
    if below[0].strip():
        return ended  # a name broken by the page: its amounts stayed behind
    return ended or all(goes_on(above[column], below[column]) for column in written)


def _is_doubtful(above: Sequence[str], below: Sequence[str], written: Sequence[int]) -> bool:
    """Whether a row kept apart may be a rest: a lone text in a later column, or some of it goes on, some does not."""
    if any(is_number(above[column]) and is_number(below[column]) for column in written) or not any(above):
        return False
    if len(written) == 1:
        text = below[written[0]].strip()
        return written[0] > 0 and not is_number(text) and _HEADING.match(text) is None
    common = [column for column in written if above[column].strip()]
    if any(starts_again(above[column], below[column]) for column in common):
        return False
    on = [goes_on(above[column], below[column]) for column in common]
    return any(on) and (_heads(above, below) or not below[0].strip())


def _is_number_cut(above: str, below: str) -> bool:
    """Whether the break runs through a number: it stands beside a separator."""
    ends, begins = above.strip()[-1:], below.strip()[:1]
    return is_number(above.strip() + below.strip()) and (ends in {",", "，", "."} or begins in {",", "，", "."})


def _heads(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether only the page's first row has a name and an amount: centred in height, they fall below the break."""
    amounts = any(map(is_number, below)) and not any(map(is_number, above))
    return amounts and bool(below[0].strip()) and not above[0].strip()


def _falls_below(above: Sequence[str], below: Sequence[str], open_edge: bool) -> bool:
    """Whether text without name and amount is the first part of the row below it: none of it starts again, all that
    both parts fill goes on, or the rules do and some of it stops in mid-sentence."""
    common = [column for column, text in enumerate(above) if text.strip() and below[column].strip()]
    if not any(text.strip() for text in above):
        return open_edge
    if any(starts_again(above[column], below[column]) for column in common):
        return False
    on = [goes_on(above[column], below[column]) for column in common]
    return any(on) if open_edge else bool(on) and all(on)


def starts_again(above: str, below: str) -> bool:
    """Whether numbered items, which `above` has, begin at one in `below`."""
    first = _ITEM.match(below.strip())
    return first is not None and int(first.group(1)) == 1 and bool(_ITEM.findall(above))


def _is_short(text: str) -> bool:
    return bool(text.strip()) and "\n" not in text


def goes_on(above: str, below: str) -> bool:
    """Whether a cell's text is continued: its items go on counting, or a wrapped text stops in mid-sentence."""
    before, after = _ITEM.findall(above), _ITEM.match(below.strip())
    if before and after:
        return int(after.group(1)) == int(before[-1]) + 1
    wrapped = above.count("\n") + below.count("\n") >= 1
    return wrapped and above.rstrip()[-1:] not in _FINISHED


def is_number(text: str) -> bool:
    """Whether a cell holds a number or an amount and nothing else; blanks in it (`39. 38`) say nothing."""
    return _NUMBER.fullmatch(re.sub(r"\s+", "", text)) is not None


def numbering(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """The first and the last whole number in the rows' first column; None if there is none."""
    numbers = [int(row[0].strip()) for row in rows if row and _INTEGER.fullmatch(row[0].strip())]
    return (numbers[0], numbers[-1]) if numbers else None
