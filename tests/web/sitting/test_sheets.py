"""Questions rendered by their form: the words put in afterwards are escaped, and belong to their own question."""

from decimal import Decimal

from apiflask import APIFlask

from exam.web.sitting.sheets import Heading, question_html
from question_bank.enums import Kind
from question_bank.kinds import PublicView
from question_bank.kinds.views import Labelled

HEADING = Heading("一、单项选择题", "每题1分", "单项选择题", f"{Decimal(1)}")


def shown(app: APIFlask, stem: str, *options: str, number: int = 1) -> str:
    labelled = tuple(Labelled(label=label, text=text) for label, text in zip("ABCD", options, strict=False))
    view = PublicView(kind=Kind.SINGLE_CHOICE, stem=stem, options=labelled)
    with app.test_request_context():
        return str(question_html(view, HEADING, number=number, total=50, item_id=1000 + number))


def test_words_of_a_question_are_text_and_never_markup(app: APIFlask) -> None:
    html = shown(app, "<script>alert(1)</script>", "a & b", "“c”", '"><img src=x>')
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "a &amp; b" in html


def test_two_questions_of_one_form_keep_their_own_words_numbers_and_items(app: APIFlask) -> None:
    first = shown(app, "甲题", "甲一", "甲二", number=2)
    second = shown(app, "乙**要**题", "乙一", "乙二", number=3)
    assert 'id="q-2"' in first
    assert 'data-item="1002"' in first
    assert "甲一" in first
    assert 'id="q-3"' in second
    assert "乙<strong>要</strong>题" in second
    assert "甲" not in second
    assert "\ue100" not in first + second
