"""The cells of project forms, each with what it says and where: what reading the grids hands on."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.document import Finding
from transform.printed import Printed
from transform.project_form.declared import Money
from transform.records import Horizon, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedMoney:
    """An amount of a form's head; `measure` is the heading of its column where the form has several."""

    money: Money
    label: str
    measure: str | None
    amount: Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPromise:
    """One target in up to three cells."""

    horizon: Horizon
    operator: Printed | None
    value: Printed | None
    unit: Printed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedIndicator:
    """One indicator. Levels are as printed, '' where the cell is empty; `notes` are (heading, text)."""

    level1: str
    level2: str
    name: Printed
    promises: tuple[PrintedPromise, ...]
    weight: Printed | None = None
    actual: Printed | None = None
    score: Printed | None = None
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class PrintedForm:
    """One project's form, filled while it is read."""

    name: Printed | None = None
    is_group: bool = False
    """A row of a table of several projects that states the sum of others: a department's, 合计, 小计."""
    organisation: Printed | None = None
    department: Printed | None = None
    goals: list[tuple[Horizon | None, str, Printed]] = field(default_factory=list)
    """Horizon and label of each goal, and its text."""
    money: list[PrintedMoney] = field(default_factory=list)
    money_units: set[str] = field(default_factory=set)
    indicators: list[PrintedIndicator] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Label and text of every other field."""


@dataclass(slots=True, kw_only=True)
class PrintedForms:
    """All forms of a document."""

    forms: list[PrintedForm] = field(default_factory=list)
    title: str | None = None
    heading: list[str] = field(default_factory=list)
    """What stands above the forms: where the year and a common unit of money may be."""
    findings: list[Finding] = field(default_factory=list)
    unconsumed: list[Source] = field(default_factory=list)
