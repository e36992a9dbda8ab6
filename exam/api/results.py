"""Results for other programs: what the pages and files show, to the same people and no sooner.

Organisers are given results before their release, leaders every release, a unit's contact what is open to units and
only of that unit, a person the own released scorecard. Nobody's name is in any of it.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from apiflask import APIBlueprint
from flask import current_app

from exam.accounts.models import Unit
from exam.accounts.queries import unit_by_id
from exam.api import errors
from exam.api.errors import OF_ALL, OF_ONE, UNKNOWN
from exam.api.result_shapes import (
    Asked,
    AskedOfQuestions,
    AskedOfTour,
    Earned,
    ItemMarks,
    QuestionFigures,
    QuestionsMet,
    Results,
    ScoreBefore,
    Scorecard,
    TourResults,
    UnitResults,
    WrongChoice,
)
from exam.extensions import db
from exam.reports import cards, frozen
from exam.reports.cards import Card, ItemResult
from exam.reports.county import county_report
from exam.reports.queries import Report
from exam.reports.questions import QuestionLine, question_report
from exam.reports.scorecard import Sum
from exam.reports.units import unit_report
from exam.sittings.models import Attempt
from exam.sittings.queries import attempt_by_key
from exam.tours import queries as tours
from exam.tours.models import Stop, Tour
from exam.web.access import access, viewer
from exam.web.reports.area import compares, contact_of, own_attempt
from exam.web.reports.choices import named, report_for, scope_for
from question_bank.errors import N_

blueprint = APIBlueprint("results_api", __name__, url_prefix="/api/v1", tag="Results")
errors.register(
    blueprint,
    {
        401: N_("Please sign in."),
        403: N_("You cannot open this page."),
        404: N_("It does not exist, or you may not see it."),
    },
)


@blueprint.get("/stops/<int:stop_id>/report")
@access(compares, of=tours.stop_by_id)
@blueprint.input(Asked, location="query")
@blueprint.output(Results)
@blueprint.doc(operation_id="stop_report", responses=OF_ONE)
def stop_report(stop: Stop, query_data: Asked) -> Results:
    """Results of one stop."""
    title = f"{stop.tour.name} 第{stop.number}场 {stop.unit.name}"
    found = _shown(report_for(db.session(), viewer(), query_data.measure, stop_id=stop.id))
    return Results.model_validate(frozen.of_stop(title, found))


@blueprint.get("/units/<int:unit_id>/report")
@access(compares | contact_of, of=unit_by_id)
@blueprint.input(AskedOfTour, location="query")
@blueprint.output(UnitResults)
@blueprint.doc(operation_id="unit_report", responses=OF_ONE)
def unit_results(unit: Unit, query_data: AskedOfTour) -> UnitResults:
    """Results of one unit, over one tour or everything, beside the county's."""
    session, who, measure, tour_id = db.session(), viewer(), query_data.measure, query_data.tour
    scope = scope_for(who, unit_id=unit.id, tour_id=tour_id)
    beside = unit_report(
        session, unit.id, measure, tour_id=tour_id, released_only=scope.released_only, open_to=scope.open_to
    )
    found = _shown(report_for(session, who, measure, unit_id=unit.id, tour_id=tour_id))
    told = UnitResults.model_validate(frozen.of_unit(unit.name, found, beside))
    return told if compares(who, None) else told.of_no_other()


@blueprint.get("/tours/<int:tour_id>/report")
@access(compares, of=tours.tour_by_id)
@blueprint.input(Asked, location="query")
@blueprint.output(TourResults)
@blueprint.doc(operation_id="tour_report", responses=OF_ONE)
def tour_report(tour: Tour, query_data: Asked) -> TourResults:
    """Results of one tour, its coverage, its course, and what changed since the tour before."""
    scope = scope_for(viewer(), tour_id=tour.id)
    whole = county_report(
        db.session(),
        query_data.measure,
        zone=current_app.extensions["liangjuan"].zone,
        tour_id=tour.id,
        released_only=scope.released_only,
        with_changes=True,
    )
    return TourResults.model_validate(frozen.of_tour(tour.name, _shown(whole.report), whole))


def _shown(found: Report) -> Report:
    """With the people whose results the viewer's pages list."""
    return replace(found, people=named(found, viewer()))


@blueprint.get("/questions/figures")
@access(compares)
@blueprint.input(AskedOfQuestions, location="query")
@blueprint.output(QuestionsMet)
@blueprint.doc(operation_id="question_figures", responses=OF_ALL)
def question_figures(query_data: AskedOfQuestions) -> QuestionsMet:
    """Figures of the questions that fewest knew."""
    asked = query_data
    found = question_report(
        db.session(),
        scope_for(viewer(), tour_id=asked.tour),
        paper_kind=asked.measure.paper_kind,
        limit=asked.limit,
    )
    return QuestionsMet(questions=found.questions, answers=found.answers, lines=[_line(each) for each in found.lines])


def _line(line: QuestionLine) -> QuestionFigures:
    return QuestionFigures(
        question=line.question_id,
        code=line.code,
        kind=line.kind,
        difficulty=line.difficulty.value,
        topic=line.topic,
        topic_name=line.topic_name,
        stem=line.stem,
        answers=line.answers,
        facility=_text(line.facility),
        expected=_text(line.expected),
        county=_or_none(line.county),
        discrimination=_or_none(line.discrimination),
        unexpected=line.unexpected,
        wrong=[WrongChoice(key=e.key, text=e.text, count=e.count, share=_text(e.share)) for e in line.wrong],
    )


@blueprint.get("/papers/<key>/scorecard")
@access(own_attempt, of=attempt_by_key)
@blueprint.output(Scorecard)
@blueprint.doc(operation_id="scorecard", responses=UNKNOWN)
def scorecard(attempt: Attempt) -> Scorecard:
    """The caller's own paper: before the release only that it was handed in, afterwards everything."""
    card, sitting = cards.card(db.session(), attempt), attempt.assignment.sitting
    told: dict[str, Any] = {"marks": None, "total": None, "passed": None, "equated": None, "equated_error": None}
    if card.released:
        told = {
            "marks": _text(card.marks),
            "total": _text(card.total),
            "passed": card.passed,
            "equated": _or_none(card.equated),
            "equated_error": _or_none(card.equated_error),
        }
    return Scorecard(
        paper_kind=sitting.paper_kind,
        stop=sitting.stop_id,
        receipt=attempt.receipt or "",
        released=card.released,
        note="" if card.release is None else card.release.note,
        sections=[_earned(each) for each in card.sections],
        topics=[_earned(each) for each in card.topics],
        items=[_item(each) for each in card.items],
        changes=_changes(card),
        **told,
    )


def _changes(card: Card) -> list[ScoreBefore]:
    return [
        ScoreBefore(at=each.at, before=_text(each.before), after=_text(each.after), cause=each.cause.value)
        for each in card.changes
    ]


def _earned(found: Sum) -> Earned:
    return Earned(name=found.key, earned=_text(found.earned), possible=_text(found.possible))


def _item(item: ItemResult) -> ItemMarks:
    return ItemMarks(
        position=item.position,
        section=item.section,
        kind=item.kind,
        topic=item.topic,
        stem=item.view.stem,
        given=item.given,
        key=item.standing_key.answer,
        awarded=_text(item.awarded),
        maximum=_text(item.maximum),
        rule=item.standing_rule,
        law=item.law,
        void=item.void,
        reasons=[part.mark.reason for part in item.parts if part.mark.reason],
    )


def _text(value: Decimal) -> str:
    return f"{value:f}"


def _or_none(value: Decimal | None) -> str | None:
    return None if value is None else _text(value)
