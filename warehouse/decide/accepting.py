"""Accepting: a person lets a held filing, or a section of one, be published as it stands."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from warehouse.decide.acceptances import Acceptance, add_residuals, record_acceptance, standing_acceptances
from warehouse.decide.decisions import LINES_TWICE, TWICE, Decision, deciding, deciding_in_turn
from warehouse.decide.held import Reason, held_version, locked_version, version_reasons
from warehouse.decide.upgrades import keep_upgrades, stopped_filings
from warehouse.errors import WarehouseError
from warehouse.gate import ruling
from warehouse.gate.expectations import ASKED_LATER
from warehouse.publish import publishing
from warehouse.publish.publishing import of_held
from warehouse.publish.sections import (
    reasons_of,
    reasons_to_wait,
    settle_sections,
    shown_sections,
    staged_sections,
)
from warehouse.submission import Outcome, Status


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
        seen = version or held_version(connection, filing_id).version
    if until and until < datetime.datetime.now(tz=datetime.UTC).date():
        raise WarehouseError(f"the acceptance would have ended on {until}: name a day that is still to come")
    command = f"accept {filing_id}" if section is None else f"accept section {section} of {filing_id}"
    with deciding_in_turn(engine, filing_id, command, by=by, because=because) as decision:
        held = locked_version(decision.connection, filing_id, seen)
        reasons = version_reasons(decision.connection, held)
        accepted = _accepted(filing_id, reasons, expectations, section)
        given = Acceptance(
            expectations=accepted, by=decision.by, because=decision.because, until=until, section=section
        )
        return _accept(decision, held, reasons, given)


def _accept(decision: Decision, held: sa.Row[Any], reasons: Sequence[Reason], given: Acceptance) -> Outcome:
    connection, filing_id = decision.connection, held.filing_id
    sections = staged_sections(connection, [held.filing_load_id], rows=of_held)[held.filing_load_id]
    standing = standing_acceptances(connection, held.filing_key, sections, attempt=held.filing_load_id, rows=of_held)

    def is_accepted(reason: ruling.Reason, seq: int | None) -> bool:
        now = reason.expectation in given.expectations and given.section in (None, seq)
        return now or standing.covers(reason, seq)

    later = {one.id for one in ASKED_LATER}
    found = reasons_of(connection, [held.filing_load_id])[held.filing_load_id]
    decided = ruling.rule(sections, [one for one in found if one.expectation not in later], is_accepted)
    shown = shown_sections(connection, [held.filing_key])[held.filing_key]
    asked = reasons_to_wait(connection, held.filing_key, held.filing_load_id, shown, sections, decided, rows=of_held)
    missed = [one for one in asked if not is_accepted(one, None)]
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


def accept_load(engine: sa.Engine, load_id: int, *, by: str, because: str) -> list[Outcome]:
    """Let pass what a load would have changed of a year, or taken away of a filing; what else holds one still holds it.

    Where readers and layouts with new versions have read the same bytes, the acceptance is of these: it stands for the
    rest of the year, too, whichever load reads it. What was begun and not ended is gone on with by the same call.
    Raises WarehouseError if no filing waits because of that load, or if `by` or `because` is empty.
    """
    with engine.connect() as connection:
        stopped = stopped_filings(connection, load_id)
    if not stopped:
        raise WarehouseError(f"nothing waits because load {load_id} would change too much; see `yusuan held`")
    with deciding(engine, f"accept load {load_id}", by=by, because=because) as decision:
        keep_upgrades(decision.connection, load_id, list(stopped), by=decision.by, because=decision.because)
    outcomes = []
    for filing_id, expectations in stopped.items():
        try:
            outcomes.append(accept(engine, filing_id, by=by, because=because, expectations=expectations))
        except WarehouseError as error:
            outcomes.append(Outcome(filing_id=filing_id, status=Status.HELD, reasons=(str(error),)))
    return outcomes
