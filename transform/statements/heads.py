"""What a column's head says, declared: a code, a name, a unit, money of which kind and year, or mere layout.

The forms of 部门预算公开 and 部门决算公开 differ from place to place in the words declared here. A head that is not
here is an error of the filing, not a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from transform.statements.economic import CLASSES, ITEMS


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


_UNIT_CODE: Final = re.compile(r"(预算)?(部门|单位)(\((单位|部门)\))?(编码|代码|编号)")
_UNIT_NAME: Final = re.compile(r"(预算|项目|实施|主管|采购|基层)?(部门|单位)(\((单位|部门)\))?(名称)?|部门、?单位名称")
_CODE: Final = re.compile(r"(.*(分类|科目|功能|经济).*)?(编码|代码|编号)|类款项|类|款|项")
_NAME: Final = re.compile(
    r"(?!.*(单位)).*(科目|分类)(名称)?|单位名称\(科目(名称)?\)|(支出|收入|预算|采购|经费)?项目(名称|类别)?|名称|支出项目类别|"
    r"收入来源|支出用途|采购品目(大类|名称)?|专项名称|经济科目|采购物品名称|采购组织形式|采购目录|采购内容|支出类型|类型"
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
VALUES: Final[Mapping[str, str]] = {
    "预算数": "预算数",
    "预算": "预算数",
    "本年预算数": "预算数",
    "本年预算": "预算数",
    "本年数": "预算数",
    "预算金额": "预算数",
    "年度预算数": "预算数",
    "部门预算数": "预算数",
    "年初预算数": "年初预算数",
    "年初预算": "年初预算数",
    "调整预算数": "调整预算数",
    "全年预算数": "全年预算数",
    "执行数": "执行数",
    "预计执行数": "执行数",
    "预算执行数": "执行数",
    "决算数": "决算数",
    "决算": "决算数",
    "本年决算数": "决算数",
    "支出决算数": "决算数",
    "统计数": "决算数",
    "金额": "金额",
}
"""Heads that say of which stage the money is."""

MEASURES: Final[Mapping[str, str]] = {
    "合计": (
        "合计 总计 小计 本年收入合计 本年支出合计 收入合计 支出合计 收入总计 支出总计 本年合计 总额 预算总额 "
        "资金总额 本年收入小计 本年支出小计"
    ),
    "基本支出": "基本支出 基本支出预算 一般公共预算基本支出",
    "项目支出": "项目支出 项目支出预算 项目支出小计",
    "人员经费": "人员经费 人员支出 人员类 人员类项目 人员经费支出 人员类支出",
    "公用经费": ("公用经费 日常公用经费 公用支出 商品和服务支出(公用经费) 公用经费支出 公用经费类 公用类 日常公用支出"),
    "运转类": "运转类 运转类项目",
    "其他运转类": "其他运转类 其他运转类项目 其他运转类支出",
    "特定目标类": "特定目标类 特定目标类项目 特定目标类支出",
    "财政拨款": (
        "财政拨款 财政拨款收入 财政拨款(补助)收入 本年财政拨款 财政拨款预算 当年财政拨款 财政拨款小计 财政资金"
    ),
    "一般公共预算": (
        "一般公共预算 一般公共预算财政拨款 一般公共预算拨款 一般公共预算资金 一般公共预算拨款收入 "
        "一般公共预算收入 一般公共预算财政拨款收入 一般公共预算财政拨款资金 公共财政预算 公共财政预算拨款 "
        "公共预算 一般公共预算安排 一般公共预算支出"
    ),
    "政府性基金预算": (
        "政府性基金 政府性基金预算 政府性基金预算财政拨款 政府性基金预算拨款 政府性基金预算资金 "
        "政府性基金预算拨款收入 政府性基金预算收入 政府性基金预算财政拨款收入 政府性基金收入 政府性基金拨款 "
        "基金预算 基金预算拨款 政府性基金预算安排 政府性基金预算支出 政府性基金拨款收入"
    ),
    "国有资本经营预算": (
        "国有资本经营预算 国有资本经营预算财政拨款 国有资本经营预算拨款 国有资本经营预算资金 "
        "国有资本经营预算拨款收入 国有资本经营预算收入 国有资本经营预算财政拨款收入 国有资本经营收入 "
        "国有资本经营预算安排 国有资本经营预算支出"
    ),
    "社会保险基金": "社会保险基金 社会保险基金预算 社会保险基金预算资金 社会保险基金预算安排",
    "财政专户管理资金": (
        "财政专户管理资金 财政专户管理资金收入 财政专户拨款 财政专户拨款收入 财政专户 财政专户核拨资金 "
        "财政专户管理的资金 纳入专户管理的非税收入 纳入财政专户管理资金 财政专户收入 专户资金 财政专户管理"
    ),
    "教育收费": "教育收费 教育收费收入 教育收费资金",
    "单位资金": "单位资金 单位资金收入 单位自有资金 自有资金 单位其他资金",
    "上级补助收入": "上级补助收入 上级补助 上级单位补助收入",
    "事业收入": "事业收入 事业单位事业收入 事业预算收入 事业收入资金 事业收入(不含教育收费)",
    "经营收入": "经营收入 事业单位经营收入 经营预算收入 事业单位经营收入资金 事业单位经营服务收入",
    "附属单位上缴收入": "附属单位上缴收入 附属单位缴款 附属单位上缴 附属单位缴款收入",
    "其他收入": "其他收入 其他资金 其他 其他预算收入 其他收入资金 其他来源",
    "上缴上级支出": "上缴上级支出 上缴上级",
    "经营支出": "经营支出 事业单位经营支出 事业单位经营服务支出",
    "对附属单位补助支出": "对附属单位补助支出 对附属单位补助 对下级单位补助支出 对附属单位补助支",
    "单位预留机动经费": "单位预留机动经费 预留机动经费",
    "结转下年": "结转下年资金 结转下年 结转下年支出 年终结转结余 年终结转",
    "年初结转和结余": "年初结转和结余 年初结转结余 年初财政拨款结转和结余 年初结转",
    "上年结转": (
        "上年结转 上年结转结余 上年结转和结余 上年结余 上年结转资金 上年结余结转 结转结余资金 上年结转收入 "
        "上年结转(结余) 结转 结余结转资金 上年结余结转资金 上年结余、结转 上年结转及结余 结转资金 "
        "上年财政拨款资金结转"
    ),
    "财政拨款结转结余": "财政拨款结转结余 财政拨款结转 财政拨款结转和结余 财政拨款结余 财政拨款结转资金",
    "非财政拨款结转结余": "非财政拨款结转结余 非财政拨款结转 非财政拨款结余 非财政拨款结转和结余",
    "使用非财政拨款结余": (
        "使用非财政拨款结余 使用非财政拨款结余(含专用结余) 用事业基金弥补收支差额 动用非财政拨款结余 "
        "使用非财政拨款结余和专用结余 用事业基金弥补收支总差额 使用事业基金弥补收支差额"
    ),
    "结余分配": "结余分配",
    "本年收入": "本年收入 本年预算收入",
    "本年支出": "本年支出 本年预算支出",
    "年末结转和结余": "年末结转和结余 年末结转结余 年末财政拨款结转和结余 年末结转",
    "机关运行经费": "机关运行经费 机关运行经费支出 机关运行经费预算数 机关运行经费预算",
    "经费拨款": "经费拨款 经费拨款(补助) 财力安排 预算内拨款 本级财力 本级安排 本级拨款 公共财政拨款(补助)资金",
    "非税收入": (
        "非税收入 纳入预算管理的非税收入 纳入预算管理的行政性收费 纳入预算管理的行政事业性收费 行政事业性收费"
    ),
    "专项收入": "专项收入 专项资金",
    "国有资源有偿使用收入": "国有资源(资产)有偿使用收入 国有资产有偿使用收入",
    "转移支付": (
        "转移支付 上级转移支付 上级转移支付补助 上级专项转移支付 提前下达 提前通知转移支付 上级提前下达 中央转移支付"
    ),
    "一般债券": "一般债券 地方政府一般债券 政府债务资金 一般债务资金 债券资金",
    "专项债券": "专项债券 地方政府专项债券",
    "货物": "货物 货物类",
    "工程": "工程 工程类",
    "服务": "服务 服务类",
}
"""Canonical measure → what a column's head may print (blanks part the spellings)."""

COMPONENTS: Final[Mapping[str, str]] = {
    "“三公”经费": (
        "“三公”经费 三公经费 财政拨款“三公”经费 财政拨款三公经费 “三公”经费合计 三公经费合计 "
        "三公经费小计 “三公”经费小计"
    ),
    "因公出国（境）费": ("因公出国(境)费 因公出国(境) 出国(境)费 因公出国费用 因公出国(境)经费 因公出国(境)费支出"),
    "因公出国（境）费用": "因公出国(境)费用",
    "公务接待费": "公务接待费 公务接待 公务接待费用 公务接待费支出 公务接待支出",
    "公务用车购置及运行费": "公务用车购置及运行费 公务用车购置和运行费 公务用车费 公务用车购置及运行 公务用车",
    "公务用车购置及运行维护费": (
        "公务用车购置及运行维护费 公务用车购置和运行维护费 公务用车购置及运行维护 "
        "公务用车购置及运行维护费支出 公务用车购置及维护费"
    ),
    "公务用车购置费": "公务用车购置费 公务用车购置 购置费 公务用车购置费用 公务车购置费 车辆购置费",
    "公务用车运行费": "公务用车运行费 运行费 公务用车运行费用",
    "公务用车运行维护费": (
        "公务用车运行维护费 运行维护费 公务用车运行维护 公务用车维护费 公务用车运行维护费用 公务车运行维护费"
    ),
    "会议费": "会议费 会议经费",
    "培训费": "培训费 培训经费",
}
"""Lines that a “三公”经费 table prints as columns."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "基本支出": ("人员经费", "公用经费"),
    "项目支出": ("其他运转类", "特定目标类"),
    "财政拨款": ("一般公共预算", "政府性基金预算", "国有资本经营预算"),
    "单位资金": ("事业收入", "经营收入", "上级补助收入", "附属单位上缴收入", "其他收入"),
    "上年结转": ("财政拨款结转结余", "非财政拨款结转结余"),
}
"""Columns printed beside each other of which the first is the sum of the others, if the figures bear it out."""

TOTAL_LINES: Final = re.compile(r".*(合计|总计|小计)|合计数")
FUND_LINES: Final = re.compile(r"(一般公共预算|政府性基金|国有资本经营|社会保险基金).*")
CARRIED_LINES: Final = re.compile(r".*(结转|结余).*")
NOTE_LINES: Final = re.compile(r"(注|备注|说明|附注|填表说明)\d*[:：.、].*|\*.*|本表.*反映.*|.*空表.*")
NUMBERING: Final = re.compile(r"行次|栏次|项目|类|款|项|科目编码|科目名称|[*＊—\-–－/]+|[甲乙丙丁A-Z]")

_CANONICAL: Final = {word: name for name, spellings in MEASURES.items() for word in spellings.split()}
_COMPONENTS: Final = {word: name for name, spellings in COMPONENTS.items() for word in spellings.split()}
_BY_ECONOMY: Final = {name: name for name in (*CLASSES, *ITEMS)}
_BRACKETS: Final = str.maketrans("（）：", "():")
_QUOTES: Final = str.maketrans("\"'‘’", "“““”")
_YEAR: Final = re.compile(r"(20\d\d)年?(度)?")
_UNIT: Final = re.compile(r"\((单位:)?(人民币)?(亿|万|千)?元\)$|[*＊]+$")
_BLANKS: Final = re.compile(r"\s+")


def plain(text: str) -> str:
    """Text of the form less blanks, brackets and colons half width."""
    return _BLANKS.sub("", text).translate(_BRACKETS)


def bare(head: str) -> str:
    """A head less years and unit of money."""
    return _UNIT.sub("", _YEAR.sub("", plain(head))).strip(":")


def value_of(head: str) -> str | None:
    """预算数, 决算数 … if the head says of which stage the money is."""
    words = re.sub(r"^(本年|当年|部门)(?=(预算|决算|执行))", "", bare(head))
    return VALUES.get(words)


def measure_of(head: str) -> str | None:
    """Canonical measure of a column's head, None if the word is not declared."""
    words = OF_WHICH.sub("", bare(head))
    return _CANONICAL.get(words) or value_of(head) or _BY_ECONOMY.get(words)


def component_of(head: str) -> str | None:
    """The line that a column's head names in a table whose columns are its lines."""
    words = OF_WHICH.sub("", re.sub(r"(预算数|决算数|支出数)$", "", bare(head)))
    words = re.sub(r"^\d[.、]|^\([一二三四五\d]\)|^[一二三四五]、", "", words)
    return _COMPONENTS.get(words) or _COMPONENTS.get(words.translate(_QUOTES))


def role_of(path: Sequence[str]) -> Role:
    """What a column with these heads, from top to bottom, holds. `path` is not empty."""
    heads = [bare(head) for head in path]
    if any(_LAYOUT.fullmatch(head) for head in heads):
        return Role.LAYOUT
    if is_prior(path[-1]) or measure_of(path[-1]) or component_of(path[-1]):
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
    last = measure.rpartition("/")[2]
    if last in _FISCAL:
        return "财政拨款"
    if last in ("财政专户管理资金", "教育收费"):
        return "财政专户拨款"
    return "其他资金" if last in _OTHER else None
