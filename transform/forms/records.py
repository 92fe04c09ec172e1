"""From the printed forms of a section's slice to records: one `Section` per form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extract.document import Document, Finding, Severity
from transform.amounts import read_money_unit
from transform.checks.coverage import coverage_less
from transform.declaration import Declaration
from transform.forms.department_text import read_department_lines
from transform.forms.execution import execution_of
from transform.forms.groups import Group, members_of
from transform.forms.indicator_records import UNKNOWN, Indicators, joined
from transform.forms.kinds import is_departments, kind_of
from transform.forms.money_records import Money
from transform.forms.printed import PrintedForm, PrintedProject
from transform.forms.sums import set_sums_apart
from transform.forms.task_records import tasks_of
from transform.forms.walk import read_walk
from transform.forms.words import Words
from transform.printed import Printed, finding_at
from transform.records import (
    BudgetLine,
    DepartmentProfile,
    Horizon,
    Indicator,
    Kind,
    Part,
    Project,
    Records,
    Section,
    Source,
    StatedTotal,
    Subject,
    Task,
    TotalOf,
)
from transform.sections.headings import only, years_in

VERSION = 21
"""Of every layout of forms: raise it with each change that alters records."""
_NOWHERE = Source(text="")
_YEAR_ALONE = re.compile(r"[（(]?\s*(20\d\d)\s*[)）]?\s*年?度?\s*[)）]?")


def read_forms(document: Document, declaration: Declaration, default: Kind) -> Records:
    """Read all forms of a document, or of a section's slice of one.

    Never raises for what it holds: what is odd becomes a finding of its section, what is not understood stays in
    `unconsumed`. `default` is the kind that a form is where neither its title nor its print says so.
    """
    words = Words(declaration.vocabulary)
    if default is Kind.DEPARTMENT_TARGET_FORM and not any(True for _ in document.grids()):
        form, shared, leftover = read_department_lines(document.lines()), [], []
        forms: list[PrintedForm] = [form]
    else:
        walk = read_walk(document, words)
        forms = [form for form in walk.forms if not form.empty()]
        shared, leftover = walk.heading, [form for form in walk.forms if form.empty()]
    return _Builder(document, declaration, default, words, shared).records(forms, leftover)


@dataclass(slots=True)
class _Read:
    """The records of all forms so far."""

    sections: list[Section] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    lines: list[BudgetLine] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    profiles: list[DepartmentProfile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unconsumed: list[Source] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)


class _Builder:
    def __init__(
        self, document: Document, declaration: Declaration, default: Kind, words: Words, shared: list[str]
    ) -> None:
        self._document = document
        self._declaration = declaration
        self._default = default
        self._words = words
        self._shared = shared
        self._read = _Read()

    def records(self, forms: Sequence[PrintedForm], leftover: Sequence[PrintedForm]) -> Records:
        read = self._read
        for form in forms:
            self._form(form)
        for form in leftover:
            read.unconsumed += form.unconsumed
        if not forms:
            message = "no form is readable: neither a project's name nor indicators under a head"
            read.findings.append(finding_at("no_form", message, _NOWHERE))
        years = {section.fiscal_year for section in read.sections if section.fiscal_year}
        units = {section.money_unit for section in read.sections if section.money_unit}
        departments = sorted(set(read.departments))
        kinds = {section.kind for section in read.sections}
        declared = self._declaration.fiscal_year
        return Records(
            kind=kinds.pop() if len(kinds) == 1 else Kind.MIXED if kinds else self._default,
            title=next((section.title for section in read.sections if section.title), None),
            department=departments[0] if len(departments) == 1 else None,
            fiscal_year=only(years) or (declared if declared in years else None),
            money_unit=next(iter(units)) if len(units) == 1 else None,
            sections=tuple(read.sections),
            projects=tuple(read.projects),
            budget_lines=tuple(read.lines),
            indicators=tuple(read.indicators),
            stated_totals=tuple(read.totals),
            tasks=tuple(read.tasks),
            profiles=tuple(read.profiles),
            findings=tuple(read.findings),
            coverage=coverage_less(read.unconsumed, self._document.characters()),
            unconsumed=tuple(read.unconsumed),
        )

    # -- one form

    def _form(self, form: PrintedForm) -> None:
        read, seq = self._read, len(self._read.sections) + 1
        kind = kind_of(form, self._words, self._default)
        year, findings = self._year(form)
        shared = {unit for line in (form.heading or self._shared) if (unit := read_money_unit(line))}
        units = form.money_units or shared or {unit for line in self._shared if (unit := read_money_unit(line))}
        money = Money(self._words, units, seq, len(read.lines))
        indicators = Indicators(self._words, year or self._declaration.fiscal_year, seq)
        set_sums_apart(form)
        findings += form.findings
        if is_departments(form, kind):
            findings += self._department(form, kind, seq, money, indicators)
        else:
            findings += self._projects(form, kind, seq, money, indicators)
        read.lines += money.lines
        read.totals += money.totals
        findings += [*money.findings, *indicators.findings]
        read.findings += [replace(finding, section_seq=seq) for finding in findings]
        unconsumed = [*form.unconsumed, *money.unread]
        read.unconsumed += unconsumed
        amounts = _amounts(money, form)
        pages = sorted(form.pages)
        read.sections.append(
            Section(
                seq=seq,
                part=Part.RECORDS,
                title=form.title,
                layout=kind.value,
                layout_version=VERSION,
                kind=kind,
                unit=self._unit(form, kind),
                fiscal_year=year,
                money_unit=next(iter(units)) if len(units) == 1 else None,
                first_page=pages[0] if pages else None,
                last_page=pages[-1] if pages else None,
                coverage=coverage_less(unconsumed, form.characters),
                characters=form.characters,
                amounts=amounts,
                amounts_accounted=amounts,
            )
        )

    def _unit(self, form: PrintedForm, kind: Kind) -> str | None:
        if is_departments(form, kind):
            return form.department.text if form.department else None
        names = {one.organisation.text for one in form.projects if one.organisation}
        return names.pop() if len(names) == 1 else None

    def _year(self, form: PrintedForm) -> tuple[int | None, list[Finding]]:
        """The form's own year: one that stands alone, (2022年度), before its titles', before the filing's."""
        declared = self._declaration.fiscal_year
        alone = {int(match[1]) for line in form.heading if (match := _YEAR_ALONE.fullmatch(line))}
        titled = years_in(*form.heading, form.title or "", declared=declared)
        shared = years_in(*self._shared, declared=declared) or years_in(self._document.title or "", declared=declared)
        years = alone or titled or shared
        if len(years) < 2:
            return only(years), []
        message = f"the heading names {' and '.join(map(str, sorted(years)))}: none is taken"
        return None, [Finding(code="year_conflict", severity=Severity.CRITICAL, message=message)]

    # -- projects

    def _projects(self, form: PrintedForm, kind: Kind, seq: int, money: Money, indicators: Indicators) -> list[Finding]:
        executed = kind in (Kind.SELF_EVALUATION, Kind.MONITORING)
        statement = "project_execution" if executed else "project_expenditure"
        findings: list[Finding] = []
        begins: list[int] = []
        for project in form.projects:
            unit = project.organisation or None
            owner = unit.text if unit else self._declaration.department
            name = project.name.text if project.name else UNKNOWN
            if project.name is None:
                first = project.indicators[0].name.source if project.indicators else _NOWHERE
                message = "a form's project has no name: its indicators and money are kept under 未知"
                findings.append(finding_at("project_without_name", message, first))
            begins.append(len(money.lines))
            money.of_project(project.money, statement, owner, name)
            self._read.projects.append(self._project(project, owner, name, seq, money.lines[begins[-1] :]))
            self._read.indicators += indicators.read(project.indicators, Subject.PROJECT, owner, name)
            department = project.department or form.department
            self._read.departments += [department.text] if department else []
        self._totals(form, statement, seq, money, [*begins, len(money.lines)])
        return findings

    def _project(self, project: PrintedProject, unit: str, name: str, seq: int, lines: Sequence[BudgetLine]) -> Project:
        goals = sorted(project.goals, key=lambda goal: goal[0] is Horizon.CYCLE)
        notes = [*project.notes, *((label, goal.text) for _, label, goal in goals[1:])]
        return Project(
            seq=len(self._read.projects) + 1,
            unit=unit,
            name=name,
            goal=goals[0][2].text if goals else None,
            source=project.name.source if project.name else _NOWHERE,
            notes=joined(notes),
            **execution_of(project.execution, lines),
            flags=tuple(sorted(project.flags)),
            section_seq=seq,
        )

    def _totals(self, form: PrintedForm, statement: str, seq: int, money: Money, begins: Sequence[int]) -> None:
        """Rows of a table of many projects that state the sum of others: a department's, 合计, 小计.

        `begins`: the position of each project's first line, and of the end."""
        read = [(before, name, printed, money.amount(printed)) for before, name, printed in form.totals]
        groups = [
            Group(begins[before], amount, name, printed.source) for before, name, printed, amount in read if amount
        ]
        yuan = [line.amount.yuan for line in money.lines]
        for number, group in enumerate(groups):
            members = members_of(groups, number, yuan)
            everything = len(members) == len(money.lines)
            total = StatedTotal(
                total_of=TotalOf.FILING if everything else TotalOf.UNIT,
                amount=group.amount,
                source=group.source,
                unit=None if everything else group.name,
                statement=statement,
                members=tuple(money.first + member for member in members),
                section_seq=seq,
            )
            money.totals.append(total)

    # -- a department

    def _department(
        self, form: PrintedForm, kind: Kind, seq: int, money: Money, indicators: Indicators
    ) -> list[Finding]:
        unit, project = self._declaration.department, form.project
        target_form = kind is Kind.DEPARTMENT_TARGET_FORM
        findings: list[Finding] = []
        if form.tasks and form.money_units and form.task_units and form.task_units != form.money_units:
            findings.append(_disagreeing(form.money_units, form.task_units))
        money.of_department(project.money, unit, executed=not target_form)
        self._read.indicators += indicators.read(project.indicators, Subject.DEPARTMENT, unit, None)
        self._read.departments += [form.department.text] if form.department else []
        self._read.tasks += tasks_of(form, len(self._read.tasks) + 1, unit, seq, money, self._words)
        profile, odd = _profile(form, seq, money.lines)
        findings += odd
        self._read.profiles += [profile] if profile else []
        if target_form and form.asks_money and not money.totals:
            message = "fewer than two axes of the budget are printed: nothing states its total"
            findings.append(finding_at("no_control", message, _NOWHERE))
        return findings


def _amounts(money: Money, form: PrintedForm) -> int:
    """Amounts that are facts, controls, remarks or named as unread."""
    tasks = sum(len(one.money) + (one.amount is not None) for one in (*form.tasks, *form.task_totals))
    return len(money.unread) + sum(len(project.money) for project in form.projects) + len(form.totals) + tasks


def _profile(
    form: PrintedForm, seq: int, lines: Sequence[BudgetLine]
) -> tuple[DepartmentProfile | None, list[Finding]]:
    goals = form.project.goals
    first = form.staff or form.subordinate_units or (goals[0][2] if goals else None) or form.department
    if first is None:
        message = "neither staff nor subordinate units nor an overall goal is printed"
        return None, [finding_at("no_profile", message, _NOWHERE)]
    staff, subordinate = _count(form.staff), _count(form.subordinate_units)
    odd = [
        finding_at("count_unreadable", "not a number", printed.source, Severity.WARNING)
        for printed, count in ((form.staff, staff), (form.subordinate_units, subordinate))
        if printed is not None and count is None
    ]
    goal = goals[0][2].text if goals else None
    profile = DepartmentProfile(
        staff=staff,
        subordinate_units=subordinate,
        goal=goal,
        source=first.source,
        **execution_of(form.project.execution, lines),
        section_seq=seq,
    )
    return profile, odd


def _count(printed: Printed | None) -> int | None:
    """A number of persons or units; None where the cell is empty or holds something else."""
    match = re.fullmatch(r"(\d+(?:[,，]\d{3})*)(?:人|名|个|家)?", printed.text) if printed else None
    return int(match.group(1).replace(",", "").replace("，", "")) if match else None


def _disagreeing(money: Iterable[str], tasks: Iterable[str]) -> Finding:
    message = f"the budget is in {' and '.join(money)}, the tasks are in {' and '.join(tasks)}: one may be wrong"
    return finding_at("money_unit", message, _NOWHERE)
