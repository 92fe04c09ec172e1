"""Whether tables of published filings keep their columns over page breaks, and the totals beside their parts hold.

    python -m benchmarks.real_filings FOLDER      a folder of PDF filings

It knows no layout. A break is checkable where a page ends and the next begins with a table and no line but a page
number stands between; it is kept when the two became one table. A total is checkable where a header's last columns are
合计 and its parts, and a row states both; it holds within half a last digit for each part. (All totals, by the filings'
layouts: `benchmarks.budget_statements`.) Writes its table into benchmarks/README.md. Exit code 1 below 99 % of totals.
"""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from benchmarks.report import write_section
from extract.document import Document, Grid, Line, Page
from extract.pdf.reader import read_pages
from extract.reading import read_document

_AMOUNT = re.compile(r"-?[\d,]+\.\d{2}")
_PARTS = ({"基本支出", "项目支出"}, {"一般公共预算", "政府性基金预算", "国有资本经营预算"}, {"人员经费", "公用经费"})
FLOOR = 0.99
LAST_DIGIT = Decimal("0.01")


def breaks(path: Path, joined: Document) -> tuple[int, int]:
    """Checkable page breaks within tables, and those where the table was kept whole."""
    apart = read_pages(path, range(sys.maxsize))[0].pages
    whole = {(grid.page, cell.page) for grid in joined.grids() for cell in grid.cells}
    checkable = kept = 0
    for before, after in pairwise(apart):
        if _ends_in_table(before) and _begins_with_table(after):
            checkable += 1
            kept += any(begun is not None and begun < (after.number or 0) == page for begun, page in whole)
    return checkable, kept


def _ends_in_table(page: Page) -> bool:
    rest = [block for block in page.blocks if not _is_page_number(block)]
    return bool(rest) and isinstance(rest[-1], Grid)


def _begins_with_table(page: Page) -> bool:
    rest = [block for block in page.blocks if not _is_page_number(block)]
    return bool(rest) and isinstance(rest[0], Grid)


def _is_page_number(block: object) -> bool:
    return isinstance(block, Line) and re.fullmatch(r"[-—\s第页]*\d{1,3}[-—\s第页]*", block.text) is not None


def totals(grid: Grid) -> tuple[int, int]:
    """Row totals that the grid states beside all their parts, and those that hold."""
    rows = [[re.sub(r"\s+", "", cell.text) if cell else "" for cell in row] for row in grid.covering()]
    checkable = held = 0
    for header in rows[:5]:
        for parts in _PARTS:
            columns = [i for i, text in enumerate(header) if text in parts]
            if {header[i] for i in columns} != parts or len(columns) != len(parts) or columns[0] == 0:
                continue
            total = columns[0] - 1
            if header[total] != "合计" or columns != list(range(total + 1, len(header))):
                continue
            for row in rows:
                stated, amounts = row[total], [row[i] for i in columns if row[i]]
                if _AMOUNT.fullmatch(stated) and amounts and all(_AMOUNT.fullmatch(text) for text in amounts):
                    checkable += 1
                    difference = _amount(stated) - sum(map(_amount, amounts))
                    holds = abs(difference) <= LAST_DIGIT / 2 * len(amounts)
                    held += holds
                    if not holds:
                        print(f"page {grid.page}: {row}")
    return checkable, held


def _amount(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def main(folder: Path) -> int:
    lines = [
        "| filing | pages | tables | breaks in tables | kept | row totals | hold |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    all_checkable = all_held = 0
    for path in sorted(folder.glob("*.pdf")):
        document = read_document(path)
        grids = list(document.grids())
        checkable, kept = breaks(path, document)
        sums = [totals(grid) for grid in grids]
        stated, held = sum(one[0] for one in sums), sum(one[1] for one in sums)
        all_checkable, all_held = all_checkable + stated, all_held + held
        lines.append(
            f"| {path.stem} | {len(document.pages)} | {len(grids)} | {checkable} | {kept} | {stated} | {held} |"
        )
    lines.append(f"\n{all_held} of {all_checkable} checkable row totals hold.")
    text = "\n".join(lines)
    print(text)
    write_section("Real filings", "python -m benchmarks.real_filings FOLDER", text)
    return 0 if all_checkable and all_held >= FLOOR * all_checkable else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
