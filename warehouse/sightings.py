"""Further sightings: bytes that a publisher has announced again, of which one filing is published already.

They are one filing, that one: nothing is read and nothing waits for a person. The same bytes under another publisher,
another year, kind or scope are judged, and held as a copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from extract.catalogue import FilingEntry, Publisher
from extract.document import Finding, Severity
from warehouse import load_record
from warehouse.submission import Outcome, Status

SEEN_AGAIN = "seen_again"
"""Code of the finding of a further sighting."""

FIRST = """
SELECT d.filing_id
FROM dw.dim_filing_version v
JOIN dw.publication p ON p.filing_version_key = v.filing_version_key AND p.to_load_id IS NULL
JOIN dw.dim_filing d ON d.filing_key = v.filing_key
JOIN dw.dim_organization o ON o.organization_key = v.department_key AND o.organization_code = :publisher
LEFT JOIN dw.dim_fiscal_year year ON year.fiscal_year_key = v.fiscal_year_key
WHERE v.sha256 = :sha256 AND d.filing_id <> :filing
  AND COALESCE(v.kind = :kind, true) AND COALESCE(v.scope = :scope, true) AND COALESCE(year.fiscal_year = :year, true)
  AND NOT EXISTS (
    SELECT FROM dw.publication own JOIN dw.dim_filing mine USING (filing_key)
    WHERE mine.filing_id = :filing AND own.to_load_id IS NULL)
ORDER BY p.from_load_id, d.filing_id LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Bytes as a publisher announces them."""

    entry: FilingEntry
    publisher: Publisher
    sha256: str
    source_url: str


def further_sightings(engine: sa.Engine, load_id: int, seen: Iterable[Sighting]) -> dict[str, Outcome]:
    """By filing_id the `unchanged` Outcome of each that is a further sighting of a published filing.

    A filing that is published itself is none. Each sighting is kept as a finding of the load.
    """
    found: dict[str, Outcome] = {}
    noted: dict[str, list[Finding]] = {}
    with engine.connect() as connection:
        for one in seen:
            entry = one.entry
            asked = {
                "filing": entry.id,
                "publisher": one.publisher.id,
                "sha256": one.sha256,
                "kind": entry.kind,
                "scope": entry.scope,
                "year": entry.fiscal_year,
            }
            first = connection.execute(sa.text(FIRST), asked).one_or_none()
            if first is None:
                continue
            outcome = Outcome(
                filing_id=entry.id,
                status=Status.UNCHANGED,
                same_as=f"{first.filing_id}, seen again at {one.source_url}",
            )
            found[entry.id] = outcome
            message = f"{entry.id} is the file that is published as {first.filing_id}, seen again at {one.source_url}"
            noted.setdefault(one.publisher.id, []).append(
                Finding(code=SEEN_AGAIN, severity=Severity.INFO, message=message, evidence=one.source_url)
            )
    for publisher, findings in noted.items():
        load_record.keep_findings(engine, load_id, publisher, findings)
    return found
