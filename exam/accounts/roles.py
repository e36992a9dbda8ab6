"""Pure: the roles, and what a signed-in person looks like to a rule."""

from dataclasses import dataclass

from question_bank.enums import NamedEnum
from question_bank.errors import N_


class Role(NamedEnum):
    CANDIDATE = "candidate", N_("Candidate"), "考生"
    ORGANISER = "organiser", N_("Organiser"), "组织员"
    AUTHOR = "author", N_("Author"), "命题人"
    REVIEWER = "reviewer", N_("Reviewer"), "审题人"
    MARKER = "marker", N_("Marker"), "阅卷人"
    LECTURER = "lecturer", N_("Lecturer"), "讲师"
    ANSWERER = "answerer", N_("Answerer"), "部门答疑员"
    UNIT_CONTACT = "unit_contact", N_("Unit contact"), "单位联络员"
    LEADER = "leader", N_("Leader"), "领导"
    ADMINISTRATOR = "administrator", N_("Administrator"), "系统管理员"


class UnitCategory(NamedEnum):
    COUNTY = "county", N_("County"), "县"
    TOWN = "town", N_("Town"), "镇"
    SUBDISTRICT = "subdistrict", N_("Subdistrict"), "街道"
    ZONE = "zone", N_("Development zone"), "开发区"
    BUREAU = "bureau", N_("Bureau"), "县直部门"
    RESIDENT_OFFICE = "resident_office", N_("Resident office"), "驻外招商局"
    VILLAGE = "village", N_("Village"), "村（社区）"
    DEPARTMENT = "department", N_("Answering department"), "答疑部门"


class Language(NamedEnum):
    ZH = "zh_Hans_CN", N_("Chinese"), "中文"
    EN = "en", N_("English"), "English"


@dataclass(frozen=True)
class Viewer:
    """Who asks: the person behind a request, frozen when the request began.

    `roster_entry_id` is set when the person came in with a printed ticket: such a viewer is a
    candidate at that one stop and nothing else, whatever other roles the person holds.
    """

    person_id: int
    name: str
    unit_id: int
    roles: frozenset[Role]
    login_id: int
    roster_entry_id: int | None = None
    language: Language = Language.ZH
    elder_mode: bool = False
    must_change: bool = False  # came in with a first password and has to choose one before anything else

    def has(self, *roles: Role) -> bool:
        """Whether the viewer holds any of `roles`."""
        return not self.roles.isdisjoint(roles)


class RequestStatus(NamedEnum):
    """Where a request about one's own data stands."""

    OPEN = "open", N_("Waiting for an answer"), "待答复"
    DONE = "done", N_("Put right"), "已更正"
    REFUSED = "refused", N_("Not changed"), "未予更正"
