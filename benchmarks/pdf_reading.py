"""Milliseconds per page and peak memory of this reader and of what a user would pick instead, on the same pages.

    python -m benchmarks.pdf_reading [FOLDER]      FOLDER holds PDFs to measure beside the typeset pages

Thirty ruled A4 pages of some 1,700 characters are typeset first. Each reader runs in a process of its own, in turns, so
that a busy machine disturbs all alike; a figure is the median of its rounds. PyMuPDF and camelot, which are slow, run
once; they are installed into a temporary environment from PyPI (they are no dependency). The thirty pages are then
repeated to a hundred and to a thousand, and read by one child at a time and by two. Writes its section of
benchmarks/README.md.
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
LARGE = (100, 1_000)
"""Pages of the large documents."""
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


def measure(name: str, warm_up: str, paths: Sequence[str]) -> None:
    """In the reader's own process: import and warm up on a page, then one timed reading of each; JSON on stdout."""
    from extract.children import end_children

    read = READERS[name][1]
    read(warm_up)
    began = time.perf_counter()
    pages = [page for path in paths for page in read(path)]
    seconds = time.perf_counter() - began
    end_children()
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cells = [[["" if text is None else text for text in row] for table in tables for row in table] for tables in pages]
    print(json.dumps({"seconds": seconds, "pages": len(pages), "memory": memory, "cells": cells}))


def measure_large(path: str, workers: int) -> None:
    """In a process of its own: one reading by so many children at a time; JSON on stdout."""
    from extract.children import end_children
    from extract.reading import ReadLimits, read_document

    began = time.perf_counter()
    document = read_document(Path(path), ReadLimits(workers=workers))
    seconds = time.perf_counter() - began
    end_children()
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "pages": len(document.pages), "own": own, "child": child}))


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


def run(python: Path, *arguments: str) -> dict[str, object]:
    """What this module measured in a process of its own."""
    command = [python, "-m", "benchmarks.pdf_reading", *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if answer.returncode:
        raise SystemExit(f"{' '.join(arguments[:2])} failed:\n{answer.stderr[-2000:]}")
    result: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return result


def table(
    python: Path, warm_up: Path, paths: Sequence[Path], expected: list[list[list[str]]] | None, rounds: int
) -> str:
    """A Markdown table: each reader's milliseconds per page, ratio to plain pdfplumber, peak memory, exact pages."""
    found: dict[str, list[dict[str, object]]] = {name: [] for name in READERS}
    for number in range(rounds):
        for name, (label, _, foreign) in READERS.items():
            if foreign and number:
                continue
            own = python if foreign else Path(sys.executable)
            found[name].append(run(own, "--measure", name, str(warm_up), *map(str, paths)))
            print(f"round {number + 1}, {label}: {float(str(found[name][-1]['seconds'])):.1f} s", file=sys.stderr)
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


def repeated(sample: Path, pages: int, path: Path) -> Path:
    """A document of so many pages, those of `sample` again and again."""
    import pypdfium2

    with pypdfium2.PdfDocument(sample) as source, pypdfium2.PdfDocument.new() as document:
        while len(document) < pages:
            document.import_pages(source, list(range(min(len(source), pages - len(document)))))
        document.save(path)
    return path


def large_documents(sample: Path, folder: Path) -> str:
    """A Markdown table: seconds and memory of large documents by the number of children that read side by side."""
    lines = ["| pages | children at a time | seconds | ms per page | MB of the largest child | MB of the parent |"]
    lines.append("|--:|--:|--:|--:|--:|--:|")
    for pages in LARGE:
        path = repeated(sample, pages, folder / f"{pages}.pdf")
        for workers in (1, 2):
            one = run(Path(sys.executable), "--large", str(path), str(workers))
            seconds, own, child = (float(str(one[key])) for key in ("seconds", "own", "child"))
            each = seconds * 1000 / pages
            lines.append(
                f"| {pages:,} | {workers} | {seconds:.1f} | {each:.1f} | {child / 1024:.0f} | {own / 1024:.0f} |"
            )
            print(f"{pages} pages, {workers} children: {seconds:.1f} s", file=sys.stderr)
    return "\n".join(lines)


def _agreeing(cells: object, truth: object) -> int:
    assert isinstance(cells, list)
    assert isinstance(truth, list)
    return sum(1 for a, b in zip(cells, truth, strict=False) if a == b)


def main(arguments: Sequence[str]) -> int:
    sys.path.insert(0, str(ROOT))
    from benchmarks.report import write_section

    with tempfile.TemporaryDirectory() as folder:
        print("installing the peers, typesetting", file=sys.stderr)
        python = environment(Path(folder) / "peers")
        sample = Path(folder) / "typeset.pdf"
        expected = typeset(sample)
        one = repeated(sample, 1, Path(folder) / "one.pdf")
        text = f"Peers: {versions(python)}. The child's time includes its start.\n\n"
        text += "Thirty typeset pages, exact cells counted against what was typeset:\n\n"
        text += table(python, one, [sample], expected, ROUNDS)
        text += "\n\nLarge documents, in children of 64 pages each:\n\n" + large_documents(sample, Path(folder))
        if paths := sorted(Path(arguments[0]).glob("*.pdf")) if arguments else []:
            text += (
                f"\n\n{len(paths)} published filings in one go, once; pages equal to pdfplumber with `dedupe_chars`,"
            )
            text += " to which white rules are rules:\n\n"
            text += table(python, one, paths, None, 1)
    print(text)
    write_section("Reading PDF", "python -m benchmarks.pdf_reading [FOLDER]", text)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], sys.argv[3], sys.argv[4:])
    elif sys.argv[1:2] == ["--large"]:
        measure_large(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main(sys.argv[1:]))
