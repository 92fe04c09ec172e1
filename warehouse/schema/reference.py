"""What the questions need and no filing prints: people per region, which projects are the same and which are alike."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from warehouse.schema.declarations import INT, NUMBER, TEXT, TIME, Table, attribute, key, measure


def _population() -> Iterator[dict[str, Any]]:
    """The rows of the seed file; its `region` column is for whoever reads the file."""
    seed = files("warehouse").joinpath("seeds/population.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(seed.splitlines()):
        yield {
            "region_code": row["region_code"],
            "census_year": int(row["census_year"]),
            "population": int(row["population"]),
            "source": row["source"],
        }


POPULATION = Table(
    schema="dw",
    name="population",
    zh="常住人口",
    grain="The residents of one region in one count; from `warehouse/seeds/population.csv`.",
    columns=(
        key("population_key", "人口键"),
        attribute("region_code", TEXT, "区划代码", "GB/T 2260, six digits."),
        attribute("census_year", INT, "普查年度", "Year of the count."),
        measure("population", INT, "常住人口", "Residents.", unit="人", additive="across regions of one count"),
        attribute("source", TEXT, "数据来源", "Who published the figure, where and when."),
    ),
    primary_key=("population_key",),
    unique=(("region_code", "census_year"),),
    seeds=tuple(_population()),
)

PROJECT_CROSSWALK = Table(
    schema="dw",
    name="project_crosswalk",
    zh="项目沿革对照",
    grain="One project that a person says continues another under a new name or unit (`yusuan same`).",
    columns=(
        key("crosswalk_key", "对照键"),
        attribute("project_id", INT, "项目标识", "The project as it is called now."),
        attribute("previous_project_id", INT, "上年项目标识", "The project it continues."),
        attribute("declared_by", TEXT, "确认人", "Who says so."),
        attribute("because", TEXT, "理由", "Why."),
        attribute("declared_at", TIME, "确认时间", "When.", default="now()"),
    ),
    primary_key=("crosswalk_key",),
    unique=(("project_id", "previous_project_id"),),
)

PROJECT_LIKENESS = Table(
    schema="dw",
    name="project_likeness",
    zh="项目名称相似度",
    grain="Two projects of one publisher in adjoining years whose names are alike: worth a person's look.",
    columns=(
        attribute("project_id", INT, "项目标识", "The project of the later year."),
        attribute("previous_project_id", INT, "上年项目标识", "The project of the year before."),
        measure("score", NUMBER, "相似度", "Share of common character pairs (Dice), 0 to 1.", additive="not additive"),
    ),
    primary_key=("project_id", "previous_project_id"),
)

DEPARTMENT_NAME = Table(
    schema="dw",
    name="department_name",
    zh="部门名称表",
    grain="One name of one department that a person added, for portals of many (`yusuan departments add`).",
    columns=(
        key("department_name_key", "名称键"),
        attribute("department_id", TEXT, "部门标识", "The publisher's id in the catalogue."),
        attribute("region_code", TEXT, "区划代码", "GB/T 2260, six digits."),
        attribute("region", TEXT, "地区", "Name of the region."),
        attribute("name", TEXT, "名称", "The name."),
        attribute("kind", TEXT, "名称类别", "`official`, `former` or `short`."),
        attribute("declared_by", TEXT, "添加人", "Who says so."),
        attribute("declared_at", TIME, "添加时间", "When.", default="now()"),
    ),
    primary_key=("department_name_key",),
    unique=(("department_id", "name"),),
)

VOCABULARY_ROW = Table(
    schema="dw",
    name="vocabulary_row",
    zh="新增词条",
    grain="One spelling that a person added to the vocabulary (`yusuan vocabulary add`).",
    columns=(
        key("vocabulary_row_key", "词条键"),
        attribute("place", TEXT, "位置", "Where the spelling counts, e.g. `form.label`."),
        attribute("concept", TEXT, "概念", "What it means there."),
        attribute("spelling", TEXT, "写法", "As printed."),
        attribute("kind", TEXT, "适用类型", "Kind of filing it is limited to; empty: all.", default="''"),
        attribute("added_by", TEXT, "添加人", "Who says so."),
        attribute("because", TEXT, "理由", "Why.", default="''"),
        attribute("added_at", TIME, "添加时间", "When.", default="now()"),
        attribute("withdrawn_by", TEXT, "撤销人", "Who took it back.", null=True),
        attribute("withdrawn_at", TIME, "撤销时间", "When it was taken back.", null=True),
    ),
    primary_key=("vocabulary_row_key",),
)

ENTRY_CORRECTION = Table(
    schema="dw",
    name="entry_correction",
    zh="目录更正",
    grain="One correction by a person of what the catalogue says of a filing; the latest of a field counts.",
    columns=(
        key("entry_correction_key", "更正键"),
        attribute("filing_id", TEXT, "文件标识", "The filing."),
        attribute("field", TEXT, "栏目", "`fiscal_year`, `scope` or `publisher`."),
        attribute("former", TEXT, "原值", "Of a publisher: the one it was declared under.", null=True),
        attribute("value", TEXT, "更正值", "What it is."),
        attribute("corrected_by", TEXT, "更正人", "Who says so."),
        attribute("because", TEXT, "理由", "Why."),
        attribute("corrected_at", TIME, "更正时间", "When.", default="now()"),
    ),
    primary_key=("entry_correction_key",),
)

REFERENCE = (POPULATION, PROJECT_CROSSWALK, PROJECT_LIKENESS, DEPARTMENT_NAME, VOCABULARY_ROW, ENTRY_CORRECTION)
