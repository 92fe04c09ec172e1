"""Pictures of lines of text into text, by RapidOCR's recogniser; its model lies in the wheel."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2

from extract.scan.image import Grey


@dataclass(frozen=True, slots=True)
class Recognised:
    """A line's text, and how certain its characters are, 0 to 1: the least of them, and their mean."""

    text: str
    least: float = 0.0
    mean: float = 0.0


def recognise(lines: Sequence[Grey]) -> list[Recognised]:
    """The text of each picture of one line."""
    if not lines:
        return []
    output = _engine().recognize_txt([cv2.cvtColor(line, cv2.COLOR_GRAY2BGR) for line in lines])
    return [
        Recognised(text, min(details.confs), mean) if text else Recognised("")
        for text, mean, details in zip(output.txts, output.scores, output.word_results, strict=True)
    ]


def model_path() -> Path:
    """The recogniser's model inside the installed wheel: nothing is fetched when a scan is read."""
    import rapidocr

    (model,) = (Path(rapidocr.__file__).parent / "models").glob("*_rec_*.onnx")
    return model


@cache
def _engine() -> Any:
    from rapidocr import EngineType, RapidOCR

    openvino = importlib.util.find_spec("openvino") is not None
    return RapidOCR(
        params={
            "Global.use_det": False,
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "Global.log_level": "error",
            "Rec.engine_type": EngineType.OPENVINO if openvino else EngineType.ONNXRUNTIME,
            "Rec.model_path": str(model_path()),
            # Pages are read side by side by several children; each has one processor.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "EngineConfig.openvino.inference_num_threads": 1,
        }
    )
