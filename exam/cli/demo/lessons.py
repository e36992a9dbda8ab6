"""What the demo's lectures left behind: quizzes with answers, feedback, slides, and trainings elsewhere."""

import random
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from hashlib import sha256
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.cli.demo.answers import give
from exam.cli.demo.county import County
from exam.lessons import files, operations, queries, quizzing
from exam.lessons.models import Quiz, QuizRound
from exam.lessons.phases import Phase
from exam.printing import fonts
from exam.tours.models import Lecture, RosterEntry, Stop
from exam.training import operations as training
from exam.training.models import ExternalTraining

SEED = 2027
QUIZZED = 3
"""At so many of the finished stops the hall was asked, the latest ones."""
PEOPLE = 20
"""So many of a hall answer."""
TOPICS: dict[str, tuple[str, ...]] = {
    "L1": ("INDUSTRY",),
    "L2": ("INDUSTRY", "PROC"),
    "L3": ("WORK", "INDUSTRY"),
    "L4": ("PROC",),
    "L5": ("PROC", "LAW"),
    "L6": ("PROC", "LAW"),
    "L7": ("POLICY",),
    "L8": ("SERVICE", "ETIQ"),
    "L9": ("INDUSTRY",),
    "L10": ("POLICY",),
}
"""What each lecture teaches, where nobody has said otherwise."""
COMMENTS = ("多讲些本县的案例。", "讲得实在，听得懂。", "时间再长一点。", "希望发一份讲稿。", "")
TRAININGS = (
    ("招商引资业务能力提升班", "景澜市委党校（虚构）", "16", "JLDX-2026-0312"),
    ("光伏产业链专题研修", "景澜市商务局（虚构）", "8", "JLSW-0457"),
    ("优化营商环境线上培训", "省级干部网络学院（虚构）", "12", "WL-88231"),
)


def give_lessons(session: Session, county: County, finished: list[Stop], today: Stop, *, at: datetime) -> None:
    """`finished` in order of time; the hall of today is asked before its lecture now."""
    by = county.staff[Role.ORGANISER][0].id
    for code, settled in county.lectures.items():
        lecture = session.get_one(Lecture, settled.id)
        if not lecture.topics:
            lecture.topics = list(TOPICS[code])
    session.flush()
    for stop in finished[-QUIZZED:]:
        _before_and_after(session, stop, by=by)
        _slides(session, stop, by=by)
    if today.lecture is not None:
        day = at.date()
        quizzing.make_quiz(session, today.lecture, seed=SEED, on=day, by=by, at=at)
        held = quizzing.open_round(session, today, Phase.BEFORE, by=by, at=at)
        for entry in _there(today)[:6]:
            _answer(session, held, entry, knows=0.4, at=at)
        _slides(session, today, by=by)


def _before_and_after(session: Session, stop: Stop, *, by: int) -> None:
    """Opened at the stop, closed at its end; more is known after the lecture, by how much differs."""
    if stop.lecture is None:
        return
    began, ended = stop.starts_at + timedelta(minutes=90), stop.ends_at - timedelta(minutes=5)
    if queries.newest_quiz(session, stop.lecture.id) is None:
        quizzing.make_quiz(session, stop.lecture, seed=SEED, on=stop.starts_at.date(), by=by, at=stop.starts_at)
    quiz = queries.newest_quiz(session, stop.lecture.id)
    if quiz is None:
        return
    taught = 0.15 + 0.1 * (stop.number % 3)
    for phase, knows, at in ((Phase.BEFORE, 0.45, began), (Phase.AFTER, 0.45 + taught, ended)):
        # as at the time, for a stop that is finished is asked nothing any more
        held = QuizRound(stop_id=stop.id, quiz_id=quiz.id, phase=phase, opened_at=at)
        session.add(held)
        session.flush()
        for entry in _there(stop)[:PEOPLE]:
            _answer(session, held, entry, knows=knows, at=at + timedelta(minutes=2))
        quizzing.close_round(session, held, by=by, at=at + timedelta(minutes=5))
    for entry in _there(stop)[: PEOPLE - 6]:
        _judge(session, stop, entry)


def _there(stop: Stop) -> list[RosterEntry]:
    return [entry for entry in stop.roster if entry.checked_in_at is not None]


def _draw(*parts: object) -> random.Random:
    return random.Random("/".join(map(str, parts)))  # noqa: S311 -- invented people, no secrets


def _answer(session: Session, held: QuizRound, entry: RosterEntry, *, knows: float, at: datetime) -> None:
    draw, given = _draw("quiz", held.phase.value, held.stop_id, entry.seat), {}
    for asked in queries.asked_in(session.get_one(Quiz, held.quiz_id)):
        order = queries.order_for(asked.content, round_id=held.id, entry_id=entry.id, item_id=asked.item.id)
        given[asked.item.id] = give(asked.content, order, ability=knows, draw=draw)
    said = {item: value for item, value in given.items() if value is not None}
    quizzing.hand_in(session, held, entry, said, at=at)


def _judge(session: Session, stop: Stop, entry: RosterEntry) -> None:
    draw = _draw("feedback", stop.id, entry.seat)
    useful, clear, fitting = (draw.choice((3, 4, 4, 5, 5)) for _ in range(3))
    operations.give_feedback(
        session,
        stop,
        giver=sha256(f"{stop.id}/{entry.seat}".encode()).hexdigest(),
        scores=operations.Scores(useful, clear, fitting),
        comment=draw.choice(COMMENTS),
        at=stop.ends_at + timedelta(minutes=draw.randint(1, 30)),
    )


def _slides(session: Session, stop: Stop, *, by: int) -> None:
    """One page that names the lecture, released at the stop."""
    if stop.lecture is None:
        return
    checked = files.check(f"{stop.lecture.title}.pdf", _one_page(stop.lecture.title), files.SLIDES)
    known = queries.materials_elsewhere(session, stop)
    at = stop.starts_at - timedelta(hours=3)
    if known:
        kept = operations.take_over(session, stop, known[0], by=by, at=at)
    else:
        kept = operations.add_material(session, stop, title=stop.lecture.title, file=checked, by=by, at=at)
    operations.release_material(session, kept, by=by, at=stop.starts_at + timedelta(minutes=100))


def _one_page(title: str) -> bytes:
    made = BytesIO()
    fonts.face(fonts.BODY)
    page = Canvas(made, pagesize=(720, 405), invariant=1)
    page.setTitle(title)
    page.setFont(fonts.BODY, 30)
    page.drawString(60, 240, title)
    page.setFont(fonts.BODY, 16)
    page.drawString(60, 190, "企业家大讲堂 · 云川县（虚构）演示课件")
    page.save()
    return made.getvalue()


def report_trainings(session: Session, county: County, *, at: datetime, zone: tzinfo) -> None:
    """Some people were elsewhere; most of it is confirmed, three reports wait, one does not count."""
    organiser = county.staff[Role.ORGANISER][0].id
    today = at.astimezone(zone).date()
    people = [people[number] for people in county.cadres.values() for number in (0, 3) if len(people) > number]
    for number, person in enumerate(people[:24]):
        made = _reported(session, person, number, today=today, at=at - timedelta(days=9))
        if number % 8 == 5:
            training.refuse_training(session, made, reason="非业务培训，不计学时。（演示）", by=organiser, at=at)
        elif number % 8 != 2:
            training.confirm_training(session, made, by=organiser, at=at - timedelta(days=8))


def _reported(session: Session, person: Person, number: int, *, today: date, at: datetime) -> ExternalTraining:
    title, organiser, hours, certificate = TRAININGS[number % len(TRAININGS)]
    last = today - timedelta(days=12 + number)
    report = training.Report(
        title, organiser, last - timedelta(days=2), last, Decimal(hours), f"{certificate}-{number + 1:02d}"
    )
    file = files.check("培训证书.pdf", _one_page(f"培训证书：{title}"), files.CERTIFICATES) if number < 3 else None
    return training.report_training(session, person, report, file=file, today=today, by=person.id, at=at)
