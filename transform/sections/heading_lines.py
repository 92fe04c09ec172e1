"""Which of the lines above a table are its heading, and which below belong to its foot."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.document import Line
from transform.amounts import read_money_unit
from transform.sections.headings import years_in
from transform.vocabulary import fold

MOST_LINES = 8
"""A heading is no longer."""
_LONGEST = 60
"""Characters of a line that still may be a title."""
_SENTENCE = re.compile(r"[。；;]$|[。；].")
_FOOT = re.compile(
    r"(备?注|(填报|填表)?说明|(填报|填表|制表|经办|联系|审核)人|联系电话|审核|(单位|财务)?负责人|(填报|填表)日期)[:：\d]"
)
_SHORT = 20
"""Characters of a line that says nothing but a year."""
_TITLE = re.compile(r".{2,}表(\(.*\))?")


def heading_of(above: Sequence[Line], page: int | None) -> list[Line]:
    """The last of the lines that may be the heading of a table on `page`: short ones, without a sentence among them.

    A page before lends a heading only what is one beyond doubt: a title, a unit of money or a year of its own line.
    """
    heading: list[Line] = []
    for line in reversed(above):
        if len(heading) == MOST_LINES or not may_be_heading(line.text):
            break
        if line.page != page and (not _is_heading(line.text) or any(_is_title(one.text) for one in heading)):
            break
        heading.append(line)
    return heading[::-1]


def may_be_heading(text: str) -> bool:
    """Short and no sentence, or the unit of money."""
    plain = fold(text)
    if read_money_unit(text) is not None:
        return len(plain) <= 2 * _LONGEST
    return len(plain) <= _LONGEST and not _SENTENCE.search(text.strip())


def is_foot(text: str) -> bool:
    """A note below a table, or who filled it in."""
    return _FOOT.match(fold(text)) is not None


def _is_heading(text: str) -> bool:
    only_year = bool(years_in(text)) and len(fold(text)) <= _SHORT
    return _is_title(text) or read_money_unit(text) is not None or only_year


def _is_title(text: str) -> bool:
    return _TITLE.fullmatch(fold(text)) is not None
