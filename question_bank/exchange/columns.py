"""The columns of our own sheet of questions: what they are called, what to write there, other names for them. Pure."""

from __future__ import annotations

from string import ascii_uppercase
from typing import NamedTuple

OPTION_LETTERS = "ABCDEFGH"


class Column(NamedTuple):
    """One column of the template: its heading, its width in characters, what to write there, other headings for it."""

    field: str
    heading: str
    width: int
    hint: str
    synonyms: tuple[str, ...] = ()


COLUMNS: tuple[Column, ...] = (
    Column(
        "code",
        "编号",
        10,
        "题号，全库唯一，再次导入时按它认题；不填的由系统按题干生成。",
        ("题号", "试题编号", "题目编号", "id"),
    ),
    Column(
        "kind",
        "题型",
        12,
        "单选、多选、判断、填空、计算、排序、匹配、简答、情景答客商、案例分析；不填的按答案推断。",
        ("类型", "试题类型", "题目类型", "type"),
    ),
    Column(
        "group",
        "大题编号",
        10,
        "只有案例分析的小题填：写所属案例的编号，小题接在案例那一行后面，每小题一行，编号写1、2、3。",
        ("所属大题", "材料题号", "所属案例", "父题编号"),
    ),
    Column(
        "stem",
        "题干",
        60,
        "题目全文；填空处用____（两条以上下划线）或（　）表示。",
        ("题目", "试题", "题目内容", "试题内容", "问题"),
    ),
    *(
        Column(
            f"option:{letter}",
            f"选项{letter}",
            20,
            "选择题的选项；排序题的各个步骤。" if letter == "A" else "同上，没有的留空。",
            (letter, f"备选{letter}", f"答案{letter}", f"{letter}选项"),
        )
        for letter in OPTION_LETTERS
    ),
    Column(
        "answer",
        "答案",
        24,
        "单选B；多选ABD；判断对或错；填空每空一行，同一空的几种写法用｜隔开；计算填数字；"
        "排序填字母次序，几种次序都对的每种一行；匹配填1-c，每对一行；简答填参考答案。",
        ("正确答案", "参考答案", "标准答案", "answer"),
    ),
    Column("explanation", "解析", 40, "一两句说明依据和理由。", ("答案解析", "试题解析", "题目解析", "说明")),
    Column(
        "topic",
        "知识点",
        12,
        "八个一级知识点之一：COUNTY县情概况、WORK招商工作要求、POLICY政策与红线、PROC项目手续流程、LAW法律法规、"
        "INDUSTRY重点产业、ETIQ礼仪谈判与廉洁、SERVICE营商服务；代码、名称均可。",
        ("标签", "章节", "分类", "一级知识点", "知识模块"),
    ),
    Column("subtopic", "二级知识点", 16, "自由填写，如“立项-备案”。", ("子知识点", "知识点细目", "小类")),
    Column(
        "difficulty",
        "难度",
        6,
        "1至5：1识记、2理解、3应用、4综合、5评判；也可填易、中、难；不填按2。",
        ("难易度", "难度系数", "难易程度"),
    ),
    Column("marks", "分值", 6, "建议分值，组卷时可另定；不填按题型取常用分值。", ("分数", "题分", "得分", "score")),
    Column("paper", "卷别", 8, "业务卷、问题卷或两卷；不填按业务卷。", ("适用试卷",)),
    Column("audience", "对象", 14, "村级、镇级、部门，几种用顿号隔开；不填为全体。", ("适用对象", "适用人群")),
    Column("unit", "单位", 10, "只给某一个单位用的题填单位编号；一般留空。", ("所属单位", "单位编号")),
    Column(
        "document",
        "依据文件",
        36,
        "法律、法规或文件全称，几个的每个一行。没有依据的题不能发布。",
        ("依据", "出处", "文件", "来源"),
    ),
    Column("article", "条款", 14, "与依据文件逐行对应，如“第十三条”。", ("条文", "依据条款")),
    Column("in_force", "施行日期", 12, "与依据文件逐行对应，如2017-02-01；不确定的留空。", ("实施日期", "生效日期")),
    Column(
        "status",
        "依据状态",
        12,
        "与依据文件逐行对应：已核实、行业常识、待核实、演示。只有待核实依据的题不能发布。",
        ("核实状态",),
    ),
    Column("fact", "事实编号", 10, "与依据文件逐行对应，没有的留空。", ()),
    Column(
        "points",
        "采分点",
        50,
        "简答题每个要点一行：2分：要点 ｜ 词1、词2 / 词3。顿号隔开同义词，斜杠隔开须分别答到的几组词；"
        "只答到一部分给分的写“2分（部分1分）”或“3分（每组0.6分）”；出现就不给分的词写在最后：｜ 忌：词3、词4。",
        ("得分点", "评分标准", "评分要点", "要点"),
    ),
    Column("left", "左列", 30, "匹配题左边，每行一项，如“1. 施工许可证”。", ("匹配左列", "左侧")),
    Column(
        "right",
        "右列",
        30,
        "匹配题右边，每行一项，如“a. 住房城乡建设部门”，可以多于左列。",
        ("匹配右列", "右侧"),
    ),
    Column("tolerance", "误差", 8, "计算题允许的误差，如0.05；不填为0。", ("允许误差", "容差")),
    Column("measure", "计量单位", 10, "计算题结果的单位，如万元。", ("结果单位", "数值单位")),
    Column("errors", "常见错误", 30, "计算题每种一行：错误结果：提示。", ()),
    Column(
        "blank_rules",
        "填空规则",
        16,
        "各空可以互换的填“任意次序”；书名号不能省的填“保留书名号”；其余说明另起一行。",
        (),
    ),
    Column("pinned", "固定选项", 10, "不参加乱序、始终排在最后的选项字母。", ()),
    Column("model", "示范答案", 10, "参考答案可作范文的填“是”。", ()),
    Column("valid_to", "有效期至", 12, "过期不再抽用，如2027-12-31。", ("失效日期", "截止日期")),
    Column("time_sensitive", "时效性", 8, "内容会随政策变化的填“是”。", ()),
    Column("core", "公共必考", 10, "人人必须掌握的填“是”。", ("必考",)),
    Column("demo", "演示题", 8, "虚构的演示内容填“是”。", ()),
    Column("note", "审题备注", 20, "如“待行业讲师复核”。", ("备注",)),
    Column("scoring", "计分说明", 30, "对计分的补充说明。", ("评分规则",)),
)


HEADINGS: dict[str, str] = {column.field: column.heading for column in COLUMNS}


def heading_of(field: str) -> str:
    """Return our own heading for a field."""
    kind, _, rest = field.partition(":")
    words = {"option": "选项", "blank": "空"}
    return HEADINGS.get(field) or f"{words.get(kind, kind)}{rest}"


def option_fields() -> list[str]:
    """Return the fields of all options a question may have, in order."""
    return [f"option:{letter}" for letter in ascii_uppercase]
