"""Ways to break a filing's text on purpose: what printers, scanners, editors and publishers do to a page."""

from __future__ import annotations

from collections.abc import Callable

Change = Callable[[str], str]


def put(old: str, new: str, times: int = 1) -> Change:
    """Print something else there; `times` -1: everywhere."""

    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, times)

    return change


def _part(text: str, begin: str, end: str) -> tuple[str, str, str]:
    at = text.index(begin)
    until = text.index(end, at)
    return text[:at], text[at:until], text[until:]


def lost(begin: str, end: str) -> Change:
    """What stands from `begin` to before `end` is gone."""

    def change(text: str) -> str:
        before, _, after = _part(text, begin, end)
        return before + after

    return change


def doubled(begin: str, end: str) -> Change:
    """It stands twice."""

    def change(text: str) -> str:
        before, part, after = _part(text, begin, end)
        return before + part + part + after

    return change


def moved(begin: str, end: str, to: str) -> Change:
    """It stands before `to`."""

    def change(text: str) -> str:
        before, part, after = _part(text, begin, end)
        head, _, tail = _part(before + after, to, to)
        return head + part + tail

    return change


def cut(share: float, *, rest: bool = False) -> Change:
    """Only the first part of the lines is left, or the rest."""

    def change(text: str) -> str:
        lines = text.split("\n")
        at = int(len(lines) * share)
        return "\n".join(lines[at:] if rest else lines[:at])

    return change


def both(*changes: Change) -> Change:
    """All these, one after the other."""

    def change(text: str) -> str:
        for one in changes:
            text = one(text)
        return text

    return change


def full_width(text: str) -> str:
    """Digits, points and commas as wide as characters."""
    return text.translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，"))


def whole_twice(text: str) -> str:
    return text + text
