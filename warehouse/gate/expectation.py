"""What an expectation is: one thing that must hold of the rows of one staging table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from extract.document import Severity
from warehouse.schema.declarations import Table
from warehouse.schema.staging import FILING, STAGED_SECTION


class Judges(StrEnum):
    """What an expectation judges; one that is critical holds the section of the row, the section, or all sections."""

    ROW = "row"
    SECTION = "section"
    FILING = "filing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that must hold of the rows of one staging table."""

    id: str
    zh: str
    """What a reader of Chinese is told when it fails."""
    severity: Severity
    table: Table
    protects: str
    """What would go wrong for an analyst without it."""
    message: str
    """SQL text expression over a failing row: what a person reads."""
    where: str
    """SQL condition of a failing row, alias `s`."""
    source: str = "suspect s"
    """What stands in FROM: `batch` if other rows than the failing one are asked for, too."""
    among: str | None = None
    """SQL condition over nothing but a row of the table that every failing row meets; `where`, if that is all."""
    evidence: str = "s.source_text"
    flag: str | None = None
    """Flag on the row, of a warning."""
    acceptable: bool = False
    """A person may publish what it holds all the same."""
    holds: str | None = None
    """SQL over a failing row: the sections that it holds, an array; NULL: all of the filing. Unsaid: by `judges`."""

    def __post_init__(self) -> None:
        if ("suspect" in self.source) != (self.suspects is not None):
            raise ValueError(f"{self.id}: suspects are looked for by a condition, and by it alone")

    @property
    def judges(self) -> Judges:
        """Declared by the table whose rows it looks at."""
        return {FILING.name: Judges.FILING, STAGED_SECTION.name: Judges.SECTION}.get(self.table.name, Judges.ROW)

    @property
    def suspects(self) -> str | None:
        """SQL condition over nothing but a row: the others need not be looked at; None if that cannot be told."""
        return self.where if self.source == "suspect s" else self.among

    def failing(self) -> str:
        holds = self.holds or ("CAST(NULL AS int[])" if self.judges is Judges.FILING else "ARRAY[s.section_seq]")
        return (
            f"SELECT s.filing_load_id, s.row_id, {self.message} AS message, COALESCE({self.evidence}, '') AS evidence,"
            f" {holds} AS sections FROM {self.source} WHERE {self.where}"
        )


def warning(
    id: str, zh: str, table: Table, protects: str, message: str, where: str, flag: str, *, source: str = "suspect s",
    evidence: str = "s.source_text",
) -> Expectation:  # fmt: skip
    """What publishes the filing and flags the row."""
    return Expectation(
        id=id, zh=zh, severity=Severity.WARNING, table=table, protects=protects, message=message, where=where,
        source=source, evidence=evidence, flag=flag,
    )  # fmt: skip


def digest(*columns: str) -> str:
    """SQL: 64 bits for what the columns say, to group by: texts take several times as long, and what differs shares its
    digest once in a billion batches."""
    return f"hash_record_extended(ROW({', '.join(columns)}), 0)"
