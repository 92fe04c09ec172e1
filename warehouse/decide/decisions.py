"""A person's decision on a filing: a load of its own, in one transaction, with name and reason in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.gate.copies import PUBLISHED_ALIKE
from warehouse.loads import finish_load, start_load
from warehouse.schema.audit import EXPECTATION_FAILURE, FINDING
from warehouse.schema.staging import HELD
from warehouse.staging.batch import delete_rows, turn_to_decide

ATTEMPT = """
INSERT INTO audit.filing_load
  (load_id, filing_key, filing_version_key, identity, sha256, status, reasons, finished_at)
SELECT :load, filing_key, filing_version_key, identity, sha256, :status, :reasons, clock_timestamp()
FROM dw.dim_filing_version WHERE filing_version_key = :version"""

DECISION = """
INSERT INTO audit.decision (filing_version_key, load_id, section_seq, decision, decided_by, because)
VALUES (:version, :load, :section, :decision, :by, :because)"""

CARRY_OVER = """
INSERT INTO audit.filing_load (load_id, filing_key, identity, sha256, counts, status, reasons, finished_at)
SELECT :load, filing_key, identity, sha256, counts, :status, :reasons, clock_timestamp()
FROM audit.filing_load WHERE filing_load_id = :former
RETURNING filing_load_id"""
ATTACH = "UPDATE audit.filing_load SET filing_version_key = :version WHERE filing_load_id = :key"

TWINS = """
SELECT string_agg(d.filing_id, ', ' ORDER BY d.filing_id) FROM dw.dim_filing_version mine
JOIN dw.dim_filing_version v ON v.sha256 = mine.sha256 AND v.kind = mine.kind
  AND v.fiscal_year_key = mine.fiscal_year_key AND v.filing_key <> mine.filing_key
JOIN dw.publication p ON p.filing_version_key = v.filing_version_key AND p.to_load_id IS NULL
JOIN dw.dim_filing d ON d.filing_key = v.filing_key
WHERE mine.filing_version_key = :version AND NOT EXISTS (
  SELECT FROM audit.acceptance a WHERE a.filing_version_key = mine.filing_version_key
    AND :twice = ANY(string_to_array(a.expectations, ',')))"""

OWN_KEYS = ("finding_id", "failure_id")
ORDER = {"finding": "finding_id", "expectation_failure": "failure_id"}

TWICE = "not_published_twice"
"""The expectation that keeps equal bytes from being published under two names."""
LINES_TWICE = "records_not_published_twice"
"""The one that keeps equal lines from it."""

EXCUSED = """
SELECT EXISTS (SELECT FROM audit.acceptance a WHERE a.filing_version_key = :version
  AND string_to_array(a.expectations, ',') && CAST(:excuses AS text[]))"""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision under way: the open transaction, the load it is, who decides and why."""

    connection: sa.Connection
    load_id: int
    by: str
    because: str

    def record(self, version_key: int, decision: str, *, section: int | None = None) -> None:
        """Keep in `audit.decision` that this version, or section, was `rejected`, `undone` or `restored`."""
        self.connection.execute(
            sa.text(DECISION),
            {
                "version": version_key,
                "load": self.load_id,
                "section": section,
                "decision": decision,
                "by": self.by,
                "because": self.because,
            },
        )

    def refuse_twin(self, filing_id: str, version_key: int) -> None:
        """Raise WarehouseError if the bytes of this version are published as another filing, and nobody accepted that.

        The gate has not seen it when the other one came after the version was judged.
        """
        parameters = {"version": version_key, "twice": TWICE}
        if twins := self.connection.execute(sa.text(TWINS), parameters).scalar_one():
            raise WarehouseError(
                f"the same bytes as those of {filing_id} are published as {twins}: undo that one first, or let the"
                f" gate judge {filing_id} beside it (`yusuan retry`, `yusuan rerun`) and accept {TWICE}"
            )

    def refuse_copy(self, filing_id: str, version_key: int) -> None:
        """Raise WarehouseError if another filing is published that says line by line what the facts of this version
        say, and nobody accepted that. They are in the warehouse, and not yet current."""
        excused = {"version": version_key, "excuses": [TWICE, LINES_TWICE]}
        if self.connection.execute(sa.text(EXCUSED), excused).scalar_one():
            return
        if twins := self.connection.execute(sa.text(PUBLISHED_ALIKE), {"version": version_key}).scalar_one():
            raise WarehouseError(
                f"what {filing_id} says line by line is published as {twins}: undo that one first, or reject"
                f" {filing_id}, or let the gate judge it beside that (`yusuan retry`, `yusuan rerun`) and accept"
                f" {LINES_TWICE}"
            )

    def carry_over(self, former: int, status: str) -> int:
        """A new attempt (its filing_load_id) with all that the former one kept: rows, failures and findings.

        The version that follows one that is published in part is made of it.
        """
        reasons = f"accepted by {self.by}: {self.because}"
        parameters = {"load": self.load_id, "former": former, "status": status, "reasons": reasons}
        key = int(self.connection.execute(sa.text(CARRY_OVER), parameters).scalar_one())
        for table in (*(table for table in HELD), FINDING, EXPECTATION_FAILURE):
            names = [one.name for one in table.columns if one.name not in ("filing_load_id", *OWN_KEYS)]
            listed = ", ".join(names)
            copy = (
                f"INSERT INTO {table.full_name} (filing_load_id, {listed}) SELECT :key, {listed}"
                f" FROM {table.full_name} WHERE filing_load_id = :former ORDER BY {ORDER.get(table.name, 'row_id')}"
            )
            self.connection.execute(sa.text(copy), {"key": key, "former": former})
        return key

    def attach(self, filing_load_id: int, version_key: int) -> None:
        """Note to which version an attempt has led."""
        self.connection.execute(sa.text(ATTACH), {"key": filing_load_id, "version": version_key})

    def record_attempt(self, version_key: int, status: str, decision: str) -> None:
        """Keep in `audit.filing_load` what became of the filing: `published`, `rejected` or `withdrawn`."""
        reasons = f"{decision} by {self.by}: {self.because}"
        parameters = {"version": version_key, "load": self.load_id, "status": status, "reasons": reasons}
        self.connection.execute(sa.text(ATTEMPT), parameters)


@contextmanager
def deciding(engine: sa.Engine, command: str, *, by: str, because: str) -> Iterator[Decision]:
    """A load with one transaction; what raises inside leaves nothing but the failed load.

    Raises WarehouseError if `by` or `because` is empty.
    """
    if not by.strip() or not because.strip():
        raise WarehouseError("a decision needs a person and a reason: --by NAME --because TEXT")
    load_id = start_load(engine, command)
    try:
        with engine.begin() as connection:
            yield Decision(connection, load_id, by.strip(), because.strip())
    except BaseException:
        finish_load(engine, load_id, failed=True)
        raise
    finish_load(engine, load_id)


@contextmanager
def deciding_in_turn(engine: sa.Engine, filing_id: str, command: str, *, by: str, because: str) -> Iterator[Decision]:
    """`deciding`, beside loads that may publish the same bytes under another name (`turn_to_decide`)."""
    with (
        turn_to_decide(engine, filing_id) as batch_id,
        deciding(engine, command, by=by, because=because) as decision,
    ):
        yield decision
        delete_rows(decision.connection, batch_id)
