"""SQL for what else is published of the publisher of a staged filing `f`."""

from __future__ import annotations

from typing import Final

YEAR: Final = "COALESCE(f.declared_year, f.read_year)"

CURRENT: Final = """CROSS JOIN LATERAL (
    SELECT p.filing_key FROM dw.publication p
    WHERE p.filing_version_key = v.filing_version_key AND p.to_load_id IS NULL LIMIT 1
  ) p
  JOIN dw.dim_filing d ON d.filing_key = p.filing_key"""

SIBLING: Final = f"""LATERAL (
  SELECT v.*, d.filing_id FROM (
    SELECT v.* FROM dw.dim_organization o JOIN dw.dim_filing_version v ON v.department_key = o.organization_key
    WHERE o.organization_code = f.publisher_id OFFSET 0
  ) v
  {CURRENT} OFFSET 0
) v"""
"""Published filings of the publisher of the staged filing `f`. `OFFSET 0` and `LIMIT 1`: they are found first, whatever
is asked of them, then which are current. Else a planner that does not know yet how much a growing warehouse holds may
begin with all that is published, and come by each filing of it once for every staged one."""
