"""Specifications, sets of papers and their items. A paper freezes what its candidate was given."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from question_bank.enums import Audience, NamedEnum, PaperKind, ScoringRule
from question_bank.errors import N_
from question_bank.models import QuestionVersion
from question_bank.orm import Base, enum_column


class SpecificationStatus(NamedEnum):
    DRAFT = "draft", N_("Draft"), "草稿"
    FROZEN = "frozen", N_("In use"), "已启用"
    RETIRED = "retired", N_("Retired"), "已停用"


class Specification(Base):
    """组卷规格. `plan` is the pure `exam.papers.specification.Plan` as JSON; once papers exist it is frozen."""

    __tablename__ = "specification"
    __table_args__ = (
        UniqueConstraint("code", "number"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("total > 0 AND pass_marks >= 0 AND pass_marks <= total", name="pass_within_total"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(80))
    paper_kind: Mapped[PaperKind] = mapped_column(enum_column(PaperKind, "paper_kind_known"))
    audience: Mapped[Audience | None] = mapped_column(enum_column(Audience, "audience_known"))
    minutes: Mapped[int]
    total: Mapped[Decimal]
    pass_marks: Mapped[Decimal]
    plan: Mapped[dict[str, Any]]
    plan_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[SpecificationStatus] = mapped_column(
        enum_column(SpecificationStatus, "status_known"), default=SpecificationStatus.DRAFT
    )
    made_from_id: Mapped[int | None] = mapped_column(ForeignKey("specification.id"), index=True)
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[int | None]
    lock: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class BankSnapshot(Base):
    """What the bank offered when papers were drawn, so that they can be drawn again after it has changed.

    `questions` holds one row of plain values per `question_bank.drawable.Drawable`; sets from the same bank share it.
    """

    __tablename__ = "bank_snapshot"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    questions: Mapped[list[Any]] = mapped_column(JSON)


class PaperSet(Base):
    """All papers of one specification made together: reproducible from bank, specification, seed and circumstances.

    `method` is the assembly that drew them: 1 to 3 earlier ones, which are not kept; 4 deal and swap. `circumstances`
    is what it went by beside the bank: earlier use of questions on the tour, and what each person had before.
    """

    __tablename__ = "paper_set"
    __table_args__ = (
        CheckConstraint("seed >= 0", name="seed_not_negative"),
        CheckConstraint("method >= 1", name="method_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    specification_id: Mapped[int] = mapped_column(ForeignKey("specification.id"), index=True)
    seed: Mapped[int] = mapped_column(BigInteger)
    host_unit_code: Mapped[str | None] = mapped_column(String(40))
    audience: Mapped[Audience | None] = mapped_column(enum_column(Audience, "audience_known"))
    bank_hash: Mapped[str] = mapped_column(ForeignKey("bank_snapshot.hash"), index=True)
    papers_hash: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]]
    method: Mapped[int] = mapped_column(default=1, server_default="1")
    circumstances: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    certificate: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    printed_at: Mapped[datetime | None]  # from then on no other seed replaces them

    specification: Mapped[Specification] = relationship()


class Paper(Base):
    """试卷. `code` is what is printed on it; it tells nothing about its holder."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("paper_set_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_set_id: Mapped[int] = mapped_column(ForeignKey("paper_set.id"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    spare: Mapped[bool] = mapped_column(default=False)
    items_hash: Mapped[str] = mapped_column(String(64))

    paper_set: Mapped[PaperSet] = relationship()
    items: Mapped[list["PaperItem"]] = relationship(order_by="PaperItem.position")


class PaperItem(Base):
    """题目: one question version in one paper, with the order in which it is shown and its marks."""

    __tablename__ = "paper_item"
    __table_args__ = (
        UniqueConstraint("paper_id", "position"),
        UniqueConstraint("paper_id", "question_version_id"),
        CheckConstraint("marks > 0", name="marks_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    position: Mapped[int]
    section: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    order: Mapped[dict[str, Any]]
    rule: Mapped[ScoringRule] = mapped_column(enum_column(ScoringRule, "rule_known"))
    rule_options: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    marks: Mapped[Decimal]

    version: Mapped[QuestionVersion] = relationship()
