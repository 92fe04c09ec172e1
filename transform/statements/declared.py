"""The statutory statements, declared: which there are, what their titles say, what their lines are.

A title is reduced to the words that carry its meaning (`reduced_title`), so that `2025年部门收支预算总表`,
`部门收支总体情况表` and `公开01表：收支预算总表` are one and the same: 收支.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from transform.records import Kind
from transform.statements.words import WORDS, Words
from transform.vocabulary import fold

Sides = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statutory table. `sides` names the axis of each side-by-side block by a word of its header: the blocks of a
    balance show the same money, so each is a statement of its own (`budget_balance_income`, …)."""

    name: str
    label: str
    """Its Chinese title, less year and publisher."""
    title: str
    """Regular expression that the whole reduced title must match (see `reduced_title`)."""
    scheme: str
    """What its lines are: `function`, `economic`, `revenue_source`, `component`, `procurement`, `project`."""
    kind: Kind = Kind.BUDGET_STATEMENT
    final: str = ""
    """Name of the same table in a final account (决算)."""
    sides: Sides | None = None
    """Regular expression for a block's heads → (suffix of the name, scheme of that side); first match wins."""


SIDES: Final[Sides] = {
    "政府(预算)?(支出)?经济": ("government_economic", "government_economic"),
    "性质|用途|支出类别|支出类型|支出结构": ("purpose", "component"),
    "经济": ("economic", "economic"),
    "支出": ("expenditure", "function"),
    "收入": ("income", "revenue_source"),
}

_COSTS: Final = "((一般公共预算|财政拨款)*基本支出)?({0}(项目支出|支出)?)+(经济)?"


def _further(name: str, label: str, title: str, scheme: str = "function") -> Statement:
    """A statement that only some places print."""
    return Statement(name=name, final=f"final_{name}", label=label, title=title, scheme=scheme)


BUDGET_STATEMENTS: Final[tuple[Statement, ...]] = (
    Statement(
        name="budget_balance", final="final_balance", label="收支总表", title="收支", scheme="component", sides=SIDES
    ),
    Statement(name="budget_income", final="final_income", label="收入总表", title="收入", scheme="function"),
    Statement(name="budget_expenditure", final="final_expenditure", label="支出总表", title="支出", scheme="function"),
    Statement(
        name="fiscal_balance",
        final="final_fiscal_balance",
        label="财政拨款收支总表",
        title="财政拨款收支",
        scheme="component",
        sides=SIDES,
    ),
    Statement(
        name="fiscal_expenditure",
        final="final_fiscal_expenditure",
        label="财政拨款支出表",
        title="财政拨款支出",
        scheme="function",
    ),
    Statement(
        name="fiscal_basic",
        final="final_fiscal_basic",
        label="财政拨款基本支出表",
        title="财政拨款基本支出(经济)?",
        scheme="economic",
    ),
    Statement(
        name="general_expenditure",
        final="final_general_expenditure",
        label="一般公共预算支出表",
        title="一般公共预算(财政拨款)?(支出|收支)",
        scheme="function",
    ),
    Statement(
        name="general_basic",
        final="final_general_basic",
        label="一般公共预算基本支出表",
        title="(一般公共预算)(财政拨款)?基本支出(经济)?",
        scheme="economic",
    ),
    Statement(
        name="budget_basic",
        final="final_basic",
        label="基本支出表",
        title="基本支出(经济)?",
        scheme="economic",
    ),
    Statement(
        name="general_projects",
        final="final_general_projects",
        label="一般公共预算项目支出表",
        title="(一般公共预算|财政拨款)+项目支出(经济)?",
        scheme="project",
    ),
    Statement(
        name="budget_projects",
        final="final_projects",
        label="项目支出表",
        title="项目支出(其他支出)?(经济)?",
        scheme="project",
    ),
    Statement(
        name="project_goals",
        final="final_project_goals",
        label="项目绩效目标情况表",
        title=r"(?!)",  # known by its heads alone: forms have such titles
        scheme="project",
    ),
    Statement(
        name="expenditure_economic",
        final="final_expenditure_economic",
        label="支出表（按经济分类）",
        title="(一般公共预算|财政拨款)*(支出)?经济(支出)?",
        scheme="economic",
    ),
    Statement(
        name="government_fund",
        final="final_government_fund",
        label="政府性基金预算支出表",
        title="(财政拨款)?政府性基金(财政拨款)?(支出|收支)(经济)?",
        scheme="function",
    ),
    Statement(
        name="state_capital",
        final="final_state_capital",
        label="国有资本经营预算支出表",
        title="(财政拨款)?国有资本经营(财政拨款)?(支出|收支)",
        scheme="function",
    ),
    Statement(
        name="three_public",
        final="final_three_public",
        label="“三公”经费表",
        title="(一般公共预算|财政拨款|行政经费)*(三公(会议费|培训费|机关运行经费|行政经费|支出|一般公共预算|财政拨款)*|会议费培训费(支出)?)",
        scheme="component",
    ),
    Statement(
        name="operating_cost",
        final="final_operating_cost",
        label="机关运行经费表",
        title="(一般公共预算)?(财政拨款)?机关运行经费(支出|财政拨款)*",
        scheme="economic",
    ),
    Statement(
        name="procurement",
        final="final_procurement",
        label="政府采购表",
        title="(一般公共预算|财政拨款)*政府采购(购买服务|资产)*(财政拨款)?(支出)?",
        scheme="procurement",
    ),
    Statement(
        name="service_purchase",
        final="final_service_purchase",
        label="政府购买服务表",
        title="(一般公共预算|财政拨款)*购买服务(财政拨款)?(支出)?",
        scheme="procurement",
    ),
    Statement(name="conference", final="final_conference", label="会议费表", title="会议费(支出)?", scheme="component"),
    Statement(name="training", final="final_training", label="培训费表", title="培训费(支出)?", scheme="component"),
    Statement(
        name="carry_over",
        final="final_carry_over",
        label="上年结转资金支出表",
        title="(一般公共预算|财政拨款)*结转(支出)?(经济)?",
        scheme="function",
    ),
    _further("fiscal_income", "财政拨款收入表", "财政拨款收入"),
    _further("general_income", "一般公共预算收入表", "一般公共预算(财政拨款)?收入"),
    _further("fund_income", "政府性基金预算收入表", "政府性基金(财政拨款)?收入"),
    _further("personnel_cost", "人员经费支出表", _COSTS.format("人员"), "economic"),
    _further("office_cost", "公用经费支出表", _COSTS.format("公用"), "economic"),
    _further("general_appropriation", "经费拨款支出表", "(一般公共预算)?(拨款)?经费拨款(支出)?(经济)?"),
    _further("special_account", "财政专户管理资金支出表", "专户(支出|收支)?(经济)?"),
    _further("social_insurance", "社会保险基金预算支出表", "社会保险基金(支出|收支)"),
    _further("non_tax_income", "非税收入表", "(非税收入)+", "revenue_source"),
    _further("fees_expenditure", "行政事业性收费支出表", "行政收费(支出)?"),
    _further("debt_expenditure", "债务支出表", "债务支出", "project"),
    _further("earmarked_funds", "专项资金表", "(一般公共预算)?专项资金(支出|项目支出)?", "project"),
    _further("specific_projects", "特定目标类项目支出表", "(一般公共预算|财政拨款)*特定目标(项目支出)?", "project"),
    _further("operating_projects", "其他运转类项目支出表", "(一般公共预算|财政拨款)*其他运转(项目支出)?", "project"),
    _further("key_projects", "重点项目支出表", "(一般公共预算|财政拨款)*重点项目(支出)?", "project"),
    _further("superior_projects", "上级补助项目支出表", "上级补助(项目支出)?", "project"),
    _further("project_plan", "项目中期规划表", "(项目支出|项目)?中期规划(支出)?", "project"),
    _further("local_transfers", "对下转移支付表", "转移支付(支出)?", "project"),
    _further("asset_acquisition", "新增资产配置表", "资产(支出)?", "procurement"),
    _further("business_expenditure", "经营支出表", "经营支出"),
    _further("fund_three_public", "政府性基金“三公”经费表", "政府性基金三公(支出)?", "component"),
    *(
        Statement(
            name=f"{name}_government",
            final=f"final_{name}_government",
            label=f"{label}（按政府预算经济分类）",
            title=title,
            scheme="government_economic",
        )
        for name, label, title in (
            ("expenditure_economic", "支出表", "(一般公共预算|财政拨款)*(支出)?政府经济(支出)?"),
            ("general_basic", "一般公共预算基本支出表", "(一般公共预算)(财政拨款)?基本支出政府经济"),
            ("fiscal_basic", "财政拨款基本支出表", "财政拨款基本支出政府经济"),
            ("budget_basic", "基本支出表", "基本支出政府经济"),
            ("budget_projects", "项目支出表", "(一般公共预算|财政拨款)*项目支出政府经济"),
            ("personnel_cost", "人员经费支出表", _COSTS.format("人员").replace("经济", "政府经济")),
            ("office_cost", "公用经费支出表", _COSTS.format("公用").replace("经济", "政府经济")),
            ("government_fund", "政府性基金预算支出表", "政府性基金(财政拨款)?支出政府经济"),
            ("special_account", "财政专户管理资金支出表", "专户(支出)?政府经济"),
            ("carry_over", "上年结转资金支出表", "(一般公共预算|财政拨款)*结转(支出)?政府经济"),
            ("general_appropriation", "经费拨款支出表", "(一般公共预算)?经费拨款(支出)?政府经济"),
        )
    ),
)

PROJECT_GOALS: Final = next(one for one in BUDGET_STATEMENTS if one.name == "project_goals")
"""The one statement that is known by its heads where nothing titles it."""

FINAL_STATEMENTS: Final = tuple(
    replace(statement, name=statement.final, label=statement.label.removesuffix("表") + "决算表")
    for statement in BUDGET_STATEMENTS
)
STATEMENTS: Final = (*BUDGET_STATEMENTS, *FINAL_STATEMENTS)


_LABEL: Final = (
    r"(第?[一二三四五六七八九十]+[、.．部分张]+|[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．]|"
    r"(公开|预算|决算|附|附件|财决|部门公开|单位公开)*表?\s*[一二三四五六七八九十\d]+([-－—.、][\d一二三]+)*表?[:：、]?)"
)
_PREFIX: Final = re.compile(
    rf"{_LABEL}*(.*(局|厅|委|办|院|会|部|署|处|所|站|队|中心|学校|街道|镇|乡|办事处|政府|单位|部门|级|机关|公司|馆|社|团|室|"
    r"校|园|行|台|庭|组|党|协|联|学|大学|本级|）))?"
)
_TAIL: Final = re.compile(r"([（(][^（()）]*[）)]?|[:：])$")
_DASHES: Final = re.compile(r"(?<=[一-鿿])(?<!表)[-－—–]+(?=[一-鿿])")
_PART: Final = re.compile(r"(?<=表)[-－—–_\s]+(?P<of>[一-鿿、]{2,24})$")
_LONGEST: Final = 80
"""Characters of a title; the words of a longer line can be parted in too many ways."""
_YEAR: Final = re.compile(r"\d{4}年?(度)?")
_IN_BRACKETS: Final = re.compile(r"(?<=[一-鿿])[（(][^（()）\d]*[）)](?=[一-鿿])")
_BY_ECONOMY: Final = re.compile(r"[（(][^（()）]*经济[^（()）]*[）)]$")


def reduced_title(line: str, words: Words = WORDS) -> tuple[str, bool] | None:
    """(the title's words of meaning joined, whether it says 决算); None if the line is no title of a table."""
    plain = _YEAR.sub("", fold(line))
    economic = _BY_ECONOMY.search(plain)
    while tail := _TAIL.search(plain):
        plain = plain[: tail.start()]
    plain = _IN_BRACKETS.sub("", plain)
    plain = _DASHES.sub("", plain)
    part = _PART.search(plain)
    if part is not None:  # 支出表--人员经费
        plain = plain[: part.start()]
    if not plain.endswith("表") or len(plain) > _LONGEST:
        return None
    core = words.title.search(plain)
    if core is None or not _PREFIX.fullmatch(plain[: core.start()]):
        return None
    meaning = words.title_words(core.group())
    if part is not None:
        meaning += words.title_words(part["of"])
    if economic and not {"经济", "政府经济"} & set(meaning):
        meaning += [word for word in words.title_words(economic.group()) if word.endswith("经济")] or ["经济"]
    return "".join(meaning), "决算" in core.group()


def statement_titled(line: str, *, final: bool = False, words: Words = WORDS) -> Statement | None:
    """The statement whose title the line is, None if it is none; `final`: the document is a final account, so that
    titles which do not say 决算 are of one too."""
    found = reduced_title(line, words)
    if found is None:
        return None
    title, says_final = found
    says_budget = "预算" in re.sub("一般公共预算|政府性基金预算|国有资本经营预算", "", line)
    among = FINAL_STATEMENTS if says_final or (final and not says_budget) else BUDGET_STATEMENTS
    return next((statement for statement in among if re.fullmatch(statement.title, title)), None)
