"""Filings that were judged together on one warehouse: what became of each, with what flags and facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from extract.catalogue import FilingEntry, Publisher
from extract.document import Document
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Kind
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.server.database import Database
from warehouse.server.roles import Login
from warehouse.submission import Status, Submission

FLAGS = " UNION ALL ".join(
    f"SELECT flags FROM mart.{view} WHERE filing_id = :filing"
    for view in ("filing", "project", "project_budget", "indicator_target", "task", "department_profile",
                 "control_total", "budget_statement")
)  # fmt: skip
LACKING = "SELECT status FROM mart.section WHERE filing_id = :filing AND status IN ('missing', 'unread')"
FACTS = (
    "SELECT unit, project, funding_source, amount_yuan FROM mart.project_budget WHERE filing_id = :filing"
    " ORDER BY 1, 2, 3",
    "SELECT unit, project, goal FROM mart.project WHERE filing_id = :filing ORDER BY 1, 2",
    "SELECT unit, project, indicator_seq, horizon, level1, level2, indicator, target_text, value"
    " FROM mart.indicator_target WHERE filing_id = :filing ORDER BY 1, 2, 3, 4",
    "SELECT statement, unit, line_code, line, measure, amount_yuan FROM mart.budget_statement"
    " WHERE filing_id = :filing ORDER BY 1, 2, 3, 4, 5",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of each filing, by its id."""

    connection: Connection
    outcomes: Mapping[str, Any]

    def status(self, filing: str) -> Status:
        status: Status = self.outcomes[filing].status
        return status

    def reasons(self, filing: str) -> set[str]:
        """What holds a filing, or the sections of it that are at fault."""
        self._nothing_wrong_is_published(filing)
        return {reason.partition(":")[0] for reason in self.outcomes[filing].reasons}

    def told(self, filing: str) -> str:
        """All reasons of a filing that is held in whole or in part, whole, and what was not read of it."""
        self._nothing_wrong_is_published(filing)
        lacking = self.connection.execute(text(LACKING), {"filing": filing}).scalars()
        return "\n".join([*self.outcomes[filing].reasons, *lacking])

    def _nothing_wrong_is_published(self, filing: str) -> None:
        """It is held, or in part: then whatever is published of it stands in the sound filing, too."""
        assert self.status(filing) in (Status.HELD, Status.PARTIAL)
        sound = self.facts("/".join([*filing.split("/")[:-1], "sound"]))
        for facts, right in zip(self.facts(filing), sound, strict=True):
            assert set(facts) <= set(right), filing

    def flags(self, filing: str) -> set[str]:
        assert self.status(filing) in (Status.PUBLISHED, Status.PARTIAL)
        assert not self.outcomes[filing].reasons
        given = self.connection.execute(text(FLAGS), {"filing": filing}).scalars()
        return {flag for flags in given for flag in flags.split(",") if flag}

    def facts(self, filing: str) -> list[list[tuple[Any, ...]]]:
        return [[tuple(row) for row in self.connection.execute(text(one), {"filing": filing})] for one in FACTS]


@contextmanager
def judged(database: Database, filings: list[Submission]) -> Iterator[Judged]:
    """Load them in one batch."""
    engine = database.engine(Login.LOADER)
    outcomes = {one.filing_id: one for one in load_filings(engine, start_load(engine, "broken on purpose"), filings)}
    with engine.connect() as connection:
        yield Judged(connection, outcomes)
    engine.dispose()


def filing_of(
    id: str, document: Document, publisher: Publisher, *, kind: Kind, fiscal_year: int, money_unit: str | None = None
) -> Submission:
    """The document as the flows hand it on, under an id of any characters.

    Each filing has a publisher of its own of that name: what says the same as another one of its publisher is a copy.
    """
    sha256 = hashlib.sha256(id.encode()).hexdigest()
    publisher = publisher.model_copy(update={"id": f"{publisher.id}-{sha256[:12]}"})
    declaration = Declaration(department=publisher.name, kind=kind, fiscal_year=fiscal_year, money_unit=money_unit)
    read = read_records(document, declaration)
    unrecognised = not read.sections
    entry = FilingEntry(id="broken", publisher=publisher.id, kind=kind, fiscal_year=fiscal_year, source="broken")
    return Submission(
        entry=entry.model_copy(update={"id": id, "money_unit": money_unit}),
        publisher=publisher,
        sha256=sha256,
        reader=document.reader,
        medium=document.medium,
        pages=None,
        characters=document.characters(),
        records=None if unrecognised else read,
        findings=(*document.findings, *read.findings) if unrecognised else document.findings,
    )
