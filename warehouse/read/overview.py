"""What the mart says of chosen filings, for a person who has just loaded them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class FilingOverview:
    """A row of `mart.filing`, shortened; money in yuan."""

    filing_id: str
    department: str
    fiscal_year: int | None
    kind: str | None
    status: str
    projects: int | None
    indicators: int | None
    loaded_total_yuan: Decimal | None
    difference_yuan: Decimal | None
    source_url: str | None


def overview_of(connection: sa.Connection, filing_ids: Iterable[str]) -> Mapping[str, FilingOverview]:
    """The rows of `mart.filing` of these filings by `filing_id`; one that the warehouse has never met is missing."""
    rows = connection.execute(
        sa.text(
            "SELECT filing_id, department, fiscal_year, kind, status, projects, indicators, loaded_total_yuan,"
            " difference_yuan, source_url FROM mart.filing WHERE filing_id = ANY(:ids)"
        ),
        {"ids": list(filing_ids)},
    )
    return {row.filing_id: FilingOverview(*row) for row in rows}
