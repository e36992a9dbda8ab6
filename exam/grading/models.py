"""Marks, append-only: of the rows for one part of an item the highest sequence counts. And what leads to them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from exam.grading.marking import Source
from exam.grading.policies import CorrectionPolicy, CorrectionStatus
from exam.grading.rounds import Round
from question_bank.enums import NamedEnum
from question_bank.errors import N_
from question_bank.orm import Base, enum_column

__all__ = [
    "Appeal",
    "AppealStatus",
    "Cause",
    "Correction",
    "CorrectionPolicy",
    "CorrectionStatus",
    "Mark",
    "Marking",
    "MarkingPlan",
    "Round",
    "RubricCalibration",
    "Score",
    "ScoreChange",
    "SecondOpinion",
    "Source",
]


class Mark(Base):
    """得分. `part` is "" for a whole item, else the sub-question's id of a case.

    Below 0 only where the section's rule deducts for wrong answers. `confidence` in hundredths of a per cent stands
    with suggestions.
    """

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("attempt_id", "paper_item_id", "part", "sequence"),
        CheckConstraint("awarded >= -maximum AND awarded <= maximum", name="awarded_within_maximum"),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
        CheckConstraint(
            "(source IN ('marker', 'adjudicator', 'appeal')) = (marker_id IS NOT NULL)", name="marker_named"
        ),
        CheckConstraint("confidence BETWEEN 0 AND 10000", name="confidence_is_a_share"),
        Index("ix_mark_item_source", "paper_item_id", "source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    paper_item_id: Mapped[int] = mapped_column(ForeignKey("paper_item.id"))
    part: Mapped[str] = mapped_column(String(40), default="")
    sequence: Mapped[int] = mapped_column(default=1)
    awarded: Mapped[Decimal]
    maximum: Mapped[Decimal]
    source: Mapped[Source] = mapped_column(enum_column(Source, "source_known"))
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    confidence: Mapped[int | None] = mapped_column(SmallInteger)
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True)
    detail: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime]


class Marking(Base):
    """评阅: what one marker gave one part, without seeing what others gave. Never changed."""

    __tablename__ = "marking"
    __table_args__ = (
        UniqueConstraint("attempt_id", "paper_item_id", "part", "round"),
        UniqueConstraint("attempt_id", "paper_item_id", "part", "marker_id"),
        CheckConstraint("awarded >= 0", name="awarded_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    paper_item_id: Mapped[int] = mapped_column(ForeignKey("paper_item.id"), index=True)
    part: Mapped[str] = mapped_column(String(40), default="")
    round: Mapped[Round] = mapped_column(enum_column(Round, "round_known"))
    marker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    awarded: Mapped[Decimal]
    detail: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime]


class MarkingPlan(Base):
    """阅卷方案 of one sitting; without a row every written answer is marked by one person. Shares in per cent.

    `double`: two markers blind, a third where they differ by more than `third_above` of the part's marks.
    `accept_from`: suggestions at least so sure (per cent) count without a person, but for `audit_share` of them.
    `appeal_days`: working days after the release in which candidates may appeal; `holidays_free`: public holidays are
    none of them, days worked in exchange are (otherwise only Saturdays and Sundays are free). `by_hand`: questions (see
    `exam.grading.rounds.name_of`) whose suggestions never count by themselves, whatever `accept_from` says.
    """

    __tablename__ = "marking_plan"
    __table_args__ = (
        CheckConstraint("third_above BETWEEN 0 AND 100", name="third_above_is_a_share"),
        CheckConstraint("audit_share BETWEEN 0 AND 100", name="audit_share_is_a_share"),
        CheckConstraint("accept_from BETWEEN 0 AND 100", name="accept_from_is_a_share"),
        CheckConstraint("appeal_days BETWEEN 0 AND 60", name="appeal_days_in_reason"),
    )

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    double: Mapped[bool] = mapped_column(default=False)
    third_above: Mapped[int] = mapped_column(SmallInteger, default=20)
    accept_from: Mapped[int | None] = mapped_column(SmallInteger)
    audit_share: Mapped[int] = mapped_column(SmallInteger, default=5)
    appeal_days: Mapped[int] = mapped_column(SmallInteger, default=2)
    holidays_free: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_hand: Mapped[list[str]] = mapped_column(default=list)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]
    lock: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class AppealStatus(NamedEnum):
    OPEN = "open", N_("Open appeal"), "待复核"
    CHANGED = "changed", N_("Marks changed"), "复核改分"
    UPHELD = "upheld", N_("Marks upheld"), "维持原分"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "已撤回"


class Appeal(Base):
    """复核申请 by a candidate about one item of a released paper, decided with a reason by somebody else."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_when_closed"),
        CheckConstraint("(status IN ('changed', 'upheld')) = (decided_by IS NOT NULL)", name="decider_named"),
        Index(
            "uq_appeal_open",
            "attempt_id",
            "paper_item_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    paper_item_id: Mapped[int] = mapped_column(ForeignKey("paper_item.id"), index=True)
    status: Mapped[AppealStatus] = mapped_column(enum_column(AppealStatus, "status_known"), default=AppealStatus.OPEN)
    text: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    answer: Mapped[str] = mapped_column(String(1000), default="")


class Correction(Base):
    """更正: a wrong key or rule repaired after the exam, by two people. `stop_id` None means wherever it was sat.

    `change` is the new content or rule by `policy`; `preview` what was shown to both; `outcome` what changed.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_somebody"),
        CheckConstraint(
            "status NOT IN ('confirmed', 'done') OR confirmed_by IS NOT NULL", name="confirmed_before_done"
        ),
        CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name="done_has_a_time"),
        Index(
            "uq_correction_under_way",
            "question_version_id",
            unique=True,
            sqlite_where=text("status IN ('proposed', 'confirmed')"),
            postgresql_where=text("status IN ('proposed', 'confirmed')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"), index=True)
    policy: Mapped[CorrectionPolicy] = mapped_column(enum_column(CorrectionPolicy, "policy_known"))
    change: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(1000))
    status: Mapped[CorrectionStatus] = mapped_column(
        enum_column(CorrectionStatus, "status_known"), default=CorrectionStatus.PROPOSED
    )
    preview: Mapped[dict[str, Any]]
    outcome: Mapped[dict[str, Any]]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    done_at: Mapped[datetime | None]


class Cause(NamedEnum):
    """Why a score is what it is now."""

    HANDED_IN = "handed_in", N_("Handed in"), "交卷判分"
    MARKED = "marked", N_("Marked by people"), "人工阅卷"
    APPEAL = "appeal", N_("Changed after an appeal"), "复核改分"
    CORRECTION = "correction", N_("Changed by a correction"), "试题更正"


class Score(Base):
    """卷面得分 of one attempt as its marks say now: floors of sections, void items and rounding included.

    `sections` is the marks by section, as texts, in the paper's order. `waiting` counts suggestions not yet decided.
    `topics` is by code of the root topic what was earned of what, in hundredths, as the questions were filed when they
    were marked; a 问题会诊 belongs to none. `equated` and its standard error are on a scale of 100: the reports write
    them when they calibrate all papers, and they are gone as soon as the marks change.
    """

    __tablename__ = "score"
    __table_args__ = (
        CheckConstraint("marks >= 0 AND marks <= total", name="marks_within_total"),
        CheckConstraint("waiting >= 0", name="waiting_not_negative"),
        CheckConstraint("equated BETWEEN 0 AND 10000", name="equated_on_a_hundred"),
        CheckConstraint("(equated IS NOT NULL) OR (equated_error IS NULL)", name="no_error_without_a_score"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    marks: Mapped[Decimal]
    total: Mapped[Decimal]
    waiting: Mapped[int]
    sections: Mapped[list[str]]
    topics: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    equated: Mapped[Decimal | None]
    equated_error: Mapped[Decimal | None]
    at: Mapped[datetime]


class ScoreChange(Base):
    """A score that changed after its release: the old one is kept."""

    __tablename__ = "score_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    before: Mapped[Decimal]
    after: Mapped[Decimal]
    cause: Mapped[Cause] = mapped_column(enum_column(Cause, "cause_known"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)
    at: Mapped[datetime]


class RubricCalibration(Base):
    """How the suggestions for one question compare with people's marks, once at least 20 are known.

    `curve` is what turns a suggestion's share of the marks into the calibrated one; agreement in ten-thousandths.
    """

    __tablename__ = "rubric_calibration"
    __table_args__ = (CheckConstraint("human_marks >= 0", name="human_marks_not_negative"),)

    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(40), primary_key=True, default="")
    human_marks: Mapped[int]
    agreement: Mapped[int | None] = mapped_column(SmallInteger)
    curve: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class SecondOpinion(Base):
    """机器二评: what a language model said of one part when the site has one. Never the mark itself."""

    __tablename__ = "second_opinion"
    __table_args__ = (UniqueConstraint("attempt_id", "paper_item_id", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    paper_item_id: Mapped[int] = mapped_column(ForeignKey("paper_item.id"), index=True)
    part: Mapped[str] = mapped_column(String(40), default="")
    model: Mapped[str] = mapped_column(String(120))
    prompt: Mapped[str] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[Decimal | None]
    failure: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime]
