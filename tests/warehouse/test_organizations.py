"""Organisations through time: what is declared of them changes how filings are described, never what is published."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.warehouse.builders import PUBLISHER, money, project, records, source, submission
from tests.warehouse.test_publishing import load, rows
from warehouse.decide.accepting import accept
from warehouse.decide.held import retry
from warehouse.decide.organizations import declare_changes, read_changes
from warehouse.errors import WarehouseError
from warehouse.submission import Status, Submission

NAMES = "SELECT filing_id, department FROM mart.filing ORDER BY 1"
OLD, NEW = PUBLISHER.name, "某市某区科技工业和信息化局"


def named(department: str, year: int, **values: object) -> Submission:
    filing = submission(records(fiscal_year=year), filing_id=f"of-{year}", fiscal_year=year, **values)
    return dataclasses.replace(filing, publisher=PUBLISHER.model_copy(update={"name": department}))


def changes(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "organizations.yaml"
    path.write_text("changes:\n" + "".join(f"  - {{{line}}}\n" for line in lines), encoding="utf-8")
    return path


RENAMED = f"organization: bureau, date: 2024-03-01, was: {OLD}, became: {NEW}"


def test_published_facts_keep_the_name_of_their_time(loader: Engine, reader: Engine) -> None:
    """Also when the catalogue changes the name twice on one day."""
    load(loader, named(OLD, 2023))
    load(loader, named("误名局", 2024))
    load(loader, named(NEW, 2025))
    assert rows(reader, NAMES) == [("of-2023", OLD), ("of-2024", "误名局"), ("of-2025", NEW)]
    assert rows(reader, "SELECT DISTINCT filing_id, department FROM mart.project ORDER BY 1") == rows(reader, NAMES)
    assert rows(loader, "SELECT organization FROM dw.dim_organization WHERE is_current AND level = 'department'") == [
        (NEW,)
    ]


@pytest.mark.parametrize("catalogue", [OLD, NEW])
def test_a_declared_change_names_filings_by_their_year(
    loader: Engine, reader: Engine, tmp_path: Path, catalogue: str
) -> None:
    """Whether the catalogue said the old name or the new one when the change was declared."""
    load(loader, named(catalogue, 2022))
    for _ in range(2):
        declare_changes(loader, read_changes(changes(tmp_path, RENAMED)), by="王工")
    load(loader, named(NEW, 2023))
    load(loader, named(NEW, 2024))
    load(loader, named(NEW, 2025))
    assert rows(reader, NAMES) == [("of-2022", catalogue), ("of-2023", OLD), ("of-2024", OLD), ("of-2025", NEW)]
    spans = "SELECT organization, valid_from, valid_to FROM dw.dim_organization WHERE organization_code = 'bureau'"
    assert [(name, str(begin), str(end)) for name, begin, end in rows(loader, f"{spans} ORDER BY 2".replace(
        "valid_from, valid_to", "valid_from::text, valid_to::text"))] == [
        (OLD, "-infinity", "2024-03-01"), (NEW, "2024-03-01", "infinity"),
    ]  # fmt: skip


def test_the_catalogue_may_have_changed_before_the_date_was_declared(loader: Engine, tmp_path: Path) -> None:
    load(loader, named(OLD, 2022))
    load(loader, named(NEW, 2025))
    declare_changes(loader, read_changes(changes(tmp_path, RENAMED)), by="王工")
    assert rows(
        loader,
        "SELECT organization, valid_from::text, valid_to::text, is_current FROM dw.dim_organization"
        " WHERE organization_code = 'bureau' ORDER BY dim_organization.valid_from",
    ) == [(OLD, "-infinity", "2024-03-01", False), (NEW, "2024-03-01", "infinity", True)]


def test_a_merged_department_keeps_its_filings_and_is_not_revived(loader: Engine, tmp_path: Path) -> None:
    other = PUBLISHER.model_copy(update={"id": "other-bureau", "name": "某市某区商务局"})
    load(loader, submission())
    there = dataclasses.replace(submission(filing_id="there", sha256="b" * 64), publisher=other)
    load(loader, there)
    merged = changes(tmp_path, "organization: other-bureau, date: 2024-03-01, merged_into: bureau")
    declare_changes(loader, read_changes(merged), by="王工")
    again = load(loader, dataclasses.replace(there, reader="text-2"))
    assert again.status is Status.PUBLISHED
    assert rows(
        loader,
        "SELECT is_current, successor_code FROM dw.dim_organization WHERE organization_code = 'other-bureau'",
    ) == [(False, "bureau")]
    assert rows(loader, "SELECT department FROM mart.filing WHERE filing_id = 'there'") == [("某市某区商务局",)]


def test_a_unit_that_moves_takes_its_projects_along(loader: Engine, reader: Engine, tmp_path: Path) -> None:
    other = PUBLISHER.model_copy(update={"id": "other-bureau", "name": "某市某区商务局"})
    training = {
        "projects": (project(1, "培训费", unit="服务中心"),),
        "budget_lines": (money("培训费", "1.00", unit="服务中心"),),
        "indicators": (),
        "stated_totals": (),
    }
    load(loader, submission(records(fiscal_year=2023, **training), filing_id="before", fiscal_year=2023))
    after = submission(records(**training), filing_id="after")
    load(loader, dataclasses.replace(after, publisher=other))
    moved = "organization: bureau/服务中心, date: 2024-01-01, continues_as: other-bureau/服务中心"
    declare_changes(loader, read_changes(changes(tmp_path, moved)), by="王工")
    assert rows(reader, "SELECT project, method, previous_filing_id FROM mart.project_lineage") == [
        ("培训费", "declared", "before")
    ]


def test_a_partial_load_retires_nobody(loader: Engine) -> None:
    members = "SELECT organization_code, is_current, valid_to::text FROM dw.dim_organization WHERE organization_key > 0"
    two = records(
        projects=(project(1, "甲项目"), project(2, "乙项目", unit="中心")),
        budget_lines=(money("甲项目", "1.00"), money("乙项目", "1.00", unit="中心")),
        indicators=(),
        stated_totals=(),
    )
    load(loader, submission(two))
    before = rows(loader, f"{members} ORDER BY 1")
    one = records(projects=two.projects[:1], budget_lines=two.budget_lines[:1], indicators=(), stated_totals=())
    assert load(loader, submission(one, sha256="b" * 64)).status is Status.PUBLISHED
    assert rows(loader, f"{members} ORDER BY 1") == before
    assert all(current for _, current, _ in before)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("organization: bureau, date: 2024-03-01", "changes.0: .*give either was and became"),
        ("organization: bureau, date: 2999-03-01, merged_into: other", "once its day has come"),
        ("organization: nobody, date: 2024-03-01, was: 甲, became: 乙", "knows no organisation nobody"),
        ("organization: bureau, date: 2024-03-01, merged_into: nobody", "knows not both of bureau and nobody"),
    ],
)
def test_a_change_that_means_nothing_is_refused(loader: Engine, tmp_path: Path, line: str, message: str) -> None:
    load(loader, submission())
    with pytest.raises(WarehouseError, match=message):
        declare_changes(loader, read_changes(changes(tmp_path, line)), by="王工")


def test_a_page_that_names_another_department_waits_until_the_name_is_declared(
    loader: Engine, reader: Engine, tmp_path: Path
) -> None:
    """A former name holds the filing with both names and the page; declared, and judged again, it is published."""
    commerce = PUBLISHER.model_copy(update={"id": "commerce", "name": "广州市荔湾区商务局"})
    form = project(1, "甲项目", source=source(page=3, line=None))
    read = records(department="广州市荔湾区经济贸易局", projects=(form,), budget_lines=(money("甲项目", "1.00"),))
    read = dataclasses.replace(read, stated_totals=(), indicators=())
    load(loader, dataclasses.replace(named(NEW, 2025), publisher=commerce))
    held = load(loader, dataclasses.replace(submission(read, filing_id="old"), publisher=commerce))
    assert held.status is Status.HELD
    assert [reason.partition(", or accept")[0] for reason in held.reasons] == [
        "department_agrees: the catalogue says 广州市荔湾区商务局, page 3 names 广州市荔湾区经济贸易局: correct the"
        " publisher of the entry, declare the name if it is a former one (yusuan organizations)"
    ]
    renamed = "organization: commerce, date: 2024-06-01, was: 广州市荔湾区经济贸易局, became: 广州市荔湾区商务局"
    declare_changes(loader, read_changes(changes(tmp_path, renamed)), by="王工")
    assert retry(loader, "old")[0].status is Status.PUBLISHED


def test_a_department_that_was_not_the_catalogues_is_accepted_by_a_person(loader: Engine, reader: Engine) -> None:
    commerce = PUBLISHER.model_copy(update={"id": "commerce", "name": "广州市荔湾区商务局"})
    education = records(department="广州市荔湾区教育局")
    load(loader, dataclasses.replace(submission(education), publisher=commerce))
    assert accept(loader, "filing-1", by="王工", because="合署").status is Status.PUBLISHED
    assert rows(reader, "SELECT department, flags FROM mart.filing") == [("广州市荔湾区商务局", "accepted")]
