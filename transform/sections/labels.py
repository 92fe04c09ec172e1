"""Labels from a closed vocabulary, also when recognition garbled them (车度指标值 is 年度指标值)."""

from __future__ import annotations

from collections.abc import Iterable


def edit_distance(left: str, right: str) -> int:
    """Levenshtein distance in characters."""
    row = list(range(len(right) + 1))
    for at, character in enumerate(left, 1):
        diagonal, row[0] = row[0], at
        for to, other in enumerate(right, 1):
            diagonal, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, diagonal + (character != other))
    return row[-1]


def nearest_label(text: str, vocabulary: Iterable[str], *, errors: int) -> str | None:
    """The one label of the vocabulary within `errors` edits of `text`; None when there is none or a tie."""
    ranked = sorted((edit_distance(text, label), label) for label in vocabulary)
    if not ranked or ranked[0][0] > errors:
        return None
    return ranked[0][1] if len(ranked) == 1 or ranked[1][0] > ranked[0][0] else None


def is_beginning(text: str, label: str) -> bool:
    """Is `text` a beginning of `label`, with at most one garbled character (a lone character must be right)?"""
    return 0 < len(text) < len(label) and edit_distance(text, label[: len(text)]) <= min(len(text) // 2, 1)
