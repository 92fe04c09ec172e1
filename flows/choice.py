"""Which filings a rerun is about: years as declared, else as the warehouse has read them from the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from extract.catalogue import Catalogue, FilingEntry, Publisher
from flows.errors import FlowError
from warehouse.read.corrected import Corrections
from warehouse.read.mart_rows import KnownFiling

Only = Literal["held", "failed"]
"""Which filings of the years; those whose newer version waits count, too."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody asks to be read again. No publishers: all."""

    years: Sequence[int]
    publishers: Sequence[str] = ()
    only: Only | None = None
    corrections: Corrections = field(default_factory=Corrections)
    """What persons have corrected of the catalogue: a filing is of its corrected year."""

    def check(self, catalogue: Catalogue, known: Mapping[str, KnownFiling]) -> None:
        """Raise FlowError if a publisher is unknown, or if no filing can be meant."""
        known_ids = {publisher.id for publisher in catalogue.publishers} | {each.id for each in catalogue.table()}
        unknown = sorted(set(self.publishers) - known_ids)
        mixed = any(one.portal and one.portal.departments for one in catalogue.publishers)
        if unknown and not mixed:  # else persons may have added the department
            raise FlowError(f"the catalogue declares no publisher {', '.join(unknown)}")
        named = self.of(catalogue.publishers)
        declared = [entry for entry in catalogue.filings if entry.publisher in {one.id for one in named}]
        if any(one.portal for one in named) or any(self.picks(entry, known) for entry in declared):
            return
        years = {self.year_of(entry, known) for entry in declared} - {None}
        raise FlowError(
            f"no {f'{self.only} ' if self.only else ''}filing of {', '.join(map(str, self.years))} to read again; the "
            f"catalogue declares {', '.join(map(str, sorted(filter(None, years)))) or 'no years'}"
        )

    def of(self, publishers: Sequence[Publisher]) -> list[Publisher]:
        """The publishers that are asked for, and those whose portals list documents of a department that is."""
        departments = set(self.publishers) - {one.id for one in publishers}
        lists_many = [one.id for one in publishers if departments and one.portal and one.portal.departments]
        return [one for one in publishers if not self.publishers or one.id in {*self.publishers, *lists_many}]

    def means(self, portal: Publisher, publisher: Publisher) -> bool:
        """Whether a filing of a publisher, listed by another one's portal, is asked for."""
        return not self.publishers or bool({portal.id, publisher.id} & set(self.publishers))

    def picks(self, entry: FilingEntry, known: Mapping[str, KnownFiling]) -> bool:
        """Whether the filing is asked for."""
        if self.year_of(entry, known) not in self.years:
            return False
        if self.only is None:
            return True
        filing = known.get(entry.id)
        return filing is not None and self.only in filing.waits

    def year_of(self, entry: FilingEntry, known: Mapping[str, KnownFiling]) -> int | None:
        """The declared year; for a filing whose year the document prints, what was read from it."""
        if (corrected := self.corrections.year_of(entry.id)) is not None:
            return corrected
        filing = known.get(entry.id)
        if entry.year_basis == "read" and filing and filing.fiscal_year:
            return filing.fiscal_year
        return entry.fiscal_year
