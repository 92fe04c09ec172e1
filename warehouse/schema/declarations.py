"""How a warehouse table is declared: once, with everything that derives from it.

A `Table` says what one row is (its grain) and what each column means, in English and in Chinese. From it derive the
SQLAlchemy table, `COMMENT ON` for the table and each column, the unknown and not-applicable members of a dimension, the
data dictionary and what the gate checks of every row (keys unique, no key null).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine

UNKNOWN = 0
"""Key of the member 未知: printed, or needed, but not known."""
NOT_APPLICABLE = -1
"""Key of the member 不适用: the question does not arise for this row."""
UNKNOWN_LABEL = "未知"
NOT_APPLICABLE_LABEL = "不适用"

MONEY = sa.Numeric(18, 2)
NUMBER = sa.Numeric()
KEY = sa.Integer()
BIG_KEY = sa.BigInteger()
TEXT = sa.Text()
INT = sa.Integer()
FLAGS = ARRAY(sa.Text())
BOX: ARRAY[float] = ARRAY(sa.REAL())
ROWS = ARRAY(sa.Integer())
TIME = sa.DateTime(timezone=True)
DATE = sa.Date()
BOOL = sa.Boolean()
JSON = JSONB()


class Role(StrEnum):
    """What a column is for."""

    KEY = "key"
    REFERENCE = "reference"
    MEASURE = "measure"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `additive` says over what a measure may be summed; `unit` is the measure's unit."""

    name: str
    type: TypeEngine[Any]
    zh: str
    description: str
    role: Role = Role.ATTRIBUTE
    nullable: bool = False
    references: str | None = None
    """`schema.table.column` of the foreign key."""
    default: str | None = None
    """Server default, as SQL."""
    unit: str | None = None
    additive: str | None = None

    def comment(self) -> str:
        parts = [f"{self.zh}. {self.description}"]
        if self.unit:
            parts.append(f"Unit: {self.unit}.")
        if self.additive:
            parts.append(f"Additive: {self.additive}.")
        return " ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: what a row is, its columns, what makes a row unique."""

    schema: str
    name: str
    zh: str
    grain: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    hashed: tuple[str, ...] = ()
    """Columns of unique keys and indexes that hold printed text of any length: the index keeps its digest, as
    PostgreSQL refuses rows of more than 2,704 bytes."""
    looked_up: tuple[str, ...] = ()
    """Columns of printed text by which single rows are found; the index keeps a hash of it, for the same reason."""
    unique_where: tuple[tuple[str, str], ...] = ()
    """(column, predicate): the column is unique among the rows that satisfy the predicate."""
    is_dimension: bool = False
    unlogged: bool = False
    partition_by: str | None = None
    """How the rows are kept apart, as SQL; its column is part of each unique key."""
    seeds: tuple[dict[str, Any], ...] = field(default=())
    """Members every warehouse has, beside 未知 and 不适用 of a dimension."""

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    def comment(self) -> str:
        return f"{self.zh}. {self.grain}"

    def in_schema(self, schema: str, prefix: str) -> Table:
        """The same columns elsewhere, logged and in one place: e.g. `staging.budget` as `audit.held_budget`."""
        name, key = prefix + self.name, self.primary_key[:2]
        return replace(self, schema=schema, name=name, primary_key=key, unlogged=False, partition_by=None)

    def build(self, metadata: sa.MetaData) -> sa.Table:
        """Add the SQLAlchemy table to `metadata`."""
        items: list[Any] = [_build_column(column, self) for column in self.columns]
        items += [self._unique(names) for names in self.unique]
        items += [sa.Index(f"{self.name}_{'_'.join(names)}_idx"[:63], *self.indexed(names)) for names in self.indexes]
        items += [sa.Index(f"{self.name}_{name}_hash", name, postgresql_using="hash") for name in self.looked_up]
        items += [
            sa.Index(f"{self.name}_{name}_open", name, unique=True, postgresql_where=sa.text(where))
            for name, where in self.unique_where
        ]
        prefixes = ["UNLOGGED"] if self.unlogged else []
        return sa.Table(
            self.name,
            metadata,
            *items,
            schema=self.schema,
            comment=self.comment(),
            prefixes=prefixes,
            postgresql_partition_by=self.partition_by,
        )

    def _unique(self, names: tuple[str, ...]) -> sa.UniqueConstraint | sa.Index:
        name = f"{self.name}_{'_'.join(names)}_key"[:63]
        if set(names) & set(self.hashed):
            return sa.Index(name, *self.indexed(names), unique=True)
        return sa.UniqueConstraint(*names, name=name)

    def indexed(self, names: tuple[str, ...]) -> list[Any]:
        """What an index on these columns is made of."""
        return [sa.text(f"md5({name})") if name in self.hashed else name for name in names]

    def members(self) -> list[dict[str, Any]]:
        """Rows to seed: 未知 and 不适用 of a dimension, then the declared ones."""
        if not self.is_dimension:
            return list(self.seeds)
        special = [_special_member(self, key, label) for key, label in SPECIAL_MEMBERS]
        return special + list(self.seeds)


SPECIAL_MEMBERS = ((NOT_APPLICABLE, NOT_APPLICABLE_LABEL), (UNKNOWN, UNKNOWN_LABEL))


def _build_column(column: Column, table: Table) -> sa.Column[Any]:
    items: list[Any] = []
    if column.references:
        items.append(sa.ForeignKey(column.references))
    is_primary = column.name in table.primary_key
    if column.role is Role.KEY and column.name in table.primary_key[:1]:
        items.append(sa.Identity(always=False))
    return sa.Column(
        column.name,
        column.type,
        *items,
        primary_key=is_primary,
        nullable=column.nullable,
        server_default=sa.text(column.default) if column.default else None,
        comment=column.comment(),
    )


def _special_member(table: Table, key: int, label: str) -> dict[str, Any]:
    """The row of member 0 or −1: references point at the same member, texts carry its label."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.role is Role.KEY:
            row[column.name] = key
        elif column.role is Role.REFERENCE:
            row[column.name] = NOT_APPLICABLE if column.references == _own_key(table) else key
        elif column.nullable or column.default:
            continue
        elif isinstance(column.type, sa.Text):
            row[column.name] = label
        else:
            row[column.name] = key
    return row


def _own_key(table: Table) -> str:
    return f"{table.full_name}.{table.primary_key[0]}"


def key(name: str, zh: str, *, big: bool = False) -> Column:
    """A surrogate key, given by the database."""
    description = "Surrogate key; carries no meaning."
    return Column(name=name, type=BIG_KEY if big else KEY, zh=zh, description=description, role=Role.KEY)


def ref(name: str, references: str, zh: str, description: str, *, big: bool = False) -> Column:
    """A foreign key; never null: member 0 is 未知, −1 is 不适用."""
    return Column(
        name=name,
        type=BIG_KEY if big else KEY,
        zh=zh,
        description=description,
        role=Role.REFERENCE,
        references=references,
    )


def attribute(
    name: str, type_: TypeEngine[Any], zh: str, description: str, *, null: bool = False, default: str | None = None
) -> Column:
    return Column(name=name, type=type_, zh=zh, description=description, nullable=null, default=default)


def measure(
    name: str,
    type_: TypeEngine[Any],
    zh: str,
    description: str,
    *,
    unit: str | None = None,
    additive: str | None = None,
    null: bool = False,
) -> Column:
    return Column(
        name=name,
        type=type_,
        zh=zh,
        description=description,
        role=Role.MEASURE,
        unit=unit,
        additive=additive,
        nullable=null,
    )
