"""One ground for the short rounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fire.ground import Ground, ground


@pytest.fixture(scope="package")
def fire() -> Iterator[Ground]:
    with ground() as one:
        yield one
