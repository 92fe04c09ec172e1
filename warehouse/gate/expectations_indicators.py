"""Expectations about the indicators of a filing as a whole: their order, what they promise, what they belong to.

They look at `said_indicator` (`batch_tables`), which says in numbers what each staged indicator says, and join the
staged rows of what fails.
"""

from __future__ import annotations

from extract.document import Severity
from warehouse.gate.expectation import Expectation
from warehouse.schema.staging import FILING, INDICATOR, STAGED_PROJECT, TARGET

FEWEST_REPEATED = 6
"""So many indicators must stand in a filing before repeats among them say that it stands twice."""
MOST_HAVE_BOTH = "0.8"
"""Share of a filing's indicators with targets for both horizons from which those with one are noticed."""

_SAID = "said_indicator said JOIN batch s USING (filing_load_id, row_id)"
_SUBJECT = "concat_ws(' / ', s.unit, COALESCE(s.project, s.task), s.seq)"
_PROJECT = "concat_ws(' / ', s.unit, s.project)"


def _several(table: str, columns: str) -> str:
    """The indicators of a table that share these columns with another one."""
    return (
        f"(SELECT {columns} FROM {table} GROUP BY {columns} HAVING count(*) > 1) several"
        f" JOIN {table} said USING ({columns}) JOIN batch s USING (filing_load_id, row_id)"
    )


_TWICE = """(
  SELECT said.filing_load_id, said.row_id, said.section_seq,
    count(*) OVER (PARTITION BY filing_load_id, subject, seq, said.section_seq) AS within,
    min(said.section_seq) OVER (PARTITION BY filing_load_id, subject, seq) AS first_section
  FROM (SELECT filing_load_id, subject, seq FROM said_indicator GROUP BY 1, 2, 3 HAVING count(*) > 1) several
  JOIN said_indicator said USING (filing_load_id, subject, seq)
) said JOIN batch s USING (filing_load_id, row_id)"""
"""What a later section of the same kind, scope and year says again holds that section."""
_NUMBERED = """(
  SELECT filing_load_id, row_id, CAST(number AS numeric) AS number, seq,
    lag(CAST(number AS numeric)) OVER subject AS previous_number, lag(seq) OVER subject AS previous_seq
  FROM (SELECT DISTINCT filing_load_id FROM said_indicator WHERE out_of_place) odd
  JOIN said_indicator USING (filing_load_id)
  WHERE number ~ '^[0-9]+$'
  WINDOW subject AS (PARTITION BY filing_load_id, subject ORDER BY seq)
) said JOIN batch s USING (filing_load_id, row_id)"""
"""Numbered indicators, each beside the one before. Where every number of a filing is its indicator's position, none is
missing, and none stands twice that `indicator_unique` does not hold."""
_MOSTLY_BOTH = f"""(
  SELECT filing_load_id FROM said_indicator WHERE annual + cycle > 0 GROUP BY 1
  HAVING count(*) FILTER (WHERE annual > 0 AND cycle > 0) >= {MOST_HAVE_BOTH} * count(*)
) mostly JOIN said_indicator said USING (filing_load_id) JOIN batch s USING (filing_load_id, row_id)"""
_REPEATED = """(
  SELECT filing_load_id, sum(times - 1) AS repeats FROM (
    SELECT filing_load_id, count(*) AS times FROM repeated_indicator GROUP BY filing_load_id, subject, name, promised
  ) one GROUP BY 1
) repeated
JOIN (SELECT filing_load_id, count(*) AS rows FROM said_indicator WHERE named GROUP BY 1) said USING (filing_load_id)
JOIN batch s USING (filing_load_id)"""
_PROMISED_TWICE = """(
  SELECT s.*, count(*) OVER (PARTITION BY s.filing_load_id, s.indicator_row_id, s.horizon, s.promise_seq) AS times
  FROM said_indicator said JOIN batch s ON s.filing_load_id = said.filing_load_id AND s.indicator_row_id = said.row_id
  WHERE said.promised_twice
) s"""
_PROJECT_SAID = "said_project said JOIN batch s USING (filing_load_id, row_id)"
_BARE_PROJECTS = """batch s
JOIN (SELECT DISTINCT filing_load_id FROM said_indicator) filing USING (filing_load_id)
LEFT JOIN said_project said USING (filing_load_id, row_id)"""
"""The projects of filings that have indicators, beside what their own say."""


def _flagged(id: str, zh: str, protects: str, message: str, source: str, where: str, flag: str) -> Expectation:
    return Expectation(
        id=id, zh=zh, severity=Severity.WARNING, table=INDICATOR, protects=protects,
        message=f"{message} || ' at indicator ' || {_SUBJECT}", source=source, where=where, flag=flag,
    )  # fmt: skip


INDICATORS: tuple[Expectation, ...] = (
    Expectation(
        id="indicator_unique",
        zh="指标重复",
        severity=Severity.CRITICAL,
        table=INDICATOR,
        protects="no indicator is counted twice",
        message="'row stands twice, indicator ' || concat_ws(' / ', s.subject, s.unit, s.project, s.task, s.seq)",
        source=_TWICE,
        where="said.within > 1 OR said.section_seq > said.first_section",
    ),
    Expectation(
        id="indicator_of_known_project",
        zh="指标所属项目不在文件中",
        severity=Severity.CRITICAL,
        table=INDICATOR,
        protects="no money or promise hangs on a project that the filing does not list",
        message="'indicator names a project that the filing does not list, ' || concat_ws(' / ', s.unit, s.project)",
        source=_SAID,
        where="said.names_project AND said.project_row_id IS NULL",
    ),
    Expectation(
        id="target_unique",
        zh="指标值重复",
        severity=Severity.CRITICAL,
        table=TARGET,
        protects="no promise is counted twice",
        message="'promise stands twice, ' || concat_ws(' / ', s.horizon, s.promise_seq)",
        source=_PROMISED_TWICE,
        where="s.times > 1",
        evidence="s.target_text",
    ),
    Expectation(
        id="filing_not_doubled",
        zh="文件中表格重复出现",
        severity=Severity.CRITICAL,
        table=FILING,
        protects="a document that holds its form twice does not count its promises twice",
        message="'of ' || rows || ' indicators only ' || rows - repeats || ' differ: the form stands twice'",
        source=_REPEATED,
        where=f"rows >= {FEWEST_REPEATED} AND rows >= 1.5 * (rows - repeats)",
        evidence="s.title",
        acceptable=True,
    ),
    _flagged(
        "numbering_gap", "指标编号不连续", "an indicator that was lost between two others is noticed",
        "'number ' || s.number || ' follows ' || COALESCE(said.previous_number, 0) || ','", _NUMBERED,
        "said.number - COALESCE(said.previous_number, 0) > said.seq - COALESCE(said.previous_seq, 0)", "number_gap",
    ),
    _flagged(
        "numbering_restart", "指标编号重新开始", "two projects read as one are noticed",
        "'number ' || s.number || ' follows ' || said.previous_number || ','", _NUMBERED,
        "said.number < said.previous_number", "number_restart",
    ),
    _flagged(
        "numbering_repeat", "指标编号重复", "an indicator read twice is noticed",
        "'number ' || s.number || ' stands twice,'", _NUMBERED, "said.number = said.previous_number", "number_repeat",
    ),
    _flagged(
        "indicator_has_target", "指标没有指标值", "an indicator without a promise is noticed",
        "'no target stands'", _SAID, "said.annual + said.cycle = 0", "no_target",
    ),
    _flagged(
        "indicator_once", "同一指标值重复", "an indicator that a project promises twice in the same words is noticed",
        "'stands twice with the same target: ' || s.name || ','",
        _several("repeated_indicator", "filing_load_id, subject, branch, name, promised"), "true", "indicator_repeat",
    ),
    _flagged(
        "both_horizons_given", "缺年度或实施周期指标值",
        "a promise of the year or the cycle that was lost is noticed",
        "'one of two horizons, of which most indicators have both,'", _MOSTLY_BOTH,
        "said.annual = 0 AND said.cycle > 0 OR said.annual > 0 AND said.cycle = 0", "horizon_missing",
    ),
    Expectation(
        id="project_has_targets",
        zh="项目有指标缺指标值",
        severity=Severity.WARNING,
        table=STAGED_PROJECT,
        protects="an indicator that lost its target is noticed where it cannot be shown",
        message=f"'an indicator has no target at project ' || {_PROJECT}",
        source=_PROJECT_SAID,
        where="said.lacks_target",
        flag="no_target",
    ),
    Expectation(
        id="project_has_indicators",
        zh="项目缺指标",
        severity=Severity.WARNING,
        table=STAGED_PROJECT,
        protects="a project that lost its indicators among others is noticed",
        message=f"'no indicator stands at project ' || {_PROJECT}",
        source=_BARE_PROJECTS,
        where="said.lacks_target IS NULL",
        flag="no_indicators",
    ),
    Expectation(
        id="weights_whole",
        zh="指标分值合计不完整",
        severity=Severity.WARNING,
        table=STAGED_PROJECT,
        protects="an indicator that was lost or doubled is noticed where weights are printed",
        message=f"'the weights of its indicators sum to ' || said.weights || ', project ' || {_PROJECT}",
        source=_PROJECT_SAID,
        where="said.weights NOT IN (80, 90, 100)",
        flag="weights_incomplete",
    ),
)  # fmt: skip
