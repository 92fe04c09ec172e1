"""Which of the totals that a filing prints is the filing's own, as SQL over its staged controls.

A project table prints one over all its rows. A department form's is that of its expenditure. The tables of a budget
statement show one money many times: of their totals one is taken, in a declared order of tables and lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from transform.statements.identities import OTHER_STAGE


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A line of a statement that says what the department spends in the year; `line` is a regular expression."""

    statement: str
    line: str


_SPENT: Final = "(本年|当年)支出(合计|总计|小计)"
_WHOLE: Final = "(支出)?(合计|合计数|总计)"
_SIDES: Final = ("expenditure", "purpose", "economic", "government_economic")

STATEMENT_TOTALS: Final[tuple[TotalLine, ...]] = tuple(
    TotalLine(f"{stage}_{table}", line)
    for tables, line in (
        ([f"balance_{side}" for side in _SIDES], _SPENT),
        (["expenditure"], _WHOLE),
        ([f"balance_{side}" for side in _SIDES], _WHOLE),
    )
    for table in tables
    for stage in ("budget", "final")
)
"""本年支出合计 of 收支总表; else the total of 支出总表; else 支出总计 of 收支总表, with what is carried forward."""

_DECLARED: Final = ", ".join(
    f"({rank}, '{total.statement}', '^{total.line}$')" for rank, total in enumerate(STATEMENT_TOTALS)
)

_OTHER_STAGE: Final = OTHER_STAGE.replace("{", "{{").replace("}", "}}")
_OF_STATEMENTS: Final = "f.kind IN ('budget_statement', 'government_statement', 'mixed')"

_EACH: Final = """
      SELECT DISTINCT ON (w.section_seq) w.section_seq, w.stated_yuan, w.loaded_yuan FROM {rows}control w
      WHERE w.filing_load_id = c.filing_load_id AND w.total_of = 'filing' AND w.line IS NULL
        AND w.funding_source IS NULL AND w.rule IS NULL
      ORDER BY w.section_seq, w.row_id"""
"""The first total over each section that is a whole project table."""

CONTROL_OF_FILING: Final = f"""
  SELECT c.members,
    CASE WHEN c.line IS NULL AND c.total_of = 'filing' THEN (
      SELECT sum(e.stated_yuan) FROM ({_EACH}) e) ELSE c.stated_yuan END AS stated_yuan,
    CASE WHEN c.line IS NULL AND c.total_of = 'filing' THEN (
      SELECT sum(e.loaded_yuan) FROM ({_EACH}) e) ELSE c.loaded_yuan END AS loaded_yuan,
    CASE WHEN c.line IS NULL AND c.total_of = 'filing' THEN (
      SELECT COALESCE(sum(e.loaded_yuan) FILTER (WHERE e.section_seq = ANY(parts.counted)), 0) FROM ({_EACH}) e)
      WHEN c.section_seq = ANY(parts.counted) THEN c.loaded_yuan ELSE 0 END AS counted_yuan
  FROM {{rows}}control c
  LEFT JOIN (VALUES {_DECLARED}) declared (rank, statement, line) ON declared.statement = c.statement
    AND c.line ~ declared.line AND COALESCE(c.line_code, '') = '' AND c.rule IS NULL
    AND COALESCE(c.measure, '') !~ '^({_OTHER_STAGE})'
    AND (c.unit = f.department OR NOT EXISTS (
      SELECT FROM {{rows}}control o WHERE o.filing_load_id = c.filing_load_id AND o.statement = c.statement
        AND o.rule IS NULL AND o.unit <> c.unit))
  WHERE c.filing_load_id = f.filing_load_id AND c.funding_source IS NULL AND (
    declared.rank IS NOT NULL
    OR (c.line IS NULL AND (c.total_of = 'filing' OR (c.total_of = 'statement' AND c.statement = 'dept_expenditure'))))
  ORDER BY (declared.rank IS NULL) = ({_OF_STATEMENTS}), declared.rank, c.measure = '决算数' DESC NULLS LAST,
    cardinality(c.members) DESC NULLS LAST, c.row_id
  LIMIT 1"""
"""The control of the staged filing `f`, whose sections `parts.counted` are published; of the columns of one line that
of the account, and that of most lines. Totals over whole project tables add up, one of each section."""

CONTROL_OF_SECTION: Final = """
  SELECT c.stated_yuan, c.loaded_yuan FROM {rows}control c
  WHERE c.filing_load_id = s.filing_load_id AND c.section_seq = s.section_seq AND c.funding_source IS NULL
    AND c.rule IS NULL AND COALESCE(c.line_code, '') = '' AND (
      c.total_of = 'filing' OR (c.total_of = 'project' AND projects.rows = 1)
      OR (c.total_of = 'statement' AND (c.line IS NULL OR c.line ~ '(合计|总计)')))
  ORDER BY c.total_of = 'filing' DESC, c.line IS NULL DESC, cardinality(c.members) DESC NULLS LAST,
    c.row_id
  LIMIT 1"""
"""The control over most of the staged section `s`, which has `projects.rows` projects; none where it has no total."""
