"""Deal and swap: what holds of every set, whatever the bank."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exam.papers.assembly import CellShortage, DrawnPaper, Selection, select
from exam.papers.certificate import Limit, certificate_of, expected_scores, true_sd
from exam.papers.circumstances import Circumstances, circumstances_of
from exam.papers.composition import restored, snapshot
from exam.papers.plain import plain_draw
from exam.papers.specification import Plan, Section
from question_bank.calibration import doubts_of
from question_bank.drawable import Drawable, Figures
from question_bank.enums import Band, Kind
from tests.bench import simulated_bank as simulated
from tests.factories.drawing import make_drawable

SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HASHES = {"bank_hash": "b" * 64, "specification_hash": "s" * 64, "papers_hash": "p" * 64}

SMALL = Plan(
    sections=(
        Section(title="单项选择题", kinds=(Kind.SINGLE_CHOICE,), count=4, marks_each=Decimal(1)),
        Section(title="简答题", kinds=(Kind.SHORT_ANSWER,), count=2, marks_each=Decimal(3)),
    ),
    topic_marks={"LAW": Decimal(5), "PROC": Decimal(5)},
    difficulty_shares={Band.EASY: 1, Band.HARD: 1},
    minutes=20,
    total=Decimal(10),
    pass_marks=Decimal(6),
)


def codes_of(papers: Sequence[DrawnPaper]) -> list[list[str]]:
    return [[item.question.code for item in paper.items] for paper in papers]


def spread(plan: Plan, papers: Sequence[DrawnPaper]) -> list[float]:
    return [max(level) - min(level) for level in expected_scores(plan, papers)]


@pytest.fixture(scope="module")
def bank() -> list[Drawable]:
    return simulated.simulated_bank(1_000, 1)


@pytest.fixture(scope="module")
def drawn(bank: list[Drawable]) -> Selection:
    return select(simulated.PLAN, bank, papers=200, seed=1)


def test_papers_are_far_more_alike_than_those_of_a_plain_draw(bank: list[Drawable], drawn: Selection) -> None:
    mine = spread(simulated.PLAN, drawn.papers)
    plain = spread(simulated.PLAN, plain_draw(simulated.PLAN, bank, papers=200, seed=1))
    assert all(ours * 8 < theirs for ours, theirs in zip(mine, plain, strict=True))
    assert plain[1] > 6


def test_enemies_are_kept_apart_and_neighbours_share_next_to_nothing(drawn: Selection) -> None:
    for paper in drawn.papers:
        questions = [item.question for item in paper.items]
        assert not any(two.code in one.enemies for one, two in combinations(questions, 2))
        assert len({each.code for each in questions}) == 50
    assert max(len(set(one) & set(two)) for one, two in pairwise(codes_of(drawn.papers))) <= 2


def test_inside_a_cell_every_question_is_used_about_as_often(drawn: Selection) -> None:
    used = Counter(code for codes in codes_of(drawn.papers) for code in codes)
    cells: dict[object, list[int]] = {}
    for each in simulated.simulated_bank(1_000, 1):
        cells.setdefault((each.kind, each.topic, each.band), []).append(used[each.code])
    assert all(max(uses) - min(uses) <= 4 for uses in cells.values())


def test_reserve_questions_stay_in_reserve(bank: list[Drawable]) -> None:
    kept = [replace(each, reserve=number % 5 == 0) for number, each in enumerate(bank)]
    reserve = {each.code for each in kept if each.reserve}
    assert not any(reserve & set(codes) for codes in codes_of(select(simulated.PLAN, kept, papers=30, seed=1).papers))


def test_what_an_earlier_stop_used_is_left_alone_while_there_is_other(bank: list[Drawable]) -> None:
    big = simulated.simulated_bank(10_000, 2)
    first = select(simulated.PLAN, big, papers=20, seed=1)
    used = Counter(code for codes in codes_of(first.papers) for code in codes)
    blind = select(simulated.PLAN, big, papers=20, seed=2)
    seeing = select(simulated.PLAN, big, papers=20, seed=2, circumstances=Circumstances(used=dict(used)))

    def again(selection: Selection) -> int:
        return len({code for codes in codes_of(selection.papers) for code in codes} & used.keys())

    assert again(seeing) * 4 < again(blind)


def test_nobody_gets_again_what_he_has_had_while_there_is_other(bank: list[Drawable]) -> None:
    first = codes_of(select(simulated.PLAN, bank, papers=40, seed=1).papers)
    had = Circumstances(had={seat: tuple(codes) for seat, codes in enumerate(first)})
    again = codes_of(select(simulated.PLAN, bank, papers=40, seed=1, circumstances=had).papers)
    met = {code for one, two in zip(first, again, strict=True) for code in set(one) & set(two)}
    held = Counter((each.kind, each.topic, each.band) for each in bank)
    assert {held[each.kind, each.topic, each.band] for each in bank if each.code in met} <= {1, 2}


def test_circumstances_come_back_from_json_as_they_were() -> None:
    had = Circumstances(used={"B": 2, "A": 1}, had={3: ("X", "A"), 0: ("Z",)})
    kept = json.loads(json.dumps(had.written()))
    assert circumstances_of(kept) == Circumstances(used={"A": 1, "B": 2}, had={0: ("Z",), 3: ("A", "X")})


PRINTING = """
import hashlib, sys
from exam.papers.assembly import select
from tests.bench.simulated_bank import PLAN, simulated_bank
papers = select(PLAN, simulated_bank(1_000, 3), papers=int(sys.argv[1]), seed=11).papers
print(hashlib.sha256(repr([[item.question.code for item in paper.items] for paper in papers]).encode()).hexdigest())
"""


def hash_in_a_fresh_process(papers: int, hashing: int) -> str:
    environment = {**os.environ, "PYTHONPATH": ".", "PYTHONHASHSEED": str(hashing)}
    command = [sys.executable, "-c", PRINTING, str(papers)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def test_a_fresh_process_makes_the_very_same_papers() -> None:
    bank = simulated.simulated_bank(1_000, 3)
    here = repr(codes_of(select(simulated.PLAN, bank[::-1], papers=60, seed=11).papers))
    assert hash_in_a_fresh_process(60, 17) == hashlib.sha256(here.encode()).hexdigest()


@pytest.mark.soak
def test_ten_thousand_papers_are_rebuilt_byte_for_byte() -> None:
    assert hash_in_a_fresh_process(10_000, 1) == hash_in_a_fresh_process(10_000, 2)


@st.composite
def hostile_banks(draw: st.DrawFn) -> list[Drawable]:
    """Few questions, many of them enemies."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from((Kind.SINGLE_CHOICE, Kind.SHORT_ANSWER)),
                st.sampled_from(("LAW", "PROC")),
                st.sampled_from((1, 3, 5)),
                st.integers(1000, 9000),
            ),
            min_size=4,
            max_size=24,
        )
    )
    pairs = draw(st.lists(st.tuples(st.integers(0, len(rows) - 1), st.integers(0, len(rows) - 1)), max_size=24))
    foes: dict[int, set[str]] = {number: set() for number in range(len(rows))}
    for one, two in pairs:
        if one != two:
            foes[one].add(f"Q{two:03d}")
            foes[two].add(f"Q{one:03d}")
    return [
        replace(
            make_drawable(kind=kind, topic=topic, difficulty=difficulty, code=f"Q{number:03d}"),
            enemies=frozenset(foes[number]),
            figures=Figures(share // 2, share, min(9900, share + 1500)),
        )
        for number, (kind, topic, difficulty, share) in enumerate(rows)
    ]


@SLOW
@given(bank=hostile_banks(), papers=st.integers(1, 7), seed=st.integers(0, 2**63 - 1))
def test_any_bank_gives_papers_that_keep_every_promise_or_names_what_is_really_short(
    bank: list[Drawable], papers: int, seed: int
) -> None:
    try:
        selection = select(SMALL, bank, papers=papers, seed=seed)
    except CellShortage as shortage:
        more = [
            make_drawable(kind=cell.kinds[0], topic=cell.topic, difficulty=1)
            for cell in shortage.cells
            for _ in range(cell.questions)
        ]
        assert more
        selection = select(SMALL, [*bank, *more], papers=papers, seed=seed)
    assert len(selection.papers) == papers
    assert selection.topic_deviation == 0
    for paper in selection.papers:
        questions = [item.question for item in paper.items]
        assert Counter(each.kind for each in questions) == {Kind.SINGLE_CHOICE: 4, Kind.SHORT_ANSWER: 2}
        assert len({each.code for each in questions}) == 6
        assert not any(two.code in one.enemies for one, two in combinations(questions, 2))


def test_a_certificate_says_what_was_found(bank: list[Drawable], drawn: Selection) -> None:
    found = certificate_of(simulated.PLAN, bank, drawn, spares=20, seed=5, own_seed=1, hashes=HASHES)
    assert (found.papers, found.spares, found.questions, found.exact, found.enemy_clashes) == (180, 20, 50, True, 0)
    assert found.spread["0"] * 8 < found.random_spread["0"]
    assert found.random_enemy_clashes > 0
    assert found.max_overlap <= 2 < found.random_max_overlap
    assert Limit.LABELS_ONLY not in found.limits
    assert found.labelled == 0
    assert json.loads(found.model_dump_json())["spread"].keys() == {"-1", "0", "1"}


def test_a_certificate_says_plainly_what_limits_it() -> None:
    few = [
        make_drawable(kind=kind, topic=topic, difficulty=level)
        for kind in (Kind.SINGLE_CHOICE, Kind.SHORT_ANSWER)
        for topic in ("LAW", "PROC")
        for level in (1, 1, 5)
    ]
    selection = select(SMALL, few, papers=4, seed=1)
    found = certificate_of(SMALL, few, selection, spares=0, seed=1, own_seed=1, hashes=HASHES)
    assert {Limit.FEW_PAPERS, Limit.LABELS_ONLY, Limit.NEIGHBOURS} <= set(found.limits)
    assert found.thin
    assert found.thin[0].held <= 2


def test_the_true_spread_is_that_of_papers_whose_questions_are_not_quite_known(drawn: Selection) -> None:
    chance = Random(4)
    questions = {item.question.code: item.question for paper in drawn.papers for item in paper.items}
    doubts = {code: doubts_of(each.kind, each.figures)[1] for code, each in questions.items()}
    marks = {kind: worth for kind, (_, worth) in simulated.KINDS.items()}
    found = []
    for _ in range(30):
        off = {code: chance.gauss(0, doubt) for code, doubt in doubts.items()}
        scores = [
            sum(
                marks[item.question.kind] * (item.question.figures.middle / 10_000 + off[item.question.code])
                for item in paper.items
            )
            for paper in drawn.papers
        ]
        mean = sum(scores) / len(scores)
        found.append(sum((each - mean) ** 2 for each in scores) / len(scores))
    expected = true_sd(simulated.PLAN, drawn.papers, 0.05)
    assert expected == pytest.approx((sum(found) / len(found)) ** 0.5, rel=0.1)


def test_a_snapshot_keeps_figures_and_old_ones_without_them_can_be_read() -> None:
    one = replace(make_drawable(), figures=Figures(1, 2, 3, 4), enemies=frozenset({"X"}))
    assert restored(snapshot([one])) == [one]
    [row] = snapshot([one])
    assert restored([row[:-1]])[0].enemies == frozenset({"X"})
    assert restored([row[:-2]])[0].enemies == frozenset()
