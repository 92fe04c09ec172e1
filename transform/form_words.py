"""The printed words of a form, found whatever their blanks, wraps and brackets."""

from __future__ import annotations

import re

_BRACKETS = str.maketrans("（）：，％", "():,%")


def key(text: str) -> str:
    """A label for comparison: no blanks, half-width brackets, no colon at its end."""
    return "".join(text.split()).translate(_BRACKETS).rstrip(":")


def pattern(label: str) -> str:
    """A regular expression for a label that may be broken by blanks and lines, with brackets of either width."""
    parts = []
    for character in label:
        if character in "（(":
            parts.append("[（(]")
        elif character in "）)":
            parts.append("[）)]")
        else:
            parts.append(re.escape(character))
    return r"\s*".join(parts)


def standing(expression: str) -> str:
    """`expression` where it stands as a cell of its own: blanks or line ends around it, or a colon after it."""
    return rf"(?<!\S)(?:{expression})(?=\s|[:：]|$)[:：]?"
