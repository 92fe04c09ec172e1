"""A workbook's value as its cell shows it: 17960.54 under `#,##0.00` is printed 17,960.54, 90 under `0"%"` 90%."""

from __future__ import annotations

import datetime
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from extract.office.date_formats import TOO_WIDE, from_serial, is_date_format, shown_date

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<general>General|G/通用格式)|(?P<power>E[+-])|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'(?:"[^"]*"|\[[^\]]*\]|[\\!_*].|[^;"\[\\!_*]|["\[\\!_*])*')
_WHITE = re.compile(r"\[(?:white|白色|(?:color|颜色)\s*2)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
"""`[>=10000]0!.0,;0`: which values a section is for."""
_HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne}
_LITERAL, _DIGIT, _GENERAL, _SIGN = "literal", "digit", "general", "sign"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    quoted: bool = False


def printed(value: object, number_format: str) -> str:
    """The text that a cell with this value and format shows; `########` for a date that no calendar has."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return shown_date(value, number_format)
    if not isinstance(value, int | float | Decimal):
        return _text(str(value), number_format)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return str(value)
    if is_date_format(number_format):
        date = from_serial(float(number))
        return TOO_WIDE if date is None else shown_date(date, number_format)
    return _number(number, number_format)


def _sections(number_format: str) -> list[str]:
    """The format's parts between the `;` that stand in no quotes."""
    parts, at = [], 0
    while True:
        found = _SECTION.match(number_format, at)
        assert found is not None
        parts.append(found[0])
        at = found.end() + 1
        if at > len(number_format):
            return parts


def _text(value: str, number_format: str) -> str:
    """A text stands where the fourth section, or one alone, has its @; an empty fourth section hides it."""
    sections = _sections(number_format)
    section = sections[3] if len(sections) > 3 else sections[-1]
    tokens = _tokens(section)
    if len(sections) <= 3 and _Token(_LITERAL, "@") not in tokens:
        return value
    return "".join(value if token == _Token(_LITERAL, "@") else token.text for token in tokens)


def _tokens(section: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(section):
        if (text := match["quoted"] or match["escaped"] or match["currency"]) is not None:
            found.append(_Token(_LITERAL, text, quoted=True))
        elif match["general"]:
            found.append(_Token(_GENERAL, ""))
        elif match["power"]:
            found.append(_Token(_SIGN, "E"))
        elif match["digit"]:
            found.append(_Token(_DIGIT, match["digit"]))
        elif match["other"]:
            found.append(_Token(_SIGN if match["other"] in ".,%/" else _LITERAL, match["other"]))
    return found


def is_white(value: object, number_format: str) -> bool:
    """Whether the format prints this number in white, whatever the cell's font."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not _WHITE.search(number_format):
        return False
    chosen = _section_for(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), number_format)
    return chosen is not None and _WHITE.search(chosen[0]) is not None


def _section_for(value: Decimal, number_format: str) -> tuple[str, Decimal] | None:
    """The part of the format that is for the value, and what it prints; None: nothing."""
    sections = _sections(number_format)
    section = sections[0]
    if _CONDITION.search(number_format):
        section = next((one for one in sections if _is_for(value, one)), "")
    elif value < 0 and len(sections) > 1 and sections[1].strip():
        section, value = sections[1], -value
    elif (value < 0 and len(sections) > 2) or (value > 0 and len(sections) > 1 and not section):
        return None
    elif value == 0 and len(sections) > 2:
        section = sections[2]
        if not section:
            return None
    return section, value


def _number(value: Decimal, number_format: str) -> str:
    chosen = _section_for(value, number_format)
    if chosen is None:
        return ""
    section, value = chosen
    tokens = _tokens(section)
    signs = [token.text for token in tokens if token.kind == _SIGN]
    if "E" in signs or "/" in signs:
        return _general(value)
    if not any(token.kind == _DIGIT for token in tokens):
        return _around(value, tokens)
    return _digits(value, tokens)


def _is_for(value: Decimal, section: str) -> bool:
    condition = _CONDITION.search(section)
    return condition is None or bool(_HOLDS[condition[1]](value, Decimal(condition[2])))


def _around(value: Decimal, tokens: Sequence[_Token]) -> str:
    """A section without digits: General with what is written around it, or what is written alone."""
    minus = "-" if value < 0 else ""
    if any(token.kind == _GENERAL for token in tokens):
        texts = (_general(abs(value)) if token.kind == _GENERAL else token.text for token in tokens)
        return f"{minus}{''.join(texts)}".strip()
    written = "".join(token.text for token in tokens).strip()
    only_written = any(token.quoted for token in tokens) or not written.strip("-—– ")
    return f"{minus}{written}" if tokens and only_written else _general(value)


def _digits(value: Decimal, tokens: Sequence[_Token]) -> str:
    """The value's digits in the places that the section has for them, what is written among them kept."""
    places = [at for at, token in enumerate(tokens) if token.kind == _DIGIT]
    point = next((at for at, token in enumerate(tokens) if token == _Token(_SIGN, ".")), None)
    whole = [at for at in places if point is None or at < point]
    fraction = [at for at in places if point is not None and at > point]
    commas = [at for at, token in enumerate(tokens) if token == _Token(_SIGN, ",")]
    grouped = any(whole and whole[0] < at < whole[-1] for at in commas)
    scales = [at for at in commas if not (whole and whole[0] < at < whole[-1]) and at > places[0]]
    percents = sum(1 for token in tokens if token == _Token(_SIGN, "%"))
    value = value.scaleb(2 * percents - 3 * len(scales)).quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    before, _, after = f"{abs(value):f}".partition(".")
    optional = next((i for i, at in enumerate(reversed(fraction)) if tokens[at].text == "0"), len(fraction))
    kept = after[: len(after) - optional] + after[len(after) - optional :].rstrip("0")
    least = next((len(whole) - i for i, at in enumerate(whole) if tokens[at].text == "0"), 0)
    digits = before.lstrip("0").zfill(least)
    if grouped:
        digits = f"{int(digits):,}".zfill(len(digits)) if digits else digits
        filled = {whole[-1]: digits}
    else:
        cut = max(0, len(digits) - len(whole) + 1)  # what has no place of its own stands in the first
        parts = [digits[:cut], *digits[cut:]] if whole else []
        filled = dict(zip(whole[len(whole) - len(parts) :], parts, strict=True)) if digits else {}
    filled |= dict(zip(fraction, kept, strict=False))
    if point is not None and kept:
        filled[point] = "."
    text = "".join(
        filled.get(at, "") if token.kind in (_DIGIT, _SIGN) and token.text != "%" else token.text
        for at, token in enumerate(tokens)
    )
    return f"{'-' if value.is_signed() else ''}{text}".strip()


def _general(value: Decimal) -> str:
    """Excel's General: as many digits as it takes, at most eleven."""
    text = f"{value:f}"
    if "." in text:
        text = f"{value.quantize(Decimal(1).scaleb(-9), ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return text or "0"
