"""The form of a specification read: nothing is lost on the way, and what is wrong is said beside its row."""

import pytest
from werkzeug.datastructures import MultiDict

from exam.papers.specification import FixedCell, Plan, Section, Wish, plan_of
from exam.papers.specifying import Terms
from exam.papers.standard import STANDARD, Standard
from exam.web.papers.editor.filling import act, named, typed_in, typed_of
from exam.web.papers.editor.reading import read
from exam.web.typed import Typed
from question_bank.enums import Band, Kind, ScoringRule, default_rule


def terms_of(standard: Standard) -> Terms:
    return Terms(standard.name, standard.paper_kind, standard.audience, standard.plan)


TOWN = typed_of(terms_of(STANDARD[0]))


def again(typed: Typed, **changed: str) -> Typed:
    """The form as it comes back from a browser, with some of its fields changed."""
    form = MultiDict(named(typed))
    for name, value in changed.items():
        form[name] = value
    return typed_in(form)


@pytest.mark.parametrize("standard", STANDARD, ids=lambda standard: standard.code)
def test_every_standard_goes_through_the_form_and_comes_out_the_same(standard: Standard) -> None:
    found = read(again(typed_of(terms_of(standard))))
    assert found.problems == ()
    assert found.terms == terms_of(standard)


def test_rules_reserved_items_and_fixed_cells_go_through_the_form_too() -> None:
    plan = STANDARD[0].plan
    single = plan.sections[0].model_copy(update={"wishes": (Wish(common_core=True), Wish(common_core=True))})
    several = plan.sections[1].model_copy(update={"rules": {Kind.MULTIPLE_CHOICE: ScoringRule.PER_OPTION}})
    cells = (FixedCell(section=2, topic="ETIQ/SERVICE", band=Band.HARD, count=1),)
    changed = dict(plan) | {"sections": (single, several, *plan.sections[2:]), "fixed_cells": cells}
    terms = Terms("改过的", STANDARD[0].paper_kind, None, Plan.model_validate(changed))
    assert read(again(typed_of(terms))).terms == terms


EVERY_OPTION = {
    Kind.MULTIPLE_CHOICE: (ScoringRule.FIXED_IF_INCOMPLETE, {"fixed": ["0.5", "1"], "uncertain": True, "step": "0.5"}),
    Kind.TRUE_FALSE: (ScoringRule.WRONG_DEDUCTS, {"penalty": "1", "floor": "paper"}),
    Kind.FILL_BLANK: (ScoringRule.PER_BLANK, {"wrong_characters": "half"}),
    Kind.MATCHING: (ScoringRule.PER_PAIR_LESS_WRONG, {"penalty": "0.25"}),
    Kind.SHORT_ANSWER: (ScoringRule.KEY_POINTS, {"required": 3, "carried": True}),
}


@pytest.mark.parametrize("kind", EVERY_OPTION)
def test_the_options_of_a_rule_go_through_the_form_too(kind: Kind) -> None:
    rule, options = EVERY_OPTION[kind]
    rules = {} if rule is default_rule(kind) else {kind: rule}
    section = Section(title="一", kinds=(kind,), count=10, marks_each=2, rules=rules, rule_options={kind: options})
    plan = Plan(sections=(section,), minutes=60, total=20, pass_marks=12, rounding="0.5")
    terms = Terms("按规则", STANDARD[0].paper_kind, None, plan)
    found = read(again(typed_of(terms)))
    assert (found.problems, found.terms) == ((), terms)
    assert plan_of(plan.model_dump(mode="json")) == plan


def test_what_belongs_to_another_rule_is_forgotten_with_it() -> None:
    typed = again(
        TOWN, **{"sections-2-options-true_false-penalty": "5", "sections-2-options-true_false-floor": "paper"}
    )
    assert read(typed).terms == terms_of(STANDARD[0])


def test_a_section_of_uncertain_choices_is_called_so() -> None:
    typed = again(TOWN, **{"sections-1-title": "", "sections-1-options-multiple_choice-uncertain": "y"})
    found = read(typed).terms
    assert found is not None
    assert found.plan.sections[1].title == "不定项选择题"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"name": ""}, "name"),
        (
            {"sections-2-rules-true_false": "wrong_deducts", "sections-2-options-true_false-penalty": "2"},
            "sections-2-options-true_false-penalty",
        ),
        (
            {"sections-2-rules-true_false": "wrong_deducts", "sections-2-options-true_false-penalty": "一点"},
            "sections-2-options-true_false-penalty",
        ),
        (
            {"sections-1-rules-multiple_choice": "fixed_if_incomplete"},
            "sections-1-options-multiple_choice-fixed",
        ),
        ({"sections-6-options-short_answer-required": "许多"}, "sections-6-options-short_answer-required"),
        ({"minutes": "很久"}, "minutes"),
        ({"pass_marks": "101"}, "pass_marks"),
        ({"sections-0-kinds": ""}, "sections-0"),
        ({"sections-0-count": "0"}, "sections-0-count"),
        ({"sections-0-marks_each": "一分"}, "sections-0-marks_each"),
        ({"sections-0-marks_each": "0.333"}, "sections-0-marks_each"),
        ({"sections-0-wishes-0-count": "1"}, "sections-0-wishes-0"),
        ({"sections-0-wishes-0-count": "21", "sections-0-wishes-0-topic": "LAW"}, "sections-0-wishes"),
        ({"sections-0-kinds": "diagnosis"}, "total"),
        ({"topics-2-marks": "多"}, "topics-2"),
        ({"topics-2-joined": "ETIQ", "topics-6-marks": ""}, "topics-2"),
        ({"shares-easy": "0", "shares-medium": "0", "shares-hard": "0"}, "shares"),
        ({"cells-0-section": "0", "cells-0-count": "1"}, "cells-0"),
        ({"cells-0-section": "9", "cells-0-topic": "LAW", "cells-0-count": "1"}, "cells-0"),
        ({"cells-0-section": "0", "cells-0-topic": "LAW", "cells-0-count": "30"}, "cells-0"),
    ],
)
def test_what_is_wrong_is_said_beside_its_row(changed: dict[str, str], where: str) -> None:
    found = read(again(TOWN, **changed))
    assert found.terms is None
    assert where in {problem.where for problem in found.problems}


def test_a_section_without_a_heading_is_called_as_its_kind_and_figures_may_be_full_width() -> None:
    found = read(again(TOWN, **{"sections-0-title": "", "sections-0-count": "２０", "minutes": "６０"}))
    assert found.terms is not None
    assert found.terms.plan == STANDARD[0].plan


def test_the_numbers_of_sections_in_fixed_cells_follow_the_sections() -> None:
    typed = again(TOWN, **{"cells-0-section": "2", "cells-0-topic": "LAW", "cells-0-count": "1"})
    assert act(typed, "sections-0:remove")
    assert typed["cells"][0]["section"] == "1"
    assert act(typed, "sections-1:up")
    assert typed["cells"][0]["section"] == "0"
    assert act(typed, "sections-0:remove")
    assert typed["cells"] == []
    for action in ("sections-99:remove", "sections:nothing", "nowhere-0:up", "sections-0:up", "-:add"):
        assert not act(typed, action)
