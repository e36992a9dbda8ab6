"""The forms of the register of documents, and how many reviewers a topic needs."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from exam.web.forms import Form
from question_bank.enums import DocumentStatus
from question_bank.lawbook import AHEAD, DocumentFilters
from question_bank.legislation import FIELDS
from question_bank.models import Article, Document

CERTAINTIES = {
    "CONFIRMED": lazy_gettext("confirmed"),
    "FROM-KNOWLEDGE": lazy_gettext("trade knowledge"),
    "CONFIRMED·中": lazy_gettext("confirmed, for key points only"),
    "FROM-KNOWLEDGE·中": lazy_gettext("trade knowledge, for key points only"),
}
"""How sure an article's wording is, by its value in the register."""


class RegisterFilterForm(Form):
    """The filters of the register, in the address."""

    class Meta(Form.Meta):
        csrf = False

    text = StringField(lazy_gettext("Search"), [Length(max=200)])
    status = SelectField(
        lazy_gettext("Status"),
        choices=[
            SelectChoice("", lazy_gettext("All")),
            *(SelectChoice(each.value, lazy_gettext(each.label)) for each in DocumentStatus),
        ],
    )

    due = SelectField(
        lazy_gettext("Review"),
        choices=[SelectChoice("", lazy_gettext("All")), SelectChoice("soon", lazy_gettext("Due within 30 days"))],
    )

    def filters(self, today: date) -> DocumentFilters:
        """What is looked for on that day; a word nobody knows is left open."""
        status = next((each for each in DocumentStatus if each.value == self.status.data), None)
        until = today + AHEAD if self.due.data == "soon" else None
        return DocumentFilters(text=(self.text.data or "")[:200], status=status, due_by=until)


class DocumentForm(Form):
    """What is known of a document; `lock` says which state of it the person saw."""

    title = StringField(
        lazy_gettext("Title of the document"),
        [InputRequired(lazy_gettext("Enter the title.")), Length(max=300)],
        description=lazy_gettext("As it was published, without 《》."),
    )
    number = StringField(lazy_gettext("Number of the document"), [Length(max=100)])
    issuer = StringField(lazy_gettext("Issued by"), [Length(max=100)])
    in_force = StringField(
        lazy_gettext("In force from"),
        [Length(max=40)],
        description=lazy_gettext("As exactly as known: 2026-08-15, 2024-06 or 2023."),
    )
    edition = StringField(
        lazy_gettext("Edition held"),
        [
            Optional(),
            Regexp(r"\d{4}(-\d{2}(-\d{2})?)?\Z", message=lazy_gettext("A date such as 2024-12-06.")),
        ],
        description=lazy_gettext("Date of the last amendment that the articles here contain."),
    )
    review_on = DateField(
        lazy_gettext("Look at it again on"),
        [Optional()],
        description=lazy_gettext("The day by which somebody compares it with the official text."),
    )
    note = TextAreaField(
        lazy_gettext("Caution"), [Length(max=1000)], description=lazy_gettext("What an author has to beware of.")
    )
    lock = HiddenField()

    def values(self) -> dict[str, Any]:
        """The values of the register's columns."""
        texts = {name: (self[name].data or "").strip() for name in FIELDS if name != "review_on"}
        return {**texts, "review_on": self.review_on.data}

    def show(self, document: Document) -> None:
        """Fill the fields with what stands in the register."""
        self.process(obj=document, lock=str(document.lock))


class FallForm(Form):
    """Why a document falls, and what takes its place where that is known."""

    successor = SelectField(
        lazy_gettext("Replaced by"), [InputRequired(lazy_gettext("Choose the document that replaces it."))]
    )
    reason = StringField(
        lazy_gettext("Reason"),
        [Length(max=200)],
        description=lazy_gettext("For instance the number and date of the decision."),
    )

    def offer(self, documents: Iterable[Document]) -> None:
        """Offer the documents that stand."""
        offered = [SelectChoice(str(each.id), each.title) for each in documents]
        self.successor.choices = [SelectChoice("", lazy_gettext("Choose")), *offered]


class CheckForm(Form):
    """That the articles were compared with the text now in force."""

    edition = StringField(
        lazy_gettext("Date of the new edition"),
        [
            Optional(),
            Regexp(r"\d{4}(-\d{2}(-\d{2})?)?\Z", message=lazy_gettext("A date such as 2024-12-06.")),
        ],
    )
    review_on = DateField(lazy_gettext("Look at it again on"), [Optional()])
    reason = StringField(lazy_gettext("What was checked"), [Length(max=200)])


class ArticleForm(Form):
    """One article; `was` is the digest of what the person saw of it."""

    label = StringField(lazy_gettext("Article"), [Length(max=300)], description=lazy_gettext("For instance 第十三条."))
    text = TextAreaField(lazy_gettext("What it says"), [Length(max=5000)])
    fact = StringField(lazy_gettext("Number of the fact"), [Length(max=40)])
    certainty = SelectField(
        lazy_gettext("How certain"), choices=[SelectChoice(value, words) for value, words in CERTAINTIES.items()]
    )
    was = HiddenField()

    def show(self, article: Article) -> None:
        """Fill the fields with what stands in the register."""
        self.process(obj=article, was=seen(article))

    def values(self) -> dict[str, str]:
        """The values of the article's columns."""
        return {name: (self[name].data or "").strip() for name in ("label", "text", "fact", "certainty")}


def seen(article: Article) -> str:
    """A digest of all that is edited of an article."""
    said = f"{article.label}\x00{article.text}\x00{article.fact}\x00{article.certainty}"
    return hashlib.sha256(said.encode()).hexdigest()


class ReviewersForm(Form):
    """How many people must approve a question of one topic."""

    needed = IntegerField(lazy_gettext("Reviewers needed"), [InputRequired(), NumberRange(1, 5)])
