"""Pure: the two sheets of units and persons: their columns, what offices call them, and the lines below."""

from collections.abc import Mapping
from dataclasses import dataclass

from exam.accounts.words import plain

UNITS, PERSONS = "单位", "人员"

UNIT_HEADS: dict[str, tuple[str, ...]] = {
    "code": ("单位代码", "代码", "编码", "单位编号", "编号", "code"),
    "name": ("单位名称", "名称", "单位", "机构名称", "单位全称", "name"),
    "category": ("类别", "单位类别", "类型", "单位类型", "性质", "category"),
    "parent": ("上级单位", "上级", "上级单位代码", "所属单位", "隶属单位", "所属乡镇", "parent"),
    "focus": ("产业侧重", "主导产业", "产业方向", "侧重", "focus"),
    "carrier": ("载体", "产业载体", "园区载体", "carrier"),
    "duties": ("职责", "主要职责", "duties"),
}
PERSON_HEADS: dict[str, tuple[str, ...]] = {
    "code": ("工号", "人员编号", "编号", "职工号", "人员代码", "staffnumber", "code"),
    "name": ("姓名", "名字", "人员姓名", "name"),
    "unit": ("单位代码", "单位", "所在单位", "工作单位", "单位名称", "所属单位", "部门", "unit"),
    "audience": ("对象", "考试对象", "人员类别", "类别", "卷型", "audience"),
    "post": ("职务", "岗位", "职务职级", "现任职务", "post"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "电话", "联系方式", "phone"),
    "email": ("电子邮箱", "邮箱", "电子邮件", "邮件地址", "email", "e-mail"),
    "roles": ("角色", "系统角色", "权限", "roles", "role"),
    "username": ("用户名", "登录名", "账号", "帐号", "username"),
}


@dataclass(frozen=True)
class Line:
    """One filled line of a sheet: its number as Excel shows it, and its cells by field ("" where empty)."""

    sheet: str
    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Rows:
    """What a file holds: lines of units and of persons in their order, and sheets that are neither."""

    units: tuple[Line, ...] = ()
    persons: tuple[Line, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of the template: its field, head, width and the note that explains it."""

    field: str
    head: str
    width: int
    note: str
    needed: bool = False


UNIT_COLUMNS = (
    Column("code", "单位代码", 12, "字母和数字，全县不重复；留空则按单位名称查找，新单位自动编号"),
    Column("name", "单位名称", 28, "全称，例如：石桥镇", needed=True),
    Column("category", "类别", 14, "从下拉列表中选；留空则按名称判断"),
    Column("parent", "上级单位", 20, "代码或全称；村（社区）必填，其余留空即为县直属"),
    Column("focus", "产业侧重", 28, "选填"),
    Column("carrier", "载体", 24, "选填，例如：光伏辅材产业园"),
    Column("duties", "职责", 36, "答疑部门填“找谁办”，其余可不填"),
)
PERSON_COLUMNS = (
    Column("code", "工号", 14, "全县不重复；留空则按单位和姓名查找，新人员自动编号"),
    Column("name", "姓名", 12, "必填", needed=True),
    Column("unit", "单位", 28, "单位代码或全称，须已在系统内或在“单位”表中", needed=True),
    Column("audience", "对象", 16, "决定答哪套卷；留空则按单位类别判断"),
    Column("post", "职务", 16, "选填"),
    Column("phone", "手机", 16, "选填"),
    Column("email", "电子邮箱", 24, "选填；邀请和场次提醒发到这里"),
    Column("roles", "角色", 24, "留空即为考生；多个角色用顿号隔开。导入只增加角色，不收回角色"),
    Column("username", "用户名", 18, "需要用账号登录的人员填写；考生凭准考证登录，不必填写"),
)


def heads_of(row: list[str], heads: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Field → column of the heads recognised in a row; an earlier synonym wins over a later one."""
    cells = [plain(cell) for cell in row]
    found: dict[str, int] = {}
    for field, synonyms in heads.items():
        column = next((cells.index(word) for word in map(plain, synonyms) if word in cells), None)
        if column is not None and column not in found.values():
            found[field] = column
    return found
