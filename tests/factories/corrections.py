"""Sittings at which a question turns out to be wrong."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Unit
from exam.grading.affected import Plan
from exam.grading.correcting import Change, with_key, with_rubrics, written_parts
from exam.grading.models import CorrectionPolicy
from exam.papers.models import PaperItem
from exam.reports.operations import release_results
from exam.sittings.models import Attempt, Sitting
from exam.sittings.operations import close_sitting, start
from exam.tours.models import Tour
from question_bank.enums import Kind
from question_bank.kinds import content_of
from tests.factories.accounts import make_person, make_unit
from tests.factories.marks import hand_in_paper, mark_by_hand
from tests.factories.papers import SINGLE, make_paper_set
from tests.factories.sittings import make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

SURE = {**SINGLE, "stem": "这一题的答案没有争议：企业应当何时告知备案机关？"}


def sit(
    session: Session,
    answers: Sequence[Any],
    *,
    question: Mapping[str, Any] = SINGLE,
    marks: int = 50,
    units: Sequence[Unit] | None = None,
    tour: Tour | None = None,
    release: bool = True,
    by_hand: bool = True,
) -> Sitting:
    """A stop where each person gives one of `answers` (in keys) to a question of `marks`, and another one rightly.

    The people take turns in `units`; everything written is decided as suggested (`by_hand`), and the results are out.
    """
    homes = units or [make_unit(session)]
    stop = make_stop(session, unit=homes[0], tour=tour)
    sitting = make_sitting(session, stop=stop)
    made = make_paper_set(session, ((dict(question), marks), (SURE, 100 - marks)), papers=len(answers), audience=None)
    for number, (answer, paper) in enumerate(zip(answers, made.papers, strict=True)):  # type: ignore[attr-defined]
        entry = make_entry(session, stop, person=make_person(session, unit=homes[number % len(homes)]))
        make_assignment(session, sitting, entry, paper=paper)
        attempt = start(session, entry, sitting, device="test", at=sitting.opens_at)
        hand_in_paper(session, attempt, given=lambda item, answer=answer: _given(item, answer, question))
        if by_hand and any(mark_waits(session, attempt)):
            mark_by_hand(session, attempt, marker_id=make_person(session).id)
    close_sitting(session, sitting, by=None, at=sitting.opens_at + timedelta(hours=2))
    if release:
        release_results(session, sitting, by=None, at=sitting.closes_at)
    return sitting


def mark_waits(session: Session, attempt: Attempt) -> list[bool]:
    from exam.grading.queries import marks_of

    return [mark.source.value == "suggestion" for mark in marks_of(session, attempt.id).values()]


def _given(item: Any, answer: Any, question: Mapping[str, Any]) -> Any:
    if item.content.stem != question["stem"]:
        return label_of(item, "B")
    if question["kind"] == "single_choice":
        return None if answer is None else label_of(item, answer)
    return answer


def label_of(item: Any, key: str) -> str:
    """How an option is called on this paper."""
    return "ABCDEFGH"[item.order.keys.index(key)]


def version_of(session: Session, sitting: Sitting, question: Mapping[str, Any] = SINGLE) -> int:
    """Id of the version of the question in the papers of a sitting."""
    from exam.grading.sat import questions_at

    return next(
        each.version.id for each in questions_at(session, sitting.stop_id) if each.version.stem == question["stem"]
    )


def plan(
    version_id: int,
    policy: CorrectionPolicy = CorrectionPolicy.NEW_KEY,
    *,
    stop_id: int | None = None,
    question: Mapping[str, Any] = SINGLE,
    key: Mapping[str, Any] | None = None,
    rubrics: Mapping[str, Mapping[str, Any]] | None = None,
    **change: Any,
) -> Plan:
    """To mark by another key (C, where B was right) unless told otherwise."""
    if policy in {CorrectionPolicy.NEW_KEY, CorrectionPolicy.ACCEPT_BOTH}:
        content = content_of(Kind(question["kind"]), dict(question))
        change["content"] = with_key(content, key or {"answer": "C"})
    if policy is CorrectionPolicy.NEW_RUBRIC:
        content = content_of(Kind(question["kind"]), dict(question))
        change["content"] = with_rubrics(content, rubrics or one_point_more(content))
    return Plan(version_id, stop_id, policy, Change(**change))


MORE = {"id": "more", "point": "并联审批", "marks": "6", "keyword_groups": [["并联审批"]]}


def one_point_more(content: Any) -> dict[str, dict[str, Any]]:
    """Every rubric with one more key point; in a case, where a part's marks are settled, it takes half of the last."""
    found = {}
    for part, each in written_parts(content).items():
        points, more = [point.model_dump(mode="json") for point in each.rubric], dict(MORE)
        if part:
            more["marks"] = points[-1]["marks"] = str(each.rubric[-1].marks / 2)
        found[part] = {"reference": f"{each.reference}还要并联审批。", "rubric": [*points, more]}
    return found


def attempts_at(session: Session, sitting: Sitting) -> list[Attempt]:
    """The attempts of a sitting by seat."""
    return list(
        session.scalars(
            select(Attempt)
            .join(Attempt.assignment)
            .where(Attempt.assignment.has(sitting_id=sitting.id))
            .order_by(Attempt.id)
        )
    )


def items_of(session: Session, version_id: int) -> list[int]:
    return list(session.scalars(select(PaperItem.id).where(PaperItem.question_version_id == version_id)))
