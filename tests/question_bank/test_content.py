"""The questions that are shipped."""

from collections import Counter
from datetime import date

import pytest

from question_bank import content
from question_bank.digests import content_hash, fingerprint
from question_bank.drafts import DEMO
from question_bank.enums import DocumentStatus, Kind
from question_bank.exchange.shape import document_of, drafts_of
from question_bank.kinds.choice import SingleChoiceContent
from question_bank.publishing import obstacles
from question_bank.taxonomy import ROOTS

NATIONAL = content.shipped(demo=False)
ALL = content.shipped(demo=True)


@pytest.mark.parametrize("draft", ALL, ids=lambda draft: draft.code)
def test_every_shipped_question_may_be_published(draft) -> None:
    assert [str(problem) for problem in obstacles(draft)] == []


def test_numbers_are_unique() -> None:
    assert [code for code, count in Counter(draft.code for draft in ALL).items() if count > 1] == []


def test_no_two_questions_read_the_same() -> None:
    groups: dict[str, list[str]] = {}
    for draft in ALL:
        groups.setdefault(fingerprint(draft.content), []).append(draft.code)
    assert [codes for codes in groups.values() if len(codes) > 1] == []


def test_enemies_are_two_shipped_questions_and_told_once() -> None:
    codes, pairs = {draft.code for draft in NATIONAL}, content.enemies()
    assert {code for pair in pairs for code in pair} <= codes
    assert len(set(pairs)) == len(pairs)
    assert [pair for pair in pairs if pair[0] >= pair[1]] == []


def test_every_reading_is_of_the_wording_that_is_shipped() -> None:
    hashes = {draft.code: content_hash(draft) for draft in ALL}
    assert {reading.code: reading.content_hash for reading in content.readings()} == hashes


def test_what_is_national_rests_on_nothing_invented() -> None:
    assert [
        draft.code for draft in NATIONAL if draft.demo_only or any(cited.status == DEMO for cited in draft.citations)
    ] == []
    assert [draft.code for draft in NATIONAL if "云川" in str(document_of([draft]))] == []


def test_what_belongs_to_the_invented_county_is_marked_so() -> None:
    national = {draft.code for draft in NATIONAL}
    assert [draft.code for draft in ALL if draft.code not in national and not draft.demo_only] == []


def test_every_cited_document_is_in_the_register() -> None:
    known = {entry.title for entry in content.documents()}
    assert sorted({cited.document for draft in ALL for cited in draft.citations} - known) == []


def test_no_source_of_a_fact_is_named() -> None:
    text = str(document_of(ALL)) + str(content.documents()) + str(content.articles())
    assert [word for word in ("种子", "镜像", "github", "seeds/", "LawRefBook", "http") if word in text] == []


def test_every_kind_and_topic_is_there() -> None:
    """Run with -s to read the counts."""
    for name, counted in (
        ("topic", Counter(draft.topic for draft in ALL)),
        ("kind", Counter(draft.kind.value for draft in ALL)),
        ("difficulty", Counter(int(draft.difficulty) for draft in ALL)),
    ):
        print(name, dict(sorted(counted.items())))
    assert {draft.kind for draft in ALL} == set(Kind)
    assert {draft.topic for draft in ALL} == set(ROOTS)
    assert len(ALL) >= 160


def test_the_answers_of_single_choices_are_spread_over_the_letters() -> None:
    positions = Counter(
        [option.key for option in draft.content.options].index(draft.content.answer)
        for draft in ALL
        if isinstance(draft.content, SingleChoiceContent)
    )
    assert max(positions.values()) <= 0.4 * sum(positions.values())


def test_the_shape_is_lossless_for_everything_shipped() -> None:
    assert list(drafts_of(document_of(ALL)).drafts) == ALL


def test_no_question_rests_on_what_has_been_repealed() -> None:
    fallen = {entry.title for entry in content.documents() if entry.status is not DocumentStatus.IN_FORCE}
    assert len(fallen) >= 10
    assert [draft.code for draft in ALL if fallen & {cited.document for cited in draft.citations}] == []


def test_the_register_names_no_successor_it_does_not_hold_and_dates_what_stands() -> None:
    entries = content.documents()
    titles = {entry.title for entry in entries}
    assert [entry.title for entry in entries if entry.superseded_by and entry.superseded_by not in titles] == []
    standing = [entry for entry in entries if entry.status is DocumentStatus.IN_FORCE]
    assert [entry.title for entry in standing if entry.review_on is None] == []
    assert [entry.title for entry in content.documents(demo=False) if "云川" in entry.title] == []


def test_every_article_belongs_to_a_document_of_the_register() -> None:
    titles = {entry.title for entry in content.documents()}
    assert {article.document for article in content.articles()} <= titles
    facts = Counter(article.fact for article in content.articles())
    assert (len(facts), max(facts.values())) == (745, 1)


@pytest.mark.parametrize("fact", ["F262", "F264", "F280", "F296"])
def test_what_rests_on_a_measure_that_ends_with_2027_ends_with_it(fact: str) -> None:
    ending = [draft for draft in ALL if fact in {cited.fact_id for cited in draft.citations}]
    assert [draft.code for draft in ending if draft.valid_to is None or draft.valid_to > date(2027, 12, 31)] == []
