"""Any tree of classified lines, typeset in any form of table, comes back equal; a lost leaf breaks a control."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transform.statements.typing_tables import document, grid
from transform.checks.reconciliation import reconcile
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.records import Records

UNIT = "某某局本级"
MEASURES = ("基本支出", "项目支出")
Cents = tuple[int, int]
"""基本支出 and 项目支出 of a leaf, in hundredths; 0 is a blank cell."""


@dataclass(frozen=True)
class Line:
    """One printed line with its money in each measure."""

    code: str
    cents: Cents
    is_leaf: bool

    @property
    def name(self) -> str:
        return f"科目{self.code.translate(str.maketrans('0123456789', '零一二三四五六七八九'))}"


def lines_of(tree: dict[str, Cents]) -> list[Line]:
    """Leaves by their 项 code, with the 类 and 款 above them."""
    lines: dict[str, Line] = {}
    for code in sorted(tree):
        for upper in (code[:3], code[:5]):
            below = [cents for leaf, cents in tree.items() if leaf.startswith(upper)]
            lines[upper] = Line(upper, (sum(c[0] for c in below), sum(c[1] for c in below)), False)
        lines[code] = Line(code, tree[code], True)
    return [lines[code] for code in sorted(lines)]


def printed(cents: int) -> str:
    return f"{Decimal(cents) / 100:,.2f}" if cents else ""


def money(cents: Cents) -> str:
    return " | ".join((printed(sum(cents)), *map(printed, cents)))


def total_of(lines: list[Line]) -> Cents:
    leaves = [line.cents for line in lines if line.is_leaf]
    return sum(c[0] for c in leaves), sum(c[1] for c in leaves)


def one_code_column(lines: list[Line], *, on_top: bool = False) -> str:
    total = f"合计 | < | {money(total_of(lines))}"
    body = [f"{line.code} | {line.name} | {money(line.cents)}" for line in lines]
    head = ["科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出"]
    return "\n".join([*head, *([total, *body] if on_top else [*body, total])])


def three_code_columns(lines: list[Line], *, once: bool = False) -> str:
    rows = ["科目编码 | < | < | 科目名称 | 合计 | 基本支出 | 项目支出", "类 | 款 | 项 | ^ | ^ | ^ | ^"]
    for line in lines:
        parts = [line.code[:3], line.code[3:5], line.code[5:]]
        last = sum(map(bool, parts)) - 1
        shown = ["" if once and place < last else part for place, part in enumerate(parts)]
        rows.append(f"{' | '.join(shown)} | {line.name} | {money(line.cents)}")
    return "\n".join([*rows, f"合计 | < | < | < | {money(total_of(lines))}"])


def codes_in_names(lines: list[Line]) -> str:
    body = [f"[{line.code}]{line.name} | {money(line.cents)}" for line in lines]
    return "\n".join(["功能分类科目 | 合计 | 基本支出 | 项目支出", *body, f"合计 | {money(total_of(lines))}"])


def numbered_columns(lines: list[Line]) -> str:
    head = ["科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出", "栏次 | < | 1=2+3 | 2 | 3"]
    body = [f"{line.code} | {line.name} | {money(line.cents)}" for line in lines]
    return "\n".join([*head, f"合计 | < | {money(total_of(lines))}", *body])


def beside_last_year(lines: list[Line]) -> str:
    head = [
        "功能分类科目 | < | 2023年执行数 | 2024年预算数 | < | < | 增减% ",
        "科目编码 | 科目名称 | ^ | 小计 | 基本支出 | 项目支出 | ^",
    ]
    body = [f"{line.code} | {line.name} | {printed(sum(line.cents))} | {money(line.cents)} | 7.5%" for line in lines]
    last = f"合计 | < | {printed(sum(total_of(lines)))} | {money(total_of(lines))} | "
    return "\n".join([*head, *body, last])


FORMS = {
    "one code column": one_code_column,
    "total on top": lambda lines: one_code_column(lines, on_top=True),
    "three code columns": three_code_columns,
    "codes printed once": lambda lines: three_code_columns(lines, once=True),
    "codes in names": codes_in_names,
    "numbered columns": numbered_columns,
    "beside last year": beside_last_year,
}

codes = st.builds(
    lambda upper, middle, lower: f"{upper}{middle:02}{lower:02}",
    st.sampled_from(["201", "205", "208"]),
    st.integers(1, 4),
    st.integers(1, 4),
)
amounts = st.integers(100, 10**9)
cents = st.one_of(st.tuples(amounts, st.just(0)), st.tuples(st.just(0), amounts), st.tuples(amounts, amounts))
trees = st.dictionaries(codes, cents, min_size=1, max_size=8)


def read(text: str) -> Records:
    page = ["2024年部门支出预算总表", f"部门：{UNIT} 单位：万元", grid(text)]
    return BUDGET_STATEMENT.read(document(page), Declaration(department=UNIT))  # type: ignore[arg-type]


def broken(records: Records) -> int:
    return sum(
        not reconcile(total.amount, [records.budget_lines[m].amount for m in total.members or ()]).holds
        for total in records.stated_totals
    )


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None)
@given(tree=trees)
def test_every_leaf_comes_back_and_every_total_holds(form: str, tree: dict[str, Cents]) -> None:
    records = read(FORMS[form](lines_of(tree)))
    found = {
        (line.line_code, line.measure): line.amount.yuan
        for line in records.budget_lines
        if not (line.measure or "").startswith("上年")
    }
    assert found == {
        (code, measure): Decimal(amount * 100)
        for code, both in tree.items()
        for measure, amount in zip(MEASURES, both, strict=True)
        if amount
    }
    assert broken(records) == 0
    assert {c.code for c in records.classifications} == {line.code for line in lines_of(tree)}


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None)
@given(tree=trees.filter(lambda tree: len(tree) > 1), data=st.data())
def test_a_leaf_that_is_lost_is_noticed(form: str, tree: dict[str, Cents], data: st.DataObject) -> None:
    """A total breaks; or, where its 款 has no other line, the 款 carries the money and is said to lack its lines."""
    lost = data.draw(st.sampled_from(sorted(tree)))
    name = Line(lost, (0, 0), True).name
    whole = FORMS[form](lines_of(tree)).splitlines()
    records = read("\n".join(row for row in whole if name not in row))
    alone = [code for code in tree if code[:5] == lost[:5]] == [lost]
    assert broken(records) > 0 or (alone and "lower_level_missing" in {f.code for f in records.findings})
