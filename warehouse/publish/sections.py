"""What becomes of each section of a staged filing: written into its staged row, from which its version takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

SETTLE = """
UPDATE {rows}section s SET
  status = CASE WHEN s.part IN ('narrative', 'furniture') THEN 'text' WHEN s.part IN ('missing', 'unread') THEN s.part
    WHEN decided.status = 'held' THEN 'held' ELSE 'published' END,
  held_reasons = CASE WHEN s.part = 'records' AND decided.status = 'held' THEN decided.held_reasons
    ELSE s.held_reasons END
FROM unnest(CAST(:filing_loads AS int[]), CAST(:statuses AS text[]), CAST(:held_reasons AS text[]))
  AS decided (filing_load_id, status, held_reasons)
WHERE s.filing_load_id = decided.filing_load_id"""


def settle_sections(
    connection: sa.Connection, decided: Mapping[int, tuple[str, str]], *, rows: Callable[[str], str]
) -> None:
    """Write into the staged sections what was decided: status and held reasons by filing_load_id.

    A section that is accepted keeps the reasons for which it was held: a past load shows them.
    """
    parameters = {
        "filing_loads": list(decided),
        "statuses": [status for status, _ in decided.values()],
        "held_reasons": [reasons for _, reasons in decided.values()],
    }
    connection.execute(sa.text(rows(SETTLE)), parameters)
