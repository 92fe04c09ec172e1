"""What project forms print, as data: the labels of the head, of the money and of the indicators' columns.

A label is compared without blanks, with half-width brackets, without a colon at its end, and, if it is not declared in
full, without what stands in brackets at its end (a unit, a year, a number of points). A column's heading that is not
declared here holds the filing: add it to the role it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from transform.records import Horizon


class Role(StrEnum):
    """What a column of the indicators holds."""

    LEVEL1 = "level1"
    LEVEL2 = "level2"
    NAME = "name"
    OPERATOR = "operator"
    VALUE = "value"
    UNIT = "unit"
    WEIGHT = "weight"
    ACTUAL = "actual"
    SCORE = "score"
    NOTE = "note"
    ORDINAL = "ordinal"
    PROJECT = "project"
    ORGANISATION = "organisation"
    GOAL = "goal"
    TOTAL = "total"


class Field(StrEnum):
    """What a label of the head introduces."""

    PROJECT = "project"
    DEPARTMENT = "department"
    ORGANISATION = "organisation"
    GOAL = "goal"
    NOTE = "note"
    HEADING = "heading"
    """A word of the form that introduces nothing itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column's role by any of its names; `horizon` where the name says for which time its values are."""

    role: Role
    names: tuple[str, ...]
    horizon: Horizon | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A line of the project's money. No `source`: the total. `part_of`: a source that this one is a part of."""

    names: tuple[str, ...]
    source: str | None = None
    part_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectForm:
    """One kind of project form."""

    name: str
    version: int
    titles: tuple[str, ...]
    statement: str
    """`statement` of its budget lines."""
    fields: dict[Field, tuple[str, ...]]
    money: tuple[Money, ...]
    cycle_totals: tuple[str, ...]
    """Totals for a project's whole life: their column is no money of the year, and is kept as notes."""
    measures: tuple[str, ...]
    """Headings over columns of money (全年预算数 …); empty where a form prints one amount a line."""
    money_notes: tuple[str, ...]
    """Headings over columns beside the measures that hold no money."""
    columns: tuple[Heading, ...]
    horizons: dict[str, Horizon]
    """Words above or beside the indicators that say for which time their values are."""
    ends: tuple[str, ...]
    """First words of rows after the last indicator, kept as notes."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_REMARKS = (
    "其他需要说明事项 其他需要说明的事项 其他需要说明的问题 其他需要说明的情况 其他说明事项 其他说明的问题 "
    "其他说明 其他事项 需要说明的问题 需要说明的事项 需说明的问题 其他需说明的问题 其他需说明的事项 有关说明 说明 备注"
)
"""Labels of remarks below the indicators."""

_HORIZONS = {
    **dict.fromkeys(
        _words(
            "年度目标 年度绩效目标 年度指标 年度绩效指标 本年度绩效指标 年度 当年目标 当年绩效指标 "
            "年度绩效目标表 年度总体目标 年度指标值 年度目标值 本年度目标 年度绩效指标值"
        ),
        Horizon.ANNUAL,
    ),
    **dict.fromkeys(
        _words(
            "中期目标 中期指标 中期绩效目标 中期绩效指标 长期目标 长期指标 长期绩效目标 长期绩效指标 "
            "长期绩效目标表 实施期目标 实施期绩效目标 实施期指标 实施期绩效指标 实施周期目标 总目标绩效指标 "
            "全周期目标 全周期指标 实施周期指标值 中期指标值 长期指标值 实施期指标值"
        ),
        Horizon.CYCLE,
    ),
}

_FIELDS = {
    Field.PROJECT: _words("项目名称 项目名称及编码 专项名称 专项(项目)名称 政策和项目名称 政策(项目)名称"),
    Field.DEPARTMENT: _words(
        "主管部门 主管部门及代码 主管部门名称 主管单位 部门名称 主管预算部门 一级主管部门 项目主管部门 "
        "市级主管部门 省级主管部门 中央主管部门 主管部门(单位) 地方主管部门"
    ),
    Field.ORGANISATION: _words(
        "实施单位 项目执行单位 项目单位 项目实施单位 预算单位 单位名称 项目承担单位 资金使用单位 具体实施单位 "
        "实施(具体)单位 项目实施单位名称 申报单位 填报单位 实施单位名称 预算单位名称 项目申报单位"
    ),
    Field.GOAL: _words(
        "年度目标 年度总体目标 年度绩效目标 总体目标 项目总体目标 绩效目标 项目绩效目标 总体绩效目标 "
        "中期目标 长期目标 实施期目标 长期绩效目标 中期绩效目标 实施期绩效目标 实施周期目标 总目标 "
        "项目年度目标 项目目标 预期目标 年度预期目标 本年度目标 全周期目标 当年绩效目标 绩效目标描述"
    ),
    Field.NOTE: _words(
        "项目负责人 负责人 联系人 联系电话 负责人及电话 项目负责人及电话 项目负责人及联系电话 "
        "联系人及电话 项目属性 项目类型 项目类别 项目代码 项目编码 项目周期 项目期 项目期限 项目起止时间 "
        "起止时间 开始时间 完成时间 结束时间 实施期限 立项依据 项目立项依据 立项必要性 项目立项的依据 "
        "项目概况 项目内容 项目实施内容 项目实施计划 项目实施进度计划 实施进度 实施进度计划 实施计划 "
        "保障措施 项目申报的可行性 项目申报的必要性 单位职能概述 主管部门编码 主管部门代码 单位编码 "
        "资金用途 支出内容 项目分类 一级项目 二级项目 一级项目名称 项目级次 申报时间 填报人 填报日期 "
        "编制日期 实际完成情况 年度实际完成情况 目标实际完成情况 资金管理办法 分配因素 执行率分值 "
        "项目描述 项目背景 测算依据 预算执行率权重 主要内容 其他说明的问题 其他需要说明的问题 备注 说明 "
        "资金性质 支出功能科目"
    ),
    Field.HEADING: _words(
        "绩效指标 资金总额及构成 年度绩效指标 中期绩效指标 长期绩效指标 项目资金 资金情况 项目资金情况 项目预算 "
        "资金来源 "
        "基本情况 项目基本情况 项目基本信息 绩效目标设置 资金构成 项目资金申请 项目资金构成 "
        "年度目标完成情况 预算执行情况 本年度绩效指标 总目标绩效指标 项目立项情况 资金投入情况 "
        "实施期绩效指标 项目绩效 年度绩效目标表 长期绩效目标表 绩效目标完成情况 预算资金 目标完成情况 "
        "年初设定目标 完成情况 项目绩效目标描述 项目支出预算 资金 资金投入 绩效指标及目标值"
    ),
}

_MONEY = (
    Money(
        names=_words(
            "资金总额 年度资金总额 项目总金额 项目当年预算 项目资金总额 年度资金 预算总额 项目总额 年度预算 预算金额 "
            "项目预算总额 年度预算总额 项目资金合计 资金合计 总金额 预算资金总额 年度金额 总额 本年度资金总额 年度总额 "
            "当年预算 当年资金总额 年度预算资金总额 预算数 项目金额 年度预算金额 当年项目预算 资金总计"
        )
    ),
    Money(
        names=_words("财政拨款 当年财政拨款 财政资金 本年财政拨款 财政拨款资金 当年财政资金 年度财政拨款 财政性资金"),
        source="财政拨款",
    ),
    Money(
        names=_words("一般公共预算 一般公共预算拨款 一般公共预算财政拨款 一般公共预算资金"),
        source="一般公共预算拨款",
        part_of="财政拨款",
    ),
    Money(
        names=_words("政府性基金 政府性基金预算 政府性基金预算拨款 政府性基金预算财政拨款 政府性基金拨款"),
        source="政府性基金预算拨款",
        part_of="财政拨款",
    ),
    Money(
        names=_words("国有资本经营预算 国有资本经营预算拨款 国有资本经营预算财政拨款"),
        source="国有资本经营预算拨款",
        part_of="财政拨款",
    ),
    Money(
        names=_words("中央财政资金 中央资金 中央补助 中央财政拨款 中央补助资金"),
        source="中央财政资金",
        part_of="财政拨款",
    ),
    Money(
        names=_words("上级财政资金 上级资金 上级补助 上级补助资金 上级财政拨款"),
        source="上级财政资金",
        part_of="财政拨款",
    ),
    Money(names=_words("省级财政资金 省级资金 省财政资金 省级补助资金"), source="省级财政资金", part_of="财政拨款"),
    Money(names=_words("市级财政资金 市级资金 市财政资金 市级补助资金"), source="市级财政资金", part_of="财政拨款"),
    Money(
        names=_words("本级财政资金 本级财政 本级财政拨款 区级财政资金 县级财政资金 本级资金 区级资金 县级资金"),
        source="本级财政资金",
        part_of="财政拨款",
    ),
    Money(names=_words("地方资金 地方财政资金 地方配套资金"), source="地方资金"),
    Money(
        names=_words("财政专户管理资金 财政专户拨款 财政专户资金 财政专户 专户资金 教育专户资金"),
        source="财政专户拨款",
    ),
    Money(
        names=_words("上年结转 上年结转资金 结转资金 上年结转结余 以前年度结转资金 上年结转结余资金"),
        source="上年结转资金",
    ),
    Money(
        names=_words("其他资金 其他 其它资金 其它 其他来源 其他收入 社会资金 其他来源资金"),
        source="其他资金",
    ),
    Money(names=_words("单位资金 自有资金 单位自筹 自筹资金 单位自有资金"), source="单位资金"),
    Money(names=("事业收入", "事业收入资金"), source="事业收入"),
    Money(names=_words("经营收入 经营性收入 事业单位经营收入"), source="经营收入"),
)

_COLUMNS = (
    Heading(role=Role.LEVEL1, names=_words("一级指标 一级指标名称 一级绩效指标")),
    Heading(role=Role.LEVEL2, names=_words("二级指标 二级指标名称 二级绩效指标")),
    Heading(
        role=Role.NAME,
        names=_words("三级指标 指标名称 三级指标名称 指标内容 三级绩效指标 绩效指标名称 具体指标 指标"),
    ),
    Heading(
        role=Role.OPERATOR,
        names=_words(
            "指标性质 绩效指标性质 指标值类型 运算符号 运算符 符号 计算符号 指标符号 指标值符号 比较符 "
            "指标类型 指标值性质 指标值运算符 目标值符号 操作符 比较符号"
        ),
    ),
    Heading(
        role=Role.VALUE,
        names=_words(
            "指标值 绩效指标值 目标值 指标目标值 预期指标值 产出值 数量值 值 指标值内容 数值 预期值 "
            "预期目标值 绩效目标值 计划指标值 指标值(内容) 计划值"
        ),
    ),
    Heading(
        role=Role.VALUE,
        names=_words(
            "年度指标值 年度目标值 年初指标值 当年指标值 本年度指标值 年度绩效指标值 年初目标值 本年指标值 "
            "预计当年实现值 预计当年实现 当年目标值 年度预期值 预期当年实现值"
        ),
        horizon=Horizon.ANNUAL,
    ),
    Heading(
        role=Role.VALUE,
        names=_words(
            "实施周期指标值 中期指标值 长期指标值 实施期指标值 全周期指标值 中期目标值 长期目标值 总指标值 "
            "实施周期目标值 总目标值 实施期目标值"
        ),
        horizon=Horizon.CYCLE,
    ),
    Heading(role=Role.UNIT, names=_words("度量单位 绩效度量单位 计量单位 单位 指标值单位 指标单位 指标度量单位")),
    Heading(
        role=Role.WEIGHT,
        names=_words("分值 权重 分值权重 指标分值 指标权重 分值/权重 权重分值 分值(权重)"),
    ),
    Heading(
        role=Role.NOTE,
        names=_words(
            "备注 目标名称 指标解释 指标说明 绩效标准 评分标准 评(扣)分标准 评扣分标准 指标值说明 指标方向性 说明 "
            "指标方向 方向 指标值确定依据 指标值设定依据 设定依据 数据来源 指标释义 计算方法 计算公式 指标出处 "
            "指标值设定依据及数据来源 指标值设置依据 取值依据 历史值 历史指标值 前年 上年 近两年指标值 "
            "考核标准 上年指标值 评价标准 评分规则 评分办法 指标定义 是否核心指标 核心指标 绩效指标说明 "
            "指标来源 绩效目标 数据来源及获取方式 指标值数据来源 赋分规则 扣分标准 佐证材料 证明材料 指标内涵"
        ),
    ),
    Heading(role=Role.ORDINAL, names=("序号", "编号")),
)

_SELF_EVALUATION_COLUMNS = (
    Heading(
        role=Role.ACTUAL,
        names=_words(
            "实际完成值 全年实际值 全年完成值 全年实际完成值 实际完成情况 实际值 完成值 年度实际完成值 "
            "实际完成指标值 全年实际完成情况 实际完成 完成情况"
        ),
    ),
    Heading(role=Role.SCORE, names=_words("得分 自评得分 自评分 评分 实际得分 自评分值 评价得分")),
    Heading(
        role=Role.NOTE,
        names=_words(
            "偏差原因 偏差原因分析及改进措施 偏差原因分析 未完成原因 未完成原因分析 未完成原因和改进措施 "
            "改进措施 偏差原因分析与改进措施 未完成原因和改进措施及相关说明 原因分析 偏差原因及改进措施 "
            "偏差原因分析和改进措施 完成率 指标完成率 未完成原因分析及改进措施 扣分原因 扣分原因分析 偏差度 "
            "自评说明"
        ),
    ),
)

_TABLE_COLUMNS = (
    Heading(role=Role.PROJECT, names=("项目名称", "项目")),
    Heading(role=Role.ORGANISATION, names=_words("单位名称 预算单位 项目单位 实施单位 单位名称(项目) 预算单位名称")),
    Heading(role=Role.GOAL, names=_words("年度目标 年度绩效目标 项目年度绩效目标 总体目标 项目绩效目标 绩效目标")),
    Heading(role=Role.TOTAL, names=_words("预算数 预算金额 资金总额 项目金额 金额 年度预算 预算安排数")),
)

PROJECT_TARGET_FORM = ProjectForm(
    name="project_target_form",
    version=4,
    titles=(r"项目.*绩效目标(?:申报|批复|公开|设置|情况)*表", r"(?:项目|专项).*绩效目标", r"绩效目标(?:申报|批复)表"),
    statement="project_expenditure",
    fields=_FIELDS,
    money=_MONEY,
    cycle_totals=_words(
        "中期资金总额 项目总预算 实施期资金总额 实施期金额 项目总投资 总投资 实施周期资金总额 实施期总额 中期资金"
    ),
    measures=(),
    money_notes=(),
    columns=(*_COLUMNS, *_TABLE_COLUMNS),
    horizons=_HORIZONS,
    ends=_words(f"总分 合计 总计 填报人 注 填表人 审核意见 负责人 {_REMARKS}"),
)
"""项目支出绩效目标申报表 as the Ministry of Finance's model and the provinces' variants print it."""

SELF_EVALUATION = ProjectForm(
    name="self_evaluation",
    version=4,
    titles=(r"自评表", r"绩效自评"),
    statement="project_execution",
    fields=_FIELDS,
    money=_MONEY,
    cycle_totals=(),
    measures=_words(
        "年初预算数 全年预算数 全年执行数 预算数 执行数 年初预算 全年预算 全年执行 调整后预算数 实际支出数"
    ),
    money_notes=_words("分值 执行率 得分 权重 预算执行率 执行率(%)"),
    columns=(*_COLUMNS, *_SELF_EVALUATION_COLUMNS),
    horizons=_HORIZONS,
    ends=_words(f"总分 合计 总计 填报人 注 填表人 自评结论 {_REMARKS}"),
)
"""项目支出绩效自评表: the targets with what came of them, and the money's execution."""
