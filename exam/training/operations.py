"""Verbs on trainings outside the tour, and on what counts how many hours."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Person
from exam.lessons.files import Checked
from exam.lessons.operations import keep_file
from exam.tours.models import Tour
from exam.training.hours import HoursRule, rule_of
from exam.training.models import ExternalTraining, TrainingStatus
from question_bank.errors import N_, Conflict, NotAllowed

MOST_HOURS = Decimal(1000)


@dataclass(frozen=True)
class Report:
    """What somebody says of a training: its days (both included), hours, and the number on the certificate."""

    title: str
    organiser: str
    starts_on: date
    ends_on: date
    hours: Decimal
    certificate: str = ""


def report_training(
    session: Session, person: Person, report: Report, *, file: Checked | None, today: date, by: int | None, at: datetime
) -> ExternalTraining:
    """A training elsewhere; it counts once somebody else has confirmed it.

    Raises NotAllowed for days out of order or to come, for hours that cannot be, and without title or organiser.
    """
    _refuse_impossible(report, today=today)
    stored = keep_file(session, file) if file is not None else None
    training = ExternalTraining(
        person_id=person.id,
        title=report.title.strip(),
        organiser=report.organiser.strip(),
        starts_on=report.starts_on,
        ends_on=report.ends_on,
        hours=report.hours,
        certificate=report.certificate.strip(),
        file_id=stored.id if stored else None,
        file_name=file.name if file else "",
        status=TrainingStatus.REPORTED,
        reported_at=at,
        reported_by=by,
    )
    session.add(training)
    session.flush()
    detail = {"person": person.id, "title": training.title, "hours": str(training.hours), "file": training.file_id}
    audit.record(session, "training.reported", f"training:{training.id}", by=by, at=at, detail=detail)
    return training


def confirm_training(session: Session, training: ExternalTraining, *, by: int | None, at: datetime) -> ExternalTraining:
    """Let it count. Raises NotAllowed for the person's own and one's own report, Conflict once it is decided."""
    return _decided(session, training, TrainingStatus.CONFIRMED, "", by=by, at=at)


def refuse_training(
    session: Session, training: ExternalTraining, *, reason: str, by: int | None, at: datetime
) -> ExternalTraining:
    """Let it not count, for a reason that the person reads. Raises as `confirm_training`, and without a reason."""
    if not reason.strip():
        raise NotAllowed(N_("Say why the training does not count; the person reads it."))
    return _decided(session, training, TrainingStatus.REFUSED, reason.strip()[:400], by=by, at=at)


def set_hours(session: Session, tour: Tour, rule: HoursRule, *, by: int | None, at: datetime) -> Tour:
    """What papers and lectures of a tour count from now on, those already held included."""
    before = rule_of(tour.hours)
    if before == rule:
        return tour
    tour.hours = rule.model_dump(mode="json")
    session.flush()
    detail = {"before": before.model_dump(mode="json"), "after": tour.hours}
    audit.record(session, "tour.hours_set", f"tour:{tour.id}", by=by, at=at, detail=detail)
    return tour


def _refuse_impossible(report: Report, *, today: date) -> None:
    if not report.title.strip() or not report.organiser.strip():
        raise NotAllowed(N_("A training needs its title and who held it."))
    if report.ends_on < report.starts_on:
        raise NotAllowed(N_("The training cannot end before it begins."))
    if report.ends_on > today:
        raise NotAllowed(N_("Report a training once it is over."))
    days = (report.ends_on - report.starts_on).days + 1
    if not 0 < report.hours <= min(MOST_HOURS, Decimal(24 * days)):
        raise NotAllowed(N_("%(days)s days cannot hold %(hours)s hours."), days=days, hours=report.hours)


def _decided(
    session: Session, training: ExternalTraining, to: TrainingStatus, reason: str, *, by: int | None, at: datetime
) -> ExternalTraining:
    if training.status is not TrainingStatus.REPORTED:
        raise Conflict(N_("This training has been decided on already."))
    if by is not None and by in {training.person_id, training.reported_by}:
        raise NotAllowed(N_("Somebody else decides on this: you reported it, or it is your own."))
    training.status, training.reason = to, reason
    training.decided_at, training.decided_by = at, by
    session.flush()
    detail = {"person": training.person_id, "reason": reason}
    audit.record(session, f"training.{to.value}", f"training:{training.id}", by=by, at=at, detail=detail)
    return training
