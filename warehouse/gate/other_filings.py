"""What a filing's statements say of figures that other filings publish: SQL over staged amounts, alias `s`.

A disagreement is a warning: the other filing may be the wrong one, or rightly revised since.
"""

from __future__ import annotations

from typing import Final

WITH_ITS_FILING: Final = "batch s JOIN staging.filing h ON h.filing_load_id = s.filing_load_id"
_YEAR: Final = "COALESCE(h.declared_year, h.read_year)"
_PUBLISHED: Final = (
    "dw.publication p JOIN dw.fact_budget f ON f.filing_version_key = p.filing_version_key"
    " JOIN dw.dim_organization o ON o.organization_key = f.department_key"
    " JOIN dw.dim_statement t ON t.statement_key = f.statement_key"
    " JOIN dw.dim_measure m ON m.measure_key = f.measure_key"
    " JOIN dw.dim_organization u ON u.organization_key = f.organization_key"
    " JOIN dw.dim_classification l ON l.classification_key = f.classification_key"
)
_CITED: Final = "(s.measure = '上年预算数' OR (s.measure = '预算数' AND s.statement = 'final_three_public'))"

CITED_DIFFERS: Final = (
    f"{_CITED} AND (SELECT bool_or(abs(f.amount_yuan - s.amount_yuan) <= s.step_yuan) FROM {_PUBLISHED}"
    " WHERE p.to_load_id IS NULL AND o.organization_code = h.publisher_id AND u.organization = s.unit"
    f" AND f.fiscal_year_key = CASE WHEN s.measure = '上年预算数' THEN {_YEAR} - 1 ELSE {_YEAR} END"
    " AND t.statement = CASE WHEN s.measure = '上年预算数' THEN s.statement ELSE 'three_public' END"
    " AND m.measure = '预算数' AND l.line_code = COALESCE(s.line_code, '') AND l.line = COALESCE(s.line, '')) IS FALSE"
)
"""A budget cites last year's, a final account its own: the filing that published the cited one says otherwise."""

LINES_OF_UNITS: Final = (
    "(SELECT b.*, sum(b.amount_yuan) OVER (PARTITION BY b.filing_load_id, b.statement, b.unit) AS whole,"
    " row_number() OVER (PARTITION BY b.filing_load_id, b.statement, b.unit ORDER BY b.row_id) AS place"
    " FROM batch b WHERE b.classification_scheme = 'organization'"
    " AND COALESCE(b.measure, '') !~ '^上年(预算|执行|决算)') s"
    " JOIN staging.filing h ON h.filing_load_id = s.filing_load_id"
)
UNIT_DIFFERS: Final = (
    "s.place = 1 AND (SELECT bool_or(abs(own.yuan - s.whole) <= 10 * s.step_yuan) FROM ("
    f"SELECT sum(f.amount_yuan) AS yuan FROM {_PUBLISHED}"
    " WHERE p.to_load_id IS NULL AND o.organization = s.unit AND o.organization_code <> h.publisher_id"
    f" AND f.fiscal_year_key = {_YEAR} AND t.statement = s.statement"
    " GROUP BY p.filing_version_key) own) IS FALSE"
)
"""A department prints a line for each of its units: the unit's own filing of that year adds up to something else."""
