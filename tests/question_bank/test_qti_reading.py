"""QTI of every version: what its questions become, and what is said of those that cannot come."""

import base64
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from question_bank.enums import Kind
from question_bank.errors import Invalid
from question_bank.exchange.formats import format_of
from question_bank.exchange.qti.reading import read
from tests.question_bank.qti_samples import (
    MAP,
    choice,
    declared,
    equal,
    file1,
    item1,
    item2,
    item3,
    listed,
    manifest,
    mapping,
    packed,
    resource,
    said,
    when,
)

FILES = Path(__file__).parent / "qti_files"


def only(data):
    (item,) = read(data).items
    return item


def content(data):
    item = only(data)
    assert item.draft is not None, item.faults
    return item.draft.content


def reason(data):
    item = only(data)
    assert item.draft is None
    return item.unsupported, str(item.faults[0].reason)


def png(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (4, 3), colour).save(out, "PNG")
    return out.getvalue()


def both(data):
    """An item in 2.1 and in 3.0."""
    return pytest.param(data, id="2.1"), pytest.param(item3(data), id="3.0")


SINGLE = item2(choice("A甲", "B乙", "C丙"), declared("B"))
SEVERAL = item2(choice("A甲", "B乙", "C丙", most=0), declared("A", "C", cardinality="multiple"))
TRUTH = item2(choice("正确", "错误", prompt="地球是圆的。"), declared("正"))
BLANKS = item2(
    '<p>Now is the <textEntryInteraction responseIdentifier="R1"/> of our <textEntryInteraction responseIdentifier="R2"/>.</p>',
    declared("winter", name="R1", base="string"),
    declared("discontent", name="R2", base="string", more=mapping(discontent="1", anger="1")),
    after=MAP,
)
NUMBER = item2(
    '<p>2 + 2 = <textEntryInteraction responseIdentifier="RESPONSE"/></p>',
    declared("4", base="float"),
    after='<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" tolerance="0.5 0.5">'
    '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal><setOutcomeValue identifier="SCORE">'
    '<baseValue baseType="float">3</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>',
)
MENU = item2(
    '<p>首都是<inlineChoiceInteraction responseIdentifier="RESPONSE"><inlineChoice identifier="a">上海</inlineChoice>'
    '<inlineChoice identifier="b">北京</inlineChoice></inlineChoiceInteraction>。</p>',
    declared("b"),
)
ORDER = item2(
    '<orderInteraction responseIdentifier="RESPONSE"><prompt>排序</prompt><simpleChoice identifier="x">一</simpleChoice>'
    '<simpleChoice identifier="y">二</simpleChoice><simpleChoice identifier="z">三</simpleChoice></orderInteraction>',
    declared("z", "x", "y", cardinality="ordered"),
)
PAIRS = item2(
    '<matchInteraction responseIdentifier="RESPONSE"><prompt>连线</prompt><simpleMatchSet>'
    '<simpleAssociableChoice identifier="l1" matchMax="1">法国</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="l2" matchMax="1">德国</simpleAssociableChoice></simpleMatchSet><simpleMatchSet>'
    '<simpleAssociableChoice identifier="r1" matchMax="1">柏林</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="r2" matchMax="1">巴黎</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="r3" matchMax="1">罗马</simpleAssociableChoice></simpleMatchSet></matchInteraction>',
    declared("l1 r2", "l2 r1", cardinality="multiple", base="directedPair"),
)
GAPS = item2(
    '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="w" matchMax="1">冬</gapText>'
    '<gapText identifier="s" matchMax="1">夏</gapText><p>我们不满的<gap identifier="g1"/>天</p></gapMatchInteraction>',
    declared("w g1", cardinality="multiple", base="directedPair"),
)
WORDS = item2(
    '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>哪个字错了？</prompt>'
    '<p>他<hottext identifier="a">在</hottext>家，她<hottext identifier="b">再</hottext>校。</p></hottextInteraction>',
    declared("b"),
)
ESSAY = item2(
    '<p>谈谈看法。</p><extendedTextInteraction responseIdentifier="RESPONSE"/>'
    '<rubricBlock view="scorer"><p>答出两点即可。</p></rubricBlock>',
    declared(base="string"),
    after="",
)
CASE = item2(
    "<p>材料：某县引进一家企业。</p>"
    + choice("A甲", "B乙", prompt="由谁牵头？", name="R1")
    + '<p>投资额为<textEntryInteraction responseIdentifier="R2"/>亿元。</p>'
    + '<extendedTextInteraction responseIdentifier="R3"><prompt>谈谈看法。</prompt></extendedTextInteraction>',
    declared("B", name="R1"),
    declared("三", name="R2", base="string"),
    declared(name="R3", base="string"),
    after="",
)


@pytest.mark.parametrize("data", both(SINGLE))
def test_one_answer_out_of_several_is_a_single_choice(data):
    found = content(data)
    assert (found.kind, found.stem, found.answer) == (Kind.SINGLE_CHOICE, "选什么？", "B")
    assert [option.text for option in found.options] == ["A甲", "B乙", "C丙"]


@pytest.mark.parametrize("data", both(SEVERAL))
def test_several_answers_are_a_multiple_choice(data):
    assert content(data).answer == ("A", "C")


@pytest.mark.parametrize("data", both(TRUTH) + both(item2(choice("True", "False"), declared("T"))))
def test_two_options_that_say_true_and_false_are_a_true_false(data):
    found = content(data)
    assert (found.kind, found.answer) == (Kind.TRUE_FALSE, True)


@pytest.mark.parametrize("data", both(BLANKS))
def test_texts_to_enter_are_blanks_with_every_accepted_form(data):
    found = content(data)
    assert found.stem == "Now is the ____ of our ____."
    assert found.answers == (("winter",), ("discontent", "anger"))


def test_blanks_that_accept_the_same_words_are_filled_in_any_order():
    entry = '<textEntryInteraction responseIdentifier="{}"/>'
    cities = mapping(Dresden="1", Leipzig="1")
    body = f"<p>{entry.format('R1')}、{entry.format('R2')}</p>"
    data = item2(body, declared(name="R1", base="string", more=cities), declared(name="R2", base="string", more=cities))
    found = content(data)
    assert (found.any_order, found.answers) == (True, (("Dresden",), ("Leipzig",)))


@pytest.mark.parametrize("data", both(NUMBER))
def test_a_number_to_enter_is_a_calculation_with_its_tolerance(data):
    found = content(data)
    assert (found.kind, found.answer, found.tolerance) == (Kind.NUMERIC, Decimal(4), Decimal("0.5"))


@pytest.mark.parametrize("data", both(MENU))
def test_a_list_inside_a_text_is_a_blank_that_shows_its_words(data):
    found = content(data)
    assert (found.stem, found.answers) == ("首都是____（上海／北京）。", (("北京",),))


@pytest.mark.parametrize("data", both(ORDER))
def test_an_order_is_kept(data):
    assert content(data).answer == ("C", "A", "B")


@pytest.mark.parametrize("data", both(PAIRS))
def test_pairs_are_a_matching_whose_right_column_may_be_longer(data):
    found = content(data)
    assert (found.pairs, len(found.right)) == ({"1": "B", "2": "A"}, 3)


@pytest.mark.parametrize("data", both(GAPS))
def test_words_to_put_into_gaps_are_blanks_with_the_words_below(data):
    found = content(data)
    assert (found.stem, found.answers) == ("我们不满的____天\n（备选：冬；夏）", (("冬",),))


@pytest.mark.parametrize("data", both(WORDS))
def test_words_to_choose_in_a_text_are_options(data):
    found = content(data)
    assert (found.stem, found.answer) == ("哪个字错了？\n他【在】家，她【再】校。", "B")


@pytest.mark.parametrize("data", both(ESSAY))
def test_an_essay_takes_the_notes_for_markers_as_its_reference(data):
    found = content(data)
    assert (found.kind, found.stem, found.reference) == (Kind.SHORT_ANSWER, "谈谈看法。", "答出两点即可。")


@pytest.mark.parametrize("data", both(CASE))
def test_several_interactions_are_a_case(data):
    found = content(data)
    assert found.stem == "材料：某县引进一家企业。"
    assert [(sub.content.kind, sub.content.stem) for sub in found.subquestions] == [
        (Kind.SINGLE_CHOICE, "由谁牵头？"),
        (Kind.FILL_BLANK, "投资额为____亿元。"),
        (Kind.SHORT_ANSWER, "谈谈看法。"),
    ]


def rules(test, points="1"):
    value = f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{points}</baseValue></setOutcomeValue>'
    return f"<responseProcessing><responseCondition><responseIf>{test}{value}</responseIf></responseCondition></responseProcessing>"


def test_a_key_that_stands_only_in_the_rules_is_found_by_running_them():
    one = '<match><variable identifier="RESPONSE"/><baseValue baseType="identifier">C</baseValue></match>'
    assert content(item2(choice("A甲", "B乙", "C丙"), declared(), after=rules(one))).answer == "C"
    two = (
        '<and><member><baseValue baseType="identifier">A</baseValue><variable identifier="RESPONSE"/></member>'
        '<member><baseValue baseType="identifier">B</baseValue><variable identifier="RESPONSE"/></member>'
        '<not><member><baseValue baseType="identifier">C</baseValue><variable identifier="RESPONSE"/></member></not></and>'
    )
    several = item2(choice("A甲", "B乙", "C丙", most=0), declared(cardinality="multiple"), after=rules(two))
    assert content(several).answer == ("A", "B")
    text = '<stringMatch caseSensitive="false"><variable identifier="RESPONSE"/><baseValue baseType="string">York</baseValue></stringMatch>'
    entry = '<p>This sun of <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    assert content(item2(entry, declared(base="string"), after=rules(text))).answers == (("York",),)


def test_relative_tolerance_is_reckoned_from_the_right_number():
    test = '<equal toleranceMode="relative" tolerance="10 10"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>'
    entry = '<p>约<textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    found = content(item2(entry, declared("200", base="integer"), after=rules(test)))
    assert (found.answer, found.tolerance) == (200, 20)


def test_feedback_shown_after_the_right_answer_is_the_explanation():
    after = (
        '<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/>'
        '</match><setOutcomeValue identifier="F"><baseValue baseType="identifier">good</baseValue></setOutcomeValue></responseIf>'
        '<responseElse><setOutcomeValue identifier="F"><baseValue baseType="identifier">bad</baseValue></setOutcomeValue></responseElse>'
        "</responseCondition></responseProcessing>"
        '<modalFeedback outcomeIdentifier="F" identifier="good" showHide="show">因为办法第三条。</modalFeedback>'
        '<modalFeedback outcomeIdentifier="F" identifier="bad" showHide="show">请再读一遍办法。</modalFeedback>'
    )
    flag = '<outcomeDeclaration identifier="F" cardinality="single" baseType="identifier"/>'
    item = only(item2(choice("A甲", "B乙"), declared("A"), flag, after=after))
    assert item.draft.content.explanation == "因为办法第三条。"
    assert [str(problem) for problem in item.cautions] == ["Feedback for other answers than the right one is not kept."]


def test_a_button_for_a_hint_and_notes_for_others_do_no_harm():
    body = (
        '<rubricBlock view="proctor"><contentBody>先读卷首。</contentBody></rubricBlock>'
        '<rubricBlock view="candidate"><contentBody><p>选一项。</p></contentBody></rubricBlock>'
        + choice("A甲", "B乙")
        + '<p><endAttemptInteraction responseIdentifier="HINT" title="提示"/></p>'
        '<feedbackBlock outcomeIdentifier="F" identifier="HINT" showHide="show"><contentBody>想想。</contentBody></feedbackBlock>'
    )
    flag = '<outcomeDeclaration identifier="F" cardinality="single" baseType="identifier"/>'
    after = (
        '<responseProcessing><setOutcomeValue identifier="F"><baseValue baseType="identifier">NONE</baseValue></setOutcomeValue>'
        '<responseCondition><responseIf><variable identifier="HINT"/><setOutcomeValue identifier="F"><baseValue baseType="identifier">'
        "HINT</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    hint = declared(name="HINT", base="boolean")
    item = only(item3(item2(body, declared("A"), hint, flag, after=after)))
    assert (item.draft.content.stem, item.draft.content.explanation) == ("选一项。\n选什么？", "")
    assert len(item.cautions) == 3


def test_weights_and_penalties_are_cautions_where_the_key_is_declared():
    weights = mapping("-1", A="2", B="1")
    item = only(
        item2(choice("A甲", "B乙", "C丙", most=0), declared("A", "B", cardinality="multiple", more=weights), after=MAP)
    )
    assert item.draft.content.answer == ("A", "B")
    assert len(item.cautions) == 2


UNSUPPORTED = {
    "points on a picture": item2('<hotspotInteraction responseIdentifier="RESPONSE"/>', declared("A")),
    "a file to hand in": item2('<uploadInteraction responseIdentifier="RESPONSE"/>', declared(base="file")),
    "a program of its own": item2('<customInteraction responseIdentifier="RESPONSE"/>', declared(base="string")),
    "several steps": item2(choice("A甲", "B乙"), declared("A"), more="").replace(
        b'adaptive="false"', b'adaptive="true"'
    ),
    "values made anew": item2(choice("A甲", "B乙"), declared("A"), after="<templateProcessing/>"),
    "no key": item2(choice("A甲", "B乙"), declared()),
    "no question": item2("<p>只有材料。</p>"),
    "two right sets": item2(
        choice("A甲", "B乙"),
        declared(),
        after=rules('<not><isNull><variable identifier="RESPONSE"/></isNull></not>'),
    ),
    "an operator of a vendor": item2(
        choice("A甲", "B乙"),
        declared(),
        after=rules('<customOperator><variable identifier="RESPONSE"/></customOperator>'),
    ),
    "pairs on both sides": item2(
        PAIRS.decode().split("<itemBody>")[1].split("</itemBody>")[0],
        declared("l1 r1", "l1 r2", "l2 r1", cardinality="multiple", base="directedPair"),
    ),
}


@pytest.mark.parametrize("data", UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_what_no_kind_can_hold_is_unsupported_with_a_reason(data):
    for version in (data, item3(data)):
        unsupported, said_of_it = reason(version)
        assert unsupported
        assert said_of_it


BROKEN = {
    "a key that is no option": item2(choice("A甲", "B乙"), declared("Z")),
    "an interaction that is bound to nothing": item2(choice("A甲", "B乙", name="OTHER"), declared("A")),
    "an option without text": item2(choice("A甲", "B<br/>").replace("B<br/>", "<br/>"), declared("A")),
    "one option": item2(choice("A甲"), declared("A")),
    "no body": item2("", declared("A")).replace(b"<itemBody></itemBody>", b""),
    "a pair of three": item2(
        PAIRS.decode().split("<itemBody>")[1].split("</itemBody>")[0],
        declared("l1 r1 r2", cardinality="multiple", base="directedPair"),
    ),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_contradicts_itself_is_rejected_with_a_reason(data):
    unsupported, said_of_it = reason(data)
    assert not unsupported
    assert said_of_it


def test_pictures_of_a_package_come_along_and_others_leave_a_mark():
    body = '<p>看图<img src="../图/a.png" alt="楼"/>和<img src="http://elsewhere/b.png" alt="桥"/></p>' + choice(
        "A甲", "B乙"
    )
    inside = f'<p><object data="data:image/png;base64,{base64.b64encode(png("blue")).decode()}" type="image/png">蓝</object></p>'
    package = packed(
        {
            "items/a.xml": item2(body, declared("A")),
            "图/a.png": png(),
            "b.xml": item2(inside + choice("A甲", "B乙"), declared("A"), identifier="b"),
        }
    )
    found = read(package)
    first, second = found.items
    assert [picture.width for picture in found.pictures] == [4, 4]
    assert first.draft.content.stem.startswith(f"看图![楼](picture:{found.pictures[0].digest})和[图片：桥]")
    assert found.pictures[1].digest in second.draft.content.stem
    assert "A picture could not be brought along; its place is marked." in map(str, first.cautions)


def test_a_formula_becomes_a_line_of_text_with_a_caution():
    formula = "<p>等于<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></p>"
    item = only(item2(formula + choice("A甲", "B乙"), declared("A")))
    assert item.draft.content.stem == "等于 1/2\n选什么？"
    assert item.cautions


def test_shared_material_stands_in_front_of_its_questions():
    stimulus = f'<assessmentStimulus xmlns="{"x"}" identifier="s" title="t"><stimulusBody><p>一篇短文。</p></stimulusBody></assessmentStimulus>'
    item = item3(item2(choice("A甲", "B乙"), declared("A"))).replace(
        b"<qti-item-body>", b'<qti-assessment-stimulus-ref identifier="s" href="../texts/s.xml"/><qti-item-body>'
    )
    whole = packed({"items/a.xml": item, "texts/s.xml": stimulus})
    assert content(whole).stem == "一篇短文。\n\n选什么？"
    unsupported, said_of_it = reason(packed({"items/a.xml": item}))
    assert (unsupported, "s.xml" in said_of_it) == (False, True)


def test_a_package_is_read_by_its_manifest_and_beyond_it():
    package = packed(
        {
            "imsmanifest.xml": manifest(
                resource("b.xml"),
                resource("gone.xml"),
                resource("topic.xml", "imsdt_xmlv1p1"),
                resource("page.html", "webcontent"),
                resource("test.xml", "imsqti_test_xmlv2p1"),
                base="content",
            ),
            "content/a.xml": item2(choice("A甲", "B乙"), declared("A"), identifier="aa"),
            "content/b.xml": item2(choice("A丙", "B丁"), declared("A"), identifier="bb"),
            "content/topic.xml": "<topic><title>讨论</title></topic>",
            "content/page.html": "<html/>",
            "content/test.xml": '<assessmentTest identifier="t" title="卷"><testPart identifier="p">'
            '<assessmentSection identifier="s" title="第一章"><assessmentItemRef identifier="i" href="b.xml"/>'
            '<assessmentItemRef identifier="j" href="a.xml"/></assessmentSection></testPart></assessmentTest>',
        }
    )
    items = read(package).items
    assert [(item.draft is not None, item.unsupported) for item in items] == [
        (True, False),
        (True, False),
        (False, False),
        (False, True),
    ]
    assert [item.draft.subtopic for item in items[:2]] == ["卷/第一章", "卷/第一章"]
    assert items[0].draft.content.options[0].text == "A丙"


def test_an_item_a_test_names_that_is_not_there_is_told():
    test = b'<assessmentTest identifier="t" title="x"><assessmentItemRef identifier="i" href="i.xml"/></assessmentTest>'
    unsupported, said_of_it = reason(test)
    assert (unsupported, "i.xml" in said_of_it) == (False, True)


@pytest.mark.parametrize(("declared_marks", "expected"), [("2.5", "2.5"), ("0.0001", "1"), ("1e28", "1"), ("-3", "1")])
def test_marks_are_those_the_item_declares_where_they_are_marks(declared_marks, expected):
    most = (
        '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue>'
        f"<value>{declared_marks}</value></defaultValue></outcomeDeclaration>"
    )
    assert only(item2(choice("A甲", "B乙"), declared("A"), most)).draft.marks == Decimal(expected)


def test_codes_are_stable_and_no_two_items_share_one():
    guid = "i0c4f8d2b7a1e4f6c9d3b5a7e8f1c2d4e"
    twice = packed(
        {
            "a.xml": item2(choice("A甲", "B乙"), declared("A"), identifier=guid),
            "b.xml": item2(choice("A丙", "B丁"), declared("A"), identifier=guid),
            "c.xml": item2(choice("A丙", "B丁", prompt="别的？"), declared("A"), identifier="q1"),
        }
    )
    codes = [draft.code for draft in read(twice).drafts]
    assert codes[:2] == [f"QTI-{guid}", f"QTI-{guid}-2"]
    assert codes == [draft.code for draft in read(twice).drafts]
    assert codes[2] != "QTI-q1"  # many files call a question so; only what cannot be another's is a code


# QTI 1.2

OPTIONS = listed("r", "A甲", "B乙", "C丙")


def test_choices_of_1_2_follow_their_cardinality():
    single = file1(item1(said("选什么？") + OPTIONS, when(equal("r", "B"), "100")))
    assert content(single).answer == "B"
    both_right = f"<and>{equal('r', 'A')}{equal('r', 'C')}<not>{equal('r', 'B')}</not></and>"
    several = file1(
        item1(said("选哪些？") + listed("r", "A甲", "B乙", "C丙", many="Multiple"), when(both_right, "100"))
    )
    assert content(several).answer == ("A", "C")
    added = "".join(
        (when(equal("r", "A"), "50", "Add"), when(equal("r", "B"), "-50", "Add"), when(equal("r", "C"), "50", "Add"))
    )
    item = only(file1(item1(said("选哪些？") + listed("r", "A甲", "B乙", "C丙", many="Multiple"), added)))
    assert (item.draft.content.answer, len(item.cautions)) == (("A", "C"), 1)


def test_blanks_of_1_2_stand_where_the_file_has_them():
    entry = '<response_str ident="{}"><render_fib><response_label ident="x"/></render_fib></response_str>'
    inside = said("冬天是") + entry.format("r1") + said("的季节，夏天是") + entry.format("r2")
    found = content(file1(item1(inside, when(equal("r1", "冷") + equal("r2", "热"), "2", "Add"))))
    assert (found.stem, found.answers) == ("冬天是____的季节，夏天是____", (("冷",), ("热",)))
    named = (
        said("[a]是红的，[b]是蓝的")
        + listed("response_a", "1花", "2草", label="a")
        + listed("response_b", "3天", "4地", label="b")
    )
    key = when(equal("response_a", "1"), "50", "Add") + when(equal("response_b", "3"), "50", "Add")
    menu = content(file1(item1(named, key, kind="multiple_dropdowns_question")))
    assert (menu.stem, menu.answers) == ("____（1花／2草）是红的，____（3天／4地）是蓝的", (("1花",), ("3天",)))


def test_numbers_of_1_2_are_ranges():
    entry = (
        '<response_str ident="r"><render_fib fibtype="Decimal"><response_label ident="x"/></render_fib></response_str>'
    )
    test = (
        f'<or>{equal("r", "12")}<and><vargte respident="r">11.5</vargte><varlte respident="r">12.5</varlte></and></or>'
    )
    found = content(file1(item1(said("几？") + entry, when(test, "100"), kind="numerical_question")))
    assert (found.answer, found.tolerance) == (12, Decimal("0.5"))


def test_matchings_of_1_2_have_a_list_a_row_or_one_group():
    rows = listed("m1", "A法", "B德", label="巴黎") + listed("m2", "A法", "B德", label="柏林")
    key = when(equal("m1", "A"), "50", "Add") + when(equal("m2", "B"), "50", "Add")
    assert content(file1(item1(said("连") + rows, key, kind="matching_question"))).pairs == {"1": "A", "2": "B"}
    labels = "".join(
        f'<response_label ident="{name}">{said(text)}</response_label>'
        for name, text in (("s1", "法国"), ("s2", "意大利"), ("t1", "罗马"), ("t2", "巴黎"))
    )
    group = f'<response_grp ident="MQ" rcardinality="Multiple"><render_choice>{labels}</render_choice></response_grp>'
    key = when('<varsubset respident="MQ">s1,t2</varsubset>', "4", "Add") + when(
        '<varsubset respident="MQ">s2,t1</varsubset>', "2", "Add"
    )
    found = content(file1(item1(said("连") + group, key)))
    assert [row.text for row in found.left] == ["法国", "意大利"]
    assert found.pairs == {"1": "B", "2": "A"}


def test_an_order_of_1_2_is_what_its_condition_names():
    data = file1(
        item1(
            said("排") + listed("r", "A一", "B二", "C三", many="Ordered"),
            when(equal("r", "C") + equal("r", "A") + equal("r", "B"), "5"),
        )
    )
    assert content(data).answer == ("C", "A", "B")


def test_feedback_marks_and_bank_of_1_2_come_along():
    feedback = '<itemfeedback ident="ok"><flow_mat>' + said("见第三条。") + "</flow_mat></itemfeedback>"
    key = when(equal("r", "B"), "100", more='<displayfeedback linkrefid="ok"/>')
    item = item1(said("选什么？") + OPTIONS, key, kind="multiple_choice_question", more=feedback)
    points = "<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>2.5</fieldentry></qtimetadatafield></qtimetadata>"
    bank = '<objectbank ident="b"><qtimetadata><qtimetadatafield><fieldlabel>bank_title</fieldlabel><fieldentry>政策法规</fieldentry></qtimetadatafield></qtimetadata>{}</objectbank>'
    (draft,) = read(file1(item.replace("</qtimetadata>", points), around=bank)).drafts
    assert (draft.content.explanation, draft.marks, draft.subtopic) == ("见第三条。", Decimal("2.5"), "政策法规")


def test_blackboard_writes_formatted_text_and_answers_without_points():
    def formatted(text):
        return f'<material><mat_extension><mat_formattedtext type="HTML">{text}</mat_formattedtext></mat_extension></material>'

    entry = '<response_str ident="response"><render_fib/></response_str>'
    key = f"<respcondition title='a'><conditionvar>{equal('response', '合肥')}</conditionvar></respcondition>"
    metadata = "<itemmetadata><bbmd_questiontype>Fill in the Blank</bbmd_questiontype></itemmetadata>"
    pool = file1(item1(formatted("安徽的省会是？") + entry, key).replace("<presentation>", metadata + "<presentation>"))
    found = content(packed({"res00001.dat": pool}))
    assert (found.stem, found.answers) == ("安徽的省会是？____", (("合肥",),))


def test_a_matching_of_blackboard_pairs_labels_with_the_right_block_by_place():
    def row(name, text):
        labels = "".join(f'<response_label ident="{name}{place}"/>' for place in range(3))
        lid = f'<response_lid ident="{name}"><render_choice><flow_label>{labels}</flow_label></render_choice></response_lid>'
        return f'<flow class="Block"><flow class="FORMATTED_TEXT_BLOCK">{said(text)}</flow>{lid}</flow>'

    right = "".join(
        f'<flow class="Block"><flow class="FORMATTED_TEXT_BLOCK">{said(text)}</flow></flow>' for text in "甲乙丙"
    )
    whole = (
        f'<flow class="Block"><flow class="QUESTION_BLOCK">{said("连线")}</flow><flow class="RESPONSE_BLOCK">{row("x", "一")}'
        f'{row("y", "二")}</flow><flow class="RIGHT_MATCH_BLOCK">{right}</flow></flow>'
    )
    key = "".join(
        f"<respcondition><conditionvar>{equal(name, name + place)}</conditionvar><displayfeedback linkrefid='correct'/></respcondition>"
        for name, place in (("x", "1"), ("y", "0"))
    )
    found = content(file1(item1(whole, key)))
    assert (found.stem, [row.text for row in found.left]) == ("连线", ["一", "二"])
    assert ([row.text for row in found.right], found.pairs) == (["甲", "乙", "丙"], {"1": "B", "2": "A"})


def test_weights_in_1_2_that_differ_are_unsupported():
    key = when(equal("r", "A"), "10") + when(equal("r", "B"), "5")
    assert reason(file1(item1(said("选什么？") + OPTIONS, key)))[0]


def test_canvas_packs_a_quiz_twice_and_it_is_read_once():
    item = file1(item1(said("选什么？") + OPTIONS, when(equal("r", "B"), "100")))
    short = file1(item1(said("选什么？（略）") + OPTIONS, when(equal("r", "B"), "100"), identifier="other"))
    package = packed({"i1/assessment_qti.xml": short, "non_cc_assessments/i1.xml.qti": item})
    assert [draft.content.stem for draft in read(package).drafts] == ["选什么？"]


# the format by content; the whole of what other people wrote


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (SINGLE, "a.xml", "qti21"),
        (SINGLE.replace(b"imsqti_v2p1", b"imsqti_v2p2"), "a.xml", "qti22"),
        (item3(SINGLE), "a.xml", "qti30"),
        (file1("<assessment ident='a'/>"), "a.xml", "qti12"),
        (SINGLE.decode().replace("UTF-8", "utf-16").encode("utf-16"), "a", "qti21"),
        (
            packed({"items/a.xml": item3(SINGLE), "imsmanifest.xml": manifest(resource("items/a.xml"))}),
            "a.zip",
            "qti30",
        ),
        (packed({"q.xml": file1("<assessment ident='a'/>")}), "a.imscc", "qti12"),
    ],
)
def test_the_format_is_known_by_what_stands_in_the_file(data, name, expected):
    assert format_of(data, name).name == expected


def sources():
    for path in sorted(FILES.rglob("*")):
        folder = next((each for each in (path, *path.parents) if (each / "imsmanifest.xml").exists()), None)
        if path.is_dir() and folder == path:
            members = {
                str(each.relative_to(path)): each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()
            }
            yield str(path.relative_to(FILES)), packed(members)
        elif path.suffix in {".xml", ".zip"} and folder is None:
            yield str(path.relative_to(FILES)), path.read_bytes()


def outcome(data):
    try:
        items = read(data).items
    except Invalid as error:
        return str(error)
    return [
        item.draft.kind.value
        if item.draft
        else f"{'unsupported' if item.unsupported else 'rejected'}: {item.faults[0].reason}"
        for item in items
    ]


def test_every_file_of_other_people_comes_to_what_was_looked_at_and_written_down():
    """``outcomes.json`` was read through question by question when it was made; a change there is to be read again."""
    found = {name: outcome(data) for name, data in sources()}
    assert found == json.loads((FILES / "outcomes.json").read_text(encoding="utf-8"))


def test_keys_of_other_peoples_questions_are_right():
    def first(name):
        return read((FILES / name).read_bytes()).drafts[0].content

    assert first("items_2.2/choice_multiple.xml").answer == ("A", "D")  # hydrogen and oxygen
    assert first("items_2.2/text_entry.xml").answers == (("York",),)
    assert first("items_2.2/order.xml").answer == ("C", "A", "B")
    assert first("items_2.1/match2.xml").pairs == {"1": "A", "2": "B", "3": "C", "4": "D"}
    assert first("items_1.2/canvas_multiple_dropdowns_correct_choice_is_not_the_first.xml").answers == (("d",), ("a",))
    assert first("items_1.2/categorization.xml").pairs == {"2": "A", "4": "A", "1": "B", "3": "B"}
    assert first("items_1.2/numeric_margin_error_percent.xml").tolerance == 40
    assert first("mix/TextEntrynumeric_2040297025.xml").answers == (("4",), ("2",))
    assert first("mix/TextEntrynumeric_770468849.xml").tolerance == Decimal("0.2068")
