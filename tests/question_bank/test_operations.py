"""Writing to the bank."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from question_bank import content, operations, queries
from question_bank.comparison import Outcome, compare
from question_bank.enums import Audience, PaperKind, Status
from question_bank.errors import Conflict, Invalid, NotAllowed
from question_bank.models import Document, Question, QuestionVersion, Topic, VersionIsFixed
from tests.conftest import NOON
from tests.factories.bank import CONFIRMED, make_draft, make_question

pytestmark = pytest.mark.db


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _changed(draft, **values):
    return draft.model_copy(update=values)


def _reworded(draft, stem="改过的题干是什么？"):
    return _changed(draft, content=draft.content.model_copy(update={"stem": stem}))


def test_a_question_comes_back_from_the_bank_as_it_was_written(session: Session) -> None:
    draft = make_draft(
        audiences=[Audience.VILLAGE],
        unit_code="U01",
        papers=[PaperKind.PRACTICAL],
        reviewer_note="待复核",
        scoring_note="按点给分",
    )
    question, _ = operations.create_question(session, draft, by=7, at=NOON)
    session.commit()
    session.expire_all()
    assert queries.draft_of(question, queries.latest_version(session, question)) == draft


def test_everything_shipped_comes_back_as_it_is_in_the_files(session: Session) -> None:
    drafts = content.shipped(demo=True)
    operations.import_drafts(session, drafts, by=None, at=NOON)
    session.expire_all()
    held = {
        q.code: queries.draft_of(q, v)
        for batch in queries.batches([d.code for d in drafts])
        for q, v in queries.latest_versions(session, batch)
    }
    in_order = [
        _changed(draft, audiences=tuple(each for each in Audience if each in draft.audiences)) for draft in drafts
    ]
    assert [held[draft.code] for draft in drafts] == in_order


def test_a_code_is_given_once(session: Session) -> None:
    draft = make_draft()
    operations.create_question(session, draft, by=None, at=NOON)
    with pytest.raises(Conflict):
        operations.create_question(session, draft, by=None, at=NOON)


def test_creating_tells_what_it_created(session: Session) -> None:
    _, events = operations.create_question(session, make_draft(), by=None, at=NOON)
    assert [event.action for event in events] == [
        "topic.created",
        "topic.created",
        "document.created",
        "question.created",
        "question.version_added",
    ]


def test_a_version_is_never_changed(session: Session) -> None:
    question = make_question(session)
    version = queries.latest_version(session, question)
    version.stem = "另一个题干"
    with pytest.raises(VersionIsFixed):
        session.flush()


def test_a_citation_is_never_deleted(session: Session) -> None:
    question = make_question(session)
    session.delete(queries.latest_version(session, question).citations[0])
    with pytest.raises(VersionIsFixed):
        session.flush()


def test_editing_what_is_published_makes_the_next_version_and_asks_for_a_review(session: Session) -> None:
    draft = make_draft()
    question = make_question(session, code=draft.code, content=draft.content.model_dump())
    version, events = operations.add_version(session, question, _reworded(draft), by=5, at=NOON, reason="改错字")
    assert (version.number, version.written_by, version.reason) == (2, 5, "改错字")
    assert question.status is Status.IN_REVIEW
    assert [event.detail["after"] for event in events if event.action == "question.status_changed"] == [
        "quarantined",
        "in_review",
    ]
    assert [each.stem for each in queries.versions_of(session, question.id)] == [
        "改过的题干是什么？",
        draft.content.stem,
    ]


def test_a_version_that_changes_nothing_is_refused(session: Session) -> None:
    draft = make_draft()
    question, _ = operations.create_question(session, draft, by=None, at=NOON)
    with pytest.raises(Conflict):
        operations.add_version(session, question, draft, by=None, at=NOON)


def test_a_retired_question_takes_no_version(session: Session) -> None:
    draft = make_draft()
    question = make_question(session, code=draft.code, content=draft.content.model_dump())
    operations.advance(session, question, Status.RETIRED, by=None, at=NOON)
    with pytest.raises(NotAllowed):
        operations.add_version(session, question, _reworded(draft), by=None, at=NOON)


def test_a_step_the_table_has_not_is_refused(session: Session) -> None:
    question = make_question(session, status=Status.DRAFT)
    with pytest.raises(NotAllowed):
        operations.advance(session, question, Status.PUBLISHED, by=None, at=NOON)


@pytest.mark.parametrize(
    ("values", "published"),
    [
        ({}, True),
        ({"citations": []}, False),
        ({"citations": [CONFIRMED | {"status": ""}]}, False),
        ({"citations": [CONFIRMED | {"status": "FROM-KNOWLEDGE"}]}, False),
        ({"citations": [CONFIRMED | {"status": "FROM-KNOWLEDGE"}], "reviewer_note": "待行业讲师复核"}, True),
        ({"citations": [CONFIRMED, CONFIRMED | {"status": "FROM-KNOWLEDGE"}]}, False),
        ({"citations": [CONFIRMED | {"status": "DEMO"}]}, False),
        ({"citations": [CONFIRMED | {"status": "DEMO"}], "demo_only": True}, True),
        ({"content": {"answer": "Z"}}, False),
    ],
)
def test_only_what_is_sound_and_rests_on_a_confirmed_fact_is_published(
    session: Session, values, published: bool
) -> None:
    question = make_question(session, status=Status.IN_REVIEW, **values)
    if published:
        operations.advance(session, question, Status.PUBLISHED, by=None, at=NOON)
    else:
        with pytest.raises(Invalid):
            operations.advance(session, question, Status.PUBLISHED, by=None, at=NOON)
    assert (question.status is Status.PUBLISHED) == published


def test_importing_twice_changes_nothing(session: Session) -> None:
    drafts = [make_draft() for _ in range(3)]
    first, _ = operations.import_drafts(session, drafts, by=None, at=NOON)
    before = [_count(session, model) for model in (Question, QuestionVersion, Topic, Document)]
    second, events = operations.import_drafts(session, drafts, by=None, at=NOON)
    assert first.codes(Outcome.NEW) == [draft.code for draft in drafts]
    assert second.codes(Outcome.UNCHANGED) == [draft.code for draft in drafts]
    assert events == []
    assert [_count(session, model) for model in (Question, QuestionVersion, Topic, Document)] == before


def test_an_import_with_another_wording_writes_a_version(session: Session) -> None:
    draft = make_draft()
    operations.import_drafts(session, [draft], by=None, at=NOON)
    result, _ = operations.import_drafts(session, [_reworded(draft)], by=None, at=NOON)
    assert result.codes(Outcome.CHANGED) == [draft.code]
    assert _count(session, QuestionVersion) == 2


def test_an_import_that_only_moves_a_question_writes_no_version(session: Session) -> None:
    draft = make_draft()
    operations.import_drafts(session, [draft], by=None, at=NOON)
    result, events = operations.import_drafts(
        session, [_changed(draft, difficulty=4, subtopic="别处")], by=None, at=NOON
    )
    assert result.codes(Outcome.CHANGED) == [draft.code]
    assert _count(session, QuestionVersion) == 1
    edited = next(event for event in events if event.action == "question.edited")
    assert edited.detail["difficulty"] == [2, 4]


def test_the_same_wording_under_another_number_is_a_duplicate(session: Session) -> None:
    draft = make_draft()
    twin = _changed(_reworded(draft, draft.content.stem.replace("：", ": ")), code="TWIN")
    operations.import_drafts(session, [draft], by=None, at=NOON)
    result, _ = operations.import_drafts(session, [twin], by=None, at=NOON)
    assert [(step.outcome, step.of) for step in result.steps] == [(Outcome.DUPLICATE, draft.code)]
    assert _count(session, Question) == 1


def test_what_cannot_be_taken_is_told_and_the_rest_is_taken(session: Session) -> None:
    known = make_draft()
    operations.import_drafts(session, [known], by=None, at=NOON)
    other_kind = make_draft(kind="true_false", code=known.code, content={"answer": True})
    nowhere, good = make_draft(topic="NOWHERE"), make_draft()
    result, _ = operations.import_drafts(session, [other_kind, nowhere, good, good], by=None, at=NOON)
    assert [step.outcome for step in result.steps] == [Outcome.REFUSED, Outcome.REFUSED, Outcome.NEW, Outcome.REFUSED]
    assert [step.reason.where for step in result.steps if step.reason] == ["type", "topic", "id"]


def test_the_register_is_completed_and_what_a_person_wrote_is_kept(session: Session) -> None:
    operations.import_drafts(session, [make_draft()], by=None, at=NOON)
    document = session.scalars(select(Document)).one()
    document.issuer = "国务院（手工）"
    entries = [operations.DocumentEntry(document.title, number="国务院令第673号", issuer="国务院")]
    _, events = operations.import_drafts(session, [], by=None, at=NOON, documents=entries)
    assert (document.number, document.issuer, document.in_force) == ("国务院令第673号", "国务院（手工）", "2017-02-01")
    assert [event.detail for event in events] == [{"number": ["", "国务院令第673号"]}]


def test_the_shipped_bank_is_installed_published_once(session: Session) -> None:
    first, publication, _ = content.install(session, demo=True, by=None, at=NOON)
    assert publication.held == ()
    assert len(publication.published) == len(first.steps)
    assert queries.enemies(session) == set(content.enemies())
    operations.advance(session, session.scalars(select(Question)).first(), Status.QUARANTINED, by=None, at=NOON)
    assert {step.outcome for step in compare(session, content.shipped(demo=True))} == {Outcome.UNCHANGED}
    second, again, events = content.install(session, demo=True, by=None, at=NOON)
    assert set(second.codes(Outcome.UNCHANGED)) == {step.draft.code for step in second.steps}
    assert (again.published, events) == ((), [])


def test_publishing_many_holds_back_what_may_not_be_published(session: Session) -> None:
    good, bad = make_draft(), make_draft(citations=[])
    operations.import_drafts(session, [good, bad], by=None, at=NOON)
    publication, events = operations.publish(session, [good.code, bad.code], by=None, at=NOON)
    assert publication.published == (good.code,)
    assert [code for code, _ in publication.held] == [bad.code]
    assert [event.detail["after"] for event in events] == ["in_review", "published"]
