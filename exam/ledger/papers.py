"""问题会诊: the problems told in practical papers become cases. Who wrote one follows it, and is shown to nobody."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, aliased

from exam import clock, database
from exam.ledger.collecting import LEAST, LONGEST, Told, asker_of, collect, title_of
from exam.ledger.flow import OPEN, SYSTEM, Act, CaseSource
from exam.ledger.likeness import core
from exam.ledger.models import Asker, Case
from exam.ledger.recording import write
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting, SittingStatus
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Kind, PaperKind, TextForm
from question_bank.kinds import response_of
from question_bank.kinds.short_answer import DIAGNOSIS_FIELDS, ShortAnswerResponse
from question_bank.models import Question, QuestionVersion

EVERY = 300.0
"""Seconds between two looks."""
LOOKED_FOR = timedelta(days=14)
"""So long after its end a practical paper is looked at."""
EMPTY = frozenset({"无", "没有", "暂无", "无。", "没有。", "暂无。", "/", "-", "不清楚", "不清楚。"})
"""What people write into a box they have nothing for."""


@dataclass(frozen=True)
class OnPaper:
    """One problem as it stands on a paper, and who wrote it where."""

    told: Told
    stop_id: int


def look(engine: Engine) -> None:
    """The chore: open cases for what was told in practical papers that have closed since."""
    at = clock.now()
    with database.reading(engine) as session:
        if not waiting(session, at=at):
            return
    with database.writing(engine) as session:
        collect_from_papers(session, at=at)


def waiting(session: Session, *, at: datetime, stop_id: int | None = None) -> list[OnPaper]:
    """Problems told in papers of closed practical sittings, of one stop or of all, that nobody has collected."""
    later = aliased(Response)
    highest = (
        select(func.max(later.revision))
        .where(later.attempt_id == Response.attempt_id, later.paper_item_id == Response.paper_item_id)
        .correlate(Response)
        .scalar_subquery()
    )
    taken = select(Asker.id).where(
        Asker.attempt_id == Response.attempt_id, Asker.paper_item_id == Response.paper_item_id
    )
    wanted = (
        select(Response.attempt_id, Response.paper_item_id, Response.value, RosterEntry, Sitting.stop_id)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .join(PaperItem, PaperItem.id == Response.paper_item_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Question.form == TextForm.DIAGNOSIS,
            Sitting.paper_kind == PaperKind.PRACTICAL,
            Sitting.status.in_([SittingStatus.CLOSED, SittingStatus.RELEASED]),
            Attempt.status != AttemptStatus.STARTED,
            Response.revision == highest,
            ~taken.exists(),
        )
        .order_by(Response.attempt_id, Response.paper_item_id)
    )
    recent = Sitting.closes_at >= at - LOOKED_FOR if stop_id is None else Sitting.stop_id == stop_id
    found = []
    for attempt_id, item_id, value, entry, stop in session.execute(wanted.where(recent)):
        response = response_of(Kind.SHORT_ANSWER, value)
        text = _text(response) if isinstance(response, ShortAnswerResponse) else ""
        if text:
            told = Told(
                text=text,
                title=title_of(text),
                person_id=entry.person_id,
                unit_id=entry.unit_id,
                attempt_id=attempt_id,
                paper_item_id=item_id,
            )
            found.append(OnPaper(told, stop))
    return found


def collect_from_papers(session: Session, *, at: datetime, stop_id: int | None = None) -> Sequence[Case]:
    """Open cases for what waits; who says the very same as an open case joins those who follow it. Returns the new."""
    standing = _by_words(session)
    made: list[Case] = []
    joined: defaultdict[int, int] = defaultdict(int)
    for each in waiting(session, at=at, stop_id=stop_id):
        words = core(each.told.text)
        case = standing.get(words)
        if case is None:
            stop = session.get_one(Stop, each.stop_id)
            asker = collect(session, each.told, source=CaseSource.PAPER, stop=stop, hand=SYSTEM, at=at)
            standing[words] = case = session.get_one(Case, asker.case_id)
            made.append(case)
        else:
            session.add(asker_of(case, each.told, at=at))
            joined[case.id] += 1
    for case_id, count in joined.items():
        case = session.get_one(Case, case_id)
        write(session, case, Act.TAKE_IN, before=case.status, hand=SYSTEM, at=at, note=f"问题卷 +{count}")
    session.flush()
    return made


def _by_words(session: Session) -> dict[str, Case]:
    """Open cases from papers by the words of those who told them."""
    rows = session.execute(
        select(Asker.text, Case)
        .join(Case, Case.id == Asker.case_id)
        .where(Case.status.in_(list(OPEN)), Case.source == CaseSource.PAPER)
        .order_by(Asker.id.desc())
    )
    return {core(text): case for text, case in rows}


def _text(response: ShortAnswerResponse) -> str:
    """The four boxes of a diagnosis with their headings; nothing where no problem is named."""
    problem = response.fields.get("problem", "").strip()
    if problem in EMPTY or len(problem) < LEAST:
        return ""
    lines = [problem]
    for field in DIAGNOSIS_FIELDS[1:]:
        said = response.fields.get(field.label, "").strip()
        if said and said not in EMPTY:
            lines.append(f"{field.text}：{said}")
    return "\n".join(lines)[:LONGEST]
