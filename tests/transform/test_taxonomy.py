"""Labels fold to the closed list exactly, or are unknown; only `fold_garbled` repairs, and says so."""

import pytest

from transform.targets.taxonomy import (
    LEVEL1,
    LEVEL2,
    Folded,
    fold_garbled,
    fold_level1,
    fold_level2,
    normalise_indicator_name,
)


@pytest.mark.parametrize("branch", LEVEL1, ids=lambda branch: branch.name)
def test_level1_folds_from_every_printing(branch):
    for printed in (branch.name, f"{branch.name}指标", f"{branch.code}-{branch.name}指标", f" {branch.name} 指标\n"):
        assert fold_level1(printed) == branch.name


@pytest.mark.parametrize("branch", LEVEL2, ids=lambda branch: branch.name)
def test_level2_folds_from_every_printing(branch):
    for printed in (
        branch.name,
        f"{branch.name}指标",
        f"{branch.code}-{branch.name}指标",
        f"{branch.code}．{branch.name}",
    ):
        assert fold_level2(printed) == branch.name


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
def test_aliases_of_level2(printed, level1, level2):
    assert fold_level2(printed, level1) == level2


@pytest.mark.parametrize(
    ("printed", "level", "expected"),
    [
        ("产岀指标", 1, Folded(name="产出", repaired=True)),
        ("12-灰重指标", 2, Folded(name="质量", repaired=True)),
        ("数重指标", 2, Folded(name="数量", repaired=True)),
        ("社会效盖指标", 2, Folded(name="社会效益", repaired=True)),
        ("数量指标", 2, Folded(name="数量", repaired=False)),
        ("灰重指标", 2, None),  # as far from 数量 as from 质量
        ("经济成本指标", 1, None),  # a label of the other level is not a garbled one of this
        ("项目名称", 1, None),
        ("", 2, None),
    ],
)
def test_garbled_labels_are_repaired_only_when_one_is_nearest(printed, level, expected):
    assert fold_garbled(printed, level) == expected


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("222192406-对社会的影响程度", "对社会的影响程度"),
        ("服务对象满意度（%）", "服务对象满意度"),
        ("服务对象满意度 (%)", "服务对象满意度"),
        ("１、培训人数（人次）", "培训人数"),
        ("“三线”重大隐患紧急处置时间（小时）", "三线重大隐患紧急处置时间"),
        ("2023年完成", "2023年完成"),
        ("（一）", "一"),
    ],
)
def test_names_compare_without_code_unit_and_marks(printed, normal):
    assert normalise_indicator_name(printed) == normal
