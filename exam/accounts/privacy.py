"""The notice on personal data, and what people ask about their own data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from exam import audit
from exam.accounts import identity_numbers
from exam.accounts.models import DataRequest, NoticeRead, Person
from exam.accounts.roles import RequestStatus
from question_bank.errors import N_, DomainError, NotAllowed, NotFound

LONGEST = 1000
"""Characters of a request or its answer."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the notice; both are translated where they are shown."""

    heading: str
    text: str


@dataclass(frozen=True)
class Notice:
    """What people are told about their data. A changed text gets another version, and everybody is shown it again."""

    version: str
    title: str
    paragraphs: tuple[Paragraph, ...]


NOTICE = Notice(
    version="2027-1",
    title=N_("How your personal data are used"),
    paragraphs=(
        Paragraph(
            N_("What is kept"),
            N_(
                "Name, staff number, unit and post; phone and e-mail where they were given; your answers, marks and "
                "hours of training. Never the number of your identity card."
            ),
        ),
        Paragraph(
            N_("What for"),
            N_("Only to hold the exams and lectures, to mark, and to report the results as the county's rules say."),
        ),
        Paragraph(
            N_("What is noticed during an exam"),
            N_(
                "When answers arrive, from which device, and when the page is left. It is a record for people to look "
                "at and decides nothing by itself."
            ),
        ),
        Paragraph(
            N_("Who sees it"),
            N_(
                "The organisers, the markers (without your name), your unit's contact and leaders as far as their work "
                "needs it. Every export of people's data is written down and bears the name of who made it."
            ),
        ),
        Paragraph(
            N_("How long"),
            N_(
                "Signs of devices and logins are deleted after some months; answers and marks are kept as the records "
                "of the exam. The periods are shown on your account's page."
            ),
        ),
        Paragraph(
            N_("What you may ask"),
            N_(
                "You can see and download everything kept about you, and ask for mistakes to be corrected, under "
                "“My account”, or through your unit's contact."
            ),
        ),
    ),
)


def has_read(session: Session, person_id: int) -> bool:
    """Whether this person has been shown the present notice and said so."""
    return session.get(NoticeRead, (person_id, NOTICE.version)) is not None


def unread(session: Session, person_id: int) -> Notice | None:
    """The notice that this person has still to be shown, if any."""
    return None if has_read(session, person_id) else NOTICE


def read_notice(session: Session, person_id: int, *, at: datetime) -> None:
    """Keep that a person has read the present notice; once is enough."""
    if has_read(session, person_id):
        return
    session.add(NoticeRead(person_id=person_id, version=NOTICE.version, at=at))
    session.flush()
    audit.record(session, "notice.read", f"person:{person_id}", by=person_id, at=at, detail={"version": NOTICE.version})


def ask(session: Session, person: Person, *, text: str, at: datetime) -> DataRequest:
    """Ask for one's own data to be put right. Raises NotAllowed while an earlier request waits, DomainError without a
    text.
    """
    said = text.strip()
    if not said:
        raise DomainError(N_("Please write what should be put right."))
    identity_numbers.refuse(said)
    if session.scalar(select(DataRequest.id).where(_of(person.id), _open())) is not None:
        raise NotAllowed(N_("Your earlier request has not been answered yet."))
    request = DataRequest(person_id=person.id, text=said[:LONGEST], asked_at=at)
    session.add(request)
    session.flush()
    audit.record(session, "data.correction_asked", f"person:{person.id}", by=person.id, at=at)
    return request


def answer(
    session: Session, request: DataRequest, *, status: RequestStatus, text: str, by: int | None, at: datetime
) -> None:
    """Answer a request as done or refused, with a sentence for the person. Raises NotAllowed when it has an answer."""
    if request.status is not RequestStatus.OPEN or status is RequestStatus.OPEN:
        raise NotAllowed(N_("This request has been answered already."))
    if not text.strip():
        raise DomainError(N_("Please write an answer."))
    request.status, request.answer = status, text.strip()[:LONGEST]
    request.answered_by, request.answered_at = by, at
    session.flush()
    detail = {"request": request.id, "status": status.value}
    audit.record(session, "data.correction_answered", f"person:{request.person_id}", by=by, at=at, detail=detail)


def requests_of(session: Session, person_id: int) -> Sequence[DataRequest]:
    """A person's own requests, the newest first."""
    return session.scalars(select(DataRequest).where(_of(person_id)).order_by(DataRequest.id.desc())).all()


def waiting(session: Session) -> Sequence[DataRequest]:
    """The requests without an answer, the oldest first, with the persons and their units."""
    whole = joinedload(DataRequest.person).joinedload(Person.unit)
    return session.scalars(select(DataRequest).where(_open()).options(whole).order_by(DataRequest.id)).all()


def request_by_id(session: Session, request_id: int) -> DataRequest:
    """Raises NotFound."""
    found = session.get(DataRequest, request_id, options=[joinedload(DataRequest.person).joinedload(Person.unit)])
    if found is None:
        raise NotFound(N_("There is no such request."))
    return found


def _of(person_id: int) -> ColumnElement[bool]:
    return DataRequest.person_id == person_id


def _open() -> ColumnElement[bool]:
    return DataRequest.status == RequestStatus.OPEN
