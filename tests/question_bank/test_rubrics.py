"""What a written answer earns by its key points, and what the linter says of a rubric."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import content as shipping
from question_bank import kinds
from question_bank.digests import content_hash
from question_bank.enums import Kind, ScoringRule
from question_bank.kinds import content_of
from question_bank.kinds.key_points import KeyPoint, suggest
from question_bank.kinds.short_answer import ShortAnswerContent, ShortAnswerResponse
from question_bank.kinds.terms import FoldedText, HitRule
from question_bank.normalise import canonical, in_unit, quantity, same
from question_bank.numerals import value_of, with_digits
from question_bank.rubric_lint import Rule, lint, opposites, own_text, score, scores


def point(*groups: tuple[str, ...], **more: Any) -> KeyPoint:
    return KeyPoint(id="k1", point="要点", marks=Decimal(2), keyword_groups=groups, **more)


def earned(given_: KeyPoint, text: str) -> Fraction:
    return suggest(given_, FoldedText.of(text)).marks


@pytest.mark.parametrize(
    ("terms", "answer", "hit"),
    [
        ("公开审查结论", "应当公开审查结论。", True),
        ("公开审查结论", "不公开审查结论。", False),
        ("公开审查结论", "无须公开审查结论。", False),
        ("公开审查结论", "没有必要公开审查结论", False),
        ("公开审查结论", "并非应当公开审查结论", False),
        ("公开审查结论", "并非不公开审查结论", True),
        ("公开审查结论", "不得不公开审查结论", True),
        ("公开审查结论", "不能不公开审查结论", True),
        ("公开审查结论", "不能收费，公开审查结论", True),
        ("公开审查结论", "不公开。\n公开审查结论", True),
        ("公开审查结论", "不予理会\n公开审查结论", True),
        ("公开审查结论", "公开审查结论的做法是错误的", False),
        ("开工", "未经批准不得开工", False),
        ("不得开工", "未经批准不得开工", True),
        ("不得开工", "未经批准严禁开工", True),
        ("不得开工", "未批准的可以开工", False),
        ("不得开工", "并非不得开工", False),
        ("改正", "未按规定公开的应当改正", True),
        ("移交档案", "不得拒绝移交档案", True),
        ("移交档案", "拒绝移交档案", False),
        ("动产", "不动产登记", False),
        ("不动产登记", "办理不动产登记", True),
        ("同意", "不同意", False),
        ("签", "可能不能签", False),
        ("不必先注销", "住所迁移无需先注销", True),
        ("不能", "不应当这样", False),
        ("书面", "非常清楚地书面答复", True),
        ("备案", "不仅备案，还要公示", True),
        ("不得…换届", "不得以政府换届、机构调整为由毁约", True),
        ("不得…换届", "不得拖延，换届以后再说", False),
        ("应当…公开", "应当不公开", False),
    ],
)
def test_what_the_sentence_denies_earns_nothing(terms, answer, hit):
    assert bool(earned(point((terms,)), answer)) is hit


@pytest.mark.parametrize(
    ("term", "answer", "rule"),
    [
        ("三百万元", "投资300万元", HitRule.NUMBER),
        ("300万元", "投资3,000,000元", HitRule.NUMBER),
        ("300万元", "投资叁佰万元", HitRule.NUMBER),
        ("10%", "不超过百分之十", HitRule.NUMBER),
        ("2026年8月15日", "自二〇二六年八月十五日起施行", HitRule.NUMBER),
        ("2026年8月15日", "自2026-08-15起", HitRule.NUMBER),
        ("30日", "三十日内", HitRule.NUMBER),
        ("300±10万元", "约309万元", HitRule.TOLERANCE),
        ("300万元±5%", "285万元", HitRule.TOLERANCE),
        ("300±10万元", "约311万元", None),
        ("300±10万元", "300亩", None),
        ("30日", "130日", None),
        ("一公里", "十一公里", None),
        ("三十", "第三十五条", None),
    ],
)
def test_numbers_in_terms_are_found_by_their_value(term, answer, rule):
    hits = suggest(point((term,)), FoldedText.of(answer)).hits
    assert [hit.rule for hit in hits] == ([rule] if rule else [])


def test_a_denial_that_another_group_asks_for_is_not_held_against_the_point():
    assert earned(point(("不得", "严禁"), ("收费",)), "不得向企业收费") == 2
    assert earned(point(("不得", "严禁"), ("收费",)), "可以向企业收费") == 0
    assert earned(point(("禁止委托无证单位",), ("委托持证单位",)), "禁止委托持证单位") == 0


def test_who_says_what_is_forbidden_earns_nothing_for_the_point():
    judged = point(("公开",), forbidden=("返还税收",))
    assert earned(judged, "公开条件，并返还税收") == 0
    assert earned(judged, "公开条件，不得返还税收") == 2


def test_long_terms_may_be_found_by_resemblance_and_say_so():
    judged = point(("向迁入地登记机关申请变更登记",))
    found = suggest(judged, FoldedText.of("请向迁入地的登记机关申请变更登记"))
    assert (found.marks, found.fuzzy, found.hits[0].rule) == (2, True, HitRule.LOOSE)
    assert earned(judged, "不用向迁入地的登记机关申请变更登记") == 0
    assert earned(point(("变更",)), "变一下更") == 0


def test_a_hit_names_its_term_and_its_place_in_the_text_as_written():
    found = suggest(point(("不得开工",), ("１０％",)), FoldedText.of("批前 严禁 开工，罚 10 %。"))
    assert [(hit.group, hit.term) for hit in found.hits] == [(0, "不得开工"), (1, "１０％")]
    assert ["批前 严禁 开工，罚 10 %。"[span.start : span.end] for span in found.spans] == ["严禁 开工", "10 %"]


@given(st.text(alphabet="不得未非无并公开收费，。\n 12万元应当的是", max_size=60))
def test_any_text_can_be_marked_and_denying_it_as_a_whole_never_earns_more(text):
    judged = point(("公开",), ("收费", "12万元"), partial=Decimal(1))
    found = suggest(judged, FoldedText.of(text))
    assert 0 <= found.marks <= 2
    assert all(0 <= span.start < span.end <= len(text) for span in found.spans)
    assert all(isinstance(opposite, str) for opposite in opposites(text))


def test_contents_stored_before_forbidden_terms_keep_their_hash():
    stored = json.loads(point(("公开",)).model_dump_json())
    assert "forbidden" not in stored
    assert KeyPoint(**stored) == point(("公开",))
    assert len({content_hash(draft) for draft in shipping.shipped(demo=False)[:3]}) == 3


# the linter


def rubric(reference: str, *points: dict[str, Any], stem: str = "怎么办？") -> ShortAnswerContent:
    rows = [{"id": f"k{n}", "point": f"要点{n}", "marks": 5} | each for n, each in enumerate(points, 1)]
    data = {"stem": stem, "reference": reference, "rubric": rows, "explanation": "略"}
    found = content_of(Kind.SHORT_ANSWER, data)
    assert isinstance(found, ShortAnswerContent)
    return found


GOOD = rubric(
    "未经批准不得开工；应当在平台备案，取得项目代码。",
    {"keyword_groups": [["不得开工"]]},
    {"keyword_groups": [["应当在平台备案"], ["取得项目代码"]], "partial": 2},
)


def rules(content: ShortAnswerContent) -> set[Rule]:
    return {finding.rule for finding in lint(content)}


def test_a_sound_rubric_passes():
    assert lint(GOOD) == ()
    found = scores(GOOD, own_text(GOOD))
    assert (found.reference, found.question, found.opposite, found.out_of) == (10, 0, 0, 10)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (rubric("应当备案。", {"keyword_groups": [["核准"]]}), Rule.REFERENCE),
        (rubric("不得收费。", {"keyword_groups": [["收费"]]}), Rule.REFERENCE),
        (rubric("应当依法备案。", {"keyword_groups": [["备案"]]}, stem="备案怎么办？"), Rule.QUESTION),
        (rubric("不得给予特定经营者优惠。", {"keyword_groups": [["特定经营者", "不得给予"]]}), Rule.NEGATED),
        (rubric("政府不得压缩工期。", {"keyword_groups": [["政府"]]}), Rule.NEGATED),
        (
            rubric("应当备案登记。", {"keyword_groups": [["应当备案"]]}, {"keyword_groups": [["备案"]]}),
            Rule.OVERLAP,
        ),
        (rubric("应当备案。", {"keyword_groups": [["应当备案", "，"]]}), Rule.EMPTY),
        (rubric("不得收费。", {"keyword_groups": [["不得"]]}), Rule.EMPTY),
        (rubric("应当备案。", {"keyword_groups": [["应当备案"]], "partial": 1}), Rule.PARTS),
        (
            rubric("备案，公示，报告，登记。", *({"keyword_groups": [[each]]} for each in ("备案", "公示", "报告"))),
            Rule.BARE,
        ),
    ],
)
def test_what_is_wrong_with_a_rubric_is_named(content, rule):
    assert rule in rules(content) - ({Rule.REFERENCE} if rule is not Rule.REFERENCE else set())


def test_a_part_of_a_case_is_linted_against_the_whole_case():
    inner = GOOD.model_dump(mode="json")
    case = {
        "stem": "材料：某企业未经批准就开工。",
        "explanation": "略",
        "subquestions": [
            {"id": "1", "marks": 10, "content": inner},
            {"id": "2", "marks": 2, "content": {"kind": "true_false", "stem": "未批准的不得开工。", "answer": True}},
        ],
    }
    found = lint(content_of(Kind.CASE, case))
    assert [(each.rule, each.problem.where) for each in found] == [(Rule.QUESTION, "subquestions[1].rubric[1]")]


def test_a_row_of_terms_is_marked_for_a_close_look():
    content = rubric("备案，公示，报告，登记。", *({"keyword_groups": [[each]]} for each in ("备案", "公示", "报告")))
    verdict = kinds.verdict(content, ShortAnswerResponse(text="备案 公示 报告"), ScoringRule.KEY_POINTS, Decimal(15))
    assert verdict.note.startswith("Hardly more than a list")
    sentence = ShortAnswerResponse(text="企业先到平台办理备案，再在网站上公示，最后向主管部门书面报告。")
    assert not kinds.verdict(content, sentence, None, Decimal(15)).note


@pytest.mark.parametrize("demo", [True])
def test_every_shipped_rubric_passes_the_linter(demo):
    found = [
        (draft.code, finding.rule.value, str(finding.problem))
        for draft in shipping.shipped(demo=demo)
        for finding in lint(draft.content)
        if not finding.problem.warning
    ]
    assert found == []
    assert score(GOOD, "") == 0


# numbers as people write them


def in_chinese(number: int, digits: str = "零一二三四五六七八九", units: str = "十百千") -> str:
    """Write 0 ≤ number < 10^16 as a careful clerk does."""
    if number == 0:
        return digits[0]
    text = ""
    for scale, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, scale)
        if not section:
            continue
        text += digits[0] if text and section < 1000 else ""
        text += _section(section, digits, units) + name
        if name == "万亿" and number >= 10**8:
            text = text[:-1]
    return text


def _section(number: int, digits: str, units: str) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + ("", *units)[place]
        gap = digit == 0
    return text


@given(st.integers(0, 10**12))
def test_numbers_come_back_from_chinese_as_they_went(number):
    assert value_of(in_chinese(number)) == number
    assert value_of(in_chinese(number, "零壹贰叁肆伍陆柒捌玖", "拾佰仟")) == number
    assert with_digits(in_chinese(number)) == str(number)
    assert same(f"{number:,}元", f"{in_chinese(number)}元")


@given(st.text(alphabet="一二十百千万亿零〇点两0123456789.,%分之年月日-/元整约第", max_size=24))
def test_the_normal_form_of_a_number_is_its_own(text):
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("三百万元", "3000000元"),
        ("300万", "3000000"),
        ("3,000,000元", "3000000元"),
        ("叁佰万元整", "3000000元"),
        ("叁佰萬圆", "3000000元"),
        ("百分之十", "10%"),
        ("０.１", "0.1"),
        ("2026-08-15", "2026年8月15日"),
        ("2026.10.5", "2026年10月5日"),
        ("二〇二六年八月十五日", "2026年8月15日"),
        ("一百亩", "100亩"),
        ("6.67公顷", "6.67公顷"),
    ],
)
def test_an_answer_has_a_normal_form(text, form):
    assert canonical(text) == form


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("三百万元", "万元", "300"),
        ("人民币叁佰万元整", "万元", "300"),
        ("0.03亿元", "万元", "300"),
        ("100亩", "亩", "100"),
        ("6.67公顷", "亩", "100.05"),
        ("6.67公里", "亩", None),
        ("300万", "元", "3000000"),
    ],
)
def test_a_quantity_counts_in_the_unit_of_the_question_and_in_what_measures_the_same(text, unit, value):
    found = quantity(text)
    assert found is not None
    assert in_unit(found, unit) == (None if value is None else Decimal(value))


SALAD = rubric(
    "未经批准不得开工；应当在平台备案，取得项目代码，向住建部门申请施工许可。",
    {"keyword_groups": [["平台备案"]]},
    {"keyword_groups": [["项目代码"]]},
    {"keyword_groups": [["施工许可"]]},
)


@pytest.mark.parametrize(
    ("text", "marks", "flag"),
    [
        ("平台备案 项目代码 施工许可 批准 开工 住建部门", Fraction(15, 4), "salad"),
        ("平台备案、项目代码、施工许可", 15, "bare"),
        ("先在平台备案，拿到项目代码，再去住建部门申请施工许可。", 15, None),
        ("先在平台备案，拿到项目代码，30天内去申请施工许可。", 15, None),
        ("先在平台备案，拿到项目代码，再去税务部门申请施工许可。", 10, "other_body"),
        ("平台备案" + "情况很好，" * 300, 5, "long"),
    ],
)
def test_what_is_odd_about_an_answer_makes_its_marks_doubtful(text, marks, flag):
    found = SALAD.assess(text)
    assert found.marks == marks
    if flag:
        assert flag in found.flags
        assert found.confidence < 8000
    else:
        assert found.confidence >= 8000


@pytest.mark.parametrize(
    ("reference", "term", "answer", "hit"),
    [
        ("应当在开工前办理施工许可。", "办理施工许可", "应当在开工后办理施工许可", False),
        ("应当在开工前办理施工许可。", "办理施工许可", "开工之前办理施工许可", True),
        ("由国家给予赔偿。", "给予赔偿", "由地方给予赔偿", False),
        ("由国家给予赔偿。", "给予赔偿", "不是由地方、而是由国家给予赔偿", True),
        ("先审查后出台。", "审查", "先出台后审查", False),
        ("自受理之日起20个工作日内作出决定。", "作出决定", "30个工作日内作出决定", False),
        ("自受理之日起20个工作日内作出决定。", "作出决定", "二十个工作日内作出决定", True),
        ("自受理之日起20个工作日内作出决定。", "作出决定", "机关应当作出决定", True),
        ("提高补偿标准。", "补偿标准", "降低补偿标准", False),
    ],
)
def test_a_phrase_beside_the_opposite_or_another_quantity_earns_nothing(reference, term, answer, hit):
    content = rubric(reference, {"keyword_groups": [[term]]})
    assert bool(content.assess(answer).marks) is hit


@pytest.mark.parametrize(
    ("term", "answer", "marks", "rule"),
    [
        ("应当公开审查结论", "公开了审查的结论", 2, HitRule.LOOSE),
        ("应当公开审查结论", "没有公开审查的结论", 0, None),
        ("不得压缩合理工期", "不能随意压缩合理的工期", 2, HitRule.LOOSE),
        ("不得压缩合理工期", "可以压缩合理的工期", 0, None),
        ("报发展和改革委员会", "报发改委", 2, HitRule.LOOSE),
        ("不低于10%", "占10%以上", 2, HitRule.LOOSE),
        ("按名册发到农民工本人手中", "按照名册发给农民工本人手里", 2, HitRule.FUZZY),
    ],
)
def test_what_only_resembles_a_term_says_so(term, answer, marks, rule):
    found = suggest(point((term,)), FoldedText.of(answer))
    assert found.marks <= marks
    assert bool(found.marks) is bool(marks)
    assert [hit.rule for hit in found.hits] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("text", "earns"),
    [
        ("向备案机关告知。", 2),
        ("向税务局告知，备案机关知道。", 0),  # another body
        ("开工前5日内告知备案机关。", 2),
        ("开工前30日内告知备案机关。", 0),  # another number of the same unit
        ("花3元钱邮寄，告知备案机关。", 2),  # a unit that nobody asked about
        ("开工前30日内准备好，告知备案机关。", 2),  # in another clause
    ],
)
def test_a_clause_that_names_another_body_or_number_does_not_earn_its_point(text: str, earns: int) -> None:
    content = rubric(
        "开工前5日内告知备案机关。",
        {"id": "k1", "point": "告知", "marks": "2", "keyword_groups": [["告知"]]},
    )
    assert content.assess(text).marks == earns
