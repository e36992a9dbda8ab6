"""授课提示单: made as soon as a hall has handed in, made again when more comes in, and read by those who teach there.

Looking is one small read a second in the process that does long work, so that no submission waits for it. Reading and
working out are one step, in a reading session; keeping is another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, case, func, select
from sqlalchemy.orm import Session, joinedload

from exam import audit, clock, database
from exam.accounts.models import Unit
from exam.accounts.roles import Role, UnitCategory, Viewer
from exam.grading.models import Score
from exam.logs import log
from exam.reports.brief_content import FEWEST, BriefContent
from exam.reports.models import Brief
from exam.reports.subjects import Department
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting, SittingStatus
from exam.tours import queries as tours
from exam.tours.models import Absence, Lecture, Lecturer, RosterEntry, Stop, StopDepartment
from question_bank.enums import PaperKind
from question_bank.errors import N_, NotAllowed, NotFound
from question_bank.lawbook import articles_by_document, names
from question_bank.models import Citation

EVERY = 1.0
"""Seconds between two looks: the brief is there within five of the last submission."""
LOOKED_BACK = timedelta(days=14)
"""Sittings that opened earlier are looked at no more."""


@dataclass(frozen=True)
class Progress:
    """How far a business sitting is: people expected, checked in, writing, done; written answers that wait.

    `ready` are those who count before the window closes: whoever was checked in, or everybody where nobody was.
    `last_done` and `last_marked` say when the last one handed in and when a mark changed last.
    """

    sitting_id: int
    stop_id: int
    expected: int
    here: int
    here_done: int
    writing: int
    done: int
    waiting: int
    last_done: datetime | None
    last_marked: datetime | None
    over: bool

    @property
    def all_in(self) -> bool:
        """Whether nobody writes any more who could."""
        if self.writing or not self.done:
            return False
        return self.over or (self.here_done >= self.here if self.here else self.done >= self.expected)


def progress_of(session: Session, *, at: datetime, stop_id: int | None = None) -> list[Progress]:
    """Of the business sittings of the last fortnight, or of one stop; one query."""
    done = Attempt.status != AttemptStatus.STARTED
    checked = RosterEntry.checked_in_at.is_not(None)
    query = (
        select(
            Sitting,
            _count(RosterEntry.absence == Absence.NONE),
            _count(checked),
            _count(checked, done),
            _count(Attempt.status == AttemptStatus.STARTED),
            _count(done),
            func.coalesce(func.sum(Score.waiting), 0),
            func.max(Attempt.ended_at),
            func.max(Score.at),
        )
        .join(Assignment, Assignment.sitting_id == Sitting.id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .outerjoin(Attempt, Attempt.assignment_id == Assignment.id)
        .outerjoin(Score, Score.attempt_id == Attempt.id)
        .where(Sitting.paper_kind == PaperKind.BUSINESS, Sitting.status != SittingStatus.PLANNED)
        .group_by(Sitting.id)
        .order_by(Sitting.id)
    )
    query = query.where(Sitting.opens_at > at - LOOKED_BACK if stop_id is None else Sitting.stop_id == stop_id)
    return [_progress(*row, at=at) for row in session.execute(query)]


def _count(*conditions: Any) -> Any:
    whole = conditions[0] if len(conditions) == 1 else conditions[0] & conditions[1]
    return func.coalesce(func.sum(case((whole, 1), else_=0)), 0)


def _progress(sitting: Sitting, *figures: Any, at: datetime) -> Progress:
    expected, here, here_done, writing, done, waiting, last_done, last_marked = figures
    over = sitting.status is not SittingStatus.OPEN or at > sitting.window.closes_at + sitting.window.grace
    return Progress(
        sitting.id,
        sitting.stop_id,
        int(expected),
        int(here),
        int(here_done),
        int(writing),
        int(done),
        int(waiting),
        last_done,
        last_marked,
        over,
    )


def latest(session: Session, stop_id: int) -> Brief | None:
    """The brief that counts."""
    return session.scalar(select(Brief).where(Brief.stop_id == stop_id).order_by(Brief.number.desc()).limit(1))


def is_due(found: Progress, made_at: datetime | None) -> bool:
    """Whether a hall waits for its brief, or the one it has is overtaken.

    A later submission overtakes it at once; marks of written answers once none waits any more, for before that they
    say nothing of what is not known.
    """
    if not found.all_in:
        return False
    if made_at is None or (found.last_done is not None and found.last_done > made_at):
        return True
    return not found.waiting and found.last_marked is not None and found.last_marked > made_at


def due(session: Session, *, at: datetime) -> list[Progress]:
    """The sittings whose brief is to be made; two queries."""
    found = progress_of(session, at=at)
    made: dict[int, datetime] = dict(
        iter(
            session.execute(
                select(Brief.stop_id, func.max(Brief.made_at))
                .where(Brief.stop_id.in_([each.stop_id for each in found]))
                .group_by(Brief.stop_id)
            )
        )
    )
    return [each for each in found if is_due(each, made.get(each.stop_id))]


def work_out(session: Session, progress: Progress) -> BriefContent:
    """What the brief of a hall says; nothing is written. Thirteen queries at most, however many people sat."""
    from exam.reports import brief_words, hall_answers  # numpy: only who makes a brief needs it
    from exam.reports.brief import examine

    told = {"sat": progress.done, "expected": max(progress.expected, progress.done), "waiting": progress.waiting}
    if progress.done < FEWEST:
        return BriefContent(**told)
    sitting = session.scalars(
        select(Sitting).where(Sitting.id == progress.sitting_id).options(joinedload(Sitting.stop))
    ).one()
    read = hall_answers.read_hall(session, sitting, written=not progress.waiting)
    found = examine(read.hall)
    suspects = brief_words.tellable(read, found)
    firsts = [read.facts[brief_words.examples(read.hall, each)[0]] for each in suspects]
    cited = _cited(session, {each.version_id: each.content.explanation for each in firsts})
    departments = departments_for(session, sitting.stop_id)
    return BriefContent(
        **told,
        topics=brief_words.topic_lines(read, found),
        points=brief_words.points(read, found, suspects, cited, departments),
    )


def _cited(session: Session, versions: dict[int, str]) -> dict[int, Any]:
    """The first citation of each version with what its article says, as far as the register holds it; two queries."""
    from exam.reports.brief_words import Cited, short_title  # as above

    rows = session.scalars(
        select(Citation)
        .where(Citation.version_id.in_(versions))
        .options(joinedload(Citation.document))
        .order_by(Citation.version_id, Citation.position)
    )
    firsts: dict[int, Citation] = {}
    for citation in rows:
        firsts.setdefault(citation.version_id, citation)
    articles = articles_by_document(session, {each.document_id for each in firsts.values()})
    return {
        version_id: Cited(
            document=short_title(each.document.title),
            article=each.article,
            text=next((held.text for held in articles.get(each.document_id, ()) if names(each, held)), ""),
        )
        for version_id, each in firsts.items()
    }


def departments_for(session: Session, stop_id: int) -> list[Department]:
    """Every answering department, and which of them come to the stop; one query."""
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.duties, StopDepartment.stop_id)
        .outerjoin(StopDepartment, (StopDepartment.unit_id == Unit.id) & (StopDepartment.stop_id == stop_id))
        .where((Unit.category == UnitCategory.DEPARTMENT) | StopDepartment.stop_id.is_not(None))
        .order_by(Unit.code)
    )
    return [Department(unit_id, name, duties, here is not None) for unit_id, name, duties, here in rows]


def keep(session: Session, stop_id: int, content: BriefContent, *, by: int | None, at: datetime) -> Brief:
    """Store what was worked out as the stop's next brief; `at` is when its answers were read."""
    before = latest(session, stop_id)
    made = Brief(
        stop_id=stop_id,
        number=before.number + 1 if before else 1,
        made_at=at,
        content=content.model_dump(mode="json"),
    )
    session.add(made)
    session.flush()
    detail = {"number": made.number, "sat": content.sat, "waiting": content.waiting, "points": len(content.points)}
    audit.record(session, "brief.made", f"stop:{stop_id}", by=by, at=at, detail=detail)
    return made


def watch(engine: Engine, *, at: datetime | None = None) -> int:
    """The chore: make what is due, `at` now unless told otherwise; returns how many were made.

    One stop that cannot be worked out is told and does not keep the others waiting.
    """
    moment = at or clock.now()
    with database.reading(engine) as session:
        waiting = due(session, at=moment)
    for progress in waiting:
        try:
            with database.reading(engine) as session:
                content = work_out(session, progress)
            with database.writing(engine) as session:
                keep(session, progress.stop_id, content, by=None, at=moment)
        except Exception:
            log.exception("a lesson brief could not be made", stop=progress.stop_id)
    return len(waiting)


def chore(engine: Engine) -> None:
    """`watch`, as the worker calls it."""
    watch(engine)


def prepared(session: Session, stop_id: int, *, at: datetime) -> BriefContent | None:
    """What the stop's brief would say now; None where the one that is there is up to date.

    Raises NotAllowed while somebody still writes, and before anybody has handed in.
    """
    found = next(iter(progress_of(session, at=at, stop_id=stop_id)), None)
    held = latest(session, stop_id)
    if found is None or not found.all_in:
        if held is not None:
            return None
        raise NotAllowed(N_("The brief is made when everybody has handed in the business paper."))
    return work_out(session, found) if is_due(found, held.made_at if held else None) else None


@dataclass(frozen=True)
class Place:
    """A stop, its brief if there is one, and who has to do with it: departments that answer, people who sit there."""

    stop: Stop
    brief: Brief | None
    departments: frozenset[int]
    candidates: frozenset[int]
    released: bool

    @property
    def content(self) -> BriefContent | None:
        return None if self.brief is None else BriefContent.model_validate(self.brief.content)

    def open_to(self, viewer: Viewer) -> bool:
        """Organisers, leaders, the stop's lecturer and its departments; nobody who sits there before the release."""
        if viewer.roster_entry_id is not None:
            return False
        if viewer.person_id in self.candidates and not self.released:
            return False
        return viewer.has(Role.ORGANISER, Role.LEADER) or self._teaches(viewer) or self._answers(viewer)

    def _teaches(self, viewer: Viewer) -> bool:
        lecture = self.stop.lecture
        return viewer.has(Role.LECTURER) and lecture is not None and lecture.lecturer.person_id == viewer.person_id

    def _answers(self, viewer: Viewer) -> bool:
        return viewer.has(Role.ANSWERER) and viewer.unit_id in self.departments


def place_by_id(session: Session, stop_id: int) -> Place:
    """Raises NotFound without such a stop; five queries."""
    return place_of(session, tours.stop_by_id(session, stop_id))


def place_of(session: Session, stop: Stop) -> Place:
    """The same for a stop that is already read; four queries."""
    departments = session.scalars(select(StopDepartment.unit_id).where(StopDepartment.stop_id == stop.id))
    candidates = session.scalars(select(RosterEntry.person_id).where(RosterEntry.stop_id == stop.id))
    status = session.scalar(
        select(Sitting.status).where(Sitting.stop_id == stop.id, Sitting.paper_kind == PaperKind.BUSINESS)
    )
    return Place(
        stop=stop,
        brief=latest(session, stop.id),
        departments=frozenset(departments),
        candidates=frozenset(candidates),
        released=status is SittingStatus.RELEASED,
    )


def made_brief(session: Session, stop_id: int) -> Brief:
    """Raises NotFound without a brief."""
    found = latest(session, stop_id)
    if found is None:
        raise NotFound(N_("This stop has no brief yet."))
    return found


def lectured_last(session: Session, person_id: int) -> Stop | None:
    """The latest stop with a brief at which a person lectures."""
    return _last(session, Stop.lecture_id.in_(_lectures_of(person_id)))


def answered_last(session: Session, unit_id: int) -> Stop | None:
    """The latest stop with a brief at which a department answers."""
    return _last(session, Stop.id.in_(select(StopDepartment.stop_id).where(StopDepartment.unit_id == unit_id)))


def _last(session: Session, condition: Any) -> Stop | None:
    with_brief = select(Brief.stop_id)
    return session.scalar(
        select(Stop)
        .where(condition, Stop.id.in_(with_brief))
        .order_by(Stop.starts_at.desc(), Stop.id.desc())
        .limit(1)
        .options(joinedload(Stop.unit))
    )


def _lectures_of(person_id: int) -> Any:
    return select(Lecture.id).join(Lecturer, Lecturer.id == Lecture.lecturer_id).where(Lecturer.person_id == person_id)


def stops_with_brief(session: Session, stop_ids: Iterable[int]) -> Sequence[int]:
    """Those of the stops that have one."""
    return session.scalars(select(Brief.stop_id).where(Brief.stop_id.in_(list(stop_ids))).distinct()).all()
