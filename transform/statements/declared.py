"""The statutory statements, declared: titles, sides, and every word their headers may hold.

The forms of 部门预算公开 and 部门决算公开 differ from province to province in the words declared here. A header word
that is not here is an error of the filing, not a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statutory table. `sides` names the axis of each side-by-side block by a word of its header: the blocks of a
    balance show the same money, so each is a statement of its own (`budget_balance_income`, …)."""

    name: str
    label: str
    """Its Chinese title, less year and publisher."""
    titles: tuple[str, ...]
    """Regular expressions that the whole bare title must match (see `bare_title`)."""
    scheme: str
    """What its lines are: `function`, `economic`, `revenue_source`, `component`, `procurement`."""
    sides: Mapping[str, tuple[str, str]] | None = None
    """Header word → (suffix of the name, scheme of that side)."""


_BALANCE_SIDES: Final = {
    "支出用途": ("purpose", "component"),
    "支出": ("expenditure", "function"),
    "收入": ("income", "revenue_source"),
}


def _statement(
    name: str, label: str, *titles: str, scheme: str, sides: Mapping[str, tuple[str, str]] | None = None
) -> Statement:
    return Statement(name=name, label=label, titles=titles, scheme=scheme, sides=sides)


_THREE_PUBLIC = r"[“\"”]?三公[”\"“]?经费"

STATEMENTS: Final[tuple[Statement, ...]] = (
    # the budget
    _statement("budget_balance", "收支预算总表", r"(财务)?收支(预算)?总表", scheme="component", sides=_BALANCE_SIDES),
    _statement("budget_income", "收入预算总表", r"收入(预算)?总表", scheme="function"),
    _statement("budget_expenditure", "支出预算总表", r"支出(预算)?总表", scheme="function"),
    _statement(
        "fiscal_balance", "财政拨款收支预算总表", r"财政拨款收支(预算)?总表", scheme="component", sides=_BALANCE_SIDES
    ),
    _statement(
        "fiscal_expenditure",
        "财政拨款支出预算表",
        r"财政拨款支出(预算)?(总)?表(（?按?功能分?类?(科目)?）?)?",
        scheme="function",
    ),
    _statement("fiscal_basic", "财政拨款基本支出预算表", r"财政拨款基本支出(预算)?表(（.*）)?", scheme="economic"),
    _statement(
        "general_expenditure",
        "一般公共预算支出预算表",
        r"一般公共预算(财政拨款)?支出(功能分类)?(预算)?(总|情况)?表(（?按?功能分?类?(科目)?）?)?",
        scheme="function",
    ),
    _statement(
        "general_basic",
        "一般公共预算基本支出预算表",
        r"一般公共预算(财政拨款)?基本支出(部门预算)?(经济分类)?(预算)?(情况)?表(（.*）)?",
        scheme="economic",
    ),
    _statement(
        "government_fund",
        "政府性基金预算支出预算表",
        r"(财政拨款)?政府性基金(预算)?(财政拨款)?支出(功能分类)?(预算)?(情况)?表",
        scheme="function",
    ),
    _statement(
        "state_capital",
        "国有资本经营预算支出预算表",
        r"(财政拨款)?国有资本经营(预算)?(财政拨款)?支出(功能分类)?(预算)?(情况)?表",
        scheme="function",
    ),
    _statement(
        "three_public",
        "“三公”经费预算表",
        rf"(一般公共预算|财政拨款)?(财政拨款)?{_THREE_PUBLIC}(、会议费、?培训费|、会议费和培训费)?(和机关运行经费)?(支出)?(预算)?(情况)?表",
        scheme="component",
    ),
    _statement(
        "operating_cost",
        "机关运行经费支出预算表",
        r"(一般公共预算)?机关运行经费(支出)?(预算)?表",
        scheme="economic",
    ),
    _statement("procurement", "政府采购预算表", r"政府采购(支出)?(预算)?表", scheme="procurement"),
    # the final account
    _statement(
        "final_balance", "收入支出决算总表", r"(收入支出|收支)决算总表", scheme="component", sides=_BALANCE_SIDES
    ),
    _statement("final_income", "收入决算表", r"收入决算(总)?表", scheme="function"),
    _statement("final_expenditure", "支出决算表", r"支出决算(总)?表", scheme="function"),
    _statement(
        "final_fiscal_balance",
        "财政拨款收入支出决算总表",
        r"财政拨款(收入支出|收支)决算总表",
        scheme="component",
        sides=_BALANCE_SIDES,
    ),
    _statement(
        "final_general_expenditure",
        "一般公共预算财政拨款支出决算表",
        r"一般公共预算(财政拨款)?支出决算表",
        scheme="function",
    ),
    _statement(
        "final_general_basic",
        "一般公共预算财政拨款基本支出决算表",
        r"一般公共预算(财政拨款)?基本支出决算(明细)?表",
        scheme="economic",
    ),
    _statement(
        "final_government_fund",
        "政府性基金预算财政拨款收入支出决算表",
        r"政府性基金(预算)?(财政拨款)?(收入支出|收支|支出)决算表",
        scheme="function",
    ),
    _statement(
        "final_state_capital",
        "国有资本经营预算财政拨款收入支出决算表",
        r"国有资本经营(预算)?(财政拨款)?(收入支出|收支|支出)决算表",
        scheme="function",
    ),
    _statement(
        "final_three_public",
        "“三公”经费支出决算表",
        rf"(一般公共预算|财政拨款)?(财政拨款)?{_THREE_PUBLIC}(支出)?决算表",
        scheme="component",
    ),
)

CODE_HEADERS: Final = re.compile(
    r"(支出|收入)?(部门预算|政府预算)?(功能|经济)?(分类)?(科目)?(编码|代码)|类|款|项|部门预算经济分类科目编码"
)
"""Heads of columns that hold a classification's code, whole or split 类/款/项."""

NAME_HEADERS: Final = re.compile(
    r"(支出)?(部门预算|政府预算)?(功能|经济)?(分类)?科目(名称)?|项目(名称)?|(功能|经济)分类(科目)?名称|支出项目类别|"
    r"采购品目(大类|名称)?|专项名称|经济科目|采购物品名称|采购组织形式"
)
"""Heads of columns that hold a line's name."""

MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    "预算数": ("预算数", "本年预算数", "预算金额"),
    "决算数": ("决算数", "本年决算数"),
    "金额": ("金额",),
    "合计": ("合计", "总计", "小计", "本年收入合计", "本年支出合计"),
    "基本支出": ("基本支出",),
    "项目支出": ("项目支出",),
    "人员经费": ("人员经费", "人员支出"),
    "公用经费": ("公用经费", "日常公用经费", "公用支出"),
    "财政拨款": ("财政拨款", "财政拨款收入", "财政拨款(补助)收入"),
    "一般公共预算": (
        "一般公共预算",
        "一般公共预算财政拨款",
        "一般公共预算拨款",
        "一般公共预算资金",
        "一般公共预算拨款收入",
    ),
    "政府性基金预算": (
        "政府性基金",
        "政府性基金预算",
        "政府性基金预算财政拨款",
        "政府性基金预算拨款",
        "政府性基金预算资金",
    ),
    "国有资本经营预算": (
        "国有资本经营预算",
        "国有资本经营预算财政拨款",
        "国有资本经营预算拨款",
        "国有资本经营预算资金",
    ),
    "财政专户管理资金": ("财政专户管理资金", "财政专户管理资金收入", "教育收费"),
    "上级补助收入": ("上级补助收入",),
    "事业收入": ("事业收入",),
    "经营收入": ("经营收入", "事业单位经营收入"),
    "附属单位上缴收入": ("附属单位上缴收入",),
    "其他收入": ("其他收入", "其他资金"),
    "上缴上级支出": ("上缴上级支出",),
    "经营支出": ("经营支出", "事业单位经营支出"),
    "对附属单位补助支出": ("对附属单位补助支出",),
    "单位预留机动经费": ("单位预留机动经费",),
    "结转下年资金": ("结转下年资金", "结转下年"),
    "年初结转和结余": ("年初结转和结余", "上年结转", "上年结转结余", "上年结转和结余"),
    "本年收入": ("本年收入",),
    "本年支出": ("本年支出",),
    "年末结转和结余": ("年末结转和结余",),
    "机关运行经费": ("机关运行经费", "机关运行经费支出", "机关运行经费预算数"),
}
"""Canonical measure → what a column's head may print."""

COMPONENTS: Final[tuple[str, ...]] = (
    "“三公”经费",
    "财政拨款“三公”经费",
    "因公出国（境）费",
    "因公出国（境）费用",
    "公务接待费",
    "公务用车购置及运行费",
    "公务用车购置及运行维护费",
    "公务用车购置和运行费",
    "公务用车购置费",
    "公务用车运行费",
    "公务用车运行维护费",
    "购置费",
    "运行费",
    "会议费",
    "培训费",
)
"""Heads of a table whose columns are its lines (“三公”经费)."""

TOTAL_HEADERS: Final = re.compile(r"合计|总计|小计|本年(收入|支出)合计")
TOTAL_LINES: Final = re.compile(
    r"(本年|当年)?(财政拨款)?(收入|支出)?(合计|总计|小计)|(人员|公用)经费合计|(收入|支出)合计"
)
VALUE_HEADERS: Final = ("预算数", "决算数", "金额")

_CANONICAL: Final = {alias: measure for measure, aliases in MEASURES.items() for alias in aliases}
_COMPONENTS: Final = {name.replace("（", "(").replace("）", ")"): name for name in COMPONENTS}
_BRACKETS: Final = str.maketrans("（）", "()")
_YEAR: Final = re.compile(r"\d{4}年?(度)?")
_PUBLISHER: Final = re.compile(
    r"^(公开\d+表[:：]?|附?表\d+([-－.、]\d+)*[:：]?|\d+[.、．])?(.*?(省级|区级|市级|县级))?(部门|预算单位|单位)?"
)
_BLANKS: Final = re.compile(r"\s+")


def plain(text: str) -> str:
    """Header text less blanks, brackets half width."""
    return _BLANKS.sub("", text).translate(_BRACKETS)


def measure_of(head: str) -> str | None:
    """Canonical measure of a column's head, None if the word is not declared."""
    words = _YEAR.sub("", plain(head))
    return _CANONICAL.get(words) or _CANONICAL.get(re.sub(r"\((亿|万|千)?元\)$", "", words))


def component_of(head: str) -> str | None:
    """The line that a column's head names in a table whose columns are its lines."""
    words = re.sub(r"(预算数|决算数)$", "", _YEAR.sub("", plain(head)))
    return _COMPONENTS.get(words)


def bare_title(line: str) -> str:
    """A heading line less blanks, year, number and publisher (`2025年部门收入预算总表` → `收入预算总表`)."""
    words = re.sub(r"[（(]?续[）)]?$", "", _YEAR.sub("", _BLANKS.sub("", line)))
    return _PUBLISHER.sub("", words, count=1)


def statement_titled(line: str) -> Statement | None:
    """The statement whose title the line is, None if it is none."""
    title = bare_title(line)
    return next((s for s in STATEMENTS if any(re.fullmatch(pattern, title) for pattern in s.titles)), None)


_FISCAL: Final = ("财政拨款", "一般公共预算", "政府性基金预算", "国有资本经营预算")


def funding_source_of(measure: str) -> str | None:
    """The funding source that a measure is money of: 财政拨款, 财政专户拨款, 其他资金; None: it says nothing of it."""
    if measure in _FISCAL:
        return "财政拨款"
    if measure == "财政专户管理资金":
        return "财政专户拨款"
    if measure in ("事业收入", "经营收入", "其他收入", "上级补助收入", "附属单位上缴收入"):
        return "其他资金"
    return None
