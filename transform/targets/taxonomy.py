"""The tree of indicators that every form prints a part of: level 1, level 2, and the names below them.

Level 1 and 2 are closed lists, declared here with their codes (the `1-`, `11-`, `41-` that some filings print) and
their aliases. Folding is exact: a label that is not declared is unknown, never the nearest. `fold_garbled` alone also
accepts a label that recognition has garbled, and says that it did.

中央部门预算绩效目标管理办法 (财预〔2015〕88号) has 产出指标 (数量 质量 时效 成本), 效益指标 (经济 社会 生态 效益,
可持续影响) and 满意度指标 (服务对象满意度); there 成本 is a branch of 产出. Newer forms print 成本指标 at level 1, with
经济成本, 社会成本 and 生态环境成本 below it. Both stand here, and no label is moved from one to the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from transform.targets.numerals import fold

CENTRAL_2015: Final = "财预〔2015〕88号"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One branch of the tree. `parent` is the level 1 under which the standard has it; None for level 1 itself."""

    name: str
    english: str
    code: str | None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    standard: str | None = None


LEVEL1: Final = (
    Branch(
        name="产出",
        english="Output",
        code="1",
        aliases=("产出值", "项目完成", "项目产出", "绩效产出", "产出目标"),
        standard=CENTRAL_2015,
    ),
    Branch(
        name="效益",
        english="Outcome",
        code="2",
        aliases=("效果", "项目效益", "项目效果", "效益目标", "效果目标"),
        standard=CENTRAL_2015,
    ),
    Branch(
        name="满意度",
        english="Satisfaction",
        code="3",
        aliases=("服务对象满意度", "社会公众或服务对象满意度", "满意度目标"),
        standard=CENTRAL_2015,
    ),
    Branch(name="成本", english="Cost", code="4", aliases=("项目成本", "成本目标")),
)

LEVEL2: Final = (
    Branch(
        name="数量", english="Quantity", code="11", parent="产出", aliases=("数量值", "产出数量"), standard=CENTRAL_2015
    ),
    Branch(
        name="质量", english="Quality", code="12", parent="产出", aliases=("质量值", "产出质量"), standard=CENTRAL_2015
    ),
    Branch(
        name="时效",
        english="Timeliness",
        code="13",
        parent="产出",
        aliases=("时效值", "时间", "进度", "产出时效", "产出进度"),
        standard=CENTRAL_2015,
    ),
    Branch(
        name="成本", english="Cost", code="14", parent="产出", aliases=("成本值", "产出成本"), standard=CENTRAL_2015
    ),
    Branch(
        name="经济效益",
        english="Economic benefit",
        code="21",
        parent="效益",
        aliases=("经济", "经济效果"),
        standard=CENTRAL_2015,
    ),
    Branch(
        name="社会效益",
        english="Social benefit",
        code="22",
        parent="效益",
        aliases=("社会", "社会效果"),
        standard=CENTRAL_2015,
    ),
    Branch(
        name="生态效益",
        english="Ecological benefit",
        code="23",
        parent="效益",
        aliases=("生态", "环境效益", "生态环境效益", "生态环境", "环境", "生态效果"),
        standard=CENTRAL_2015,
    ),
    Branch(
        name="可持续影响",
        english="Sustained effect",
        code="24",
        parent="效益",
        aliases=("可持续", "可持续发展", "可持续性", "可持续效益", "可持续影响效益", "可持续发展影响", "持续影响"),
        standard=CENTRAL_2015,
    ),
    Branch(
        name="服务对象满意度",
        english="Satisfaction of those served",
        code="31",
        parent="满意度",
        aliases=(
            "满意度",
            "服务对象",
            "服务对象满意",
            "受益对象满意度",
            "社会公众或服务对象满意度",
            "社会公众满意度",
            "公众满意度",
            "群众满意度",
            "帮扶对象满意度",
            "受益群众满意度",
            "服务满意度",
            "服务对象或社会公众满意度",
            "社会公众及服务对象满意度",
            "公众或服务对象满意度",
            "受益人员满意度",
            "服务对象或受益人满意度",
            "受益者满意度",
        ),
        standard=CENTRAL_2015,
    ),
    Branch(name="经济成本", english="Economic cost", code="41", parent="成本", aliases=("经济成本值",)),
    Branch(name="社会成本", english="Social cost", code="42", parent="成本"),
    Branch(
        name="生态环境成本",
        english="Ecological cost",
        code="43",
        parent="成本",
        aliases=("生态成本", "环境成本", "生态环境"),
    ),
)
"""Level 2 with its codes; 生态环境 without a word for benefit or cost is read by its parent (see `fold_level2`)."""

PARENTS: Final = {branch.name: branch.parent for branch in LEVEL2}
"""Level 2 → the level 1 that the standard has it under."""

_EDGE: Final = "-—·.:;,。、()[]【】“”\"'*"
_CODE: Final = re.compile(r"^\(?\d{1,10}\)?[-.、:_]?")
_ENDING: Final = re.compile(r"(?:类|性|绩效)?指标(?:值)?等?$")


def _label(printed: str) -> str:
    """A branch's label less code, brackets, suffix and layout: `11-数量指标` → `数量`."""
    text = fold(printed).strip(_EDGE)
    text = _CODE.sub("", text).strip(_EDGE)
    text = re.sub(r"\([^()]*\)$", "", text)
    return _ENDING.sub("", text)


def _names(branches: tuple[Branch, ...]) -> dict[str, str]:
    table: dict[str, str] = {}
    for branch in branches:
        for label in (branch.name, *branch.aliases):
            table.setdefault(label, branch.name)
    return table


_LEVEL1: Final = _names(LEVEL1)
_LEVEL2: Final = _names(LEVEL2)


def fold_level1(printed: str) -> str | None:
    """The canonical level 1 (产出 效益 满意度 成本) of a printed label; None if it is none of them."""
    return _LEVEL1.get(_label(printed))


def fold_level2(printed: str, level1: str | None = None) -> str | None:
    """The canonical level 2 of a printed label; None if it is none of them. `level1`, canonical, decides between
    生态环境 as a benefit and as a cost, and names the 经济 and 社会 of a cost."""
    label = _label(printed)
    if level1 == "成本" and (
        cost := {"经济": "经济成本", "社会": "社会成本", "生态环境": "生态环境成本", "生态": "生态环境成本"}.get(label)
    ):
        return cost
    return _LEVEL2.get(label)


_PATH = re.compile(r"(\w{2,6}?指标)(\w{2,10}?指标)(.+)", re.DOTALL)


def path_of(printed: str) -> tuple[str, str, str] | None:
    """Level 1, level 2 and the indicator of one that is printed with them in one piece (产出指标数量指标培训次数); None
    where the first two are not declared levels of one branch."""
    found = _PATH.match(printed.strip())
    if found is None:
        return None
    first, second, name = found.groups()
    level1 = fold_level1(first)
    level2 = fold_level2(second, level1)
    return (first, second, name.strip()) if level1 and PARENTS.get(level2 or "") == level1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A canonical name, and whether the label had to be repaired to get it."""

    name: str
    repaired: bool


def fold_garbled(printed: str, level: int) -> Folded | None:
    """The branch of a label that recognition may have garbled (产岀指标, 12-灰重指标), `level` 1 or 2; None if none is
    near, or two are, or the label is one of the other level.

    Near means that with the word 指标 at most one character in three differs, and that the label's own word keeps one;
    or that a declared code stands before a label of the same length.
    """
    exact, other = (fold_level1, fold_level2) if level == 1 else (fold_level2, fold_level1)
    if name := exact(printed):
        return Folded(name=name, repaired=False)
    return None if other(printed) else _nearest(fold(printed).strip(_EDGE), level)


def _nearest(printed: str, level: int) -> Folded | None:
    branches = LEVEL1 if level == 1 else LEVEL2
    label = _CODE.sub("", printed)
    code = printed[: len(printed) - len(label)].rstrip("-.、:_")
    for branch in branches:
        if code and branch.code == code and label.endswith("标") and len(label) == len(branch.name) + 2:
            return Folded(name=branch.name, repaired=True)
    nearest: dict[str, float] = {}
    for branch in branches:
        for alias in (branch.name, *branch.aliases):
            for candidate in (f"{alias}指标", alias):
                if len(candidate) < 4 or abs(len(candidate) - len(label)) > 1 or not set(alias) & set(label):
                    continue
                share = distance(label, candidate) / len(candidate)
                if share <= 1 / 3:
                    nearest[branch.name] = min(share, nearest.get(branch.name, 1))
    best = min(nearest.values(), default=None)
    names = [name for name, share in nearest.items() if share == best]
    return Folded(name=names[0], repaired=True) if len(names) == 1 else None


def distance(left: str, right: str) -> int:
    """Characters to insert, drop or replace to make one text the other (Levenshtein)."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


_NAME_CODE: Final = re.compile(r"^(?:\d{3,}[-_.:、]|\d{1,3}[-、.](?!\d)|\(\d{1,3}\))")
_NAME_UNIT: Final = re.compile(r"\([^()]{1,12}\)$|\[[^\[\]]{1,12}\]$|[%‰]$")
_NAME_MARKS: Final = re.compile(r"[“”\"'《》()\[\]【】:;,。、.\-~*≥≤<>=]")


def normalise_indicator_name(printed: str) -> str:
    """An indicator's name for comparison only: less code (222192406-), unit in its last brackets, marks, layout."""
    text = _NAME_CODE.sub("", fold(printed))
    text = _NAME_UNIT.sub("", text.rstrip(":;,。、.")) or text
    return _NAME_MARKS.sub("", text) or text
