"""A table of projects beside the forms of the same projects, in one document: their money would count twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from extract.document import Finding, Severity
from transform.passages import less_layout
from transform.records import Records, Section

_Said = dict[str, Decimal]
"""The money of each project of a section, by its name less blanks."""


def listed_twice(records: Records) -> Iterator[Finding]:
    """A critical finding for each section of several projects all of which stand in other sections of its kind, year
    and scope with the same money."""
    said: defaultdict[int, _Said] = defaultdict(dict)
    for line in records.budget_lines:
        if line.statement == "project_expenditure" and line.project:
            name = less_layout(line.project).replace(" ", "")
            money = said[line.section_seq]
            money[name] = money.get(name, Decimal(0)) + line.amount.yuan
    alike: defaultdict[tuple[object, ...], list[Section]] = defaultdict(list)
    for section in records.sections:
        if section.seq in said:
            alike[section.kind, section.fiscal_year, section.scope].append(section)
    for sections in alike.values():
        many = [section for section in sections if len(said[section.seq]) > 1]
        for section in many:
            others = {pair for one in sections if one is not section for pair in said[one.seq].items()}
            own = said[section.seq].items()
            if any(yuan for _, yuan in own) and others.issuperset(own):
                yield Finding(
                    code="projects_listed_twice",
                    severity=Severity.CRITICAL,
                    message="each project of the table stands with the same money elsewhere in this document, in a form"
                    " or in another table: it would count twice",
                    page=section.first_page,
                    evidence=" | ".join(name for name, _ in own)[:200],
                    section_seq=section.seq,
                )
                break  # of two equal tables one stays
