"""Writes the files Superset imports, from the declared charts and from the mart's own columns and comments."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from bi.superset.charts import CALCULATED, CHARTS, DATASETS, FILTERS, ROWS, TITLE, Chart
from warehouse.schema.marts import VIEWS

FOLDER = Path(__file__).parent / "bundle"
DATABASE = "yusuan"
ADDRESS = "postgresql+psycopg2://bi_reader@127.0.0.1/yusuan"
"""Stands in until `superset set-database-uri` names the real one: a masked password would make the import fail."""
_NAMESPACE = uuid.UUID("4f3c5b1e-6a0d-5f0e-9c57-79757375616e")
_GRID = ["ROOT_ID", "GRID_ID"]
NOTE_HEIGHT = 10
"""Two lines of text, in the grid's units of 8 pixels."""


def files(connection: sa.Connection) -> dict[str, str]:
    """Every file of the bundle by its path; `connection` is a reader's, for the types of the columns."""
    written: dict[str, Any] = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        f"databases/{DATABASE}.yaml": _database(),
        "dashboards/budgets.yaml": _dashboard(),
    }
    for view in DATASETS:
        written[f"datasets/{DATABASE}/{view}.yaml"] = _dataset(connection, view)
    for chart in CHARTS:
        written[f"charts/{chart.name}.yaml"] = _chart(chart)
    return {
        path: yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
        for path, content in written.items()
    }


def write(connection: sa.Connection) -> None:
    """Replace the bundle's files by what is declared now."""
    written = files(connection)
    shutil.rmtree(FOLDER, ignore_errors=True)
    for path, content in written.items():
        target = FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def _uuid(*name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(name)))


def _database() -> dict[str, Any]:
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": ADDRESS,
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_file_upload": False,
        "extra": {"allows_virtual_table_explore": True},
        "uuid": _uuid("database"),
        "version": "1.0.0",
    }


def _dataset(connection: sa.Connection, name: str) -> dict[str, Any]:
    view = next(one for one in VIEWS if one.name == name)
    types = {one["name"]: one["type"] for one in sa.inspect(connection).get_columns(name, schema="mart")}
    return {
        "table_name": name,
        "main_dttm_col": "fiscal_year_start" if "fiscal_year_start" in types else None,
        "description": view.comment(),
        "schema": "mart",
        "sql": None,
        "filter_select_enabled": True,
        "uuid": _uuid("dataset", name),
        "metrics": [
            {
                "metric_name": metric.name,
                "verbose_name": metric.zh,
                "expression": metric.expression,
                "d3format": metric.number_format,
            }
            for metric in DATASETS[name]
        ],
        "columns": [
            {
                "column_name": column.name,
                "verbose_name": column.zh,
                "description": column.meaning(),
                "type": str(types[column.name]),
                "is_dttm": isinstance(types[column.name], (sa.Date, sa.DateTime)),
                "groupby": True,
                "filterable": True,
            }
            for column in view.columns
        ]
        + [
            {
                "column_name": column.name,
                "verbose_name": column.zh,
                "expression": column.expression,
                "type": column.type,
                "is_dttm": False,
                "groupby": True,
                "filterable": True,
            }
            for column in CALCULATED.get(name, ())
        ],
        "version": "1.0.0",
        "database_uuid": _uuid("database"),
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "slice_name": chart.title,
        "viz_type": chart.type,
        "params": _parameters(chart),
        "query_context": json.dumps(_query_context(chart), ensure_ascii=False),
        "cache_timeout": None,
        "uuid": _uuid("chart", chart.name),
        "version": "1.0.0",
        "dataset_uuid": _uuid("dataset", chart.view),
    }


def _parameters(chart: Chart) -> dict[str, Any]:
    """What the chart's own form holds, by type of chart."""
    filters: list[dict[str, Any]] = [one.adhoc() for one in chart.filters]
    common = {"viz_type": chart.type, "adhoc_filters": filters, "color_scheme": "supersetColors", "row_limit": 10000}
    formats = {metric.name: metric.number_format for metric in DATASETS[chart.view]}
    match chart.type:
        case "big_number_total":
            own: dict[str, Any] = {"metric": chart.metrics[0], "y_axis_format": formats[chart.metrics[0]]}
        case "echarts_timeseries_bar":
            own = {
                "x_axis": chart.columns[0],
                "groupby": list(chart.columns[1:]),
                "metrics": list(chart.metrics),
                "y_axis_format": formats[chart.metrics[0]],
                "truncateYAxis": False,
            }
        case "table":
            own = {
                "all_columns": list(chart.columns),
                "order_by_cols": [json.dumps(one) for one in _order(chart)],
                "column_config": {name: {"d3NumberFormat": ",.2f"} for name in chart.columns if name.endswith("_yuan")},
            }
        case _:
            raise ValueError(f"chart {chart.name}: no parameters are declared for the type {chart.type}")
    return common | own | chart.more


def _order(chart: Chart) -> list[tuple[str, bool]]:
    """(column, upwards) of a table of rows."""
    return [(one.removeprefix("-"), not one.startswith("-")) for one in chart.order]


def _query_context(chart: Chart) -> dict[str, Any]:
    """The query by which Superset's programming interface answers for the chart without a browser."""
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [
            {
                "columns": list(chart.columns),
                **({"metrics": list(chart.metrics)} if chart.metrics else {}),
                "filters": [one.query() for one in chart.filters],
                "orderby": [[name, upwards] for name, upwards in _order(chart)],
                "row_limit": 10000,
                "extras": {},
            }
        ],
        "form_data": _parameters(chart),
        "result_format": "json",
        "result_type": "full",
    }


def _dashboard() -> dict[str, Any]:
    return {
        "dashboard_title": TITLE,
        "description": "政府公开的项目预算与绩效目标：每个数字都可追溯到文件的页。",
        "css": "",
        "slug": "budgets",
        "uuid": _uuid("dashboard"),
        "published": True,
        "position": _position(),
        "metadata": {
            "color_scheme": "supersetColors",
            "cross_filters_enabled": True,
            "refresh_frequency": 0,
            "expanded_slices": {},
            "native_filter_configuration": list(_native_filters()),
        },
        "version": "1.0.0",
    }


def _position() -> dict[str, Any]:
    """The grid: one row of charts below the other, a chart's note in a row of its own above it."""
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": TITLE}},
        "GRID_ID": {
            "type": "GRID",
            "id": "GRID_ID",
            "parents": ["ROOT_ID"],
            "children": [],
        },
    }
    rows = position["GRID_ID"]["children"]
    for number, row in enumerate(ROWS):
        for chart in (chart for chart in row if chart.note):
            name, note = f"ROW-NOTE-{chart.name}", f"MARKDOWN-{chart.name}"
            rows.append(name)
            position[name] = _row(name, [note])
            position[note] = {
                "type": "MARKDOWN",
                "id": note,
                "parents": [*_GRID, name],
                "children": [],
                "meta": {"code": chart.note, "width": 12, "height": NOTE_HEIGHT},
            }
        name = f"ROW-{number}"
        rows.append(name)
        position[name] = _row(name, [f"CHART-{chart.name}" for chart in row])
        for chart in row:
            position[f"CHART-{chart.name}"] = {
                "type": "CHART",
                "id": f"CHART-{chart.name}",
                "parents": [*_GRID, name],
                "children": [],
                "meta": {
                    "chartId": 1 + CHARTS.index(chart),
                    "uuid": _uuid("chart", chart.name),
                    "width": chart.width,
                    "height": chart.height,
                    "sliceName": chart.title,
                },
            }
    return position


def _row(name: str, children: list[str]) -> dict[str, Any]:
    meta = {"background": "BACKGROUND_TRANSPARENT"}
    return {"type": "ROW", "id": name, "parents": _GRID, "children": children, "meta": meta}


def _native_filters() -> Iterator[dict[str, Any]]:
    for column, title in FILTERS:
        yield {
            "id": f"NATIVE_FILTER-{column}",
            "name": title,
            "type": "NATIVE_FILTER",
            "filterType": "filter_select",
            "targets": [{"column": {"name": column}, "datasetUuid": _uuid("dataset", "filing")}],
            "controlValues": {"multiSelect": True, "enableEmptyFilter": False, "inverseSelection": False},
            "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
            "cascadeParentIds": [],
            "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
            "description": "",
        }


if __name__ == "__main__":
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    with open_database(load_settings()).engine(Login.READER).connect() as reader:
        write(reader)
