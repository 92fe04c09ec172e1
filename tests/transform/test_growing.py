"""Tenfold input may take fifteenfold time: a hostile or careless cell costs seconds, not minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.document import Document
from extract.text import read_text
from tests.transform.project_forms import DECLARED, MINISTRY
from tests.transform.typeset import document_of
from transform.recognition import read_records
from transform.targets.grammar import LONGEST, read_targets

SAMPLES = Path(__file__).parents[2] / "samples"
FOLD, TIMES = 10, 15
UNMEASURABLE = 0.5
"""Seconds; what is done sooner is no matter of growth."""


def form(old: str, new: str) -> Document:
    assert old in MINISTRY
    return document_of("项目支出绩效目标表", MINISTRY.replace(old, new))


def rows(count: int) -> Document:
    head = MINISTRY.partition("^ | ^ | ^ | 印制")[0]
    return document_of(
        "项目支出绩效目标表", head + "".join(f"^ | ^ | ^ | 指标{i} | ≥{i}册 | 20\n" for i in range(count))
    )


FORMS: dict[str, Callable[[int], Document]] = {
    "numbers in a target": lambda n: form("≥5000册", "1、" * n),
    "promises in a target": lambda n: form("≥5000册", "≥1家，" * n),
    "numbers in an indicator's name": lambda n: form("举办科普活动次数", "举办次数1、" * n),
    "items of a goal": lambda n: form("目标1：办好科普活动。", "1.办好科普活动。⏎" * n),
    "digits in an amount": lambda n: form("120.00", "9" * n),
    "groups in an amount": lambda n: form("120.00", "9," * n),
    "lines in an amount": lambda n: form("120.00", "9⏎" * n),
    "blanks in a label": lambda n: form("主管部门及代码", "主" + " " * n + "管"),
    "prose": lambda n: document_of("项目支出绩效目标表", "本部门收入预算1万元，" * n, MINISTRY),
    "rows": lambda n: rows(n // 10),
}
TARGETS = (
    "1、",
    "≥5家，",
    "无1",
    "不低于上年的1、",
    "现有1有",
    "1亿元以上的",
    "避免1",
    "3个工作日内办结",
    "2024年3月前完成，",
)


def grows_evenly(work: Callable[[int], object], size: int, fold: int = FOLD) -> bool:
    """Whether `fold` times the size takes at most fifteen times as long; a slow moment gets another try."""
    for _ in range(3):
        small, large = (min(_seconds(work, n) for _ in range(2)) for n in (size, fold * size))
        if large <= max(TIMES * small, UNMEASURABLE):
            return True
    return False


def _seconds(work: Callable[[int], object], size: int) -> float:
    begun = time.process_time()
    work(size)
    return time.process_time() - begun


@pytest.mark.parametrize("what", FORMS)
def test_a_form_is_read_in_time_that_grows_with_it(what: str) -> None:
    assert grows_evenly(lambda n: read_records(FORMS[what](n), DECLARED), 400)


def test_a_department_s_flattened_text_is_read_in_time_that_grows_with_it() -> None:
    """Four copies took a hundred times as long as one: each stretch of a run was measured in every other one.

    Not tenfold here: the second reading of two copies finds their words in caches that twenty do not fit in.
    """
    data = (SAMPLES / "texts" / "liwan-keji-2024.txt").read_bytes()
    assert grows_evenly(lambda n: read_records(read_text((data + b"\n") * n), DECLARED), 2, fold=4)


@pytest.mark.parametrize("part", TARGETS)
def test_a_target_is_read_in_time_that_grows_with_it(part: str) -> None:
    assert grows_evenly(lambda n: read_targets(part * n, fiscal_year=2024), LONGEST // len(part) // FOLD)


def test_a_cell_of_sixteen_thousand_numbers_is_no_promise() -> None:
    begun = time.process_time()
    (reading,) = read_targets("1、" * 16_000)
    assert (reading.value, reading.findings) == (None, ("two_readings",))
    assert time.process_time() - begun < 2
