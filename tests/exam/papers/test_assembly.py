from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exam.papers.assembly import CellShortage, Selection, select
from exam.papers.composition import bank_hash, restored, snapshot
from exam.papers.figures import sharing
from exam.papers.specification import CountBy, Plan, Section, Wish
from question_bank.drawable import Drawable
from question_bank.enums import Band, Difficulty, Kind, TextForm
from tests.factories.drawing import make_drawable

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TOPICS = ("LAW", "PROC", "ETIQ")

PLAN = Plan(
    sections=(
        Section(title="单项选择题", kinds=(Kind.SINGLE_CHOICE,), count=6, marks_each=Decimal(1)),
        Section(title="多项选择题", kinds=(Kind.MULTIPLE_CHOICE,), count=3, marks_each=Decimal(2)),
        Section(title="填空题", kinds=(Kind.FILL_BLANK,), count_by=CountBy.SLOTS, count=4, marks_each=Decimal(1)),
        Section(title="排序与匹配题", kinds=(Kind.ORDERING, Kind.MATCHING), count=1, marks_each=Decimal(4)),
    ),
    topic_marks={"LAW": Decimal(8), "PROC": Decimal(9), "ETIQ/SERVICE": Decimal(3)},
    difficulty_shares={Band.EASY: 5, Band.MEDIUM: 3, Band.HARD: 2},
    minutes=20,
    total=Decimal(20),
    pass_marks=Decimal(12),
)
KINDS = (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.FILL_BLANK, Kind.ORDERING, Kind.MATCHING)


def ample(each: int = 4) -> list[Drawable]:
    """`each` questions of every kind, topic and band; blanks with one and two slots."""
    return [
        make_drawable(
            kind=kind,
            topic=topic,
            difficulty=difficulty,
            slots=1 + number % 2 if kind is Kind.FILL_BLANK else 1,
            code=f"{kind}-{topic}-{difficulty}-{number}",
        )
        for kind in KINDS
        for topic in TOPICS
        for difficulty in (1, 3, 5)
        for number in range(each)
    ]


def check_papers(plan: Plan, selection: Selection) -> None:
    """Every paper keeps every promise of its plan."""
    for paper in selection.papers:
        codes = [item.question.code for item in paper.items]
        assert len(codes) == len(set(codes))
        assert [item.section for item in paper.items] == sorted(item.section for item in paper.items)
        topics: Counter[str] = Counter()
        for index, section in enumerate(plan.sections):
            here = [item.question for item in paper.items if item.section == index]
            assert {question.kind for question in here} <= set(section.kinds)
            assert {question.form for question in here} <= set(section.forms)
            assert sum(section.marks_of(question.slots) for question in here) == section.total
            for question in here:
                topics[plan.groups.get(question.topic, question.topic)] += section.marks_of(question.slots)  # type: ignore[assignment]
        assert {topic: topics[topic] for topic in plan.topic_marks} == selection.topic_marks


def test_sections_topics_and_bands_are_met_exactly_where_the_bank_has_plenty() -> None:
    selection = select(PLAN, ample(), papers=20, seed=1)
    check_papers(PLAN, selection)
    assert selection.topic_marks == PLAN.topic_marks
    assert selection.band_marks == {Band.EASY: 10, Band.MEDIUM: 6, Band.HARD: 4}


def test_neighbours_have_nothing_in_common_where_the_bank_has_plenty() -> None:
    assert sharing(select(PLAN, ample(6), papers=30, seed=3).papers).greatest == 0


def test_use_is_spread_over_the_bank() -> None:
    selection = select(PLAN, ample(), papers=40, seed=5)
    used = Counter(item.question.code for paper in selection.papers for item in paper.items)
    kinds = {question.code: (question.kind, question.slots, question.topic, question.band) for question in ample()}
    for cell in set(kinds.values()):
        here = [used[code] for code, at in kinds.items() if at == cell]
        assert max(here) - min(here) <= 1


def test_the_same_seed_gives_the_same_papers_whatever_the_order_of_the_bank() -> None:
    bank = ample()
    assert select(PLAN, bank, papers=12, seed=9) == select(PLAN, bank[::-1], papers=12, seed=9)


def test_another_seed_gives_other_papers() -> None:
    bank = ample()
    assert select(PLAN, bank, papers=12, seed=9).papers != select(PLAN, bank, papers=12, seed=10).papers


def test_a_shortage_names_section_topic_and_number() -> None:
    bank = [each for each in ample() if not (each.topic == "ETIQ" and each.kind is not Kind.MULTIPLE_CHOICE)]
    plan = PLAN.model_copy(update={"topic_marks": {"LAW": Decimal(8), "PROC": Decimal(7), "ETIQ/SERVICE": Decimal(5)}})
    with pytest.raises(CellShortage) as caught:
        select(plan, bank, papers=1, seed=1)
    assert [(cell.topic, cell.questions) for cell in caught.value.cells] == [("ETIQ/SERVICE", 1)]
    assert "礼仪谈判与廉洁、营商服务 1题" in str(caught.value)


def test_a_section_that_cannot_be_filled_says_how_many_are_missing() -> None:
    bank = [each for each in ample(1) if each.kind is not Kind.SINGLE_CHOICE]
    with pytest.raises(CellShortage) as caught:
        select(PLAN, bank, papers=1, seed=1)
    singles = [cell for cell in caught.value.cells if cell.kinds == (Kind.SINGLE_CHOICE,)]
    assert sum(cell.questions for cell in singles) == 6


def test_what_a_shortage_asks_for_is_enough() -> None:
    bank = [each for each in ample(1) if each.difficulty is Difficulty.RECALL]
    with pytest.raises(CellShortage) as caught:
        select(PLAN, bank, papers=1, seed=1)
    more = [
        make_drawable(kind=cell.kinds[0], topic=cell.topic.split("/")[0], slots=cell.slots)
        for cell in caught.value.cells
        for _ in range(cell.questions)
    ]
    check_papers(PLAN, select(PLAN, [*bank, *more], papers=3, seed=1))


def test_what_the_marks_of_the_sections_cannot_do_is_recorded_not_refused() -> None:
    plan = Plan(
        sections=(Section(title="简答题", kinds=(Kind.SHORT_ANSWER,), count=2, marks_each=Decimal(10)),),
        topic_marks={"LAW": Decimal(15), "PROC": Decimal(5)},
        minutes=20,
        total=Decimal(20),
        pass_marks=Decimal(12),
    )
    bank = [make_drawable(kind=Kind.SHORT_ANSWER, topic=topic) for topic in ("LAW", "PROC") for _ in range(3)]
    selection = select(plan, bank, papers=4, seed=1)
    check_papers(plan, selection)
    assert selection.topic_deviation == 10


CASES = Plan(
    sections=(
        Section(
            title="案例分析题",
            kinds=(Kind.CASE,),
            count=3,
            marks_each=Decimal(20),
            wishes=(Wish(topics=("POLICY",)), Wish(topics=("PROC",)), Wish(host_unit=True)),
        ),
    ),
    minutes=60,
    total=Decimal(60),
    pass_marks=Decimal(36),
)


def _cases(*topics: str) -> list[Drawable]:
    return [make_drawable(kind=Kind.CASE, topic=topic) for topic in topics]


def test_the_third_case_is_the_host_units_own_where_the_bank_has_one() -> None:
    own = make_drawable(kind=Kind.CASE, topic="POLICY", unit_code="U01")
    selection = select(CASES, [*_cases("POLICY", "PROC", "LAW", "POLICY", "PROC"), own], papers=6, seed=1)
    for paper in selection.papers:
        assert own.code in {item.question.code for item in paper.items}
        assert {"POLICY", "PROC"} <= {item.question.topic for item in paper.items}


def test_the_third_case_is_a_general_one_where_the_host_has_none() -> None:
    check_papers(CASES, select(CASES, _cases("POLICY", "PROC", "LAW"), papers=2, seed=1))


def test_without_a_red_line_case_the_shortage_says_so() -> None:
    with pytest.raises(CellShortage) as caught:
        select(CASES, _cases("PROC", "PROC", "LAW"), papers=1, seed=1)
    assert [(cell.topic, cell.questions) for cell in caught.value.cells] == [("POLICY", 1)]


def test_a_wish_for_a_kind_is_met_and_its_shortage_named() -> None:
    both = (Kind.ORDERING, Kind.MATCHING)
    plan = Plan(
        sections=(
            Section(
                title="排序与匹配题",
                kinds=both,
                count=2,
                marks_each=Decimal(5),
                wishes=tuple(Wish(kinds=(kind,)) for kind in both),
            ),
        ),
        minutes=10,
        total=Decimal(10),
        pass_marks=Decimal(6),
    )
    bank = [make_drawable(kind=kind) for kind in both for _ in range(3)]
    for paper in select(plan, bank, papers=5, seed=1).papers:
        assert {item.question.kind for item in paper.items} == set(both)
    with pytest.raises(CellShortage) as caught:
        select(plan, [each for each in bank if each.kind is Kind.ORDERING], papers=1, seed=1)
    assert [(cell.kinds, cell.questions) for cell in caught.value.cells] == [((Kind.MATCHING,), 1)]


def test_a_diagnosis_is_never_drawn() -> None:
    diagnosis = Section(
        title="问题会诊",
        kinds=(Kind.SHORT_ANSWER,),
        forms=(TextForm.DIAGNOSIS,),
        count=1,
        marks_each=Decimal(10),
        fixed="DIAGNOSIS",
    )
    plan = Plan(sections=(diagnosis,), minutes=10, total=Decimal(10), pass_marks=Decimal(6))
    selection = select(plan, [make_drawable(kind=Kind.SHORT_ANSWER, form=TextForm.DIAGNOSIS)], papers=2, seed=1)
    assert [paper.items for paper in selection.papers] == [(), ()]


@st.composite
def banks(draw: st.DrawFn) -> list[Drawable]:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(KINDS),
                st.sampled_from((*TOPICS, "SERVICE", "WORK")),
                st.integers(1, 5),
                st.integers(1, 3),
                st.sampled_from((None, "U01")),
            ),
            min_size=10,
            max_size=90,
        )
    )
    return [
        make_drawable(
            kind=kind,
            topic=topic,
            difficulty=difficulty,
            slots=slots if kind is Kind.FILL_BLANK else 1,
            unit_code=unit,
            code=f"Q{number:03d}",
        )
        for number, (kind, topic, difficulty, slots, unit) in enumerate(rows)
    ]


@SLOW
@given(bank=banks(), seed=st.integers(0, 2**63 - 1), papers=st.integers(1, 9))
def test_any_bank_gives_whole_papers_or_a_shortage(bank: list[Drawable], seed: int, papers: int) -> None:
    try:
        selection = select(PLAN, bank, papers=papers, seed=seed)
    except CellShortage as error:
        shortage = [cell.questions for cell in error.cells]
    else:
        shortage = []
    if shortage:
        assert min(shortage) > 0
        return
    assert len(selection.papers) == papers
    check_papers(PLAN, selection)
    assert select(PLAN, bank[::-1], papers=papers, seed=seed) == selection


@SLOW
@given(bank=banks())
def test_a_snapshot_restores_the_bank(bank: list[Drawable]) -> None:
    assert restored(snapshot(bank)) == sorted(bank, key=lambda each: each.code)
    assert bank_hash(bank) == bank_hash(bank[::-1])


def test_papers_beside_each_other_differ_more_than_papers_drawn_alone() -> None:
    bank = ample(2)
    together = sharing(select(PLAN, bank, papers=20, seed=1).papers)
    alone = [select(PLAN, bank, papers=1, seed=number).papers[0] for number in range(20)]
    assert together.mean < sharing(alone).mean
    assert len(list(pairwise(alone))) == 19


def test_shares_that_cannot_be_met_do_not_put_one_question_on_every_paper() -> None:
    plan = Plan(
        sections=(Section(title="排序题", kinds=(Kind.ORDERING,), count=1, marks_each=Decimal(5)),),
        difficulty_shares={Band.EASY: 3, Band.MEDIUM: 4, Band.HARD: 3},
        minutes=10,
        total=Decimal(5),
        pass_marks=Decimal(3),
    )
    cases = Section(title="案例分析题", kinds=(Kind.CASE,), count=3, marks_each=Decimal(20))
    plan = plan.model_copy(update={"sections": (*plan.sections, cases), "total": Decimal(65)})
    bank = [make_drawable(kind=Kind.CASE, difficulty=5) for _ in range(6)]
    bank += [make_drawable(kind=Kind.ORDERING, difficulty=3)]
    bank += [make_drawable(kind=Kind.ORDERING, difficulty=1) for _ in range(4)]
    assert sharing(select(plan, bank, papers=12, seed=1).papers).greatest == 0


def test_enemies_never_meet_on_a_paper_while_others_can_take_their_place() -> None:
    bank = ample(4)
    first = bank[0]
    second = next(each for each in bank if each.kind is not first.kind)
    others = [each for each in bank if each not in (first, second)]
    hostile = [
        *others,
        replace(first, enemies=frozenset({second.code})),
        replace(second, enemies=frozenset({first.code})),
    ]
    papers = select(PLAN, hostile, papers=60, seed=3).papers
    drawn = [{item.question.code for item in paper.items} for paper in papers]
    assert any(first.code in codes for codes in drawn)
    assert any(second.code in codes for codes in drawn)
    assert not any({first.code, second.code} <= codes for codes in drawn)
    assert restored(snapshot(hostile)) == sorted(hostile, key=lambda each: each.code)
    assert bank_hash(hostile) != bank_hash(bank)
