"""docs/targets.md shows what the grammar does: its examples are written by the grammar, its flags are all there are."""

from __future__ import annotations

import re
from pathlib import Path

from tests.transform.readings import cases
from transform.records import Reading
from transform.targets.grammar import read_targets
from transform.targets.review import describe

PAGE = Path(__file__).parents[2] / "docs" / "targets.md"
BLOCK = re.compile(r"(<!-- examples: .*? -->\n).*?(<!-- /examples -->)", re.DOTALL)

EXAMPLES = (
    "≥90%",
    "2800份以上",
    "20亿元以上",
    "不少于4641平方",
    "≥3.5万人次",
    "≤5000元/人",
    "1-2次",
    "60000≤Q＜80000",
    "一场或以上",
    "百分之九十以上",
    "5:1",
    "提高2个百分点",
    "约300余家",
    "7个工作日内",
    "2023年12月31日前",
    "第三季度前",
    "2023.07-2024.01",
    "是",
    "每月1次",
    "到2025年，税收比2022年增长1倍以上",
    "完成不少于380个点位数",
    "24小时内处置率95%",
    "新增20亿注册量；接入量达到20000家以上",
    "1/3的村集体收入达到15万",
    "培训2期100人次",
    "400万",
    "零投诉",
    "无负面投诉",
    "不超预算",
    "有所提高",
    "≥**个",
    "10O%",
)


def table() -> str:
    lines = ["| printed | reading | base | rule |", "|---|---|---|---|"]
    for text in EXAMPLES:
        for number, reading in enumerate(read_targets(text, fiscal_year=2024)):
            printed = f"`{text}`" if number == 0 else ""
            lines.append(f"| {printed} | {describe(reading)} | {base(reading)} | {reading.rule} |")
    return "\n".join(lines) + "\n"


def base(reading: Reading) -> str:
    if reading.base_value is None:
        return ""
    upper = f"–{reading.base_value_upper.normalize():f}" if reading.base_value_upper is not None else ""
    return f"{reading.base_value.normalize():f}{upper} {reading.base_unit or ''}".strip()


def page() -> str:
    return BLOCK.sub(lambda block: block[1] + table() + block[2], PAGE.read_text(encoding="utf-8"))


def test_the_examples_are_what_the_grammar_reads():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.transform.test_targets_page"


def test_every_flag_is_explained():
    explained = set(re.findall(r"`([a-z_]+)`", PAGE.read_text(encoding="utf-8").split("## Flags")[1]))
    for file in ("targets.tsv", "targets_elsewhere.tsv"):
        for case in cases(file):
            for reading in read_targets(case.text, name=case.name):
                assert set(reading.findings) <= explained


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
