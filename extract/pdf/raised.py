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
_NONE = -1
_AT_ONCE = 1_000_000
"""Pairs of characters that are compared at one time."""


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
    small = small[np.argsort(characters.x0[small], kind="stable")]
    for at, before in zip(small.tolist(), _before(characters, others, small).tolist(), strict=True):
        if before == _NONE:
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


def _before(characters: Characters, others: NDArray[np.int64], small: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of `small` the character that it stands at: the nearest on its left that shares some of its height."""
    x0, x1, top, bottom = characters.x0, characters.x1, characters.top, characters.bottom
    ordered = others[np.argsort(x1[others], kind="stable")]
    reach = NEAR * (bottom[small] - top[small])
    first = np.searchsorted(x1[ordered], x0[small] - reach, "left")
    count = np.maximum(np.searchsorted(x1[ordered], x0[small] + reach, "right") - first, 0)
    found = np.full(len(small), _NONE, np.int64)
    for part in np.array_split(np.arange(len(small)), 1 + int(count.sum()) // _AT_ONCE):
        which = np.repeat(part, count[part])
        within = np.arange(len(which)) - np.repeat(np.cumsum(count[part]) - count[part], count[part])
        base, at = ordered[first[which] + within], small[which]
        middle = (top[at] + bottom[at]) / 2
        near = (x0[base] < x0[at]) & (top[base] <= middle) & (bottom[base] >= middle) & (base != at)
        which, base, gap = which[near], base[near], np.abs(x0[at] - x1[base])[near]
        nearest = np.lexsort((base, gap, which))
        owners, places = np.unique(which[nearest], return_index=True)
        found[owners] = base[nearest][places]
    return found


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
