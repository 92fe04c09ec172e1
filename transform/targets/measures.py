"""Units of measure: what may follow a number, what kind of promise it makes, and its scale to a comparable base.

A declared table, not a units library: `pint` knows SI and Latin symbols, but nine in ten units here are Chinese
measure words (家, 场次, 人次) that convert into nothing, scales stand inside the unit (万人次, 亿美元), compounds
divide by people and teams (元/生/年, 人/团), and a base value must be an exact Decimal. `pint` would hold a table of
the same length and add its parser in front of it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from transform.records import TargetKind


class Measure(NamedTuple):
    """What one unit means: `value × scale` is in `base` units. `base` is None for a scale alone (400万)."""

    kind: TargetKind
    base: str | None
    scale: Decimal


ONE: Final = Decimal(1)

SCALES: Final = {
    "百": Decimal(10**2),
    "千": Decimal(10**3),
    "万": Decimal(10**4),
    "十万": Decimal(10**5),
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
    "亿": Decimal(10**8),
    "十亿": Decimal(10**9),
    "百亿": Decimal(10**10),
    "千亿": Decimal(10**11),
    "万亿": Decimal(10**12),
}
"""What may stand between a number and its unit."""

MONEY: Final = {
    "元": "元 元人民币 人民币 人民币元 块钱",
    "美元": "美元 美金",
    "港元": "港元 港币 元港币",
    "欧元": "欧元",
    "日元": "日元",
    "英镑": "英镑",
    "澳门元": "澳门元 澳门币",
}
"""Base currency: its printings."""

RATIO: Final = {
    "%": Decimal("0.01"),
    "‰": Decimal("0.001"),
    "‱": Decimal("0.0001"),
    "个百分点": Decimal("0.01"),
    "百分点": Decimal("0.01"),
    "百分比": Decimal("0.01"),
    "百分率": Decimal("0.01"),
    "成": Decimal("0.1"),
    "倍": ONE,
}
"""Printing: its share of one. A percentage point is the difference of two shares."""

DURATION: Final = {
    "毫秒": "毫秒 ms",
    "秒": "秒 秒钟 s",
    "分钟": "分钟 min",
    "小时": "小时 个小时 h H",
    "天": "天 日 个自然日 自然日 个日历天 日历天",
    "工作日": "工作日 个工作日 个工作天 工作天",
    "周": "周 个星期 星期 个周",
    "月": "个月 月",
    "季度": "个季度 季度",
    "学期": "个学期 学期",
    "年": "年 个年度 学年 个学年",
}
"""Base duration: its printings; hours and days stay what they are."""

PHYSICAL: Final = {
    "米": {
        "米": "1",
        "m": "1",
        "延米": "1",
        "延长米": "1",
        "公里": "1000",
        "千米": "1000",
        "km": "1000",
        "KM": "1000",
        "厘米": "0.01",
        "cm": "0.01",
        "毫米": "0.001",
        "mm": "0.001",
    },
    "平方米": {
        "平方米": "1",
        "平米": "1",
        "平方": "1",
        "㎡": "1",
        "m2": "1",
        "m²": "1",
        "M2": "1",
        "公顷": "10000",
        "平方公里": "1000000",
        "平方千米": "1000000",
        "km2": "1000000",
        "km²": "1000000",
    },
    "亩": {"亩": "1"},
    "立方米": {"立方米": "1", "立方": "1", "方": "1", "m3": "1", "m³": "1", "升": "0.001"},
    "千克": {"千克": "1", "公斤": "1", "kg": "1", "KG": "1", "斤": "0.5", "克": "0.001", "g": "0.001"},
    "吨": {"吨": "1", "t": "1", "公吨": "1"},
    "吨标准煤": {"吨标准煤": "1", "吨标煤": "1", "千克标准煤": "0.001", "公斤标准煤": "0.001", "千克标煤": "0.001"},
    "千瓦": {"千瓦": "1", "kW": "1", "KW": "1", "kw": "1", "兆瓦": "1000", "MW": "1000", "瓦": "0.001"},
    "千瓦时": {"千瓦时": "1", "kWh": "1", "KWh": "1", "kwh": "1", "度电": "1", "兆瓦时": "1000", "MWh": "1000"},
    "千伏": {"千伏": "1", "kV": "1", "KV": "1", "kv": "1", "伏": "0.001"},
    "千伏安": {"千伏安": "1", "kVA": "1", "KVA": "1"},
    "GB": {"GB": "1", "TB": "1024", "PB": "1048576"},
    "Mbps": {"Mbps": "1", "Gbps": "1000"},
    "毫克": {"毫克": "1", "mg": "1"},
    "微克": {"微克": "1", "μg": "1", "ug": "1"},
    "分贝": {"分贝": "1", "dB": "1"},
    "勒克斯": {"勒克斯": "1", "lx": "1", "Lx": "1"},
    "NTU": {"NTU": "1"},
    "赫兹": {"赫兹": "1", "Hz": "1", "kHz": "1000", "MHz": "1000000"},
    "帕": {"帕": "1", "Pa": "1", "kPa": "1000", "MPa": "1000000"},
    "摄氏度": {"℃": "1", "摄氏度": "1"},
}
"""Base unit: its printings, each with its exact scale. 亩 has none (2000/3 square metres) and stays what it is."""

PAIRED: Final = [
    a + b
    for a in "台人场册件个项部套组户家批期辆处班篇条张份座名种幅本所只"
    for b in "台套次件组册场个家户项期"
    if a != b
]
"""Two measure words that are printed as one: 10台（套）."""

COUNTED: Final = """
    个 家 人 次 项 件 场 份 台 套 期 名 户 位 条 篇 本 册 部 辆 艘 架 座 栋 幢 间 所 处 宗 批 起 例 单 笔 张 块
    只 头 匹 株 棵 支 枚 把 副 对 组 队 团 班 届 轮 趟 遍 回 门 节 堂 课 页 幅 面 版次 款 种 类 路 片 段 根
    杆 盏 桌 席 床 箱 袋 瓶 桶 盒 包 车 柜 羽 尾 粒 颗 层 字 句 村 镇 街 县 区 市 站 分 集 季 出 首 曲 餐 顿 题
    帖 束 朵 盆 罐 杯 圈 基 孔 眼 枪 桩 盘 卷 案 科 列 伙 尊 顶 针 剂 方面 环节 板块 幕 帧 人次 家次 场次 件次
    台次 套次 辆次 车次 户次 项次 批次 船次 架次 班次 课次 期次 篇次 条次 份次 例次 亩次 头次 羽次 艘次 趟次
    剂次 针次 站次 列次 航次 页次 床次 门次 株次 个次 团次 组次 只次 处次 人天 人日 人月 人年 人时 人份 人头
    乡 乡镇 街道 村居 村庄 区县 县区 市县 市州 企业 学校 医院
    课时 学时 工时 机时 工日 台班 台件 台套 件套 套件 点位 网点 站点 床位 车位 席位 学位 工位 展位 标准展位 岗位
    标箱 标准箱 TEU 针剂 车辆 案件 课题 小组 班组 社区 部门 单位
"""
"""Measure words that count. The class is open: `grammar` takes an unknown word at the end of a promise
too."""

NAMING: Final = frozenset(
    str.split("""
        级 级别 星级 年级 强 号 号楼 号线 号文 后 版 代 维 岁 周岁 千伏 分位 楼 室 周年 年代 世纪 等奖 等级 时
        点 省级 市级 区级 县级 镇级 村级 国家级 成果 成员 成品 成功 次性 位数 分制 类似 大类 年期 年制 日游 人座
        个月龄 月龄 番 类水 标段 村民 人小组
    """)
)
"""Words that make a number before them a name or an attribute (5级, 500强, 60岁), never a promise in a sentence."""

DIVISORS: Final = frozenset(
    str.split("""
        人 年 月 日 天 次 家 户 亩 生 团 场 期 台 套 件 份 项 个 平方米 平米 ㎡ m2 m² m³ m3 公里 米 吨 课时 学时
        小时 分钟 秒 学年 学期 季度 季 周 村 镇 校 班 床 辆 车 篇 名 位 人次 人天 人月 人年 站 点 头 株 只
        标准箱 TEU L 升 kg 千克 公斤 h 立方米 度 间 栋 张 本 条 处 座 工作日 日历天 学生 教师 企业 项目 社区
        单位 万元 亿元 万人 千人 百人 万户 公顷 套次 场次 家次 批 批次 棵 羽 届 宗 件次 户次 架次 间夜 岗
    """)
)
"""What a unit may be divided by (元/生/年)."""


OPEN_DIVISOR: Final = re.compile(r"/([A-Za-z]{1,4}|[一-鿿]{1,4}?)(?=$|[,;。、)]|[以及或]?[以上下内])")
"""A divisor that is not declared, at the end of a promise: a unit is read whole or not at all."""


def _table() -> dict[str, Measure]:
    table: dict[str, Measure] = {}
    for word in COUNTED.split():
        table[word] = Measure(TargetKind.QUANTITY, word, ONE)
    for base in PAIRED:
        table[f"{base[0]}（{base[1]}）"] = Measure(TargetKind.QUANTITY, base, ONE)
    for base, scales in PHYSICAL.items():
        table |= {word: Measure(TargetKind.QUANTITY, base, Decimal(scale)) for word, scale in scales.items()}
    for base, words in DURATION.items():
        table |= {word: Measure(TargetKind.DURATION, base, ONE) for word in words.split()}
    for base, words in MONEY.items():
        table |= {word: Measure(TargetKind.MONEY, base, ONE) for word in words.split()}
    table |= {word: Measure(TargetKind.RATIO, "1", scale) for word, scale in RATIO.items()}
    return table


UNITS: Final = _table()


LONGEST: Final = max(map(len, [*UNITS, *NAMING]))
HEADS: Final = frozenset(word[0] for word in (*UNITS, *NAMING, *SCALES))
"""The characters that a unit may begin with."""
_LONGEST_DIVISOR: Final = max(map(len, DIVISORS))
_ANY_DIVISOR: Final = "|".join(sorted(map(re.escape, DIVISORS), key=len, reverse=True))
_LISTED: Final = re.compile(rf"、(?:{_ANY_DIVISOR})(?=$|[,;。、/)]|[以及或]?[以上下内]{{2}})")
"""元/人、天 divides by both, as 元/人/天 does."""
_LONGEST_SCALE: Final = max(map(len, SCALES))


class Unit(NamedTuple):
    """A unit as printed, with what it means. `open` says that its word is not in the table."""

    printed: str
    measure: Measure
    open: bool = False


def unit_at(text: str, start: int) -> Unit | None:
    """The longest declared unit that stands at `start`: a word, a scale and a word (万人次), divided or not (元/生/年);
    or a scale alone. None where neither stands, or where the word there only names (5级)."""
    if text[start : start + 1] not in HEADS:
        return None
    for length in range(LONGEST, 0, -1):
        word = text[start : start + length]
        if word in NAMING:
            return None
        if word in UNITS and not _inside_symbol(text, start + len(word)):
            return _divided(text, start, start + len(word), UNITS[word])
    for length in range(_LONGEST_SCALE, 0, -1):
        scale = text[start : start + length]
        if scale in SCALES:
            after = start + len(scale)
            for tail in range(LONGEST, 0, -1):
                word = text[after : after + tail]
                if word in NAMING:
                    return None
                if word in UNITS and not _inside_symbol(text, after + len(word)):
                    kind, base, factor = UNITS[word]
                    return _divided(text, start, after + len(word), Measure(kind, base, SCALES[scale] * factor))
            return _divided(text, start, after, Measure(TargetKind.QUANTITY, None, SCALES[scale]))
    return None


def _inside_symbol(text: str, end: int) -> bool:
    """Whether `end` is inside a Latin symbol: the m of 30mg is no metre."""
    return text[end : end + 1].isalpha() and text[end].isascii() and text[end - 1].isascii() and text[end - 1].isalpha()


def _divided(text: str, start: int, end: int, measure: Measure) -> Unit:
    """The unit from `start` to `end`, and what it is divided by: `/` or 每 and a divisor, any number of times."""
    if text[end : end + 1] not in ("/", "每", "·"):
        return Unit(text[start:end], measure)
    base = measure.base
    if (opened := OPEN_DIVISOR.match(text, end)) and opened[1] not in DIVISORS:
        return Unit(text[start : opened.end()], measure._replace(base=base and f"{base}/{opened[1]}"))
    while end < len(text) and (
        (text[end] in "/每·." and (text[end] in "/每" or "/" in text[start:end])) or _LISTED.match(text, end)
    ):
        for length in range(_LONGEST_DIVISOR, 0, -1):
            word = text[end + 1 : end + 1 + length]
            if len(word) == length and word in DIVISORS:
                known = UNITS.get(word)
                base = base and f"{base}/{known.base if known and known.scale == 1 else word}"
                end += 1 + length
                break
        else:
            break
    return Unit(text[start:end], measure._replace(base=base))


def unit_of(printed: str) -> Unit | None:
    """The declared unit that `printed` (folded) is as a whole; None if it is none, or a scale alone."""
    unit = unit_at(printed, 0)
    return unit if unit is not None and unit.printed == printed and unit.measure.base is not None else None
