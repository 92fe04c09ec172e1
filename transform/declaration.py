"""What the catalogue declares of a filing, as far as a layout may use it (a check, never a guess)."""

from __future__ import annotations

from dataclasses import dataclass

from transform.records import Kind, Scope
from transform.vocabulary import BUNDLED, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """`department` is the publisher's full official name; None anywhere means: not declared, read it."""

    department: str
    kind: Kind | None = None
    fiscal_year: int | None = None
    money_unit: str | None = None
    scope: Scope | None = None
    vocabulary: Vocabulary = BUNDLED
    """The spellings to read by: the bundled ones, and what the deployment and persons added."""
