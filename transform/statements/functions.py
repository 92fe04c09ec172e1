"""The classes of the function classification (支出功能分类 类): tables without codes show by their names which lines
are the highest. Names change from year to year; 支出 and 事务 behind a name do not matter."""

from __future__ import annotations

import re
from typing import Final

from transform.vocabulary import fold

_CLASSES: Final = {
    "201": ("一般公共服务",),
    "202": ("外交",),
    "203": ("国防",),
    "204": ("公共安全",),
    "205": ("教育",),
    "206": ("科学技术",),
    "207": ("文化旅游体育与传媒", "文化体育与传媒", "文化体育和传媒"),
    "208": ("社会保障和就业", "社会保障与就业"),
    "209": ("社会保险基金",),
    "210": ("卫生健康", "医疗卫生与计划生育", "医疗卫生"),
    "211": ("节能环保", "环境保护"),
    "212": ("城乡社区",),
    "213": ("农林水",),
    "214": ("交通运输",),
    "215": ("资源勘探工业信息等", "资源勘探信息等", "资源勘探电力信息等"),
    "216": ("商业服务业等",),
    "217": ("金融", "金融监管等"),
    "218": ("地震灾后恢复重建",),
    "219": ("援助其他地区",),
    "220": ("自然资源海洋气象等", "国土海洋气象等", "国土资源气象等"),
    "221": ("住房保障",),
    "222": ("粮油物资储备", "粮油物资储备管理"),
    "223": ("国有资本经营预算",),
    "224": ("灾害防治及应急管理",),
    "227": ("预备费",),
    "229": ("其他",),
    "230": ("转移性",),
    "231": ("债务还本",),
    "232": ("债务付息",),
    "233": ("债务发行费用", "债务发行费"),
    "234": ("抗疫特别国债安排的",),
}
_CODES: Final = {name: code for code, names in _CLASSES.items() for name in names}
_TAIL: Final = re.compile(r"(支出|事务)*[★*]*$")


def function_class(name: str) -> str | None:
    """The code of the class that the name, less its numbering, is; None if it names none."""
    plain = fold(name)
    bare = _TAIL.sub("", plain)
    return _CODES.get(bare) if bare != "其他" or plain.startswith("其他支出") else None
