"""The authors' pages: forms, proof, pictures, two authors at one question, many questions at once."""

import io
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdfium2 import PdfDocument
from sqlalchemy import select

from exam import audit
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.web.bank.writing.filling import seal, typed_of
from exam.web.bank.writing.pages import newest
from exam.web.bank.writing.typed import named
from question_bank.enums import Kind, Status
from question_bank.models import Question, StoredPicture
from question_bank.pictures import clean_alt
from question_bank.queries import question_by_code, versions_of
from tests.factories.accounts import make_person, sign_in
from tests.factories.bank import make_question

pytestmark = pytest.mark.db

CHOICE = {
    "q-stem": "备案应在何时完成？",
    "q-options-0-text": "开工前",
    "q-options-1-text": "竣工后",
    "q-right": "0",
    "q-explanation": "条例第十三条。",
    "topic": "PROC",
    "difficulty": "2",
    "marks": "1",
    "papers": "business",
    "citations-0-document": "企业投资项目核准和备案管理条例",
    "citations-0-status": "CONFIRMED",
}


@pytest.fixture
def author(app: Flask, client: FlaskClient) -> int:
    return enter(app, client, Role.AUTHOR)


def enter(app: Flask, client: FlaskClient, role: Role) -> int:
    with app.app_context(), writing() as session:
        person = make_person(session, roles=(role,)).id
    sign_in(client, app, person)
    return person


def put(app: Flask, **values: object) -> int:
    with app.app_context(), writing() as session:
        return make_question(session, **values).id


def filled(app: Flask, question_id: int) -> dict[str, str]:
    """The form of a question as a browser would send it back untouched."""
    with app.app_context():
        draft = newest(db.session(), db.session.get_one(Question, question_id))
    fields: dict[str, str] = dict(named(typed_of(draft)))
    return fields | {"seen": seal(draft)}


def question_of(app: Flask, code: str) -> Question | None:
    with app.app_context():
        return question_by_code(db.session(), code)


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), (20, 90, 160)).save(file, "PNG")
    return file.getvalue()


def test_only_authors_write(app: Flask, client: FlaskClient) -> None:
    question = put(app)
    enter(app, client, Role.REVIEWER)
    assert client.get("/bank/questions/new").status_code == 403
    assert client.get(f"/bank/questions/{question}/edit").status_code == 404
    assert client.post(f"/bank/questions/{question}/edit", data=CHOICE | {"do": "save"}).status_code == 404
    assert client.post("/bank/batch", data={"ids": question}).status_code == 403
    assert client.post("/bank/pictures").status_code == 403


def test_every_kind_has_an_empty_form(client: FlaskClient, author: int) -> None:
    page = client.get("/bank/questions/new").text
    for kind in Kind:
        assert f"/bank/questions/new/{kind.value}" in page
        assert client.get(f"/bank/questions/new/{kind.value}").status_code == 200
    assert client.get("/bank/questions/new/song").status_code == 404


def test_a_question_is_written_and_stands_as_a_draft_with_a_number(
    app: Flask, client: FlaskClient, author: int
) -> None:
    answer = client.post("/bank/questions/new/single_choice", data=CHOICE | {"do": "save"})
    assert answer.status_code == 302
    question = question_of(app, "A0001")
    assert question is not None
    assert question.status is Status.DRAFT
    with app.app_context():
        assert {row.by for row in audit.history(db.session(), f"question:{question.id}")} == {author}


def test_a_question_is_handed_in_with_saving(app: Flask, client: FlaskClient, author: int) -> None:
    client.post("/bank/questions/new/single_choice", data=CHOICE | {"do": "hand_in", "code": "ZZ1"})
    question = question_of(app, "ZZ1")
    assert question is not None
    assert question.status is Status.IN_REVIEW


def test_what_is_not_sound_is_saved_but_not_handed_in(app: Flask, client: FlaskClient, author: int) -> None:
    unsound = CHOICE | {"q-right": "", "do": "hand_in", "code": "ZZ2"}
    answer = client.post("/bank/questions/new/single_choice", data=unsound)
    question = question_of(app, "ZZ2")
    assert question is not None
    assert question.status is Status.DRAFT
    assert answer.location.endswith("/edit")
    assert "请勾选正确选项" in client.get(answer.location).text


def test_what_cannot_be_kept_is_told_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, author: int
) -> None:
    answer = client.post(
        "/bank/questions/new/single_choice", data=CHOICE | {"marks": "许多", "q-stem": "只写了一半", "do": "save"}
    )
    assert answer.status_code == 400
    assert "分值应为大于 0 的数" in answer.text
    assert "只写了一半" in answer.text
    with app.app_context():
        assert db.session.scalars(select(Question.id)).all() == []


def test_rows_are_added_and_moved_without_scripts_and_nothing_is_saved(
    app: Flask, client: FlaskClient, author: int
) -> None:
    answer = client.post("/bank/questions/new/single_choice", data=CHOICE | {"do": "q-options:add"})
    assert 'name="q-options-2-text"' in answer.text
    moved = client.post("/bank/questions/new/single_choice", data=CHOICE | {"do": "q-options-1:up"}).text
    assert moved.index("竣工后") < moved.index("开工前")
    assert question_of(app, "A0001") is None


def test_twenty_six_options_and_no_more_are_offered(client: FlaskClient, author: int) -> None:
    many = {f"q-options-{number}-text": f"选项内容{number}" for number in range(26)}
    answer = client.post("/bank/questions/new/multiple_choice", data=CHOICE | many | {"do": "refresh"})
    assert 'name="q-options-25-text"' in answer.text
    assert 'value="q-options:add"' not in answer.text


def test_the_proof_shows_phone_paper_and_what_is_wrong(client: FlaskClient, author: int) -> None:
    proof = client.post("/bank/writing/single_choice/proof", data=CHOICE | {"q-explanation": ""})
    assert proof.status_code == 200
    assert "srcdoc" in proof.text
    assert "paper-options" in proof.text
    assert 'href="#q-explanation-say"' in proof.text
    assert "<html" not in proof.text.split("srcdoc")[0]
    empty = client.post("/bank/writing/single_choice/proof", data={})
    assert "srcdoc" not in empty.text
    assert client.post("/bank/writing/song/proof").status_code == 404
    assert client.get("/bank/writing/single_choice/proof").status_code == 405


def test_the_phone_of_the_proof_holds_no_key(client: FlaskClient, author: int) -> None:
    secret = CHOICE | {"q-explanation": "只给审题人看的解析"}
    proof = client.post("/bank/writing/single_choice/proof", data=secret).text
    phone = proof.split('srcdoc="')[1].split('"')[0]
    assert "开工前" in phone
    assert "只给审题人看的解析" not in phone


def test_the_proof_shows_what_key_points_find_in_the_reference(client: FlaskClient, author: int) -> None:
    written = CHOICE | {"q-reference": "应当先备案，再开工。", "q-rubric-0-point": "备案", "q-rubric-0-marks": "1"}
    proof = client.post("/bank/writing/short_answer/proof", data=written | {"q-rubric-0-terms": "备案｜告知"}).text
    assert "<mark>备案</mark>" in proof


def test_an_answer_is_tried(client: FlaskClient, author: int) -> None:
    form = {"q-answer_form": "blanks", "q-stem": "____", "q-blanks-0-forms": "300万元", "at": "q-blanks-0"}
    assert "算对" in client.post("/bank/writing/fill_blank/trial", data=form | {"q-blanks-0-try": "三百万元"}).text
    assert "不算对" in client.post("/bank/writing/fill_blank/trial", data=form | {"q-blanks-0-try": "三百元"}).text
    assert client.post("/bank/writing/fill_blank/trial", data=form).text.strip() == ""


def test_a_question_is_printed_from_the_form(client: FlaskClient, author: int) -> None:
    answer = client.post("/bank/writing/single_choice/paper.pdf", data=CHOICE)
    assert answer.mimetype == "application/pdf"
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(answer.data))
    assert "备案应在何时完成" in text
    assert client.post("/bank/writing/single_choice/paper.pdf", data={}).status_code == 400


def test_a_picture_goes_into_the_text_and_is_served_to_candidates(app: Flask, client: FlaskClient, author: int) -> None:
    answer = client.post("/bank/pictures", data={"picture": (io.BytesIO(png()), "x.png"), "alt": "平面[图]"})
    reference = answer.json["reference"]  # type: ignore[index]
    assert reference.startswith(f"![{clean_alt('平面[图]')}](picture:")
    digest = reference.split("picture:")[1].rstrip(")")
    page = client.post("/bank/writing/single_choice/proof", data=CHOICE | {"q-stem": f"见图{reference}**粗**"}).text
    assert f"/bank/pictures/{digest}" in page
    assert "<strong>粗</strong>" in page
    enter(app, client, Role.CANDIDATE)
    served = client.get(f"/bank/pictures/{digest}")
    assert (served.mimetype, served.status_code) == ("image/png", 200)
    assert "no-store" not in served.headers["Cache-Control"]
    assert client.get("/bank/pictures/" + "0" * 64).status_code == 404
    assert app.test_client().get(f"/bank/pictures/{digest}").status_code in {302, 401}


@pytest.mark.parametrize(
    ("data", "alt", "said"),
    [(b"", "图", "无法识别"), (b"hello", "图", "无法识别"), (png(), " ", "文字说明")],
)
def test_what_is_no_picture_or_has_no_words_is_refused(
    app: Flask, client: FlaskClient, author: int, data: bytes, alt: str, said: str
) -> None:
    answer = client.post("/bank/pictures", data={"picture": (io.BytesIO(data), "x.png"), "alt": alt})
    assert answer.status_code == 400
    assert said in answer.json["message"]  # type: ignore[index]
    with app.app_context():
        assert db.session.scalars(select(StoredPicture.id)).all() == []


def test_without_scripts_a_picture_is_sent_with_the_form(client: FlaskClient, author: int) -> None:
    sent = CHOICE | {"do": "picture", "alt": "平面图", "picture": (io.BytesIO(png()), "x.png")}
    page = client.post("/bank/questions/new/single_choice", data=sent, content_type="multipart/form-data")
    assert "![平面图](picture:" in page.text


def test_editing_what_is_published_makes_the_next_version_and_goes_to_review(
    app: Flask, client: FlaskClient, author: int
) -> None:
    question = put(app)
    assert "第 2 版" in client.get(f"/bank/questions/{question}/edit").text
    form = filled(app, question) | {"q-stem": "改过的题干？", "do": "save", "reason": "法条已改"}
    assert client.post(f"/bank/questions/{question}/edit", data=form).status_code == 302
    with app.app_context():
        row = db.session.get_one(Question, question)
        versions = versions_of(db.session(), question)
    assert (row.status, [version.number for version in versions]) == (Status.IN_REVIEW, [2, 1])
    assert (versions[0].reason, versions[0].written_by) == ("法条已改", author)


def test_saving_without_a_change_changes_nothing(app: Flask, client: FlaskClient, author: int) -> None:
    question = put(app)
    client.post(f"/bank/questions/{question}/edit", data=filled(app, question) | {"do": "save"})
    with app.app_context():
        row = db.session.get_one(Question, question)
    assert (row.status, row.latest_number) == (Status.PUBLISHED, 1)


def test_marks_and_what_stands_beside_the_wording_can_be_changed(app: Flask, client: FlaskClient, author: int) -> None:
    question = put(app, status=Status.DRAFT)
    form = filled(app, question) | {"marks": "３", "difficulty": "4", "topic": "LAW", "subtopic": "", "do": "save"}
    client.post(f"/bank/questions/{question}/edit", data=form)
    with app.app_context():
        draft = newest(db.session(), db.session.get_one(Question, question))
    assert (draft.marks, int(draft.difficulty), draft.topic, draft.subtopic) == (Decimal(3), 4, "LAW", "")


def test_the_second_of_two_authors_sees_both_texts_and_overwrites_nothing(
    app: Flask, client: FlaskClient, author: int
) -> None:
    question = put(app, status=Status.DRAFT)
    address = f"/bank/questions/{question}/edit"
    opened = filled(app, question)
    client.post(address, data=opened | {"q-stem": "第一位作者的题干？", "do": "save"})
    mine = opened | {"q-stem": "第二位作者的题干？", "q-explanation": "第二位的解析", "do": "save"}
    answer = client.post(address, data=mine)
    assert answer.status_code == 409
    assert "第一位作者的题干？" in answer.text
    assert "第二位作者的题干？" in answer.text
    with app.app_context():
        row = db.session.get_one(Question, question)
        assert newest(db.session(), row).content.stem == "第一位作者的题干？"
    carried = {f"mine-{name}": value for name, value in mine.items()}
    taken = {
        "take-q-stem": "theirs",
        "take-q-explanation": "mine",
        "do": "merge",
        "seen": filled(app, question)["seen"],
    }
    merged = client.post(address, data=carried | taken)
    assert merged.status_code == 200
    assert "第一位作者的题干？" in merged.text
    assert "第二位的解析" in merged.text
    again = filled(app, question) | {"q-explanation": "第二位的解析", "do": "save"}
    assert client.post(address, data=again).status_code == 302


def test_a_question_that_only_took_a_step_meanwhile_is_saved_without_asking(
    app: Flask, client: FlaskClient, author: int
) -> None:
    question = put(app, status=Status.DRAFT)
    opened = filled(app, question)
    client.post(f"/bank/questions/{question}/hand-in")
    answer = client.post(f"/bank/questions/{question}/edit", data=opened | {"q-stem": "改过的？", "do": "save"})
    assert answer.status_code == 302


def test_many_are_changed_together_after_the_changes_were_seen(app: Flask, client: FlaskClient, author: int) -> None:
    ids = [put(app, code="M1", difficulty=2), put(app, code="M2", difficulty=4)]
    fields = {"ids": ids, "difficulty": "4", "common_core": "yes", "audience": "village", "back": "/bank/?topic=PROC"}
    assert client.post("/bank/batch", data={"ids": ids}).status_code == 200
    seen = client.post("/bank/batch", data=fields | {"step": "look"}).text
    assert "2 理解 → <strong>4 综合</strong>" in seen
    with app.app_context():
        assert db.session.get_one(Question, ids[0]).difficulty == 2
    assert client.post("/bank/batch", data=fields | {"step": "apply"}).location == "/bank/?topic=PROC"
    with app.app_context():
        rows = [db.session.get_one(Question, each) for each in ids]
        assert [(row.difficulty, row.common_core, row.audiences, row.status) for row in rows] == [
            (4, True, ["village"], Status.PUBLISHED)
        ] * 2
        history = audit.history(db.session(), f"question:{ids[0]}")
    assert (history[0].action, history[0].by, history[0].detail["difficulty"]) == ("question.edited", author, [2, 4])


def test_another_topic_for_many_leaves_the_old_subtopic_behind(app: Flask, client: FlaskClient, author: int) -> None:
    question = put(app, subtopic="立项-备案")
    client.post("/bank/batch", data={"ids": question, "topic": "LAW", "step": "apply"})
    with app.app_context():
        draft = newest(db.session(), db.session.get_one(Question, question))
    assert (draft.topic, draft.subtopic) == ("LAW", "")


def test_nothing_chosen_or_nothing_said_changes_nothing(app: Flask, client: FlaskClient, author: int) -> None:
    question = put(app)
    assert client.post("/bank/batch", data={"difficulty": "3", "step": "apply"}).status_code == 302
    assert client.post("/bank/batch", data={"ids": question, "step": "apply"}).status_code == 400
    bad = {"ids": question, "validity": "until", "valid_to": "某天", "step": "apply"}
    assert client.post("/bank/batch", data=bad).status_code == 400
    assert client.post("/bank/batch", data={"ids": question, "topic": "NOWHERE", "step": "apply"}).status_code == 400
