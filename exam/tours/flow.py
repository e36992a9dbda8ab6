"""Pure: what a stop can be and become, what may still be changed of it, and which paper a person sits."""

from exam.accounts.roles import UnitCategory
from question_bank.enums import Audience, NamedEnum
from question_bank.errors import N_, NotAllowed


class StopStatus(NamedEnum):
    PLANNED = "planned", N_("Planned"), "已计划"
    ROSTERED = "rostered", N_("Roster frozen"), "名册已定"
    RUNNING = "running", N_("Under way"), "进行中"
    FINISHED = "finished", N_("Finished"), "已结束"
    CANCELLED = "cancelled", N_("Cancelled"), "已取消"


class DayOrder(NamedEnum):
    PAPER_FIRST = "paper_first", N_("Paper first"), "先考后讲"
    LECTURE_FIRST = "lecture_first", N_("Lecture first"), "先讲后考"


class Absence(NamedEnum):
    """Why somebody on the roster did not sit; `leave` is approved official leave, `exempt` need not sit at all."""

    NONE = "none", N_("None"), "无"
    LEAVE = "leave", N_("Approved leave"), "公假"
    ABSENT = "absent", N_("Absent"), "缺考"
    EXEMPT = "exempt", N_("Exempt"), "免考"


class Purpose(NamedEnum):
    """What a stop is held for.

    At a make-up stop people sit again what they failed or missed elsewhere on the tour; at the final teams meet.
    """

    REGULAR = "regular", N_("Regular stop"), "正常场次"
    MAKE_UP = "make_up", N_("Make-up stop"), "补考场次"
    FINAL = "final", N_("County final"), "全县决赛"


class FeedKind(NamedEnum):
    """Whose stops a calendar feed holds."""

    PERSON = "person", N_("One person"), "个人"
    LECTURER = "lecturer", N_("One lecturer"), "讲师"
    UNIT = "unit", N_("One unit"), "单位"
    TOUR = "tour", N_("The whole tour"), "整个巡讲"


TRANSITIONS: dict[StopStatus, frozenset[StopStatus]] = {
    StopStatus.PLANNED: frozenset({StopStatus.ROSTERED, StopStatus.CANCELLED}),
    StopStatus.ROSTERED: frozenset({StopStatus.RUNNING, StopStatus.CANCELLED}),
    StopStatus.RUNNING: frozenset({StopStatus.FINISHED}),
    StopStatus.FINISHED: frozenset(),
    StopStatus.CANCELLED: frozenset(),
}

FIELDS = ("number", "label", "unit", "venue", "lecture", "starts_at", "ends_at", "day_order")
"""What is planned of a stop."""

EDITABLE: dict[StopStatus, frozenset[str]] = {
    StopStatus.PLANNED: frozenset(FIELDS),
    StopStatus.ROSTERED: frozenset(FIELDS) - {"unit"},
    StopStatus.RUNNING: frozenset({"label", "venue", "lecture", "ends_at"}),
    StopStatus.FINISHED: frozenset({"label", "lecture"}),
    StopStatus.CANCELLED: frozenset({"label"}),
}

ATTENDED = frozenset({StopStatus.ROSTERED, StopStatus.RUNNING})
"""While people may be checked in and walk in."""


def advance(status: StopStatus, to: StopStatus) -> StopStatus:
    """`to`, if the table has that step; NotAllowed if it has not."""
    if to not in TRANSITIONS[status]:
        raise NotAllowed(N_("A stop that is “%(status)s” cannot become “%(to)s”."), status=status, to=to)
    return to


def allowed_from(status: StopStatus) -> tuple[StopStatus, ...]:
    """The statuses one step away, in the order of StopStatus."""
    return tuple(to for to in StopStatus if to in TRANSITIONS[status])


AUDIENCE_OF: dict[UnitCategory, Audience] = {
    UnitCategory.TOWN: Audience.TOWN,
    UnitCategory.SUBDISTRICT: Audience.TOWN,
    UnitCategory.ZONE: Audience.TOWN,
    UnitCategory.RESIDENT_OFFICE: Audience.TOWN,
    UnitCategory.VILLAGE: Audience.VILLAGE,
    UnitCategory.BUREAU: Audience.DEPARTMENT,
    UnitCategory.DEPARTMENT: Audience.DEPARTMENT,
    UnitCategory.COUNTY: Audience.DEPARTMENT,
}


def audience_of(own: Audience | None, category: UnitCategory) -> Audience:
    """Which specification somebody sits: what stands with the person, else what follows from the unit's category."""
    return own or AUDIENCE_OF[category]
