"""Records to staging rows, by COPY. Natural values only; nothing is judged here."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson
import psycopg
import sqlalchemy as sa

from extract.document import Severity
from transform.amounts import printed_step
from transform.records import Amount, DepartmentProfile, Indicator, Project, Records, Source, StatedTotal, Subject
from transform.sections.departments import may_be_same
from warehouse.layouts import layout_named
from warehouse.schema.staging import (
    BUDGET,
    CLASSIFICATION,
    CONTROL,
    FILING,
    INDICATOR,
    PROFILE,
    STAGED_PROJECT,
    STAGED_SECTION,
    STAGING,
    STATEMENT,
    TARGET,
    TASK,
)
from warehouse.server.database import explain
from warehouse.staging.area import Batch
from warehouse.submission import Submission

Row = dict[str, Any]

UNRECONCILED: Row = {"loaded_yuan": 0, "lines": 0, "holds": False}
UNPRINTED: Row = {"amount_printed": None, "unit_printed": None, "step_yuan": None}
NO_FLAGS = "{}"  # an array as COPY reads it: most rows have none, and adapting a list takes longer than all the rest


COLUMNS = {
    table.name: [column.name for column in table.columns if column.name not in ("batch_id", "filing_load_id", "row_id")]
    for table in STAGING
}
"""What a row of each table says, in the order of its values."""
_IN_ORDER = {name: itemgetter(*columns) for name, columns in COLUMNS.items()}
_APART = ("identity", "reader", "content_sha256", "changed_facts", "words")
"""Columns of a filing that are not content: who read it when, and what the gate will find."""


@dataclass(frozen=True, slots=True)
class Staged:
    """All staging rows of one filing, by table, before they know their batch."""

    rows: dict[str, list[tuple[Any, ...]]]
    content_sha256: str
    """Digest of what was read: the same records give the same digest, whoever reads them when."""

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.rows.items()}


def staged_rows(submission: Submission, identity: str) -> Staged:
    """The staging rows of a submission."""
    records = submission.records
    rows: dict[str, list[Row]] = {table.name: [] for table in STAGING if table is not FILING}
    if records is not None:
        rows[STAGED_SECTION.name] = list(_section_rows(records))
        rows[STAGED_PROJECT.name] = [
            {
                "section_seq": project.section_seq,
                "unit": project.unit,
                "project": project.name,
                "normalised_name": normalised_name(project.name),
                "goal": project.goal,
                "notes": project.notes,
                **_execution(project),
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
                "section_seq": task.section_seq,
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
                "section_seq": statement.section_seq,
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
                "section_seq": line.section_seq,
                "scheme": line.scheme,
                "line_code": line.code,
                "line": line.name,
                "parent_code": line.parent_code,
                **_place(line.source, ()),
            }
            for line in records.classifications
        ]
        rows[PROFILE.name] = [
            {
                "section_seq": profile.section_seq,
                "staff": profile.staff,
                "subordinate_units": profile.subordinate_units,
                "goal": profile.goal,
                **_execution(profile),
                **_place(profile.source, ()),
            }
            for profile in records.profiles
        ]
    filing = _filing_row(submission, identity)
    content = {name: list(map(_IN_ORDER[name], found)) for name, found in rows.items()}
    said = orjson.dumps([{**filing, **dict.fromkeys(_APART)}, content], default=str)
    if b"\\u0000" in said:
        content = {name: [tuple(map(_without_nul, row)) for row in found] for name, found in content.items()}
        filing = {name: _without_nul(value) for name, value in filing.items()}
    filing["content_sha256"] = hashlib.sha256(said).hexdigest()
    filing |= _department_row(submission)  # for the gate alone: a digest that changed would make versions of all
    content[FILING.name] = [_IN_ORDER[FILING.name](filing)]
    return Staged(content, filing["content_sha256"])


def copy_rows(connection: sa.Connection, batch: Batch, staged: Mapping[int, Staged]) -> None:
    """COPY the rows of filings (by filing_load_id) into staging, numbered from 1 within each filing and table.

    Raises psycopg.DataError for what no column can hold, DatabaseBusyError if the server cannot store the rows now.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    for table in STAGING:
        if not any(one.rows[table.name] for one in staged.values()):
            continue
        columns = ", ".join(COLUMNS[table.name])
        statement = batch.sql(f"COPY {table.full_name} (batch_id, filing_load_id, row_id, {columns}) FROM STDIN")
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for filing_load_id, one in staged.items():
                    for row_id, row in enumerate(one.rows[table.name], start=1):
                        copy.write_row((batch.id, filing_load_id, row_id, *row))
        except psycopg.OperationalError as error:  # SQLAlchemy does not see what the driver copies
            raise explain(error) from error


def normalised_name(name: str) -> str:
    """A project's name folded for comparing across years: widths, brackets and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _without_nul(value: Any) -> Any:
    """A NUL, which PostgreSQL cannot hold, shows as the character for one."""
    return value.replace("\0", "\N{SYMBOL FOR NULL}") if isinstance(value, str) else value


def _filing_row(submission: Submission, identity: str) -> Row:
    entry, publisher, records = submission.entry, submission.publisher, submission.records
    findings = (*submission.findings, *(records.findings if records else ()))
    return {
        "filing_id": entry.id,
        "identity": identity,
        "sha256": submission.sha256,
        "title": entry.title or (records.title if records else None),
        "declared_kind": entry.kind,
        "kind": records.kind.value if records and records.kind else None,
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
        "scope": records.scope.value if records and records.scope else None,
        "row_counts": json.dumps(_row_counts(records) if records else {}, sort_keys=True),
        "critical_findings": sum(finding.severity is Severity.CRITICAL for finding in findings),
        "source_url": submission.source_url or entry.source_url,
        "words": json.dumps(dataclasses.asdict(submission.words), ensure_ascii=False, sort_keys=True),
        "changed_facts": None,
        "flags": NO_FLAGS,
    }


def _section_rows(records: Records) -> Iterator[Row]:
    met: Counter[tuple[str | None, str | None, str | None]] = Counter()
    counts = _counts_by_section(records)
    for section in records.sections:
        layout = layout_named(section.layout) if section.layout else None
        alike = section.layout, section.title, section.unit
        met[alike] += 1
        yield {
            "section_seq": section.seq,
            "part": section.part.value,
            "title": section.title,
            "layout": section.layout,
            "layout_version": section.layout_version,
            "kind": section.kind.value if section.kind else None,
            "unit": section.unit,
            "scope": section.scope.value if section.scope else None,
            "level": section.level.value if section.level else None,
            "fiscal_year": section.fiscal_year,
            "money_unit": section.money_unit,
            "first_page": section.first_page,
            "last_page": section.last_page,
            "ordinal": met[alike],
            "coverage": section.coverage,
            "coverage_floor": layout.coverage_floor if layout else None,
            "characters": section.characters,
            "amounts": section.amounts,
            "amounts_accounted": section.amounts_accounted,
            "row_floors": json.dumps(dict(layout.row_floors) if layout else {}, sort_keys=True),
            "row_counts": json.dumps(counts[section.seq], sort_keys=True),
            "status": None,
            "held_reasons": "",
            "flags": NO_FLAGS,
        }


def _counts_by_section(records: Records) -> dict[int, dict[str, int]]:
    """Records by kind of record of each section."""
    counts: dict[int, dict[str, int]] = {section.seq: {} for section in records.sections}
    for field in dataclasses.fields(records):
        value = getattr(records, field.name)
        if isinstance(value, tuple) and value and field.name not in ("findings", "sections", "unconsumed"):
            for seq, number in Counter(record.section_seq for record in value).items():
                counts[seq][field.name] = number
    return counts


def _department_row(submission: Submission) -> Row:
    publisher, records = submission.publisher, submission.records
    printed = _without_nul(records.department) if records else None
    agrees = may_be_same(printed, publisher.name, publisher.region) if printed else None
    return {"read_department": printed, "department_agrees": agrees}


def _row_counts(records: Records) -> dict[str, int]:
    return {
        field.name: len(value)
        for field in dataclasses.fields(records)
        if isinstance(value := getattr(records, field.name), tuple)
    }


def _budget_rows(records: Records) -> Iterator[Row]:
    for line in records.budget_lines:
        yield {
            "section_seq": line.section_seq,
            "statement": line.statement,
            "unit": line.unit,
            "project": line.project,
            "funding_source": line.funding_source,
            "line_code": line.line_code,
            "line": line.line,
            "measure": line.measure,
            "classification_scheme": line.classification_scheme,
            "expenditure_type": line.expenditure_type,
            "measure_kind": line.measure_kind.value if line.measure_kind else None,
            "amount_yuan": line.amount.yuan,
            **_printed(line.amount),
            **_place(line.source, line.flags),
        }


def _control_rows(records: Records) -> Iterator[Row]:
    for total in records.stated_totals:
        yield _control_row(total)


def _control_row(total: StatedTotal) -> Row:
    return {
        "section_seq": total.section_seq,
        "total_of": total.total_of.value,
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


def _execution(of: Project | DepartmentProfile) -> Row:
    return {
        "execution_rate": of.execution_rate,
        "execution_weight": of.execution_weight,
        "execution_score": of.execution_score,
    }


def _indicator_row(indicator: Indicator) -> Row:
    is_task = indicator.subject is Subject.TASK
    return {
        "section_seq": indicator.section_seq,
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
        "deviation": indicator.deviation,
        "notes": indicator.notes,
        **_place(indicator.source, indicator.flags),
    }


def _target_rows(records: Records) -> Iterator[Row]:
    for indicator_row_id, indicator in enumerate(records.indicators, start=1):
        for target in indicator.targets:
            reading = target.reading
            yield {
                "section_seq": indicator.section_seq,
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
                "actual_as_of": target.actual_as_of,
                "met": target.met,
                "flags": sorted({*target.flags, *reading.findings}) if target.flags or reading.findings else NO_FLAGS,
            }


def _printed(amount: Amount | None) -> Row:
    if amount is None:
        return UNPRINTED
    return {"amount_printed": amount.printed, "unit_printed": amount.unit, "step_yuan": printed_step(amount)}


def _place(source: Source, flags: Sequence[str]) -> Row:
    box = source.box
    return {
        "page": source.page,
        "source_line": source.line,
        "box": f"{{{box.x0},{box.top},{box.x1},{box.bottom}}}" if box else None,
        "source_text": source.text,
        "flags": sorted(set(flags)) if flags else NO_FLAGS,
    }
