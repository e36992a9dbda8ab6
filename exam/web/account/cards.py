"""What the home page shows to whom: one small card per role, fed by the features' own reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.roles import Role, Viewer
from exam.grading import appeals
from exam.grading import queries as grading
from exam.ledger import register
from exam.ledger.register import Show, Sight
from exam.reports import agenda, alarms, briefing, findings
from exam.reports import queries as reports
from exam.reports.comparison import Compared, Measure
from exam.tours.models import Stop
from exam.tours.queries import current_tour
from exam.web.account.landing import WAITING_ROOM
from exam.web.filters import clock_time, day, marks, percent, when
from question_bank.enums import Status
from question_bank.errors import fill
from question_bank.lawbook import due_count


@dataclass(frozen=True)
class Link:
    """A label and an address."""

    label: str
    url: str


@dataclass(frozen=True)
class Figure:
    """One number with its name, and a word beside it where that says more."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Card:
    """One thing to do today: what, the facts that matter, and the page where it is done.

    `missing` holds what still stands in the way, as sentences; `urgent` puts the card first.
    """

    title: str
    icon: str
    lines: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()
    link: Link | None = None
    more: Link | None = None
    urgent: bool = False


Maker = Callable[[Session, Viewer, datetime], Card]


def cards_for(session: Session, viewer: Viewer, *, at: datetime) -> list[Card]:
    """The cards of the viewer's roles, in the order of MAKERS; roles that share a card share it."""
    makers = dict.fromkeys(maker for role, maker in MAKERS if role in viewer.roles)
    return [maker(session, viewer, at) for maker in makers]


def link_to(label: str, endpoint: str, **values: Any) -> Link | None:
    """A link, or None while that page does not exist in this installation."""
    return Link(label, url_for(endpoint, **values)) if endpoint in current_app.view_functions else None


def time_left(until: datetime, *, at: datetime) -> str:
    """How long from `at` to `until`, in the largest unit that says enough."""
    seconds = int((until - at).total_seconds())
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, -(-(seconds % 3600) // 60)
    if seconds <= 0:
        words = gettext("now")
    elif days:
        words = ngettext("%(num)s day", "%(num)s days", days)
    elif hours:
        words = gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    else:
        words = gettext("%(minutes)s min", minutes=minutes)
    return str(words)


def span(stop: Stop) -> str:
    """Day and hours of a stop: 3月2日（周二） 14:00–17:20."""
    return f"{day(stop.starts_at)} {clock_time(stop.starts_at)}–{clock_time(stop.ends_at)}"


def stop_line(stop: Stop) -> str:
    """Number, unit, day and hours of a stop on one line."""
    return str(gettext("No. %(number)s, %(unit)s, %(span)s", number=stop.number, unit=stop.unit.name, span=span(stop)))


def candidate(session: Session, viewer: Viewer, at: datetime) -> Card:
    """The next stop, how long until then, and the way into the waiting room."""
    place = agenda.next_place(session, viewer.person_id, at=at, roster_entry_id=viewer.roster_entry_id)
    released = agenda.released_for(session, viewer.person_id)
    results = (
        (ngettext("Results of %(num)s paper are out.", "Results of %(num)s papers are out.", released),)
        if released
        else ()
    )
    own = link_to(gettext("My results"), "reports.me") if released else None
    enter = link_to(gettext("Enter the waiting room"), WAITING_ROOM)
    if place is None:
        none = gettext("You are on no roster for a stop to come. Your unit's contact can tell you more.")
        return Card(gettext("My exams"), "mortarboard", (none, *results), link=own)
    stop = place.stop
    papers = tuple(
        gettext("%(paper)s: %(time)s", paper=gettext(sitting.paper_kind.label), time=when(sitting.opens_at))
        for sitting in place.sittings
    )
    where = gettext("Venue: %(venue)s", venue=stop.venue.name) if stop.venue else gettext("Venue: not fixed yet")
    return Card(
        gettext("My next stop: %(unit)s", unit=stop.unit.name),
        "mortarboard",
        (span(stop), where, *papers, *results),
        (
            Figure(gettext("Begins in"), time_left(stop.starts_at, at=at)),
            Figure(gettext("My seat"), str(place.entry.seat)),
        ),
        link=enter,
        more=own,
        urgent=stop.starts_at <= at < stop.ends_at,
    )


def organiser(session: Session, viewer: Viewer, at: datetime) -> Card:
    """Today's stop, or the next, and what is missing before it."""
    del viewer
    ahead = agenda.stops_ahead(session, at=at)
    if not ahead:
        return Card(
            gettext("No stop is planned"),
            "calendar3",
            (gettext("Plan the first stop of the tour: unit, day, venue, lecture."),),
            link=link_to(gettext("To the tour board"), "tours.board"),
            more=_leaks(session),
        )
    stop, *later = ahead
    ready = agenda.readiness(session, stop)
    running = stop.starts_at <= at
    return Card(
        gettext("Under way: %(stop)s", stop=stop.unit.name)
        if running
        else gettext("Next: %(stop)s", stop=stop.unit.name),
        "calendar3",
        (span(stop), *(gettext("Then: %(stop)s", stop=stop_line(each)) for each in later)),
        (
            Figure(gettext("Expected"), str(ready.expected)),
            Figure(gettext("Checked in"), str(ready.checked_in)),
            Figure(gettext("Begins in"), time_left(stop.starts_at, at=at)),
            *_appeals(session),
        ),
        missing=tuple(_missing(ready)),
        link=link_to(gettext("Open this stop"), "tours.stop", stop_id=stop.id)
        or link_to(gettext("To the tour board"), "tours.board"),
        more=_leaks(session),
        urgent=running,
    )


def _appeals(session: Session) -> tuple[Figure, ...]:
    """Appeals that wait for a decision, where there are any."""
    count = appeals.open_count(session)
    return (Figure(gettext("Appeals waiting"), str(count)),) if count else ()


def _leaks(session: Session) -> Link | None:
    """The way to the alarms that wait for a decision, while there are any."""
    count = alarms.waiting(session)
    return link_to(ngettext("Leak alarms (%(num)s)", "Leak alarms (%(num)s)", count), "bank.leaks") if count else None


def _missing(ready: agenda.Readiness) -> list[str]:
    """What stands between a stop and its beginning, one sentence each."""
    missing = []
    if ready.stop.venue is None:
        missing.append(gettext("No venue yet"))
    if ready.stop.lecture is None:
        missing.append(gettext("No lecture yet"))
    if not ready.expected:
        missing.append(gettext("The roster is not frozen yet"))
        return missing
    for kind, count in ready.without_paper.items():
        if count > 0:
            missing.append(
                gettext("%(paper)s: %(count)s people have no paper yet", paper=gettext(kind.label), count=count)
            )
    return missing


def marker(session: Session, viewer: Viewer, at: datetime) -> Card:
    """Answers that wait for a person's marks, by sitting."""
    del at
    desk = grading.waiting(session, marker_id=viewer.person_id)
    lines = tuple(
        gettext(
            "%(unit)s, %(paper)s: %(count)s waiting",
            unit=line.sitting.stop.unit.name,
            paper=gettext(line.sitting.paper_kind.label),
            count=line.for_you,
        )
        for line in desk
        if line.for_you > 0
    )
    return Card(
        gettext("Answers to mark"),
        "pencil-square",
        lines[: agenda.COMING] or (gettext("No answer waits for your marks."),),
        (
            Figure(gettext("Waiting"), str(sum(line.for_you for line in desk))),
            Figure(gettext("Decided"), str(grading.together(desk).decided)),
            *_appeals(session),
        ),
        link=link_to(gettext("To the marking desk"), "grading.desk"),
        more=link_to(gettext("To the appeals"), "grading.appeal_list") if appeals.open_count(session) else None,
    )


def leader(session: Session, viewer: Viewer, at: datetime) -> Card:
    """Where the tour stands, how the largest group did, and the comparison of the units."""
    del viewer, at
    held = agenda.tour_figures(session)
    tour = current_tour(session)
    compared = reports.unit_figures(session, reports.Scope(tour_id=tour.id), Measure.OVERALL) if tour else []
    largest = max(compared, key=lambda each: each.figures.expected, default=None)
    told = [findings.of_units(largest), findings.of_attendance(largest.units)] if largest else []
    return Card(
        gettext("The county at a glance"),
        "bar-chart",
        tuple(fill(gettext(finding[0]), finding[1]) for finding in told if finding),
        (
            Figure(gettext("Stops held"), str(held.finished), gettext("of %(count)s planned", count=held.planned)),
            Figure(
                gettext("Turnout"),
                percent(held.turnout),
                gettext("%(sat)s of %(expected)s sat", sat=held.sat, expected=held.expected),
            ),
            *(_marks_of(largest) if largest else ()),
        ),
        link=link_to(gettext("Compare the units"), "reports.comparison"),
    )


def _marks_of(group: Compared) -> tuple[Figure, ...]:
    """Mean and pass rate of a group, with its name, for groups are never mixed."""
    name, shown = gettext(group.group.label), group.figures
    return (
        Figure(gettext("Mean"), marks(shown.mean), name),
        Figure(gettext("Pass rate"), percent(None if shown.pass_rate is None else float(shown.pass_rate)), name),
    )


def lecturer(session: Session, viewer: Viewer, at: datetime) -> Card:
    """The next lecture."""
    stops = agenda.lectures_ahead(session, viewer.person_id, at=at)
    brief = _brief(briefing.lectured_last(session, viewer.person_id))
    if not stops:
        return Card(gettext("My lectures"), "mic", (gettext("No lecture of yours is planned."),), link=brief)
    first, *later = stops
    title = first.lecture.title if first.lecture else ""
    return Card(
        gettext("My next lecture: %(title)s", title=title),
        "mic",
        (stop_line(first), *(gettext("Then: %(stop)s", stop=stop_line(each)) for each in later)),
        (
            Figure(gettext("Begins in"), time_left(first.starts_at, at=at)),
            Figure(gettext("Listeners"), str(agenda.readiness(session, first).expected)),
        ),
        link=link_to(gettext("Open this stop"), "tours.stop", stop_id=first.id),
        more=brief,
    )


def _brief(stop: Stop | None) -> Link | None:
    """The way to what the latest hall got wrong."""
    if stop is None:
        return None
    return link_to(gettext("Lesson brief: %(unit)s", unit=stop.unit.name), "reports.brief", stop_id=stop.id)


def answerer(session: Session, viewer: Viewer, at: datetime) -> Card:
    """The own department's cases on the ledger, and the stops to come at which departments answer questions."""
    stops = agenda.stops_ahead(session, at=at)
    waiting = register.counts(
        session, Sight(owner_id=viewer.unit_id), today=clock.today(current_app.extensions["liangjuan"].zone, at)
    )
    lines = tuple(stop_line(stop) for stop in stops) or (gettext("No stop is planned."),)
    return Card(
        gettext("Questions and answers at the next stops"),
        "chat-square-text",
        lines,
        tuple(Figure(gettext(each.label), str(waiting[each])) for each in (Show.ASSIGNED, Show.OVERDUE)),
        link=link_to(gettext("To the ledger"), "ledger.board"),
        more=_brief(briefing.answered_last(session, viewer.unit_id)),
    )


def unit_contact(session: Session, viewer: Viewer, at: datetime) -> Card:
    """The own unit: its people and its next stop."""
    stops = agenda.stops_ahead_at(session, viewer.unit_id, at=at)
    on_roster = agenda.roster_count(session, [stop.id for stop in stops], viewer.unit_id)
    lines = tuple(stop_line(stop) for stop in stops) or (gettext("No stop is planned at your unit."),)
    return Card(
        gettext("My unit and its people"),
        "building",
        lines,
        (
            Figure(gettext("People"), str(agenda.active_people(session, viewer.unit_id))),
            Figure(gettext("On the roster"), str(on_roster)),
        ),
        link=link_to(gettext("People of my unit"), "admin.people"),
    )


def author(session: Session, viewer: Viewer, at: datetime) -> Card:
    """Own drafts, and those that came back."""
    mine = agenda.questions_by_status(session, written_by=viewer.person_id)
    return Card(
        gettext("My questions"),
        "collection",
        (),
        (
            Figure(gettext("Drafts"), str(mine.get(Status.DRAFT, 0))),
            Figure(gettext("In review"), str(mine.get(Status.IN_REVIEW, 0))),
            Figure(gettext("Published"), str(mine.get(Status.PUBLISHED, 0))),
            _documents_due(session, at),
        ),
        link=link_to(gettext("Open my drafts"), "bank.questions", status=Status.DRAFT.value, author="me"),
    )


def reviewer(session: Session, viewer: Viewer, at: datetime) -> Card:
    """Questions that wait for a second reader, and documents that are to be looked at again."""
    del viewer
    counts = agenda.questions_by_status(session)
    return Card(
        gettext("To review"),
        "journal-check",
        (),
        (
            Figure(gettext("Waiting for review"), str(counts.get(Status.IN_REVIEW, 0))),
            Figure(gettext("Quarantined"), str(counts.get(Status.QUARANTINED, 0))),
            Figure(gettext("Leak alarms"), str(alarms.waiting(session))),
            _documents_due(session, at),
        ),
        link=link_to(gettext("Open the review list"), "bank.review"),
        more=link_to(gettext("Calendar of reviews"), "bank.documents_due"),
    )


def _documents_due(session: Session, at: datetime) -> Figure:
    """How many documents have passed their review date or come to it within a month."""
    today = clock.today(current_app.extensions["liangjuan"].zone, at)
    return Figure(gettext("Documents due"), str(due_count(session, on=today)))


def administrator(session: Session, viewer: Viewer, at: datetime) -> Card:
    """People and who is signed in."""
    del viewer
    return Card(
        gettext("People and accounts"),
        "people",
        (),
        (
            Figure(gettext("People"), str(agenda.active_people(session))),
            Figure(gettext("Signed in now"), str(agenda.live_logins(session, at=at))),
        ),
        link=link_to(gettext("To the people"), "admin.people"),
    )


MAKERS: tuple[tuple[Role, Maker], ...] = (
    (Role.CANDIDATE, candidate),
    (Role.ORGANISER, organiser),
    (Role.LEADER, leader),
    (Role.MARKER, marker),
    (Role.LECTURER, lecturer),
    (Role.ANSWERER, answerer),
    (Role.UNIT_CONTACT, unit_contact),
    (Role.REVIEWER, reviewer),
    (Role.AUTHOR, author),
    (Role.ADMINISTRATOR, administrator),
)
