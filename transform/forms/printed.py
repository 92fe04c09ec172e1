"""The cells of forms, each with what it says and where: what reading grids and texts hands on to the records."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.document import Finding
from transform.flags import Flag
from transform.printed import Printed
from transform.records import Horizon, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedMoney:
    """An amount of a form. `concept` is the funding source, `total`, or an axis of a department (`dept_level/`);
    `measure` is the heading of its column where the form has several, `measure_kind` what that measures; `source` is
    the funding source that an axis is printed under."""

    concept: str
    label: str
    amount: Printed
    measure: str | None = None
    measure_kind: str | None = None
    source: str | None = None


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
    month: int | None = None
    """The last month that the actual value covers; None: the whole year."""
    score: Printed | None = None
    deviation: Printed | None = None
    notes: tuple[tuple[str, str], ...] = ()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTask:
    """A row of a department's tasks; None where the cell is empty."""

    name: Printed
    content: Printed | None
    amount: Printed | None
    goal: Printed | None
    money: tuple[tuple[str, Printed], ...] = ()
    """Its amounts by source, each under the head of its column."""


@dataclass(slots=True, kw_only=True)
class PrintedProject:
    """One project of a form; a department's form has one without a name."""

    name: Printed | None = None
    organisation: Printed | None = None
    department: Printed | None = None
    goals: list[tuple[Horizon | None, str, Printed]] = field(default_factory=list)
    """Horizon and label of each goal, and its text."""
    money: list[PrintedMoney] = field(default_factory=list)
    indicators: list[PrintedIndicator] = field(default_factory=list)
    execution: dict[str, Printed] = field(default_factory=dict)
    """`rate`, `weight` and `score` of the money's execution."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Label and text of every other field."""
    flags: set[Flag] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class PrintedForm:
    """One form, filled while it is read: a section of its own. A table of many projects is one form."""

    title: str | None = None
    heading: list[str] = field(default_factory=list)
    """What stands above it: where the year and the unit of money may be."""
    projects: list[PrintedProject] = field(default_factory=lambda: [PrintedProject()])
    totals: list[tuple[int, str | None, Printed]] = field(default_factory=list)
    """Stated totals of a table of many projects: how many projects stand before it, and whose it is (None: all)."""
    department: Printed | None = None
    """部门名称 of a form that is a department's own."""
    tasks: list[PrintedTask] = field(default_factory=list)
    staff: Printed | None = None
    subordinate_units: Printed | None = None
    money_units: set[str] = field(default_factory=set)
    task_totals: list[PrintedTask] = field(default_factory=list)
    """Rows that state the sum of the tasks: 金额合计."""
    task_units: set[str] = field(default_factory=set)
    named: bool = False
    """The form has a label for a project's name: it is no department's."""
    many: bool = False
    """It is a table of many projects."""
    asks_money: bool = False
    """It prints lines for money, filled in or not."""
    marks: set[str] = field(default_factory=set)
    """`actual`, `month`, `score`, `axis`, `tasks`: what kind of form it is beside its title."""
    findings: list[Finding] = field(default_factory=list)
    unconsumed: list[Source] = field(default_factory=list)
    characters: int = 0
    pages: set[int] = field(default_factory=set)

    @property
    def project(self) -> PrintedProject:
        """The project that is being read."""
        return self.projects[-1]

    def filled_rows(self) -> bool:
        """Whether indicators were read: what follows stands below them, or begins a new form."""
        return any(one.indicators for one in self.projects)

    def is_departments(self) -> bool:
        """Whether its head is that of a department's own form so far."""
        return not self.named and self.project.name is None

    def empty(self) -> bool:
        filled = self.filled_rows() or self.tasks or self.department or self.totals or self.asks_money
        return not (filled or any(one.money or one.goals or one.name for one in self.projects))
