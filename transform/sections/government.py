"""Tables of a whole government (政府预算, 决算, 债务), told from those of one department.

A finance bureau publishes both, and a government's table of expenditure has the title and the columns of a
department's. What tells them apart: a title that speaks of all the region or puts the region straight before the fund
(全市一般公共预算收入, 某某市级一般公共预算支出表), and lines that no department has (增值税, 上解支出).
Until such tables are supported they hold what they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from extract.document import Document, Finding, Grid, Line, Severity
from transform.passages import less_layout

_FUND = (
    r"(?:财政总?(?:收|支)|财政预算|一般公共|公共财政|公共预算|政府性基金|国有资本|社会保险基金|地方财政|政府债|预备费"
    r"|税收返还|预算(?:收|支|内|稳定)|三公|[“\"]三公)"
)
_REGION = r"(?:省|市|区|县|州|盟|旗|师|兵团)"
_BETWEEN = r"(?:[（(][^）)]*[）)]|(?:19|20)\d\d年度?|二[〇○零]\S\S年度?|地方|政府)*"
_WHOLE = re.compile(
    rf"全(?:自治)?{_REGION}{_BETWEEN}(?:{_FUND}|收入|支出|收支|债)"
    r"|全[镇乡](?:财政|一般公共)|地方政府(?:性)?(?:一般|专项)?债务|债(?:务|券)(?:限额|余额|发行|还本|付息)"
    r"|政府(?:财政)?(?:收支)?(?:预|决)算(?:公开|表|收支)|(?:预|决)算[（(]?草案|预算执行情况(?:和|与|及)"
)
"""Titles that no department has."""
_OF_REGION = re.compile(
    rf"{_REGION}(?:直|本级|级|本)?{_BETWEEN}(?:本级)?{_BETWEEN}{_FUND}"
    rf"|^{_BETWEEN}本级{_BETWEEN}{_FUND}"
    rf"|{_REGION}对.{{1,6}}(?:转移支付|税收返还)|(?:转移支付|税收返还).{{0,12}}(?:分地区|地区|汇总表|预算表|决算表)|(?:转移支付|税收返还)表"
    r"|分地区|社会保险基金(?:预|决|收|支|结)|预备费|新增(?:地方)?(?:政府)?债|地方政府(?:新增|再融资|置换)?债券|(?:一般|专项)债(?:务|券)"
)
"""Titles that a department has under its own cover at most (市级一般公共预算支出表, 市对下转移支付表)."""
_DEPARTMENTS = re.compile(r"(?:部门|单位)(?:综合|收支|整体)*(?:预|决)算")
_ORGANISATION = re.compile(
    r"(?:部门|单位)(?:名称)?[:：](?!人民币)(?![（(]?[亿万千]?元)(?P<name>[^:：]{4,}?)(?=(?:金额)?单位[:：]|$)"
)
_FINANCE = re.compile(r"财政(?:局|厅|所|部|分局|金融局|审计局|[^:：]{0,4}办公室)|人民政府$|国库")

_TAXES = re.compile(
    r"增值税|企业所得税|个人所得税|城市维护建设税|房产税|印花税|城镇土地使用税|土地增值税|车船税|耕地占用税|契税|资源税"
    r"|环境保护税|烟叶税|消费税|营业税|税收收入"
)
_BALANCING = re.compile(
    r"(?:专项|体制)?上解(?:上级|中央|省级?|市级?)?支出|(?:下级|市县|县区)?上解收入|(?:返还性|税收返还)(?:收入|支出)?"
    r"|补助(?:下级|市县|县区|县市区|区县|乡镇)支出|债务转贷(?:收入|支出)|(?:动用|安排|补充|调入)?预算稳定调节基金"
)
"""Lines by which governments settle with each other; one alone may be a slip of a department's form."""
_OWN = re.compile(
    r"预备费|调出资金|(?:一般性|专项)转移支付(?:收入|支出)|国有土地使用权出让收入|国有土地收益基金收入|.*利润收入"
    r"|城市基础设施配套费收入|.*基本(?:养老|医疗)保险基金.*|.*本级一般公共预算(?:收入|支出)"
    r"|.*(?:债券|债务)收入|地方政府(?:一般|专项)债.*"
)
"""Lines that a department prints under its own cover at most."""
_NUMBERING = re.compile(
    r"^(?:其中[:：]?|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．]|\d{3,7}[—-]?)+"
)
_MONEY = re.compile(r"-?[\d,，]*[1-9][\d,，]*(?:\.\d+)?|-?0?\.\d*[1-9]\d*")
_DEPARTMENTS_TITLE = re.compile(
    r"部门|单位(?![:：]|(?:万|亿|千)?元)|财政拨款|采购|^[\d一二三四五六七八九十、.．（()）表附公开]*(?:\d{4}年度?)?"
    r"(?:收支|收入|支出)(?:预算|决算)?(?:总表|总体情况)"
)
"""Titles that a department has and a government has not."""
_SEVERAL = 2
_ABOVE = 5
"""Lines above a table that may be its heading."""
_LONGEST_TITLE = 60
_FIRST_LINES = 12
"""Lines of a cover."""


def governments_tables(document: Document, *, own: bool = False) -> set[int]:
    """Identities of the grids that are tables of a whole government, by title or lines. Where most tables of a
    document that is not a department's `own` are such, all are; and where several are and no title is one that
    departments alone have: a county prints 一般公共预算支出预算表 without its name."""
    own = own or _under_own_cover(document)
    above: list[str] = []
    told: set[int] = set()
    grids: list[Grid] = []
    mixed = False
    for block in document.blocks():
        if isinstance(block, Line):
            above.append(_plain(block.text))
            continue
        heading = [*above[-_ABOVE:], *heading_texts(block)]
        above = []
        grids.append(block)
        departments = own or _is_a_departments(heading)
        mixed = mixed or any(_DEPARTMENTS_TITLE.search(text) for text in heading if _is_title(text))
        if _told_by_title(heading, own=departments) or _told_by_lines(block, own=departments):
            told.add(id(block))
    if not own and (len(told) * 2 >= len(grids) or (len(told) >= _SEVERAL and not mixed)):
        return {id(grid) for grid in grids}
    return told


def government_tables(document: Document, *, statements: bool = True) -> Iterator[Finding]:
    """A critical finding for each table of a whole government, with what tells it; titles that repeat once.

    Among targets (not `statements`) only what no department has tells one: a form may be about a transfer payment.
    """
    own = not statements or _under_own_cover(document)
    said: set[str] = set()
    above: list[str] = []
    for block in document.blocks():
        if isinstance(block, Line):
            above.append(_plain(block.text))
            continue
        heading = [*above[-_ABOVE:], *heading_texts(block)]
        above = []
        told = _told_by_title(heading, own=own or _is_a_departments(heading)) or _told_by_lines(
            block, own=own or _is_a_departments(heading)
        )
        if told and told not in said:
            said.add(told)
            yield Finding(
                code="government_statement_unsupported",
                severity=Severity.CRITICAL,
                message=f"{told}: a table of a whole government, which is not a department's own budget",
                page=block.page,
                evidence=" | ".join(text for text in heading if text)[:200],
            )


def is_of_government(title: str) -> bool:
    """Whether a title speaks of a whole government's money."""
    plain = _plain(title)
    return not _DEPARTMENTS.search(plain) and bool(_WHOLE.search(plain) or _OF_REGION.search(plain))


def _under_own_cover(document: Document) -> bool:
    """Whether the document says on its cover that it is a department's or unit's budget."""
    blocks = islice(document.blocks(), _FIRST_LINES)
    texts = (text for block in blocks for text in ([block.text] if isinstance(block, Line) else heading_texts(block)))
    cover = [_plain(text) for text in islice(texts, _FIRST_LINES)]
    return _is_a_departments([_plain(document.title or ""), *cover, "".join(cover)])


def _is_a_departments(texts: list[str]) -> bool:
    organisations = [found["name"] for text in texts if (found := _ORGANISATION.search(text))]
    return any(_DEPARTMENTS.search(text) for text in texts) or any(not _FINANCE.search(name) for name in organisations)


def titles_government(texts: Sequence[str]) -> bool:
    """Whether one of the texts is the title of a government's table."""
    return _told_by_title([_plain(text) for text in texts], own=False) is not None


def _told_by_title(heading: list[str], *, own: bool) -> str | None:
    titles = [text for text in heading if _is_title(text)]
    titles += ["".join(pair) for pair in pairwise(heading) if all(map(_is_title, pair))]
    return next((text for text in titles if _WHOLE.search(text) or (not own and _OF_REGION.search(text))), None)


def _is_title(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_TITLE and not re.search(r"[。；;，]|^[（(]?[注备]", text)


def shows_government(grid: Grid) -> bool:
    """Whether lines with money are such as no department has."""
    return _told_by_lines(grid, own=False) is not None


def _told_by_lines(grid: Grid, *, own: bool) -> str | None:
    """The lines with money that no department has, enough of them to be no accident."""
    names = list(_lines_with_money(grid))
    taxes = [name for name in names if _TAXES.fullmatch(name)]
    balancing = [name for name in names if _BALANCING.fullmatch(name)]
    governments = [name for name in names if _OWN.fullmatch(name)]
    if len(set(taxes)) > 1 or len(set(balancing)) > 1 or (not own and (balancing or governments)):
        return "、".join(dict.fromkeys([*taxes, *balancing, *governments][:3]))
    return None


def _lines_with_money(grid: Grid) -> Iterator[str]:
    """The name before each run of amounts that holds one other than nothing."""
    for row in grid.rows():
        name = ""
        for cell in row:
            text = _plain(cell.text) if cell else ""
            if _MONEY.fullmatch(text) and name:
                yield _NUMBERING.sub("", name)
                name = ""
            elif re.search(r"[\u4e00-\u9fff]", text):
                name = text


def heading_texts(grid: Grid) -> list[str]:
    """The texts, less blanks, of the rows on top that hold one cell alone, and of one that holds the unit of money."""
    texts: list[str] = []
    for row in grid.rows()[:_ABOVE]:
        printed = list(dict.fromkeys(_plain(cell.text) for cell in row if cell and cell.text.strip()))
        if len(printed) > 1 and not any(re.search(r"单位[:：]", text) for text in printed):
            break
        texts += printed
    return texts


def _plain(text: str) -> str:
    return less_layout(text).replace(" ", "")
