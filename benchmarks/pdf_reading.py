"""Milliseconds per page and peak memory of this reader and of what a user would pick instead, on the same pages.

    python -m benchmarks.pdf_reading [FOLDER]      FOLDER holds PDFs to measure beside the typeset pages

Thirty ruled A4 pages of some 1,700 characters are typeset first. Each reader runs in a process of its own, in turns, so
that a busy machine disturbs all alike; a figure is the median of its rounds. PyMuPDF and camelot are installed into a
temporary environment from PyPI (they are no dependency). Writes its section of benchmarks/README.md.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROUNDS = 3
PEERS = ("pymupdf", "camelot-py", "opencv-python-headless")
ROOT = Path(__file__).resolve().parent.parent

Tables = list[list[list[str | None]]]


def ours(path: str) -> list[Tables]:
    from extract.document import Grid
    from extract.pdf.reader import read_pages

    document, _ = read_pages(Path(path), range(sys.maxsize))
    return [
        [
            [[cell.text if cell else None for cell in row] for row in block.rows()]
            for block in page.blocks
            if isinstance(block, Grid)
        ]
        for page in document.pages
    ]


def ours_guarded(path: str) -> list[Tables]:
    from extract.reading import read_document

    return [[] for _ in read_document(Path(path)).pages]


def pdfplumber_on_pdfium(path: str) -> list[Tables]:
    from extract.pdf.page import pdfplumber_pages

    with pdfplumber_pages(Path(path)) as pages:
        return [page.extract_tables() for page in pages]


def pdfplumber_plain(path: str) -> list[Tables]:
    import pdfplumber

    tables = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            tables.append(page.extract_tables())
            page.close()
    return tables


def pdfplumber_dedupe(path: str) -> list[Tables]:
    from extract.pdf.plain import reference_tables

    return list(reference_tables(Path(path)))


def pymupdf(path: str) -> list[Tables]:
    import pymupdf as fitz

    with fitz.open(path) as document:
        return [[table.extract() for table in page.find_tables().tables] for page in document]


def camelot(path: str) -> list[Tables]:
    import camelot as reader

    tables = reader.read_pdf(path, pages="all", flavor="lattice", suppress_stdout=True)
    pages: dict[int, Tables] = {}
    for table in tables:
        pages.setdefault(table.page, []).append(table.df.values.tolist())
    return [pages.get(number, []) for number in range(1, max(pages, default=0) + 1)]


def pdfium_text(path: str) -> list[Tables]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    count = len(document)
    document.close()
    return [[] for _ in range(count)]


READERS: dict[str, tuple[str, Callable[[str], list[Tables]], bool]] = {
    "plain": ("pdfplumber", pdfplumber_plain, False),
    "dedupe": ("pdfplumber, `dedupe_chars`", pdfplumber_dedupe, False),
    "ours": ("**yusuan**", ours, False),
    "guarded": ("yusuan, in its child process", ours_guarded, False),
    "page": ("pdfplumber's own code on `PdfiumPage`", pdfplumber_on_pdfium, False),
    "pymupdf": ("PyMuPDF `find_tables`", pymupdf, True),
    "camelot": ("camelot lattice", camelot, True),
    "text": ("raw PDFium text (the limit)", pdfium_text, False),
}


def measure(name: str, path: str) -> None:
    """In the reader's own process: import and warm up on the file once, then one timed reading; JSON on stdout."""
    read = READERS[name][1]
    read(path)
    began = time.perf_counter()
    pages = read(path)
    seconds = time.perf_counter() - began
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cells = [[["" if text is None else text for text in row] for table in tables for row in table] for tables in pages]
    print(json.dumps({"seconds": seconds, "pages": len(pages), "memory": memory, "cells": cells}))


def typeset(path: Path) -> list[list[list[str]]]:
    """Thirty pages of a ruled table; returns the rows of each, spelled as they must be read."""
    from tests.extract.pdf.typesetting import SONG, Table, thin_rectangle
    from tests.extract.pdf.typesetting import typeset as write

    header = ["序号", "单位名称", "项目名称", "财政拨款（万元）", "绩效目标", "绩效指标"]
    tables = []
    for page in range(30):
        rows = [header]
        for i in range(12):
            number = page * 12 + i + 1
            goal = (
                f"{number}.支持企业开展技术改造，促进工业经济平稳增长，确保专项资金按时足额拨付到位，提升产业竞争力。"
            )
            marks = f"数量指标：支持企业数≥{number}家；质量指标：验收合格率{90 + i % 10}%；"
            marks += "时效指标：2024年12月31日前完成；满意度≥90%。"
            rows.append(
                [
                    str(number),
                    "区科技工业商务和信息化局",
                    f"促进产业高质量发展专项资金{number}",
                    f"{number * 123.4:,.2f}",
                    goal,
                    marks,
                ]
            )
        tables.append(
            Table(
                rows, (30, 90, 120, 70, 200, 220), size=8, padding=2, font=SONG, draw=thin_rectangle, left=50, top=570
            )
        )
    write(path, *(table.paint for table in tables))
    return [[[text or "" for text in row] for row in table.expected()] for table in tables]


def environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *PEERS], check=True)
    return python


def versions(python: Path) -> str:
    frozen = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    return ", ".join(line for line in frozen.splitlines() if line.lower().startswith(("pymupdf", "camelot")))


def run(python: Path, name: str, path: Path) -> dict[str, object]:
    answer = subprocess.run(
        [python, "-m", "benchmarks.pdf_reading", "--measure", name, str(path)], capture_output=True, text=True, cwd=ROOT
    )
    if answer.returncode:
        raise SystemExit(f"{name} failed on {path.name}:\n{answer.stderr[-2000:]}")
    result: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return result


def table(python: Path, path: Path, expected: list[list[list[str]]] | None, rounds: int) -> str:
    """A Markdown table: each reader's milliseconds per page, ratio to plain pdfplumber, peak memory, exact pages."""
    found: dict[str, list[dict[str, object]]] = {name: [] for name in READERS}
    for _ in range(rounds):
        for name, (_, _, foreign) in READERS.items():
            found[name].append(run(python if foreign else Path(sys.executable), name, path))
    times = {name: statistics.median(float(str(one["seconds"])) for one in results) for name, results in found.items()}
    pages = int(str(found["plain"][0]["pages"]))
    lines = ["| reader | ms per page | times plain | peak MB | exact pages |", "|---|--:|--:|--:|--:|"]
    truth = expected or found["dedupe"][0]["cells"]
    for name, (label, _, _) in READERS.items():
        memory = max(int(str(one["memory"])) for one in found[name]) / 1024
        exact = "" if name in ("text", "guarded") else f"{_agreeing(found[name][0]['cells'], truth)} of {pages}"
        ratio = times["plain"] / times[name]
        lines.append(f"| {label} | {times[name] * 1000 / pages:.1f} | {ratio:.1f} | {memory:.0f} | {exact} |")
    return "\n".join(lines)


def _agreeing(cells: object, truth: object) -> int:
    assert isinstance(cells, list)
    assert isinstance(truth, list)
    return sum(1 for a, b in zip(cells, truth, strict=False) if a == b)


def main(arguments: Sequence[str]) -> int:
    sys.path.insert(0, str(ROOT))
    from benchmarks.report import write_section

    with tempfile.TemporaryDirectory() as folder:
        python = environment(Path(folder) / "peers")
        sample = Path(folder) / "typeset.pdf"
        expected = typeset(sample)
        text = f"Peers: {versions(python)}. The child's time includes its start.\n\n"
        text += "Thirty typeset pages, exact cells counted against what was typeset:\n\n"
        text += table(python, sample, expected, ROUNDS)
        for path in sorted(Path(arguments[0]).glob("*.pdf")) if arguments else ():
            text += (
                f"\n\n{path.stem}, pages equal to pdfplumber with `dedupe_chars` (to which white rules are rules):\n\n"
            )
            text += table(python, path, None, 3)
    print(text)
    write_section("Reading PDF", "python -m benchmarks.pdf_reading [FOLDER]", text)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], sys.argv[3])
    else:
        sys.exit(main(sys.argv[1:]))
