"""The tree of indicators that every form prints a part of: level 1, level 2, and the names below them.

Level 1 and 2 are closed lists; how they are spelled is the vocabulary's (`indicator.level1`, `indicator.level2`; a row
whose kind is a level 1 counts under that branch alone). Folding is exact: a label that no row knows is unknown, never
the nearest.

中央部门预算绩效目标管理办法 (财预〔2015〕88号) has 产出指标 (数量 质量 时效 成本), 效益指标 (经济 社会 生态 效益,
可持续影响) and 满意度指标 (服务对象满意度); there 成本 is a branch of 产出. Newer forms print 成本指标 at level 1, with
经济成本, 社会成本 and 生态环境成本 below it. Both stand here, and no label is moved from one to the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from transform.targets.numerals import fold
from transform.vocabulary import Vocabulary

PARENTS: Final = {
    "数量": "产出",
    "质量": "产出",
    "时效": "产出",
    "成本": "产出",
    "经济效益": "效益",
    "社会效益": "效益",
    "生态效益": "效益",
    "可持续影响": "效益",
    "服务对象满意度": "满意度",
    "经济成本": "成本",
    "社会成本": "成本",
    "生态环境成本": "成本",
}
"""Level 2 → the level 1 that the standard has it under."""

_EDGE: Final = "-—·.:;,。、()[]【】“”\"'*"
_CODE: Final = re.compile(r"^\(?\d{1,10}\)?[-.、:_]?")
_ENDING: Final = re.compile(r"(?:类|性|绩效)?指标(?:值)?等?$")
_PATH: Final = re.compile(r"(\w{2,6}?指标)(\w{2,10}?指标)(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of indicators as a vocabulary spells them."""

    vocabulary: Vocabulary

    def level1(self, printed: str) -> str | None:
        """The canonical level 1 (产出 效益 满意度 成本) of a printed label; None if it is none of them."""
        return self._meaning("indicator.level1", printed, "")

    def level2(self, printed: str, level1: str | None = None) -> str | None:
        """The canonical level 2 of a printed label; None if it is none of them. `level1`, canonical, decides between
        生态环境 as a benefit and as a cost, and names the 经济 and 社会 of a cost."""
        return self._meaning("indicator.level2", printed, level1 or "")

    def _meaning(self, place: str, printed: str, kind: str) -> str | None:
        whole = fold(printed).strip(_EDGE)
        shorter = _CODE.sub("", whole).strip(_EDGE)
        shorter = _ENDING.sub("", re.sub(r"\([^()]*\)$", "", shorter))
        return self.vocabulary.meaning(place, shorter, kind) or self.vocabulary.meaning(place, whole, kind)

    def path(self, printed: str) -> tuple[str, str, str] | None:
        """Level 1, level 2 and the indicator of one that is printed with them in one piece (产出指标数量指标培训次数);
        None where the first two are not levels of one branch."""
        found = _PATH.match(printed.strip())
        if found is None:
            return None
        first, second, name = found.groups()
        level1 = self.level1(first)
        level2 = self.level2(second, level1)
        return (first, second, name.strip()) if level1 and PARENTS.get(level2 or "") == level1 else None
