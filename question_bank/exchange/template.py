"""What the Excel template says besides its columns: general notes, drop-down lists, one example of each kind."""

from __future__ import annotations

from question_bank.exchange.row_writing import KIND_WORDS, STATUS_WORDS
from question_bank.taxonomy import ROOTS

QUESTIONS_SHEET = "试题"
NOTES_SHEET = "填写说明"
SAMPLES_SHEET = "示例"
LEFT_OUT_SHEET = "未写入"
REASON = "原因"

HINTS = (
    "一、在“试题”表中每行填一道题，“示例”表中各种题型各有一例，可复制后修改；“填写说明”和“示例”两张表不会被导入。",
    "二、案例分析题占几行：先写材料一行，再写每个小题一行，小题的“大题编号”写该案例的编号，编号写1、2、3，题型、答案、分值照填。",
    "三、先上传预览：能接收的、需要注意的、与题库重复的、没有变化的、不能接收的逐行列出，确认后才写入题库。",
    "四、编号认题：编号相同、内容不同的，作为该题的新版本，须重新审核；内容相同的不重复导入。只有数字的编号按序号看待。",
    "五、每道题应当写明依据文件和条款，依据状态为“已核实”的才能发布；行业常识须在审题备注中写明由谁复核。",
    "六、一格内有多行的，用Alt+Enter换行。栏目的顺序可以调整，用不到的栏目可以删除。",
)

LISTS: dict[str, tuple[str, ...]] = {
    "kind": (*KIND_WORDS.values(), "情景答客商"),
    "topic": tuple(f"{code}{name}" for code, name in ROOTS.items()),
    "difficulty": ("1", "2", "3", "4", "5"),
    "paper": ("业务卷", "问题卷", "两卷"),
    "audience": ("村级", "镇级", "部门", "村级、镇级", "镇级、部门"),
    "status": tuple(STATUS_WORDS.values()),
    "blank_rules": ("任意次序",),
    "model": ("是", "否"),
    "time_sensitive": ("是", "否"),
    "core": ("是", "否"),
    "demo": ("是", "否"),
}

_LAW = {
    "document": "企业投资项目核准和备案管理条例",
    "article": "第十三条",
    "in_force": "2017-02-01",
    "status": "已核实",
}
_PROC = {"topic": "PROC项目手续流程", "subtopic": "立项-备案", "paper": "业务卷"}
_TEAM = {"topic": "SERVICE营商服务", "subtopic": "问题闭环", "paper": "业务卷"}
_OPTIONS = ("option:A", "option:B", "option:C", "option:D", "option:E")

EXAMPLES: tuple[dict[str, str], ...] = (
    {
        "code": "示例-01",
        "kind": "单选",
        "stem": "实行备案管理的项目，企业应当在（　）通过在线平台将项目信息告知备案机关。",
        **dict(zip(_OPTIONS, ("取得营业执照后", "开工建设前", "竣工验收前", "投产后"), strict=False)),
        "answer": "B",
        "explanation": "条例第十三条：企业应当在开工建设前告知。",
        "difficulty": "1",
        "marks": "1",
        **_PROC,
        **_LAW,
    },
    {
        "code": "示例-02",
        "kind": "多选",
        "stem": "企业告知备案机关的信息包括（　）。",
        **dict(zip(_OPTIONS, ("企业基本情况", "项目总投资额", "项目符合产业政策的声明", "环评批复文件"), strict=False)),
        "answer": "ABC",
        "explanation": "条例第十三条列明四项信息，不含环评批复文件。",
        "difficulty": "2",
        "marks": "2",
        **_PROC,
        **_LAW,
    },
    {
        "code": "示例-03",
        "kind": "判断",
        "stem": "备案机关收到规定的全部信息即为备案。",
        "answer": "对",
        "explanation": "条例第十三条。",
        "difficulty": "1",
        "marks": "1",
        **_PROC,
        **_LAW,
    },
    {
        "code": "示例-04",
        "kind": "填空",
        "stem": "企业投资项目分别实行____管理和____管理。",
        "answer": "核准｜核准制\n备案｜备案制",
        "blank_rules": "任意次序",
        "explanation": "条例第三条。",
        "difficulty": "2",
        "marks": "2",
        **_PROC,
        **(_LAW | {"article": "第三条"}),
    },
    {
        "code": "示例-05",
        "kind": "计算",
        "stem": "某项目用地120亩，固定资产投资4.8亿元，亩均固定资产投资为____万元。",
        "answer": "400",
        "tolerance": "0.5",
        "measure": "万元",
        "errors": "40：4.8亿元等于48000万元，不是4800万元。",
        "explanation": "48000÷120＝400（万元）。",
        "difficulty": "2",
        "marks": "5",
        **(_PROC | {"paper": "两卷", "subtopic": "项目评审"}),
        "document": "本县项目联合评审办法（示例，请换成真实文件）",
        "status": "待核实",
    },
    {
        "code": "示例-06",
        "kind": "排序",
        "stem": "企业反映的问题实行闭环管理，请将各步骤按先后次序排列。",
        **dict(zip(_OPTIONS, ("梳理分类", "反馈", "交办", "收集", "回访"), strict=False)),
        "answer": "DACBE",
        "explanation": "收集、梳理分类、交办、反馈、回访。",
        "difficulty": "2",
        "marks": "5",
        **_TEAM,
        "document": "本县企业问题闭环管理办法（示例，请换成真实文件）",
        "status": "待核实",
    },
    {
        "code": "示例-07",
        "kind": "匹配",
        "stem": "请将办理事项与主管部门对应。",
        "left": "1. 施工许可证\n2. 企业设立登记\n3. 水土保持方案审批",
        "right": "a. 水利部门\nb. 住房城乡建设部门\nc. 市场监督管理部门\nd. 生态环境部门",
        "answer": "1-b\n2-c\n3-a",
        "explanation": "事项已划转行政审批局的，以本县划转清单为准。",
        "difficulty": "3",
        "marks": "3",
        **(_PROC | {"subtopic": "部门职责"}),
        "document": "中华人民共和国建筑法\n中华人民共和国市场主体登记管理条例\n中华人民共和国水土保持法",
        "article": "第七条\n第十九条\n第二十五条",
        "in_force": "1998-03-01\n2022-03-01\n2011-03-01",
        "status": "已核实\n已核实\n已核实",
    },
    {
        "code": "示例-08",
        "kind": "简答",
        "stem": "企业投资项目备案有哪些要求？",
        "answer": "企业在开工建设前通过在线平台告知项目信息；备案机关收到全部信息即为备案，不需要批准。",
        "points": (
            "5分：办理时间和途径 ｜ 开工前、开工建设前 / 在线平台\n"
            "5分（部分2分）：收到即备案，无须批准 ｜ 即为备案 / 不需要批准、无须批准"
        ),
        "explanation": "条例第十三条。",
        "difficulty": "3",
        "marks": "10",
        **_PROC,
        **_LAW,
    },
    {
        "code": "示例-09",
        "kind": "情景答客商",
        "stem": "客商问：“项目不备案先开工行不行？”请作答。",
        "answer": "不行。备案类项目应当在开工建设前通过在线平台告知；我们安排帮办专员当天协助填报，不会耽误工期。",
        "points": "6分：说明开工前须备案 ｜ 开工前、开工建设前\n4分：提供帮办服务 ｜ 帮办、代办、协助",
        "explanation": "既讲清规定，又给出办法。",
        "difficulty": "3",
        "marks": "10",
        **(_PROC | {"paper": "问题卷"}),
        **_LAW,
    },
    {
        "code": "示例-10",
        "kind": "案例分析",
        "stem": "某企业投资项目完成备案后即开工，尚未取得施工许可证。",
        "answer": "见各小题",
        "explanation": "先办施工许可，再开工。",
        "difficulty": "3",
        "marks": "10",
        **(_PROC | {"paper": "问题卷"}),
        **_LAW,
    },
    {
        "code": "1",
        "kind": "判断",
        "group": "示例-10",
        "stem": "项目备案后即可开工，不必取得施工许可证。",
        "answer": "错",
        "explanation": "应当先取得施工许可证。",
        "marks": "2",
    },
    {
        "code": "2",
        "kind": "简答",
        "group": "示例-10",
        "stem": "专员应当怎样帮助企业？",
        "answer": "告知企业立即停工补办，帮办专员协助准备施工许可材料。",
        "points": "4分：告知停工补办 ｜ 停工、补办\n4分：协助准备材料 ｜ 协助、帮办",
        "explanation": "服务要讲清规定。",
        "marks": "8",
    },
)
"""One row a kind, by field; each passes every check except for the documents a county has to put in."""
