"""Filters of the list kept under a name: save, rename, delete. To apply one is to follow its address."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from exam import clock
from exam.accounts.models import SavedFilter
from exam.accounts.roles import Viewer
from exam.accounts.saved_filters import (
    LONGEST_QUERY,
    MOST,
    delete_filter,
    filter_by_id,
    filters_of,
    rename_filter,
    save_filter,
)
from exam.extensions import db, writing
from exam.web.access import access, permission, viewer
from exam.web.bank.area import Page, blueprint, reads
from exam.web.bank.forms import FilterForm, filter_form
from exam.web.bank.moves import back
from exam.web.errors import sentence
from question_bank.errors import DomainError
from question_bank.listing import Sort


@permission
def own_filter(who: Viewer, kept: SavedFilter) -> bool:
    """A person's filters are the person's own."""
    return reads(who, None) and kept.person_id == who.person_id


def query_of(form: FilterForm, sort: str) -> str:
    """The filters set, and the sorting where it is not the usual one, as a query string."""
    known = sort.removeprefix("-") in set(Sort) and sort != Sort.CODE
    return urlencode({**form.chosen(), **({"sort": sort} if known else {})})


def kept_of(session: Session, who: Viewer, form: FilterForm, sort: str) -> dict[str, Any]:
    """What the list shows of kept filters: `kept`, what is set now as `here`, and how many may be kept."""
    return {"kept": filters_of(session, who.person_id), "here": query_of(form, sort), "most": MOST}


@blueprint.post("/bank/filters")
@access(reads)
def keep_filter() -> Page:
    """Keep the filters of the list under a name; a name used before gets the new ones."""
    asked = MultiDict(parse_qsl(request.form.get("query", "")[: 2 * LONGEST_QUERY]))
    who, now = viewer(), clock.now()
    query = query_of(filter_form(db.session(), who, asked), asked.get("sort", ""))
    try:
        with writing() as session:
            row, new = save_filter(session, name=request.form.get("name", ""), query=query, by=who.person_id, at=now)
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(
            gettext("The filter “%(name)s” is kept.", name=row.name)
            if new
            else gettext("The filter “%(name)s” now holds what is set here.", name=row.name),
            "success",
        )
    return redirect(back())


@blueprint.post("/bank/filters/<int:filter_id>/rename")
@access(own_filter, of=filter_by_id)
def rename_kept_filter(kept: SavedFilter) -> Page:
    """Give it another name."""
    try:
        with writing() as session:
            row = filter_by_id(session, kept.id)
            rename_filter(session, row, name=request.form.get("name", ""), at=clock.now())
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(back())


@blueprint.post("/bank/filters/<int:filter_id>/delete")
@access(own_filter, of=filter_by_id)
def delete_kept_filter(kept: SavedFilter) -> Page:
    """Keep it no longer."""
    name = kept.name
    with writing() as session:
        delete_filter(session, filter_by_id(session, kept.id), at=clock.now())
    flash(gettext("The filter “%(name)s” is deleted.", name=name), "success")
    return redirect(back())
