"""Packages of QTI 2.1, 2.2 and 3.0: what each kind becomes, and that reading them here changes nothing."""

import functools
import io
import json
import zipfile

import pytest
from lxml import etree

from question_bank.content import shipped
from question_bank.enums import Kind
from question_bank.errors import Invalid
from question_bank.exchange.formats import FORMATS, format_of
from question_bank.exchange.qti.reading import read
from tests.question_bank.qti_samples import choice, declared, equal, file1, item1, item2, listed, packed, said, when

DRAFTS = shipped(demo=True)
SOME = list({draft.kind: draft for draft in DRAFTS}.values())
HELD = dict.fromkeys(("qti21", "qti22", "qti30"), frozenset(Kind))
"""Every kind is held: a case is one item with a division for each sub-question."""
HELD_BY = {"qti30": DRAFTS, "qti21": DRAFTS, "qti22": SOME}
"""What is written and read back; 2.2 is 2.1 under another namespace."""

PLAIN = {  # what comes back without our own notes beside the items, field by field
    Kind.SINGLE_CHOICE: {"stem", "options", "answer", "explanation"},
    Kind.MULTIPLE_CHOICE: {"stem", "options", "answer", "explanation"},
    Kind.TRUE_FALSE: {"stem", "answer", "explanation"},
    Kind.FILL_BLANK: {"stem", "answers", "explanation"},
    Kind.NUMERIC: {"answer", "tolerance", "explanation"},
    Kind.ORDERING: {"stem", "items", "answer", "explanation"},
    Kind.MATCHING: {"stem", "left", "explanation"},
    Kind.SHORT_ANSWER: {"stem", "reference"},
    Kind.CASE: {"stem"},
}


def written(name, drafts):
    out = io.BytesIO()
    left_out = FORMATS[name].write(out, drafts)
    return out.getvalue(), left_out


@functools.cache
def whole(name):
    return written(name, HELD_BY[name])


def without_notes(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return packed({each: archive.read(each) for each in archive.namelist() if each != "liangjuan.json"})


@pytest.mark.parametrize("name", HELD)
def test_the_shipped_bank_comes_back_unchanged(name):
    data, left_out = whole(name)
    assert left_out == []
    assert {draft.kind for draft in DRAFTS} == HELD[name]
    assert format_of(data, "x.zip").name == name
    assert read(data).drafts == HELD_BY[name]


def test_another_system_finds_kind_wording_and_key_in_the_items_themselves():
    data, _ = whole("qti30")
    for draft, back in zip(DRAFTS, read(without_notes(data)).drafts, strict=True):
        assert back.kind is draft.kind
        wanted, found = draft.content.model_dump(), back.content.model_dump()
        assert {field: found[field] for field in PLAIN[draft.kind]} == {
            field: wanted[field] for field in PLAIN[draft.kind]
        }


def test_the_sub_questions_of_a_case_keep_kind_and_key():
    case = next(draft for draft in DRAFTS if draft.kind is Kind.CASE)
    (back,) = read(without_notes(written("qti30", [case])[0])).drafts
    assert [sub.content.kind for sub in back.content.subquestions] == [
        sub.content.kind for sub in case.content.subquestions
    ]


@pytest.mark.parametrize("name", HELD)
def test_every_item_has_the_shape_the_standard_asks_for(name):
    data, _ = written(name, SOME)
    order = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = etree.fromstring(archive.read("imsmanifest.xml"))
        listed_files = [each.get("href") for each in manifest.iter("{*}file")]
        assert sorted(listed_files) == sorted(set(archive.namelist()) - {"imsmanifest.xml"})
        for file in archive.namelist():
            if not file.startswith("items/"):
                continue
            root = etree.fromstring(archive.read(file))
            newest = name == "qti30"
            tags = [etree.QName(child).localname for child in root]
            plain = [
                "".join(p.title() if i else p for i, p in enumerate(t.removeprefix("qti-").split("-"))) for t in tags
            ]
            places = [order.index(tag) for tag in (plain if newest else tags)]
            assert places == sorted(places)
            names = {etree.QName(each).localname for each in root.iter()}
            assert all(each.startswith("qti-") == newest for each in names - {"p", "div", "strong", "br", "ul", "li"})
            used = {each.get("responseIdentifier") or each.get("response-identifier") for each in root.iter()} - {None}
            known = {
                each.get("identifier") for each in root.iter("{*}responseDeclaration", "{*}qti-response-declaration")
            }
            assert used == known


def test_an_edit_in_another_system_is_kept_and_the_rest_with_it():
    draft = next(draft for draft in DRAFTS if draft.kind is Kind.SINGLE_CHOICE)
    data, _ = written("qti21", [draft])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    item = next(each for each in members if each.startswith("items/"))
    first = draft.content.options[0].text
    members[item] = members[item].replace(f">{first}<".encode(), ">改过的选项<".encode())
    (back,) = read(packed(members)).drafts
    assert back.content.options[0].text == "改过的选项"
    assert (back.code, back.citations, back.difficulty) == (draft.code, draft.citations, draft.difficulty)


def test_spoilt_notes_beside_the_items_do_not_spoil_the_items():
    data, _ = written("qti21", SOME)
    for notes in (b"{", b"[]", b'{"questions": 1}', json.dumps({"questions": {"x": 1}}).encode(), b"[" * 100_000):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {each: archive.read(each) for each in archive.namelist()}
        assert len(read(packed(members | {"liangjuan.json": notes})).drafts) == len(SOME)


def test_controls_and_markup_in_texts_are_written_safely():
    draft = next(draft for draft in DRAFTS if draft.kind is Kind.TRUE_FALSE)
    odd = draft.model_copy(
        update={
            "code": "1 号/题",
            "content": draft.content.model_copy(update={"stem": "a < b & c]]> \x07**粗**\n第二行"}),
        }
    )
    (back,) = read(written("qti30", [odd])[0]).drafts
    assert back.code == "1 号/题"
    assert back.content.stem in {odd.content.stem, "a < b & c]]> **粗**\n第二行"}


def test_1_2_is_read_only_and_says_so():
    with pytest.raises(Invalid, match="QTI 2"):
        written("qti12", SOME)


def test_what_was_not_taken_comes_back_as_a_package_with_the_reasons():
    good = item2(choice("A甲", "B乙"), declared("A"), identifier="good")
    bad = item2(choice("A甲", "B乙"), declared("Z"), identifier="bad")
    old = file1(item1(said("几？") + listed("r", "A甲", "B乙"), when(equal("r", "A"), "0")))
    items = read(packed({"a.xml": good, "b.xml": bad, "c.xml": old})).items
    failed = [(item, f"原因--{item.name}") for item in items if item.draft is None]
    out = io.BytesIO()
    FORMATS["qti21"].write_failed(out, failed)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
        assert "原因--b.xml bad" in archive.read("reasons.txt").decode()
        assert all("原因".encode() in archive.read(name) for name in archive.namelist() if name.startswith("items/"))
    again = read(out.getvalue()).items
    assert [item.faults[0].reason.template for item in again] == [item.faults[0].reason.template for item, _ in failed]
