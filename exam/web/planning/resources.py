"""Lecturers with when they can come and what they teach, venues with where they lie, units with what they make."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.models import Unit
from exam.accounts.queries import unit_by_id
from exam.extensions import db
from exam.tours import arranging, drafting, placing, queries, registering
from exam.tours.models import Lecture, Lecturer, Tour, Venue
from exam.tours.planning_rules import Availability
from exam.web.access import access, viewer
from exam.web.deeds import Page, attempt
from exam.web.planning.area import blueprint, organises
from exam.web.planning.forms import LectureForm, LecturerForm, UnitTopicsForm, VenueForm, read_place
from exam.web.planning.typed_rules import half_days_of, spans_of, spans_shown


@blueprint.get("/<int:tour_id>/resources")
@access(organises, of=queries.tour_by_id)
def resources(tour: Tour) -> Page:
    """All lecturers, venues and units of tours, with what is missing for planning."""
    session = db.session()
    return render_template(
        "planning/resources.html",
        tour=tour,
        lecturers=queries.lecturers(session),
        availability={each.id: Availability.model_validate(each.availability) for each in queries.lecturers(session)},
        lectures=queries.lectures(session),
        venues=queries.venues(session),
        units=queries.toured_units(session),
        topics={each.code: each.name for each in placing.topics(session)},
        stops=placing.stops_by_lecturer(session, tour.id),
        draft=drafting.draft_of(session, tour),
    )


@blueprint.get("/lecturers/<int:lecturer_id>")
@access(organises, of=placing.lecturer_with_person)
def lecturer(lecturer: Lecturer) -> Page:
    """A lecturer's page: position, when they can come, lectures, stops."""
    form = LecturerForm(formdata=None, data=_availability_shown(lecturer)).offer()
    return _lecturer_page(lecturer, form)


@blueprint.post("/lecturers/<int:lecturer_id>")
@access(organises, of=placing.lecturer_with_person)
def change_lecturer(lecturer: Lecturer) -> Page:
    """Keep position and availability; stops that do not fit any more show as conflicts of the draft."""
    form = LecturerForm().offer()
    done, message = attempt(form, lambda session: _lecturer_changed(session, lecturer.id, form, at=clock.now()))
    if done is None:
        return _lecturer_page(lecturer, form, message=message), 400
    flash(gettext("%(name)s has been changed.", name=lecturer.person.name), "success")
    return redirect(url_for("planning.lecturer", lecturer_id=lecturer.id))


def _lecturer_page(lecturer: Lecturer, form: LecturerForm, *, message: str = "") -> str:
    session = db.session()
    return render_template(
        "planning/lecturer.html",
        lecturer=lecturer,
        tour=queries.current_tour(session),
        form=form,
        lectures=placing.lectures_of(session, lecturer.id),
        stops=placing.stops_of_lecturer(session, lecturer.id),
        topics={each.code: each.name for each in placing.topics(session)},
        message=message,
    )


def _availability_shown(lecturer: Lecturer) -> dict[str, Any]:
    known = Availability.model_validate(lecturer.availability)
    return {
        "title": lecturer.title,
        "field": lecturer.field,
        "any_time": "yes" if known.half_days is None else "no",
        "half_days": [f"{each.weekday}-{each.half.value}" for each in known.half_days or ()],
        "away": spans_shown(known.away),
        "most_per_week": known.most_per_week,
        "most_in_all": known.most_in_all,
        "online_only": known.online_only,
    }


def _lecturer_changed(session: Session, lecturer_id: int, form: LecturerForm, *, at: datetime) -> Lecturer:
    lecturer, by = placing.lecturer_with_person(session, lecturer_id), viewer().person_id
    title, field = form.title.data.strip(), form.field.data.strip()
    registering.change_lecturer(session, lecturer, title=title, field=field, by=by, at=at)
    availability = Availability(
        half_days=None if form.any_time.data == "yes" else half_days_of(form.half_days.data),
        away=spans_of(form.away.data or ""),
        most_per_week=form.most_per_week.data,
        most_in_all=form.most_in_all.data,
        online_only=form.online_only.data,
    )
    return arranging.set_availability(session, lecturer, availability, by=by, at=at)


@blueprint.get("/lectures/<int:lecture_id>")
@access(organises, of=placing.lecture_with_lecturer)
def lecture(lecture: Lecture) -> Page:
    """A lecture's title and topics."""
    form = LectureForm(formdata=None, data={"title": lecture.title, "topics": list(lecture.topics)})
    return _lecture_page(lecture, form)


@blueprint.post("/lectures/<int:lecture_id>")
@access(organises, of=placing.lecture_with_lecturer)
def change_lecture(lecture: Lecture) -> Page:
    """Keep title and topics."""
    form = LectureForm()
    form.topics.choices = placing.topic_choices(db.session())
    done, message = attempt(form, lambda session: _lecture_changed(session, lecture.id, form, at=clock.now()))
    if done is None:
        return _lecture_page(lecture, form, message=message), 400
    flash(gettext("%(name)s has been changed.", name=form.title.data), "success")
    return redirect(url_for("planning.lecturer", lecturer_id=lecture.lecturer_id))


def _lecture_page(lecture: Lecture, form: LectureForm, *, message: str = "") -> str:
    form.topics.choices = placing.topic_choices(db.session())
    tour = queries.current_tour(db.session())
    return render_template("planning/lecture.html", lecture=lecture, tour=tour, form=form, message=message)


def _lecture_changed(session: Session, lecture_id: int, form: LectureForm, *, at: datetime) -> Lecture:
    lecture, by = placing.lecture_with_lecturer(session, lecture_id), viewer().person_id
    registering.change_lecture(session, lecture, title=form.title.data.strip(), by=by, at=at)
    return arranging.set_topics(session, lecture, form.topics.data, by=by, at=at)


@blueprint.get("/venues/<int:venue_id>")
@access(organises, of=placing.venue_with_unit)
def venue(venue: Venue) -> Page:
    """A venue's name, seats and place."""
    tour = queries.current_tour(db.session())
    form = VenueForm(formdata=None).show(venue)
    return render_template("planning/venue.html", venue=venue, tour=tour, form=form, message="")


@blueprint.post("/venues/<int:venue_id>")
@access(organises, of=placing.venue_with_unit)
def change_venue(venue: Venue) -> Page:
    """Keep a venue's name, seats and place."""
    form = VenueForm()
    done, message = attempt(form, lambda session: _venue_changed(session, venue.id, form, at=clock.now()))
    tour = queries.current_tour(db.session())
    if done is None:
        return render_template("planning/venue.html", venue=venue, tour=tour, form=form, message=message), 400
    flash(gettext("%(name)s has been changed.", name=form.name.data), "success")
    return redirect(
        url_for("planning.resources", tour_id=tour.id, _anchor="venues") if tour else url_for("tours.register")
    )


def _venue_changed(session: Session, venue_id: int, form: VenueForm, *, at: datetime) -> Venue:
    venue, by = placing.venue_with_unit(session, venue_id), viewer().person_id
    name, seats, online = form.name.data.strip(), form.capacity.data, form.online.data
    registering.change_venue(session, venue, name=name, capacity=seats, online=online, by=by, at=at)
    latitude, longitude = read_place(form.place.data or "") or (None, None)
    address = form.address.data or ""
    return arranging.set_place(session, venue, address=address, latitude=latitude, longitude=longitude, by=by, at=at)


@blueprint.get("/units/<int:unit_id>/industries")
@access(organises, of=unit_by_id)
def industries(unit: Unit) -> Page:
    """What a unit makes, as topics."""
    form = UnitTopicsForm(formdata=None, data={"industries": list(unit.industries)})
    return _industries_page(unit, form)


@blueprint.post("/units/<int:unit_id>/industries")
@access(organises, of=unit_by_id)
def change_industries(unit: Unit) -> Page:
    """Keep what a unit makes."""
    form = UnitTopicsForm()
    form.industries.choices = placing.industry_choices(db.session())
    done, message = attempt(form, lambda session: _industries_changed(session, unit.id, form, at=clock.now()))
    if done is None:
        return _industries_page(unit, form, message=message), 400
    flash(gettext("%(name)s has been changed.", name=unit.name), "success")
    tour = queries.current_tour(db.session())
    return redirect(
        url_for("planning.resources", tour_id=tour.id, _anchor="units") if tour else url_for("tours.register")
    )


def _industries_page(unit: Unit, form: UnitTopicsForm, *, message: str = "") -> str:
    form.industries.choices = placing.industry_choices(db.session())
    tour = queries.current_tour(db.session())
    return render_template("planning/industries.html", unit=unit, tour=tour, form=form, message=message)


def _industries_changed(session: Session, unit_id: int, form: UnitTopicsForm, *, at: datetime) -> Unit:
    unit = unit_by_id(session, unit_id)
    return arranging.set_industries(session, unit, form.industries.data, by=viewer().person_id, at=at)
