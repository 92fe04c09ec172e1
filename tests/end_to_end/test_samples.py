"""The bundled filings in the mart, by SQL, against what was counted by hand and what a plain look at the text gives."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.end_to_end.conftest import SAMPLES, Yusuan

HUADU = "huadu-kegongshangxin-2023-projects"
PANYU = "panyu-kegongshangxin-2025-projects"
LIWAN_COMMERCE = "liwan-shangwu-2024-projects"
HUANGPU = "huangpu-gongxin-2024-projects"
LIWAN_DEPARTMENT = "liwan-kegongxin-2024-department"
STATEMENTS = (
    "xugou-shuiwu-2024-budget",
    "xugou-shuiwu-2024-final",
    "xugou-jiaoyu-2024-budget",
    "xugou-zhengfu-2024-budget",
)

STATED = {HUADU: "17960.54", PANYU: "72239.50", LIWAN_COMMERCE: "26322.00", HUANGPU: "190857.18"}


@pytest.fixture(scope="module")
def loaded(yusuan: Yusuan) -> Yusuan:
    assert yusuan.summary("run") == {
        HUADU: "published",
        PANYU: "published",
        LIWAN_COMMERCE: "published",
        HUANGPU: "held",
        LIWAN_DEPARTMENT: "published",
        **dict.fromkeys(STATEMENTS, "published"),
    }
    return yusuan


def yuan(ten_thousands: str) -> Decimal:
    return Decimal(ten_thousands) * 10_000


@pytest.mark.parametrize(
    ("filing", "projects", "indicators"),
    [(HUADU, 50, 218), (LIWAN_COMMERCE, 11, 44), (HUANGPU, 11, 57), (LIWAN_DEPARTMENT, 0, 19)],
)
def test_projects_and_indicators_are_those_printed(loaded: Yusuan, filing: str, projects: int, indicators: int) -> None:
    counted = loaded.rows("SELECT projects, indicators FROM mart.filing WHERE filing_id = :filing", filing=filing)
    assert counted == [(projects, indicators)]


def test_of_the_scan_every_legible_indicator_and_the_damaged_ones_are_there(loaded: Yusuan) -> None:
    ((projects, indicators),) = loaded.rows(
        "SELECT projects, indicators FROM mart.filing WHERE filing_id = :filing", filing=PANYU
    )
    assert projects == 45
    assert indicators >= 272 + 6
    assert loaded.rows("SELECT count(DISTINCT unit) FROM mart.project WHERE filing_id = :filing", filing=PANYU) == [
        (4,)
    ]
    ((damaged,),) = loaded.rows(
        "SELECT count(DISTINCT (unit, project, indicator_seq)) FROM mart.indicator_target"
        " WHERE filing_id = :filing AND flags LIKE '%damaged%'",
        filing=PANYU,
    )
    assert damaged >= 6


@pytest.mark.parametrize("filing", [HUADU, LIWAN_COMMERCE])
def test_the_lines_sum_to_the_stated_total(loaded: Yusuan, filing: str) -> None:
    assert loaded.rows("SELECT sum(amount_yuan) FROM mart.project_budget WHERE filing_id = :filing", filing=filing) == [
        (yuan(STATED[filing]),)
    ]
    assert loaded.rows("SELECT difference_yuan, flags FROM mart.filing WHERE filing_id = :filing", filing=filing) == [
        (0, "")
    ]


def test_every_amount_of_the_text_is_a_line_or_a_total(loaded: Yusuan) -> None:
    """An independent look: in this text each row prints its amount twice, as the sum and as 财政拨款."""
    text = (SAMPLES / "texts/liwan-shangwu-2024.txt").read_text(encoding="utf-8")
    printed = re.findall(r"([\d,]+\.\d\d) \1$", text, re.MULTILINE)
    found = loaded.rows(
        "SELECT total_yuan FROM mart.project WHERE filing_id = :filing UNION ALL"
        " SELECT stated_yuan FROM mart.control_total"
        " WHERE filing_id = :filing AND total_of IN ('filing', 'unit') AND funding_source IS NULL",
        filing=LIWAN_COMMERCE,
    )
    assert sorted(amount for (amount,) in found) == sorted(yuan(amount.replace(",", "")) for amount in printed)


def test_a_hundredth_within_rounding_is_published_and_flagged(loaded: Yusuan) -> None:
    assert loaded.rows(
        "SELECT stated_total_yuan, difference_yuan, year_basis, flags FROM mart.filing WHERE filing_id = :filing",
        filing=PANYU,
    ) == [(yuan(STATED[PANYU]), 100, "assumed", "assumed_year,rounding")]
    assert loaded.rows(
        "SELECT difference_yuan, lines, flags FROM mart.control_total"
        " WHERE filing_id = :filing AND total_of = 'unit' AND funding_source IS NULL AND organisation LIKE '%本级'",
        filing=PANYU,
    ) == [(100, 35, "rounding")]


def test_each_project_form_gives_both_horizons(loaded: Yusuan) -> None:
    for filing, indicators in ((LIWAN_COMMERCE, 44), (LIWAN_DEPARTMENT, 19)):
        counted = loaded.rows(
            "SELECT horizon, count(*) FROM mart.indicator_target WHERE filing_id = :filing GROUP BY 1 ORDER BY 1",
            filing=filing,
        )
        assert counted == [("annual", indicators), ("cycle", indicators)]


def test_the_department_form(loaded: Yusuan) -> None:
    filing = {"filing": LIWAN_DEPARTMENT}
    assert loaded.rows(
        "SELECT staff, subordinate_units, goal <> '' FROM mart.department_profile WHERE filing_id = :filing", **filing
    ) == [(139, 2, True)]
    assert loaded.rows("SELECT count(*), sum(amount_yuan) FROM mart.task WHERE filing_id = :filing", **filing) == [
        (4, yuan("2830.54"))
    ]
    assert loaded.rows(
        "SELECT statement, sum(amount_yuan) FROM mart.budget_statement WHERE filing_id = :filing GROUP BY 1 ORDER BY 1",
        **filing,
    ) == [(statement, yuan("6160.24")) for statement in ("dept_expenditure", "dept_income", "dept_level")]
    assert loaded.rows(
        "SELECT stated_total_yuan, loaded_total_yuan FROM mart.filing WHERE filing_id = :filing", **filing
    ) == [(yuan("6160.24"), yuan("6160.24"))]
    assert loaded.rows("SELECT DISTINCT subject FROM mart.indicator_target WHERE filing_id = :filing", **filing) == [
        ("department",)
    ]
    assert loaded.rows(
        "SELECT DISTINCT level1, level2 FROM mart.indicator_target"
        " WHERE filing_id = :filing AND level2 LIKE '%满意度%'",
        **filing,
    ) == [("满意度", "服务对象满意度")]


def test_what_is_missing_is_held_and_can_be_accepted(loaded: Yusuan) -> None:
    filing = {"filing": HUANGPU}
    ((status, difference, reasons),) = loaded.rows(
        "SELECT status, difference_yuan, held_reasons FROM mart.filing WHERE filing_id = :filing", **filing
    )
    assert (status, difference) == ("held", yuan("724.00"))
    assert "control_filing" in reasons
    assert loaded.rows("SELECT count(*) FROM mart.project_budget WHERE filing_id = :filing", **filing) == [(0,)]
    answer = loaded("accept", HUANGPU, "--by", "王工", "--because", "724.00 is missing from the publication")
    assert answer.returncode == 0, answer.stderr
    assert loaded.rows("SELECT sum(amount_yuan) FROM mart.project_budget WHERE filing_id = :filing", **filing) == [
        (yuan(STATED[HUANGPU]),)
    ]
    assert loaded.rows(
        "SELECT project, amount_yuan, funding_source FROM mart.project_budget"
        " WHERE filing_id = :filing AND flags = 'residual'",
        **filing,
    ) == [(None, yuan("724.00"), "财政拨款")]
    counted = loaded.rows(
        "SELECT projects, indicators, difference_yuan FROM mart.filing WHERE filing_id = :filing", **filing
    )
    assert counted == [(11, 57, yuan("724.00"))]
    assert set(loaded.summary("run").values()) == {"unchanged"}


def test_the_statements_are_read_as_by_hand(loaded: Yusuan) -> None:
    """Sums of each statement's own year, by its main tables, in 万元."""
    sums = loaded.rows(
        "SELECT filing_id, statement, scope, sum(amount_yuan) / 10000 FROM mart.budget_statement"
        " WHERE filing_id = ANY(:filings) AND (measure_kind IS NULL OR measure_kind <> 'previous')"
        " AND statement IN ('budget_balance_income', 'budget_expenditure', 'general_expenditure', 'final_expenditure',"
        " 'government_general_income', 'government_general_expenditure', 'government_debt_limit')"
        " GROUP BY filing_id, statement, scope ORDER BY filing_id, statement",
        filings=list(STATEMENTS),
    )
    assert [(filing[len("xugou-") :], statement, scope, int(yuan)) for filing, statement, scope, yuan in sums] == [
        ("jiaoyu-2024-budget", "budget_balance_income", "department", 3_200),
        ("jiaoyu-2024-budget", "budget_expenditure", "department", 3_200),
        ("jiaoyu-2024-budget", "general_expenditure", "department", 3_080),
        ("shuiwu-2024-budget", "budget_balance_income", "department", 1_250),
        ("shuiwu-2024-budget", "budget_expenditure", "department", 1_250),
        ("shuiwu-2024-budget", "general_expenditure", "department", 1_050),
        ("shuiwu-2024-final", "final_expenditure", "department", 1_214),
        ("zhengfu-2024-budget", "government_debt_limit", "government", 904_500),
        ("zhengfu-2024-budget", "government_general_expenditure", "government", 237_000),
        ("zhengfu-2024-budget", "government_general_income", "government", 237_000),
    ]  # fmt: skip


def test_a_governments_statement_says_whose_level_it_is_of(loaded: Yusuan) -> None:
    levels = loaded.rows(
        "SELECT DISTINCT s.title, s.level, b.level FROM mart.budget_statement b JOIN mart.section s"
        " USING (filing_id, section_seq) WHERE b.scope = 'government' ORDER BY 1"
    )
    assert levels == [
        ("2024年全县一般公共预算支出预算表", "whole", "whole"),
        ("2024年全县一般公共预算收入预算表", "whole", "whole"),
        ("2024年全县地方政府债务限额及余额情况表", "whole", "whole"),
        ("2024年县对乡镇一般公共预算转移支付分地区预算表", None, None),
        ("2024年县本级政府性基金收支预算表", "own", "own"),
    ]
    assert loaded.rows("SELECT count(*) FROM mart.budget_statement WHERE scope <> 'government' AND level <> ''") == [
        (0,)
    ]


def test_every_amount_of_the_statements_is_accounted_for(loaded: Yusuan) -> None:
    assert loaded.rows(
        "SELECT DISTINCT amounts_accounted, sections_held, flags FROM mart.filing WHERE filing_id = ANY(:filings)",
        filings=list(STATEMENTS),
    ) == [(1, 0, "")]
