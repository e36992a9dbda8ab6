"""Trainings outside the tour."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam.accounts.models import Person
from exam.lessons.models import StoredFile
from question_bank.enums import NamedEnum
from question_bank.errors import N_
from question_bank.orm import Base, enum_column


class TrainingStatus(NamedEnum):
    REPORTED = "reported", N_("Reported"), "待确认"
    CONFIRMED = "confirmed", N_("Confirmed"), "已确认"
    REFUSED = "refused", N_("Not counted"), "不予计入"


class ExternalTraining(Base):
    """外出培训: counts once somebody other than the person has confirmed it."""

    __tablename__ = "external_training"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates_in_order"),
        CheckConstraint("hours > 0", name="hours_positive"),
        CheckConstraint("(status = 'reported') = (decided_at IS NULL)", name="decided_has_a_time"),
        CheckConstraint("status <> 'refused' OR reason <> ''", name="refused_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    organiser: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[Decimal]
    certificate: Mapped[str] = mapped_column(String(80), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[TrainingStatus] = mapped_column(
        enum_column(TrainingStatus, "status_known"), default=TrainingStatus.REPORTED
    )
    reported_at: Mapped[datetime]
    reported_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(400), default="")

    person: Mapped[Person] = relationship()
    file: Mapped[StoredFile | None] = relationship()
