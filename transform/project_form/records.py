"""From the cells of project forms to their records.

Money: one `BudgetLine` per funding source (statement `project_expenditure`; `project_execution` with a `measure` for a
self-evaluation); 资金总额 is `StatedTotal(scope=PROJECT)`. A source printed together with its parts (财政拨款 with
其中：一般公共预算) is a stated total of the parts. A form that prints its total only gives one line with no funding
source, flag `source_missing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from extract.document import Document
from transform.amounts import AmountError, read_money_unit
from transform.coverage import coverage_less
from transform.declaration import Declaration
from transform.flags import Flag
from transform.headings import only, stated_years
from transform.printed import Printed, amount_printed, finding_at, oddities
from transform.project_form.cells import PrintedForm, PrintedForms, PrintedIndicator, PrintedMoney, PrintedPromise
from transform.project_form.comparison import comparison
from transform.project_form.declared import ProjectForm
from transform.project_form.grid import read_forms
from transform.project_form.groups import Group, members_of
from transform.project_form.monitoring import monitoring
from transform.records import (
    Amount,
    BudgetLine,
    Horizon,
    Indicator,
    Kind,
    Project,
    Records,
    Source,
    StatedTotal,
    Subject,
    Target,
    TotalOf,
)
from transform.targets import read_targets
from transform.taxonomy import fold_level1, fold_level2

UNKNOWN = "未知"
_NOWHERE = Source(text="")
_NUMBER = re.compile(r"(.*[\d万亿]|[一二两三四五六七八九十百千]+)((?:（含）|\(含\)|及|或)?以[上下内]|左右|)")
_NO_UNIT = re.compile(r"[-—–/无]*")
_SYMBOL = re.compile(r"[≥≧>＞≤≦<＜=＝]+")


def read_project_forms(document: Document, declaration: Declaration, form: ProjectForm) -> Records:
    """Read all project forms of a document. Never raises for what it holds: what is odd becomes a finding, what is not
    understood stays in `unconsumed`."""
    return _Builder(document, declaration, form, read_forms(document, form)).records()


class _Builder:
    def __init__(self, document: Document, declaration: Declaration, form: ProjectForm, forms: PrintedForms) -> None:
        self._document = document
        self._declaration = declaration
        self._form = form
        self._printed = forms
        self._findings = [*forms.findings]
        self._unread: list[Source] = []
        self._projects: list[Project] = []
        self._lines: list[BudgetLine] = []
        self._totals: list[StatedTotal] = []
        self._indicators: list[Indicator] = []
        self._groups: list[Group] = []
        years, conflict = stated_years(forms.heading, document.title, declaration.fiscal_year)
        self._findings += conflict
        self._year = only(years)

    def records(self) -> Records:
        forms = [form for form in self._printed.forms if form.name or form.indicators or form.money]
        units = {unit for form in forms for unit in form.money_units}
        shared = {unit for line in self._printed.heading if (unit := read_money_unit(line))}
        for form in forms:
            (self._group if form.is_group else self._read)(form, form.money_units or shared)
        self._close_groups()
        self._findings += monitoring(self._document)
        if not forms:
            message = "no project's form is readable: neither a project's name nor indicators under a header"
            self._findings.append(finding_at("no_form", message, _NOWHERE))
        departments = sorted({form.department.text for form in forms if form.department})
        unconsumed = (*self._printed.unconsumed, *self._unread)
        printed_units = units or shared
        return Records(
            kind=Kind(self._form.name),
            title=self._printed.title,
            department=departments[0] if len(departments) == 1 else None,
            fiscal_year=self._year,
            money_unit=next(iter(printed_units)) if len(printed_units) == 1 else None,
            projects=tuple(self._projects),
            budget_lines=tuple(self._lines),
            indicators=tuple(self._indicators),
            stated_totals=tuple(self._totals),
            findings=tuple(self._findings),
            coverage=coverage_less(unconsumed, self._document.characters()),
            unconsumed=unconsumed,
        )

    def _read(self, form: PrintedForm, units: set[str]) -> None:
        unit = form.organisation.text if form.organisation else self._declaration.department
        if form.name is None:
            first = form.indicators[0].name.source if form.indicators else _NOWHERE
            message = "a form's project has no name: its indicators and money are kept under 未知"
            self._findings.append(finding_at("project_without_name", message, first))
        name = form.name.text if form.name else UNKNOWN
        goals = sorted(form.goals, key=lambda goal: goal[0] is Horizon.CYCLE)
        notes = [*form.notes, *((label, goal.text) for _, label, goal in goals[1:])]
        self._projects.append(
            Project(
                seq=len(self._projects) + 1,
                unit=unit,
                name=name,
                goal=goals[0][2].text if goals else None,
                source=form.name.source if form.name else _NOWHERE,
                notes=_joined(notes),
            )
        )
        self._read_money(form.money, units, unit, name)
        self._indicators += [self._indicator(seq, row, unit, name) for seq, row in enumerate(form.indicators, 1)]

    # -- rows that state the sum of others

    def _group(self, form: PrintedForm, units: set[str]) -> None:
        """A department's row, a 合计 or 小计: a control of the projects below it (or above), no project itself."""
        assert form.name is not None
        if form.indicators:
            message = "indicators stand beside a row that sums up projects: whose they are cannot be told"
            self._findings.append(finding_at("indicators_of_a_sum", message, form.name.source))
        for printed in form.money:
            amount = self._amount(printed.amount, units)
            if amount is not None:
                self._groups.append(Group(len(self._lines), amount, form.name.text, printed.amount.source))

    def _close_groups(self) -> None:
        yuan = [line.amount.yuan for line in self._lines]
        for at, group in enumerate(self._groups):
            members = members_of(self._groups, at, yuan)
            everything = len(members) == len(self._lines)
            self._totals.append(
                StatedTotal(
                    total_of=TotalOf.FILING if everything else TotalOf.UNIT,
                    amount=group.amount,
                    source=group.source,
                    unit=None if everything else group.name,
                    statement=self._form.statement,
                    members=members,
                )
            )

    # -- money

    def _read_money(self, money: Sequence[PrintedMoney], units: set[str], unit: str, project: str) -> None:
        amounts = [(printed, amount) for printed in money if (amount := self._amount(printed.amount, units))]
        for measure in dict.fromkeys(printed.measure for printed, _ in amounts):
            own = [(printed, amount) for printed, amount in amounts if printed.measure == measure]
            divided = {printed.money.part_of for printed, _ in own}
            begin = len(self._lines)
            for printed, amount in own:
                source = printed.money.source
                if source is not None and source not in divided:
                    self._lines.append(self._line(printed, amount, unit, project))
            sources = self._lines[begin:]
            for printed, amount in own:
                source = printed.money.source
                if source is None and not sources:
                    self._lines.append(self._line(printed, amount, unit, project, flags=("source_missing",)))
                if source is None or source in divided:
                    parts = {p.money.source for p, _ in own if p.money.part_of == source} if source else None
                    members = None
                    if parts is not None:
                        members = tuple(
                            position
                            for position in range(begin, len(self._lines))
                            if self._lines[position].funding_source in parts
                        )
                    self._totals.append(self._total(printed, amount, unit, project, members))

    def _line(
        self, printed: PrintedMoney, amount: Amount, unit: str, project: str, flags: tuple[Flag, ...] = ()
    ) -> BudgetLine:
        return BudgetLine(
            statement=self._form.statement,
            unit=unit,
            project=project,
            funding_source=printed.money.source,
            line_code=None,
            line=None,
            measure=printed.measure,
            amount=amount,
            source=printed.amount.source,
            flags=flags,
        )

    def _total(
        self, printed: PrintedMoney, amount: Amount, unit: str, project: str, members: tuple[int, ...] | None
    ) -> StatedTotal:
        return StatedTotal(
            total_of=TotalOf.PROJECT,
            amount=amount,
            source=printed.amount.source,
            unit=unit,
            project=project,
            statement=self._form.statement,
            funding_source=printed.money.source,
            measure=printed.measure,
            members=members,
        )

    def _amount(self, printed: Printed, units: set[str]) -> Amount | None:
        own = re.fullmatch(r"(?P<number>.*?)(?P<unit>亿元|万元|千元|元)", printed.text)
        unit = own["unit"] if own else next(iter(units)) if len(units) == 1 else None
        if unit is None:
            message = f"the form prints {len(units)} units of money, it must print one: the amount is not read"
            self._findings.append(finding_at("money_unit", message, printed.source))
            self._unread.append(printed.source)
            return None
        try:
            return amount_printed(printed, own["number"] if own else printed.text, unit)
        except AmountError as error:
            self._findings.append(finding_at("amount_unreadable", str(error), printed.source))
            self._unread.append(printed.source)
            return None

    # -- indicators

    def _indicator(self, seq: int, row: PrintedIndicator, unit: str, project: str) -> Indicator:
        flags: set[Flag] = set()
        level1 = fold_level1(_less_points(row.level1)) if row.level1 else None
        level2 = fold_level2(_less_points(row.level2), level1) if row.level2 else None
        if level1 is None:
            flags.add("level1_unknown" if row.level1 else "level1_missing")
        weight, score = _number(row.weight), _number(row.score)
        notes = list(row.notes)
        for heading, printed, number in (("分值", row.weight, weight), ("得分", row.score, score)):
            if printed is not None and number is None:
                notes.append((heading, printed.text))
        targets: list[Target] = []
        annual = [promise for promise in row.promises if promise.horizon is Horizon.ANNUAL]
        for promise in row.promises:
            actual = row.actual if not annual or promise is annual[0] else None
            targets += self._targets(promise, actual, row.name)
        if not row.promises and row.actual is not None:
            notes.append(("实际完成值", row.actual.text))
        return Indicator(
            subject=Subject.PROJECT,
            unit=unit,
            project=project,
            seq=seq,
            number=None,
            level1=level1 or (UNKNOWN if row.level1 else None),
            level1_printed=row.level1,
            level2=level2 or (UNKNOWN if row.level2 else None),
            level2_printed=row.level2,
            name=row.name.text,
            targets=tuple(targets),
            source=row.name.source,
            weight=weight,
            score=score,
            notes=_joined(notes),
            flags=tuple(sorted(flags)),
        )

    def _targets(self, promise: PrintedPromise, actual: Printed | None, name: Printed) -> list[Target]:
        text = target_text(promise)
        year = self._year or self._declaration.fiscal_year
        named = _name_with_unit(name, promise.unit)
        readings = read_targets(text, fiscal_year=year, name=named)
        done = read_targets(actual.text, fiscal_year=year, name=named)[0] if actual else None
        self._findings += oddities(text, readings, name.source)
        return [
            Target(
                horizon=promise.horizon,
                promise_seq=seq,
                text=text,
                reading=reading,
                actual_text=actual.text if actual and seq == 1 else None,
                actual=done if seq == 1 else None,
                flags=tuple(sorted(reading.findings)),
            )
            for seq, reading in enumerate(readings, 1)
        ]


def target_text(promise: PrintedPromise) -> str:
    """A target as one text: `≥` | 90 | % is ≥90%, and 90以上 | % is 90%以上. A unit beside words (定性 | 优 | 级) or
    beside a value that prints its own (28.8万元 | %) is left out."""
    value = promise.value.text if promise.value else ""
    operator = promise.operator.text if promise.operator else ""
    operator = comparison(operator)
    unit = promise.unit.text if promise.unit else ""
    if _SYMBOL.match(value):
        operator = ""
    number = _NUMBER.fullmatch(value)
    if number is None or _NO_UNIT.fullmatch(unit):
        return operator + value
    return f"{operator}{number[1]}{unit}{number[2]}"


def _name_with_unit(name: Printed, unit: Printed | None) -> str:
    """The name as it would be printed without a column of units: a unit there counts like one in the name."""
    return name.text if unit is None or _NO_UNIT.fullmatch(unit.text) else f"{name.text}（{unit.text}）"


def _less_points(level: str) -> str:
    """A level's label without its points: 产出指标（50分）."""
    return re.sub(r"[（(][^（()）]*[）)]?$", "", level)


def _number(printed: Printed | None) -> Decimal | None:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:分|%|％)?", printed.text) if printed else None
    return Decimal(match.group(1)) if match else None


def _joined(notes: Sequence[tuple[str, str]]) -> str | None:
    return "\n".join(f"{heading}：{text}" for heading, text in notes) or None
