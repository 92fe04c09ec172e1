"""Digits that a page raises and makes small: the mark of a footnote is no digit of the figure that it stands at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from extract.grids import RAISED
from extract.pdf.characters import Characters

SMALLER = 0.85
"""A note's digit is at most so much of the height of what it stands at."""
HIGHER = 0.12
"""Its foot is at least so much of that height above the other's foot, its head not below the middle."""
NEAR = 0.6
"""It stands at most so much of its own height from it."""
_ZERO, _NINE = 0x30, 0x39


def with_notes_raised(characters: Characters) -> Characters:
    """The characters, digits that are raised beside larger text as raised digits on its line (41.00¹)."""
    size = characters.size
    level = (characters.direction == 0) & ~characters.invisible & ~characters.blank
    digits = level & (characters.codes >= _ZERO) & (characters.codes <= _NINE)
    if not digits.any() or size[digits].min() > SMALLER * size[level].max():
        return characters
    small = np.flatnonzero(digits & (size <= SMALLER * size[level].max()))
    others = np.flatnonzero(level)
    raised: dict[int, int] = {}
    for at in small[np.argsort(characters.x0[small], kind="stable")].tolist():
        before = _before(characters, others, at)
        if before is None:
            continue
        if before in raised:
            if _alike(characters, before, at):
                raised[at] = raised[before]
        elif _stands_high(characters, before, at):
            raised[at] = before
    if not raised:
        return characters
    codes, top, bottom = characters.codes.copy(), characters.top.copy(), characters.bottom.copy()
    places, bases = list(raised), list(raised.values())
    top[places], bottom[places] = top[bases], bottom[bases]
    codes[places] = [ord(chr(int(code)).translate(RAISED)) for code in codes[places]]
    return replace(characters, codes=codes, top=top, bottom=bottom)


def _before(characters: Characters, others: NDArray[np.int64], at: int) -> int | None:
    """The character that it stands at: the nearest on its left that shares some of its height."""
    height = float(characters.bottom[at] - characters.top[at])
    middle = float(characters.top[at] + characters.bottom[at]) / 2
    gap = characters.x0[at] - characters.x1[others]
    near = (gap <= NEAR * height) & (characters.x0[others] < characters.x0[at]) & (gap >= -NEAR * height)
    near &= (characters.top[others] <= middle) & (characters.bottom[others] >= middle) & (others != at)
    found = others[near]
    return int(found[np.argmin(np.abs(characters.x0[at] - characters.x1[found]))]) if len(found) else None


def _stands_high(characters: Characters, base: int, at: int) -> bool:
    height = float(characters.bottom[base] - characters.top[base])
    own = float(characters.bottom[at] - characters.top[at])
    foot = float(characters.bottom[base] - characters.bottom[at])
    middle = float(characters.top[base] + characters.bottom[base]) / 2
    return own <= SMALLER * height and foot >= HIGHER * height and float(characters.top[at]) < middle


def _alike(characters: Characters, one: int, other: int) -> bool:
    """Whether two stand on one foot and are of one height."""
    near = 0.1 * float(characters.bottom[one] - characters.top[one])
    return (
        abs(float(characters.bottom[one] - characters.bottom[other])) <= near
        and abs(float(characters.top[one] - characters.top[other])) <= near
    )
