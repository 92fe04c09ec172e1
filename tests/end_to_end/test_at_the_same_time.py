"""Two runs at once end in the same state as one."""

from __future__ import annotations

import json

from tests.end_to_end.conftest import Yusuan

FACTS = """
SELECT filing_id, unit, project, funding_source, amount_yuan, source_line
FROM mart.project_budget
ORDER BY 1, 2, 3, 4, 6
"""


def test_two_processes_at_once_end_like_one(yusuan: Yusuan) -> None:
    processes = [yusuan.start("run", "--json") for _ in range(2)]
    answers = [process.communicate(timeout=280) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], [err for _, err in answers]
    statuses = [{one["filing_id"]: one["status"] for one in json.loads(out)["outcomes"]} for out, _ in answers]
    for filing in statuses[0]:
        both = {status[filing] for status in statuses}
        assert both <= {"published", "unchanged", "held"}
    versions = yusuan.rows("SELECT filing_id, version, pending_version FROM mart.filing WHERE status = 'published'")
    assert versions
    assert {(version, pending) for _, version, pending in versions} == {(1, None)}
    facts = yusuan.rows(FACTS)
    assert facts
    assert len(facts) == len(set(facts))
    assert set(yusuan.summary("run").values()) == {"unchanged"}
    assert yusuan.rows(FACTS) == facts
