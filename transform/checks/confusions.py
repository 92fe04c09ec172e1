"""What recognition makes of an amount of money, and what it may have made it from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from transform.amounts import MARKS

_DIGITS = {"0": "8", "1": "7", "3": "8", "5": "6", "6": "5", "7": "1", "8": "03"}
"""Digits that a printed one is taken for."""
_LETTERS = str.maketrans({"O": "0", "o": "0", "D": "0", "l": "1", "I": "1", "|": "1", "Z": "2", "S": "5", "B": "8"})
_WITH_POINT = re.compile(r"(-?)(\d{1,3}(?:[,.]\d{3})+|\d+)[,.](\d{2})")
_POINT_LOST = re.compile(r"(-?)(\d{1,3}(?:,\d{3})*,\d{3})(\d{2})")


def legible_amount(text: str) -> str | None:
    """A garbled amount with two places as it can only have been printed: `1.2O4.50`, `1,204,50` and `1,20450` are
    1,204.50. None if it can be nothing or several things."""
    if MARKS.search(text):
        return None
    plain = unicodedata.normalize("NFKC", text.strip()).translate(_LETTERS).replace("。", ".").replace("·", ".")
    plain = re.sub(r"\s*([,.])\s*", r"\1", plain)
    match = _WITH_POINT.fullmatch(plain) or _POINT_LOST.fullmatch(plain)
    if match is None:
        return None
    whole = re.sub(r"[,.]", "", match[2])
    if whole.startswith("0") and whole != "0":
        return None
    return f"{match[1]}{int(whole):,}.{match[3]}"


def confusions(printed: str) -> Iterator[str]:
    """Every amount that one confusion of recognition may have made into `printed`: a digit taken for another, a point
    lost or put in another place, a comma taken for the point."""
    for at, digit in enumerate(printed):
        for other in _DIGITS.get(digit, ""):
            yield printed[:at] + other + printed[at + 1 :]
    digits = re.sub(r"[^\d]", "", printed)
    sign = "-" if printed.startswith("-") else ""
    if "." not in printed and len(digits) >= 3:
        yield f"{sign}{int(digits[:-2]):,}.{digits[-2:]}"
    whole, point, decimals = printed.rpartition(".")
    if point and len(decimals) == 3 and "." not in whole:  # 1.204 for 1,204
        yield f"{whole},{decimals}"
