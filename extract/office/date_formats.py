"""A workbook's dates as their cells show them: 2025-12-01 under `yyyy"年"m"月"` is printed 2025年12月."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence

TOO_WIDE = "########"
"""What a cell shows whose number is no date, though its format says so."""
BUILT_IN: Mapping[int, str] = {
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
    **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
}
"""Formats that a file names by a number alone, and that a Chinese Excel shows so; libraries know two of them."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[(?P<elapsed>h+|m+|s+)\]|\[\$-(?P<system>F[48]00)\]|\[[^\]]*\]'
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<letters>y+|e+|b+|m+|d+|a{3,}|h+|s+)|(?P<part>\.0+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_LITERAL = re.compile(r'"[^"]*"|[\\!_*].|\[(?!\$?-?[hms]+\])[^\]]*\]|General|AM/PM|A/P', re.IGNORECASE)
_WEEKDAYS = "一二三四五六日"
_START = datetime.datetime.combine(datetime.date(1899, 12, 30), datetime.time())
_LAST_SERIAL = 2_958_466
"""The day after 9999-12-31."""
Moment = datetime.datetime | datetime.date | datetime.time | datetime.timedelta


def is_date_format(number_format: str) -> bool:
    """Whether the format's first section shows a date or a time."""
    section = re.sub(r"s\.0+", "s", _LITERAL.sub("", number_format).partition(";")[0].lower())
    return re.search(r"[ymdhs]", section) is not None and re.search(r"[0#?]", section) is None


def from_serial(serial: float, date1904: bool = False) -> datetime.datetime | None:
    """The moment that a workbook keeps as this number of days; None if no calendar has it."""
    if not 0 <= serial < _LAST_SERIAL:
        return None
    days = serial + 1462 if date1904 else serial
    return _START + datetime.timedelta(days=days if days >= 61 else days + 1)  # a 1900-02-29 is counted before


def shown_date(value: Moment, number_format: str) -> str:
    """The text that a cell with this date and format shows; ISO under a format that names no part of a date."""
    if not is_date_format(number_format) and "F800" not in number_format.upper():
        return _iso(value)
    elapsed = value if isinstance(value, datetime.timedelta) else None
    moment = _moment(value)
    section = number_format.partition(";")[0]
    tokens = list(_TOKEN.finditer(section))
    if any((token["system"] or "").upper() == "F800" for token in tokens):
        return _iso(moment.date())
    halves = any(token["half"] for token in tokens)
    texts: list[str] = []
    for at, token in enumerate(tokens):
        if (literal := token["quoted"] or token["escaped"]) is not None:
            texts.append(literal)
        elif token["elapsed"]:
            texts.append(_elapsed(elapsed or _since_midnight(moment), token["elapsed"][0].lower()))
        elif token["half"]:
            chinese = token["half"][0] not in "aA"
            texts.append(("上午" if moment.hour < 12 else "下午") if chinese else "AM" if moment.hour < 12 else "PM")
        elif token["letters"]:
            texts.append(_part(moment, token["letters"].lower(), halves=halves, minutes=_is_minutes(tokens, at)))
        elif token["part"]:
            texts.append(f".{moment.microsecond // 1000:03d}"[: len(token["part"])])
        elif token["other"] and token["other"] != "@":
            texts.append(token["other"])
    return "".join(texts).strip()


def _iso(value: Moment) -> str:
    if isinstance(value, datetime.timedelta):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return value.isoformat()


def _moment(value: Moment) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.timedelta):
        return _START + datetime.timedelta(days=1) + value
    if isinstance(value, datetime.time):
        return datetime.datetime.combine(datetime.date(1899, 12, 31), value)
    return datetime.datetime.combine(value, datetime.time())


def _since_midnight(moment: datetime.datetime) -> datetime.timedelta:
    return moment - _START


def _elapsed(span: datetime.timedelta, unit: str) -> str:
    seconds = int(span.total_seconds())
    return str(seconds // {"h": 3600, "m": 60, "s": 1}[unit])


def _is_minutes(tokens: Sequence[re.Match[str]], at: int) -> bool:
    """Whether an m stands for minutes: after hours, or before seconds."""

    def kind(token: re.Match[str]) -> str:
        return (token["letters"] or token["elapsed"] or "")[:1].lower()

    before = next((kind(token) for token in reversed(tokens[:at]) if kind(token)), "")
    after = next((kind(token) for token in tokens[at + 1 :] if kind(token)), "")
    return before == "h" or after == "s"


def _part(moment: datetime.datetime, letters: str, *, halves: bool, minutes: bool) -> str:
    letter, length = letters[0], len(letters)
    hour = moment.hour % 12 or 12 if halves else moment.hour
    if letter == "m" and not minutes and length > 2:
        name = moment.strftime("%B")
        return name if length == 4 else name[: 1 if length > 4 else 3]
    if letter == "d" and length > 2:
        name = moment.strftime("%A")
        return name if length > 3 else name[:3]
    if letter == "a":
        return ("星期" if length > 3 else "") + _WEEKDAYS[moment.weekday()]
    if letter in "yeb":
        return f"{moment.year % 100:02d}" if letter == "y" and length < 3 else str(moment.year + 543 * (letter == "b"))
    number = {"m": moment.minute if minutes else moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    return f"{number:02d}" if length > 1 else str(number)
