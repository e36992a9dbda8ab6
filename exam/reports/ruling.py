"""Pure: how results are counted (成绩规则), as the county decided it. Frozen with every release and bulletin.

The standard values are those of the scheme: 业务卷 60 % and 问题卷 40 % of the overall mark; pass 60, good 80,
excellent 90; a unit's score 60 % mean, 20 % attendance, 10 % pass rate, 10 % excellent rate; equal scores by what was
earned in 项目手续流程. One paper is passed at the pass mark printed on it, the overall mark at ``passing``.
"""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from question_bank.enums import NamedEnum
from question_bank.errors import N_

Share = Annotated[int, Field(ge=0, le=100)]
Mark = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]


class MakeUp(NamedEnum):
    """Which result of somebody who sat again counts for the unit: a make-up is marked as one in any case."""

    FIRST = "first", N_("The first one; the make-up is listed beside it"), "以首次考试为准，补考成绩单列"
    BEST = "best", N_("The better of the two"), "取两次中较高的成绩"


class Ruling(BaseModel):
    """Weights in parts of a hundred, marks on a scale of 100, shares in per cent.

    ``rank_from`` is the attendance under which a unit has no rank (0: none). ``flag_attendance`` and
    ``flag_pass_rate`` are the thresholds that are pointed out. ``equate_across``: where a group sat papers of several
    specifications its units are ranked by equated scores; otherwise they are not ranked. ``whole_unit``: intervals are
    for the unit's present people (finite population) and not for its level. ``tie_breaker`` is a root topic's code, or
    empty: equal units share a rank.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    business: Share = 60
    passing: Mark = Decimal(60)
    good: Mark = Decimal(80)
    excellent: Mark = Decimal(90)
    mean: Share = 60
    attendance: Share = 20
    pass_rate: Share = 10
    excellent_rate: Share = 10
    rank_from: Share = 0
    flag_attendance: Share = 80
    flag_pass_rate: Share = 80
    make_up: MakeUp = MakeUp.FIRST
    equate_across: bool = True
    whole_unit: bool = False
    tie_breaker: Annotated[str, Field(max_length=40)] = "PROC"

    @model_validator(mode="after")
    def _sound(self) -> "Ruling":
        if self.mean + self.attendance + self.pass_rate + self.excellent_rate != 100:
            raise ValueError(WEIGHTS)
        if not self.passing <= self.good <= self.excellent:
            raise ValueError(ORDER)
        return self

    @property
    def practical(self) -> int:
        """Weight of the 问题卷 in the overall mark."""
        return 100 - self.business

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return self.model_dump(mode="json")


WEIGHTS = N_("The four weights of a unit's score do not add up to 100.")
ORDER = N_("Pass, good and excellent do not stand in this order.")
STANDARD = Ruling()


def in_chinese(rule: Ruling) -> tuple[tuple[str, str], ...]:
    """The rule as terms and sentences, as a file of results prints it."""
    tie = "同分看业务卷同分项知识点得分率，仍相同的并列" if rule.tie_breaker else "同分并列"
    least = f"；参考率低于{rule.rank_from}%的不排名" if rule.rank_from else ""
    across = "按等值分排名" if rule.equate_across else "不排名"
    return (
        ("个人总评", f"业务卷{rule.business}%＋问题卷{rule.practical}%。"),
        (
            "及格、良好、优秀",
            f"{_plain(rule.passing)}分、{_plain(rule.good)}分、{_plain(rule.excellent)}分。单卷及格线以该卷卷面所印为准。",
        ),
        (
            "单位得分",
            f"均分{rule.mean}%＋参考率{rule.attendance}%＋合格率{rule.pass_rate}%＋优秀率{rule.excellent_rate}%，各项均按百分制。",
        ),
        ("名次", f"只在同一组别内排列；{tie}；实考不足5人的不排名{least}；同组使用不同组卷规格的{across}。"),
        ("提示线", f"参考率{rule.flag_attendance}%、合格率{rule.flag_pass_rate}%，低于提示线的予以标注。"),
        ("补考", f"单位成绩{rule.make_up.chinese}。补考成绩均予标注。"),
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
