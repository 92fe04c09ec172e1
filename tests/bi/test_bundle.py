"""The files Superset imports are those the declared charts give, and fit together."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, text

from bi.superset.bundle import FOLDER, files
from bi.superset.charts import CALCULATED, CHARTS, DATASETS, DESK, FILTERS, PAGE_LINK
from warehouse.schema.marts import VIEWS

COLUMNS = {view.name: {column.name for column in (*view.columns, *CALCULATED.get(view.name, ()))} for view in VIEWS}


def bundle(folder: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / folder).rglob("*.yaml"))]


def test_the_files_are_current(reader: Engine) -> None:
    written = {str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.yaml")}
    with reader.connect() as connection:
        assert written == files(connection), "run `make docs`"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_asks_for_what_its_dataset_has(chart: Any) -> None:
    assert {*chart.columns, *(one.column for one in chart.filters)} <= COLUMNS[chart.view]
    assert {name.removeprefix("-") for name in chart.order} <= COLUMNS[chart.view]
    assert set(chart.metrics) <= {metric.name for metric in DATASETS[chart.view]}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_money_is_never_summed_over_years(chart: Any) -> None:
    """No measure of a filing adds over fiscal years."""
    if set(chart.metrics) & {"amount_wan", "change_wan", "difference_wan"}:
        assert {"fiscal_year", "fiscal_year_basis"} & set(chart.columns)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_nothing_is_summed_over_kinds_of_filing_or_scopes(chart: Any) -> None:
    """A table and its form, a department and its own unit show the same money and promises again."""
    if set(chart.metrics) & {"amount_wan", "indicators"}:
        assert any(column.endswith("basis") for column in chart.columns)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_rows_without_a_difference_do_not_stand_where_the_largest_should_be(chart: Any) -> None:
    """PostgreSQL puts what is null above all that is not."""
    assert not {"-difference_yuan", "-change_yuan", "-total_yuan"} & set(chart.order)


@pytest.mark.parametrize("view", DATASETS)
def test_each_filter_of_the_dashboard_reaches_every_dataset(view: str) -> None:
    assert {column for column, _ in FILTERS} <= COLUMNS[view]


def test_every_chart_is_on_the_dashboard_and_has_a_dataset() -> None:
    (dashboard,) = bundle("dashboards")
    placed = {one["meta"]["uuid"] for one in dashboard["position"].values() if "meta" in one and "uuid" in one["meta"]}
    assert placed == {chart["uuid"] for chart in bundle("charts")}
    assert {chart["dataset_uuid"] for chart in bundle("charts")} == {one["uuid"] for one in bundle("datasets")}


def test_a_figure_links_to_the_page_it_was_printed_on(reader: Engine) -> None:
    """Addresses of the web alone become links: a catalogue may say anything."""
    printed = "('https://a.gov.cn/\"b.pdf', 3), ('http://a.gov.cn/c.html', NULL), ('javascript:alert(1)', 1), (NULL, 2)"
    rows = f"(VALUES {printed}) AS v (source_url, page), (VALUES ('/cell/b1')) AS d (desk_path)"
    query = f"SELECT {PAGE_LINK.expression} FROM {rows}"
    with reader.connect() as connection:
        found = connection.execute(text(query)).scalars().all()
    assert found == [
        '<a href="https://a.gov.cn/b.pdf#page=3" target="_blank">第3页</a>',
        '<a href="http://a.gov.cn/c.html" target="_blank">打开</a>',
        "javascript:alert(1)",
        "",
    ]


def test_a_figure_links_to_its_cell_at_the_desk_where_there_is_one(reader: Engine) -> None:
    expression = PAGE_LINK.expression.replace(DESK, "https://desk.example")
    query = f"SELECT {expression} FROM (VALUES ('https://a.gov.cn', 3, '/cell/b1')) AS v (source_url, page, desk_path)"
    with reader.connect() as connection:
        found = connection.execute(text(query)).scalar_one()
    assert found == '<a href="https://desk.example/cell/b1" target="_blank">第3页</a>'


def test_no_file_holds_a_password() -> None:
    (database,) = bundle("databases")
    assert database["sqlalchemy_uri"] == "postgresql+psycopg2://bi_reader@127.0.0.1/yusuan"
