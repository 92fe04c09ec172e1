"""Labels of levels fold to the closed lists exactly, or are unknown; the vocabulary says how they are spelled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.transform.project_forms import DECLARED
from tests.transform.typeset import document_of
from transform.recognition import read_records
from transform.records import Records
from transform.targets.taxonomy import PARENTS, Levels
from transform.vocabulary import BUNDLED, Spelling

LEVELS = Levels(BUNDLED)
CODES = dict(zip(PARENTS, ["11", "12", "13", "14", "21", "22", "23", "24", "31", "41", "42", "43"], strict=True))
FORM = """
| 项目名称 | 科普活动 |||
| 年度目标 | 办好科普活动 |||
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 履职效能指标 | 工作完成指标 | 举办场次 | ≥12场 |
| 履职效能指标 | 工作完成指标 | 参加人数 | ≥300人 |
"""


@pytest.mark.parametrize(("code", "name"), [("1", "产出"), ("2", "效益"), ("3", "满意度"), ("4", "成本")])
def test_level1_folds_from_every_printing(code: str, name: str) -> None:
    for printed in (name, f"{name}指标", f"{code}-{name}指标", f" {name} 指标\n"):
        assert LEVELS.level1(printed) == name


@pytest.mark.parametrize("name", PARENTS)
def test_level2_folds_from_every_printing(name: str) -> None:
    for printed in (name, f"{name}指标", f"{CODES[name]}-{name}指标", f"{CODES[name]}．{name}"):
        assert LEVELS.level2(printed) == name


@pytest.mark.parametrize(
    ("printed", "level1", "level2"),
    [
        ("社会公众或服务对象满意度指标", None, "服务对象满意度"),
        ("环境效益指标", "效益", "生态效益"),
        ("生态环境", "效益", "生态效益"),
        ("生态环境", "成本", "生态环境成本"),
        ("经济", "成本", "经济成本"),
        ("经济", None, "经济效益"),
        ("其他指标", None, None),
        ("", None, None),
    ],
)
def test_aliases_of_level2(printed: str, level1: str | None, level2: str | None) -> None:
    assert LEVELS.level2(printed, level1) == level2


def read(*added: Spelling) -> Records:
    declaration = replace(DECLARED, vocabulary=BUNDLED.with_rows(added))
    return read_records(document_of("项目支出绩效目标表", "（2024年度）", "单位：万元", FORM), declaration)


def test_a_level_that_nobody_knows_is_kept_as_printed_and_can_be_taught() -> None:
    records = read()
    assert [(one.level1, one.level1_printed, one.flags) for one in records.indicators] == [
        ("未知", "履职效能指标", ("level1_unknown",))
    ] * 2
    assert [finding.message.split(": add ")[1] for finding in records.findings if finding.code == "unknown_level"] == [
        "`indicator.level1,<level>,履职效能指标`",
        "`indicator.level2,<level>,工作完成指标`",
    ]
    taught = read(
        Spelling("indicator.level1", "产出", "履职效能指标"), Spelling("indicator.level2", "数量", "工作完成指标")
    )
    assert [(one.level1, one.level2, one.flags) for one in taught.indicators] == [("产出", "数量", ())] * 2
    assert not [finding for finding in taught.findings if finding.code == "unknown_level"]
