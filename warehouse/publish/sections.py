"""The sections of staged filings and of current versions, and what was decided of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

import sqlalchemy as sa

from transform.records import Part
from warehouse.gate.expectations import FACTS_RETIRED, RETIRED_SHARE, SECTION_KEPT
from warehouse.gate.ruling import Reason, Ruling, SectionName, SectionRead, SectionShown, lost

STAGED = """
SELECT filing_load_id, section_seq, part, layout, title, unit, ordinal, kind, COALESCE(amounts, 0) AS amounts
FROM {rows}section WHERE filing_load_id = ANY(:filing_loads) ORDER BY filing_load_id, section_seq"""

SHOWN = """
SELECT p.filing_key, s.section_seq, s.layout, s.title, s.unit, s.ordinal, s.kind
FROM dw.publication p JOIN dw.filing_section s ON s.filing_version_key = p.filing_version_key
WHERE p.filing_key = ANY(:filings) AND p.to_load_id IS NULL AND s.part = 'records' AND s.status = 'published'
ORDER BY p.filing_key, s.section_seq"""

SETTLE = """
UPDATE {rows}section s SET status = decided.status,
  held_reasons = CASE WHEN decided.held_reasons = '' THEN s.held_reasons ELSE decided.held_reasons END
FROM unnest(CAST(:filing_loads AS int[]), CAST(:sections AS int[]), CAST(:statuses AS text[]),
    CAST(:held_reasons AS text[])) AS decided (filing_load_id, section_seq, status, held_reasons)
WHERE s.filing_load_id = decided.filing_load_id AND s.section_seq = decided.section_seq"""
"""A section that is accepted keeps the reasons for which it was held: a past load shows them."""

KEEP = """
INSERT INTO audit.expectation_failure (filing_load_id, expectation, severity, staged_table, row_id, message, evidence)
VALUES (:key, :id, 'critical', 'section', 0, :said, '')"""

REASONS = """
SELECT filing_load_id, expectation, message, sections FROM audit.expectation_failure
WHERE filing_load_id = ANY(:filing_loads) AND severity = 'critical' ORDER BY failure_id"""


FACTS = """
SELECT (SELECT count(*) FROM {rows}budget b WHERE b.filing_load_id = :key AND b.section_seq = ANY(:sections))
  + (SELECT count(*) FROM {rows}target t JOIN {rows}indicator i
     ON i.filing_load_id = t.filing_load_id AND i.row_id = t.indicator_row_id
     WHERE t.filing_load_id = :key AND i.section_seq = ANY(:sections)) AS new,
  (SELECT count(*) FROM dw.fact_budget b JOIN dw.publication p USING (filing_version_key)
     WHERE p.filing_key = :filing AND p.to_load_id IS NULL)
  + (SELECT count(*) FROM dw.fact_indicator i JOIN dw.publication p USING (filing_version_key)
     WHERE p.filing_key = :filing AND p.to_load_id IS NULL) AS old"""
"""What is to be published, and what is published now: amounts and targets."""


def staged_sections(
    connection: sa.Connection, filing_loads: Collection[int], *, rows: Callable[[str], str]
) -> dict[int, list[SectionRead]]:
    """The sections of staged filings, in printed order, by filing_load_id."""
    found: defaultdict[int, list[SectionRead]] = defaultdict(list)
    for row in connection.execute(sa.text(rows(STAGED)), {"filing_loads": list(filing_loads)}):
        name = SectionName(row.layout, row.title, row.unit, row.ordinal)
        found[row.filing_load_id].append(
            SectionRead(seq=row.section_seq, part=Part(row.part), name=name, kind=row.kind, amounts=row.amounts)
        )
    return found


def shown_sections(connection: sa.Connection, filing_keys: Collection[int]) -> dict[int, list[SectionShown]]:
    """The sections with records that the current versions of filings show, by filing_key."""
    found: defaultdict[int, list[SectionShown]] = defaultdict(list)
    for row in connection.execute(sa.text(SHOWN), {"filings": list(filing_keys)}):
        name = SectionName(row.layout, row.title, row.unit, row.ordinal)
        found[row.filing_key].append(SectionShown(row.section_seq, name, row.kind))
    return found


def reasons_of(connection: sa.Connection, filing_loads: Collection[int]) -> dict[int, list[Reason]]:
    """What holds attempts or sections of them, as the gate found it, by filing_load_id."""
    found: defaultdict[int, list[Reason]] = defaultdict(list)
    for row in connection.execute(sa.text(REASONS), {"filing_loads": list(filing_loads)}):
        sections = None if row.sections is None else tuple(row.sections)
        found[row.filing_load_id].append(Reason(row.expectation, row.message, sections))
    return found


def reasons_to_wait(
    connection: sa.Connection,
    filing_key: int,
    attempt: int,
    shown: Collection[SectionShown],
    sections: Sequence[SectionRead],
    ruling: Ruling,
    *,
    rows: Callable[[str], str],
) -> tuple[Reason, ...]:
    """Why a version does not replace the current one: sections that this one shows would no longer be published, or
    what would be is far less. `attempt` is its filing_load_id, `rows` says where its staged rows lie."""
    if ruling.status == "held" or not shown:
        return ()
    missed = [
        Reason(
            SECTION_KEPT.id,
            f"section {one.seq} of the current version, {one.name.title or one.kind}, would not be published any more",
            None,
        )
        for one in lost(shown, sections, ruling)
    ]
    passed = [seq for seq, status in ruling.statuses.items() if status == "published"]
    parameters = {"key": attempt, "filing": filing_key, "sections": passed}
    facts = connection.execute(sa.text(rows(FACTS)), parameters).one()
    if facts.new < RETIRED_SHARE * facts.old:
        said = f"brings {facts.new} facts where the published version has {facts.old}"
        missed.append(Reason(FACTS_RETIRED.id, said, None))
    return tuple(missed)


def keep_missed(connection: sa.Connection, filing_load_id: int, missed: Sequence[Reason]) -> None:
    """Keep in the audit why an attempt waits beside what the gate found of its rows."""
    for reason in missed:
        connection.execute(sa.text(KEEP), {"key": filing_load_id, "id": reason.expectation, "said": reason.message})


def settle_sections(connection: sa.Connection, rulings: Mapping[int, Ruling], *, rows: Callable[[str], str]) -> None:
    """Write into the staged sections what was decided of them, by filing_load_id."""
    decided = [
        (filing_load_id, seq, status, "\n".join(ruling.reasons[seq]))
        for filing_load_id, ruling in rulings.items()
        for seq, status in ruling.statuses.items()
    ]
    names = ("filing_loads", "sections", "statuses", "held_reasons")
    columns = zip(*decided, strict=True) if decided else ((),) * len(names)
    parameters = {name: list(values) for name, values in zip(names, columns, strict=True)}
    connection.execute(sa.text(rows(SETTLE)), parameters)
