"""How well scans are read, beside whole-page OCR: `python -m benchmarks.scans [PAGES]` (4 by default, of 10).

The printed filing `samples/pdf/panyu-2025.pdf` is scanned by the tests' scanner (200 dpi, 0.7° askew, noise, JPEG) and
read by us, by RapidOCR on whole pages, and by Tesseract on whole pages. The other two are given the page already laid
level, and each of their lines or words goes to the printed cell that holds its middle: what is left to compare is
recognition. A second scan of the whole filing is poor on purpose, to see what arithmetic repair does.
"""

from __future__ import annotations

import csv
import importlib.metadata
import importlib.util
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import pypdfium2

from benchmarks.report import write_section
from extract.children import end_children
from extract.document import Box, Cell, Grid, Page
from extract.pdf.reader import read_pages
from extract.reading import read_document
from extract.scan.image import PageImage, page_image
from tests.extract.scan.folding import folded
from tests.extract.scan.scanning import PRINT, Scanner
from transform.amounts import AmountError, read_amount
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records
from transform.sections.labels import edit_distance

GOOD = Scanner(dpi=200, skew=0.7)
POOR = Scanner(dpi=150, skew=0.7, noise=12, blur=0.5, contrast=0.75, quality=50)
Word = tuple[float, float, str]
"""Middle of a word or line in points, and its text."""


@dataclass(frozen=True)
class Score:
    reader: str
    seconds: float
    """Of processor time a page."""
    errors: int
    characters: int
    amounts: int
    right: int

    def row(self, ours: Score) -> str:
        return (
            f"| {self.reader} | {self.errors / self.characters:.4f} | {self.right} of {self.amounts} "
            f"| {self.seconds:.1f} | {self.seconds / ours.seconds:.1f} |"
        )


def processor_seconds() -> float:
    """Of this process and of the children it waited for."""
    end_children()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def printed_cells(pages: int) -> list[list[Cell]]:
    document, _ = read_pages(PRINT, range(pages))
    return [list(_cells(page)) for page in document.pages]


def _cells(page: Page) -> Iterator[Cell]:
    for block in page.blocks:
        if isinstance(block, Grid):
            yield from block.cells


def scored(reader: str, seconds: float, pairs: Sequence[tuple[str, str]]) -> Score:
    """`pairs` of (printed, read) cell texts."""
    errors = sum(edit_distance(folded(read), folded(printed)) for printed, read in pairs)
    amounts = [(printed, read) for printed, read in pairs if _is_amount(printed)]
    right = sum(1 for printed, read in amounts if _yuan(read) == _yuan(printed))
    return Score(reader, seconds, errors, sum(len(folded(printed)) for printed, _ in pairs), len(amounts), right)


def by_us(scan: Path, printed: list[list[Cell]]) -> Score:
    """One child a page, so that pages stay as they stand: each pays for starting and for loading the model."""
    started = processor_seconds()
    pages = []
    for at in range(len(printed)):
        single = scan.with_name(f"{at}.pdf")
        with pypdfium2.PdfDocument.new() as one, pypdfium2.PdfDocument(scan) as whole:
            one.import_pages(whole, [at])
            one.save(single)
        pages.append(read_document(single).pages[0])
    seconds = (processor_seconds() - started) / len(printed)
    return scored("**yusuan**", seconds, list(_by_place(pages, printed)))


def _by_place(pages: Sequence[Page], printed: list[list[Cell]]) -> Iterator[tuple[str, str]]:
    for page, cells in zip(pages, printed, strict=True):
        read = {(cell.row, cell.column): cell.text for cell in _cells(page)}
        for cell in cells:
            yield cell.text, read.get((cell.row, cell.column), "")


def by_whole_pages(
    name: str, words_of: Callable[[PageImage], list[Word]], scan: Path, printed: list[list[Cell]]
) -> Score:
    pairs, seconds = [], 0.0
    with pypdfium2.PdfDocument(scan) as document:
        for page, cells in zip(document, printed, strict=True):
            image = page_image(page)
            started = processor_seconds()
            words = words_of(image)
            seconds += processor_seconds() - started
            pairs += [(cell.text, "".join(text for x, y, text in words if _holds(cell.box, x, y))) for cell in cells]
    return scored(name, seconds / len(printed), pairs)


def rapidocr_words() -> Callable[[PageImage], list[Word]]:
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error", "Global.max_side_len": 4000})

    def words(image: PageImage) -> list[Word]:
        output = engine(cv2.cvtColor(image.grey, cv2.COLOR_GRAY2BGR))
        boxes = output.boxes.mean(axis=1) * image.points
        lines = zip(boxes.tolist(), output.txts, strict=True)
        return [(x, y, text) for (x, y), text in sorted(lines, key=lambda line: (line[0][1], line[0][0]))]

    return words


def tesseract_words(image: PageImage) -> list[Word]:
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "page.png"
        cv2.imwrite(str(picture), image.grey)
        command = ["tesseract", str(picture), "-", "-l", "chi_sim", "--dpi", "200", "tsv"]
        environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
        said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    rows = csv.DictReader(io.StringIO(said), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        (
            (int(row["left"]) + int(row["width"]) / 2) * image.points,
            (int(row["top"]) + int(row["height"]) / 2) * image.points,
            row["text"],
        )
        for row in rows
        if row["text"] and row["text"].strip()
    ]


def repaired(scan: Path) -> str:
    """Amounts of a poor scan of the whole filing, before and after arithmetic repair."""
    truth, read = _records(PRINT), _records(scan)
    rows = list(zip(truth.budget_lines, read.budget_lines, strict=False))
    before = sum(1 for one, other in rows if _yuan(other.source.text) == one.amount.yuan)
    after = sum(1 for one, other in rows if other.amount.yuan == one.amount.yuan)
    mended = sum(1 for finding in read.findings if finding.code == "amount_repaired")
    held = any(finding.code == "amounts_not_repaired" for finding in read.findings)
    total = len(truth.budget_lines)
    return (
        f"A poor scan of all ten pages ({POOR.dpi} dpi, noise {POOR.noise:.0f}, JPEG {POOR.quality}): amounts right "
        f"{before} of {total} before, {after} of {total} after repair; {mended} mended"
        + (", the filing held for totals that nothing explains." if held else ".")
    )


def _records(path: Path) -> Records:
    records = read_records(read_document(path), Declaration(department="广州市番禺区科技工业商务和信息化局"))
    assert isinstance(records, Records)
    return records


def _holds(box: Box | None, x: float, y: float) -> bool:
    return box is not None and box.x0 <= x <= box.x1 and box.top <= y <= box.bottom


def _is_amount(text: str) -> bool:
    return _yuan(text) is not None and "." in text


def _yuan(text: str) -> object:
    try:
        return read_amount(text, "万元").yuan
    except AmountError:
        return None


def main(pages: int) -> None:
    printed = printed_cells(pages)
    with tempfile.TemporaryDirectory() as folder:
        scan = GOOD.scan(PRINT, Path(folder) / "good.pdf", range(pages))
        scores = [
            by_us(scan, printed),
            by_whole_pages("RapidOCR, whole pages", rapidocr_words(), scan, printed),
        ]
        if shutil.which("tesseract"):
            scores.append(by_whole_pages("Tesseract, whole pages", tesseract_words, scan, printed))
        repair = repaired(POOR.scan(PRINT, Path(folder) / "poor.pdf"))
    engine = "openvino" if importlib.util.find_spec("openvino") else "onnxruntime"
    table = [
        "| reader | character error | amounts right | processor seconds a page | times ours |",
        "|---|--:|--:|--:|--:|",
        *(score.row(scores[0]) for score in scores),
    ]
    lead = (
        f"{pages} pages, {scores[0].characters:,} characters in cells, punctuation folded, "
        f"rapidocr {importlib.metadata.version('rapidocr')} on {engine}. "
        "Two cores halve the seconds: pages are read side by side. Ours include a child's start and loading the model. "
        "The other two are given the level page and the printed cells."
    )
    write_section("Scans", f"python -m benchmarks.scans {pages}", "\n\n".join([lead, "\n".join(table), repair]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
