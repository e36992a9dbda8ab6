"""QTI packages made to do harm: refused with a sentence or told item by item, at once, never a crash."""

import random
import re

import pytest

from question_bank.errors import Invalid
from question_bank.exchange.formats import format_of
from question_bank.exchange.qti.reading import read
from tests.question_bank.hostile.test_xml_and_archives import ARCHIVES, XML
from tests.question_bank.hostile.timing import at_once
from tests.question_bank.qti_samples import (
    choice,
    declared,
    equal,
    file1,
    item1,
    item2,
    listed,
    manifest,
    mapping,
    packed,
    resource,
    said,
    when,
)
from tests.question_bank.test_qti_reading import FILES, rules

GOOD = item2(choice("A甲", "B乙"), declared("A"))


def many(number, text):
    return "".join(text.format(each) for each in range(number))


def tried(options, test_length):
    """A key that can only be found by trying every set of options through long rules."""
    body = choice(*(f"{letter}文" for letter in options), most=0)
    test = f"<and>{'<isNull><variable identifier=' + chr(34) + 'X' + chr(34) + '/></isNull>' * 1}{'<or/>' * test_length}</and>"
    return item2(body, declared(cardinality="multiple"), after=rules(test))


def self_referring():
    item = GOOD.replace(b"<itemBody>", b'<assessmentStimulusRef identifier="s" href="a.xml"/><itemBody>')
    return packed({"a.xml": item})


def circle():
    """Tests that name each other, an item that is its own material."""
    test = '<assessmentTest identifier="{0}" title="t"><assessmentSectionRef identifier="s" href="{1}"/><assessmentItemRef identifier="i" href="{1}"/></assessmentTest>'
    parent = "<qtimetadatafield><fieldlabel>parent_stimulus_item_ident</fieldlabel><fieldentry>q1</fieldentry></qtimetadatafield></qtimetadata>"
    own = item1(said("选？") + listed("r", "A甲", "B乙"), when(equal("r", "A"), "1"), kind="multiple_choice_question")
    return packed(
        {
            "a.xml": test.format("a", "b.xml"),
            "b.xml": test.format("b", "a.xml"),
            "c.xml": file1(own.replace("</qtimetadata>", parent)),
        }
    )


REFUSED = {
    "a zip that holds only a zip": lambda: packed({"inner.zip": packed({"a.xml": GOOD})}),
    "a package without anything": lambda: packed({"readme.txt": "x"}),
    "a manifest alone": lambda: manifest().encode(),
    "a page of HTML": lambda: b"<html><body>assessmentItem</body></html>",
    "an empty quiz": lambda: file1('<assessment ident="a"/>'),
    "a question of fifty megabytes": lambda: item2(f"<p>{'x' * 50_000_000}</p>", declared("A")),
}
TOLD = {
    "a manifest that leads outside": lambda: packed(
        {"imsmanifest.xml": manifest(resource("../../../etc/passwd"), resource("file:///etc/passwd"), resource("C:\\x.xml"))}
    ),
    "a manifest with an entity": lambda: packed({"imsmanifest.xml": XML["an external entity"](), "a.xml": GOOD}),
    "an item with an entity": lambda: packed(
        {"imsmanifest.xml": manifest(resource("a.xml")), "a.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD[38:]}
    ),
    "an item with a billion laughs": lambda: packed({"imsmanifest.xml": manifest(resource("a.xml")), "a.xml": XML["a billion laughs"]()}),
    "a picture out of the package": lambda: item2('<p><img src="file:///etc/passwd" alt="x"/><img src="../../../etc/passwd"/></p>' + choice("A甲", "B乙"), declared("A")),
    "a picture that is none": lambda: packed({"a.xml": item2('<p><img src="p.png" alt="x"/></p>' + choice("A甲", "B乙"), declared("A")), "p.png": b"\x89PNG\r\n\x1a\n" + b"\xff" * 100}),
    "a material that is the item itself": self_referring,
    "references in a circle": circle,
    "two hundred levels": lambda: item2("<div>" * 200 + "</div>" * 200 + choice("A甲", "B乙"), declared("A")),
    "formulas in formulas": lambda: item2("<math>" + "<mrow>" * 200 + "x" + "</mrow>" * 200 + "</math>" + choice("A甲", "B乙"), declared("A")),
    "rules in rules": lambda: item2(choice("A甲", "B乙"), declared(), after=rules("<not>" * 200 + "<null/>" + "</not>" * 200)),
    "rules that take for ever": lambda: tried("ABCDEFGHIJ", 20_000),
    "thousands of interactions": lambda: item2(many(20_000, '<textEntryInteraction responseIdentifier="R{0}"/>'), declared("A")),
    "thousands of options": lambda: item2(
        f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="0">{many(20_000, "<simpleChoice identifier=" + chr(34) + "c{0}" + chr(34) + ">x{0}</simpleChoice>")}</choiceInteraction>',
        declared("c1", cardinality="multiple"),
    ),
    "thousands of accepted words": lambda: item2(
        '<p>a <textEntryInteraction responseIdentifier="RESPONSE"/></p>', declared(base="string", more=mapping(**{f"w{n}": "1" for n in range(20_000)}))
    ),
    "thousands of conditions": lambda: file1(item1(said("选？") + listed("r", "A甲", "B乙"), when(equal("r", "A"), "1", "Add") * 20_000)),
    "thousands of responses": lambda: file1(item1(said("选？") + many(5_000, '<response_str ident="r{0}"><render_fib/></response_str>'))),
    "numbers without end": lambda: item2(
        '<p>a <textEntryInteraction responseIdentifier="RESPONSE"/></p>', declared("1e999999999", base="float", more=mapping(a="1e99999"))
    ),
    "a sum that grows": lambda: item2(
        choice("A甲", "B乙"),
        declared(),
        after=rules("<gt>" + "<product><baseValue baseType='float'>9e29</baseValue>" * 60 + "</product>" * 60 + "<null/></gt>"),
    ),
    "the marks we put into texts": lambda: item2("<p>\ue0000\ue001 \ue00099\ue001</p>" + choice("A甲", "B乙"), declared("A")),
    "an item named twice ten thousand times": lambda: packed({"imsmanifest.xml": manifest(resource("a.xml") * 10_000), "a.xml": GOOD}),
    "ten thousand items that are not there": lambda: packed({"imsmanifest.xml": manifest(many(10_000, '<resource identifier="r{0}" type="imsqti_item_xmlv2p1" href="{0}.xml"/>'))}),
}  # fmt: skip


SPOILT = {"damaged data", "a lie about its size"}  # one member is bad: it is told, the others are read
UNSAFE = {name: made for name, made in ARCHIVES.items() if name not in SPOILT}


@pytest.mark.parametrize("made", [*UNSAFE.values(), *REFUSED.values()], ids=[*UNSAFE, *REFUSED])
def test_a_file_that_is_no_honest_package_is_refused_at_once(made):
    data = made()

    def refused():
        with pytest.raises(Invalid) as refusal:
            read(data)
        assert str(refusal.value)

    assert at_once(refused)


@pytest.mark.parametrize("made", TOLD.values(), ids=TOLD)
def test_what_is_hostile_inside_a_package_is_told_item_by_item(made):
    data = made()
    found = read(data)
    assert found.items
    assert all(item.draft or item.faults for item in found.items)
    assert "root:" not in str(found.items)
    assert at_once(lambda: read(data))


@pytest.mark.parametrize("made", [ARCHIVES["a bomb of one member"], ARCHIVES["a password"]])
def test_telling_the_format_of_a_hostile_package_refuses_it(made):
    with pytest.raises(Invalid):
        format_of(made(), "x.zip")


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_a_spoilt_member_is_told_and_the_others_are_read(name):
    (item,) = read(ARCHIVES[name]()).items
    assert "damaged" in str(item.faults[0].reason)


def test_a_mark_of_ours_in_a_foreign_text_stands_for_nothing():
    (draft,) = read(TOLD["the marks we put into texts"]()).drafts
    assert "\ue000" not in draft.content.stem


@pytest.mark.parametrize("seed", range(4))
def test_files_damaged_at_random_are_read_or_refused_but_never_crash(seed):
    draw = random.Random(seed)
    files = sorted(FILES.rglob("*.xml"))
    for _ in range(60):
        text = draw.choice(files).read_bytes().decode("utf-8", errors="replace")
        for _ in range(draw.randint(1, 3)):
            tags = re.findall(r"<[\w:-]+[^<>]*>", text)
            values = re.findall(r'"([^"<>]*)"', text)
            text = text.replace(draw.choice(tags), draw.choice([draw.choice(tags), "<br/>"]), 1)
            text = text.replace(f'"{draw.choice(values)}"', f'"{draw.choice([*values, "", "-1", "NaN"])}"')
        try:
            read(text.encode())
        except Invalid:
            continue
