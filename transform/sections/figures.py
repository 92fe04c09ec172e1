"""Whether a table that no engine claimed prints money in whole numbers, as governments do: 万元 without decimals.

An amount with decimals says by itself that a table was lost. Of whole numbers heads say it, and lines that end in them.
"""

from __future__ import annotations

import re
from typing import Final

from extract.document import Grid

_WHOLE: Final = re.compile(r"-?(?:\d{1,3}(?:[,，]\d{3})+|\d{3,})")
_HEAD: Final = re.compile(r"金额|预算数?$|执行数|决算数|合计|余额|限额|[万亿千]元")
_WORDS: Final = re.compile(r"[一-鿿]{2}")
_HEAD_ROWS, _LINES = 4, 2


def prints_whole_amounts(grid: Grid) -> bool:
    """Whether lines of words and whole numbers stand below a head of money."""
    rows = [[cell.text.strip() for cell in row if cell is not None] for row in grid.rows()]
    headed = any(_HEAD.search(text) for row in rows[:_HEAD_ROWS] for text in row)
    lines = sum(1 for row in rows if _WORDS.search("".join(row[:-1])) and any(map(_WHOLE.fullmatch, row[1:])))
    return headed and lines >= _LINES
