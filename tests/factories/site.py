"""A small whole site: two units, every role in both, one stop at each in full swing. For tests that walk everything."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts import privacy
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.accounts.saved_filters import save_filter
from exam.extensions import writing
from exam.grading.affected import Plan
from exam.grading.correcting import Change
from exam.grading.models import Correction, CorrectionPolicy, Mark, Source
from exam.jobs import operations as jobs
from exam.papers.models import Paper
from exam.reports.models import Release
from exam.reports.repair import propose
from exam.sittings.day import IncidentKind
from exam.sittings.incidents import record
from exam.sittings.models import Attempt
from exam.tours import asking, drafting, drafts, publishing
from exam.tours import operations as tours
from exam.tours.models import Stop
from question_bank.legislation import write_article
from question_bank.models import Document, Question, QuestionPair
from question_bank.operations import keep_picture
from question_bank.pictures import Picture
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.appeals import make_appeal
from tests.factories.bank import make_question
from tests.factories.bulletins import make_bulletin
from tests.factories.cases import make_handed_over
from tests.factories.claims import make_claim
from tests.factories.leak_alarms import make_alarm
from tests.factories.lessons import give_lecture, make_lecture, make_material, make_quiz, make_training
from tests.factories.marks import hand_in_paper
from tests.factories.notices import make_channel, make_message
from tests.factories.numbering import numbers
from tests.factories.prints import PRINT, asked_print
from tests.factories.sittings import make_attempt
from tests.factories.tours import make_entry, make_stop


@dataclass
class Place:
    """What exists at one unit: ids by the names of the routes' parameters, persons by role."""

    ids: dict[str, object] = field(default_factory=dict)
    people: dict[Role, int] = field(default_factory=dict)
    entry_id: int = 0
    candidate_id: int = 0


@dataclass
class Site:
    here: Place
    there: Place


def make_site(app: Flask) -> Site:
    """Build it in one transaction of `app`."""
    with app.app_context(), writing() as session:
        return Site(_place(session, "石桥镇"), _place(session, "临河镇"))


def _pair(session: Session, one: Question, two: Question) -> QuestionPair:
    """Two questions that look alike, whether the comparison found them or not."""
    first, second = sorted((one.id, two.id))
    known = select(QuestionPair).where(QuestionPair.first_id == first, QuestionPair.second_id == second)
    pair = session.scalar(known)
    if pair is None:
        pair = QuestionPair(first_id=first, second_id=second, reason="reworded", likeness=80, found_at=NOON)
        session.add(pair)
        session.flush()
    return pair


def _release(session: Session, attempt: Attempt) -> Release:
    """Figures of the sitting as they would go out, without its release."""
    release = Release(sitting_id=attempt.assignment.sitting_id, number=99, at=NOON, by=None, figures={"groups": []})
    session.add(release)
    session.flush()
    return release


def _correction(session: Session, attempt: Attempt, by: int) -> Correction:
    """A proposal to give everybody full marks for the first question of the paper."""
    version_id = attempt.assignment.paper.items[0].question_version_id
    asked = Plan(version_id, None, CorrectionPolicy.FULL_MARKS, Change())
    return propose(session, asked, reason="题目有误", by=by, at=NOON)


def _planned(session: Session, stop: Stop) -> dict[str, object]:
    """A venue, a lecture and a draft in which the stop is; the calendar has been published once."""
    number = next(numbers)
    venue = tours.create_venue(session, name=f"会议室{number}", unit=stop.unit, capacity=60, by=None, at=NOON)
    lecturer = tours.register_lecturer(
        session, code=f"L{number}", person=make_person(session), title="业务骨干", field="光伏", by=None, at=NOON
    )
    lecture = tours.create_lecture(session, lecturer, title=f"讲题{number}", by=None, at=NOON)
    publishing.announce(session, stop.tour, zone=ZoneInfo("Asia/Shanghai"), by=None, at=NOON)
    draft = drafts.open_draft(session, stop.tour, by=None, at=NOON)
    return {
        "venue_id": venue.id,
        "lecturer_id": lecturer.id,
        "lecture_id": lecture.id,
        "placement_id": drafting.placements_of(session, draft)[0].id,
        "proposal_id": asking.ask(session, draft, mend=False, keep=True, seed=1, by=None, at=NOON).id,
    }


def _place(session: Session, name: str) -> Place:
    unit = make_unit(session, name=name)
    place = Place()
    place.people = {role: make_person(session, unit=unit, roles=(role,)).id for role in Role}
    stop = make_stop(session, unit=unit)
    candidate = session.get_one(Person, place.people[Role.CANDIDATE])
    entry = make_entry(session, stop, person=candidate)
    attempt = make_attempt(session, entry=entry)
    hand_in_paper(session, attempt)
    other = make_attempt(session, entry=make_entry(session, stop, person=make_person(session, unit=unit)))
    question = make_question(session)
    alike = make_question(session, code=f"{question.code}-相近")
    document = session.scalars(select(Document).limit(1)).one()
    article, _ = write_article(session, document, None, label="第一条", text="总则", fact="", certainty="")
    pair = _pair(session, question, alike)
    paper = session.get_one(Paper, attempt.assignment.paper_id)
    place.entry_id, place.candidate_id = entry.id, candidate.id
    author = place.people[Role.AUTHOR]
    kept, _ = save_filter(session, name="案例", query="kind=case", by=author, at=NOON)
    drawn = Picture("1" * 64, "image/png", 1, 1, b"pixel")
    picture, _ = keep_picture(session, drawn, by=None, at=NOON)
    lecturer = session.get_one(Person, place.people[Role.LECTURER])
    lecture = give_lecture(session, stop, make_lecture(session, person=lecturer))
    quiz = make_quiz(session, lecture)
    material = make_material(session, stop)
    material.released_at = NOON
    place.ids = {
        "ticket": entry.ticket,
        "quiz_item_id": quiz.items[0].id,
        "material_id": material.id,
        "phase": "before",
        "wall": "quiz",
        "training_id": make_training(session, candidate).id,
        "digest": picture.digest,
        "kind": "single_choice",
        "case_id": make_handed_over(session, unit).id,
        "stop_id": stop.id,
        "pair_id": pair.id,
        "tour_id": stop.tour_id,
        "unit_id": unit.id,
        "person_id": candidate.id,
        "request_id": privacy.ask(session, candidate, text="职务有误", at=NOON).id,
        "entry_id": entry.id,
        "sitting_id": attempt.assignment.sitting_id,
        "assignment_id": attempt.assignment_id,
        "attempt_id": attempt.id,
        "key": attempt.key,
        "claim_id": make_claim(session, other).id,
        "incident_id": record(session, IncidentKind.NOTE, stop_id=stop.id, entry=entry, by=None, at=NOON).id,
        "other_key": other.key,
        "question_id": question.id,
        "version_id": question.latest_number,
        "number": 1,
        "document_id": document.id,
        "article_id": article.id,
        "topic_id": question.topic_id,
        "filter_id": kept.id,
        "release_id": _release(session, attempt).id,
        "correction_id": _correction(session, attempt, author).id,
        "bulletin_id": make_bulletin(session).id,
        "alarm_id": make_alarm(session, question).id,
        "answer_id": session.query(Mark.id)
        .filter_by(attempt_id=attempt.id, source=Source.SUGGESTION)
        .limit(1)
        .scalar(),
        "paper_id": attempt.assignment.paper_id,
        "item_id": paper.items[0].id,
        "appeal_id": make_appeal(session, attempt, paper.items[0].id).id,
        "set_id": paper.paper_set_id,
        "paper_set_id": paper.paper_set_id,
        "specification_id": paper.paper_set.specification_id,
        "what": "paper",
        "feed_kind": "person",
        "whose_id": candidate.id,
        "channel_id": make_channel(session).id,
        "message_id": make_message(session).id,
        "name": "nothing",
        **_planned(session, stop),
        "to": "unit",
        "token": "nothing",
        "job_id": jobs.enqueue(session, PRINT, asked_print(stop.id), by=None, at=NOON).id,
    }
    return place
