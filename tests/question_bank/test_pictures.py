"""Pictures and the little rich text there is."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy.orm import Session

from question_bank import operations, queries
from question_bank.errors import Invalid, NotFound
from question_bank.exchange.formats import FORMATS
from question_bank.pictures import MAX_SIDE, clean_alt, read_picture, reference
from question_bank.richtext import Shown, Words, digests, pieces, plain, segment_pieces
from tests.conftest import NOON
from tests.factories.bank import make_draft


def packed(name: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 1 if mode in "1P" else (200, 40, 40, 90)[: len(mode)]).save(file, name, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "mode", "media_type"),
    [
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("GIF", "P", "image/png"),
        ("BMP", "RGB", "image/png"),
        ("WEBP", "RGBA", "image/png"),
    ],
)
def test_usual_pictures_are_kept_and_read_again_as_they_are(name: str, mode: str, media_type: str) -> None:
    picture = read_picture(packed(name, mode=mode))
    assert (picture.media_type, picture.width, picture.height) == (media_type, 40, 30)
    assert read_picture(picture.data) == picture


def test_a_large_picture_is_scaled_to_what_can_be_seen() -> None:
    picture = read_picture(packed("JPEG", size=(4000, 1000)))
    assert (picture.width, picture.height) == (MAX_SIDE, MAX_SIDE // 4)


def test_where_a_photo_was_taken_is_not_kept() -> None:
    place = Image.Exif()
    place[0x010E] = "SECRET"
    data = packed("JPEG", exif=place)
    assert b"SECRET" in data
    assert b"SECRET" not in read_picture(data).data


def test_what_hangs_behind_a_picture_is_cut_off() -> None:
    assert b"PK\x03\x04" not in read_picture(packed("PNG") + b"PK\x03\x04 hidden").data


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"%PDF-1.7", packed("PNG")[:60], b"\x89PNG\r\n\x1a\n" + b"x" * 99])
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Invalid, match="not a picture"):
        read_picture(data)


@pytest.mark.parametrize("side", [4_100, 10_000, 14_000])
def test_a_flood_of_pixels_is_refused_by_its_head(side: int) -> None:
    with pytest.raises(Invalid, match="too many pixels"):
        read_picture(packed("PNG", size=(side, side), mode="1"))


def test_a_text_names_a_picture_with_its_description() -> None:
    picture = read_picture(packed("PNG"))
    named = reference(picture, "园区 [一期]\n平面图")
    assert pieces(f"见图{named}。") == (Words("见图"), Shown(picture.digest, "园区 一期 平面图"), Words("。"))
    assert plain(f"见图{named}。") == "见图［图：园区 一期 平面图］。"
    assert digests([named, named, "无"]) == (picture.digest,)


def test_bold_is_the_only_mark_and_may_reach_over_a_blank() -> None:
    assert pieces("企业**不必**审批") == (Words("企业"), Words("不必", bold=True), Words("审批"))
    assert pieces("2 ** 3 与 a**") == (Words("2 ** 3 与 a**"),)
    assert segment_pieces(("管**行业", "必须**管", "。")) == (
        (Words("管"), Words("行业", bold=True)),
        (Words("必须", bold=True), Words("管")),
        (Words("。"),),
    )


@given(st.text(alphabet="甲乙*![]()\n:p ", max_size=40))
def test_no_character_is_lost_but_the_marks(text: str) -> None:
    words = "".join(piece.text for piece in pieces(text) if isinstance(piece, Words))
    assert words.replace("*", "") == text.replace("*", "")
    assert plain(words) == plain(plain(words)) or "**" in words


@given(st.text(max_size=300))
def test_a_description_never_breaks_out_of_its_brackets(alt: str) -> None:
    clean = clean_alt(alt)
    assert not set("[]\n") & set(clean)
    assert clean == clean_alt(clean)


@pytest.mark.db
def test_the_same_picture_is_kept_once(session: Session) -> None:
    picture = read_picture(packed("PNG"))
    first, events = operations.keep_picture(session, picture, by=3, at=NOON)
    again, none = operations.keep_picture(session, picture, by=4, at=NOON)
    assert (first.id, [event.action for event in events], none) == (again.id, ["picture.added"], [])
    assert queries.pictures_by_digest(session, [picture.digest, "0" * 64]) == {picture.digest: picture}
    with pytest.raises(NotFound):
        queries.picture_by_digest(session, "0" * 64)


@pytest.mark.db
def test_an_import_keeps_the_pictures_its_questions_name_and_no_others(session: Session) -> None:
    named, other = read_picture(packed("PNG")), read_picture(packed("PNG", size=(9, 9)))
    draft = make_draft(content={"stem": f"见图{reference(named, '平面图')}，企业何时备案？"})
    operations.import_drafts(session, [draft], by=None, at=NOON, pictures=[named, other])
    assert queries.pictures_by_digest(session, [named.digest, other.digest]) == {named.digest: named}


OUT = ("moodle_xml", "qti21", "qti22", "qti30", "json")


@pytest.mark.parametrize("name", OUT)
def test_pictures_leave_in_a_file_and_come_back_with_it(name: str) -> None:
    plan, detail = read_picture(packed("PNG")), read_picture(packed("JPEG", size=(9, 9)))
    named = reference(plan, '园区 "一期" <平面>')
    stem = f"见图{named}，**二期**在哪一侧？"
    options = [{"key": key, "text": f"{key}侧{reference(detail, key)}" if key == "A" else f"{key}侧"} for key in "ABC"]
    drafts = [
        make_draft(code="TU1", content={"stem": stem, "options": options}),
        make_draft(code="TU2", content={"stem": f"{reference(plan, '平面图')}\n哪一处先动工？"}),
        make_draft(code="WU"),
    ]
    file, album = io.BytesIO(), {each.digest: each for each in (plan, detail)}
    assert FORMATS[name].write(file, drafts, pictures=album.get) == []
    found = FORMATS[name].read(file.getvalue())
    assert found.drafts == drafts
    assert {each.digest: each for each in found.pictures} == album
    assert [item.cautions for item in found.items] == [()] * 3


@pytest.mark.parametrize("name", [*OUT, "docx", "xlsx", "gift"])
def test_a_question_whose_picture_is_lost_is_written_with_a_mark_or_named(name: str) -> None:
    lost = reference(read_picture(packed("PNG")), "平面图")
    draft, file = make_draft(content={"stem": f"见图{lost}，哪一处先动工？"}), io.BytesIO()
    left_out = FORMATS[name].write(file, [draft])
    found = FORMATS[name].read(file.getvalue())
    assert ([each.code for each in left_out], found.drafts) in [([draft.code], []), ([], [draft])]
    assert found.pictures == ()
