"""What the gate found in one load, as a page that reads without a network: one file, its style inside."""

from __future__ import annotations

import sqlalchemy as sa
from jinja2 import Environment, StrictUndefined

from warehouse.errors import WarehouseError
from warehouse.gate.expectations import BY_ID

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Load {{ load.load_id }}: what the gate found</title>
<style>
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2em auto; max-width: 72em;
  padding: 0 1em; color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: 1em 0 2em; }
th, td { text-align: left; vertical-align: top; padding: .3em .8em .3em 0; border-bottom: 1px solid #ddd; }
td.number, th.number { text-align: right; }
.critical, .held, .failed { color: #a40000; font-weight: 600; }
.warning { color: #8a5a00; }
.printed { color: #555; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>Load {{ load.load_id }}</h1>
<p>{{ load.command }}, started {{ load.started_at.strftime("%Y-%m-%d %H:%M:%S %Z") }}, {{ load.status }}</p>
<h2>Filings 文件</h2>
<table>
<tr><th>filing</th><th>outcome</th><th>why</th></tr>
{% for filing in filings -%}
<tr><td>{{ filing.filing_id }}</td><td class="{{ filing.status }}">{{ filing.status }}</td>
<td>{% for reason in filing.reasons.splitlines() %}{{ reason }}<br>{% endfor %}</td></tr>
{% endfor -%}
</table>
<h2>Expectations 校验</h2>
<table>
<tr><th>expectation</th><th>severity</th><th>protects</th><th class="number">filings</th>
<th class="number">failed filings</th><th class="number">failed rows</th></tr>
{% for result in results -%}
<tr><td>{{ result.expectation }}</td>
<td class="{{ result.severity if result.failed_rows else '' }}">{{ result.severity }}</td>
<td>{{ protects.get(result.expectation, "") }}</td><td class="number">{{ result.filings }}</td>
<td class="number">{{ result.failed_filings }}</td><td class="number">{{ result.failed_rows }}</td></tr>
{% else -%}
<tr><td colspan="6">Nothing was staged: every filing was known, or could not be read.</td></tr>
{% endfor -%}
</table>
<h2>Failing rows 未通过明细</h2>
<table>
<tr><th>filing</th><th>expectation</th><th>what</th><th>as printed</th></tr>
{% for failure in failures -%}
<tr><td>{{ failure.filing_id }}</td><td class="{{ failure.severity }}">{{ failure.expectation }}</td>
<td>{{ failure.message }}</td><td class="printed">{{ failure.evidence }}</td></tr>
{% else -%}
<tr><td colspan="4">None.</td></tr>
{% endfor -%}
</table>
</body>
</html>
"""

FILINGS = """
SELECT d.filing_id, a.status, a.reasons FROM audit.filing_load a JOIN dw.dim_filing d USING (filing_key)
WHERE a.load_id = :load ORDER BY a.filing_load_id"""

RESULTS = """
SELECT expectation, severity, sum(filings) AS filings, sum(failed_filings) AS failed_filings,
  sum(failed_rows) AS failed_rows
FROM audit.expectation_result WHERE load_id = :load GROUP BY expectation, severity
ORDER BY severity, sum(failed_rows) DESC, expectation"""

FAILURES = """
SELECT d.filing_id, f.expectation, f.severity, f.message, f.evidence
FROM audit.expectation_failure f JOIN audit.filing_load a USING (filing_load_id) JOIN dw.dim_filing d USING (filing_key)
WHERE a.load_id = :load ORDER BY f.severity, d.filing_id, f.failure_id"""


def newest_load(connection: sa.Connection) -> int:
    """The newest load in which something was validated. Raises WarehouseError if there is none."""
    load_id = connection.execute(sa.text("SELECT max(load_id) FROM audit.expectation_result")).scalar_one()
    if load_id is None:
        raise WarehouseError("nothing has been validated yet; `yusuan run` loads what the catalogue declares")
    return int(load_id)


def gate_results(connection: sa.Connection, load_id: int) -> list[dict[str, object]]:
    """Each expectation of the load with the filings it judged and those that failed it, the worst first."""
    rows = connection.execute(sa.text(RESULTS), {"load": load_id}).mappings()
    return [{name: value if isinstance(value, str) else int(value) for name, value in row.items()} for row in rows]


def validation_page(connection: sa.Connection, load_id: int) -> str:
    """The page of one load, as HTML. Raises WarehouseError if there is no such load."""
    asked = {"load": load_id}
    load = connection.execute(sa.text("SELECT * FROM audit.load WHERE load_id = :load"), asked).one_or_none()
    if load is None:
        raise WarehouseError(f"there is no load {load_id}")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(PAGE).render(
        load=load,
        filings=connection.execute(sa.text(FILINGS), asked).all(),
        results=connection.execute(sa.text(RESULTS), asked).all(),
        failures=connection.execute(sa.text(FAILURES), asked).all(),
        protects={expectation.id: expectation.protects for expectation in BY_ID.values()},
    )
