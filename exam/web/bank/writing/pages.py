"""What stands behind the authors' pages: a form as it was posted, kept, put beside another's, shown again."""

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import audit, clock
from exam.extensions import db, writing
from exam.web.access import viewer
from exam.web.bank.area import Page, say
from exam.web.bank.writing.differing import differences, merged
from exam.web.bank.writing.filling import seal, typed_of
from exam.web.bank.writing.offers import offers
from exam.web.bank.writing.proof import proof
from exam.web.bank.writing.reading import CONTENT, Read, read
from exam.web.bank.writing.trial import tried
from exam.web.bank.writing.typed import Typed, act, named, text, typed_in
from exam.web.errors import sentence
from question_bank import authoring, operations, pictures
from question_bank.drafts import Draft
from question_bank.enums import Kind, Status
from question_bank.errors import DomainError, Invalid
from question_bank.events import BankEvent
from question_bank.models import Question
from question_bank.queries import draft_of, latest_version, question_by_id

SAVE, HAND_IN, MERGE, PICTURE = "save", "hand_in", "merge", "picture"
ACTS_OF_SAVING = frozenset({SAVE, HAND_IN})
LONGEST_REASON = 200


@dataclass(frozen=True)
class Desk:
    """A form on its way through a request. `question` is None for a new one; `seen` is the seal it was opened with."""

    kind: Kind
    typed: Typed
    question: Question | None = None
    base: Draft | None = None
    seen: str = ""
    action: str = ""
    message: str = ""
    is_quiet: bool = False

    def read(self) -> Read:
        """The form as a draft, with all that is wrong."""
        return read(self.kind, self.typed, self.base)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The whole form as names and texts, to be carried through a page that shows something else."""
        return list(named(self.typed))

    @property
    def url(self) -> str:
        """Where the form is sent."""
        if self.question is not None:
            return url_for("bank.edit", question_id=self.question.id)
        return url_for("bank.compose", kind=self.kind.value)

    @property
    def content(self) -> Typed:
        """The fields of the content."""
        inner = self.typed.get(CONTENT)
        return inner if isinstance(inner, dict) else {}


def newest(session: Session, question: Question) -> Draft:
    """The question as it stands now."""
    return draft_of(question, latest_version(session, question))


def opened(session: Session, question: Question) -> Desk:
    """A form filled with the question as it stands now."""
    draft = newest(session, question)
    return Desk(question.kind, typed_of(draft), question, draft, seal(draft))


def posted(kind: Kind, question: Question | None = None) -> Desk:
    """The form of this request, with what its row buttons asked done."""
    typed, action = typed_in(request.form), request.form.get("do", "")
    base = newest(db.session(), question) if question is not None else None
    desk = Desk(kind, typed, question, base, request.form.get("seen", ""), action)
    if action == PICTURE:
        return _with_picture(desk)
    act(typed, action)
    return desk


def _with_picture(desk: Desk) -> Desk:
    """Without scripts a picture is sent with the form, and stands at the end of the stem."""
    try:
        named = keep_picture()
    except DomainError as error:
        return replace(desk, message=sentence(error))
    stem = text(desk.content, "stem")
    return replace(desk, typed=desk.typed | {CONTENT: desk.content | {"stem": f"{stem}\n{named}".strip()}})


def keep_picture() -> str:
    """Keep the picture of this request; returns how a text names it. Raises Invalid for what is none."""
    file, alt = request.files.get("picture"), pictures.clean_alt(request.form.get("alt", ""))
    if file is None or not file.filename:
        raise pictures.refused(pictures.NO_FILE)
    if not alt:
        raise pictures.refused(pictures.NO_ALT)
    picture = pictures.read_picture(file.read(pictures.MAX_BYTES + 1))
    now, who = clock.now(), viewer().person_id
    with writing() as session:
        _, events = operations.keep_picture(session, picture, by=who, at=now)
        audit.note(session, events, by=who, at=now)
    return pictures.reference(picture, alt)


def page(desk: Desk) -> str:
    """The form with its proof."""
    return render_template("bank/writing/form.html", **context(desk))


def context(desk: Desk) -> dict[str, Any]:
    """Everything the form and its proof show, by name."""
    found = desk.read()
    shown = proof(db.session(), found)
    return {
        "desk": desk,
        "kind": desk.kind,
        "typed": desk.typed,
        "question": desk.question,
        "seen": desk.seen,
        "message": desk.message,
        "tried": {at: (each.counts, say(each.problem), each) for at, each in tried(desk.content, desk.kind).items()},
        **offers(db.session(), text(desk.typed, "topic")),
        **shown,
        **({"said": {}, "findings": []} if desk.is_quiet else {}),
    }


def saved(desk: Desk) -> Page:
    """Keep the form, or show what stands in the way; nothing that was typed is lost."""
    found = desk.read()
    if found.draft is None:
        return page(desk), 400
    theirs = _overtaken(desk)
    if theirs is not None:
        return _beside(desk, theirs), 409
    try:
        question = _written(desk, found.draft, hands_in=desk.action == HAND_IN and not found.obstacles)
    except DomainError as error:
        return page(replace(desk, message=_why(error))), 400
    if desk.action == HAND_IN and found.obstacles:
        flash(
            gettext("Saved, but not handed in yet: %(count)s points are open.", count=len(found.obstacles)), "warning"
        )
        return redirect(url_for("bank.edit", question_id=question.id))
    return redirect(url_for("bank.question", question_id=question.id))


def _why(error: DomainError) -> str:
    return "; ".join(say(problem) for problem in error.problems) if isinstance(error, Invalid) else sentence(error)


def _overtaken(desk: Desk) -> Typed | None:
    """What somebody else has saved since the form was opened, where it differs from what is in the form."""
    if desk.question is None or desk.base is None or seal(desk.base) == desk.seen:
        return None
    theirs = typed_of(desk.base)
    return theirs if differences(desk.typed, theirs) else None


def _beside(desk: Desk, theirs: Typed) -> str:
    """Both texts side by side; nothing is overwritten."""
    now = seal(desk.base) if desk.base is not None else ""
    found = differences(desk.typed, theirs)
    return render_template("bank/writing/overtaken.html", desk=desk, found=found, seen=now)


def merging(desk: Desk) -> Desk:
    """The form opened anew on the newest version, with the fields the author keeps from the own text."""
    mine, taken = desk.typed.get("mine"), desk.typed.get("take")
    if desk.base is None or not isinstance(mine, dict) or not isinstance(taken, dict):
        return desk
    return replace(desk, typed=merged(mine, typed_of(desk.base), taken))


def _written(desk: Desk, draft: Draft, *, hands_in: bool) -> Question:
    """Write the draft; the question goes to the reviewers where that was asked and nothing stands in the way."""
    now, who = clock.now(), viewer().person_id
    with writing() as session:
        if desk.question is None:
            question, events = _created(session, desk, draft)
        else:
            question = question_by_id(session, desk.question.id)
            _still(session, question, desk)
            reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
            events = authoring.revise(session, question, draft, by=who, at=now, reason=reason)
        if hands_in and question.status is Status.DRAFT:
            events += operations.advance(session, question, Status.IN_REVIEW, by=who, at=now)
        audit.note(session, events, by=who, at=now)
    _tell(question, events)
    return question


def _created(session: Session, desk: Desk, draft: Draft) -> tuple[Question, list[BankEvent]]:
    code = text(desk.typed, "code") or authoring.new_code(session)
    coded = draft.model_copy(update={"code": code})
    return operations.create_question(session, coded, by=viewer().person_id, at=clock.now())


def _still(session: Session, question: Question, desk: Desk) -> None:
    """Between the look at the question and this transaction nobody may have written it."""
    if desk.base is not None and seal(newest(session, question)) != seal(desk.base):
        raise authoring.overtaken(question)


def _tell(question: Question, events: list[BankEvent]) -> None:
    if not events:
        flash(gettext("Nothing was changed in %(code)s.", code=question.code))
        return
    status = gettext(question.status.label)
    flash(gettext("%(code)s is saved. It is now: %(status)s", code=question.code, status=status), "success")
