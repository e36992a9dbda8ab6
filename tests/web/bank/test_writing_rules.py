"""What an author types becomes a draft, and a draft what an author types; nothing is lost on either way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from exam.web.bank.writing.blanks import fresh
from exam.web.bank.writing.filling import typed_of
from exam.web.bank.writing.reading import read
from exam.web.bank.writing.trial import tried
from exam.web.bank.writing.typed import act, named, rows, typed_in
from question_bank import content
from question_bank.drafts import Draft
from question_bank.enums import Kind
from question_bank.kinds.key_points import KeyPoint
from question_bank.kinds.short_answer import ShortAnswerContent

SHIPPED = content.shipped(demo=True)


def posted(typed: dict) -> dict:
    """The form as a browser sends it."""
    return typed_in(MultiDict(list(named(typed))))


def test_every_shipped_question_passes_through_its_form_unchanged() -> None:
    changed = [draft.code for draft in SHIPPED if read(draft.kind, posted(typed_of(draft)), draft).draft != draft]
    assert changed == []


def test_an_empty_form_of_every_kind_says_what_is_missing_and_nothing_breaks() -> None:
    for kind in Kind:
        found = read(kind, posted(fresh(kind)))
        assert found.draft is None
        assert ("q-stem", "The stem is empty.") in [(problem.where, problem.template) for problem in found.errors], kind


def choice(*texts: str, right: str = "", **more: str) -> dict:
    fields = {f"q-options-{number}-text": text for number, text in enumerate(texts)}
    about = {"topic": "LAW", "difficulty": "2", "marks": "1", "papers": "business", "q-stem": "题干？"}
    return typed_in(MultiDict(about | fields | {"q-right": right} | more))


def draft_of(kind: Kind, typed: dict) -> Draft:
    found = read(kind, typed)
    assert found.draft is not None, found.errors
    return found.draft


def test_rows_with_nothing_in_them_do_not_count_and_keep_the_places_of_the_others() -> None:
    found = read(Kind.SINGLE_CHOICE, choice("甲", "", "甲", right="2"))
    assert found.draft is not None
    assert found.draft.content.model_dump()["answer"] == "B"
    assert ("q-options", "Options %(one)s and %(other)s are the same.") in [
        (p.where, p.template) for p in found.obstacles
    ]


def test_a_choice_without_its_key_can_be_put_away_and_is_opened_without_one() -> None:
    found = read(Kind.SINGLE_CHOICE, choice("甲", "乙"))
    assert found.draft is not None
    assert [problem.where for problem in found.obstacles if problem.template == "Tick the right option."] == [
        "q-options"
    ]
    assert [row["right"] for row in rows(typed_of(found.draft)["q"], "options")] == ["", ""]


def test_the_key_moves_with_its_row() -> None:
    typed = choice("甲", "乙", "丙", right="2")
    assert act(typed, "q-options-2:up")
    assert act(typed, "q-options-0:remove")
    assert [(row["text"], row["right"]) for row in rows(typed["q"], "options")] == [("丙", "y"), ("乙", "")]


@pytest.mark.parametrize(
    "action", ["", "q-options", "q-options-9:remove", "q-options-x:up", "q-options-0:burn", "__class__:add"]
)
def test_an_act_on_nothing_does_nothing(action: str) -> None:
    typed = choice("甲", "乙")
    before = str(typed["q"]["options"])
    act(typed, action)
    assert str(typed["q"]["options"]) == before


@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "up", "down"]), st.integers(0, 6)), max_size=12))
def test_no_act_on_rows_loses_or_doubles_an_option_it_was_not_asked_to(acts: list[tuple[str, int]]) -> None:
    typed = choice("甲", "乙", "丙", "丁", right="1")
    removed = 0
    for verb, number in acts:
        done = act(typed, "q-options:add" if verb == "add" else f"q-options-{number}:{verb}")
        removed += done and verb == "remove"
    texts = [row.get("text", "") for row in rows(typed["q"], "options")]
    kept = [each for each in texts if each]
    assert len(kept) == len(set(kept))
    assert len(kept) >= 4 - removed
    assert all(row.get("right", "") == ("y" if row.get("text") == "乙" else "") for row in rows(typed["q"], "options"))


def ordering(**more: str) -> dict:
    steps = {f"q-items-{number}-text": f"步骤{name}" for number, name in enumerate("甲乙丙丁")}
    about = {"topic": "PROC", "difficulty": "2", "marks": "5", "papers": "business", "q-stem": "排序："}
    return typed_in(MultiDict(about | steps | more))


def accepted(typed: dict) -> list[str]:
    return ["".join(order) for order in draft_of(Kind.ORDERING, typed).content.accepted]  # type: ignore[attr-defined]


def test_partial_orders_become_the_orders_they_accept() -> None:
    assert accepted(ordering()) == ["ABCD"]
    assert accepted(ordering(**{"q-mode": "swaps", "q-swaps-0-steps": "2、3"})) == ["ABCD", "ACBD"]
    before = {"q-mode": "before", "q-before-0-first": "1", "q-before-0-then": "2"}
    before |= {"q-before-1-first": "2", "q-before-1-then": "3"}
    assert accepted(ordering(**before)) == ["ABCD", "ABDC", "ADBC", "DABC"]
    assert accepted(ordering(**{"q-mode": "list", "q-orders-0-steps": "２ 1 3 4"})) == ["ABCD", "BACD"]


def test_partial_orders_are_shown_again_as_the_rules_they_were() -> None:
    rules = {"q-mode": "before", "q-before-0-first": "1", "q-before-0-then": "3"}
    again = typed_of(draft_of(Kind.ORDERING, ordering(**rules)))["q"]
    assert (again["mode"], again["before"]) == ("before", [{"first": "1", "then": "3"}])
    again = typed_of(draft_of(Kind.ORDERING, ordering(**{"q-mode": "swaps", "q-swaps-0-steps": "1 3"})))["q"]
    assert (again["mode"], again["swaps"]) == ("swaps", [{"steps": "1 3"}])


def test_a_rule_about_no_step_is_told_beside_the_rules_and_the_draft_is_kept() -> None:
    for said in ({"q-mode": "swaps", "q-swaps-0-steps": "2 9"}, {"q-mode": "before", "q-before-0-first": "1"}):
        found = read(Kind.ORDERING, ordering(**said))
        assert found.draft is not None
        assert "q-orders" in [problem.where for problem in found.obstacles]


def test_rules_follow_their_steps_when_these_move() -> None:
    typed = ordering(**{"q-mode": "swaps", "q-swaps-0-steps": "2 3"})
    act(typed, "q-items-0:remove")
    assert typed["q"]["swaps"][0]["steps"] == "1 2"


def test_a_stem_has_a_row_for_each_of_its_blanks() -> None:
    typed = typed_in(MultiDict({"q-answer_form": "blanks", "q-stem": "甲____乙____。", "q-blanks-0-forms": "一"}))
    assert [row.get("forms", "") for row in typed["q"]["blanks"]] == ["一", ""]
    typed["q"]["stem"] = "没有空"
    assert [row.get("forms", "") for row in posted(typed)["q"]["blanks"]] == ["一"]


def test_two_rows_may_share_a_partner_and_the_rest_of_the_right_side_distracts() -> None:
    about = {"topic": "PROC", "difficulty": "2", "marks": "5", "papers": "business", "q-stem": "连线："}
    pairs = {
        "q-pairs-0-left": "备案",
        "q-pairs-0-right": "发改委",
        "q-pairs-1-left": "核准",
        "q-pairs-1-right": "发改委",
    }
    typed = typed_in(MultiDict(about | pairs | {"q-distractors-0-text": "税务局"}))
    matching = draft_of(Kind.MATCHING, typed).content.model_dump()
    assert matching["pairs"] == {"1": "A", "2": "A"}
    assert [row["text"] for row in matching["right"]] == ["发改委", "税务局"]


@pytest.mark.parametrize(
    ("given", "counts"),
    [("三百万元", True), ("300万元", True), ("３００ 万元", True), ("300", False), ("三千万元", False)],
)
def test_an_answer_tried_at_a_blank_is_judged_as_in_the_exam(given: str, *, counts: bool) -> None:
    form = {"q-answer_form": "blanks", "q-stem": "____", "q-blanks-0-forms": "300万元", "q-blanks-0-try": given}
    assert tried(typed_in(MultiDict(form))["q"], Kind.FILL_BLANK)["q-blanks-0"].counts is counts


@pytest.mark.parametrize(
    ("given", "counts", "why"),
    [
        ("三百二十万元", True, "within"),
        ("3,200,000元", True, "within"),
        ("321", True, "within"),
        ("330", False, "outside"),
        ("32", False, "错位"),
        ("许多", False, "cannot be read"),
        ("320亩", False, "cannot be read"),
    ],
)
def test_a_number_tried_is_judged_as_in_the_exam(given: str, why: str, *, counts: bool) -> None:
    form = {"q-answer": "320", "q-tolerance": "1", "q-unit": "万元", "q-try": given}
    form |= {"q-errors-0-value": "32", "q-errors-0-feedback": "错位"}
    found = tried(typed_in(MultiDict(form))["q"], Kind.NUMERIC)["q"]
    assert found.counts is counts
    assert why in str(found.problem)


def short_answer(**more: str) -> dict:
    about = {"topic": "LAW", "difficulty": "2", "marks": "6", "papers": "business", "q-stem": "简述开工前的手续。"}
    point = {"point": "手续", "marks": "4", "terms": "备案｜告知；环评；施工许可", "per_group": "1", "needed": "2"}
    more = {f"q-rubric-0-{name}": value for name, value in point.items()} | {
        name.replace("__", "-"): value for name, value in more.items()
    }
    return typed_in(MultiDict(about | {"q-reference": "先备案，再环评，后领施工许可。", "q-cap": "3"} | more))


def test_everything_a_rubric_may_say_can_be_written_and_read_back() -> None:
    options = {"in_order": "y", "forbidden": "无需备案｜不用环评", "deduction": "1"}
    typed = short_answer(q__veto="先上车后补票｜未批先建", **{f"q__rubric__0__{k}": v for k, v in options.items()})
    draft = draft_of(Kind.SHORT_ANSWER, typed)
    data = draft.content.model_dump(mode="json")
    assert (data["cap"], data["veto"]) == ("3", ["先上车后补票", "未批先建"])
    (point,) = data["rubric"]
    assert (point["needed"], point["in_order"], point["deduction"]) == (2, True, "1")
    assert point["forbidden"] == ["无需备案", "不用环评"]
    assert draft_of(Kind.SHORT_ANSWER, posted(typed_of(draft))).content == draft.content


def test_no_field_of_a_rubric_is_missing_in_the_form() -> None:
    """Whoever adds one to the content finds here that authors cannot write it yet."""
    draft = draft_of(Kind.SHORT_ANSWER, short_answer())
    names = {"keyword_groups": "terms"}
    shown = rows(typed_of(draft)["q"], "rubric")[0]
    assert {names.get(name, name) for name in KeyPoint.model_fields} == set(shown)
    assert set(ShortAnswerContent.model_fields) - {"kind"} == set(typed_of(draft)["q"])


@pytest.mark.parametrize(
    ("name", "value"), [("needed", "许多"), ("needed", "0"), ("deduction", "-1"), ("partial", "x")]
)
def test_a_figure_of_a_key_point_that_is_none_is_told_at_its_field(name: str, value: str) -> None:
    found = read(Kind.SHORT_ANSWER, short_answer(**{f"q__rubric__0__{name}": value}))
    assert found.draft is None
    assert [problem.where for problem in found.errors] == [f"q-rubric-0-{name}"]


@pytest.mark.parametrize(
    ("given", "marks", "remark"),
    [
        ("开工前要先备案，再做环评。", "3", ""),
        ("开工前要先备案。", "1", ""),
        ("先做环评，再备案。", "1", ""),
        ("要备案和环评，有人说无需备案。", "0", "Says something forbidden"),
        ("先备案，再环评，可以未批先建。", "0", "Says what costs the whole answer"),
    ],
)
def test_a_written_answer_tried_is_marked_as_in_the_exam(given: str, marks: str, remark: str) -> None:
    rule = {"in_order": "y", "forbidden": "无需备案", "deduction": "1"}
    typed = short_answer(q__veto="未批先建", q__try=given, **{f"q__rubric__0__{k}": v for k, v in rule.items()})
    found = tried(typed["q"], Kind.SHORT_ANSWER)["q"]
    assert found.problem.params == {"marks": marks, "whole": "3"}
    assert found.counts is (marks != "0")
    assert not remark or remark in found.remarks
    assert "".join(piece for piece, _ in found.pieces) == given


def test_a_written_answer_tried_without_key_points_is_told_so() -> None:
    typed = typed_in(MultiDict({"q-stem": "简述？", "q-try": "先备案"}))
    assert not tried(typed["q"], Kind.SHORT_ANSWER)["q"].counts


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.from_regex(
            r"\A(q|citations|subquestions|options|stem|right|\d{1,2}|blanks|items|mode)(-[a-z0-9_]{1,9}){0,5}\Z"
        ),
        st.text(max_size=12),
        max_size=12,
    ),
    st.sampled_from(list(Kind)),
)
def test_nothing_a_browser_may_send_breaks_the_reading(fields: dict[str, str], kind: Kind) -> None:
    typed = typed_in(MultiDict(fields))
    read(kind, typed)
    tried(typed.get("q", {}) if isinstance(typed.get("q"), dict) else {}, kind)
