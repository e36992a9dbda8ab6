"""Pure: what the columns of a roster file are called and what may stand in them."""

from dataclasses import dataclass

from question_bank.enums import Audience

HEADER_WITHIN = 10
"""The header stands in one of so many first rows."""

MOST_LINES = 5000
"""More is not a roster but some other sheet."""


@dataclass(frozen=True)
class Column:
    """`heading` is what the template writes, `synonyms` what is understood too, `note` what it says on the cell."""

    key: str
    heading: str
    synonyms: tuple[str, ...]
    note: str
    width: int
    required: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(
        "unit",
        "单位",
        ("单位名称", "所在单位", "工作单位", "所属单位", "参训单位", "部门", "unit"),
        "写单位全称，如：石桥镇；村（社区）人员写村（社区）名称。同一单位的单元格可以合并。",
        24,
    ),
    Column(
        "name",
        "姓名",
        ("名字", "人员姓名", "参训人员", "参训人员姓名", "考生姓名", "name"),
        "必填。只写姓名，不写职务。",
        14,
        required=True,
    ),
    Column(
        "code",
        "工号",
        ("人员编号", "编号", "职工号", "员工号", "人员工号", "证号", "staffnumber", "code"),
        "有工号的请填写，系统先按工号、再按姓名和单位认人。",
        16,
    ),
    Column(
        "audience",
        "对象",
        ("参训对象", "人员类别", "类别", "层级", "卷型", "试卷类型", "audience"),
        "决定做哪一套试卷。可不填：镇、街道、园区、驻外机构人员按镇级，村（社区）人员按村级，县直部门人员按部门。",
        16,
    ),
    Column("post", "职务", ("岗位", "职位", "职务岗位", "现任职务", "post"), "选填。", 18),
    Column(
        "seat",
        "座位",
        ("座位号", "座号", "桌号", "考号", "seat"),
        "选填，整数。不填的由系统按顺序安排空座。",
        10,
    ),
)

AUDIENCES: dict[str, Audience] = {
    **{audience.value: audience for audience in Audience},
    **{audience.chinese: audience for audience in Audience},
    **dict.fromkeys(
        (
            "镇",
            "镇级",
            "镇街",
            "镇街道",
            "乡镇",
            "街道",
            "园区",
            "开发区",
            "镇级和园区",
            "镇级/园区",
            "驻外",
            "驻外招商局",
        ),
        Audience.TOWN,
    ),
    **dict.fromkeys(("村", "村居", "社区", "村社区", "村级社区", "村组"), Audience.VILLAGE),
    **dict.fromkeys(("部门", "县直", "县直部门", "部门服务", "部门人员", "服务人员"), Audience.DEPARTMENT),
}
"""What may stand in the column 对象, without spaces and brackets, in lower case."""

GUIDE: tuple[str, ...] = (
    "一、在“名册”表中每人填一行，姓名必填；已经列出的人员请核对，不参加的整行删除，缺的往下补。",
    "二、有工号的填工号；没有工号的，系统按姓名和单位认人，同单位有重名的必须填工号。",
    "三、“对象”决定做哪一套试卷，可以不填，由系统按单位类别确定；需要单独指定的从下拉列表中选择。",
    "四、“座位”可以不填，由系统安排；填写的必须是不重复的整数。",
    "五、上传后先预览，有问题的行会逐行列出原因和改法；改好后再次上传，已在名册上的人员不会重复。",
    "六、名册确定后，姓名、单位、对象和座位随场次固定，事后调动不影响本场记录。",
)
