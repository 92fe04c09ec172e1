"""Records change only together with a version."""

from __future__ import annotations

import json

from tests.samples.record_digests import GOLDEN, digests
from transform.layouts import LAYOUTS


def test_records_do_not_change_without_a_version() -> None:
    """Raise `version` of the layout, or `READER` of the reader; then run `python -m tests.samples.record_digests`."""
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = digests()
    assert set(found) == set(kept)
    for name, now in found.items():
        then = kept[name]
        same_versions = (now["reader"], now["layout"]) == (then["reader"], then["layout"])
        assert now["records"] == then["records"] or not same_versions, (
            f"{name}: records changed, {now['reader']} and {now['layout']} did not"
        )
        assert same_versions, (
            f"{name}: {then['layout']} became {now['layout']}: run python -m tests.samples.record_digests"
        )


def test_the_records_of_every_layout_are_kept() -> None:
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    names = {layout.rpartition("-")[0] for one in kept.values() for layout in one["layout"].split()}
    assert names == {layout.name for layout in LAYOUTS}
