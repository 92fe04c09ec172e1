"""Filings loaded without the flows: the samples from their texts, and two years of one publisher by hand."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from extract.catalogue import read_catalogue
from extract.text import read_text
from tests.end_to_end.conftest import SAMPLES
from tests.warehouse.builders import OTHER, indicator, money, percent, project, records, submission
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Kind, Reading, Records, Target, TargetKind
from warehouse.loading import load_filing, load_filings
from warehouse.loads import start_load
from warehouse.submission import Submission


def load_samples(engine: Engine) -> None:
    """The bundled filings from their texts, which give the same records as the PDFs typeset from them."""
    catalogue = read_catalogue(SAMPLES / "catalogue.yaml")
    submissions: list[Submission] = []
    for entry in catalogue.filings:
        data = (SAMPLES / "texts" / f"{Path(entry.source).stem}.txt").read_bytes()
        document, publisher = read_text(data), catalogue.publisher_of(entry)
        declaration = Declaration(
            department=publisher.name,
            kind=Kind(entry.kind) if entry.kind else None,
            fiscal_year=entry.fiscal_year,
            money_unit=entry.money_unit,
        )
        submissions.append(
            Submission(
                entry=entry,
                publisher=publisher,
                sha256=hashlib.sha256(data).hexdigest(),
                reader=document.reader,
                medium=document.medium,
                pages=None,
                characters=len(data),
                records=read_records(document, declaration),
                findings=(),
            )
        )
    load_filings(engine, start_load(engine, "test"), submissions)
    with engine.begin() as connection:  # as a load's end does: without statistics a question takes a minute
        connection.execute(sa.text("SELECT dw.analyze_facts()"))


def load_two_years(engine: Engine) -> None:
    """甲 gets more and promises less, 乙 gets less and promises the same words, 丙 stays. Needs the layout by hand."""
    for read in (_year(2023, "10", "30", "5", "95"), _year(2024, "25", "10", "5", "90")):
        filing = submission(read, filing_id=f"filing-{read.fiscal_year}", fiscal_year=read.fiscal_year)
        load_filing(engine, start_load(engine, "test"), filing)


def corrected_year() -> Submission:
    """The second year as it is published again: 乙 gets 10,000 yuan more."""
    read = _year(2024, "25", "11", "5", "90")
    return submission(read, filing_id="filing-2024", fiscal_year=2024, sha256="b" * 64)


def _promise(printed: str, value: str | None = None) -> Target:
    if value is not None:
        return dataclasses.replace(percent(value), text=printed)
    vague = Reading(kind=TargetKind.QUALITATIVE, is_measurable=False)
    return dataclasses.replace(percent("0"), text=printed, reading=vague)


def _year(fiscal_year: int, first: str, second: str, other: str, rate: str) -> Records:
    return records(
        fiscal_year=fiscal_year,
        projects=(project(1, "甲项目"), project(2, "乙项目"), project(3, "丙项目")),
        budget_lines=(money("甲项目", first), money("乙项目", second), money("丙项目", other, funding=OTHER)),
        indicators=(
            indicator("甲项目", 1, targets=(_promise(f"≥{rate}%", rate),)),
            indicator("乙项目", 1, "产业发展", level1="效益", targets=(_promise("有所提高"),)),
        ),
        stated_totals=(),
    )
