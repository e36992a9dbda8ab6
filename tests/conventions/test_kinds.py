"""A kind is complete or absent."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from exam.papers.marking_sheet import BY_HAND
from exam.scanning.answers import BUBBLED, PLACES
from question_bank import kinds
from question_bank.enums import Kind, ScoringRule, default_rule
from question_bank.scoring import PLAIN, sentence, template
from tests.question_bank.scoring_tables import TABLES

TOP = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_has_its_rules(kind: Kind) -> None:
    rules = kinds.rules_of(kind)
    assert rules.kind is kind
    assert kind in default_rule(kind).kinds


@pytest.mark.parametrize("rule", ScoringRule)
def test_a_scoring_rule_has_kinds_a_chinese_sentence_and_a_table_of_examples(rule: ScoringRule) -> None:
    assert rule.kinds
    for said in (sentence(rule), sentence(rule, PLAIN, Decimal(2)), template(rule)):
        assert re.search("[\u4e00-\u9fff]", said)
        assert "%" not in said
    shown = {table.content.kind for table in TABLES if table.rule is rule}
    assert shown == rule.kinds - {Kind.CASE}, "a case is marked by the rules of its sub-questions"


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_can_be_answered_previewed_and_printed(kind: Kind) -> None:
    """The candidate's page, the preview in the bank and the booklet each know the kind by its name."""
    page = "".join(
        path.read_text(encoding="utf-8")
        for path in [*TOP.glob("static/js/sitting*.js"), *TOP.glob("templates/sitting/*.html")]
    )
    preview = (TOP / "templates" / "bank" / "_question.html").read_text(encoding="utf-8")
    printed = "".join(
        path.read_text(encoding="utf-8") for path in [*TOP.glob("exam/papers/*.py"), *TOP.glob("exam/printing/*.py")]
    )
    assert kind.value in page
    assert kind.value in preview
    assert f"Kind.{kind.name}" in printed


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_has_its_place_on_the_answer_sheet(kind: Kind) -> None:
    """Bubbles that a machine reads, or a box marked by hand with a line on the marking sheet; a case has its parts'."""
    assert (kind in BUBBLED) + (kind in BY_HAND) + (kind is Kind.CASE) == 1
    assert (kind in PLACES) is (kind is not Kind.CASE)
