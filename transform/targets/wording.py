"""From a target as printed to the plain wording that is read: less labels, list numbers, remarks and quotations.

What an indicator's name says of its targets is read here too (满意度（%）), and what cannot be read at all is told.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from transform.flags import Flag
from transform.targets.measures import Unit, unit_of
from transform.targets.numerals import decimal_of, fold, is_wording

ASIDE: Final = re.compile(
    r"<[^<>\d]*>|《[^《》]*》|“[^“”]*”|\"[^\"]*\"|「[^「」]*」|『[^『』]*』|[〔\[(【]\d{4}[〕\])】](?:第?\d+号)?|(?<!/)\([^()]*\)|【[^【】]*】|\[[^\[\]]*\]"
)
"""What is said beside the promise: tags, titles, quotations, document numbers, remarks in brackets."""
UNIT_ASIDE: Final = re.compile(r"(\d)\(([^()]{1,6})\)(?=$|[以及,;。])")
PAIRED_UNIT: Final = re.compile(r"(\w)\(([台套次件组册场个家户项期])\)")
DIVISOR_ASIDE: Final = re.compile(r"/\(([^()]{1,6})\)")
DIVISOR_STAR: Final = re.compile(r"(?<=[/(][人生户件台期次天])[*×](?=[人天年月日期次课])")
EXCLUSIVE: Final = re.compile(r"\(不含[^()]*\)(?=以[上下内])")
ASIDE_SIGNS: Final = re.compile(r"[<《“\"「『〔(\[【]")
LABEL: Final = re.compile(r"^(?:标[准推椎淮]|(?:年度|实施周期|本年)?(?:目标|指标)值?|计划值?|预期值?)[:;]+")
LIST_MARK: Final = re.compile(
    r"\(?[一二三四五六七八九十\d]{1,2}\)|[一二三四五六七八九十]{1,2}、|\d{1,2}(?:、|\.(?!\d))|[①-⑳]"
)
EDGE: Final = " :;,。、.!'\"“”…"

HOLDS_NUMBER: Final = re.compile(r"[\d零一二两三四五六七八九十]|百分|半[年天小个]")
HOLDS_DATE: Final = re.compile(r"[年月季]|\d{4}[./-]\d|20\d{6}")
DAMAGE: Final = re.compile(r"[\ufffd\ue000-\uf8ff]|\(cid:\d+\)")
NO_DATE: Final = re.compile(
    r"(?<!\d)(?:19|20)\d{3,}年|(?<!\d)(?:\d{3}|\d{5,})年度?\d{1,2}月|(?<!\d)(?:19|20)\d\d年(?:1[3-9]|[2-9]\d|00?|\d{3,})月"
    r"|年\d{1,2}月(?:3[2-9]|[4-9]\d|00?|\d{3,})[日号]|(?<![A-Za-z\d.])(?=\d*[OolI])[12][\dOolI]{3}年"
)
"""What is printed as a day of no calendar: 20255年12月, 2025年13月, 12月310日 behind a year, 2O25年."""
TEMPLATE: Final = re.compile(r"\*{1,}(?!\d)|[XxＸ×]{2,}|_{2,}|○{2,}|□|^[≥≤<>=]+[XxＸ×](?![A-Za-z])")
CONFUSED: Final = re.compile(r"\d[OolIΟО][\dOolIΟО.]*%|(?<![A-Za-z])[OolIΟО]\d[\dOolIΟО.]*%")
OPERATOR_ONLY: Final = re.compile(r"^[≥≤<>=%‰?]+$")
SUSPECT: Final = re.compile(r"[\ufffd\ue000-\uf8ff*Xx×_○□OolIΟО]|cid|\d年|^[≥≤<>=%‰?]+$")
"""Without one of these a text is none of the above."""
INTERVAL: Final = re.compile(r"^[\[(]([^,\[\]()]+),([^,\[\]()]+)[\])]$")
SHARE_OF: Final = re.compile(r"([零一二两三四五六七八九十百千万\d.]+)分之([零一二两三四五六七八九十百\d.]+)|百分百")
SHARE_SIGNS: Final = {"百": "%", "千": "‰", "万": "‱"}


class Hint(NamedTuple):
    """What an indicator's name says of its targets."""

    unit: Unit | None
    boolean: bool


NO_HINT: Final = Hint(None, False)


def plain_wording(wording: str) -> str:
    """A bare wording less what is said beside its promise; shares are written as signs (百分之九十 → 90%)."""
    if wording[0] in "[(" and (interval := INTERVAL.match(wording)):
        wording = f"{interval[1]}~{interval[2]}"
    if LIST_MARK.match(wording):
        wording = LIST_MARK.sub(_list_mark, wording)
    if "(" in wording:
        wording = DIVISOR_ASIDE.sub(r"/\1", wording)
        wording = EXCLUSIVE.sub("（不含）", wording)
        wording = PAIRED_UNIT.sub(_paired_unit, UNIT_ASIDE.sub(_unit_aside, wording))
    plain = _without_asides(wording)
    return SHARE_OF.sub(_share, plain) if "分之" in plain or "百分百" in plain else plain


def bare_wording(folded: str) -> str:
    """A folded target less its label (标准:) and the marks at its edges: not the quotation mark of a word (“四上”企业),
    nor the point of a number that lost its zero (.98)."""
    bare = _unedged(folded)
    return _unedged(LABEL.sub("", bare)) if ":" in bare or ";" in bare else bare


def _unedged(text: str) -> str:
    bare = text.strip(EDGE)
    if bare == text or not bare:
        return bare
    start, end = text.find(bare), text.find(bare) + len(bare)
    if text[start - 1 : start] == "." and bare[:1].isdecimal():
        start -= 1
    if text[start - 1 : start] == "“" and "”" in text[start:]:
        start -= 1
    if text[end : end + 1] == "”" and "“" in text[:end]:
        end += 1
    return text[start:end]


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
    if inside[1:2] == "、" and (paired := unit_of(f"{inside[0]}（{inside[2:]}）")):
        return Hint(paired._replace(printed=inside), False)
    return Hint(unit_of(PAIRED_UNIT.sub(_paired_unit, inside)), False)


def damage(folded: str) -> Flag | None:
    """Why a folded target cannot be read: characters lost, an operator without number, a form unfilled; or None."""
    if not SUSPECT.search(folded):
        return None
    why: Flag | None = None
    if DAMAGE.search(folded) or NO_DATE.search(folded):
        why = "damaged_characters"
    elif CONFUSED.search(folded):
        why = "confused_characters"
    elif OPERATOR_ONLY.match(folded):
        why = "operator_without_number"
    elif TEMPLATE.search(folded) and not re.search(r"\d[*×]\d", folded):
        why = "template_residue"
    return why


def _unit_aside(match: re.Match[str]) -> str:
    """80（%） as 80%."""
    return match[1] + match[2] if unit_of(match[2]) else match[0]


def _paired_unit(match: re.Match[str]) -> str:
    """10台(套) with the brackets of a unit, 10台（套）: they are no aside."""
    paired = f"{match[1]}（{match[2]}）"
    return paired if unit_of(paired) else match[0]


def _without_asides(wording: str) -> str:
    """The wording less its asides; an aside that holds the only number is what counts (满意度（≥90%）)."""
    if wording[0] in '(“"[【' and wording[-1] in ')”"]】' and not any(sign in wording[1:-1] for sign in '()“”"[]【】'):
        return wording[1:-1]
    if not ASIDE_SIGNS.search(wording):
        return wording
    plain = ASIDE.sub("", ASIDE.sub("", wording)).strip(EDGE)
    if HOLDS_NUMBER.search(plain) or HOLDS_DATE.search(plain) or not wording.endswith(")"):
        return plain
    inside = wording[wording.rfind("(") + 1 : -1]
    bounds = inside[:1] in "≥≤<>=" or inside.endswith(("以上", "以下", "以内"))
    return inside if bounds and HOLDS_NUMBER.search(inside) else plain


def _list_mark(match: re.Match[str]) -> str:
    """`;` for 1、 and （二） at the head of a list's items; a number that something else follows stays."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    item = re.match(r"[一-鿿“《]", after) is not None and (
        not before or before[-1] in ";。,)" or is_wording(before[-1])
    )
    return ";" if item else match[0]


def _share(match: re.Match[str]) -> str:
    """百分之九十 as 90%, 万分之五 as 5‱, 三分之一 as 1/3; what is neither stays."""
    if match[0] == "百分百":
        return "100%"
    numbers = [decimal_of(part) if part not in SHARE_SIGNS else None for part in match.groups()]
    sign = SHARE_SIGNS.get(match[1])
    part = Decimal(100) if match[2] == "百" else numbers[1]
    if part is None:
        return match[0]
    if sign:
        return f"{part}{sign}"
    return f"{part}/{numbers[0]}" if numbers[0] else match[0]
