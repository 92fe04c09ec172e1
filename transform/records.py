"""What a layout makes of a document: records, one class per grain of the warehouse.

Everything is as printed plus its reading; nothing is summed, joined or dropped here. `unit` is the organisation
(预算单位) as printed less layout blanks; money is in yuan, exact; `Source` says where each record stands on the page.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from extract.document import Box, Finding
from transform.flags import Flag


class Kind(StrEnum):
    """The kinds of filing, as in `mart.filing.kind`."""

    PROJECT_TARGET_TABLE = "project_target_table"
    PROJECT_TARGET_FORM = "project_target_form"
    DEPARTMENT_TARGET_FORM = "department_target_form"
    REGION_TARGET_FORM = "region_target_form"
    BUDGET_STATEMENT = "budget_statement"
    GOVERNMENT_STATEMENT = "government_statement"
    SELF_EVALUATION = "self_evaluation"
    MONITORING = "monitoring"
    MIXED = "mixed"
    """A filing of which no kind has half of the sections; never a section's."""


class Part(StrEnum):
    """What a section is (DESIGN part 2): `records` has facts and controls to judge, `narrative` is prose, `furniture`
    what a site or a press prints around a document, `unread` a table that no layout fits, `missing` one that the
    filing lists and that is not there."""

    RECORDS = "records"
    NARRATIVE = "narrative"
    FURNITURE = "furniture"
    UNREAD = "unread"
    MISSING = "missing"


class Scope(StrEnum):
    """口径: whose money a section shows. Money adds within one scope only."""

    DEPARTMENT = "department"
    UNIT = "unit"
    GOVERNMENT = "government"


class Level(StrEnum):
    """级次: whose money a government's statement shows. Money of both never adds: the whole holds the own."""

    WHOLE = "whole"
    """全省, 全市, 全县: the government and those below it."""
    OWN = "own"
    """本级: the government's own."""


class MeasureKind(StrEnum):
    """What a column of a statement measures, whatever it is called."""

    BUDGET = "budget"
    ADJUSTED = "adjusted"
    EXECUTION = "execution"
    FINAL = "final"
    PREVIOUS = "previous"


class Subject(StrEnum):
    """Whose indicator it is; `region` and `place` of transfer payments."""

    PROJECT = "project"
    DEPARTMENT = "department"
    TASK = "task"
    REGION = "region"
    PLACE = "place"


class Horizon(StrEnum):
    """年度指标值 is `annual`, 实施周期指标值 is `cycle`."""

    ANNUAL = "annual"
    CYCLE = "cycle"


class TargetKind(StrEnum):
    """What a target is, by its own text alone (DESIGN part 5)."""

    QUANTITY = "quantity"
    RATIO = "ratio"
    MONEY = "money"
    DURATION = "duration"
    DATE = "date"
    BOOLEAN = "boolean"
    QUALITATIVE = "qualitative"
    DAMAGED = "damaged"


class Operator(StrEnum):
    EQ = "="
    GE = ">="
    GT = ">"
    LE = "<="
    LT = "<"
    BETWEEN = "between"


class TotalOf(StrEnum):
    """What a stated total is the total of."""

    FILING = "filing"
    UNIT = "unit"
    PROJECT = "project"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a record was printed: page and box, or line of a text, and the text itself."""

    text: str
    page: int | None = None
    line: int | None = None
    box: Box | None = None
    confidence: float | None = None
    """Of the recognition of the cell, 0 to 1; None where the text was not recognised from a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A sum of money: exact yuan beside what was printed and its unit (`万元`, `元`, `亿元`).

    Where arithmetic mended a misread digit, both are the mended amount's; the record's source has what was recognised.
    """

    yuan: Decimal
    printed: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a target's text means; see `transform.targets.grammar`."""

    kind: TargetKind
    operator: Operator | None = None
    value: Decimal | None = None
    value_upper: Decimal | None = None
    value_unit: str | None = None
    base_value: Decimal | None = None
    base_value_upper: Decimal | None = None
    base_unit: str | None = None
    target_date: datetime.date | None = None
    is_measurable: bool = False
    rule: str = ""
    """Name of the grammar rule that gave the reading (for review)."""
    findings: tuple[Flag, ...] = ()
    """Codes of what was odd, e.g. `two_readings`, `unit_contradiction`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One promise of one indicator for one horizon."""

    horizon: Horizon
    promise_seq: int
    text: str
    """As printed, less layout."""
    reading: Reading
    actual_text: str | None = None
    actual: Reading | None = None
    actual_as_of: datetime.date | None = None
    """The day up to which the actual value counts (a monitoring form's); None: the whole year."""
    met: bool | None = None
    """Whether the actual value keeps the promise; None where the two readings do not say."""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator of one subject. `seq` counts from 1 within the subject in printed order."""

    subject: Subject
    unit: str
    project: str | None
    """The project's name for subject `project`; the task's name for `task`; None for `department`."""
    seq: int
    number: str | None
    """The number as printed; None if illegible or not printed."""
    level1: str | None
    """Canonical (产出 效益 满意度 成本), `未知` if printed but unknown; None if the form does not print one."""
    level1_printed: str
    level2: str | None
    level2_printed: str
    name: str
    targets: tuple[Target, ...]
    source: Source
    weight: Decimal | None = None
    """分值/权重 where the form prints it."""
    score: Decimal | None = None
    """得分 of a self-evaluation."""
    deviation: str | None = None
    """偏差原因 of a self-evaluation; it stands among the notes too."""
    notes: str | None = None
    """What the form's other columns print (备注, 指标解释, 偏差原因 …), one `heading：text` a line."""
    flags: tuple[Flag, ...] = ()
    section_seq: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project of one unit; `seq` counts from 1 in printed order over the whole filing."""

    seq: int
    unit: str
    name: str
    goal: str | None
    source: Source
    notes: str | None = None
    """What a project form's other fields print (立项依据, 执行率 …), one `label：text` a line."""
    execution_rate: Decimal | None = None
    """预算执行率 as printed, as a share (0.9 for 90 %)."""
    execution_weight: Decimal | None = None
    execution_score: Decimal | None = None
    flags: tuple[Flag, ...] = ()
    section_seq: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """One leaf amount. For project tables `statement` is `project_expenditure` and `project` is set; for forms and
    statutory statements `line_code`/`line` name the classification or component, and `measure` the column."""

    statement: str
    unit: str
    project: str | None
    funding_source: str | None
    line_code: str | None
    line: str | None
    measure: str | None
    amount: Amount
    source: Source
    classification_scheme: str | None = None
    """`function`, `economic`, `revenue_source`, `component`; None for projects."""
    expenditure_type: str | None = None
    """基本支出 / 项目支出 where the column says so."""
    measure_kind: MeasureKind | None = None
    flags: tuple[Flag, ...] = ()
    section_seq: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """One line of a classification (功能分类, 经济分类) as a statement prints it, upper levels (类, 款) too: facts are
    leaf lines only, and an analyst sums them by what stands above them."""

    scheme: str
    code: str
    name: str
    parent_code: str | None
    """The code printed above it, None for the highest level printed."""
    source: Source
    section_seq: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statutory statement as printed; `lines` 0 is a fact in itself: none declared."""

    statement: str
    title: str
    unit: str
    money_unit: str | None
    lines: int
    """Facts read from it."""
    source: Source
    section_seq: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTotal:
    """A total or subtotal as the publisher printed it, and what it is the total of (None = all)."""

    total_of: TotalOf
    amount: Amount
    source: Source
    unit: str | None = None
    project: str | None = None
    statement: str | None = None
    funding_source: str | None = None
    """None means 总计, the sum over funding sources."""
    line_code: str | None = None
    line: str | None = None
    """For an upper level of a classification: the line whose children must add up to it."""
    measure: str | None = None
    rule: str | None = None
    """The identity (勾稽) that makes it a total of another statement's lines; None: the page prints it over its own."""
    members: tuple[int, ...] | None = None
    """Positions in `Records.budget_lines` of the lines it must equal, where the layout decides them one by one (a
    statement's upper levels); None: every line of its section that matches its unit, project and funding source."""
    section_seq: int = 1
    """The section that prints it; where it fails, the sections of its members are held with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A priority task (年度重点工作任务) of a department form."""

    seq: int
    name: str
    content: str | None
    goal: str | None
    amount: Amount | None
    source: Source
    flags: tuple[Flag, ...] = ()
    section_seq: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentProfile:
    """Head of a department form: 财政供养人员数, 下属二级单位数, 总体绩效目标."""

    staff: int | None
    subordinate_units: int | None
    goal: str | None
    source: Source
    execution_rate: Decimal | None = None
    """Of a self-evaluation, as of a project."""
    execution_weight: Decimal | None = None
    execution_score: Decimal | None = None
    section_seq: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A run of blocks under one heading, read by one layout; `seq` counts from 1 in printed order.

    Its records carry the same `section_seq`. `fiscal_year`, `money_unit` and `scope` are what the section itself says,
    or what it takes over from the section it continues; None: it says nothing.
    """

    seq: int
    part: Part
    title: str | None
    layout: str | None = None
    """Name of the layout that read it; None for what is no records."""
    layout_version: int | None = None
    kind: Kind | None = None
    unit: str | None = None
    """The organisation it is printed for, as printed less layout blanks."""
    scope: Scope | None = None
    level: Level | None = None
    """Of a government's statement, where its title says."""
    fiscal_year: int | None = None
    money_unit: str | None = None
    first_page: int | None = None
    last_page: int | None = None
    coverage: Decimal = Decimal(0)
    """Share of the section's own non-blank characters that ended in a typed field; 1 for narrative and furniture."""
    characters: int = 0
    """Non-blank characters of the section."""
    amounts: int = 0
    """Tokens of it that are amounts of money."""
    amounts_accounted: int = 0
    """So many of them are a fact, a control, a remark or named as unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Everything that was read from one document: its sections, and their records in printed order.

    `fiscal_year` is what the document itself says (title, heading), None if it is silent; `money_unit` None means that
    no unit was readable. `coverage` is the share of non-blank characters of all sections that ended in a typed field.
    A finding with a section speaks of that section, without one of the filing.
    """

    kind: Kind | None
    """That of at least half of the sections with records, else `mixed`; None where no section has any."""
    title: str | None
    department: str | None
    fiscal_year: int | None
    money_unit: str | None
    scope: Scope | None = None
    """What the cover says; sections may say otherwise."""
    sections: tuple[Section, ...] = ()
    projects: tuple[Project, ...] = ()
    budget_lines: tuple[BudgetLine, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    stated_totals: tuple[StatedTotal, ...] = ()
    statements: tuple[Statement, ...] = ()
    classifications: tuple[Classification, ...] = ()
    tasks: tuple[Task, ...] = ()
    profiles: tuple[DepartmentProfile, ...] = ()
    findings: tuple[Finding, ...] = ()
    coverage: Decimal = Decimal(0)
    unconsumed: tuple[Source, ...] = field(default=())
    """Text that no rule consumed, kept and counted."""

    @property
    def layouts(self) -> tuple[str, ...]:
        """Names and versions of the layouts that read it, e.g. `project_target_table-3`, sorted."""
        return tuple(sorted({f"{one.layout}-{one.layout_version}" for one in self.sections if one.layout}))
