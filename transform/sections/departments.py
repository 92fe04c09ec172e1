"""Whether the department a page names may be the one the catalogue declares.

A page shortens names (商务局 for 商务和投资促进局), leaves the region out or adds 本级. So a name is taken for another
department's only where no such reading is left: a doubt is no reason to hold a filing.
"""

from __future__ import annotations

import re
import unicodedata

_APART = re.compile(r"[()\[\]〔〕【】、,;/|]")
_PLACEHOLDER = re.compile(r"[某×✕*○□\ufffd]|[xX〇]{2}")
"""What an anonymised filing prints in place of a name."""
_OWN = re.compile(r"(?:本级|机关|本部|部门|汇总)$")
_PARTY = re.compile(r"^(?:中共|中国共产党)")
_JOINT = re.compile(r"(?<=纪委)监委")
"""Two offices under one name: 纪委监委 is 纪律检查委员会 and 监察委员会, who publish under the first."""
_YOUTH = re.compile(r"^团[省市区县州旗]委")
_LEVEL = re.compile(r".+?(?:自治[区州县]|地区|[省市区县旗盟])")
_PROVINCE = re.compile(r"^(?:.{2,3}省|.{2,5}自治区)")
_PLACE = re.compile(r"^[^和与及]{2,}(?:[省县旗]|自治州|(?<!城)[市乡镇]|(?<![社园校景小林矿库])区)$")
_AUTHORITY = re.compile(r"(?:局|委|办|厅|署|会|部|政府|[办公]室|办事处|街道|镇|乡|法院|检察院|人大|政协|[联协])$")

_NUMERALS = frozenset("一二三四五六七八九十百0123456789")


def may_be_same(printed: str, declared: str, region: str) -> bool:
    """Whether `printed` may name the department `declared` of `region`, names as the page and the catalogue have them.

    Of two names, less the region, one has to be the other with characters left out, and no other place may stand
    before it. Of a name in several parts (A、B or A（B）) one part is enough. An authority's name and one that is none
    (a school, a centre) may be department and unit: nothing is said against them.
    """
    if _PLACEHOLDER.search(printed) or _PLACEHOLDER.search(declared):
        return True
    levels = _LEVEL.findall(region) or [region]
    pages, ours = (
        [name for part in _parts(text) if (name := _less_region(part, levels))] for text in (printed, declared)
    )
    return not pages or not ours or any(_agree(one, other) for one in pages for other in ours)


def _parts(name: str) -> list[str]:
    folded = _JOINT.sub("", "".join(unicodedata.normalize("NFKC", name).split()))
    return [part for piece in _APART.split(folded) if len(part := _PARTY.sub("", _OWN.sub("", piece))) > 1]


def _less_region(name: str, levels: list[str]) -> str:
    """The name without its region's; one that names the city and not the district is of the city and keeps it."""
    if levels and re.search(_printed_as(levels[-1]), name):
        name = _PROVINCE.sub("", name) if not _PROVINCE.match(levels[0]) else name
        for level in levels:
            name = re.sub(_printed_as(level), "", name, count=1)
    return _YOUTH.sub("团委", name).removeprefix(levels[-1][-1:])


def _printed_as(level: str) -> str:
    """Pattern of a level of the region: 荔湾区 or 荔湾, but 城区 only whole."""
    stem = re.escape(level[:-1])
    return f"{stem}{level[-1]}?" if len(level) > 2 else re.escape(level)


def _agree(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if bool(_AUTHORITY.search(short)) != bool(_AUTHORITY.search(long)):
        return True
    rest = iter(long)
    if not all(character in rest for character in short):
        return _is_misread(short, long)
    return not _PLACE.match(long[: long.index(short[0])])


def _is_misread(one: str, other: str) -> bool:
    """Whether a scan may show one name as the other: a character in six, and no numeral, is another."""
    differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    numerals = _NUMERALS.intersection(character for pair in differing for character in pair)
    return len(one) == len(other) and len(differing) * 6 <= len(one) and not numerals
