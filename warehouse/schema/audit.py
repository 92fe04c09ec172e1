"""What every load did, what was found and who decided: nothing here is ever deleted by a load."""

from __future__ import annotations

from warehouse.schema.declarations import (
    DATE,
    INT,
    JSON,
    MONEY,
    ROWS,
    TEXT,
    TIME,
    Column,
    Table,
    attribute,
    key,
    ref,
)


def _maybe(name: str, references: str, zh: str, description: str) -> Column:
    """A reference that may be missing: audit rows exist for filings that never got a version."""
    return Column(name=name, type=INT, zh=zh, description=description, references=references, nullable=True)


LOAD = Table(
    schema="audit",
    name="load",
    zh="装载批次",
    grain="One load: a run of the nightly flow, a rerun, one file, or an acceptance.",
    columns=(
        key("load_id", "批次"),
        attribute("command", TEXT, "命令", "What was asked for."),
        attribute("started_at", TIME, "开始", "Start.", default="now()"),
        attribute(
            "finished_at", TIME, "结束", "End, or when it was found to have been killed; null while it runs.", null=True
        ),
        attribute(
            "status",
            TEXT,
            "状态",
            "`running`, then `finished` or `failed`; `abandoned` if it was killed.",
            default="'running'",
        ),
        attribute("counts", JSON, "结果计数", "Filings by outcome.", default="'{}'"),
        attribute(
            "metrics",
            JSON,
            "运行指标",
            "`seconds`, `publishers`, `fetched`, `confirmed`, and `rows`: rows of each mart view by fiscal year.",
            default="'{}'",
        ),
    ),
    primary_key=("load_id",),
)

LOAD_FINDING = Table(
    schema="audit",
    name="load_finding",
    zh="装载发现",
    grain="One thing found in a load at a publisher or in the run itself: not about the content of one filing.",
    columns=(
        key("load_finding_id", "装载发现号"),
        ref("load_id", "audit.load.load_id", "批次", "The load."),
        attribute("publisher", TEXT, "发布单位标识", "Id of the publisher in the catalogue.", null=True),
        attribute("code", TEXT, "代码", "What it is: `page_vanished`, `attachment_replaced`, `far_fewer_filings`, …"),
        attribute("severity", TEXT, "严重程度", "`critical` (an alarm), `warning` or `info`."),
        attribute("message", TEXT, "说明", "For a person."),
        attribute("evidence", TEXT, "依据", "Address or text it is about.", default="''"),
        attribute("found_at", TIME, "时间", "When.", default="now()"),
    ),
    primary_key=("load_finding_id",),
    indexes=(("load_id",),),
)

FILING_LOAD = Table(
    schema="audit",
    name="filing_load",
    zh="文件装载",
    grain="One attempt to load one filing.",
    columns=(
        key("filing_load_id", "文件装载号"),
        ref("load_id", "audit.load.load_id", "批次", "The load."),
        ref("filing_key", "dw.dim_filing.filing_key", "文件键", "The filing."),
        _maybe("filing_version_key", "dw.dim_filing_version.filing_version_key", "版本键", "Version it led to."),
        attribute("identity", TEXT, "输入标识", "Input identity; null if the document could not be read.", null=True),
        attribute("sha256", TEXT, "原件摘要", "SHA-256 of the bytes; null if there were none.", null=True),
        attribute(
            "status",
            TEXT,
            "结果",
            "`staged`, then `published`, `partial`, `unchanged`, `held`, `failed`, `rejected`, `withdrawn`,"
            " `forgotten`; `abandoned` if it was never decided.",
            default="'staged'",
        ),
        attribute("reasons", TEXT, "原因", "Why it was held or failed, one line each.", default="''"),
        attribute("counts", JSON, "行数", "Rows staged per table.", default="'{}'"),
        attribute("started_at", TIME, "开始", "Start.", default="now()"),
        attribute("finished_at", TIME, "结束", "When the outcome was decided.", null=True),
    ),
    primary_key=("filing_load_id",),
    indexes=(("load_id",), ("filing_key", "status", "filing_load_id")),
)

FINDING = Table(
    schema="audit",
    name="finding",
    zh="发现",
    grain="One thing that reader, layout or gate found odd, wrong or missing.",
    columns=(
        key("finding_id", "发现号"),
        ref("filing_load_id", "audit.filing_load.filing_load_id", "文件装载号", "Attempt it was found in."),
        attribute("origin", TEXT, "来源", "`reader`, `layout` or `unconsumed` text."),
        attribute("code", TEXT, "代码", "What it is."),
        attribute("severity", TEXT, "严重程度", "`critical`, `warning` or `info`."),
        attribute("message", TEXT, "说明", "For a person."),
        attribute("section_seq", INT, "分节序号", "Section it speaks of; null: the filing, or a page.", null=True),
        attribute("page", INT, "页码", "Page.", null=True),
        attribute("source_line", INT, "行号", "Line of a text.", null=True),
        attribute("evidence", TEXT, "原文", "Text it is about.", default="''"),
    ),
    primary_key=("finding_id",),
    indexes=(("filing_load_id",),),
)

EXPECTATION_RESULT = Table(
    schema="audit",
    name="expectation_result",
    zh="校验结果",
    grain="One expectation on one staged batch of one load.",
    columns=(
        key("result_id", "结果号"),
        ref("load_id", "audit.load.load_id", "批次", "The load."),
        attribute("batch_id", INT, "暂存批", "Batch of filings validated together."),
        attribute("expectation", TEXT, "校验", "Id in the catalogue of expectations."),
        attribute("severity", TEXT, "严重程度", "`critical` or `warning`."),
        attribute("filings", INT, "文件数", "Filings in the batch."),
        attribute("failed_filings", INT, "未通过文件数", "Filings with at least one failing row."),
        attribute("failed_rows", INT, "未通过行数", "Failing rows."),
        attribute("evaluated_at", TIME, "时间", "When.", default="now()"),
    ),
    primary_key=("result_id",),
    indexes=(("load_id",),),
)

EXPECTATION_FAILURE = Table(
    schema="audit",
    name="expectation_failure",
    zh="未通过明细",
    grain="One staged row that failed one expectation.",
    columns=(
        key("failure_id", "明细号"),
        ref("filing_load_id", "audit.filing_load.filing_load_id", "文件装载号", "Attempt it failed in."),
        attribute("expectation", TEXT, "校验", "Id in the catalogue of expectations."),
        attribute("severity", TEXT, "严重程度", "`critical` or `warning`."),
        attribute(
            "sections", ROWS, "分节", "Sections it holds, if it is critical; null: all of the filing.", null=True
        ),
        attribute("staged_table", TEXT, "暂存表", "Staging table of the row."),
        attribute("row_id", INT, "行", "Row of the staging table."),
        attribute("message", TEXT, "说明", "For a person, with the figures."),
        attribute("evidence", TEXT, "原文", "Text as printed.", default="''"),
        attribute("staged_row", JSON, "暂存内容", "The whole row as it was staged, printed text included.", null=True),
    ),
    primary_key=("failure_id",),
    indexes=(("filing_load_id",),),
)

ACCEPTANCE = Table(
    schema="audit",
    name="acceptance",
    zh="人工接受",
    grain="One decision of a person to publish a held version, or a held section of one.",
    columns=(
        key("acceptance_id", "接受号"),
        ref("filing_version_key", "dw.dim_filing_version.filing_version_key", "版本键", "The accepted version."),
        ref("load_id", "audit.load.load_id", "批次", "Load that published it."),
        attribute("section_seq", INT, "分节序号", "Section it was given for; null: the filing.", null=True),
        attribute("expectations", TEXT, "校验", "Expectations that were accepted, comma-separated."),
        attribute("accepted_by", TEXT, "接受人", "Who."),
        attribute("because", TEXT, "理由", "Why."),
        attribute("accepted_at", TIME, "接受时间", "When.", default="now()"),
        attribute("until", DATE, "有效至", "End date, if one was wanted.", null=True),
        attribute("residual_yuan", MONEY, "差额（元）", "Money that no line explains.", default="0"),
    ),
    primary_key=("acceptance_id",),
    indexes=(("filing_version_key",),),
)

DECISION = Table(
    schema="audit",
    name="decision",
    zh="人工决定",
    grain="One decision of a person on a version, other than an acceptance.",
    columns=(
        key("decision_id", "决定号"),
        ref("filing_version_key", "dw.dim_filing_version.filing_version_key", "版本键", "The version decided on."),
        ref("load_id", "audit.load.load_id", "批次", "Load that carried it out."),
        attribute("section_seq", INT, "分节序号", "Section it is about; null: the version.", null=True),
        attribute(
            "decision",
            TEXT,
            "决定",
            "`rejected`, `retried`, `corrected`, `forgotten`, `undone` (no longer current) or `restored`"
            " (current again).",
        ),
        attribute("decided_by", TEXT, "决定人", "Who."),
        attribute("because", TEXT, "理由", "Why."),
        attribute("decided_at", TIME, "决定时间", "When.", default="now()"),
    ),
    primary_key=("decision_id",),
    indexes=(("filing_version_key",),),
)

UPGRADE = Table(
    schema="audit",
    name="upgrade",
    zh="升级接受",
    grain="One reader or layout of which a person accepted what its new version changes of a fiscal year.",
    columns=(
        key("upgrade_id", "升级号"),
        ref("load_id", "audit.load.load_id", "批次", "Load that was stopped because it changed so much."),
        ref("fiscal_year_key", "dw.dim_fiscal_year.fiscal_year_key", "年度键", "The fiscal year."),
        attribute("program", TEXT, "程序", "Name and version of the reader or layout."),
        attribute("accepted_by", TEXT, "接受人", "Who."),
        attribute("because", TEXT, "理由", "Why."),
        attribute("accepted_at", TIME, "接受时间", "When.", default="now()"),
    ),
    primary_key=("upgrade_id",),
    indexes=(("fiscal_year_key",),),
)

AUDIT = (
    LOAD,
    LOAD_FINDING,
    FILING_LOAD,
    FINDING,
    EXPECTATION_RESULT,
    EXPECTATION_FAILURE,
    ACCEPTANCE,
    DECISION,
    UPGRADE,
)
