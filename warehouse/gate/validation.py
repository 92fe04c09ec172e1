"""The one module that knows Great Expectations: it runs the catalogue's expectations on a staged batch.

It is imported late (seconds, and some 240 MB), never calls home, and never touches a disk: an ephemeral context over
the engine's own address.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, ClassVar

import sqlalchemy as sa

from warehouse.errors import DatabaseUnreachableError, WarehouseError
from warehouse.gate.batch_tables import batch_tables
from warehouse.gate.expectation import Expectation
from warehouse.server.settings import load_settings
from warehouse.staging.area import Batch

STAGING_SCHEMA = "staging"
GROUPS = 100
"""Failing rows are handed on in so many groups: Great Expectations hands on no more than 200 rows, even in COMPLETE
results."""

PLANS = "-cwork_mem=32MB -cjit=off -cmax_parallel_workers_per_gather=0"
"""What one sort or hash over a batch may take: of 160,000 staged rows it writes next to nothing to disk. One core for
one batch: other batches want the others, and of parallel workers each would build the same hash tables again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One staged row that does not meet one expectation."""

    expectation: Expectation
    filing_load_id: int
    row_id: int
    message: str
    evidence: str
    sections: tuple[int, ...] | None
    """Sections that it holds, if it is critical; None: all of the filing."""


def validate(engine: sa.Engine, expectations: Collection[Expectation], batch: Batch) -> list[Failure]:
    """Every row of the batch that fails an expectation, as of one moment, in the order of the catalogue.

    Each query gives at most a hundred result rows with all failing rows inside, so that a batch of any size is never
    cut short. Raises WarehouseError if an expectation could not be evaluated.
    """
    import great_expectations as gx
    from great_expectations.datasource.fluent.sql_datasource import TableAsset
    from great_expectations.expectations.metadata_types import FailureSeverity

    asked_once = _asked_once()
    tables = {table: TableAsset(name=table, table_name=table) for table in sorted(map(_table_name, expectations))}
    source = _quiet_context().data_sources.add_postgres(
        "warehouse", connection_string=_address(engine), assets=list(tables.values())
    )
    executing = source.get_execution_engine().engine
    lost = _losses(executing)
    failures: list[Failure] = []
    try:
        with executing.begin() as connection:  # before that moment, which would not see their rows
            for statement in batch_tables(expectations, batch):
                connection.exec_driver_sql(statement)
        with _one_moment(engine, executing):
            for table, group in groupby(sorted(expectations, key=_table_name), key=_table_name):
                declared = list(group)
                asset = source.get_asset(table)
                suite = gx.ExpectationSuite(name=table)
                for expectation in declared:
                    suite.add_expectation(
                        asked_once(
                            unexpected_rows_query=_in_groups(expectation, batch),
                            meta={"id": expectation.id},
                            severity=FailureSeverity(expectation.severity.value),
                        )
                    )
                staged = asset.get_batch(asset.build_batch_request())
                result = staged.validate(suite, result_format="COMPLETE")
                failures += _failures(result, {expectation.id: expectation for expectation in declared})
    except Exception as error:
        if lost:
            raise DatabaseUnreachableError(
                f"lost the database while it was asked whether the filings meet the expectations: {lost[0]}\n"
                "Nothing of them was published; run the command again."
            ) from error
        raise
    finally:
        executing.dispose()
    return failures


@cache
def _asked_once() -> Any:
    """The expectation of unexpected rows, asking for them only: Great Expectations asks first how many there are."""
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

    class StagedRowsExpectation(UnexpectedRowsExpectation):
        metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

        def _validate(self, metrics: dict[str, Any], *arguments: Any, **options: Any) -> Any:
            number = len(metrics["unexpected_rows_query.table"])
            return super()._validate({**metrics, "unexpected_rows_query.row_count": number}, *arguments, **options)

    return StagedRowsExpectation


@contextmanager
def _one_moment(engine: sa.Engine, executing: sa.Engine) -> Iterator[None]:
    """Inside, `executing` reads the database as it was at the beginning.

    What another load publishes meanwhile must not make the verdicts of one batch differ.
    """
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()

        def share(transaction: sa.Connection) -> None:
            transaction.exec_driver_sql(
                f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '{snapshot}'"
            )

        sa.event.listen(executing, "begin", share)
        yield


def _losses(engine: sa.Engine) -> list[str]:
    """What the driver will have said when a connection of the engine is lost: Great Expectations keeps only words."""
    lost: list[str] = []

    def note(context: sa.ExceptionContext) -> None:
        if context.is_disconnect or context.connection is None:
            lost.append(str(context.original_exception).strip())

    sa.event.listen(engine, "handle_error", note)
    return lost


def _quiet_context() -> Any:
    """A context that keeps nothing, prints no progress bars, writes no docs and sends nothing anywhere."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _address(engine: sa.Engine) -> str:
    """The engine's own address, in the staging schema, with the setting an expectation asks for and room for a batch.

    `$` would be read as the name of a setting.
    """
    asked = f"-csearch_path={STAGING_SCHEMA} -cyusuan.changed_share={load_settings().changed_share}"
    url = engine.url.update_query_dict({"options": f"{asked} {PLANS}"})
    return url.render_as_string(hide_password=False).replace("$", r"\$")


def _table_name(expectation: Expectation) -> str:
    return expectation.table.name


def _in_groups(expectation: Expectation, batch: Batch) -> str:
    """Great Expectations gives `{batch}` an alias of its own unless the query joins: ours always does."""
    return (
        f"WITH batch AS NOT MATERIALIZED (SELECT staged.* FROM {{batch}} staged JOIN (SELECT {batch.id:d} AS id) asked"
        f" ON staged.batch_id = asked.id), suspect AS NOT MATERIALIZED (SELECT * FROM suspect_{expectation.table.name})"
        " SELECT jsonb_agg(jsonb_build_array(filing_load_id, row_id, message, evidence, sections)) AS failing"
        f" FROM ({batch.sql(expectation.failing())}) failing GROUP BY filing_load_id % {GROUPS}"
    )


def _failures(result: Any, declared: dict[str, Expectation]) -> list[Failure]:
    failures: list[Failure] = []
    evaluated = set()
    for outcome in result.results:
        expectation = declared[outcome.expectation_config.meta["id"]]
        if "observed_value" not in outcome.result:
            raise WarehouseError(f"expectation {expectation.id} could not be evaluated: {_what_was_raised(outcome)}")
        rows = outcome.result["details"]["unexpected_rows"]
        evaluated.add(expectation.id)
        found = sorted((one for row in rows for one in row["failing"]), key=lambda one: one[:4])
        failures += [
            Failure(expectation, load, row, said, seen, None if sections is None else tuple(sorted(set(sections))))
            for load, row, said, seen, sections in found
        ]
    if evaluated != set(declared):
        raise WarehouseError(f"expectations were not evaluated: {', '.join(sorted(set(declared) - evaluated))}")
    return failures


def _what_was_raised(outcome: Any) -> str:
    raised = [info["exception_message"] for info in outcome.exception_info.values() if isinstance(info, dict)]
    return "; ".join(raised) or str(outcome.exception_info)
