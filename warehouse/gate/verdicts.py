"""The gate: judge a staged batch, flag rows that a warning found, say which filings and sections are held and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from extract.document import Severity
from warehouse.errors import DatabaseUnreachableError
from warehouse.gate.changed_facts import count_changed_facts
from warehouse.gate.expectations import EXPECTATIONS
from warehouse.gate.reconciliation import reconcile_batch
from warehouse.gate.ruling import Reason
from warehouse.gate.validation import Failure, validate
from warehouse.schema import METADATA
from warehouse.schema.staging import STAGING
from warehouse.staging.area import Batch

RESULT = METADATA.tables["audit.expectation_result"]
FAILURE = METADATA.tables["audit.expectation_failure"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds a filing, or sections of it; empty if all of it may be published."""

    reasons: tuple[Reason, ...] = ()


def judge(engine: sa.Engine, load_id: int, batch: Batch, attempts: Collection[int]) -> dict[int, Verdict]:
    """The verdict on each staged filing of a batch, by filing_load_id (`attempts`); results are kept in `audit`.

    Raises WarehouseError if an expectation cannot be evaluated, DatabaseUnreachableError if the staged filings are
    gone: nothing is published unseen.
    """
    with engine.begin() as connection:
        reconcile_batch(connection, batch)
        count_changed_facts(connection, batch)
    failures = validate(engine, EXPECTATIONS, batch)
    with engine.begin() as connection:
        statement = sa.text("SELECT filing_load_id FROM staging.filing WHERE batch_id = :batch ORDER BY 1")
        staged = connection.execute(statement, {"batch": batch.id}).scalars().all()
        if set(staged) != set(attempts):
            raise DatabaseUnreachableError(
                f"{len(set(attempts) - set(staged))} staged filings are gone, as after a crash of the database; "
                "run the command again"
            )
        _keep_results(connection, load_id, batch.id, len(staged), failures)
        _keep_failing_rows(connection, batch)
        _flag_rows(connection, batch, failures)
    held: defaultdict[int, list[Reason]] = defaultdict(list)
    for failure in failures:
        if failure.expectation.severity is Severity.CRITICAL:
            held[failure.filing_load_id].append(Reason(failure.expectation.id, failure.message, failure.sections))
    return {key: Verdict(tuple(held[key])) for key in staged}


def _keep_results(
    connection: sa.Connection, load_id: int, batch_id: int, filings: int, failures: Sequence[Failure]
) -> None:
    by_expectation: defaultdict[str, list[Failure]] = defaultdict(list)
    for failure in failures:
        by_expectation[failure.expectation.id].append(failure)
    connection.execute(
        RESULT.insert(),
        [
            {
                "load_id": load_id,
                "batch_id": batch_id,
                "expectation": expectation.id,
                "severity": expectation.severity.value,
                "filings": filings,
                "failed_filings": len({failure.filing_load_id for failure in by_expectation[expectation.id]}),
                "failed_rows": len(by_expectation[expectation.id]),
            }
            for expectation in EXPECTATIONS
        ],
    )
    if failures:
        connection.execute(
            FAILURE.insert(),
            [
                {
                    "filing_load_id": failure.filing_load_id,
                    "expectation": failure.expectation.id,
                    "severity": failure.expectation.severity.value,
                    "sections": None if failure.sections is None else list(failure.sections),
                    "staged_table": failure.expectation.table.name,
                    "row_id": failure.row_id,
                    "message": failure.message,
                    "evidence": failure.evidence,
                }
                for failure in failures
            ],
        )


def _keep_failing_rows(connection: sa.Connection, batch: Batch) -> None:
    """Keep each failing row whole: staging is emptied, and what was found of a row must stay to be seen."""
    for table in STAGING:
        connection.execute(
            sa.text(
                "UPDATE audit.expectation_failure f SET staged_row = to_jsonb(s) - 'batch_id' - 'filing_load_id'"
                f" FROM {batch.sql(table.full_name)} s WHERE s.batch_id = :batch AND f.staged_table = :name"
                " AND f.filing_load_id = s.filing_load_id AND f.row_id = s.row_id"
            ),
            {"batch": batch.id, "name": table.name},
        )


def _flag_rows(connection: sa.Connection, batch: Batch, failures: Iterable[Failure]) -> None:
    """Put each warning's flag on exactly the rows it found."""
    flagged: defaultdict[tuple[str, str], list[Failure]] = defaultdict(list)
    for failure in failures:
        if failure.expectation.flag:
            flagged[failure.expectation.table.full_name, failure.expectation.flag].append(failure)
    for (table, flag), found in flagged.items():
        connection.execute(
            sa.text(
                f"UPDATE {batch.sql(table)} s SET flags = s.flags || CAST(:flag AS text)"
                " FROM unnest(CAST(:filings AS int[]), CAST(:rows AS int[])) AS found (filing_load_id, row_id)"
                " WHERE s.filing_load_id = found.filing_load_id AND s.row_id = found.row_id"
            ),
            {
                "flag": flag,
                "filings": [failure.filing_load_id for failure in found],
                "rows": [failure.row_id for failure in found],
            },
        )
