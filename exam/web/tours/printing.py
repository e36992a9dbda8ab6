"""The page from which a stop is printed: what and how, the prints with their progress, the papers of each person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from exam import clock
from exam.accounts.roles import Viewer
from exam.config import Settings
from exam.extensions import db, writing
from exam.jobs.models import Job
from exam.printouts import files, operations
from exam.printouts import queries as found_prints
from exam.printouts.choice import OF_PAPERS, SIZES, WHATS, Choice, Order, PaperSize, What
from exam.printouts.material import Material
from exam.printouts.queries import Run, State
from exam.tours import queries
from exam.tours.models import Stop
from exam.web.access import Permission, access, viewer
from exam.web.errors import sentence
from exam.web.filters import label
from exam.web.forms import Form
from exam.web.tours.area import Page, blueprint, organises
from exam.web.tours.prints import address, material
from question_bank.enums import PaperKind
from question_bank.errors import DomainError

KINDS = {each.value: each for each in PaperKind}
USUAL = (What.COVER, What.PAPER, What.SHEET)
"""What is ticked when the page is opened and papers are there."""


class PrintForm(Form):
    """What is to be printed. Only things of which there are some can be chosen."""

    what = SelectMultipleField(
        lazy_gettext("What"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    kinds = SelectMultipleField(
        lazy_gettext("Which papers"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    size = RadioField(lazy_gettext("Size of the papers"), [InputRequired()], default=PaperSize.A4.value)
    order = RadioField(lazy_gettext("Order in the file"), [InputRequired()], default=Order.PART.value)
    photo = BooleanField(lazy_gettext("Tickets leave room for a picture"))

    def offer(self, found: Material) -> "PrintForm":
        """Fill the lists to choose from."""
        counts = found.counts()
        self.what.choices = [(each.value, f"{label(each)} ({counts[each]})") for each in What if counts[each]]
        issued = {copy.kind for copy in found.copies}
        self.kinds.choices = [(each.value, label(each)) for each in PaperKind if each in issued]
        self.size.choices = [(each.value, label(each)) for each in PaperSize]
        self.order.choices = [
            (Order.PART.value, gettext("One kind of thing after the other")),
            (Order.PERSON.value, gettext("Everything of a person together")),
        ]
        if not issued:
            for name in ("kinds", "size", "order"):
                delattr(self, name)
        return self

    def validate_what(self, field: SelectMultipleField) -> None:
        """One at least; said here, since a browser that is told so wants every box ticked."""
        if not field.data:
            raise ValidationError(gettext("Choose what is to be printed."))

    def validate_kinds(self, field: SelectMultipleField) -> None:
        """One at least."""
        if not field.data:
            raise ValidationError(gettext("Choose a paper."))

    def choice(self) -> Choice:
        """What was ticked, as a value."""
        return Choice(
            what=tuple(WHATS[each] for each in self.what.data),
            kinds=tuple(KINDS[each] for each in self.kinds.data) if self.kinds else tuple(PaperKind),
            size=SIZES[self.size.data] if self.size else PaperSize.A4,
            order=Order(self.order.data) if self.order else Order.PART,
            photo=self.photo.data,
        )


@dataclass(frozen=True)
class PrintRun:
    """A print and the stop it is for."""

    stop: Stop
    job: Job


def run_by_id(session: Session, stop_id: int, job_id: int) -> PrintRun:
    """Raises NotFound."""
    return PrintRun(queries.stop_by_id(session, stop_id), found_prints.job_by_id(session, stop_id, job_id))


def _organises_run(viewer: Viewer, run: PrintRun) -> bool:
    return organises(viewer, run.stop)


organises_run = Permission(f"{organises.name} of the print", _organises_run)


@blueprint.get("/stops/<int:stop_id>/printing")
@access(organises, of=queries.stop_by_id)
def printing(stop: Stop) -> Page:
    """What can be printed, and what has been; htmx asks for the list of prints alone."""
    found = material(db.session(), stop)
    if "HX-Request" in request.headers:
        return render_template("tours/_printing_runs.html", stop=stop, runs=_runs(stop, found), **_shown())
    wanted = request.args.getlist("what") or [each.value for each in USUAL]
    form = PrintForm(formdata=None, data={"what": wanted, "kinds": list(KINDS)}).offer(found)
    return _page(stop, found, form)


@blueprint.post("/stops/<int:stop_id>/printing")
@access(organises, of=queries.stop_by_id)
def start_printing(stop: Stop) -> Page:
    """Ask for a print; it goes on while nobody looks."""
    found = material(db.session(), stop)
    form = PrintForm().offer(found)
    if not form.validate_on_submit():
        return _page(stop, found, form), 400
    return _asked(stop, form.choice())


@blueprint.post("/stops/<int:stop_id>/printing/<int:job_id>/again")
@access(organises_run, of=run_by_id)
def print_again(run: PrintRun) -> Page:
    """The same once more, from what is so now."""
    return _asked(run.stop, Choice.model_validate(run.job.payload["choice"]))


@blueprint.get("/stops/<int:stop_id>/printing/<int:job_id>/file.pdf")
@access(organises_run, of=run_by_id)
def printed_file(run: PrintRun) -> Page:
    """The finished file. One that no longer says what is so is thrown away instead of being handed out."""
    stop, by = run.stop, viewer().person_id
    how = found_prints.run_of(run.job, material(db.session(), stop), _data())
    if how.state is not State.READY:
        if how.state is State.OUTDATED:
            files.drop(_data(), run.job.id)
        flash(gettext("This file is no longer there or no longer true. Print again."), "warning")
        return redirect(url_for("tours.printing", stop_id=stop.id))
    with writing() as session:
        again = run_by_id(session, stop.id, run.job.id)
        operations.note_download(session, again.stop, again.job, by=by, at=clock.now())
    name = f"{'、'.join(each.chinese for each in how.choice.what)}-第{stop.number}场-{stop.unit.name}.pdf"
    answer = send_file(files.finished(_data(), run.job.id), "application/pdf", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(stop: Stop, choice: Choice) -> Page:
    try:
        with writing() as session:
            again = queries.stop_by_id(session, stop.id)
            found, at = material(session, again), clock.now()
            operations.ask(session, again, found, choice, address=address(), by=viewer().person_id, at=at)
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(url_for("tours.printing", stop_id=stop.id, _anchor="prints"))


def _page(stop: Stop, found: Material, form: PrintForm) -> str:
    from exam.printing.preflight import affected  # the faces: a tenth of a second, and only on this page

    people = [(each.name, each.unit) for each in found.attendees]
    return render_template(
        "tours/printing.html",
        stop=stop,
        form=form,
        runs=_runs(stop, found),
        roster=queries.roster_of(db.session(), stop.id),
        seats={copy.seat for copy in found.copies},
        papers=len(found.copies),
        affected=affected(people),
        **_shown(),
    )


def _shown() -> dict[str, Any]:
    return {"at": clock.now(), "left": time_left, "of_papers": OF_PAPERS}


def time_left(run: Run, at: datetime) -> timedelta | None:
    """How long it will take by what is done so far; None while nothing is."""
    job = run.job
    if not job.started_at or not job.done_steps or not job.all_steps:
        return None
    return (at - job.started_at) * (job.all_steps - job.done_steps) / job.done_steps


def _runs(stop: Stop, found: Material) -> list[Run]:
    return [found_prints.run_of(job, found, _data()) for job in found_prints.jobs_of(db.session(), stop.id)]


def _data() -> Any:
    settings: Settings = current_app.extensions["liangjuan"]
    return settings.data
