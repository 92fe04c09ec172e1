"""What a budget or final account prints beside its money: which statements, and the classification of their lines."""

from __future__ import annotations

from warehouse.schema.declarations import INT, TEXT, Table, attribute, key, measure, ref
from warehouse.schema.facts import PROVENANCE, UNIT, WHERE

FACT_STATEMENT = Table(
    schema="dw",
    name="fact_statement",
    zh="公开报表",
    grain="One statement as one filing version prints it for one unit, also when it is empty.",
    columns=(
        key("statement_fact_key", "报表事实键"),
        *WHERE,
        UNIT,
        ref("statement_key", "dw.dim_statement.statement_key", "报表键", "Statement."),
        attribute("statement_seq", INT, "序号", "Position in the filing, from 1."),
        attribute("title", TEXT, "报表标题", "As printed."),
        attribute("money_unit", TEXT, "金额单位", "Unit of money it is read in; null if none is printed.", null=True),
        measure("lines", INT, "明细行数", "Amounts read from it; 0: none declared.", additive="within one filing"),
        *PROVENANCE,
    ),
    primary_key=("statement_fact_key",),
    unique=(("filing_version_key", "statement_seq"),),
)

FACT_CLASSIFICATION = Table(
    schema="dw",
    name="fact_classification",
    zh="分类科目记录",
    grain="One code of one classification as one filing version prints it, upper levels (类, 款) too.",
    columns=(
        key("classification_fact_key", "分类事实键", big=True),
        *WHERE,
        ref("classification_key", "dw.dim_classification.classification_key", "分类键", "The code with its name."),
        attribute("scheme", TEXT, "分类体系", "`function`, `economic` …"),
        attribute("line_code", TEXT, "科目编码", "Code as printed."),
        *PROVENANCE,
    ),
    primary_key=("classification_fact_key",),
    unique=(("filing_version_key", "scheme", "line_code"),),
    hashed=("line_code",),
)

STATEMENT_FACTS = (FACT_STATEMENT, FACT_CLASSIFICATION)
