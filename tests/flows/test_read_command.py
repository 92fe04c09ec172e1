"""`yusuan read` shows what the reader sees, for a person, for a program and as a picture."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.extract.pdf.typesetting import Entry, Span, Table, typeset

ROWS: list[list[Entry]] = [[Span("绩效<指标>", columns=2), None], ["支持企业数", "≥30家"]]


def yusuan(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "flows", "read", *arguments], capture_output=True, text=True)


def sample(folder: Path) -> str:
    return str(typeset(folder / "filing.pdf", Table(ROWS, (100, 100)).paint))


def test_tables_on_the_terminal(tmp_path: Path) -> None:
    answer = yusuan(sample(tmp_path))
    assert answer.returncode == 0, answer.stderr
    assert "page 1" in answer.stdout
    assert "支持企业数" in answer.stdout


def test_a_figure_is_never_folded_on_the_terminal(tmp_path: Path) -> None:
    rows: list[list[Entry]] = [
        ["促进工业和信息化产业高质量发展专项资金"] * 4 + [f"12,345,678.{i}0" for i in range(3)]
    ] * 2
    page = typeset(tmp_path / "filing.pdf", Table(rows, (90,) * 4 + (80,) * 3).paint)
    shown = yusuan(str(page)).stdout
    assert all(shown.count(f"12,345,678.{i}0") == 2 for i in range(3))


def test_json_holds_pages_grids_and_findings(tmp_path: Path) -> None:
    data = json.loads(yusuan(sample(tmp_path), "--json").stdout)
    assert data["findings"] == []
    [page] = data["pages"]
    assert page["number"] == 1
    [grid] = page["grids"]
    assert grid["rows"] == [["绩效<指标>", None], ["支持企业数", "≥30家"]]
    assert [round(side) for side in grid["box"]] == [60, 75, 260, 109]


def test_html_draws_the_cells_on_the_page(tmp_path: Path) -> None:
    page = yusuan(sample(tmp_path), "--html").stdout
    assert page.count('class="box ruled"') == 3
    assert "data:image/png;base64," in page
    assert "绩效&lt;指标&gt;" in page
    assert "http" not in page


def test_what_cannot_be_read_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing")
    answer = yusuan(str(path))
    assert answer.returncode == 1
    assert answer.stderr.startswith("yusuan: a.pdf")
    assert "Traceback" not in answer.stderr
