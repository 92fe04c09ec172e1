"""What was read run by run, joined into the records of the filing: one numbering, one kind, one year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from extract.document import Finding, Severity
from transform.records import (
    BudgetLine,
    Classification,
    DepartmentProfile,
    Indicator,
    Kind,
    Part,
    Project,
    Records,
    Section,
    StatedTotal,
    Statement,
    Task,
)

_Numbered = TypeVar(
    "_Numbered",
    BudgetLine, Classification, DepartmentProfile, Indicator, Project, StatedTotal, Statement, Task,
)  # fmt: skip
_STATEMENTS = (Kind.BUDGET_STATEMENT, Kind.GOVERNMENT_STATEMENT)


def assembled(runs: Sequence[Records], *, title: str | None, declared_year: int | None) -> Records:
    """The records of all runs; sections are numbered from 1 in printed order, and each record follows its section.

    Each run numbers its own sections from 1. The filing's year is that of its main sections; where they name several
    and none is declared, none is taken and the finding holds the filing.
    """
    order = _printed_order(runs)
    seqs = {place: number for number, place in enumerate(order, 1)}
    renumbered = [_renumbered(run, at, seqs) for at, run in enumerate(runs)]
    offsets = _offsets(len(run.budget_lines) for run in runs)
    projects = [project for run in renumbered for project in run.projects]
    sections = sorted((section for run in renumbered for section in run.sections), key=lambda section: section.seq)
    year, findings = _year(sections, renumbered, declared_year)
    main = _main(renumbered)
    return Records(
        kind=_kind(sections),
        title=main.title or title,
        department=main.department,
        fiscal_year=year,
        money_unit=main.money_unit,
        scope=main.scope,
        sections=tuple(sections),
        projects=tuple(replace(project, seq=seq) for seq, project in enumerate(projects, 1)),
        budget_lines=tuple(line for run in renumbered for line in run.budget_lines),
        indicators=tuple(one for run in renumbered for one in run.indicators),
        stated_totals=tuple(
            _moved(total, offset)
            for run, offset in zip(renumbered, offsets, strict=True)
            for total in run.stated_totals
        ),
        statements=tuple(one for run in renumbered for one in run.statements),
        classifications=tuple(one for run in renumbered for one in run.classifications),
        tasks=tuple(one for run in renumbered for one in run.tasks),
        profiles=tuple(one for run in renumbered for one in run.profiles),
        findings=(*findings, *(finding for run in renumbered for finding in run.findings)),
        coverage=_coverage(sections),
        unconsumed=tuple(one for run in renumbered for one in run.unconsumed),
    )


def _printed_order(runs: Sequence[Records]) -> list[tuple[int, int]]:
    """(run, its own seq) of every section, as they stand in the document; a section without a page stays in its run."""
    places: list[tuple[tuple[int, int, int], tuple[int, int]]] = []
    for at, run in enumerate(runs):
        page = 0
        for section in run.sections:
            page = section.first_page or page
            places.append(((page, at, section.seq), (at, section.seq)))
    return [place for _, place in sorted(places)]


def _renumbered(run: Records, at: int, seqs: dict[tuple[int, int], int]) -> Records:
    def of(records: Iterable[_Numbered]) -> tuple[_Numbered, ...]:
        return tuple(replace(one, section_seq=seqs[at, one.section_seq]) for one in records)

    return replace(
        run,
        sections=tuple(replace(section, seq=seqs[at, section.seq]) for section in run.sections),
        projects=of(run.projects),
        budget_lines=of(run.budget_lines),
        indicators=of(run.indicators),
        stated_totals=of(run.stated_totals),
        statements=of(run.statements),
        classifications=of(run.classifications),
        tasks=of(run.tasks),
        profiles=of(run.profiles),
        findings=tuple(
            finding if finding.section_seq is None else replace(finding, section_seq=seqs[at, finding.section_seq])
            for finding in run.findings
        ),
    )


def _offsets(counts: Iterable[int]) -> Iterator[int]:
    offset = 0
    for count in counts:
        yield offset
        offset += count


def _moved(total: StatedTotal, offset: int) -> StatedTotal:
    if total.members is None:
        return total
    return replace(total, members=tuple(member + offset for member in total.members))


def _with_records(sections: Iterable[Section]) -> list[Section]:
    return [section for section in sections if section.part is Part.RECORDS and section.kind is not None]


def _kind(sections: Sequence[Section]) -> Kind | None:
    """That of at least half of the sections with records."""
    kinds = Counter(section.kind for section in _with_records(sections))
    if not kinds:
        return None
    kind, times = kinds.most_common(1)[0]
    return kind if 2 * times >= kinds.total() else Kind.MIXED


def _main(runs: Sequence[Records]) -> Records:
    """The run that speaks for the filing: its statements, else the one with most sections of records."""
    return max(
        runs,
        key=lambda run: (
            run.kind in _STATEMENTS,
            len(_with_records(run.sections)),
            run.department is not None,
        ),
    )


def _year(
    sections: Sequence[Section], runs: Sequence[Records], declared: int | None
) -> tuple[int | None, tuple[Finding, ...]]:
    main = _main(runs)
    if main.fiscal_year is not None:
        return main.fiscal_year, ()
    years = sorted({year for section in _with_records(sections) if (year := section.fiscal_year) is not None})
    if len(years) <= 1 or declared in years:
        return (declared if declared in years else next(iter(years), None)), ()
    message = f"its sections name the years {', '.join(map(str, years))}: none is taken"
    return None, (Finding(code="year_conflict", severity=Severity.CRITICAL, message=message),)


def _coverage(sections: Sequence[Section]) -> Decimal:
    """Share of all characters that were understood for what they are, rounded down to four places."""
    total = sum(section.characters for section in sections)
    understood = sum(section.coverage * section.characters for section in sections)
    return Decimal(int(understood * 10_000) // total) / 10_000 if total else Decimal(0)
