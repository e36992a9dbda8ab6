"""One click: a closed case becomes a draft question that cites the same law. An author finishes it."""

from datetime import datetime

from sqlalchemy.orm import Session

from exam import audit
from exam.ledger.flow import Act, Hand
from exam.ledger.models import Case, CaseAnswer, CaseCitation
from exam.ledger.queries import answers_of
from exam.ledger.recording import lock, take
from question_bank.authoring import new_code
from question_bank.drafts import Draft, DraftCitation
from question_bank.enums import Difficulty, Kind, PaperKind
from question_bank.errors import N_, Conflict, NotAllowed
from question_bank.kinds import Content, content_of
from question_bank.lawbook import articles_by_document
from question_bank.models import Article, Question
from question_bank.operations import create_question
from question_bank.taxonomy import UNSORTED

KINDS = (Kind.SHORT_ANSWER, Kind.SINGLE_CHOICE)
TO_WRITE = "（待命题人填写：干扰项）"
SHORTEN = "（待命题人改写为一句话）"
OPTION = 200


def draw_up(session: Session, case: Case, *, kind: Kind, hand: Hand, at: datetime, seen: int | None = None) -> Question:
    """A draft in the bank with the case's problem as its stem and the department's answer as its reference.

    Raises Conflict where the case has been made a question before, NotAllowed for another kind or without an answer.
    """
    lock(session, case, seen)
    if case.question_id is not None:
        raise Conflict(N_("This case has been made a question already."))
    answers = answers_of(session, case.id)
    if kind not in KINDS or not answers:
        raise NotAllowed(N_("A question is drawn up from an answer, as a short answer or a choice."))
    draft = Draft(
        code=new_code(session),
        content=_content(kind, case, answers[0]),
        topic=case.topic or UNSORTED,
        difficulty=Difficulty.APPLICATION,
        marks=10 if kind is Kind.SHORT_ANSWER else 2,
        papers=(PaperKind.PRACTICAL,) if kind is Kind.SHORT_ANSWER else (PaperKind.BUSINESS,),
        citations=_citations(session, answers[0]),
        reviewer_note=f"由台账 {case.number} 转化。请命题人改写题干，补充采分点或选项后再送审。",
    )
    question, events = create_question(session, draft, by=hand.person_id, at=at)
    audit.note(session, events, by=hand.person_id, at=at)
    take(session, case, Act.DRAW_UP, hand=hand, at=at, note=question.code, question_id=question.id)
    return question


def _content(kind: Kind, case: Case, answer: CaseAnswer) -> Content:
    stem = case.text if len(case.text) > len(case.title) else case.title
    if kind is Kind.SHORT_ANSWER:
        return content_of(kind, {"kind": kind.value, "stem": f"{stem}\n请作答。", "reference": answer.text})
    right = answer.text if len(answer.text) <= OPTION else SHORTEN
    options = [{"key": key, "text": right if key == "A" else f"{TO_WRITE[:-1]}{key}）"} for key in "ABCD"]
    held = {"kind": kind.value, "stem": f"{stem}\n下列做法正确的是（  ）", "options": options, "answer": "A"}
    return content_of(kind, held | {"explanation": answer.text})


def _citations(session: Session, answer: CaseAnswer) -> tuple[DraftCitation, ...]:
    """The law of the answer; an article that the register holds under that label brings its fact and how sure it is."""
    held = articles_by_document(session, [cited.document_id for cited in answer.citations])
    return tuple(_citation(cited, held.get(cited.document_id, [])) for cited in answer.citations)


def _citation(cited: CaseCitation, articles: list[Article]) -> DraftCitation:
    named = next((each for each in articles if cited.article and each.label == cited.article), None)
    return DraftCitation(
        document=cited.document.title,
        article=cited.article,
        fact_id=named.fact if named else "",
        status=named.certainty if named else "",
        in_force=cited.document.in_force,
    )
