"""What a column's head says, declared: a code, a name, a unit, money of which kind and year, or mere layout.

The forms of 部门预算公开 and 部门决算公开 differ from place to place in their words: those are rows of the vocabulary
(`words`), what is said here is grammar. A head that neither knows is never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from transform.statements.words import Words


class Role(StrEnum):
    """What a column holds."""

    CODE = "code"
    NAME = "name"
    UNIT_CODE = "unit_code"
    UNIT_NAME = "unit_name"
    MEASURE = "measure"
    LAYOUT = "layout"
    """Row numbers, growth rates, remarks: nothing that is money of its own."""
    UNKNOWN = "unknown"


_UNIT_CODE: Final = re.compile(r"(预算)?(部门|单位)(\((单位|部门|项目|采购项目)\))?(编码|代码|编号)")
_UNIT_NAME: Final = re.compile(r"(预算|项目|实施|主管|采购|基层)?(部门|单位)(\((单位|部门)\))?(名称)?|部门、?单位名称")
_CODE: Final = re.compile(r"(.*(分类|科目|功能|经济).*)?(编码|代码|编号)|类款项|类|款|项")
_NAME: Final = re.compile(
    r"(?!.*单位).*(科目|分类)(名称)?|单位名称\((科目|项目)(名称)?\)|单位\((科目|项目|采购项目)\)(名称)?|(支出|收入|预算|采购|经费)?项目(名称|类别)?|名称|支出项目类别|"
    r"收入来源|支出用途|采购品目(大类|名称)?|专项名称|经济科目|采购物品名称|采购类别|一级|二级|三级|采购组织形式|采购目录|采购内容|支出类型|类型"
)
_LAYOUT: Final = re.compile(
    r"行次|栏次|序号|备注|说明|摘要|项目(编码|代码|编号)|数量|采购数量|计量单位|单价|规格(型号)?|采购方式|采购时间|"
    r".*(占比|比重|占.*%|完成率|执行率|增长率|增减率|增幅|变动率|百分比)(\(%\))?|%|"
    r".*比.*(增减|增长|增加|减少|变动|变化|执行数|预算数|决算数|上年).*|"
    r"(同比)?(增减|增长|增加|减少|变动|差异)(额|数|情况|变动|变化|原因|金额|幅度|说明)*(\(?%\)?)?|.*变动原因.*|.*增减原因.*|.*情况说明|"
    r"是否.*|主要内容|政策依据|立项依据|绩效目标"
)
_PRIOR: Final = re.compile(r"(上年|上年度|去年)(预算|执行|决算|完成|批复|年初预算|预计执行)?(数|金额)?(\(.*\))?")
_PRIOR_GROUP: Final = re.compile(r"(上年|上年度|去年)(部门)?(预算|执行|决算).*")
TOTAL_HEADS: Final = re.compile(
    r"合计|总计|小计|本年(收入|支出)(合计|小计)|(收入|支出)(合计|总计)|本年合计|总额|预算总额|资金总额"
)
OF_WHICH: Final = re.compile(r"其中[:：]?")
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "基本支出": ("人员经费", "公用经费"),
    "项目支出": ("其他运转类", "特定目标类"),
    "财政拨款": ("一般公共预算", "政府性基金预算", "国有资本经营预算"),
    "单位资金": ("事业收入", "经营收入", "上级补助收入", "附属单位上缴收入", "其他收入"),
    "上年结转": ("财政拨款结转结余", "非财政拨款结转结余"),
}
"""Columns printed beside each other of which the first is the sum of the others, if the figures bear it out."""

_CARS: Final = ("公务用车购置及运行费", "公务用车购置及运行维护费")
COMPONENT_PARTS: Final[Mapping[str, tuple[str, ...]]] = dict.fromkeys(
    ("公务用车购置费", "公务用车运行费", "公务用车运行维护费"), _CARS
)
"""Lines of a “三公”经费 table → those that they are part of."""
COMPONENT_WHOLES: Final[Mapping[str, str]] = dict.fromkeys(
    ("因公出国（境）费", "因公出国（境）费用", "公务接待费", *_CARS, *COMPONENT_PARTS), "“三公”经费"
)
"""The three of “三公”经费, and what is part of them → it."""

TOTAL_LINES: Final = re.compile(r".*(合计|总计|小计)|合计数")
FUND_LINES: Final = re.compile(r"(一般公共预算|政府性基金|国有资本经营|社会保险基金).*")
CARRIED_LINES: Final = re.compile(r".*(结转|结余).*")
NOTE_LINES: Final = re.compile(r"公式|(注|备注|说明|附注|填表说明)\d*[:：.、].*|\*.*|本表.*反映.*|.*空表.*")
NUMBERING: Final = re.compile(r"行次|栏次|项目|类|款|项|科目编码|科目名称|[*＊—\-–－/]+|[甲乙丙丁A-Z]")

_BRACKETS: Final = str.maketrans("（）：", "():")
_YEAR: Final = re.compile(r"(20\d\d)年?(度)?")
_ONLY_YEAR: Final = re.compile(r"20\d\d年(度)?")
_UNIT: Final = re.compile(r"\((单位:)?(人民币)?(亿|万|千)?元\)$|[*＊]+$")
_BLANKS: Final = re.compile(r"\s+")


def plain(text: str) -> str:
    """Text of the form less blanks, brackets and colons half width."""
    return _BLANKS.sub("", text).translate(_BRACKETS)


def bare(head: str) -> str:
    """A head less years and unit of money."""
    return _UNIT.sub("", _YEAR.sub("", plain(head))).strip(":")


def value_of(head: str, words: Words) -> str | None:
    """预算数, 决算数 … if the head says of which stage the money is."""
    if _ONLY_YEAR.fullmatch(plain(head)):
        return "预算数"
    return words.value(re.sub(r"^(本年|当年|部门)(?=(预算|决算|执行))", "", bare(head)))


def measure_of(head: str, words: Words) -> str | None:
    """Canonical measure of a column's head, None if the word is not declared."""
    plain_head = OF_WHICH.sub("", bare(head))
    return words.measure(plain_head) or value_of(head, words) or words.economic(plain_head)


def component_of(head: str, words: Words) -> str | None:
    """The line that a column's head names in a table whose columns are its lines."""
    name = OF_WHICH.sub("", re.sub(r"(预算数|决算数|支出数)$", "", bare(head)))
    return words.component(re.sub(r"^\d[.、]|^\([一二三四五\d]\)|^[一二三四五]、", "", name))


def role_of(path: Sequence[str], words: Words) -> Role:
    """What a column with these heads, from top to bottom, holds. `path` is not empty."""
    heads = [bare(head) for head in path]
    if any(_LAYOUT.fullmatch(head) or words.is_layout(head) for head in heads):
        return Role.LAYOUT
    last = path[-1]
    if is_prior(last) or measure_of(last, words) or component_of(last, words) or words.is_memo(heads[-1]):
        return Role.MEASURE
    for head in (re.sub(r"\((?!科目|单位|部门).*\)$", "", head) for head in reversed(heads)):
        for role, pattern in (
            (Role.UNIT_CODE, _UNIT_CODE),
            (Role.CODE, _CODE),
            (Role.UNIT_NAME, _UNIT_NAME),
            (Role.NAME, _NAME),
        ):
            if pattern.fullmatch(head):
                return role
    return Role.UNKNOWN


def is_prior(head: str) -> bool:
    """上年预算数 and its like; 上年结转 is money of this year."""
    return bool(_PRIOR.fullmatch(bare(head)) or _PRIOR_GROUP.fullmatch(bare(head)))


def years_of(path: Sequence[str]) -> list[int]:
    return [int(year) for head in path for year, _ in _YEAR.findall(plain(head))]


def period_of(path: Sequence[str], year: int | None) -> str:
    """Whose money it is: `` this year's, `上年` last year's, `2022年` another's; `year` is the statement's own."""
    if any(is_prior(head) for head in path):
        return "上年"
    printed = years_of(path)
    if not printed or year is None or printed[-1] == year:
        return ""
    return "上年" if printed[-1] == year - 1 else f"{printed[-1]}年"


_FISCAL: Final = ("财政拨款", "一般公共预算", "政府性基金预算", "国有资本经营预算", "财政拨款结转结余", "经费拨款")
_OTHER: Final = ("事业收入", "经营收入", "其他收入", "上级补助收入", "附属单位上缴收入", "单位资金")


def funding_source_of(measure: str) -> str | None:
    """The funding source that a measure is money of: 财政拨款, 财政专户拨款, 其他资金; None: it says nothing of it."""
    heads = [head for head in measure.split("/") if not TOTAL_HEADS.fullmatch(head)]
    last = heads[-1] if heads else measure
    if last in _FISCAL:
        return "财政拨款"
    if last in ("财政专户管理资金", "教育收费"):
        return "财政专户拨款"
    return "其他资金" if last in _OTHER else None
