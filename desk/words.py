"""What the desk says, in Chinese or English, and how figures are written."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from extract.regions import full_name, is_region
from warehouse.gate.expectations import BY_ID
from warehouse.schema.flags import FLAGS

LANGUAGES: Final = ("zh", "en")
LABELS = Path(__file__).parent / "labels.csv"


@cache
def labels() -> Mapping[str, Mapping[str, str]]:
    """Label by key and language."""
    with LABELS.open(encoding="utf-8", newline="") as stream:
        return {row["key"]: {"zh": row["zh"], "en": row["en"]} for row in csv.DictReader(stream)}


class Words:
    """What is said in one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "zh"

    def __call__(self, key: str) -> str:
        """The label; a key that there is none for as it is, without underscores."""
        label = labels().get(key)
        return label[self.language] if label else key.replace("_", " ")

    def flag(self, code: str) -> str:
        return FLAGS.get(code, code) if self.language == "zh" else code.replace("_", " ")

    def expectation(self, code: str) -> str:
        known = BY_ID.get(code)
        return known.zh if known and self.language == "zh" else code.replace("_", " ")

    def region(self, code: str) -> str:
        """The name of a province, city or county by the first digits of its code."""
        whole = code.ljust(6, "0")
        return full_name(whole) if is_region(whole) else code


def yuan(value: Decimal | int | None) -> str:
    """An exact amount of yuan with its thousands parted."""
    return "" if value is None else f"{value:,}"


def plain(value: object) -> str:
    """A number without trailing noughts; anything else as text."""
    if isinstance(value, Decimal):
        whole = f"{value:,f}"
        return whole.rstrip("0").rstrip(".") if "." in whole else whole
    return "" if value is None else str(value)
