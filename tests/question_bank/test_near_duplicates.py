"""Near-duplicates are told with their reason: on the labelled pairs, on import, on saving, among very many."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from question_bank import operations, pairing, queries
from question_bank.comparison import compare
from question_bank.enums import Kind, Relation
from question_bank.errors import Invalid
from question_bank.models import Question, QuestionPair
from question_bank.neighbours import Neighbours
from question_bank.similarity import Look, Reason, judge
from tests.conftest import NOON
from tests.factories.bank import make_draft

PAIRS = json.loads((Path(__file__).parent / "likeness_pairs.json").read_text(encoding="utf-8"))
FLOORS = {Reason.REWORDED: 0.93, Reason.OPTIONS: 0.95, Reason.NUMBER: 0.95, Reason.KIND: 0.9, Reason.BASIS: 0.8}
"""Least share of the held-out pairs of a label that is found; docs/near-duplicates.md has what was measured."""

WAREHOUSE = "某民营企业拟在我县投资建设冷链仓库，该项目不在政府核准的投资项目目录内。该项目应当实行（　）。"
REWORDED = "一家民营企业准备来我县投资建冷链仓库，该项目不在政府核准的投资项目目录内，应当实行（　）。"
OPTIONS = ["核准管理", "审批管理", "备案管理", "许可管理"]


def look(held: dict[str, Any]) -> Look:
    kind = next(kind for kind in Kind if kind.value == held["kind"])
    return Look(kind, held["stem"], tuple(held["options"]), tuple(held["key"]), frozenset(held["basis"]))


def content(stem: str, options: list[str], right: str) -> dict[str, Any]:
    rows = [{"key": key, "text": text} for key, text in zip("ABCD", options, strict=True)]
    return {"stem": stem, "options": rows, "answer": "ABCD"[options.index(right)]}


def test_on_pairs_not_tuned_on_nearly_all_are_found_and_nearly_nothing_else() -> None:
    told, meant, found, right = Counter(), Counter(), Counter(), Counter()
    for pair in PAIRS:
        if pair["half"] != "held" or pair["label"] == "doubtful":
            continue
        likeness = judge(look(pair["first"]), look(pair["second"]))
        told[likeness.reason if likeness else None] += 1
        right[likeness.reason if likeness else None] += pair["label"] != "none"
        meant[pair["label"]] += 1
        found[pair["label"]] += likeness is not None
    for reason, floor in FLOORS.items():
        print(f"{reason.chinese}: found {found[reason]} of {meant[reason]}, right {right[reason]} of {told[reason]}")
        assert found[reason] / meant[reason] >= floor
        assert right[reason] / told[reason] >= 0.9
    positive = sum(found[reason] for reason in FLOORS)
    print(f"all: precision {positive / (positive + found['none']):.3f} on {meant['none']} pairs that differ")
    assert positive / (positive + found["none"]) >= 0.95
    assert meant["none"] >= 80


def test_the_order_of_the_two_does_not_matter() -> None:
    for pair in PAIRS[::5]:
        one, two = look(pair["first"]), look(pair["second"])
        assert judge(one, two) == judge(two, one)


@pytest.mark.parametrize(
    "stem", ["下列说法正确的是（　　）。", "某项目投资{}万元，应当向备案机关告知信息的时间是（　）。"]
)
def test_thousands_of_alike_stems_neither_explode_nor_hide_the_one_that_repeats(stem: str) -> None:
    """A stem that says nothing is judged by its options; a number is told once for each question."""
    many = 4_000
    words = ["土地", "税收", "环评", "消防", "用工", "合同", "投标", "排污", "登记", "许可", "补贴", "融资", "水保"]
    looks = [
        Look(
            Kind.SINGLE_CHOICE,
            stem.format(place),
            tuple(
                f"{words[(place * 7 + n * 5) % 13]}{words[(place // 13 + n) % 13]}由{place * 11 + n}号窗口办理"
                for n in range(4)
            ),
            (f"{place}号",),
        )
        for place in range(many)
    ]
    looks.append(Look(Kind.SINGLE_CHOICE, stem.format(17), tuple(reversed(looks[17].options)), looks[17].key))
    index = Neighbours([each.text for each in looks], looks.__getitem__)
    found = index.best(many)
    assert found is not None
    assert (found.place, found.likeness.reason) == (17, Reason.OPTIONS)


@pytest.mark.db
def test_an_import_tells_what_asks_nearly_the_same_and_keeps_it_as_suspected(session: Session) -> None:
    operations.create_question(
        session, make_draft(code="OLD", content=content(WAREHOUSE, OPTIONS, "备案管理")), by=None, at=NOON
    )
    new = make_draft(code="NEW", content=content(REWORDED, OPTIONS[::-1], "备案管理"))
    other = make_draft(code="OTHER", content={"stem": "工业用地使用权出让的最高年限是（　）。"})
    for few in (True, False):
        rest = (
            []
            if few
            else [make_draft(content={"stem": f"{n}、第{n}种情形由{n * 7}个部门处理（　）。"}) for n in range(20)]
        )
        steps = compare(session, [new, other, *rest])
        assert [(near.code, near.reason) for near in steps[0].near] == [("OLD", Reason.REWORDED)]
        assert steps[1].near == ()
    operations.import_drafts(session, [new, other], by=None, at=NOON)
    (pair,) = session.query(QuestionPair)
    assert {pair.first.code, pair.second.code} == {"OLD", "NEW"}
    assert (pair.relation, pair.reason) == (Relation.SUSPECTED, "reworded")


@pytest.mark.db
def test_what_a_person_decided_of_a_pair_stays_and_enemies_are_named(session: Session) -> None:
    for code, stem in (("A", WAREHOUSE), ("B", REWORDED)):
        operations.create_question(
            session, make_draft(code=code, content=content(stem, OPTIONS, "备案管理")), by=None, at=NOON
        )
    (pair,) = session.query(QuestionPair)
    with pytest.raises(Invalid):
        pairing.judge_pair(session, pair, Relation.SUSPECTED, by=1, at=NOON)
    (event,) = pairing.judge_pair(session, pair, Relation.ENEMIES, by=1, at=NOON)
    assert event.detail == {"codes": [pair.first.code, pair.second.code], "before": "suspected", "after": "enemies"}
    assert pairing.judge_pair(session, pair, Relation.ENEMIES, by=1, at=NOON) == []
    assert pairing.find_all(session, at=NOON) == 0
    assert queries.enemies(session) == {("A", "B")}


@pytest.mark.db
def test_pairs_an_editor_found_are_entered_once_and_what_a_person_decided_stands(session: Session) -> None:
    for code, stem in (
        ("A", WAREHOUSE),
        ("B", "工业用地使用权出让的最高年限是（　）。"),
        ("C", "谁发给许可证（　）。"),
    ):
        operations.create_question(session, make_draft(code=code, content={"stem": stem}), by=None, at=NOON)
    events = pairing.enter_enemies(session, [("B", "A"), ("B", "C"), ("A", "NOT-HELD")], at=NOON)
    assert [event.detail["codes"] for event in events] == [["A", "B"], ["B", "C"]]
    assert queries.enemies(session) == {("A", "B"), ("B", "C")}
    pair = next(each for each in session.query(QuestionPair) if each.first.code == "A")
    pairing.judge_pair(session, pair, Relation.DISTINCT, by=1, at=NOON)
    assert pairing.enter_enemies(session, [("A", "B"), ("B", "C")], at=NOON) == []
    assert queries.enemies(session) == {("B", "C")}


@pytest.mark.db
def test_a_new_wording_ends_a_suspicion(session: Session) -> None:
    for code, stem in (("A", WAREHOUSE), ("B", REWORDED)):
        operations.create_question(
            session, make_draft(code=code, content=content(stem, OPTIONS, "备案管理")), by=None, at=NOON
        )
    second = session.query(Question).where(Question.code == "B").one()
    draft = make_draft(code="B", content={"stem": "工业用地使用权出让的最高年限是（　）。"})
    operations.add_version(session, second, draft, by=None, at=NOON)
    assert session.query(QuestionPair).count() == 0
