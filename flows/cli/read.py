"""`yusuan read`: what the reader sees of one file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from extract.document import Document, Grid

commands = typer.Typer()
_FIGURE = re.compile(r"[-\d,.%]{1,20}")


@commands.command()
def read(
    file: Annotated[
        Path, typer.Argument(help="A filing: PDF, web page, Office file or text.", exists=True, dir_okay=False)
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print pages, grids and findings as JSON.")] = False,
    as_html: Annotated[
        bool, typer.Option("--html", help="Print an HTML page: each page's picture with the cells drawn on it.")
    ] = False,
) -> None:
    """Show what the reader sees of a file: its lines, its tables cell by cell, and what is odd about it.

    Nothing is loaded. A table that goes on over page breaks is shown as one, on the page where it begins. With --html a
    person sees at once where a row was cut: yusuan read FILE --html > seen.html
    """
    from extract.reading import read_document

    if as_json and as_html:
        raise typer.BadParameter("choose --json or --html, not both")
    document = read_document(file, progress=lambda done, total: typer.echo(f"{done} of {total} pages read", err=True))
    if as_json:
        typer.echo(json.dumps(as_data(document), ensure_ascii=False))
    elif as_html:
        from flows.seen_page import seen_page

        typer.echo(seen_page(document, file))
    else:
        _print(document)


def as_data(document: Document) -> dict[str, Any]:
    """`pages` of `grids` of `rows`: a cell's text, null where a merged cell covers."""
    from extract.document import Grid, Line

    return {
        "medium": document.medium.value,
        "reader": document.reader,
        "pages": [
            {
                "number": page.number,
                "lines": [block.text for block in page.blocks if isinstance(block, Line)],
                "grids": [
                    {"box": _box(block), "rows": _rows(block)} for block in page.blocks if isinstance(block, Grid)
                ],
            }
            for page in document.pages
        ],
        "findings": [
            {"code": f.code, "severity": f.severity.value, "message": f.message, "page": f.page, "evidence": f.evidence}
            for f in document.findings
        ],
    }


def _box(grid: Grid) -> list[float] | None:
    box = grid.box
    return None if box is None else [round(side, 2) for side in (box.x0, box.top, box.x1, box.bottom)]


def _rows(grid: Grid) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in grid.rows()]


def _figures_width(column: Sequence[str | None]) -> int:
    """Characters of the column's longest figure: folded, an amount would look like two."""
    return max((len(figure) for text in column if text for figure in _FIGURE.findall(text)), default=1)


def _print(document: Document) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from extract.document import Grid

    console = Console()
    for page in document.pages:
        if page.number is not None:
            console.rule(f"page {page.number}")
        for block in page.blocks:
            if not isinstance(block, Grid):
                console.print(Text(block.text))
                continue
            table = Table(show_header=False, show_lines=True)
            rows = _rows(block)
            for column in zip(*rows, strict=True):
                table.add_column(overflow="fold", min_width=_figures_width(column))
            for row in rows:
                table.add_row(*(Text("" if text is None else text) for text in row))
            console.print(table, width=console.width - 2, crop=False)  # rich's least widths may add up to one too many
    for finding in document.findings:
        place = f" page {finding.page}" if finding.page else ""
        evidence = f" ({finding.evidence})" if finding.evidence else ""
        console.print(Text(f"{finding.severity.value}{place}: {finding.code}: {finding.message}{evidence}"))
