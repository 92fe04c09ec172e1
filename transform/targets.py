"""What a published target promises: from its text to typed, comparable readings.

The language, as filings write it:

    cell       one promise, or several parted by ；。， or joined by 、和及与
    promise    [date before which] [wording] [operator] number [unit] [operator] [wording]
             | date | 是 or 否 | wording
    operator   ≥ 不少于 以上 …; none is `=`
    number     72,239.50 · 十二 · 3万5千 · 10-15 · 60000≤Q＜80000 · 1/3 · 百分之九十
    unit       [scale] word [/word …]: % 家 万人次 亿美元 元/生/年

The reading goes from the inside out. Every number is found first; what stands before and after it says what it is: a
promise of its own, an attribute of something else (年产值超过1亿元的企业), a name (500强, 第26届), or a baseline
(比2022年). One own number is the reading; several in one cell are several promises if something parts them. Where two
readings stand, or none is sure, the target is `qualitative` and a finding says why: no number is better than a wrong
one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from transform.measures import ONE, Measure, Unit, unit_at, unit_of
from transform.numerals import ARABIC, CHINESE, MIXED, decimal_of, fold
from transform.records import Operator, Reading, TargetKind
from transform.target_dates import PrintedDate, dates_in

LEADING: Final[Mapping[str, Operator]] = {
    word: operator
    for operator, words in {
        Operator.GE: """
            ≥ >= ≥= => 》= 〉= ›= >≥ ≥≥ 不少于 不低于 不小于 不得少于 不得低于 不能少于 不能低于 不应低于
            不少于等于 大于等于 大于或等于 高于等于 高于或等于 至少 最少 最低 起码 不短于 不早于 不下于
        """,
        Operator.GT: """
            > 〉 › ﹥ 大于 超过 高于 多于 超出 突破 超 晚于 优于 长于
        """,
        Operator.LE: """
            ≤ <= ≤= =< 《= 〈= ‹= <≤ ≤≤ 不超过 不高于 不大于 不多于 不得超过 不得高于 不得多于 不得大于 不能超过
            不应超过 未超过 小于等于 小于或等于 低于等于 低于或等于 至多 最多 最高 最大 不晚于 不迟于 不长于
            不超
        """,
        Operator.LT: """
            < 〈 ‹ ﹤ 小于 低于 少于 不足 不到 早于 短于 不满
        """,
        Operator.EQ: """
            = == 等于
        """,
    }.items()
    for word in words.split()
}
"""Operators that stand before a number, the garbled printings of recognised scans among them."""

TRAILING: Final[Mapping[str, Operator]] = {
    word: operator
    for operator, words in {
        Operator.GE: """
            以上 及以上 或以上 含以上 及其以上 和以上 起步 + 或者以上
        """,
        Operator.LE: """
            以内 之内 以下 及以下 或以下 含以下 以里 内
        """,
    }.items()
    for word in words.split()
}
"""Operators that stand after a number and its unit."""

ABOUT: Final = frozenset(["约", "近", "大约", "将近", "接近", "左右", "上下", "余", "多", "来", "≈", "约为"])
"""Words that make a number approximate: no operator, but a finding."""

BETWEEN_OPERATOR_AND_NUMBER: Final = (
    "人民币",
    "达到",
    "约为",
    "大约",
    "将近",
    "约",
    "近",
    "达",
    "为",
    "到",
    "在",
    ":",
    "=",
    "共",
    "有",
    "满",
    "于",
    "是",
    "¥",
    "￥",
)
ALONE: Final = frozenset("共约近达计为超有满购新建增均按至到在培招完补")
"""Characters that may stand alone before a number at the head of a target; any other there is a garbled operator."""

PER: Final = re.compile(r"每\d*(?:个|半)?[年月日天季周人户场次期家个批项学镇村村企车店台班]|[年月日季周人]均|平均")
FOLLOWED_BY_NOUN: Final = re.compile(r"[一-鿿]{1,8}?(?<![级模省市])(及以上|或以上|以上|以内|以下|左右)(?=$|[,;。、)!])")
OPEN_UNIT: Final = re.compile(r"([一-鿿]{1,4}?)(及以上|或以上|以上|以内|以下|左右)?(?=$|[,;。、)!])")
NOT_A_UNIT: Final = re.compile(
    "完成|达标|满意|合格|到位|拨付|支付|提升|提高|增长|增加|下降|降低|减少|以上|以下|以内|左右|优|良|^[的与及和或至到是为在分之]|[率年月日号级强岁届版]$"
)
NUMBER: Final = re.compile(
    rf"(?P<mixed>{MIXED})|(?P<arabic>(?<![\d.]){ARABIC})|(?P<chinese>{CHINESE})|半(?=年|天|小时|个月)"
)
RANGE: Final = re.compile(r"[-~]{1,2}|至|到")
CHAIN: Final = re.compile(r"([≤<≥>]=?)[^\d≤<≥>,;。]{1,16}([≤<≥>]=?)(?=\d)")
END: Final = re.compile(r"$|[,;。、)!?]")
PARTING: Final = re.compile(
    r"[,;。、]|(?<!参)与|(?<![涉普])及(?!时|格)|(?<![共平])和(?!谐)|并(?!购)|且|以及|其中|同时|[共另]"
)
GROWING: Final = re.compile(
    r"(?:增长|增幅|增速|提高|提升|增加|上升|下降|降低|减少|降幅|缩短|压减|上涨|下浮|增值|递增)(?:率|了|幅度|比例)?[:为达约超不少于低≥>≤<=至少]*\Z"
)

ASIDE: Final = re.compile(
    r"<[^<>\d]*>|《[^《》]*》|“[^“”]*”|\"[^\"]*\"|「[^「」]*」|『[^『』]*』|[〔\[(【]\d{4}[〕\])】](?:第?\d+号)?|(?<!/)\([^()]*\)|【[^【】]*】|\[[^\[\]]*\]"
)
"""What is said beside the promise: tags, titles, quotations, document numbers, remarks in brackets."""
ASIDE_SIGNS: Final = re.compile(r"[<《“\"「『〔(\[【]")
LABEL: Final = re.compile(r"^(?:标[准推椎淮]|(?:年度|实施周期|本年)?(?:目标|指标)值?|计划值?|预期值?)[:;]+")
LIST_MARK: Final = re.compile(
    r"(?:(?<=^)|(?<=[;。]))(?:\(?[一二三四五六七八九十\d]{1,2}\)|[一二三四五六七八九十]{1,2}[、.]|\d{1,2}(?:、|[.](?!\d))|[①-⑳])(?=.)"
)
EDGE: Final = " :;,。、.!'\"“”…"
CLOSING: Final = " :;,。、.!'…"

HOLDS_NUMBER: Final = re.compile(r"[\d零一二两三四五六七八九十]")
HOLDS_DATE: Final = re.compile(r"[年月季]|\d{4}[./-]\d")
DAMAGE: Final = re.compile(r"[\ufffd\ue000-\uf8ff]|\(cid:\d+\)")
TEMPLATE: Final = re.compile(r"\*{1,}(?!\d)|[XxＸ×]{2,}|_{2,}|○{2,}")
CONFUSED: Final = re.compile(r"\d[OolI][\dOolI.]*%|(?<![A-Za-z])[OolI]\d[\dOolI.]*%")
OPERATOR_ONLY: Final = re.compile(r"^[≥≤<>=%‰]+$")
INTERVAL: Final = re.compile(r"^[\[(]([^,\[\]()]+),([^,\[\]()]+)[\])]$")
GRADES: Final = re.compile(r"优.*良.*(?:中|差|合格|一般)")
SHARE_OF: Final = re.compile(r"([零一二两三四五六七八九十百千\d.]+)分之([零一二两三四五六七八九十百\d.]+)")
NONE_OF: Final = re.compile(
    r"^(?:确保|保证|全年|力争|实现)?(?:无|不发生|未发生|不出现|未出现|杜绝|没有|避免).{0,16}?"
    r"(?:事故|投诉|违规|违纪|差错|事件|纠纷|上访|信访|案件|隐患|故障|流失|超支|拖欠|污染|损失|伤亡|死亡|失误|泄露|泄密|返贫|举报|遗漏|舆情|问题|违法|浪费)"
)
ZERO_OF: Final = re.compile(
    r"^(?:实现|确保|保持)?零(?:重大|安全|生产|负面|有效)*(?:事故|投诉|违规|违纪|差错|事件|伤亡|死亡|失误|泄露|泄密|上访|返贫|拖欠|纠纷|案件|故障|举报)$"
)
BOUND: Final = re.compile(
    r"不超(?:过|出)?(?:年度|年初|批复|项目)?预算|预算(?:以内|之内|内|数以内)$|不得?(?:超过|低于|高于|少于|为负)|不突破|不超标"
)

ZERO: Final = Decimal(0)


class Promise(NamedTuple):
    """A number in a text with what its surroundings say of it."""

    start: int
    end: int
    operator: Operator
    value: Decimal
    upper: Decimal | None
    unit: Unit | None
    rule: str
    findings: tuple[str, ...]
    attribute: bool = False
    """It qualifies what follows (1/3的村集体, 5亿元以上企业): it counts only where nothing else does."""


class Unread(NamedTuple):
    """A number that is not the target's own, or whose surroundings do not say what it is."""

    why: str


class Hint(NamedTuple):
    """What an indicator's name says of its targets."""

    unit: Unit | None
    boolean: bool


NO_HINT: Final = Hint(None, False)


def read_targets(text: str, *, fiscal_year: int | None = None, name: str | None = None) -> tuple[Reading, ...]:
    """The readings of one target cell, at least one; several where it holds several promises.

    `fiscal_year` dates what is printed without a year (12月底前). `name` is the indicator's: a unit in it (满意度（%）)
    is used where the target prints none. Any text has a reading; nothing is raised.
    """
    folded = fold(text)
    hint = name_hint(name) if name else NO_HINT
    if damaged := _damage(folded):
        return (damaged,)
    wording = LABEL.sub("", folded.strip(EDGE)).strip(EDGE)
    if not wording or wording in ("/", "-", "--", "无", "空"):
        return (_worded("empty", "empty") if wording != "无" else _worded("wording"),)
    if wording in ("是", "否"):
        return (_boolean(wording),)
    if not HOLDS_NUMBER.search(wording) and not HOLDS_DATE.search(wording):
        return (_qualitative(wording),)
    if interval := INTERVAL.match(wording):
        wording = f"{interval[1]}~{interval[2]}"
    plain = _without_asides(wording)
    if "分之" in plain:
        plain = SHARE_OF.sub(_share, plain)
    return _read(plain, fiscal_year, hint)


def name_hint(name: str) -> Hint:
    """The unit in an indicator's name: in its last brackets (满意度（%）, (≥**个)) or as its last sign (参保率%)."""
    folded = fold(name).strip(EDGE)
    if folded.endswith(("%", "‰")):
        return Hint(unit_of(folded[-1]), False)
    if not folded.endswith((")", "]", "】")):
        return NO_HINT
    opening = max(folded.rfind("("), folded.rfind("["), folded.rfind("【"))
    inside = folded[opening + 1 : -1]
    if inside in ("是/否", "是或否", "是、否", "是否"):
        return Hint(None, True)
    inside = re.sub(r"^(?:计量)?单位:", "", inside).strip("≥≤<>=*Xx_ ")
    return Hint(unit_of(inside), False)


# --- the whole text -------------------------------------------------------------------------------------------------


def _damage(folded: str) -> Reading | None:
    """A reading for what cannot be read: characters lost, an operator without its number, a form left unfilled."""
    if folded.isascii() and folded.replace(".", "").replace("%", "").isdigit():
        return None
    why = None
    if DAMAGE.search(folded):
        why = "damaged_characters"
    elif CONFUSED.search(folded):
        why = "confused_characters"
    elif OPERATOR_ONLY.match(folded):
        why = "operator_without_number"
    elif TEMPLATE.search(folded) and not re.search(r"\d[*×]\d", folded):
        why = "template_residue"
    return Reading(kind=TargetKind.DAMAGED, rule=why, findings=(why,)) if why else None


def _without_asides(wording: str) -> str:
    """The wording less its asides; an aside that holds the only number is what counts (满意度（≥90%）)."""
    if wording[0] in '(“"[' and wording[-1] in ')”"]' and not any(sign in wording[1:-1] for sign in '()“”"[]'):
        return wording[1:-1]
    if not ASIDE_SIGNS.search(wording):
        return wording
    plain = ASIDE.sub("", ASIDE.sub("", wording)).strip(EDGE)
    if HOLDS_NUMBER.search(plain) or HOLDS_DATE.search(plain) or not wording.endswith(")"):
        return plain
    inside = wording[wording.rfind("(") + 1 : -1]
    return inside if inside[:1] in "≥≤<>=" and HOLDS_NUMBER.search(inside) else plain


def _share(match: re.Match[str]) -> str:
    """百分之九十 as 90%, 三分之一 as 1/3; what is neither stays."""
    numbers = [decimal_of(part) if part not in ("百", "千") else None for part in match.groups()]
    sign = {"百": "%", "千": "‰"}.get(match[1])
    part = Decimal(100) if match[2] == "百" else numbers[1]
    if part is None:
        return match[0]
    if sign:
        return f"{part}{sign}"
    return f"{part}/{numbers[0]}" if numbers[0] else match[0]


def _read(plain: str, fiscal_year: int | None, hint: Hint) -> tuple[Reading, ...]:
    dates = dates_in(plain, fiscal_year) if HOLDS_DATE.search(plain) else []
    text = (
        LIST_MARK.sub(lambda mark: "□" * len(mark[0]), plain)
        if plain[0] in "(一二三四五六七八九十123456789①"
        else plain
    )
    for date in dates:
        text = text[: date.start] + "□" * (date.end - date.start) + text[date.end :]
    found = _scan(text)
    promises = [promise for promise in found if isinstance(promise, Promise)]
    if promises and GRADES.search(text) and len(promises) > 1:
        return (_worded("grading_scale", "grading_scale", measurable=True),)
    own = [promise for promise in promises if not promise.attribute]
    own = own or promises
    if len(own) > 1 and (bounds := _bounds(own, text)):
        own = [bounds]
    if not own:
        return _dated(dates, plain) or (_unread(found, plain),)
    if _unparted(promises, own, text):
        return (_worded("two_readings", "two_readings", measurable=True),)
    due = next((date for date in dates if date.by and not date.baseline), None)
    readings = [_reading(promise, hint, due, len(own) > 1) for promise in own]
    return tuple(dict.fromkeys(readings))


def _unparted(promises: list[Promise], own: list[Promise], text: str) -> bool:
    """Two numbers in one clause claim to be the promise: own ones that nothing parts, or a share of something
    (1/3的村集体) and what it reaches."""
    for first, second in pairwise(own):
        if not PARTING.search(text, first.end, second.start):
            return True
    shares = [p for p in promises if p.attribute and p.unit is not None and p.unit.measure.kind is TargetKind.RATIO]
    return len(own) < len(promises) and any(
        not re.search(r"[,;。]", text[min(s.end, o.end) : max(s.start, o.start)])
        for s in shares
        for o in own
        if s is not o
    )


def _bounds(own: list[Promise], text: str) -> Promise | None:
    """≥80%且≤90%: a lower and an upper bound of one measure are one range."""
    if len(own) != 2:
        return None
    low, high = own
    between = text[low.end : high.start]
    lower, higher = (Operator.GE, Operator.GT), (Operator.LE, Operator.LT)
    if low.operator in higher and high.operator in lower:
        low, high = high, low
    same = (low.unit and low.unit.printed) == (high.unit and high.unit.printed)
    if (
        same
        and low.operator in lower
        and high.operator in higher
        and len(between.strip(",;且并但、和而同时须应≥≤<>=不低于高超过小大少多")) == 0
    ):
        findings = tuple(dict.fromkeys(low.findings + high.findings))
        return Promise(own[0].start, own[1].end, Operator.BETWEEN, low.value, high.value, low.unit, "bounds", findings)
    return None


# --- one number -----------------------------------------------------------------------------------------------------


def _scan(text: str) -> list[Promise | Unread]:
    found: list[Promise | Unread] = []
    position = 0
    while match := NUMBER.search(text, position):
        promise, position = _promise(text, match)
        if promise is not None:
            found.append(promise)
    return found


def _promise(text: str, match: re.Match[str]) -> tuple[Promise | Unread | None, int]:
    """What the number at `match` is, and where to go on."""
    start, end = match.span()
    chinese = match.lastgroup == "chinese"
    if chinese:
        while text[end - 1] in "万亿" and end - start > 1:
            end -= 1
    value = decimal_of(text[start:end]) if match.lastgroup else Decimal("0.5")
    if value is None:
        return None, match.end()
    if not chinese and end + 1 < len(text) and text[end] in ":/" and text[end + 1].isdecimal():
        return _proportion(text, match, value)
    unit, end, about = _unit(text, end)
    upper = None
    chain = CHAIN.match(text, end)
    span = chain or RANGE.match(text, end)
    rule = "number" if unit is None else "measure"
    findings: list[str] = []
    lead: Operator | None
    if span and (second := NUMBER.match(text, span.end())) and (second.lastgroup == "chinese") == chinese:
        high = decimal_of(second[0]) if second.lastgroup else None
        high_unit, high_end, _ = _unit(text, second.end())
        if high is None or not _joins(unit, high_unit):
            return Unread("two_readings"), high_end
        low, high = (high, value) if chain and chain[1][0] in ">≥" else (value, high)
        unit, end, value, upper, rule = high_unit or unit, high_end, low, high, "chain" if chain else "range"
        if low >= high:
            return Unread("not_a_range"), end
    elif chain:
        return Unread("two_readings"), chain.end()
    negative = start > 0 and text[start - 1] == "-" and (start == 1 or text[start - 2] in "≥≤<>=:约为到")
    if negative:
        start, value = start - 1, -value
    if start and (text[start - 1] in "第前后×*÷±^+#-" or (text[start - 1].isascii() and text[start - 1].isalnum())):
        return Unread("number_not_own"), end
    if (end < len(text) and text[end] in "×*÷^±") or (
        unit is None and end < len(text) and text[end].isascii() and text[end].isalpha()
    ):
        return Unread("number_not_own"), end
    lead, begin, about_before = _leading(text, start)
    trail, end, about_after = _trailing(text, end, unit)
    head = text[:begin].strip("□" + EDGE)
    if unit is None or unit.measure.base is None:
        unit, end, trail = _open_unit(text, end, unit, trail, chinese)
    terminal = END.match(text, end) is not None
    if unit is not None and trail is None and not terminal and unit.measure.kind is TargetKind.QUANTITY:
        noun = FOLLOWED_BY_NOUN.match(text, end)
        if noun and not HOLDS_NUMBER.search(noun[0]):
            trail, end, terminal = TRAILING.get(noun[1]), noun.end(), True
            about_after = noun[1] == "左右"
    if lead is not None and trail is not None and lead is not Operator.EQ and _direction(lead) != _direction(trail):
        return Unread("contradictory_operators"), end
    operator = lead if lead not in (None, Operator.EQ) else trail or lead
    why = _not_own(text, begin, end, unit, operator, terminal, chinese, value, head)
    if why:
        return (Unread(why) if why != "ignored" else None), max(end, match.end())
    if upper is not None and operator not in (None, Operator.EQ):
        findings.append("operator_on_range")
    if about or about_before or about_after:
        findings.append("approximate")
    if PER.search(text, max(0, begin - 8), start):
        findings.append("rate_per_period")
    if GROWING.search(text, max(0, begin - 6), start):
        rule = "growth"
    elif head or not terminal or end < len(text):
        rule = "sentence" if rule in ("number", "measure") else rule
    attribute = _attribute(text, end, unit, operator, trail)
    operator = Operator.BETWEEN if upper is not None else operator or Operator.EQ
    return Promise(begin, end, operator, value, upper, unit, rule, tuple(findings), attribute), max(end, match.end())


def _direction(operator: Operator) -> bool:
    return operator in (Operator.GE, Operator.GT)


def _joins(unit: Unit | None, other: Unit | None) -> bool:
    """Two ends of a range have one unit, or only one of them prints it."""
    return unit is None or other is None or unit.printed == other.printed


def _unit(text: str, end: int) -> tuple[Unit | None, int, bool]:
    """The declared unit after a number, over a 余 or 多 before or inside it (300余家, 3万余人)."""
    about = text[end : end + 1] in ("余", "多", "来") and end + 1 <= len(text)
    after = end + 1 if about else end
    unit = unit_at(text, after)
    if unit is None:
        return None, after if about and END.match(text, after) else end, about and after == end
    stop = after + len(unit.printed)
    if unit.measure.base is None and text[stop : stop + 1] in ("余", "多") and text[stop : stop + 1]:
        about = True
        inner = unit_at(unit.printed + text[stop + 1 : stop + 12], 0)
        if inner is not None and inner.measure.base is not None:
            return inner, stop + 1 + len(inner.printed) - len(unit.printed), True
        return unit, stop + 1, True
    return unit, stop, about


def _leading(text: str, start: int) -> tuple[Operator | None, int, bool]:
    """The operator that ends at `start`, over 约, 人民币 and the like; where it begins; whether it says 约."""
    about = False
    begin = start
    for _ in range(3):
        for length in range(6, 0, -1):
            word = text[max(0, begin - length) : begin]
            if len(word) == length and word in LEADING:
                return LEADING[word], begin - length, about
        for word in BETWEEN_OPERATOR_AND_NUMBER:
            if text.endswith(word, 0, begin):
                begin -= len(word)
                about = about or word in ABOUT
                break
        else:
            break
    for word in ("至少", "最少", "至多", "最多"):
        at = text.rfind(word, max(0, start - 7), start)
        if at >= 0 and not re.search(r"[,;。、\d]", text[at:start]):
            return LEADING[word], at, about
    return None, start, about


def _trailing(text: str, end: int, unit: Unit | None) -> tuple[Operator | None, int, bool]:
    """The operator that begins at `end`, where it ends, and whether the number is approximate (左右)."""
    for length in range(4, 0, -1):
        word = text[end : end + length]
        if len(word) < length:
            continue
        if word in TRAILING and (
            word != "内" or (unit and unit.measure.kind in (TargetKind.DURATION, TargetKind.RATIO))
        ):
            return TRAILING[word], end + length, False
        if word in ABOUT and word not in ("约", "近", "来") and (length > 1 or END.match(text, end + 1)):
            return None, end + length, True
    return None, end, False


def _open_unit(
    text: str, end: int, unit: Unit | None, trail: Operator | None, chinese: bool
) -> tuple[Unit | None, int, Operator | None]:
    """An undeclared word between a number (or its scale) and the end of the promise is a unit too: 20亿注册量."""
    word = OPEN_UNIT.match(text, end) if trail is None and not chinese else None
    if word is None or NOT_A_UNIT.search(word[1]) or unit_at(text, end) is not None:
        return unit, end, trail
    if any(word[1].startswith(name) for name in ("级", "强", "号", "岁", "期", "届")):
        return unit, end, trail
    scale, printed = (unit.measure.scale, unit.printed) if unit else (ONE, "")
    opened = Unit(printed + word[1], Measure(TargetKind.QUANTITY, word[1], scale), open=True)
    operator = TRAILING.get(word[2]) if word[2] else None
    return opened, word.end(), operator


def _not_own(
    text: str,
    begin: int,
    end: int,
    unit: Unit | None,
    operator: Operator | None,
    terminal: bool,
    chinese: bool,
    value: Decimal,
    head: str,
) -> str | None:
    """Why a number is not the target's own; `ignored` where it is no number at all (一批, 进一步); None if it is."""
    before = text[max(0, begin - 1) : begin]
    after = text[end : end + 1]
    if before == "□" and begin == 1:
        before = ""
    if chinese:
        if before in ("几", "数", "第", "统", "唯", "之", "同") and before:
            return "ignored"
        if unit is None and (head or not terminal or value == 1) and operator is None:
            return "ignored"
        if operator is None and not terminal and (value == 1 or not text.endswith(DOING, 0, begin)):
            return "ignored"
    if before in ("每", "比", "较", "从", "由", "用", "自", "几", "数") and before:
        return "number_not_own"
    if begin == 1 and before and before not in ALONE and not before.isascii() and not chinese and operator is None:
        return "garbled_operator"
    if 0 < begin <= 2 and before in "》《之三乏〉〈" and before:
        return "garbled_operator"
    if unit is None:
        if after and not terminal and operator is None:
            return "number_not_own"
        if not terminal and after and "一" <= after <= "鿿" and unit_at(text, end) is None and head:
            return "number_not_own"
        return None
    if unit.measure.kind is TargetKind.DURATION and operator is None and not terminal and after != "完":
        return "number_not_own"
    return None


DOING: Final = tuple(
    str.split("""
        完成 举办 开展 组织 召开 建设 建成 新建 新增 培育 引进 编制 形成 制定 出台 购置 采购 发布 实施 承办 参加
        发放 编写 印发 培训 走访 检查
    """)
)
"""Verbs after which a Chinese numeral counts (举办两场); 一 after them is mostly an article (打造一个) and does not."""


def _attribute(text: str, end: int, unit: Unit | None, operator: Operator | None, trail: Operator | None) -> bool:
    """Whether the measure qualifies what follows: …的, 5亿元以上企业, 24小时内到达."""
    if text.startswith("的", end):
        return True
    if unit is None or END.match(text, end):
        return False
    kind = unit.measure.kind
    if kind is TargetKind.DURATION:
        return operator in (Operator.LE, Operator.LT)
    return kind is TargetKind.MONEY and trail is not None


def _proportion(text: str, match: re.Match[str], value: Decimal) -> tuple[Promise | Unread | None, int]:
    """5:1 and 2/3: their quotient. 18:30 is a time and 12/31 a day, perhaps: neither is read."""
    sign = text[match.end()]
    other = re.compile(r"\d+(?:\.\d+)?").match(text, match.end() + 1)
    if other is None or (parts := Decimal(other[0])) == 0:
        return Unread("number_not_own"), match.end() + 1
    end = other.end()
    if text[end : end + 1] in (":", "/"):
        return Unread("number_not_own"), end + 1
    one = value == 1 or parts == 1
    if (sign == ":" and len(other[0]) == 2 and not one) or (
        sign == "/" and (value >= parts or (parts > 10 and parts not in (20, 50, 100)))
    ):
        return Unread("two_readings"), end
    lead, begin, about = _leading(text, match.start())
    trail, end, about_after = _trailing(text, end, None)
    exact = value / parts
    rounded = (
        exact.quantize(Decimal("0.000001")) if exact * parts != value or -int(exact.as_tuple().exponent) > 6 else exact
    )
    findings: tuple[str, ...] = ("rounded",) if rounded * parts != value else ()
    findings += ("approximate",) if about or about_after else ()
    unit = Unit("", Measure(TargetKind.RATIO, "1", ONE))
    operator = lead or trail or Operator.EQ
    return Promise(begin, end, operator, rounded, None, unit, "proportion", findings, text.startswith("的", end)), end


# --- readings -------------------------------------------------------------------------------------------------------


def _reading(promise: Promise, hint: Hint, due: PrintedDate | None, several: bool) -> Reading:
    unit, findings = promise.unit, promise.findings
    if hint.unit is not None:
        if unit is None:
            unit = hint.unit
        elif unit.measure.base is None and hint.unit.printed[0] not in "千百万亿":
            combined = unit_of(unit.printed + hint.unit.printed)
            unit = combined or unit
        elif unit.measure.kind is not hint.unit.measure.kind and not unit.open:
            findings += ("unit_contradiction",)
    elif hint.boolean:
        findings += ("unit_contradiction",)
    kind, base, scale = unit.measure if unit else Measure(TargetKind.QUANTITY, None, ONE)
    if unit is not None and base is None:
        findings += ("scale_without_unit",)
    return Reading(
        kind=kind,
        operator=promise.operator,
        value=promise.value,
        value_upper=promise.upper,
        value_unit=(unit.printed or None) if unit else None,
        base_value=promise.value * scale,
        base_value_upper=None if promise.upper is None else promise.upper * scale,
        base_unit=base,
        target_date=due.day if due else None,
        is_measurable=True,
        rule="several" if several else promise.rule,
        findings=findings,
    )


def _dated(dates: list[PrintedDate], plain: str) -> tuple[Reading, ...]:
    """The dates that are promised: those by which something is done, or one that stands alone or with 完成."""
    own = [date for date in dates if not date.baseline and (date.by or _names_a_day(date, plain))]
    readings = []
    for date in own:
        operator = Operator.LE if date.by else Operator.BETWEEN if date.span else Operator.EQ
        readings.append(
            Reading(
                kind=TargetKind.DATE,
                operator=operator,
                target_date=date.day,
                is_measurable=True,
                rule="date",
                findings=() if date.day else ("no_fiscal_year",),
            )
        )
    return tuple(dict.fromkeys(readings))


def _names_a_day(date: PrintedDate, plain: str) -> bool:
    before, after = plain[: date.start], plain[date.end :]
    whole = (
        not before.strip("于在=:")
        and re.fullmatch(r"[底末]?(?:全部|全面|按时)?(?:完成|完工|竣工|到位).{0,8}|", after) is not None
    )
    return whole or (date.exact and (END.match(after) is not None or after.startswith(("完成", "完工", "竣工"))))


def _boolean(word: str) -> Reading:
    """是 and 否: no number is printed; the base value, 1 or 0, can be counted."""
    return Reading(
        kind=TargetKind.BOOLEAN,
        operator=Operator.EQ,
        base_value=ONE if word == "是" else ZERO,
        is_measurable=True,
        rule="boolean",
    )


def _unread(found: list[Promise | Unread], plain: str) -> Reading:
    whys = tuple(dict.fromkeys(number.why for number in found if isinstance(number, Unread)))
    if ZERO_OF.match(plain):
        return Reading(
            kind=TargetKind.QUANTITY,
            operator=Operator.EQ,
            value=ZERO,
            base_value=ZERO,
            is_measurable=True,
            rule="zero_of",
        )
    if whys:
        return _worded(whys[0], *whys, measurable="two_readings" in whys)
    return _qualitative(plain)


def _qualitative(wording: str) -> Reading:
    if NONE_OF.match(wording):
        return _worded("none_of", measurable=True)
    if BOUND.search(wording):
        return _worded("bound", measurable=True)
    return _worded("wording")


def _worded(rule: str, *findings: str, measurable: bool = False) -> Reading:
    return Reading(kind=TargetKind.QUALITATIVE, rule=rule, findings=findings, is_measurable=measurable)
