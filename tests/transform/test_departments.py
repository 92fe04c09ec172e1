"""A page's name of a department beside the catalogue's: what may be the same, and what is another."""

from __future__ import annotations

import pytest

from transform.sections.departments import may_be_same

LIWAN = ("广州市荔湾区商务和投资促进局", "广州市荔湾区")


@pytest.mark.parametrize(
    ("printed", "declared", "region"),
    [
        ("广州市荔湾区商务和投资促进局", *LIWAN),
        ("广 州 市 荔 湾 区 商务和投资促进局（本级）", *LIWAN),
        ("荔湾区商务和投资促进局机关", *LIWAN),
        ("商务和投资促进局", *LIWAN),
        ("区商务局", *LIWAN),
        ("广东省广州市荔湾区商务局", *LIWAN),
        ("荔湾商务局[部门]", *LIWAN),
        ("本级", *LIWAN),
        ("广州市荔湾区招商中心", *LIWAN),  # a unit of the department
        ("某部门", *LIWAN),
        ("××局", *LIWAN),
        ("XX单位", *LIWAN),
        ("广州市荔湾区商务局", "某市某局", "广州市荔湾区"),
        (
            "广州市黄埔区工业和信息化局",
            "广州开发区经济和信息化局、广州市黄埔区工业和信息化局",
            "广州市黄埔区",
        ),
        ("广州开发区经济和信息化局", "广州开发区经济和信息化局、广州市黄埔区工业和信息化局", "广州市黄埔区"),
        ("花都区科工商信局", "广州市花都区科技工业商务和信息化局", "广州市花都区"),
        ("科技工业商务和信息化局（中小企业局）", "广州市花都区科技工业商务和信息化局", "广州市花都区"),
        ("荔湾区公安分局", "广州市公安局荔湾区分局", "广州市荔湾区"),
        ("区委组织部", "中共广州市荔湾区委员会组织部", "广州市荔湾区"),
        ("荔湾区纪委监委", "中共广州市荔湾区纪律检查委员会", "广州市荔湾区"),
        ("区纪律检查委员会监察委员会", "广州市荔湾区纪委监委", "广州市荔湾区"),
        ("团区委", "中国共产主义青年团广州市荔湾区委员会", "广州市荔湾区"),
        ("中共江苏省委政法委", "江苏省委政法委员会", "江苏省"),
        ("市市场监督管理局", "广州市市场监督管理局", "广州市"),
        ("建设局", "广州市住房和城市建设局", "广州市"),
        ("省政协办公厅", "江苏省政协办公厅", "江苏省"),
        ("普陀区万里街道办事处", "上海市普陀区人民政府万里街道办事处", "上海市普陀区"),
        ("广州市荔湾区商务利投资促进局", *LIWAN),  # a scan's misreading
        ("广州市荔湾区教育局", "广州市荔湾区第一中学", "广州市荔湾区"),  # 主管部门 of a school that publishes itself
    ],
)
def test_may_be_the_same(printed: str, declared: str, region: str) -> None:
    assert may_be_same(printed, declared, region)
    assert may_be_same(declared, printed, region)


@pytest.mark.parametrize(
    ("printed", "declared", "region"),
    [
        ("广州市荔湾区教育局", *LIWAN),
        ("教育局", *LIWAN),
        ("广州市荔湾区教育局（本级）", *LIWAN),
        ("广州市番禺区商务和投资促进局", *LIWAN),  # another district's
        ("番禺区商务局", *LIWAN),
        ("广州市商务局", *LIWAN),  # the city's
        ("上海市普陀区商务委员会", *LIWAN),
        ("广州市番禺区商务局", "广州市商务局", "广州市"),
        ("江苏省人民检察院", "江苏省高级人民法院", "江苏省"),
        ("区体育局", "广州市荔湾区教育局", "广州市荔湾区"),
        ("番禺区纪委监委", "中共广州市荔湾区纪律检查委员会", "广州市荔湾区"),
        ("番禺区纪委监委", "广州市荔湾区纪委监委", "广州市荔湾区"),
        ("中共江苏省委宣传部", "江苏省委政法委员会", "江苏省"),
        ("广州市荔湾区第二中学", "广州市荔湾区第一中学", "广州市荔湾区"),
        ("广州市第二人民医院", "广州市第一人民医院", "广州市"),
    ],
)
def test_is_another(printed: str, declared: str, region: str) -> None:
    assert not may_be_same(printed, declared, region)
