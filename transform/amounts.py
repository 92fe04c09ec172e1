"""Money as printed, read exactly: text and unit to yuan."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from transform.records import Amount
from transform.vocabulary import BUNDLED

SCALES = {row.spelling: Decimal(row.concept) for row in BUNDLED.in_place("money.unit")}
"""Yuan per unit of money: the rows that come with yusuan, and no others. What a number is worth is not for a note of a
single deployment to say."""
UNITS = "|".join(sorted(SCALES, key=lambda unit: (-len(unit), unit)))
"""A pattern of any of them, the longest first."""

_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+")
_SIGNED = re.compile(rf"[-(]?(?:{_NUMBER.pattern})\)?")
_LINES_OF_DIGITS = re.compile(r"(?<![-(),.\d])[-(),.\d]++(?:\n[-(),.\d]++)+")
_MOST_LINES = 20
"""Of one wrapped amount."""
_GAP = re.compile(r"(?<=\d)\s*([,.])\s*(?=\d)|(?<=[-(])\s+|\s+(?=\))")
_SPREAD = re.compile(r"(?<=\d)([,.])\s+(?=\d)|(?<=\d)\s+([,.])(?=\d)")
_FOLDED = str.maketrans({"，": ",", "。": ".", "−": "-", "–": "-", "—": "-", "▲": "-", "△": "-"})
MARKS = re.compile("[⁰¹²³⁴-⁹₀-₉①-⓿❶-➓]")
"""Marks of a footnote, which compatibility forms would fold into digits: 80.00¹ is not 80.001."""
_UNIT = re.compile(rf"单位\s*[：:]?\s*(?:人民币)?\s*[（(]?\s*({UNITS})")
_UNIT_IN_BRACKETS = re.compile(rf"[（(]\s*(?:单位\s*[：:]?\s*)?({UNITS})\s*[）)]")

AMOUNT_PATTERN = r"[-−(（]?(?:[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+|[0-9０-９]+)[.．][0-9０-９]{1,4}[)）]?"
"""An amount with decimals inside other text."""


class AmountError(ValueError):
    """The text is not one amount of money; the message shows it."""


def read_amount(text: str, unit: str) -> Amount:
    """Read `text` as one amount in `unit` (one of SCALES); yuan are exact.

    Full-width digits, thousands separators, blanks that recognition put around them (`72, 239. 50`), a minus sign and
    the accountant's brackets `(1.50)` are understood, and an amount wrapped in its cell where `holds_several` denies.
    A footnote's mark (`80.00①`) is no digit, and nothing says that it is none of the amount: the text is refused.

    Raises AmountError when the text is blank, holds anything else, or the unit is unknown.
    """
    if unit not in SCALES:
        raise AmountError(f"unknown unit of money {unit!r}; known are {', '.join(SCALES)}")
    if holds_several(text):
        raise AmountError(f"lines of digits that may be several amounts of money: {text.strip()!r}")
    printed = text.strip()
    if MARKS.search(printed):
        raise AmountError(f"a mark beside the digits: {printed!r}")
    plain = _GAP.sub(r"\1", unicodedata.normalize("NFKC", printed).translate(_FOLDED)).strip()
    plain = re.sub(r"(?<=[-(),.\d])\s*\n\s*(?=[-(),.\d])", "", plain)
    bracketed = plain.startswith("(") and plain.endswith(")")
    negative = bracketed or plain.startswith("-")
    digits = plain[1:-1] if bracketed else plain.removeprefix("-")
    if not _NUMBER.fullmatch(digits):
        raise AmountError(f"not an amount of money: {printed!r}")
    value = Decimal(digits.replace(",", "")) * SCALES[unit]
    return Amount(yuan=-value if negative else value, printed=printed, unit=unit)


def holds_several(text: str) -> bool:
    """Whether lines of digits in a cell may be several amounts: `39` over `30` is not 3930.

    They are one wrapped amount only if together they are a number, grouped by thousands rightly, and each break shows
    that it goes on: it stands beside a separator, or what is before it (`12,3`) or after it is no number by itself.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    plain = re.sub(r"\n+", "\n", re.sub(r"[^\S\n]+", "", folded.replace("\r", "\n")))
    runs = (run[0].split("\n") for run in _LINES_OF_DIGITS.finditer(plain))
    return any(not _is_one_number([line for line in run if line]) for run in runs)


def _is_one_number(lines: list[str]) -> bool:
    if sum(1 for line in lines if re.search(r"\d", line)) < 2:
        return True
    if len(lines) > _MOST_LINES or not _SIGNED.fullmatch("".join(lines)):
        return False
    for at in range(1, len(lines)):
        before, after = "".join(lines[:at]), "".join(lines[at:])
        beside_separator = before[-1] in ",.(-" or after[0] in ",.)"
        if not beside_separator and _SIGNED.fullmatch(before) and _SIGNED.fullmatch(after):
            return False
    return True


def read_money_unit(text: str) -> str | None:
    """The unit of money that a heading or a column head prints (`单位：万元`, `预算金额（万元）`).

    None when the text prints none, or several that differ: a unit is never guessed.
    """
    plain = re.sub(r"[ \t\u3000]", "", text)
    found = set(_UNIT.findall(plain)) or set(_UNIT_IN_BRACKETS.findall(plain))
    return found.pop() if len(found) == 1 else None


def printed_step(amount: Amount) -> Decimal:
    """The value of the last printed digit, in yuan: 0.01 万元 is 100 yuan."""
    digits = unicodedata.normalize("NFKC", amount.printed).translate(_FOLDED)
    _, point, decimals = re.sub(r"[^0-9.]", "", digits).partition(".")
    return SCALES[amount.unit].scaleb(-len(decimals)) if point else SCALES[amount.unit]


def close_up(text: str) -> str:
    """Text whose amounts lose the blanks that recognition put into them (`72, 239. 50` is `72,239.50`)."""
    return _SPREAD.sub(lambda match: match[1] or match[2], text)
