"""The index of neighbouring characters finds exactly what reading every text would find."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from question_bank import grams, listing, wordsearch
from question_bank.digests import searchable
from question_bank.listing import Filters
from question_bank.models import Question
from tests.factories.bank import make_question

LETTERS = "招商引资备案a1%_(-'\"*😀𠮷"
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=4)


@given(held=st.lists(st.text(alphabet=LETTERS, max_size=12), max_size=4).map("\n".join), word=WORDS)
def test_the_numbers_of_a_word_are_among_those_of_every_text_that_holds_it(held: str, word: str) -> None:
    if word in held:
        assert grams.codes(word) <= grams.codes(held)
    elif grams.is_exact(word) and grams.codes(word) <= grams.codes(held):
        raise AssertionError(f"{word} is not in {held}")


@pytest.mark.db
def test_every_search_finds_the_substrings_and_nothing_else(session: Session) -> None:
    stems = ["招商引资备案", "招商，引资", "备案招商a1", "100%_(-引资", "A1😀资备", "引'资\"*商"]
    for number, stem in enumerate(stems):
        make_question(session, code=f"Q{number}", content={"stem": stem})
    session.flush()
    texts = dict(session.query(Question.code, Question.search_text).all())

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(words=st.lists(WORDS, min_size=1, max_size=2))
    def found(words: list[str]) -> None:
        wanted = searchable(words)
        expected = sorted(code for code, held in texts.items() if all(word in held for word in wanted))
        page = listing.search(session, Filters(text=" ".join(words)))
        assert ([row.code for row in page.rows], page.total) == (expected, len(expected))

    found()


@pytest.mark.db
def test_a_changed_text_is_found_by_its_new_words_only(session: Session) -> None:
    question = make_question(session, code="Q1", content={"stem": "旧的说法"})
    question.search_text = "新的表述"
    session.flush()
    assert listing.search(session, Filters(text="旧的说")).total == 0
    assert listing.search(session, Filters(text="新的表")).total == 1


@pytest.mark.db
def test_the_index_can_be_made_anew(session: Session) -> None:
    make_question(session, code="Q1", content={"stem": "跨省迁移"})
    session.execute(text("DELETE FROM question_search"))
    assert listing.search(session, Filters(text="跨省")).total == 0
    wordsearch.refill(session.connection())
    assert listing.search(session, Filters(text="跨省")).total == 1
