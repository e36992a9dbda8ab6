"""A law changes, and what that means for the questions that rest on it."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from question_bank import content, lawbook, legislation, operations
from question_bank.drafts import DraftCitation
from question_bank.enums import DocumentStatus, PaperKind, Status
from question_bank.errors import Conflict, Invalid, NotAllowed
from question_bank.models import Document, Question
from question_bank.queries import drawable
from question_bank.registry import Registry
from tests.conftest import NOON
from tests.factories.bank import CONFIRMED, make_draft, make_question

pytestmark = pytest.mark.db

TODAY = NOON.date()
BY = {"by": 7, "at": NOON}


def cite(*titles: str) -> list[DraftCitation]:
    return [DraftCitation(**(CONFIRMED | {"document": title})) for title in titles]


def document(session: Session, title: str, **values) -> Document:
    row, _ = legislation.register(session, {"title": title} | values)
    return row


def drawn(session: Session) -> list[str]:
    found = drawable(session, paper_kind=PaperKind.BUSINESS, on=TODAY, audience=None, host_unit_code=None)
    return [each.code for each in found]


@pytest.fixture
def two(session: Session) -> tuple[Document, Question, Question]:
    """A document 旧法, a published question that cites it among others, and one that does not."""
    law = document(session, "旧法", in_force="2020-01-01")
    return law, make_question(session, code="OLD", citations=cite("旁法", "旧法")), make_question(session, code="ELSE")


@pytest.mark.parametrize("verb", [legislation.amend, legislation.repeal])
def test_when_a_document_falls_its_questions_leave_the_draw_at_once(session: Session, two, verb) -> None:
    law, old, other = two
    fall, events = verb(session, law, reason="公告", **BY)
    assert fall.quarantined == ("OLD",)
    assert [each.action for each in events] == ["document.fallen", "question.status_changed"]
    assert (old.status, other.status) == (Status.QUARANTINED, Status.PUBLISHED)
    assert drawn(session) == ["ELSE"]


def test_only_the_latest_version_counts(session: Session, two) -> None:
    law, old, _ = two
    rewritten = make_draft(code="OLD", citations=cite("旁法"), content={"stem": "换了依据的题？"})
    operations.add_version(session, old, rewritten, **BY)
    operations.publish(session, ["OLD"], **BY)
    fall, _ = legislation.repeal(session, law, **BY)
    assert fall.quarantined == ()
    assert drawn(session) == ["ELSE", "OLD"]


def test_nothing_is_published_that_rests_on_a_fallen_document(session: Session, two) -> None:
    law, old, _ = two
    waiting = make_question(session, code="NEW", citations=cite("旧法"), status=Status.IN_REVIEW)
    legislation.amend(session, law, **BY)
    for question in (old, waiting):
        with pytest.raises(Invalid, match="has been amended"):
            operations.advance(session, question, Status.PUBLISHED, **BY)
    publication, _ = operations.publish(session, ["OLD", "NEW"], **BY)
    assert [code for code, _ in publication.held] == ["NEW", "OLD"]


def test_a_checked_document_lets_its_questions_be_confirmed_and_confirms_none_itself(session: Session, two) -> None:
    law, old, _ = two
    legislation.amend(session, law, **BY)
    legislation.check(session, law, edition="2027-01-01", review_on=date(2028, 1, 1))
    assert (law.status, law.edition, law.review_on) == (DocumentStatus.IN_FORCE, "2027-01-01", date(2028, 1, 1))
    assert old.status is Status.QUARANTINED
    operations.advance(session, old, Status.PUBLISHED, **BY)
    assert drawn(session) == ["ELSE", "OLD"]
    with pytest.raises(NotAllowed):
        legislation.check(session, law)


def test_a_replacement_entered_by_mistake_is_taken_back(session: Session, two) -> None:
    law, _, _ = two
    successor = document(session, "新法")
    legislation.supersede(session, law, successor, **BY)
    assert lawbook.predecessors(session, successor.id) == [law]
    legislation.check(session, law)
    assert (law.superseded_by_id, law.status) == (None, DocumentStatus.IN_FORCE)


def test_what_does_not_stand_replaces_nothing(session: Session, two) -> None:
    law, _, _ = two
    fallen = document(session, "更旧的法")
    legislation.repeal(session, fallen, **BY)
    for successor in (law, fallen):
        with pytest.raises(NotAllowed):
            legislation.supersede(session, law, successor, **BY)
    with pytest.raises(NotAllowed):
        legislation.repeal(session, fallen, **BY)


def test_a_title_stands_in_the_register_once(session: Session, two) -> None:
    with pytest.raises(Conflict):
        document(session, "旧法")
    with pytest.raises(Conflict):
        legislation.edit(session, document(session, "新法"), {"title": "旧法"})
    with pytest.raises(Invalid):
        document(session, "")


def test_a_question_is_drawn_on_its_last_day_and_gone_the_day_after(session: Session) -> None:
    question = make_question(session, code="TAX", valid_to=TODAY, time_sensitive=True)
    assert legislation.expire(session, on=TODAY, at=NOON)[0] == []
    assert drawn(session) == ["TAX"]
    codes, events = legislation.expire(session, on=TODAY + timedelta(days=1), at=NOON)
    assert codes == ["TAX"]
    assert events[0].detail["params"] == {"day": TODAY.isoformat()}
    assert question.status is Status.QUARANTINED
    assert legislation.expire(session, on=TODAY + timedelta(days=1), at=NOON) == ([], [])


def test_a_review_that_draws_near_is_told_once_and_again_for_the_next_date(session: Session) -> None:
    law = document(session, "到期法", review_on=TODAY + timedelta(days=20))
    document(session, "远期法", review_on=TODAY + timedelta(days=60))
    assert [event.object_id for event in legislation.remind(session, on=TODAY)] == [law.id]
    assert legislation.remind(session, on=TODAY) == []
    assert lawbook.due_count(session, on=TODAY) == 1
    legislation.edit(session, law, {"review_on": TODAY + timedelta(days=25)})
    assert len(legislation.remind(session, on=TODAY)) == 1


def test_the_calendar_parts_what_is_overdue_from_what_comes(session: Session) -> None:
    for days, title in ((-1, "昨"), (0, "今"), (29, "月末后"), (200, "远")):
        document(session, title, review_on=TODAY + timedelta(days=days))
    found = lawbook.calendar(session, on=TODAY, days=92)
    titles = [[line.document.title for line in group] for group in (found.overdue, found.this_month, found.later)]
    assert titles == [["昨"], ["今", "月末后"], []]


def test_the_shipped_register_is_entered_once_and_keeps_what_a_person_decided(session: Session) -> None:
    def enter() -> None:
        registry = Registry(session)
        registry.enter(content.documents())
        registry.enter_articles(content.articles())

    enter()
    repealed = lawbook.document_named(session, "中华人民共和国环境影响评价法")
    law = lawbook.document_named(session, "中华人民共和国劳动法")
    assert repealed.status is DocumentStatus.REPEALED
    legislation.check(session, repealed)
    legislation.edit(session, law, {"review_on": date(2029, 1, 1), "note": "本县的说明"})
    legislation.remove_article(session, lawbook.articles_of(session, law.id)[0])
    kept = len(lawbook.articles_of(session, law.id))
    enter()
    assert repealed.status is DocumentStatus.IN_FORCE
    assert (law.review_on, law.note) == (date(2029, 1, 1), "本县的说明")
    assert len(lawbook.articles_of(session, law.id)) == kept


def test_articles_say_which_questions_cite_them(session: Session, two) -> None:
    law, old, _ = two
    by_fact, _ = legislation.write_article(session, law, None, label="第一条", text="一", fact="F013", certainty="")
    by_label, _ = legislation.write_article(session, law, None, label="第十三条", text="十三", fact="", certainty="")
    other, _ = legislation.write_article(session, law, None, label="第二条", text="二", fact="F999", certainty="")
    found = lawbook.by_article(lawbook.resting_on(session, law.id), lawbook.articles_of(session, law.id))
    assert found == {by_fact.id: [old], by_label.id: [old], other.id: []}
    assert lawbook.nearest("第十三条备案", [by_fact, by_label, other]) == [by_label]
