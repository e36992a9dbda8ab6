"""Answers looked at after the paper: errors shared with a neighbour, and papers too fast to have been read."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.grading.looking_back import Found, look_back
from exam.grading.same_errors import Shared, compare, is_striking, meeting, tail
from exam.sittings.day import IncidentKind
from exam.sittings.day_models import Incident
from exam.sittings.models import Sitting, SittingStatus
from exam.sittings.operations import save, start, submit
from exam.sittings.queries import frozen_items
from exam.sittings.revisions import SaveOperation
from question_bank.errors import NotAllowed
from question_bank.kinds import key_view, public_view
from tests.factories.papers import SINGLE, make_paper_set
from tests.factories.sittings import make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

ITEMS = 12


@given(st.lists(st.floats(0, 1), max_size=12))
def test_the_tail_falls_from_one_to_the_chance_of_all_at_once(chances: list[float]) -> None:
    whole = [tail(chances, at_least) for at_least in range(len(chances) + 2)]
    assert whole[0] == pytest.approx(1)
    assert whole == sorted(whole, reverse=True)
    together = 1.0
    for each in chances:
        together *= each
    assert whole[len(chances)] == pytest.approx(together)
    assert whole[-1] == 0


@given(st.dictionaries(st.sampled_from("ABC"), st.integers(1, 200)))
def test_two_wrong_answers_meet_as_often_as_the_hall_says(counts: dict[str, int]) -> None:
    chance = meeting(counts, options=3)
    assert 1 / 3 - 1e-9 <= chance <= 1


def test_a_trap_into_which_everybody_falls_makes_no_pair_striking() -> None:
    trap = {question: meeting({"B": 200}, options=3) for question in range(10)}
    everybody = dict.fromkeys(range(10), "B")
    assert not is_striking(compare(everybody, everybody, trap), 100)
    spread = {question: meeting({"B": 60, "C": 70, "D": 70}, options=3) for question in range(10)}
    assert is_striking(compare(everybody, everybody, spread), 5)
    assert not is_striking(Shared(3, 3, 0.1, 1e-9), 1)


def hall(session: Session, answers: list[str], *, seconds: int) -> Sitting:
    """People side by side with the same questions; a letter a person: all right (R), or the first, second … wrong."""
    stop = make_stop(session)
    sitting = make_sitting(session, stop=stop)
    made = make_paper_set(session, [(SINGLE, 2)] * ITEMS, papers=len(answers))
    for paper, gives in zip(made.papers, answers, strict=True):  # type: ignore[attr-defined]
        entry = make_entry(session, stop)
        make_assignment(session, sitting, entry, paper=paper)
        attempt = start(session, entry, sitting, device="", at=sitting.opens_at)
        operations = []
        for item in frozen_items(session, paper.id):
            right = key_view(item.content, item.order).labels[0]
            plain = {option.text: option.label for option in public_view(item.content, item.order).options}
            wrong = [plain[text] for text in sorted(plain) if plain[text] != right]
            value = right if gives == "R" else wrong[int(gives)]
            operations.append(
                SaveOperation(op=f"operation-{item.item_id}", item=item.item_id, revision=1, value=value, flagged=False)
            )
        at = sitting.opens_at + timedelta(seconds=seconds)
        save(session, attempt, operations, at=at)
        submit(session, attempt, at=at)
    sitting.status = SittingStatus.CLOSED
    session.flush()
    return sitting


@pytest.mark.db
def test_neighbours_with_the_same_unusual_errors_are_told_once_and_nobody_else(session: Session) -> None:
    sitting = hall(session, ["R", "0", "0", "R", "1", "R", "2", "R"], seconds=3000)
    assert look_back(session, sitting, by=None, at=sitting.closes_at) == Found(fast=0, alike=2)
    assert look_back(session, sitting, by=None, at=sitting.closes_at) == Found(fast=0, alike=0)
    found = session.scalars(select(Incident).order_by(Incident.id)).all()
    assert [(each.kind, each.entry.seat, each.detail["seat"], each.detail["same"]) for each in found if each.entry] == [
        (IncidentKind.ALIKE, 2, 3, ITEMS),
        (IncidentKind.ALIKE, 3, 2, ITEMS),
    ]


@pytest.mark.db
def test_a_paper_answered_faster_than_it_can_be_read_is_told(session: Session) -> None:
    sitting = hall(session, ["R"], seconds=1)
    assert look_back(session, sitting, by=None, at=sitting.closes_at).fast == 1
    (incident,) = session.scalars(select(Incident))
    assert (incident.kind, incident.detail) == (IncidentKind.TOO_FAST, {"answers": ITEMS, "seconds": 1})


@pytest.mark.db
def test_nothing_is_looked_at_while_the_paper_is_open(session: Session) -> None:
    sitting = make_sitting(session)
    with pytest.raises(NotAllowed):
        look_back(session, sitting, by=None, at=sitting.opens_at)
