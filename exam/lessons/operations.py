"""Verbs on a lecture's materials and on what the hall thought of it. Those on its quiz stand in `quizzing`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam import audit
from exam.lessons import queries
from exam.lessons.files import Checked
from exam.lessons.models import Feedback, Material, StoredFile
from exam.tours.flow import StopStatus
from exam.tours.models import Stop
from question_bank.errors import N_, Conflict, NotAllowed

GIVEN = frozenset({StopStatus.RUNNING, StopStatus.FINISHED})
"""While or after the lecture is given."""
FEEDBACK_UNTIL = timedelta(days=7)
"""So long after the end of a stop its lecture may be judged."""
LONGEST_COMMENT = 500


@dataclass(frozen=True)
class Scores:
    """The three answers, each from 1 (not at all) to 5 (very much): useful, clearly told, fitting the place."""

    useful: int
    clear: int
    fitting: int


def keep_file(session: Session, file: Checked) -> StoredFile:
    """The bytes, once for everybody who hands them in."""
    digest = sha256(file.data).hexdigest()
    known = session.scalar(select(StoredFile).where(StoredFile.digest == digest))
    if known is not None:
        return known
    stored = StoredFile(digest=digest, media_type=file.media_type, size=len(file.data), content=file.data)
    session.add(stored)
    session.flush()
    return stored


def add_material(session: Session, stop: Stop, *, title: str, file: Checked, by: int | None, at: datetime) -> Material:
    """A file of the stop's lecture; candidates see it once it is released.

    Raises NotAllowed for a stop without a lecture or a cancelled one, Conflict when the same file is there already.
    """
    _refuse_without_lecture(stop)
    stored = keep_file(session, file)
    return _added(session, stop, stored.id, name=file.name, title=title.strip() or file.name, by=by, at=at)


def take_over(session: Session, stop: Stop, material: Material, *, by: int | None, at: datetime) -> Material:
    """The same file that was given with this lecture at another stop. Raises as `add_material`."""
    _refuse_without_lecture(stop)
    if material.lecture_id != stop.lecture_id or material.withdrawn_at is not None:
        raise NotAllowed(N_("This file does not belong to the lecture of this stop."))
    return _added(session, stop, material.file_id, name=material.name, title=material.title, by=by, at=at)


def release_material(session: Session, material: Material, *, by: int | None, at: datetime) -> Material:
    """Let the candidates of the stop have the file; a second time changes nothing.

    Raises NotAllowed when it is withdrawn, or when the stop has not begun.
    """
    if material.withdrawn_at is not None:
        raise NotAllowed(N_("The file has been withdrawn."))
    if material.stop_id is not None and session.get_one(Stop, material.stop_id).status not in GIVEN:
        raise NotAllowed(N_("Materials go out at the stop, not before it has begun."))
    if material.released_at is None:
        material.released_at = at
        _note(session, "material.released", material, by=by, at=at)
    return material


def withdraw_material(session: Session, material: Material, *, by: int | None, at: datetime) -> Material:
    """Take a file back; nobody finds it any more. A second time changes nothing."""
    if material.withdrawn_at is None:
        material.withdrawn_at = at
        _note(session, "material.withdrawn", material, by=by, at=at)
    return material


def give_feedback(
    session: Session, stop: Stop, *, giver: str, scores: Scores, comment: str = "", at: datetime
) -> Feedback:
    """What one listener thought; `giver` is a digest that names nobody, and gives once: the first one stays.

    Raises NotAllowed outside of the stop and the week after it, or for a score that is none.
    """
    lecture_id = _refuse_without_lecture(stop)
    if stop.status not in GIVEN or at > stop.ends_at + FEEDBACK_UNTIL:
        raise NotAllowed(N_("This lecture cannot be judged now."))
    if not all(score in queries.SCORES for score in (scores.useful, scores.clear, scores.fitting)):
        raise NotAllowed(N_("Answer all three questions."))
    known = select(Feedback).where(Feedback.stop_id == stop.id, Feedback.giver == giver)
    found = session.scalar(known)
    if found is not None:
        return found
    row = Feedback(
        stop_id=stop.id,
        lecture_id=lecture_id,
        giver=giver,
        useful=scores.useful,
        clear=scores.clear,
        fitting=scores.fitting,
        comment=comment.strip()[:LONGEST_COMMENT],
        at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # sent twice at the same moment
        return session.scalars(known).one()
    audit.record(session, "feedback.given", f"stop:{stop.id}", by=None, at=at)
    return row


def _refuse_without_lecture(stop: Stop) -> int:
    if stop.lecture_id is None:
        raise NotAllowed(N_("This stop has no lecture."))
    if stop.status is StopStatus.CANCELLED:
        raise NotAllowed(N_("The stop is cancelled."))
    return stop.lecture_id


def _added(
    session: Session, stop: Stop, file_id: int, *, name: str, title: str, by: int | None, at: datetime
) -> Material:
    if any(each.file_id == file_id for each in queries.materials_of(session, stop.id)):
        raise Conflict(N_("This stop has that file already."))
    material = Material(
        lecture_id=stop.lecture_id,
        stop_id=stop.id,
        file_id=file_id,
        name=name,
        title=title[:120],
        added_at=at,
        added_by=by,
    )
    session.add(material)
    session.flush()
    _note(session, "material.added", material, by=by, at=at)
    return material


def _note(session: Session, action: str, material: Material, *, by: int | None, at: datetime) -> None:
    session.flush()
    detail = {"stop": material.stop_id, "file": material.file_id, "title": material.title}
    audit.record(session, action, f"material:{material.id}", by=by, at=at, detail=detail)
