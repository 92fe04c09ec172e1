"""Acceptances: a person's word that named failures of a filing may be published, and how such a filing is published.

An acceptance covers exactly what it was given for: the expectation and its message, figures included, in the section
with the same layout, title, organisation and ordinal. It holds for later versions of the filing, too, until its last
day; what was published under it stays published afterwards. Undoing the accepted version ends it. That a reader or a
layout changes a year is accepted once for all its filings (`warehouse.decide.upgrades`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from warehouse.decide.upgrades import OF_CHANGES, Upgrade, accepted_upgrade
from warehouse.gate.ruling import Reason, SectionName, SectionRead
from warehouse.publish import publishing
from warehouse.publish.publishing import Version
from warehouse.publish.publishing_sql import INSERT_RESIDUAL
from warehouse.publish.residuals import FailedControl, Residual, residuals

STANDING = """
SELECT c.acceptance_id, c.filing_version_key, c.section_seq, f.expectation, f.message, f.sections, c.accepted_by,
  c.because, c.until
FROM audit.acceptance c
JOIN dw.dim_filing_version v USING (filing_version_key)
JOIN audit.filing_load a USING (filing_version_key)
JOIN audit.expectation_failure f ON f.filing_load_id = a.filing_load_id AND f.severity = 'critical'
  AND f.expectation = ANY(string_to_array(c.expectations, ','))
  AND (c.section_seq IS NULL OR c.section_seq = ANY(f.sections))
WHERE v.filing_key = :filing AND (c.until IS NULL OR c.until >= CURRENT_DATE) AND NOT EXISTS (
  SELECT FROM audit.decision d WHERE d.filing_version_key = c.filing_version_key AND d.decision = 'undone'
    AND d.decided_at > c.accepted_at)
ORDER BY c.acceptance_id, f.failure_id"""

NAMES = """
SELECT filing_version_key, section_seq, layout, title, unit, ordinal FROM dw.filing_section
WHERE filing_version_key = ANY(:versions)"""

FAILED_CONTROLS = """
SELECT section_seq, unit, funding_source, stated_yuan - loaded_yuan AS difference, page, source_line, source_text
FROM {rows}control
WHERE filing_load_id = :key AND section_seq = ANY(:sections) AND NOT holds AND total_of IN ('filing', 'unit')
  AND line IS NULL
  AND COALESCE(statement, 'project_expenditure') = 'project_expenditure'
ORDER BY row_id"""

PLACES = """
SELECT DISTINCT section_seq, unit, funding_source FROM {rows}budget
WHERE filing_load_id = :key AND statement = 'project_expenditure' ORDER BY 1, 2, 3"""

INSERT = """
INSERT INTO audit.acceptance
  (filing_version_key, load_id, section_seq, expectations, accepted_by, because, until, residual_yuan)
VALUES (:version, :load, :section, :expectations, :by, :because, :until, :residual)"""


class Residuals(NamedTuple):
    """How many residual lines were added, and their sum in yuan."""

    lines: int
    yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Who accepted which expectations of a filing, why, and the last day it holds (None: no end)."""

    expectations: tuple[str, ...]
    by: str
    because: str
    until: datetime.date | None
    section: int | None = None
    """The section it was given for; None: the filing."""


@dataclass(frozen=True, slots=True)
class _Given:
    """One failure that a person accepted, of the sections with these names (None: of the filing)."""

    expectation: str
    message: str
    sections: frozenset[SectionName] | None
    by: str
    because: str
    until: datetime.date | None
    for_section: bool

    def covers(self, reason: Reason, name: SectionName | None) -> bool:
        if (self.expectation, self.message) != (reason.expectation, reason.message):
            return False
        if reason.sections is None or self.sections is None:
            return reason.sections is None and self.sections is None
        return name in self.sections


class Standing:
    """The acceptances that stand for a filing, asked for the reasons that hold a further version of it."""

    def __init__(
        self, given: Sequence[_Given], names: Mapping[int, SectionName], upgrade: Upgrade | None = None
    ) -> None:
        self._given = given
        self._names = names
        self._upgrade = upgrade

    def covers(self, reason: Reason, section: int | None) -> bool:
        """Whether it is accepted that the reason holds this section; None: the filing."""
        return self._found(reason, section) is not None

    def used_for(self, reasons: Iterable[Reason]) -> tuple[Acceptance, ...]:
        """The acceptances that cover some of the reasons, as they are kept for the version that relies on them."""
        used: dict[tuple[str, str, datetime.date | None, int | None], set[str]] = {}
        for reason in reasons:
            for section in (None,) if reason.sections is None else reason.sections:
                if found := self._found(reason, section):
                    place = section if found.for_section else None
                    used.setdefault((found.by, found.because, found.until, place), set()).add(reason.expectation)
        return tuple(
            Acceptance(expectations=tuple(sorted(names)), by=by, because=because, until=until, section=section)
            for (by, because, until, section), names in used.items()
        )

    def accepted_by(self, reason: Reason, sections: Collection[int]) -> str | None:
        """Who has accepted it for all of these sections (none: for the filing); None if one is left."""
        found = [self._found(reason, section) for section in sections or (None,)]
        people = [one.by for one in found if one]
        return ", ".join(sorted(set(people))) if len(people) == len(found) else None

    def _found(self, reason: Reason, section: int | None) -> _Given | None:
        name = None if section is None else self._names.get(section)
        covering = [one for one in self._given if one.covers(reason, name)]
        if not covering and self._upgrade and reason.expectation in OF_CHANGES and reason.sections is None:
            by, because = self._upgrade
            return _Given(reason.expectation, reason.message, None, by, because, until=None, for_section=False)
        return covering[-1] if covering else None


def standing_acceptances(
    connection: sa.Connection,
    filing_key: int,
    sections: Iterable[SectionRead],
    *,
    attempt: int,
    rows: Callable[[str], str],
) -> Standing:
    """What persons have accepted of the filing so far, and of what made this attempt (its filing_load_id; `rows` says
    where its staged rows lie), beside the sections of the version it is asked for."""
    found = connection.execute(sa.text(STANDING), {"filing": filing_key}).all()
    versions = {"versions": sorted({row.filing_version_key for row in found})}
    names = {
        (row.filing_version_key, row.section_seq): SectionName(row.layout, row.title, row.unit, row.ordinal)
        for row in (connection.execute(sa.text(NAMES), versions) if found else ())
    }
    given = [
        _Given(
            expectation=row.expectation,
            message=row.message,
            sections=None
            if row.sections is None
            else frozenset(
                names[row.filing_version_key, seq]
                for seq in (row.sections if row.section_seq is None else (row.section_seq,))
                if (row.filing_version_key, seq) in names
            ),
            by=row.accepted_by,
            because=row.because,
            until=row.until,
            for_section=row.section_seq is not None,
        )
        for row in found
    ]
    upgrade = accepted_upgrade(connection, filing_key, attempt, rows=rows)
    return Standing(given, {section.seq: section.name for section in sections}, upgrade)


def add_residuals(
    connection: sa.Connection,
    version: Version,
    filing_load_id: int,
    sections: Collection[int],
    *,
    rows: Callable[[str], str],
) -> Residuals:
    """Add to a version, whose facts are in, residual lines for the money that no line of these sections explains.

    `rows` says where its staged rows lie. A section whose total failed is published only if that was accepted.
    """
    department = publishing.department_of(connection, version.key)
    lines = _residuals(connection, filing_load_id, sections, department, rows)
    of_filing = {"filing_loads": [filing_load_id], "versions": [version.key]}
    for line in lines:
        connection.execute(sa.text(INSERT_RESIDUAL), of_filing | _residual_parameters(line))
    return Residuals(len(lines), sum((line.amount for line in lines), Decimal(0)))


def record_acceptance(
    connection: sa.Connection, version: Version, load_id: int, acceptance: Acceptance, residual: Decimal = Decimal(0)
) -> None:
    """Keep who accepted what of this version; `residual` is the money in yuan that no line explains."""
    connection.execute(
        sa.text(INSERT),
        {
            "version": version.key,
            "load": load_id,
            "section": acceptance.section,
            "expectations": ",".join(acceptance.expectations),
            "by": acceptance.by,
            "because": acceptance.because,
            "until": acceptance.until,
            "residual": residual,
        },
    )


def _residuals(
    connection: sa.Connection,
    filing_load_id: int,
    sections: Collection[int],
    department: str,
    rows: Callable[[str], str],
) -> list[Residual]:
    """Section by section: each prints totals over its own lines."""
    key = {"key": filing_load_id, "sections": list(sections)}
    failed = [FailedControl(**row._mapping) for row in connection.execute(sa.text(rows(FAILED_CONTROLS)), key)]
    places = connection.execute(sa.text(rows(PLACES)), key).all()
    found: list[Residual] = []
    for section in sorted({control.section_seq for control in failed}):
        found += residuals(
            [control for control in failed if control.section_seq == section],
            department=department,
            units=[unit for seq, unit, _ in places if seq == section],
            funding_sources=[source for seq, _, source in places if seq == section and source],
        )
    return found


def _residual_parameters(line: Residual) -> dict[str, Any]:
    return {
        "section": line.control.section_seq,
        "unit": line.unit,
        "funding_source": line.funding_source,
        "amount": line.amount,
        "page": line.control.page,
        "source_line": line.control.source_line,
        "source_text": line.control.source_text,
    }
