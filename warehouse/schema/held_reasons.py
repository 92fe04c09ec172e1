"""Why a filing is held, as a reader of Chinese is told: the titles of the expectations that its rows fail."""

from __future__ import annotations

from warehouse.gate.expectations import BY_ID
from warehouse.schema.views import quote

_TITLES = ", ".join(f"({quote(one.id)}, {quote(one.zh)})" for one in BY_ID.values())


def in_chinese(reasons: str) -> str:
    """SQL: `reasons`, lines of `expectation: message`, as one title per expectation with the number of its rows, in one
    line. What names no expectation (a document that could not be read) stays as it is."""
    return f"""COALESCE((
    SELECT string_agg(named.title || CASE WHEN named.rows > 1 THEN '（' || named.rows || '处）' ELSE '' END, '；'
      ORDER BY named.place)
    FROM (
      SELECT COALESCE(titled.zh, said.reason) AS title, count(*) AS rows, min(said.place) AS place
      FROM unnest(string_to_array(NULLIF({reasons}, ''), E'\\n')) WITH ORDINALITY said (reason, place)
      LEFT JOIN (VALUES {_TITLES}) titled (id, zh) ON titled.id = split_part(said.reason, ': ', 1)
      GROUP BY 1
    ) named), '')"""
