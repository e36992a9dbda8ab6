"""Pure: how offices write categories, audiences and roles, and what is meant."""

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from exam.accounts.roles import Role, UnitCategory
from question_bank.enums import Audience, NamedEnum

E = TypeVar("E", bound=NamedEnum)

_NOTE = re.compile(r"[(（\[【].*?[)）\]】]")
_MARKS = re.compile(r"[\s*＊:：_]+")

_CATEGORY_WORDS = {
    UnitCategory.TOWN: ("乡", "乡镇", "镇街"),
    UnitCategory.SUBDISTRICT: ("街道办", "街道办事处"),
    UnitCategory.ZONE: ("园区", "产业园", "高新区", "经开区", "经济开发区"),
    UnitCategory.BUREAU: ("县直", "县直单位", "县直机关", "局", "机关"),
    UnitCategory.RESIDENT_OFFICE: ("驻外", "驻外分局", "驻外招商分局", "驻外机构"),
    UnitCategory.VILLAGE: ("村", "社区", "行政村"),
    UnitCategory.DEPARTMENT: ("部门", "答疑单位"),
    UnitCategory.COUNTY: ("县级", "区", "县市区"),
}
_AUDIENCE_WORDS = {
    Audience.TOWN: ("镇", "镇级", "乡镇", "园区", "驻外", "街道"),
    Audience.VILLAGE: ("村", "社区", "村居"),
    Audience.DEPARTMENT: ("部门", "县直", "服务人员"),
}
_ROLE_WORDS = {
    Role.CANDIDATE: ("参训人员", "学员", "参考人员"),
    Role.ORGANISER: ("组织者", "组织人员"),
    Role.AUTHOR: ("命题员", "出题人", "命题"),
    Role.REVIEWER: ("审题员", "审题"),
    Role.MARKER: ("阅卷员", "阅卷", "评卷人"),
    Role.LECTURER: ("授课人", "主讲人"),
    Role.ANSWERER: ("答疑员", "答疑"),
    Role.UNIT_CONTACT: ("联络员", "联系人"),
    Role.LEADER: ("县领导", "指挥部"),
    Role.ADMINISTRATOR: ("管理员",),
}
_ENDINGS = (
    ("街道", UnitCategory.SUBDISTRICT),
    ("街道办事处", UnitCategory.SUBDISTRICT),
    ("开发区", UnitCategory.ZONE),
    ("高新区", UnitCategory.ZONE),
    ("产业园", UnitCategory.ZONE),
    ("园区", UnitCategory.ZONE),
    ("镇", UnitCategory.TOWN),
    ("乡", UnitCategory.TOWN),
    ("村", UnitCategory.VILLAGE),
    ("社区", UnitCategory.VILLAGE),
    ("局", UnitCategory.BUREAU),
    ("办公室", UnitCategory.BUREAU),
    ("委员会", UnitCategory.BUREAU),
    ("县", UnitCategory.COUNTY),
)


def plain(text: str) -> str:
    """One spelling of a word: NFKC, no spaces, no notes in brackets, no stars and colons, lower case."""
    return _MARKS.sub("", _NOTE.sub("", unicodedata.normalize("NFKC", text))).casefold()


def name_key(text: str) -> str:
    """One spelling of a name: NFKC and no spaces (brackets are part of it: 驻长三角招商分局（上海）)."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _lexicon(members: type[E], extra: Mapping[E, tuple[str, ...]]) -> dict[str, E]:
    found: dict[str, E] = {}
    for member in members:
        for word in (member.value, member.label, member.chinese, *extra.get(member, ())):
            found.setdefault(plain(word), member)
    return found


_CATEGORIES = _lexicon(UnitCategory, _CATEGORY_WORDS)
_AUDIENCES = _lexicon(Audience, _AUDIENCE_WORDS)
_ROLES = _lexicon(Role, _ROLE_WORDS)


def category_of(word: str) -> UnitCategory | None:
    """The category a word means; None for a word nobody knows."""
    return _CATEGORIES.get(plain(word))


def category_by_name(name: str) -> UnitCategory | None:
    """The category a unit's name tells (石桥镇, 县商务局, 驻…招商分局); None when it tells none."""
    short = plain(name)
    if short.startswith("驻"):
        return UnitCategory.RESIDENT_OFFICE
    return next((category for ending, category in _ENDINGS if short.endswith(ending)), None)


def audience_of(word: str) -> Audience | None:
    """The audience a word means; None for a word nobody knows."""
    return _AUDIENCES.get(plain(word))


def roles_of(cell: str) -> tuple[frozenset[Role], tuple[str, ...]]:
    """The roles listed in a cell (、 , ; / or spaces between them), and the words among them nobody knows."""
    words = [word for word in re.split(r"[、,，;；/／\s]+", cell) if word]
    found = {word: _ROLES.get(plain(word)) for word in words}
    return (
        frozenset(role for role in found.values() if role),
        tuple(word for word, role in found.items() if role is None),
    )
