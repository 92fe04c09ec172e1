"""Held filings: what waits for a person and why, and the decisions: accept, reject, or judge again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from extract.document import Finding, Severity
from warehouse.decide.acceptances import Acceptance, add_residuals, record_acceptance, standing_acceptances
from warehouse.decide.decisions import LINES_TWICE, TWICE, Decision, deciding, deciding_in_turn
from warehouse.errors import WarehouseError
from warehouse.gate import ruling
from warehouse.gate.expectations import BY_ID, SECTION_KEPT
from warehouse.loading import finish_load, load_again, start_load
from warehouse.publish import publishing
from warehouse.publish.publishing import HELD_TABLES, of_held
from warehouse.publish.sections import (
    reasons_of,
    reasons_to_wait,
    settle_sections,
    shown_sections,
    staged_sections,
)
from warehouse.schema.staging import STAGING
from warehouse.submission import Outcome, Status

HELD = """
SELECT d.filing_id, v.version, v.title, o.organization AS department, y.fiscal_year, v.loaded_at, v.filing_version_key,
  d.filing_key, a.filing_load_id, v.status, v.is_partial
FROM dw.dim_filing d
JOIN LATERAL (
  SELECT * FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key ORDER BY w.version DESC LIMIT 1
) v ON v.status = 'held' OR (v.is_partial AND EXISTS (
  SELECT FROM dw.publication p WHERE p.filing_version_key = v.filing_version_key AND p.to_load_id IS NULL))
JOIN LATERAL (
  SELECT filing_load_id FROM audit.filing_load l
  WHERE l.filing_version_key = v.filing_version_key AND l.status IN ('held', 'partial') ORDER BY 1 LIMIT 1
) a ON true
JOIN dw.dim_organization o ON o.organization_key = v.department_key
JOIN dw.dim_fiscal_year y ON y.fiscal_year_key = v.fiscal_year_key
WHERE CAST(:filing AS text) IS NULL OR d.filing_id = :filing
ORDER BY v.loaded_at, d.filing_id"""

REASONS = """
SELECT f.expectation, f.message, f.evidence, f.staged_table, f.row_id, f.sections
FROM audit.expectation_failure f
WHERE f.filing_load_id = :key AND f.severity = 'critical' ORDER BY f.failure_id"""

REJECTED = """
SELECT DISTINCT s.layout, s.title, s.unit, s.ordinal
FROM dw.dim_filing_version mine
JOIN dw.dim_filing_version v ON v.filing_key = mine.filing_key AND v.identity = mine.identity
  AND v.content_sha256 = mine.content_sha256
JOIN audit.decision c ON c.filing_version_key = v.filing_version_key AND c.decision = 'rejected'
JOIN dw.filing_section s ON s.filing_version_key = v.filing_version_key AND s.section_seq = c.section_seq
WHERE mine.filing_version_key = :version"""
"""The sections that a person keeps out, of this input."""

FINDINGS = """
SELECT code, severity, message, page, source_line, evidence FROM audit.finding
WHERE filing_load_id = :key AND origin <> 'unconsumed' ORDER BY finding_id"""

STANDING = """
SELECT d.filing_key, v.version, v.status FROM dw.dim_filing d
LEFT JOIN LATERAL (
  SELECT w.version, w.status FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key
  ORDER BY w.version DESC LIMIT 1
) v ON true
WHERE d.filing_id = :filing"""

GUARD = "year_kept"
"""The expectation that stops a load which changes too much of a year."""

STOPPED = """
SELECT DISTINCT d.filing_id FROM audit.filing_load a
JOIN audit.expectation_failure f ON f.filing_load_id = a.filing_load_id AND f.expectation = :guard
JOIN dw.dim_filing_version v ON v.filing_version_key = a.filing_version_key AND v.status = 'held'
JOIN dw.dim_filing d ON d.filing_key = a.filing_key
WHERE a.load_id = :load AND a.status = 'held' AND NOT EXISTS (
  SELECT FROM dw.dim_filing_version w WHERE w.filing_key = v.filing_key AND w.version > v.version)
ORDER BY 1"""

REJECT = "UPDATE dw.dim_filing_version SET status = 'rejected' WHERE filing_version_key = :version"


@dataclass(frozen=True, slots=True)
class Reason:
    """One row that holds a filing: the expectation it fails, what is wrong, and the text as printed."""

    expectation: str
    message: str
    evidence: str
    staged_table: str
    row_id: int
    sections: tuple[int, ...] | None = None
    """The sections that it holds; None: all of the filing."""
    accepted_by: str | None = None
    """Who has accepted this expectation already, while another one still holds the filing."""

    def __str__(self) -> str:
        return f"{self.expectation}: {self.message}"

    @property
    def acceptable(self) -> bool:
        return BY_ID[self.expectation].acceptable if self.expectation in BY_ID else False


@dataclass(frozen=True, slots=True)
class HeldSection:
    """A section that waits for a person, or that was not read or not found."""

    section_seq: int
    title: str | None
    layout: str | None
    first_page: int | None
    last_page: int | None
    status: str
    """`held`, `missing` or `unread`."""


@dataclass(frozen=True, slots=True)
class HeldFiling:
    """A filing of which the newest version, or sections of it, wait for a person."""

    filing_id: str
    version: int
    title: str | None
    department: str
    fiscal_year: int | None
    held_since: datetime.datetime
    reasons: tuple[Reason, ...]
    status: str = "held"
    """`held`, or `partial` if its other sections are published."""
    sections: tuple[HeldSection, ...] = ()


def held_filings(connection: sa.Connection, filing_id: str | None = None) -> list[HeldFiling]:
    """The filings of which something is held (or the one asked for), the longest held first.

    What a person has rejected waits no longer.
    """
    found = []
    for row in connection.execute(sa.text(HELD), {"filing": filing_id}).all():
        sections, reasons = _waiting(connection, row)
        if not row.is_partial or any(one.status == "held" for one in sections):
            found.append(
                HeldFiling(
                    filing_id=row.filing_id,
                    version=row.version,
                    title=row.title,
                    department=row.department,
                    fiscal_year=row.fiscal_year,
                    held_since=row.loaded_at,
                    reasons=reasons,
                    status="partial" if row.is_partial else "held",
                    sections=sections,
                )
            )
    return found


def _waiting(connection: sa.Connection, held: sa.Row[Any]) -> tuple[tuple[HeldSection, ...], tuple[Reason, ...]]:
    """The sections of a version that are not published, and what holds them or all of it."""
    version = {"version": held.filing_version_key}
    rejected = {tuple(row) for row in connection.execute(sa.text(REJECTED), version)}
    statement = sa.text(f"SELECT * FROM {HELD_TABLES}section WHERE filing_load_id = :key ORDER BY section_seq")
    rows = connection.execute(statement, {"key": held.filing_load_id}).all()
    sections = tuple(
        HeldSection(row.section_seq, row.title, row.layout, row.first_page, row.last_page, row.status)
        for row in rows
        if row.status in ("held", "missing", "unread")
        and (row.layout, row.title, row.unit, row.ordinal) not in rejected
    )
    reasons = _reasons(connection, held)
    if not held.is_partial:
        return sections, reasons
    waiting = {one.section_seq for one in sections if one.status == "held"}
    return sections, tuple(one for one in reasons if one.sections and waiting & set(one.sections))


def held_rows(connection: sa.Connection, filing_id: str) -> dict[str, Sequence[dict[str, Any]]]:
    """The staged rows of a held filing by staging table, each beside the text it was read from.

    Raises WarehouseError if the filing is not held.
    """
    key = _held(connection, filing_id).filing_load_id
    return {
        table.name: [
            dict(row._mapping)
            for row in connection.execute(
                sa.text(f"SELECT * FROM {HELD_TABLES}{table.name} WHERE filing_load_id = :key ORDER BY row_id"),
                {"key": key},
            )
        ]
        for table in STAGING
    }


def held_findings(connection: sa.Connection, filing_id: str) -> list[Finding]:
    """What reader and layout found odd in a held filing; for an unrecognised document, what was seen of it.

    Raises WarehouseError if the filing is not held.
    """
    key = _held(connection, filing_id).filing_load_id
    return [
        Finding(
            code=row.code,
            severity=Severity(row.severity),
            message=row.message,
            page=row.page,
            line=row.source_line,
            evidence=row.evidence,
        )
        for row in connection.execute(sa.text(FINDINGS), {"key": key})
    ]


def accept(
    engine: sa.Engine,
    filing_id: str,
    *,
    by: str,
    because: str,
    expectations: Sequence[str] = (),
    until: datetime.date | None = None,
    version: int | None = None,
    section: int | None = None,
) -> Outcome:
    """Publish a held filing or section on a person's word, with a residual line for the money that no line explains.

    Of a budget statement no line is made up: the page does not say to which of its lines the money belongs. Its stated
    total goes on beside the sum of its lines, and the difference is seen.

    `section` is the one section that is accepted (None: the filing): what holds it is accepted of it alone.
    `expectations` names what is accepted (none: all that hold it); while others hold it, it stays `held` and the
    outcome's reasons say why. `until` is the last day on which later versions may rely on the acceptance; `version` is
    the one that was looked at (unsaid: the newest). A version that is published in part is followed by one with the
    accepted sections. Raises WarehouseError if the filing, the section or that version is not held, if its bytes have
    been published under another name meanwhile, if `by` or `because` is empty, or if what holds it cannot be accepted
    (a year or a unit of money that is not known has to be declared, not accepted).
    """
    with engine.connect() as connection:
        seen = version or _held(connection, filing_id).version
    if until and until < datetime.datetime.now(tz=datetime.UTC).date():
        raise WarehouseError(f"the acceptance would have ended on {until}: name a day that is still to come")
    command = f"accept {filing_id}" if section is None else f"accept section {section} of {filing_id}"
    with deciding_in_turn(engine, filing_id, command, by=by, because=because) as decision:
        held = _locked(decision.connection, filing_id, seen)
        reasons = _reasons(decision.connection, held)
        accepted = _accepted(filing_id, reasons, expectations, section)
        given = Acceptance(
            expectations=accepted, by=decision.by, because=decision.because, until=until, section=section
        )
        return _accept(decision, held, reasons, given)


def _accept(decision: Decision, held: sa.Row[Any], reasons: Sequence[Reason], given: Acceptance) -> Outcome:
    connection, filing_id = decision.connection, held.filing_id
    sections = staged_sections(connection, [held.filing_load_id], rows=of_held)[held.filing_load_id]
    standing = standing_acceptances(connection, held.filing_key, sections)

    def is_accepted(reason: ruling.Reason, seq: int | None) -> bool:
        now = reason.expectation in given.expectations and given.section in (None, seq)
        return now or standing.covers(reason, seq)

    found = reasons_of(connection, [held.filing_load_id])[held.filing_load_id]
    decided = ruling.rule(sections, [one for one in found if one.expectation != SECTION_KEPT.id], is_accepted)
    shown = shown_sections(connection, [held.filing_key])[held.filing_key]
    missed = [one for one in reasons_to_wait(shown, sections, decided) if not is_accepted(one, None)]
    decided = decided.held_for(map(str, missed)) if missed else decided
    version = publishing.version_by_key(connection, held.filing_version_key)
    if not _releases(connection, held, decided):
        record_acceptance(connection, version, decision.load_id, given)
        return Outcome(filing_id=filing_id, status=Status.HELD, version=version.number, reasons=decided.lines())
    if all(reason.expectation != TWICE for reason in reasons):
        decision.refuse_twin(filing_id, version.key)
    filing_load_id = held.filing_load_id
    if held.is_partial:
        filing_load_id = decision.carry_over(held.filing_load_id, decided.status)
        settle_sections(connection, {filing_load_id: decided}, rows=of_held)
        lines = "\n".join(decided.lines())
        created = publishing.create_versions(connection, {filing_load_id: ("published", lines)}, rows=of_held)
        version = created[held.filing_key]
        decision.attach(filing_load_id, version.key)
    else:
        settle_sections(connection, {filing_load_id: decided}, rows=of_held)
        publishing.call_published(connection, [version.key])
        publishing.describe_versions(connection, {filing_load_id: version.key}, rows=of_held)
    publishing.insert_facts(connection, {filing_load_id: version.key}, rows=of_held)
    if not {TWICE, LINES_TWICE} & {reason.expectation for reason in reasons}:
        decision.refuse_copy(filing_id, version.key)
    passed = [seq for seq, status in decided.statuses.items() if status == "published"]
    added = add_residuals(connection, version, filing_load_id, passed, rows=of_held)
    publishing.make_current(connection, [version.key], decision.load_id)
    record_acceptance(connection, version, decision.load_id, given, added.yuan)
    if not held.is_partial:
        decision.record_attempt(version.key, decided.status, "accepted")
    named = tuple(str(reason) for reason in reasons if reason.expectation in given.expectations)
    status = Status(decided.status)
    return Outcome(
        filing_id=filing_id,
        status=status,
        version=version.number,
        reasons=named if status is Status.PUBLISHED else decided.lines(),
        counts={"residuals": added.lines},
    )


def _releases(connection: sa.Connection, held: sa.Row[Any], decided: ruling.Ruling) -> bool:
    """Whether something is published that was not: else the acceptance waits for the others."""
    if decided.status == "held":
        return False
    statement = sa.text(
        "SELECT section_seq FROM dw.filing_section WHERE filing_version_key = :version AND status = 'published'"
    )
    before = set(connection.execute(statement, {"version": held.filing_version_key}).scalars())
    after = {seq for seq, status in decided.statuses.items() if status == "published"}
    return not held.is_partial or bool(after - before)


def accept_load(engine: sa.Engine, load_id: int, *, by: str, because: str) -> list[Outcome]:
    """Let what a load would have changed in a year pass, filing by filing; what else holds one still holds it.

    Raises WarehouseError if no filing waits because of that load, or if `by` or `because` is empty.
    """
    with engine.connect() as connection:
        stopped = connection.execute(sa.text(STOPPED), {"load": load_id, "guard": GUARD}).scalars().all()
    if not stopped:
        raise WarehouseError(f"nothing waits because load {load_id} would change too much; see `yusuan held`")
    return [accept(engine, filing_id, by=by, because=because, expectations=[GUARD]) for filing_id in stopped]


def reject(
    engine: sa.Engine, filing_id: str, *, by: str, because: str, version: int | None = None, section: int | None = None
) -> int:
    """Decide that a held version, or a held section, stays out: it waits no longer, and the same input is not judged
    again.

    A published version stays published, in part; a new version is judged afresh. Returns the version. Raises
    WarehouseError if the filing, the section or that version is not held, or if `by` or `because` is empty.
    """
    with engine.connect() as connection:
        seen = version or _held(connection, filing_id).version
    command = f"reject {filing_id}" if section is None else f"reject section {section} of {filing_id}"
    with deciding(engine, command, by=by, because=because) as decision:
        held = _locked(decision.connection, filing_id, seen)
        waiting = [one.section_seq for one in _waiting(decision.connection, held)[0] if one.status == "held"]
        if section is not None:
            _check_section(filing_id, section, waiting)
            decision.record(held.filing_version_key, "rejected", section=section)
        elif held.is_partial:
            for one in waiting:
                decision.record(held.filing_version_key, "rejected", section=one)
        else:
            decision.connection.execute(sa.text(REJECT), {"version": held.filing_version_key})
            decision.record(held.filing_version_key, "rejected")
            decision.record_attempt(held.filing_version_key, "rejected", "rejected")
        return int(held.version)


def _check_section(filing_id: str, section: int, waiting: Sequence[int]) -> None:
    if section not in waiting:
        held = ", ".join(map(str, waiting)) or "none"
        raise WarehouseError(f"section {section} of {filing_id} is not held; held are: {held}")


def retry(
    engine: sa.Engine, filing_id: str, *, section: int | None = None, by: str = "", because: str = ""
) -> tuple[Outcome, bool]:
    """Judge a held filing's rows again: what held it may have been another filing, or an expectation that has changed.

    With the outcome, whether anything of it (of `section`, if one is named) is held still. `by` and `because` are kept
    beside the version that was judged again. Raises WarehouseError if the
    filing, or the section, is not held.
    """
    with engine.connect() as connection:
        held = _held(connection, filing_id)
        if section is not None:
            waiting = [one.section_seq for one in _waiting(connection, held)[0] if one.status == "held"]
            _check_section(filing_id, section, waiting)
    load_id = start_load(engine, f"retry {filing_id}")
    try:
        outcome = load_again(engine, load_id, filing_id, held.filing_load_id)
        if by:
            with engine.begin() as connection:
                decision = Decision(connection, load_id, by, because)
                decision.record(held.filing_version_key, "retried", section=section)
    except BaseException:
        finish_load(engine, load_id, failed=True)
        raise
    finish_load(engine, load_id)
    with engine.connect() as connection:
        left = held_filings(connection, filing_id)
    if section is None:
        return outcome, bool(left)
    return outcome, any(one.section_seq == section and one.status == "held" for each in left for one in each.sections)


def _locked(connection: sa.Connection, filing_id: str, version: int) -> sa.Row[Any]:
    """The held version, once no other process decides on the filing; as it is then, not as it was."""
    publishing.lock_filings(connection, [_held(connection, filing_id).filing_key])
    held = _held(connection, filing_id)
    if held.version != version:
        raise WarehouseError(
            f"version {version} of {filing_id} does not wait any more, version {held.version} does: look at it first "
            f"(`yusuan show {filing_id}`)"
        )
    return held


def _accepted(filing_id: str, reasons: Sequence[Reason], named: Sequence[str], section: int | None) -> tuple[str, ...]:
    """The expectations to accept. Raises WarehouseError if one does not hold the filing (or the section), or cannot be
    accepted."""
    what = filing_id if section is None else f"section {section} of {filing_id}"
    if section is not None:
        reasons = [one for one in reasons if one.sections is not None and section in one.sections]
    holding = {reason.expectation for reason in reasons}
    if foreign := sorted(set(named) - holding):
        raise WarehouseError(f"{what} is not held by {', '.join(foreign)}, but by {', '.join(sorted(holding))}")
    accepted = set(named) or holding
    if not accepted:
        raise WarehouseError(f"nothing holds {what} that could be accepted; `yusuan held` lists what is held")
    if refused := sorted({one.expectation for one in reasons if one.expectation in accepted and not one.acceptable}):
        raise WarehouseError(
            f"{what} cannot be accepted as it stands: {', '.join(refused)}. Correct the catalogue or the layout "
            "and load it again"
        )
    return tuple(sorted(accepted))


def _held(connection: sa.Connection, filing_id: str) -> sa.Row[Any]:
    row = connection.execute(sa.text(HELD), {"filing": filing_id}).one_or_none()
    if row is None:
        known = connection.execute(sa.text(STANDING), {"filing": filing_id}).one_or_none()
        if known is None:
            raise WarehouseError(f"{filing_id} is not held: there is no such filing; `yusuan held` lists what is")
        state = f"version {known.version} is {known.status}" if known.version else "it could not be read"
        raise WarehouseError(f"{filing_id} is not held: {state}; `yusuan held` lists what is")
    return row


def _reasons(connection: sa.Connection, held: sa.Row[Any]) -> tuple[Reason, ...]:
    """Every row that holds a version or a section of it, with who has accepted it so far."""
    key = held.filing_load_id
    sections = staged_sections(connection, [key], rows=of_held)[key]
    standing = standing_acceptances(connection, held.filing_key, sections)
    found = []
    for row in connection.execute(sa.text(REASONS), {"key": key}):
        holds = None if row.sections is None else tuple(row.sections)
        said = ruling.Reason(row.expectation, row.message, holds)
        found.append(
            Reason(
                expectation=row.expectation,
                message=row.message,
                evidence=row.evidence,
                staged_table=row.staged_table,
                row_id=row.row_id,
                sections=holds,
                accepted_by=standing.accepted_by(said, holds or ()),
            )
        )
    return tuple(found)
