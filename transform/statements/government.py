"""The statements of a whole government (政府预算, 执行, 决算, 债务), declared: which there are, and what titles say.

A title names a fund (一般公共预算, 政府性基金 …), what is shown of it (收入, 支出, 转移支付 …) and a level: that of
the whole region (全市) or the government's own (市本级). All make the statement's name: money adds within one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import Final

from transform.records import Kind, Level
from transform.statements.declared import Statement
from transform.vocabulary import fold

_FUNDS: Final = (
    ("debt", "债务", r"债(?!务付息支出|务发行费)"),
    ("three_public", "“三公”经费", "三公"),
    ("fund", "政府性基金", "政府性基金|基金预算(?!.*社会保险)(?<!社会保险基金预算)"),
    ("capital", "国有资本经营", "国有资本|国有资产经营"),
    ("social", "社会保险基金", "社会保险|社保基金|养老保险"),
    ("general", "一般公共预算", "一般公共|公共财政|公共预算|一般预算"),
    ("other", "其他", ""),
)
_TOPICS: Final = (
    ("limit", "限额和余额", "限额|余额"),
    ("service", "发行和还本付息", "发行|还本|付息"),
    (
        "transfer_region",
        "转移支付（分地区）",
        r"(转移支付|税收返还|补助).*(分地区|分市县|分县|分区|地区)|(分地区|分市县).*转移支付",
    ),
    ("transfer", "税收返还和转移支付", "转移支付|税收返还|补助市县|补助下级"),
    ("economic", "经济分类", "经济(分类|科目)|基本支出"),
    ("balance", "收支", "收支|收入支出|平衡"),
    ("surplus", "结余", "结余|滚存"),
    ("projects", "项目", "项目|投向|使用|安排情况"),
    ("income", "收入", "收入|利润"),
    ("expenditure", "支出", "支出|预备费"),
    ("other", "其他", ""),
)
_SCHEMES: Final = {
    "income": "revenue_source",
    "expenditure": "function",
    "economic": "economic",
    "transfer_region": "region",
    "projects": "project",
}
_OWN: Final = re.compile(r"本级|(?<!全)[省市区县州盟旗镇乡](级|直)|(?<!各)级(?=一般公共|政府性|国有|社会)")
_WHOLE: Final = re.compile(r"全[省市区县州盟旗镇乡]")
_TITLE: Final = re.compile(r"(表|草案|情况|明细|概况)([（(][^（()）]*[）)])?(之[一二三四五]|[（(]续[^）)]*[）)])?$")
_BARE_TITLE: Final = re.compile(
    r"(20\d\d|二[〇○零]..)年.*(一般公共|政府性基金|国有资本|社会保险|债务).{0,24}(收入|支出|收支|结余|余额|限额|预算|决算|转移支付|经济分类|功能分类)$"
)
"""A title that leaves 表 out."""
_LONGEST_BARE: Final = 32
_NO_TITLE: Final = re.compile(
    r"[。；;…]|绩效|^[注备附]|说明|目录|^单位|\.{3}|^第\d+页|^[-—\d\s]+$"
    r"|^(附)?表\s*[\d一二三四五六七八九十]+([-－—]\d+)*$|^[一-鿿]{0,5}\d+([-－—]\d+)*表$"
)
_BEGIN: Final = re.compile(
    r"(附?表?[\d一二三四五六七八九十]+([-－—.]\d+)*[:：、]?)?(关于)?"
    r"(.{0,12}(20\d\d|二[〇○零])|全[省市区县州]|地方|政府|一般公共|国有|社会|.{2,8}[省市区县州](本级|级)?(一般|政府|国有|社会|地方|财政))"
)
"""How a whole title begins, and not the second half of one."""
_PLACE: Final = re.compile(
    r"(单位|地区|区域)?(市县|县区|区县|地区|地州|市[（(]?(州|县|区)[）)]?|州[（(]市[）)]|县[（(]市[)）区]*)(名称|别)?"
)
_LONGEST: Final = 70
SIDES: Final = (("income", "revenue_source"), ("expenditure", "function"))
"""The two blocks of a balance, from left to right: suffix of the name, scheme."""


def _declared() -> dict[str, Statement]:
    made = {}
    for (fund, fund_zh, _), (topic, topic_zh, _), own in product(_FUNDS, _TOPICS, (False, True)):
        name = f"government_{fund}_{topic}" + ("_own" if own else "")
        label = f"{fund_zh}{topic_zh}表" + ("（本级）" if own else "")
        made[name] = Statement(
            name=name,
            label=label,
            title="",
            scheme="component" if fund == "three_public" else _SCHEMES.get(topic, "component"),
            kind=Kind.GOVERNMENT_STATEMENT,
        )
    return made


GOVERNMENT_STATEMENTS: Final = _declared()


def government_labels() -> dict[str, str]:
    """Each statement's name, those of a balance's sides too, and its Chinese label."""
    labels = {}
    for statement in GOVERNMENT_STATEMENTS.values():
        labels[statement.name] = statement.label
        if "_balance" in statement.name:
            labels[f"{statement.name}_income"] = f"{statement.label}：收入"
            labels[f"{statement.name}_expenditure"] = f"{statement.label}：支出"
    return labels


def government_statement(title: str) -> Statement:
    """The statement that a government's title names; what it leaves open is `other`."""
    plain = fold(title)
    fund = next(name for name, _, pattern in _FUNDS if re.search(pattern, plain))
    topics = [(name, pattern) for name, _, pattern in _TOPICS if fund == "debt" or name not in ("limit", "service")]
    topic = next(name for name, pattern in topics if re.search(pattern, plain))
    if fund == "three_public" and topic == "other":
        topic = "expenditure"
    own = "_own" if _OWN.search(plain) and not _WHOLE.search(plain) else ""
    return GOVERNMENT_STATEMENTS[f"government_{fund}_{topic}{own}"]


def level_of(title: str, statement: Statement) -> Level | None:
    """The level that a government's title says; None where it names a region and neither 全市 nor 本级."""
    if statement.name.endswith("_own"):
        return Level.OWN
    return Level.WHOLE if _WHOLE.search(fold(title)) else None


def by_place(statement: Statement, heads: Sequence[str]) -> Statement:
    """The statement, of places where the head over its lines says so and its title does not (地区, 市（州）)."""
    name = re.sub("_transfer(?!_region)", "_transfer_region", statement.name)
    told = any(_PLACE.fullmatch(_plain(head)) for head in heads)
    return GOVERNMENT_STATEMENTS.get(name, statement) if told else statement


def government_titled(heading: Sequence[str]) -> tuple[int, str, Statement] | None:
    """(position, text, statement) of the last title in the heading; it may be broken over two lines."""
    for end in reversed(range(len(heading))):
        text = _plain(heading[end])
        if not _is_title(text):
            continue
        start, before = end, _plain(heading[end - 1]) if end else ""
        half = not _BEGIN.match(text) and not _NO_TITLE.search(before) and not _TITLE.search(before)
        if before and (half or (text.startswith(("（", "(")) and _TITLE.search(before))):
            start, text = end - 1, before + text
        return start, text, government_statement(text)
    return None


def _is_title(text: str) -> bool:
    bare = len(text) <= _LONGEST_BARE and _BARE_TITLE.search(text) and "，" not in text
    return 3 < len(text) <= _LONGEST and bool(_TITLE.search(text) or bare) and not _NO_TITLE.search(text)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
