"""A workbook's number as its cell shows it: 17960.54 under `#,##0.00` is printed 17,960.54."""

from __future__ import annotations

import datetime
import operator
import re
from decimal import ROUND_HALF_UP, Decimal

_QUOTED = re.compile(r'"([^"]*)"|[\\!](.)|\[[^\]]*\]|_.|\*.')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
"""`[>=10000]0!.0,;0`: which values a section is for."""
_HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne}
_LITERAL_POINT = re.compile(r"""[#0][#0,]*(?:[\\!]\.|"\.")(0+)(,*)""")
"""`0!.0,` shows 80,000 as 8.0: a point that is written, not computed, as formats in 万 have it."""
_DIGITS = re.compile(r"[#0][#0?,]*(?:\.([#0?]+))?")


def printed(value: object, number_format: str) -> str:
    """The text that a cell with this value and format shows; dates as ISO, a format without digits as General."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if not isinstance(value, int | float | Decimal):
        return str(value)
    return _number(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), number_format)


def _number(value: Decimal, number_format: str) -> str:
    if not value.is_finite():
        return str(value)
    sections = number_format.split(";")
    section = sections[0]
    if _CONDITION.search(number_format):
        section = next((one for one in sections if _is_for(value, one)), "")
    elif value < 0 and len(sections) > 1 and sections[1].strip():
        section, value = sections[1], -value
    elif (value < 0 and len(sections) > 2) or (value > 0 and len(sections) > 1 and not section):
        return ""
    elif value == 0 and len(sections) > 2:
        section = sections[2]
        if not _DIGITS.search(_QUOTED.sub("", section)):
            return "".join(quoted or escaped for quoted, escaped in _QUOTED.findall(section)).strip() or _bare(section)
    if literal := _LITERAL_POINT.search(section):
        text = _with_literal_point(value, places=len(literal[1]), thousands=len(literal[2]))
        return f"{_plain(section[: literal.start()])}{text}{_plain(section[literal.end() :])}".strip()
    plain = _plain(section)
    digits = _DIGITS.search(plain)
    if digits is None or "E+" in plain or "/" in plain:
        return _general(value)
    if "%" in plain:
        value *= 100
    fraction = digits.group(1) or ""
    behind = plain[digits.end() :] if fraction else digits.group(0)[len(digits.group(0).rstrip(",")) :]
    thousands = len(behind) - len(behind.lstrip(","))
    value = value.scaleb(-3 * thousands)  # each comma behind the digits shows thousands
    value = value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{value:,f}" if "," in digits.group(0).rstrip(",") else f"{value:f}"
    optional = len(fraction) - len(fraction.rstrip("#?"))
    while optional and text.endswith("0"):
        text, optional = text[:-1], optional - 1
    before, after = plain[: digits.start()], plain[digits.end() :].lstrip(",")
    return f"{before}{text.rstrip('.') if fraction else text}{after}".strip()


def _is_for(value: Decimal, section: str) -> bool:
    condition = _CONDITION.search(section)
    return condition is None or bool(_HOLDS[condition[1]](value, Decimal(condition[2])))


def _plain(section: str) -> str:
    """The section without its quotes, colours and blanks of a width."""
    return _QUOTED.sub(lambda found: found.group(1) or found.group(2) or "", section)


def _with_literal_point(value: Decimal, *, places: int, thousands: int) -> str:
    whole = f"{abs(value).scaleb(-3 * thousands).quantize(Decimal(1), ROUND_HALF_UP):f}".zfill(places + 1)
    return f"{'-' if value < 0 else ''}{whole[:-places]}.{whole[-places:]}"


def _bare(section: str) -> str:
    return section.strip() if section.strip() in ("-", "--") else ""


def _general(value: Decimal) -> str:
    """Excel's General: as many digits as it takes, at most eleven."""
    text = f"{value:f}"
    if "." in text:
        text = f"{value.quantize(Decimal(1).scaleb(-9), ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return text or "0"
