"""What a site or a press prints around a document: navigation, buttons, page numbers, the line of the copyright."""

from __future__ import annotations

import re

from extract.document import Grid
from transform.tables.rows import is_page_number
from transform.vocabulary import Vocabulary, fold

_INDEX_WORDS = 3
"""So many words of a site's index block (索引号, 发布机构 …) make a table one."""
_PATH = re.compile(r"^(当前位置.*|首页)\s*(>|»|/|->|→).*")
_BUTTON = re.compile(r"[\[\]【】|｜\s]+")


def is_furniture(text: str, vocabulary: Vocabulary) -> bool:
    """A page number, a path (首页 > 政务公开), buttons (打印本页 关闭窗口) or a line of the site's (版权所有 …)."""
    plain = fold(text)
    if not plain or is_page_number(text) or _PATH.match(plain):
        return True
    words = [word for word in _BUTTON.split(text) if fold(word)]
    return (
        all(vocabulary.meaning("section.web", word) == "furniture" for word in words)
        or plain.startswith(vocabulary.spellings("section.web_begins"))
        or any(word in plain for word in vocabulary.spellings("section.web_contains"))
    )


def is_index_block(grid: Grid, vocabulary: Vocabulary) -> bool:
    """The table in which a site says what it knows of an article: 索引号, 发布机构, 发文日期, 有效性."""
    words = [cell for cell in grid.cells if vocabulary.meaning("section.web", cell.text.rstrip(" :："))]
    printed = [cell for cell in grid.cells if fold(cell.text)]
    return len(words) >= _INDEX_WORDS and 3 * len(words) >= len(printed)
