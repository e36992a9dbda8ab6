"""HTML from elsewhere becomes the bank's text; a foreign question becomes a draft with the usual around it."""

from decimal import Decimal

import pytest

from question_bank.enums import Kind
from question_bank.exchange.foreign import Importer, Source
from question_bank.exchange.html_text import FRAME, SOUND, PictureRef, text_of

ESSAY = {"stem": "题干"}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain  a\n b", "plain a b"),
        ("1 < 2 and a<b, c>d", "1 < 2 and a<b, c>d"),
        ("<p>One</p><p>two<br>three</p>", "One\ntwo\nthree"),
        ("The <b> bold </b><strong>word</strong>.", "The **bold** **word**."),
        ("<b>a</b><b>b</b>", "**ab**"),
        ("x<sup>2</sup>, H<sub>2</sub>O, a<sub>ij</sub>", "x², H₂O, a_(ij)"),
        ("<ol><li>one</li><li>two</li></ol><ul><li>x</li></ul>", "1. one\n2. two\n- x"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a｜b\nc｜d"),
        ("<p>if:</p><pre>\n  x\n    y</pre>", "if:\n\n  x\n    y"),
        ("a&nbsp;&amp;&lt;b<!-- not this --><script>nor this</script>", "a &<b"),
    ],
)
def test_html_reads_as_it_is_shown(html: str, text: str) -> None:
    assert text_of(html).text == text


def test_pictures_and_losses_are_named_in_order() -> None:
    found = text_of(
        "<img src='a.png' alt='图一'><video>v</video><iframe></iframe><img src='b.png'>", place=lambda p: p.src
    )

    assert found.pictures == (PictureRef("a.png", "图一"), PictureRef("b.png", ""))
    assert found.lost == (SOUND, FRAME)
    assert found.text == "a.pngvb.png"


def test_what_a_file_leaves_open_gets_the_usual() -> None:
    draft = Importer("X-").question(Source("n", 1, ""), Kind.SHORT_ANSWER, ESSAY).draft

    assert draft is not None
    assert draft.code.startswith("X-")
    assert (draft.topic, draft.subtopic, draft.difficulty, draft.marks) == ("UNSORTED", "", 2, Decimal(10))
    assert Importer("X-", "LAW").question(Source("n", 1, ""), Kind.SHORT_ANSWER, ESSAY).draft.topic == "LAW"


def test_codes_are_stable_and_no_twin_is_lost() -> None:
    importer = Importer("X-")
    sources = [Source("n", 1, "", identifier=each) for each in ("a b", "a b", "a-b-2", "a b", "", "", "y" * 200)]
    codes = [importer.question(source, Kind.SHORT_ANSWER, ESSAY).draft.code for source in sources]

    assert codes[:4] == ["X-a-b", "X-a-b-2", "X-a-b-2-2", "X-a-b-3"]
    assert codes[5] == f"{codes[4]}-2"
    assert len(set(codes)) == len(codes)
    assert len(codes[6]) == 60


def test_what_our_export_wrote_and_somebody_spoilt_is_left_out_with_a_caution() -> None:
    for spoilt in ("x", [], {"draft": 1}, {"draft": {"code": []}}, {"draft": {}, "content": {"stem": [1]}}):
        item = Importer("X-").question(Source("n", 1, "", own=spoilt), Kind.SHORT_ANSWER, ESSAY)

        assert item.draft is not None
        assert item.draft.code.startswith("X-")
        assert len(item.cautions) == 1


def test_what_no_database_stores_is_dropped() -> None:
    item = Importer("X-").question(Source("n", 1, ""), Kind.SHORT_ANSWER, {"stem": " a\x00b\ud800\r\nc "})

    assert item.draft is not None
    assert item.draft.content.stem == "ab\nc"
