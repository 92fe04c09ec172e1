"""What a rerun would read and replace, without reading, visiting or changing anything."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine

from extract.catalogue import Catalogue
from extract.fetch.archive import Archive
from extract.fetch.collecting import recollect
from extract.reading import reader_versions
from flows.choice import Choice
from flows.words import current_vocabulary
from warehouse.decide.departments import added_departments
from warehouse.known import CAUSES, compared
from warehouse.read.corrected import corrections
from warehouse.read.mart_rows import KnownFiling, Rows, known_filings, rows_of_filings
from warehouse.submission import Outcome

_COLUMNS = ("filing", "year", "status", "version", "input")


@dataclass(frozen=True, slots=True)
class Planned:
    """A filing that the rerun would read; `status` is None if the warehouse has never met it."""

    filing_id: str
    fiscal_year: int | None
    status: str | None
    version: int | None
    input: str
    """`known`: nothing can change but what the code makes of it; `changed`; `missing`: not in the archive."""
    causes: tuple[str, ...] = ()
    """Of what is `changed`: `new`, `bytes`, `reader`, `layout`, `vocabulary`, `declaration`."""


@dataclass(frozen=True, slots=True)
class Cause:
    """How many filings have changed by one cause, and the rows of the mart that they have now, by view and year."""

    filings: int
    rows: Rows


@dataclass(frozen=True, slots=True)
class Preview:
    """The filings, the rows of the mart that their new versions would replace, by view and year, and both by cause."""

    filings: tuple[Planned, ...]
    rows: Rows
    causes: Mapping[str, Cause]
    """What each cause changes: a filing with two of them counts under both."""

    def show(self, *, as_json: bool) -> None:
        if as_json:
            print(json.dumps(asdict(self), ensure_ascii=False, indent=2))
            return
        noun = "filing" if len(self.filings) == 1 else "filings"
        title = f"{len(self.filings)} {noun} would be read; nothing is changed"
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
        for name in _COLUMNS:
            table.add_column(name, no_wrap=name != "filing", overflow="fold")
        for one in self.filings:
            year, version = one.fiscal_year or "unknown", one.version or ""
            said = f"{one.input}: {', '.join(one.causes)}" if one.causes else one.input
            table.add_row(one.filing_id, str(year), one.status or "new", str(version), said)
        console = Console(highlight=False)
        if not console.is_terminal:
            console.width = 160
        console.print(table)
        for name, cause in self.causes.items():
            rows = sum(sum(years.values()) for years in cause.rows.values())
            console.print(f"changed by {name}: {cause.filings} filings with {rows} rows")
        for view, years in self.rows.items():
            for year, number in years.items():
                console.print(f"{view} {year}: {number} rows would be replaced where what is read differs")


def preview(engine: Engine, archive: Archive, catalogue: Catalogue, choice: Choice) -> Preview:
    """What the choice amounts to, by the archive's last visits. Raises FlowError if nothing can be meant."""
    readers = reader_versions()
    vocabulary = current_vocabulary(engine)
    planned: list[Planned] = []
    with engine.connect() as connection:
        corrected = corrections(connection)
        departments = catalogue.table(added_departments(connection))
        known = known_filings(connection)
        choice.check(catalogue, known)
        for publisher in choice.of(catalogue.publishers):
            declared = [entry for entry in catalogue.filings if entry.publisher == publisher.id]
            found_there = recollect(publisher, declared, archive, departments).filings
            collected = {one.entry.id: one for one in found_there if choice.means(publisher, one.publisher)}
            there = {one.declared for one in collected.values()}
            entries = {entry.id: entry for entry in declared if entry.id not in there}
            entries |= {key: one.entry for key, one in collected.items()}
            for declared_entry in entries.values():
                one = collected.get(declared_entry.id)
                entry, owner = corrected.of(declared_entry, one.publisher if one else publisher)
                if not choice.picks(entry, known):
                    continue
                what: str = "missing"
                causes: tuple[str, ...] = ()
                if one:
                    found = compared(
                        connection,
                        entry=entry,
                        publisher=owner,
                        sha256=one.sha256,
                        readers=readers,
                        vocabulary=vocabulary,
                    )
                    what, causes = ("known", ()) if isinstance(found, Outcome) else ("changed", found)
                planned.append(_planned(entry.id, choice.year_of(entry, known), known, what, causes))
        rows = rows_of_filings(connection, [one.filing_id for one in planned])
        return Preview(tuple(planned), rows, dict(_by_cause(connection, planned)))


def _by_cause(connection: Connection, planned: Sequence[Planned]) -> Iterator[tuple[str, Cause]]:
    for cause in CAUSES:
        if changed := [one.filing_id for one in planned if cause in one.causes]:
            yield cause, Cause(len(changed), rows_of_filings(connection, changed))


def _planned(
    filing_id: str, year: int | None, known: Mapping[str, KnownFiling], what: str, causes: tuple[str, ...]
) -> Planned:
    filing = known.get(filing_id)
    status, version = (filing.status, filing.version) if filing else (None, None)
    return Planned(filing_id, year, status, version, what, causes)
