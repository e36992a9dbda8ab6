"""Pure: the standard specifications of both papers, as the county's leading group set them."""

from dataclasses import dataclass
from decimal import Decimal

from exam.papers.specification import CountBy, Plan, Section, Wish
from question_bank.enums import Audience, Band, Kind, PaperKind, TextForm

DIAGNOSIS_CODE = "DIAGNOSIS"
"""Code of the one question 问题会诊, which no bank file holds and no assembly draws."""

PASS_MARKS = Decimal(60)
TOTAL = Decimal(100)


@dataclass(frozen=True)
class Standard:
    """A specification to be installed: `audience` None means that everybody sits it."""

    code: str
    name: str
    paper_kind: PaperKind
    audience: Audience | None
    plan: Plan


def _drawn(
    title: str, kinds: tuple[Kind, ...], count: int, marks: int, count_by: CountBy = CountBy.QUESTIONS
) -> Section:
    return Section(title=title, kinds=kinds, count=count, marks_each=Decimal(marks), count_by=count_by)


ORDERING_OR_MATCHING = (Kind.ORDERING, Kind.MATCHING)
ONE_OF_EACH = Section(
    title="排序与匹配题",
    kinds=ORDERING_OR_MATCHING,
    count=2,
    marks_each=Decimal(5),
    wishes=tuple(Wish(kinds=(kind,)) for kind in ORDERING_OR_MATCHING),
)

TOWN_SECTIONS = (
    _drawn("单项选择题", (Kind.SINGLE_CHOICE,), 20, 1),
    _drawn("多项选择题", (Kind.MULTIPLE_CHOICE,), 10, 2),
    _drawn("判断题", (Kind.TRUE_FALSE,), 10, 1),
    _drawn("填空题", (Kind.FILL_BLANK,), 10, 1, CountBy.SLOTS),
    ONE_OF_EACH,
    _drawn("计算题", (Kind.NUMERIC,), 2, 5),
    _drawn("简答题", (Kind.SHORT_ANSWER,), 2, 10),
)

VILLAGE_SECTIONS = (
    _drawn("单项选择题", (Kind.SINGLE_CHOICE,), 25, 2),
    _drawn("判断题", (Kind.TRUE_FALSE,), 15, 1),
    _drawn("填空题", (Kind.FILL_BLANK,), 5, 2, CountBy.SLOTS),
    _drawn("排序与匹配题", ORDERING_OR_MATCHING, 1, 5),
    _drawn("简答题", (Kind.SHORT_ANSWER,), 2, 10),
)

TOPICS = ("COUNTY", "WORK", "POLICY", "PROC", "LAW", "INDUSTRY", "ETIQ/SERVICE")
TOPIC_MARKS = {
    Audience.TOWN: (12, 13, 20, 25, 12, 10, 8),
    Audience.VILLAGE: (20, 20, 12, 28, 5, 8, 7),
    Audience.DEPARTMENT: (8, 12, 22, 30, 15, 5, 8),
}


def _business(audience: Audience, sections: tuple[Section, ...]) -> Plan:
    return Plan(
        sections=sections,
        topic_marks={topic: Decimal(marks) for topic, marks in zip(TOPICS, TOPIC_MARKS[audience], strict=True)},
        difficulty_shares={Band.EASY: 5, Band.MEDIUM: 3, Band.HARD: 2},
        minutes=60,
        total=TOTAL,
        pass_marks=PASS_MARKS,
    )


def _scenarios(count: int, marks: int) -> Section:
    return Section(
        title="情景答客商",
        kinds=(Kind.SHORT_ANSWER,),
        forms=(TextForm.SCENARIO,),
        count=count,
        marks_each=Decimal(marks),
    )


def _diagnosis(marks: int) -> Section:
    return Section(
        title="问题会诊",
        kinds=(Kind.SHORT_ANSWER,),
        forms=(TextForm.DIAGNOSIS,),
        count=1,
        marks_each=Decimal(marks),
        fixed=DIAGNOSIS_CODE,
    )


def _practical(minutes: int, sections: tuple[Section, ...]) -> Plan:
    return Plan(
        sections=sections,
        difficulty_shares={Band.EASY: 3, Band.MEDIUM: 4, Band.HARD: 3},
        minutes=minutes,
        total=TOTAL,
        pass_marks=PASS_MARKS,
        open_book=True,
    )


THREE_CASES = Section(
    title="案例分析题",
    kinds=(Kind.CASE,),
    count=3,
    marks_each=Decimal(20),
    wishes=(Wish(topics=("POLICY",)), Wish(topics=("PROC",)), Wish(host_unit=True)),
)
PRACTICAL_SECTIONS = (
    THREE_CASES,
    _scenarios(2, 10),
    _drawn("排序题", (Kind.ORDERING,), 1, 5),
    _drawn("评审计算题", (Kind.NUMERIC,), 1, 5),
    _diagnosis(10),
)
ONSITE_SECTIONS = (_drawn("案例分析题", (Kind.CASE,), 1, 40), _scenarios(2, 15), _diagnosis(30))

_TOWN = _business(Audience.TOWN, TOWN_SECTIONS)
_VILLAGE = _business(Audience.VILLAGE, VILLAGE_SECTIONS)
_DEPARTMENT = _business(Audience.DEPARTMENT, TOWN_SECTIONS)
_FULL = _practical(90, PRACTICAL_SECTIONS)
_ONSITE = _practical(45, ONSITE_SECTIONS)

STANDARD: tuple[Standard, ...] = (
    Standard("business-town", "业务卷（镇级及园区）", PaperKind.BUSINESS, Audience.TOWN, _TOWN),
    Standard("business-village", "业务卷（村级B卷）", PaperKind.BUSINESS, Audience.VILLAGE, _VILLAGE),
    Standard("business-department", "业务卷（部门服务人员）", PaperKind.BUSINESS, Audience.DEPARTMENT, _DEPARTMENT),
    Standard("practical-full", "问题卷（完整卷）", PaperKind.PRACTICAL, None, _FULL),
    Standard("practical-onsite", "问题卷（现场卷）", PaperKind.PRACTICAL, None, _ONSITE),
)
"""The five specifications of the county's scheme, in the order in which they are shown."""
