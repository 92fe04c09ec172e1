"""Numerals and signs as filings print them, and what they mean.

`fold` brings the many printings of one sign to one: full width to half width, the dashes, tildes, colons and
comparison signs of other blocks (and of bad recognition) to one each, blanks away. It is for reading only; what a
filing printed is kept beside it.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

BLANKS: Final = "\t\n\v\f\r \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""White space, which is layout: Chinese needs none, and recognised digits are often set apart by it."""

INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"

SIGNS: Final = {
    "-": "‐‑‒–—―−﹣⁃",
    "~": "∼〜˜",
    ":": "∶﹕",
    ",": "﹐",
    ";": "﹔",
    "。": "｡",
    "·": "•∙・",
    "%": "﹪٪℅",
    "=": "﹦═⩵",
    ">": "﹥",
    "<": "﹤",
    "≥": "≧⩾≮⋝",
    "≤": "≦⩽≯⋜",
    "“": "„‟",
}
"""A sign and the characters printed for it."""


def _folding() -> dict[int, str | None]:
    table: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for code in range(0x2F00, 0x2FD6):  # Kangxi radicals, which PDF fonts give for plain characters
        table[code] = unicodedata.normalize("NFKC", chr(code))
    table |= {ord(variant): sign for sign, variants in SIGNS.items() for variant in variants}
    table |= {ord(character): None for character in BLANKS + INVISIBLE}
    return table


_FOLDING: Final = _folding()
_FORMAL: Final = dict(zip("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千", strict=True))
_FORMAL_NUMERAL: Final = re.compile(rf"[{''.join(_FORMAL)}]+[{''.join(_FORMAL)}零〇万亿]*[拾佰仟万亿元]")
"""壹佰万, as on cheques (大写). One such character alone is a word's (队伍, 大陆, 收拾)."""


def fold(text: str) -> str:
    """The text with one character for each sign, half width, without blanks, its formal numerals as the common ones."""
    folded = text.translate(_FOLDING)
    return _FORMAL_NUMERAL.sub(lambda formal: "".join(_FORMAL.get(sign, sign) for sign in formal[0]), folded)


ARABIC: Final = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
"""72,239.50 and 90."""

MIXED: Final = r"\d+(?:\.\d+)?(?:亿\d+[百千]万|[万亿]\d+(?:\.\d+)?[百千万](?:\d+[十百千])*)"
"""3万5千, 1亿2000万, 1亿2千万."""

CHINESE: Final = r"[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*"
"""十二, 两, 一百二十; 一百万 too, though there the 万 belongs to the unit (see `transform.targets.grammar`)."""

_DIGITS: Final = {digit: Decimal(value) for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": Decimal(0),
    "两": Decimal(2),
}
_POWERS: Final = {"十": Decimal(10), "百": Decimal(100), "千": Decimal(1000)}
_MYRIADS: Final = {"万": Decimal(10**4), "亿": Decimal(10**8)}
_PART: Final = re.compile(r"\d+(?:\.\d+)?|.")


def decimal_of(numeral: str) -> Decimal | None:
    """The value of a numeral that one of the patterns above matched; None for digits in a row (一二, 五六)."""
    if numeral[0].isdecimal() and numeral[-1].isdecimal():
        return Decimal(numeral.replace(",", ""))
    return _worded(numeral)


def _worded(numeral: str) -> Decimal | None:
    total, section, digit = Decimal(0), Decimal(0), None
    for part in _PART.findall(numeral):
        if part in _POWERS:
            section += (Decimal(1) if digit is None else digit) * _POWERS[part]
            digit = None
        elif part in _MYRIADS:
            if digit is None and section == total == 0:
                return None
            total = (
                (total + section + (digit or 0)) * _MYRIADS[part]
                if part == "亿"
                else (total + (section + (digit or 0)) * _MYRIADS[part])
            )
            section, digit = Decimal(0), None
        else:
            if digit is not None and digit != 0:
                return None
            digit = _DIGITS[part] if part in _DIGITS else Decimal(part)
    return total + section + (digit or 0)


def is_wording(character: str) -> bool:
    """Whether it is a Chinese character."""
    return "一" <= character <= "鿿"
