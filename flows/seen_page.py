"""What the reader saw, as one HTML page: each page's picture with the cells drawn on it, beside what they hold."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from jinja2 import Environment

from extract.document import Box, Cell, Document, Grid, Line, Medium
from extract.reading import page_picture

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ name }}</title><style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 1.5rem; color: #222 }
.page { position: relative; max-width: 1200px; margin: .5rem 0 2rem; border: 1px solid #ccc }
.page img { display: block; width: 100% }
.box { position: absolute; box-sizing: border-box; border: 1px solid #d00; background: rgba(220, 0, 0, .04) }
.box.inferred { border: 1px dashed #e80 } .box.line { border: 1px dotted #07c; background: none }
.box:hover { background: rgba(255, 220, 0, .4) }
table { border-collapse: collapse } td { border: 1px solid #999; padding: .15rem .4rem; white-space: pre-line }
.critical { color: #b00 }
</style></head><body>
<h1>{{ name }}</h1>
<p>{{ document.reader }}: {{ document.pages | length }} pages. Red: cells by their rules; orange, dashed: cells inferred
from white space; blue, dotted: lines outside tables. Point at one to see its text.</p>
{% if document.findings %}<ul>{% for finding in document.findings %}
<li class="{{ finding.severity.value }}">{{ finding.severity.value }}
{%- if finding.page %}, page {{ finding.page }}{% endif %}:
<b>{{ finding.code }}</b> {{ finding.message }} {{ finding.evidence }}</li>{% endfor %}</ul>{% endif %}
{% for page in pages %}
<h2>{% if page.number %}Page {{ page.number }}{% else %}Document{% endif %}</h2>
{% if page.shape %}<div class="page" style="aspect-ratio:{{ page.shape }}">
{% if page.picture %}<img alt="page {{ page.number }}" src="data:image/png;base64,{{ page.picture }}">{% endif %}
{% for box in page.boxes %}<div class="box {{ box.kind }}" style="{{ box.style }}" title="{{ box.text }}"></div>
{% endfor %}</div>{% endif %}
{% for grid in page.grids %}<table>{% for row in grid %}<tr>
{% for cell in row %}<td rowspan="{{ cell.row_span }}" colspan="{{ cell.column_span }}">{{ cell.text }}</td>
{% endfor %}</tr>{% endfor %}</table><br>{% endfor %}
{% endfor %}</body></html>
"""


def seen_page(document: Document, path: Path) -> str:
    """The page as HTML; it needs nothing else to be looked at. Raises ReadError when a page cannot be drawn.

    Of a page that PDFium refuses there is no picture: its cells stand on an empty sheet.
    """
    undrawn = {finding.page for finding in document.findings if finding.code == "read_by_pdfplumber"}
    cells: dict[int, list[Cell]] = {}
    for grid in document.grids():
        for cell in grid.cells:
            if cell.page is not None:
                cells.setdefault(cell.page, []).append(cell)
    pages = []
    for page in document.pages:
        view: dict[str, Any] = {"number": page.number, "shape": "", "picture": "", "boxes": []}
        if document.medium in (Medium.PDF, Medium.SCAN) and page.number is not None and page.width and page.height:
            size = page.width, page.height
            view["shape"] = f"{page.width:.0f}/{page.height:.0f}"
            if page.number not in undrawn:
                view["picture"] = base64.b64encode(page_picture(path, page.number)).decode()
            view["boxes"] = [
                _drawn(cell.box, size, "inferred" if cell.inferred else "ruled", cell.text)
                for cell in cells.get(page.number, ())
                if cell.box
            ]
            lines = (block for block in page.blocks if isinstance(block, Line))
            view["boxes"] += [_drawn(line.box, size, "line", line.text) for line in lines if line.box]
        grids = [block for block in page.blocks if isinstance(block, Grid)]
        view["grids"] = [[[cell for cell in row if cell] for row in grid.rows()] for grid in grids]
        pages.append(view)
    template = Environment(autoescape=True).from_string(_PAGE)
    return template.render(name=path.name, document=document, pages=pages)


def _drawn(box: Box, size: tuple[float, float], kind: str, text: str) -> dict[str, str]:
    width, height = size
    places = {
        "left": box.x0 / width,
        "top": box.top / height,
        "width": (box.x1 - box.x0) / width,
        "height": (box.bottom - box.top) / height,
    }
    return {"kind": kind, "text": text, "style": ";".join(f"{name}:{share:.3%}" for name, share in places.items())}
