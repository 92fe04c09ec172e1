"""Records to staging rows, by COPY. Natural values only; nothing is judged here."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from extract.document import Severity
from transform.amounts import printed_step
from transform.records import Amount, Indicator, Records, Source, StatedTotal, Subject
from warehouse.database import explain
from warehouse.layouts import layout_named
from warehouse.schema.staging import (
    BUDGET,
    CLASSIFICATION,
    CONTROL,
    FILING,
    INDICATOR,
    PROFILE,
    STAGED_PROJECT,
    STAGING,
    STATEMENT,
    TARGET,
    TASK,
)
from warehouse.submission import Submission

Row = dict[str, Any]

UNRECONCILED: Row = {"loaded_yuan": 0, "lines": 0, "holds": False}


@dataclass(frozen=True, slots=True)
class Staged:
    """All staging rows of one filing, by table, before they know their batch."""

    rows: dict[str, list[Row]]

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.rows.items()}

    def content_sha256(self) -> str:
        """Digest of what was read: the same records give the same digest, whoever reads them when."""
        content = {name: rows for name, rows in self.rows.items() if name != FILING.name}
        head = self.rows[FILING.name][0]
        content[FILING.name] = [{name: value for name, value in head.items() if name not in ("identity", "reader")}]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def staged_rows(submission: Submission, identity: str) -> Staged:
    """The staging rows of a submission."""
    records = submission.records
    rows: dict[str, list[Row]] = {table.name: [] for table in STAGING}
    if records is not None:
        rows[STAGED_PROJECT.name] = [
            {
                "unit": project.unit,
                "project": project.name,
                "normalised_name": normalised_name(project.name),
                "goal": project.goal,
                "notes": project.notes,
                **_place(project.source, project.flags),
            }
            for project in records.projects
        ]
        rows[BUDGET.name] = list(_budget_rows(records))
        rows[CONTROL.name] = list(_control_rows(records))
        rows[INDICATOR.name] = [_indicator_row(indicator) for indicator in records.indicators]
        rows[TARGET.name] = list(_target_rows(records))
        rows[TASK.name] = [
            {
                "task": task.name,
                "content": task.content,
                "goal": task.goal,
                "amount_yuan": task.amount.yuan if task.amount else None,
                **_printed(task.amount),
                **_place(task.source, task.flags),
            }
            for task in records.tasks
        ]
        rows[STATEMENT.name] = [
            {
                "statement": statement.statement,
                "unit": statement.unit,
                "title": statement.title,
                "money_unit": statement.money_unit,
                "lines": statement.lines,
                **_place(statement.source, ()),
            }
            for statement in records.statements
        ]
        rows[CLASSIFICATION.name] = [
            {
                "scheme": line.scheme,
                "line_code": line.code,
                "line": line.name,
                "parent_code": line.parent_code,
                **_place(line.source, ()),
            }
            for line in records.classifications
        ]
        if profile := records.profile:
            rows[PROFILE.name] = [
                {
                    "staff": profile.staff,
                    "subordinate_units": profile.subordinate_units,
                    "goal": profile.goal,
                    **_place(profile.source, ()),
                }
            ]
    rows[FILING.name] = [_filing_row(submission, identity)]
    staged = Staged(rows)
    rows[FILING.name][0]["content_sha256"] = staged.content_sha256()
    return staged


def copy_rows(connection: sa.Connection, batch_id: int, filing_load_id: int, staged: Staged) -> None:
    """COPY a filing's rows into staging, numbered from 1 within each table.

    Raises psycopg.DataError for what no column can hold, DatabaseBusyError if the server cannot store the rows now.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    for table in STAGING:
        rows = staged.rows[table.name]
        if not rows:
            continue
        columns = [column.name for column in table.columns]
        statement = sql.SQL("COPY {}.{} ({}) FROM STDIN").format(
            sql.Identifier(table.schema),
            sql.Identifier(table.name),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
        )
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row_id, row in enumerate(rows, start=1):
                    whole = {"batch_id": batch_id, "filing_load_id": filing_load_id, "row_id": row_id, **row}
                    copy.write_row([_copied(whole.get(name)) for name in columns])
        except psycopg.OperationalError as error:  # SQLAlchemy does not see what the driver copies
            raise explain(error) from error


def normalised_name(name: str) -> str:
    """A project's name folded for comparing across years: widths, brackets and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _copied(value: Any) -> Any:
    """Floors and counts are JSON; a NUL, which PostgreSQL cannot hold, shows as the character for one."""
    if isinstance(value, str):
        return value.replace("\0", "\N{SYMBOL FOR NULL}")
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def _filing_row(submission: Submission, identity: str) -> Row:
    entry, publisher, records = submission.entry, submission.publisher, submission.records
    findings = (*submission.findings, *(records.findings if records else ()))
    layout = layout_named(records.layout) if records else None
    return {
        "filing_id": entry.id,
        "identity": identity,
        "sha256": submission.sha256,
        "title": entry.title or (records.title if records else None),
        "declared_kind": entry.kind,
        "kind": records.kind.value if records else None,
        "declared_year": entry.fiscal_year,
        "read_year": records.fiscal_year if records else None,
        "year_basis": entry.year_basis,
        "declared_unit": entry.money_unit,
        "read_unit": records.money_unit if records else None,
        "publisher_id": publisher.id,
        "department": publisher.name,
        "region_code": publisher.region_code,
        "region": publisher.region,
        "reader": submission.reader,
        "medium": submission.medium.value,
        "layout": submission.layout,
        "pages": submission.pages,
        "characters": submission.characters,
        "coverage": records.coverage if records else None,
        "coverage_floor": layout.coverage_floor if layout else None,
        "row_floors": dict(layout.row_floors) if layout else {},
        "row_counts": _row_counts(records) if records else {},
        "critical_findings": sum(finding.severity is Severity.CRITICAL for finding in findings),
        "source_url": submission.source_url or entry.source_url,
        "flags": [],
    }


def _row_counts(records: Records) -> dict[str, int]:
    return {
        field.name: len(value)
        for field in dataclasses.fields(records)
        if isinstance(value := getattr(records, field.name), tuple)
    }


def _budget_rows(records: Records) -> Iterator[Row]:
    for line in records.budget_lines:
        yield {
            "statement": line.statement,
            "unit": line.unit,
            "project": line.project,
            "funding_source": line.funding_source,
            "line_code": line.line_code,
            "line": line.line,
            "measure": line.measure,
            "classification_scheme": line.classification_scheme,
            "expenditure_type": line.expenditure_type,
            "amount_yuan": line.amount.yuan,
            **_printed(line.amount),
            **_place(line.source, line.flags),
        }


def _control_rows(records: Records) -> Iterator[Row]:
    for total in records.stated_totals:
        yield _control_row(total)


def _control_row(total: StatedTotal) -> Row:
    return {
        "scope": total.scope.value,
        "statement": total.statement,
        "unit": total.unit,
        "project": total.project,
        "funding_source": total.funding_source,
        "line_code": total.line_code,
        "line": total.line,
        "measure": total.measure,
        "rule": total.rule,
        "stated_yuan": total.amount.yuan,
        **_printed(total.amount),
        "members": [position + 1 for position in total.members] if total.members is not None else None,
        **UNRECONCILED,
        **_place(total.source, ()),
    }


def _indicator_row(indicator: Indicator) -> Row:
    is_task = indicator.subject is Subject.TASK
    return {
        "subject": indicator.subject.value,
        "unit": indicator.unit,
        "project": None if is_task else indicator.project,
        "task": indicator.project if is_task else None,
        "seq": indicator.seq,
        "number": indicator.number,
        "level1": indicator.level1,
        "level1_printed": indicator.level1_printed,
        "level2": indicator.level2,
        "level2_printed": indicator.level2_printed,
        "name": indicator.name,
        "weight": indicator.weight,
        "score": indicator.score,
        "notes": indicator.notes,
        **_place(indicator.source, indicator.flags),
    }


def _target_rows(records: Records) -> Iterator[Row]:
    for indicator_row_id, indicator in enumerate(records.indicators, start=1):
        for target in indicator.targets:
            reading = target.reading
            yield {
                "indicator_row_id": indicator_row_id,
                "horizon": target.horizon.value,
                "promise_seq": target.promise_seq,
                "target_text": target.text,
                "kind": reading.kind.value,
                "operator": reading.operator.value if reading.operator else None,
                "value": reading.value,
                "value_upper": reading.value_upper,
                "value_unit": reading.value_unit,
                "base_value": reading.base_value,
                "base_value_upper": reading.base_value_upper,
                "base_unit": reading.base_unit,
                "target_date": reading.target_date,
                "is_measurable": reading.is_measurable,
                "rule": reading.rule,
                "actual_text": target.actual_text,
                "actual_value": target.actual.value if target.actual else None,
                "flags": sorted({*target.flags, *reading.findings}),
            }


def _printed(amount: Amount | None) -> Row:
    if amount is None:
        return {}
    return {"amount_printed": amount.printed, "unit_printed": amount.unit, "step_yuan": printed_step(amount)}


def _place(source: Source, flags: Sequence[str]) -> Row:
    box = source.box
    return {
        "page": source.page,
        "source_line": source.line,
        "box": [box.x0, box.top, box.x1, box.bottom] if box else None,
        "source_text": source.text,
        "flags": sorted(set(flags)),
    }
