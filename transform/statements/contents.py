"""Which statements a filing lists, or the law asks for, and does not print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from transform.passages import less_layout
from transform.statements.declared import BUDGET_STATEMENTS, statement_titled
from transform.statements.sections import amounts_in
from transform.statements.words import Words
from transform.vocabulary import fold

_DOTS: Final = re.compile(r"[.…·\s]*\d*$")
_EVERY: Final = (
    "收支总表",
    "收入总表",
    "支出总表",
    "财政拨款收支总表",
    "一般公共预算支出表",
    "一般公共预算基本支出表",
    "“三公”经费表",
)
_BUDGET: Final = {statement.name: statement.label for statement in BUDGET_STATEMENTS if statement.label in _EVERY}
_FINAL: Final = {statement.final: statement.label for statement in BUDGET_STATEMENTS if statement.label in _EVERY}
"""The tables that every filing of all statements prints, by law."""
_MOST_TABLES: Final = 5
"""So many tables are a filing of all statements."""
_LIST: Final = 3
"""So many titles without their tables are a list of contents."""
_INSTEAD: Final[Mapping[str, str]] = {
    "general_basic": "(fiscal|budget|general)_basic|personnel_cost|office_cost|expenditure_economic",
    "general_expenditure": "fiscal_expenditure|expenditure_economic",
    "three_public": "conference",
}
"""A statement that the law asks for → those that some places print instead."""
_ONE_LINE: Final = re.compile(
    r"\s+(?=(?:附|公开|预算|决算)?表\s*[\d一二三四五六七八九十]+(?:-\d+)?\s*[:：、.．\s])"
    r"|(?<=[^\s、.．:：表])\s+(?=[\d一二三四五六七八九十]+[:：、.．]|[（(][一二三四五六七八九十]+[）)])"
)
"""Between two titles of a list that is printed in one line."""
_NUMBERED: Final = re.compile(
    r"^((附|公开|预算|决算|附件)*表?\s*[\d一二三四五六七八九十]+(-\d+)?\s*表?\s*[:：、.．\s]+"
    r"|[（(][一二三四五六七八九十\d]+[）)]|附?表[一二三四五六七八九十\d]+)"
)
_TITLE: Final = re.compile(r"[^，。；,;]{4,40}表([（(][^（()）]*[）)])?$")
_OTHERS: Final = re.compile(r"绩效|目标|目录|报表$|附表$|下表$|如表$|公开表$|决算表$|预算表$")
"""Titles that are no statement's, or say nothing of their own."""
_NONE: Final = (
    r"没有|(?<![专有])无(?!形|偿|线|障|人|害|增减|变化|变动)|未安排|未发生|未使用|未列|不涉及|不存在|不安排|"
    r"为空|空表|为零"
)
_SUBJECTS: Final[Mapping[str, str]] = {
    "government_fund": "政府性基金",
    "fund_income": "政府性基金",
    "fund_three_public": "政府性基金",
    "state_capital": "国有资本",
    "social_insurance": "社会保险基金",
    "three_public": "三公",
    "procurement": "政府采购",
    "service_purchase": "购买服务",
    "local_transfers": "转移支付",
    "carry_over": "结转",
    "special_account": "专户",
    "asset_acquisition": "资产配置|新增资产",
    "debt_expenditure": "债务",
    "earmarked_funds": "专项资金",
    "budget_projects": "项目支出",
    "general_projects": "项目支出",
    "operating_cost": "机关运行经费",
    "conference": "会议费",
    "training": "培训费",
}
"""Statement → what prose calls its money, where it says that there is none."""


def absent_statements(
    prose: Sequence[str], titles: Sequence[str], read: set[str], words: Words, *, final: bool
) -> tuple[str, ...]:
    """The titles of statements that the filing lists, or that one of all statements must print, and that were not read
    (`read`, under `titles`). One of which the filing says that there is no such money is none of them."""
    lines = [part.strip() for text in prose for part in _ONE_LINE.split(text.strip()) if part.strip()]
    known: dict[str, str] = {}
    for text in lines:
        if found := statement_titled(_DOTS.sub("", text), final=final, words=words):
            known.setdefault(found.name, text)
    expected = dict(known) if len(known) >= _LIST else {}
    absent = [text for name, text in expected.items() if not {name, f"{name}_government"} & read]
    if len(read) >= _MOST_TABLES:
        every = max((_FINAL, _BUDGET), key=lambda names: len(read & names.keys()))
        for name, label in every.items():
            instead = _INSTEAD.get(name.removeprefix("final_"), "(?!)")
            printed = any(re.fullmatch(rf"(final_)?({instead}|{re.escape(name)})(_government)?", one) for one in read)
            if name not in expected and not printed:
                absent.append(label)
                known[name] = label
    sentences = re.split("[。；;]", fold("".join(lines)))
    said = {text for name, text in known.items() if text in absent and _says_none(name, sentences)}
    listed = _unknown_titles(lines, titles, words, final=final) if len(known) >= _LIST else ()
    return tuple(dict.fromkeys([*(text for text in absent if text not in said), *listed]))


def _says_none(name: str, sentences: Sequence[str]) -> bool:
    """Whether a sentence without an amount says that there is no such money."""
    subject = _SUBJECTS.get(name.removeprefix("final_").removesuffix("_government"))
    if subject is None:
        return False
    none = re.compile(rf"({subject})[^,，]{{0,40}}[,，]?[^,，]{{0,12}}({_NONE})|({_NONE})[^,，]{{0,24}}({subject})")
    return any(none.search(sentence) and not amounts_in(sentence) for sentence in sentences)


def _unknown_titles(lines: Sequence[str], titles: Sequence[str], words: Words, *, final: bool) -> Iterator[str]:
    """Numbered titles between known ones that no row of the vocabulary knows and under which nothing is printed."""
    known = [statement_titled(_DOTS.sub("", text), final=final, words=words) is not None for text in lines]
    plain = [fold(_NUMBERED.sub("", _DOTS.sub("", text))) for text in lines]
    for place, text in enumerate(lines):
        title = _DOTS.sub("", text).strip()
        near = known[max(0, place - 2) : place] + known[place + 1 : place + 3]
        listed = _NUMBERED.match(title) and _TITLE.search(title) and sum(near) >= 2
        if not listed or known[place] or _OTHERS.search(title) or words.is_aside(title):
            continue
        elsewhere = [one for at, one in enumerate(plain) if at != place] + [fold(one) for one in titles]
        if not any(plain[place] in one for one in elsewhere):
            yield less_layout(title)
