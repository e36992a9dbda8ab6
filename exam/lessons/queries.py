"""Reads on materials, quizzes, rounds, sheets and feedback."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer
from sqlalchemy.orm.interfaces import ORMOption

from exam.accounts.models import Person
from exam.lessons.models import Feedback, Material, Quiz, QuizItem, QuizRound, QuizSheet, StoredFile
from exam.lessons.phases import Phase, RoundStatus, key_shown, status_of, takes_sheets
from exam.tours.models import RosterEntry, Stop
from exam.tours.queries import stop_by_id
from question_bank.enums import Kind
from question_bank.errors import N_, NotFound
from question_bank.kinds import Content, KeyView, Order, PublicView, content_of, key_view, public_view, shuffle
from question_bank.models import QuestionVersion

TELLS_FROM = 5
"""So many answers a feedback needs before anything of it is shown."""
SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class RoundLine:
    """One phase at one stop: its round if it was opened, and how many have handed in."""

    phase: Phase
    held: QuizRound | None
    sheets: int

    @property
    def status(self) -> RoundStatus:
        return status_of(self.held.opened_at, self.held.closed_at) if self.held else RoundStatus.WAITING


@dataclass(frozen=True)
class Opinion:
    """What one of the three questions got: the mean, and how many gave each of 1–5."""

    mean: float
    counts: tuple[int, ...]


@dataclass(frozen=True)
class FeedbackSummary:
    """`given` answers in all; below five nothing else is told. Comments stand by their text, not by their time."""

    given: int
    useful: Opinion | None = None
    clear: Opinion | None = None
    fitting: Opinion | None = None
    comments: tuple[str, ...] = ()

    @property
    def mean(self) -> float | None:
        parts = [each.mean for each in (self.useful, self.clear, self.fitting) if each]
        return sum(parts) / len(parts) if parts else None


@dataclass(frozen=True)
class Asked:
    """One question of a quiz: its row and its content (key included, so it stays on the server)."""

    item: QuizItem
    content: Content


@dataclass(frozen=True)
class Shown:
    """One question as one person sees it, its options in the person's own order."""

    number: int
    item_id: int
    view: PublicView


@dataclass(frozen=True)
class Solved:
    """One question with its key, and what the person earned of it right after the lecture (None: no sheet)."""

    number: int
    view: PublicView
    key: KeyView
    before: float | None
    after: float | None


def material_by_id(session: Session, material_id: int) -> Material:
    """Raises NotFound."""
    found = session.get(Material, material_id, options=[joinedload(Material.file)])
    if found is None:
        raise NotFound(N_("There is no such file."))
    return found


def materials_of(session: Session, stop_id: int, *, released: bool = False) -> Sequence[Material]:
    """The materials of a stop that are not withdrawn, in the order they came; `released` ones only for candidates."""
    wanted = select(Material).where(Material.stop_id == stop_id, Material.withdrawn_at.is_(None))
    if released:
        wanted = wanted.where(Material.released_at.is_not(None))
    return session.scalars(wanted.options(joinedload(Material.file)).order_by(Material.id)).all()


def materials_elsewhere(session: Session, stop: Stop) -> Sequence[Material]:
    """What was given with the same lecture at other stops and is not here yet, the newest of each file."""
    if stop.lecture_id is None:
        return ()
    here = select(Material.file_id).where(Material.stop_id == stop.id, Material.withdrawn_at.is_(None))
    newest = (
        select(func.max(Material.id))
        .where(
            Material.lecture_id == stop.lecture_id,
            Material.stop_id != stop.id,
            Material.withdrawn_at.is_(None),
            Material.file_id.not_in(here),
        )
        .group_by(Material.file_id)
    )
    wanted = select(Material).where(Material.id.in_(newest)).options(joinedload(Material.file))
    return session.scalars(wanted.order_by(Material.id)).all()


def bytes_of(session: Session, file_id: int) -> bytes:
    """The content of a stored file."""
    return session.get_one(StoredFile, file_id, options=[undefer(StoredFile.content)], populate_existing=True).content


def newest_quiz(session: Session, lecture_id: int) -> Quiz | None:
    """The quiz of a lecture that counts."""
    wanted = select(Quiz).where(Quiz.lecture_id == lecture_id).order_by(Quiz.number.desc()).limit(1)
    return session.scalar(wanted.options(_whole()))


def quiz_of_stop(session: Session, stop: Stop) -> Quiz | None:
    """The quiz of a stop: the one asked there already, else the newest of its lecture."""
    asked = select(Quiz).join(QuizRound, QuizRound.quiz_id == Quiz.id).where(QuizRound.stop_id == stop.id)
    found = session.scalar(asked.order_by(QuizRound.id).limit(1).options(_whole()))
    if found is not None or stop.lecture_id is None:
        return found
    return newest_quiz(session, stop.lecture_id)


def _whole() -> ORMOption:
    return selectinload(Quiz.items).joinedload(QuizItem.version).joinedload(QuestionVersion.question)


def asked_in(quiz: Quiz) -> tuple[Asked, ...]:
    """The questions of a quiz in their order."""
    return tuple(Asked(item, content_of(item.version.question.kind, item.version.content)) for item in quiz.items)


def round_by_id(session: Session, round_id: int) -> QuizRound:
    """Raises NotFound."""
    found = session.get(QuizRound, round_id)
    if found is None:
        raise NotFound(N_("There is no such round."))
    return found


def held_rounds(session: Session, stop_id: int) -> dict[Phase, QuizRound]:
    """The rounds of a stop that were opened, by phase."""
    found = session.scalars(select(QuizRound).where(QuizRound.stop_id == stop_id))
    return {each.phase: each for each in found}


def round_lines(session: Session, stop_id: int) -> tuple[RoundLine, ...]:
    """All three phases of a stop with the number of their sheets (two queries)."""
    held = held_rounds(session, stop_id)
    rows = session.execute(
        select(QuizSheet.round_id, func.count())
        .where(QuizSheet.round_id.in_([each.id for each in held.values()]))
        .group_by(QuizSheet.round_id)
    )
    sheets: dict[int, int] = {row[0]: row[1] for row in rows}
    return tuple(
        RoundLine(phase, held.get(phase), sheets.get(held[phase].id, 0) if phase in held else 0) for phase in Phase
    )


def open_round_of(session: Session, stop_id: int, *, at: datetime) -> QuizRound | None:
    """The round whose sheets are taken at `at`; the one opened last where two overlap in the grace."""
    taking = [
        each for each in held_rounds(session, stop_id).values() if takes_sheets(each.opened_at, each.closed_at, at=at)
    ]
    return max(taking, key=lambda each: (each.closed_at is None, each.opened_at), default=None)


def quiz_waits(session: Session, entry: RosterEntry, *, at: datetime) -> bool:
    """Whether a round is open in which this person has handed in nothing."""
    held = open_round_of(session, entry.stop_id, at=at)
    return held is not None and sheet_of(session, held.id, entry.id) is None


def entry_asked_later(session: Session, code: str) -> RosterEntry | None:
    """Whose cleaned code this is while the last round of that stop's quiz is open: the ticket opens it again."""
    return session.scalar(
        select(RosterEntry)
        .join(Person, Person.id == RosterEntry.person_id)
        .join(QuizRound, QuizRound.stop_id == RosterEntry.stop_id)
        .where(RosterEntry.ticket == code, Person.active, QuizRound.phase == Phase.LATER, QuizRound.closed_at.is_(None))
    )


def sheet_of(session: Session, round_id: int, entry_id: int) -> QuizSheet | None:
    """What a person handed in in a round, with the answers."""
    return session.scalar(
        select(QuizSheet)
        .where(QuizSheet.round_id == round_id, QuizSheet.roster_entry_id == entry_id)
        .options(selectinload(QuizSheet.answers))
    )


def order_for(content: Content, *, round_id: int, entry_id: int, item_id: int) -> Order:
    """The order of a question's options for one person in one round; the same each time it is asked for."""
    digest = sha256(f"{round_id}/{entry_id}/{item_id}".encode()).digest()
    return shuffle(content, int.from_bytes(digest[:6], "big"))


def shown_to(session: Session, held: QuizRound, entry: RosterEntry) -> list[Shown]:
    """The questions of a round as one person sees them: no key, no explanation."""
    quiz = session.get_one(Quiz, held.quiz_id, options=[_whole()])
    return [
        Shown(number, asked.item.id, public_view(asked.content, _order(asked, held, entry)))
        for number, asked in enumerate(asked_in(quiz), 1)
    ]


def _order(asked: Asked, held: QuizRound, entry: RosterEntry) -> Order:
    return order_for(asked.content, round_id=held.id, entry_id=entry.id, item_id=asked.item.id)


def solved_for(session: Session, entry: RosterEntry, *, at: datetime) -> list[Solved]:
    """The questions with their keys, once the round after the lecture is closed; empty before."""
    held = held_rounds(session, entry.stop_id)
    last = held.get(Phase.AFTER)
    if last is None or not key_shown(last.closed_at, at=at):
        return []
    quiz = session.get_one(Quiz, last.quiz_id, options=[_whole()])
    earned = {phase: _shares(session, held[phase].id, entry.id) for phase in held}
    return [
        Solved(
            number,
            public_view(asked.content, _order(asked, last, entry)),
            key_view(asked.content, _order(asked, last, entry)),
            earned.get(Phase.BEFORE, {}).get(asked.item.id),
            earned.get(Phase.AFTER, {}).get(asked.item.id),
        )
        for number, asked in enumerate(asked_in(quiz), 1)
    ]


def _shares(session: Session, round_id: int, entry_id: int) -> dict[int, float]:
    sheet = sheet_of(session, round_id, entry_id)
    return {answer.quiz_item_id: float(answer.share) for answer in sheet.answers} if sheet else {}


def kinds_of(quiz: Quiz) -> list[Kind]:
    """The kinds of its questions in their order."""
    return [item.version.question.kind for item in quiz.items]


def stop_by_uid(session: Session, uid: str) -> Stop:
    """The stop a printed or projected address names. Raises NotFound."""
    stop_id = session.scalar(select(Stop.id).where(Stop.uid == uid))
    if stop_id is None:
        raise NotFound(N_("There is no such stop."))
    return stop_by_id(session, stop_id)


def entry_at(session: Session, stop_id: int, person_id: int) -> RosterEntry | None:
    """The person's place at a stop."""
    return session.scalar(select(RosterEntry).where(RosterEntry.stop_id == stop_id, RosterEntry.person_id == person_id))


def has_given(session: Session, stop_id: int, giver: str) -> bool:
    """Whether that device or ticket has given its feedback."""
    wanted = select(Feedback.id).where(Feedback.stop_id == stop_id, Feedback.giver == giver)
    return session.scalar(wanted) is not None


def feedback_of(session: Session, *, stop_id: int) -> FeedbackSummary:
    """What a hall thought of its lecture."""
    return _summary(session.scalars(select(Feedback).where(Feedback.stop_id == stop_id)).all())


def feedback_by_lecture(session: Session, stop_ids: Sequence[int]) -> dict[int, FeedbackSummary]:
    """By lecture what the halls of some stops thought of it (one query)."""
    found: dict[int, list[Feedback]] = {}
    for each in session.scalars(select(Feedback).where(Feedback.stop_id.in_(stop_ids))):
        found.setdefault(each.lecture_id, []).append(each)
    return {lecture_id: _summary(rows) for lecture_id, rows in found.items()}


def _summary(rows: Sequence[Feedback]) -> FeedbackSummary:
    if len(rows) < TELLS_FROM:
        return FeedbackSummary(len(rows))
    comments = tuple(sorted(each.comment for each in rows if each.comment))
    useful, clear, fitting = (
        _opinion([getattr(each, name) for each in rows]) for name in ("useful", "clear", "fitting")
    )
    return FeedbackSummary(len(rows), useful, clear, fitting, comments)


def _opinion(scores: Sequence[int]) -> Opinion:
    counts = Counter(scores)
    return Opinion(sum(scores) / len(scores), tuple(counts[score] for score in SCORES))
