"""What a hall misunderstands: a clear sign goes before a small one, a concentration before ignorance."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from exam.reports.brief import Hall, Question, examine, shrinkage
from exam.reports.brief_content import FEWEST, coarse, people
from exam.reports.subjects import Department, department_for, head_of

LABELLED = {"topic": 0, "kind": 0, "hardness": -1.1, "doubt": 0.8, "floor": 0.25}
WRONG = ((0,), (1,), (2,))


def question(subject: int, **known: object) -> Question:
    return Question(**{"subject": subject, "drawn": (0.0, 0.0, 0.0), **LABELLED, **known})  # type: ignore[arg-type]


def hall(questions: list[Question], answers: list[list[int | None]]) -> Hall:
    """By question the answers of its takers: None is right, a number the wrong option chosen; each taker is one more."""
    flat = [
        (person, place, chosen) for place, own in enumerate(answers) for person, chosen in enumerate(own, place * 100)
    ]
    numbers = {person: number for number, person in enumerate(sorted({person for person, *_ in flat}))}
    return Hall(
        tuple(questions),
        np.array([numbers[person] for person, *_ in flat], dtype=np.int64),
        np.array([place for _, place, _ in flat], dtype=np.int64),
        np.array([float(chosen is None) for *_, chosen in flat]),
        tuple(() if chosen is None else (chosen,) for *_, chosen in flat),
    )


def order(*own: tuple[Question, list[int | None]]) -> list[int]:
    made = hall([each for each, _ in own], [answers for _, answers in own])
    return [each.subject for each in examine(made).subjects]


def mixed(wrong: int, of: int) -> list[int | None]:
    """So many wrong answers, spread over the three options."""
    return [number % 3 for number in range(wrong)] + [None] * (of - wrong)


def test_twenty_of_twenty_eight_goes_before_two_of_two() -> None:
    rest = (question(2), mixed(6, 60))
    assert order((question(0), mixed(2, 2)), (question(1), mixed(20, 28)), rest)[0] == 1


def test_wrong_answers_on_one_option_go_before_as_many_that_are_spread() -> None:
    rest = (question(2), mixed(6, 60))
    assert order((question(0), mixed(12, 28)), (question(1), [0] * 12 + [None] * 16), rest)[0] == 1


def test_an_option_that_always_draws_most_is_no_news() -> None:
    usual, rest = question(0, drawn=(60.0, 2.0, 2.0)), (question(2), mixed(6, 60))
    assert order((usual, [0] * 12 + [None] * 16), (question(1), [0] * 12 + [None] * 16), rest)[0] == 1


def test_what_is_known_to_be_hard_surprises_less_than_what_is_known_to_be_easy() -> None:
    hard, easy = question(0, hardness=1.2, doubt=0.2), question(1, hardness=-1.5, doubt=0.2)
    rest = (question(2), mixed(6, 60))
    assert order((hard, mixed(14, 28)), (easy, mixed(14, 28)), rest)[0] == 1


def test_a_hall_that_is_weak_in_everything_misunderstands_nothing_in_particular() -> None:
    level = [(question(subject), mixed(15, 30)) for subject in range(6)]
    found = examine(hall([each for each, _ in level], [answers for _, answers in level]))
    assert found.level < -0.2
    assert max(each.evidence for each in found.subjects) < 4


def test_questions_of_one_subject_speak_together_and_name_their_options() -> None:
    small = [(question(0, drawn=(0.0, 0.0)), [1, 1, 1, None, None]) for _ in range(6)]
    rest = [(question(each), mixed(1, 5)) for each in range(1, 12)]
    own = small + rest
    first = examine(hall([each for each, _ in own], [answers for _, answers in own])).subjects[0]
    assert (first.subject, set(first.options.values())) == (0, {1})
    assert 0.3 < first.held < 0.8


def test_nobody_and_nothing() -> None:
    found = examine(Hall((), np.zeros(0, int), np.zeros(0, int), np.zeros(0), ()))
    assert (found.subjects, found.topics) == ((), ())


def test_a_topic_asked_twice_is_drawn_to_the_middle_more_than_one_asked_often() -> None:
    off, variance = np.array([-0.3, -0.3, 0.1, 0.1]), np.array([0.1, 0.005, 0.005, 0.005])
    kept = shrinkage(off, variance)
    assert 0 <= kept[0] < kept[1] <= 1


@given(of=st.integers(0, 600), data=st.data())
def test_no_number_of_people_can_be_led_back_to_fewer_than_five(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    said = people(count, of)
    if count < FEWEST:
        assert not said
    elif of - count < FEWEST:
        least = int(re.fullmatch(r"(\d+)人以上", said)[1])  # type: ignore[index]
        assert FEWEST <= least <= count or least == FEWEST
        assert said == people(max(FEWEST, of - FEWEST + 1), of), "everything in that range is told alike"
    else:
        assert said == f"{count}人"


@given(st.floats(0, 1))
def test_no_share_says_all_or_none(share: float) -> None:
    assert 5 <= coarse(share) <= 95
    assert coarse(share) % 5 == 0


DEPARTMENTS = [
    Department(1, "行政审批局", "投资项目备案、企业开办专窗", here=True),
    Department(2, "自然资源和规划局", "预审与选址、土地供应", here=True),
    Department(3, "税务局", "税费政策、发票", here=False),
    Department(4, "畜牧中心", "生猪屠宰监管", here=False),
]


def test_the_department_in_charge_is_found_by_what_such_departments_do_and_by_the_countys_own_duties() -> None:
    def found(*texts: tuple[str, int]) -> int | None:
        chosen = department_for(texts, DEPARTMENTS)
        return None if chosen is None else chosen.unit_id

    assert found(("立项-核准与备案", 4), ("企业投资项目核准和备案管理条例", 2)) == 1
    assert found(("用地-预审", 4), ("中华人民共和国土地管理法", 2)) == 2
    assert found(("增值税税率", 4)) == 3, "one that does not come is named where nobody there is in charge"
    assert found(("屠宰-证照", 4)) == 4
    assert found(("座位", 4)) is None


def test_a_subject_is_the_head_of_its_subtopics() -> None:
    assert [head_of(each) for each in ("立项-核准与备案", "立项－期限", "县域概况", "")] == [
        "立项",
        "立项",
        "县域概况",
        "",
    ]
