"""What a run's summary says beside its filings."""

from __future__ import annotations

from flows.summary import ListsSeen, RunSummary


def test_what_lists_left_out_and_warnings_about_publishers_are_said() -> None:
    notes = tuple(f"huadu · list_shortfall: {number}" for number in range(30))
    summary = RunSummary(1, "nightly", (), {}, (), 1.0, notes, seen=ListsSeen(1200, 300, 45))
    said = summary.remarks()
    assert said[0] == "lists: 1,200 links, 300 wanted, 900 left out by their titles; 45 requests"
    assert said[1] == "note · huadu · list_shortfall: 0"
    assert said[-1] == "note · and 10 more"
    assert '"wanted": 300' in summary.as_json()
