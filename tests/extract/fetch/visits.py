"""Visits of a portal's simulator with an archive of its own: fixtures, and what to ask of a visit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from extract.catalogue import Catalogue, FilingEntry, Publisher
from extract.fetch.archive import Archive
from extract.fetch.collecting import Collection, collect
from extract.fetch.courtesy import Courtesy
from extract.settings import FetchSettings
from tests.portal.simulator import Simulator, running
from tests.portal.sites import Article

MEMORY = Path("/dev/shm")
TABLE = "<p>单位：万元</p><table>" + "<tr><td>项目</td><td>1.00</td></tr>" * 3 + "</table>"


@dataclass
class Collector:
    """Visits with an archive of its own; keeps the settings quick."""

    archive: Archive
    base: Path
    settings: dict[str, Any] = field(default_factory=dict)

    def visit(self, publisher: Publisher, declared: tuple[FilingEntry, ...] = ()) -> Collection:
        quick: dict[str, Any] = {"interval": 0, "backoff": 0.01, "total_seconds": 3, "read_seconds": 1, "attempts": 2}
        quick |= {"recheck_days": 0, "refused_seconds": 0}  # every visit is the next night
        settings = FetchSettings(**(quick | self.settings))
        return collect(publisher, declared, self.archive, settings, Courtesy(settings), base=self.base)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    """Its archive is in memory where that can be: a disk would wait for each object."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Collector(Archive(folder), tmp_path)


def publisher(**portal: Any) -> Publisher:
    declared = {"allow_private": True, **portal} if portal else None
    entry = {
        "id": "huadu-keji",
        "name": "花都区科技局",
        "region_code": "440114",
        "region": "花都区",
        "portal": declared,
    }
    return Catalogue.model_validate({"publishers": [entry]}).publishers[0]


def pdf(text: str) -> bytes:
    return b"%PDF-1.4\n" + text.encode()


def codes(collection: Collection) -> list[str]:
    return [finding.code for finding in collection.findings]


def contents(collector: Collector, collection: Collection) -> list[bytes]:
    return [collector.archive.get(filing.sha256) for filing in collection.filings]


def budget(number: int, **changed: Any) -> Article:
    return Article(
        number, changed.pop("title", f"2024年部门预算{number}"), {f"绩效目标表{number}.pdf": pdf(str(number))}
    )
