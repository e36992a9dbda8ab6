"""Pure: one thing wrong with a calendar, and all that can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.enums import NamedEnum
from question_bank.errors import N_


class ConflictKind(NamedEnum):
    TIMES = "times", N_("Times"), "时间"
    MIDNIGHT = "midnight", N_("Across midnight"), "跨日"
    PAST = "past", N_("In the past"), "已过时间"
    OUTSIDE = "outside", N_("Outside the tour"), "超出巡讲日期"
    HOLIDAY = "holiday", N_("Day off"), "休息日"
    BLACKOUT = "blackout", N_("Blocked day"), "停办日"
    HALF_DAY = "half_day", N_("Half-day not used"), "非巡讲时段"
    DAY_FULL = "day_full", N_("Day full"), "当日已满"
    UNIT = "unit", N_("Unit at two stops"), "单位重叠"
    UNIT_AGAIN = "unit_again", N_("Unit visited again"), "单位重复"
    VENUE = "venue", N_("Venue taken"), "场地重叠"
    CAPACITY = "capacity", N_("Too few seats"), "座位不足"
    LECTURER = "lecturer", N_("Lecturer at two stops"), "讲师重叠"
    TRAVEL = "travel", N_("No time to travel"), "路程来不及"
    REPEAT = "repeat", N_("Lecture heard before"), "重复授课"
    AWAY = "away", N_("Lecturer away"), "讲师请假"
    UNAVAILABLE = "unavailable", N_("Lecturer cannot come"), "讲师不在岗时段"
    ONLINE_ONLY = "online_only", N_("Lecturer online only"), "讲师仅线上"
    WEEK_LOAD = "week_load", N_("Lecturer's week full"), "讲师当周已满"
    LOAD = "load", N_("Lecturer's tour full"), "讲师总场次已满"
    ROSTER = "roster", N_("People on two rosters"), "名册冲突"
    NO_VENUE = "no_venue", N_("No venue"), "未定场地"
    NO_LECTURE = "no_lecture", N_("No lecture"), "未定讲题"
    INDUSTRY = "industry", N_("Industry not taught"), "讲题与产业不符"
    WEAK = "weak", N_("Weak topics not taught"), "未讲薄弱知识点"
    SHARE = "share", N_("Lecturer has more than others"), "讲师场次偏多"
    WISH = "wish", N_("Wished for another time"), "与期望时间不符"
    PACE = "pace", N_("Week fuller than others"), "当周场次偏多"
    NEAR = "near", N_("Neighbours far apart in time"), "邻近单位相隔过久"
    ELSEWHERE = "elsewhere", N_("Not the unit's own venue"), "非本单位场地"
    DEPARTMENT = "department", N_("Department at two stops"), "答疑部门重叠"


@dataclass(frozen=True)
class Conflict:
    """One thing wrong. `placements` are the keys of the visits it is about, of this tour alone, in order.

    `template` is a gettext message id for `params`; soft ones have a `cost` in points.
    """

    kind: ConflictKind
    placements: tuple[int, ...]
    template: str
    params: Mapping[str, object] = field(default_factory=dict)
    hard: bool = True
    cost: int = 0
