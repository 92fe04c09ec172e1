"""Labels of forms that recognition garbled, put right; free text stays as it was read."""

from __future__ import annotations

from dataclasses import replace

from extract.document import Cell, Document, Finding, Grid, Severity
from transform.form_words import key
from transform.sections.labels import edit_distance, nearest_label

_PRINTED = """
项目名称 项目名称(资金使用单位) 预算单位 单位名称 资金使用单位 主管部门 项目单位 实施单位 部门名称 资金总额
财政拨款 财政专户拨款 其他资金 绩效目标 年度绩效目标 总体绩效目标 项目绩效目标 绩效指标 年度绩效指标 一级指标
二级指标 三级指标 指标名称 年度指标值 实施周期指标值 年度目标值 产出指标 效益指标 满意度指标 成本指标 数量指标
质量指标 时效指标 经济效益指标 社会效益指标 生态效益指标 可持续影响指标 服务对象满意度指标 经济成本指标
社会成本指标 生态环境成本指标 度量单位 计量单位 功能分类科目编码 功能分类科目名称 基本支出 项目支出
预算金额(万元) 收入来源 部门预算支出
"""
LABELS = frozenset(_PRINTED.split())
"""What a form prints alone in a cell, as `form_words.key` writes it. A closed list: only these are ever put right."""
_DOUBTFUL = 0.99
_SHORTEST = 4


def mend_labels(document: Document) -> Document:
    """The document with each recognised cell that is one wrong character off a label (and off no other) as that label.

    A finding per cell (`label_repaired`) keeps what was recognised. Cells of text that was not recognised, or was
    recognised with certainty, are left alone.
    """
    findings: list[Finding] = []

    def mended(cell: Cell) -> Cell:
        label = _label(cell)
        if label is None:
            return cell
        message = f"recognised as {key(cell.text)}, which is the label {label}"
        findings.append(
            Finding(
                code="label_repaired",
                severity=Severity.INFO,
                message=message,
                page=cell.page,
                evidence=cell.text.strip(),
            )
        )
        return replace(cell, text=label)

    pages = tuple(
        replace(
            page,
            blocks=tuple(
                replace(block, cells=tuple(map(mended, block.cells))) if isinstance(block, Grid) else block
                for block in page.blocks
            ),
        )
        for page in document.pages
    )
    return replace(document, pages=pages, findings=document.findings + tuple(findings)) if findings else document


def _label(cell: Cell) -> str | None:
    if cell.confidence is None or cell.confidence >= _DOUBTFUL:
        return None
    text = key(cell.text)
    if len(text) < _SHORTEST or text in LABELS:
        return None
    label = nearest_label(text, (label for label in LABELS if len(label) == len(text)), errors=1)
    return label if label and edit_distance(text, label) == 1 else None
