"""Declared columns of a table, and reading a printed header against them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from transform.amounts import UNITS
from transform.vocabulary import Vocabulary, fold


class Role(StrEnum):
    """What a column holds."""

    ORDINAL = "ordinal"
    UNIT = "unit"
    NAME = "name"
    TOTAL = "total"
    SOURCE = "source"
    GOAL = "goal"
    INDICATORS = "indicators"


MONEY = frozenset({Role.TOTAL, Role.SOURCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a layout: its role and every name it is printed under, without blanks, in half-width brackets."""

    role: Role
    names: tuple[str, ...]
    funding_source: str | None = None
    """Canonical name of the funding source, for role `source`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A printed header: its columns in printed order, and what was printed that is no declared column."""

    columns: tuple[Column, ...]
    unknown: tuple[str, ...] = ()


def declared_columns(vocabulary: Vocabulary) -> tuple[Column, ...]:
    """The columns of a table of projects, as the vocabulary spells their heads: `table.column` says a column's role,
    `table.source` that it holds the money of a funding source."""
    spelled: dict[tuple[Role, str | None], list[str]] = {}
    for row in vocabulary.in_place("table.column"):
        spelled.setdefault((Role(row.concept), None), []).append(fold_heading(row.spelling))
    for row in vocabulary.in_place("table.source"):
        spelled.setdefault((Role.SOURCE, row.concept), []).append(fold_heading(row.spelling))
    return tuple(
        Column(role=role, names=tuple(names), funding_source=source) for (role, source), names in spelled.items()
    )


_UNIT_SUFFIX = re.compile(rf"\((?:单位:)?(?:{UNITS})\)$")


def fold_heading(text: str) -> str:
    """A column's name as it is compared, without a unit of money in brackets."""
    return _UNIT_SUFFIX.sub("", fold(text))


def column_named(columns: Sequence[Column], text: str) -> Column | None:
    """The column printed as `text`, or None."""
    folded = fold_heading(text)
    return next((column for column in columns if folded in column.names), None)


def spell_columns(columns: Sequence[Column], text: str) -> tuple[tuple[Column, ...], str]:
    """Read a header that lost its cell borders (`项目名称总计财政拨款…`) as columns, longest name first.

    Returns the columns and the rest of the text that spells none; text may break off within the last name, in which
    case that beginning is the rest.
    """
    names = sorted(((name, column) for column in columns for name in column.names), key=lambda pair: -len(pair[0]))
    rest = fold_heading(text)
    found: list[Column] = []
    while rest:
        match = next(((name, column) for name, column in names if rest.startswith(name)), None)
        if match is None:
            break
        found.append(match[1])
        rest = rest[len(match[0]) :]
        rest = re.sub(rf"^\((?:单位:)?(?:{UNITS})\)", "", rest)
    return tuple(found), rest


def may_go_on(columns: Sequence[Column], text: str) -> bool:
    """Does `text` end in the beginning of a column's name, with nothing but columns before it?"""
    plain = fold_heading(text)
    for length in range(1, min(len(plain), 16) + 1):
        begun = plain[-length:]
        if any(name.startswith(begun) for column in columns for name in column.names):
            _, rest = spell_columns(columns, plain[:-length])
            if not rest:
                return True
    return False
