"""A region is what its GB/T 2260 code says: province and city by the code, former codes too, unknown ones refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from extract.catalogue import Publisher
from extract.regions import full_name, is_region, region_codes, region_of


@pytest.mark.parametrize(
    ("code", "name", "province", "city", "full"),
    [
        ("440103", "荔湾区", "广东省", "广州市", "广州市荔湾区"),
        ("440100", "广州市", "广东省", "广州市", "广州市"),
        ("440000", "广东省", "广东省", None, "广东省"),
        ("110105", "朝阳区", "北京市", "北京市", "北京市朝阳区"),
        ("310000", "上海市", "上海市", "上海市", "上海市"),
        ("429004", "仙桃市", "湖北省", "仙桃市", "仙桃市"),
        ("469021", "定安县", "海南省", None, "海南省定安县"),
        ("659001", "石河子市", "新疆维吾尔自治区", "石河子市", "石河子市"),
        ("152201", "乌兰浩特市", "内蒙古自治区", "兴安盟", "兴安盟乌兰浩特市"),
        ("100000", "中华人民共和国", None, None, "中华人民共和国"),
        ("330113", "临平区", "浙江省", "杭州市", "杭州市临平区"),
    ],
)
def test_province_and_city_follow_from_the_code(
    code: str, name: str, province: str | None, city: str | None, full: str
) -> None:
    region = region_of(code)
    assert (region.name, region.province, region.city, full_name(code)) == (name, province, city, full)


def test_a_former_code_is_known_as_such() -> None:
    """从化市 became 从化区 of Guangzhou in 2014, with another code; 崇文区 is part of 东城区 since 2010."""
    assert region_of("440184").until == 2014
    assert region_of("110103").until == 2010
    assert region_of("440117").until is None


def test_every_county_in_force_lies_in_a_province_that_is_known() -> None:
    assert [code for code in region_codes() if code != "100000" and region_of(code).province is None] == []


@pytest.mark.parametrize("code", ["440199", "990000", "440"])
def test_an_unknown_code_is_refused_before_anything_is_read(code: str) -> None:
    assert not is_region(code)
    with pytest.raises(ValidationError, match=r"region_code"):
        Publisher(id="ours", name="某局", region_code=code, region="某区")
