"""Spellings: how they are compared, what a row must say, and that no spelling means two things in one place."""

from __future__ import annotations

import pytest

from transform.vocabulary import BUNDLED, Spelling, Vocabulary, VocabularyError, bundled_rows, fold, read_rows

HEAD = "place,concept,spelling,kind,zh,en,seen\n"
SHORT = Spelling("form.label", "project_name", "项目名称")


@pytest.mark.parametrize(
    ("printed", "same"),
    [
        ("“三公”经费", "三公经费"),
        ("项目 名称", "项目名称"),
        ("单位（万元）", "单位(万元)"),
        ("⼯资", "工资"),  # a Kangxi radical
        ("１６．４９％", "16.49%"),
        ("2024—2025", "2024-2025"),
        ("<p>年度目标</p>", "年度目标"),
    ],
)
def test_what_is_compared_as_the_same(printed: str, same: str) -> None:
    assert fold(printed) == fold(same)


def test_different_words_stay_different() -> None:
    assert len({fold(text) for text in ("年度目标", "年度总目标", "中期目标", "合计", "小计")}) == 5


def test_a_spelling_counts_in_its_place_and_kind() -> None:
    rows = (SHORT, Spelling("form.label", "project_code", "编号", kind="monitoring"))
    vocabulary = Vocabulary(rows)
    assert vocabulary.meaning("form.label", "项 目名称") == "project_name"
    assert vocabulary.meaning("form.column", "项目名称") is None
    assert vocabulary.meaning("form.label", "编号", "monitoring") == "project_code"
    assert vocabulary.meaning("form.label", "编号") is None


def test_no_spelling_means_two_things_in_one_place() -> None:
    with pytest.raises(VocabularyError, match="means project_name and unit"):
        Vocabulary((SHORT, Spelling("form.label", "unit", "项目 名称")))
    Vocabulary(bundled_rows())  # those that come with yusuan


def test_an_added_row_lies_over_the_bundled_one_and_is_known_to_be_used() -> None:
    more = Vocabulary((SHORT,)).with_rows(
        [Spelling("form.label", "unit", "项目名称"), Spelling("form.label", "goal", "愿景")]
    )
    assert more.meaning("form.label", "项目名称") == "unit"
    assert [row.concept for row in more.used_in(["愿 景", "其他"])] == ["goal"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "form.label,,项目名称\n", "line 2: concept is empty"),
        ("place,spelling\nform.label,项目名称\n", "no column concept"),
        ("place,concept,spelling,means\n", "unknown columns means"),
        ("place,concept,spelling\na,b,c,d\n", "line 2: more cells"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(VocabularyError, match=said):
        read_rows(text, "ours.csv")


def test_what_a_unit_of_money_is_worth_cannot_be_changed_beside_the_code() -> None:
    with pytest.raises(VocabularyError, match=r"rows of money\.unit come with yusuan alone"):
        BUNDLED.with_rows([Spelling("money.unit", "1000", "万元")])
    assert {row.spelling: int(row.concept) for row in BUNDLED.in_place("money.unit")} == {
        "元": 1,
        "千元": 1_000,
        "万元": 10_000,
        "亿元": 100_000_000,
    }
