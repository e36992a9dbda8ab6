"""通报 as rows: drafted, edited, made final with their figures, issued again in a later version, published.

A draft shows the figures as they are now. When it is made final they are frozen with the rule they were counted by, and
nothing that happens to a mark afterwards changes them: a correction brings a new version with a note.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Unit
from exam.accounts.roles import UnitCategory
from exam.reports import queries
from exam.reports.bulletin.composing import FIRST_CLOSING, Texts, compose, first_opening, first_recipients, first_title
from exam.reports.bulletin.figures import Facts, Occasion, gather
from exam.reports.bulletin.parts import Paper
from exam.reports.comparison import Measure, counted
from exam.reports.models import Bulletin, BulletinStatus
from exam.reports.queries import Report, Scope
from exam.tours.models import Purpose, Stop, StopStatus, Tour
from question_bank.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Problem

OFFICE = "招商引资工作领导小组办公室"
"""Who issues a bulletin where nobody has said otherwise, behind the county's name."""
REMARK = re.compile("（.*?）")
"""A county's name may say behind itself what it is, which a letterhead does not."""
REQUIRED = N_("Fill this in.")
LENGTHS = {
    "title": 200,
    "document_number": 80,
    "issuer": 120,
    "recipients": 400,
    "opening": 2000,
    "closing": 2000,
    "copies": 400,
    "note": 500,
}
MARKS = {BulletinStatus.DRAFT: "征求意见稿", BulletinStatus.FINAL: "", BulletinStatus.REPLACED: "本版已被新版替代"}


@dataclass(frozen=True)
class Subject:
    """What a bulletin is about: a tour, or one stop of it."""

    tour_id: int
    stop_id: int | None
    name: str


def bulletin_by_id(session: Session, bulletin_id: int) -> Bulletin:
    """Raises NotFound."""
    found = session.get(Bulletin, bulletin_id)
    if found is None:
        raise NotFound(N_("This bulletin does not exist."))
    return found


def published_bulletin(session: Session, bulletin_id: int) -> Bulletin:
    """One that everybody may read. Raises NotFound for others."""
    found = bulletin_by_id(session, bulletin_id)
    if not found.to_public or found.status is BulletinStatus.DRAFT:
        raise NotFound(N_("This bulletin does not exist."))
    return found


def bulletins(session: Session, *, published: bool = False) -> Sequence[Bulletin]:
    """All of them, the latest first; `published`: those in force that everybody may read."""
    wanted = select(Bulletin).order_by(Bulletin.made_at.desc(), Bulletin.id.desc())
    if published:
        wanted = wanted.where(Bulletin.to_public, Bulletin.status == BulletinStatus.FINAL)
    return session.scalars(wanted).all()


def versions_of(session: Session, bulletin: Bulletin) -> Sequence[Bulletin]:
    """Every version of the same bulletin, the latest first."""
    wanted = select(Bulletin).where(Bulletin.series == bulletin.series).order_by(Bulletin.version.desc())
    return session.scalars(wanted).all()


def subject_of(session: Session, *, tour_id: int | None = None, stop_id: int | None = None) -> Subject:
    """A tour, or a stop with its tour. Raises NotFound."""
    if stop_id is not None:
        stop = session.get(Stop, stop_id)
        if stop is None:
            raise NotFound(N_("This stop does not exist."))
        return Subject(stop.tour_id, stop.id, f"{stop.tour.name}第{stop.number}场（{stop.unit.name}）")
    tour = session.get(Tour, tour_id)
    if tour is None:
        raise NotFound(N_("This tour does not exist."))
    return Subject(tour.id, None, tour.name)


def draft(
    session: Session,
    subject: Subject,
    *,
    measure: Measure = Measure.OVERALL,
    by: int | None,
    at: datetime,
    zone: tzinfo,
) -> Bulletin:
    """Begin a bulletin with the usual words around the figures; issuer and copies as in the bulletin before."""
    facts = live_facts(session, subject, measure, at=at, zone=zone)
    made = Bulletin(
        series=str(uuid.uuid4()),
        tour_id=subject.tour_id,
        stop_id=subject.stop_id,
        scope={"measure": measure.value, "name": subject.name},
        title=first_title(subject.name)[: LENGTHS["title"]],
        issuer=usual_issuer(session),
        recipients=first_recipients(facts)[: LENGTHS["recipients"]],
        copies=usual_copies(session),
        opening=first_opening(facts),
        closing=FIRST_CLOSING,
        rule={},
        figures={},
        made_at=at,
        made_by=by,
    )
    session.add(made)
    session.flush()
    _record(session, "bulletin.drafted", made, by=by, at=at, detail=made.scope)
    return made


def usual_issuer(session: Session) -> str:
    """Who issued the bulletin before; at first the county's own office."""
    before = session.scalar(select(Bulletin.issuer).order_by(Bulletin.made_at.desc(), Bulletin.id.desc()).limit(1))
    county = session.scalar(select(Unit.name).where(Unit.category == UnitCategory.COUNTY).limit(1))
    return before or f"{REMARK.sub('', county or '')}{OFFICE}"


def usual_copies(session: Session) -> str:
    """Who was sent a copy of the bulletin before; at first nobody."""
    before = select(Bulletin.copies).order_by(Bulletin.made_at.desc(), Bulletin.id.desc()).limit(1)
    return session.scalar(before) or ""


def edit(
    session: Session, bulletin: Bulletin, *, seen: int, by: int | None, at: datetime, names_public: bool, **texts: str
) -> Bulletin:
    """Change the words of a draft: title, document_number, issuer, recipients, opening, closing, copies, note.

    `seen` is the lock the person had before them. Raises NotAllowed for a final one, Conflict when somebody else was
    faster, Invalid without title, issuer or, from the second version on, a note.
    """
    _only_drafts(bulletin)
    if seen != bulletin.lock:
        raise Conflict(N_("Somebody else has changed this bulletin in the meantime."))
    kept = {name: text.replace("\r\n", "\n").strip()[: LENGTHS[name]] for name, text in texts.items()}
    needed = ("title", "issuer", *(("note",) if bulletin.version > 1 else ()))
    empty = [Problem(name, REQUIRED) for name in needed if name in kept and not kept[name]]
    if empty:
        raise Invalid(empty)
    changed = [name for name, text in kept.items() if getattr(bulletin, name) != text]
    for name, text in kept.items():
        setattr(bulletin, name, text)
    if bulletin.names_public != names_public:
        bulletin.names_public = names_public
        changed.append("names_public")
    session.flush()
    if changed:
        _record(session, "bulletin.edited", bulletin, by=by, at=at, detail={"changed": changed})
    return bulletin


def finalise(session: Session, bulletin: Bulletin, *, by: int | None, at: datetime, zone: tzinfo) -> Bulletin:
    """定稿: freeze figures and rule. An older version in force is replaced, and stays readable.

    Raises NotAllowed unless it is a draft with released, fully marked results.
    """
    _only_drafts(bulletin)
    report = report_of(session, bulletin)
    if not report.people:
        raise NotAllowed(N_("No results have been released yet: there is nothing to file."))
    if report.waiting:
        raise NotAllowed(N_("%(count)s answers still wait for a marker."), count=report.waiting)
    facts = _gathered(session, _subject(bulletin), report, at=at, zone=zone)
    bulletin.figures, bulletin.rule = facts.kept(), facts.rule.kept()
    bulletin.status, bulletin.final_at, bulletin.final_by = BulletinStatus.FINAL, at, by
    session.flush()
    session.execute(
        update(Bulletin)
        .where(
            Bulletin.series == bulletin.series,
            Bulletin.version < bulletin.version,
            Bulletin.status == BulletinStatus.FINAL,
        )
        .values(status=BulletinStatus.REPLACED)
    )
    detail = {"version": bulletin.version, "people": len(report.people)}
    _record(session, "bulletin.final", bulletin, by=by, at=at, detail=detail)
    return bulletin


def reissue(
    session: Session, bulletin: Bulletin, *, note: str, by: int | None, at: datetime, correction_id: int | None = None
) -> Bulletin:
    """A draft of the next version with the same words and a note of what is new; its figures are those of now.

    Raises NotAllowed for a draft, Conflict while there is a later version already, Invalid without a note.
    """
    if bulletin.status is BulletinStatus.DRAFT:
        raise NotAllowed(N_("This bulletin is still a draft; change it instead."))
    if not note.strip():
        raise Invalid([Problem("note", N_("Say what is new; the note stands below the title."))])
    if versions_of(session, bulletin)[0].id != bulletin.id:
        raise Conflict(N_("There is a later version of this bulletin already."))
    same = (
        "series",
        "tour_id",
        "stop_id",
        "scope",
        "title",
        "document_number",
        "issuer",
        "recipients",
        "opening",
        "closing",
        "copies",
    )
    made = Bulletin(
        **{name: getattr(bulletin, name) for name in (*same, "names_public", "to_public")},
        version=bulletin.version + 1,
        note=note.strip()[: LENGTHS["note"]],
        correction_id=correction_id,
        rule={},
        figures={},
        made_at=at,
        made_by=by,
    )
    session.add(made)
    session.flush()
    _record(session, "bulletin.reissued", made, by=by, at=at, detail={"version": made.version, "note": made.note})
    return made


def touched_by(session: Session, stop_ids: Sequence[int]) -> Sequence[Bulletin]:
    """Final bulletins in force whose figures hold results of these stops; for issuing them again after a correction."""
    tours = select(Stop.tour_id).where(Stop.id.in_(stop_ids))
    return session.scalars(
        select(Bulletin)
        .where(
            Bulletin.status == BulletinStatus.FINAL,
            Bulletin.stop_id.in_(stop_ids) | (Bulletin.stop_id.is_(None) & Bulletin.tour_id.in_(tours)),
        )
        .order_by(Bulletin.id)
    ).all()


def drafted_for(session: Session, correction_id: int) -> Sequence[Bulletin]:
    """The versions of bulletins that a correction brought about."""
    return session.scalars(select(Bulletin).where(Bulletin.correction_id == correction_id).order_by(Bulletin.id)).all()


def publish(session: Session, bulletin: Bulletin, *, to_public: bool, by: int | None, at: datetime) -> Bulletin:
    """Let everybody who signs in read it, or take it back. Raises NotAllowed for a draft."""
    if bulletin.status is BulletinStatus.DRAFT:
        raise NotAllowed(N_("A draft is not published: make it final first."))
    bulletin.to_public = to_public
    session.flush()
    _record(session, "bulletin.published" if to_public else "bulletin.withdrawn", bulletin, by=by, at=at, detail={})
    return bulletin


def discard(session: Session, bulletin: Bulletin, *, by: int | None, at: datetime) -> None:
    """Throw a draft away. Raises NotAllowed for a final one."""
    _only_drafts(bulletin)
    _record(session, "bulletin.discarded", bulletin, by=by, at=at, detail={"version": bulletin.version})
    session.delete(bulletin)
    session.flush()


def _only_drafts(bulletin: Bulletin) -> None:
    if bulletin.status is not BulletinStatus.DRAFT:
        raise NotAllowed(N_("This bulletin is final; a change needs a new version."))


def _record(
    session: Session, event: str, bulletin: Bulletin, *, by: int | None, at: datetime, detail: dict[str, Any]
) -> None:
    audit.record(session, event, f"bulletin:{bulletin.id}", by=by, at=at, detail=detail)


def facts_of(session: Session, bulletin: Bulletin, *, at: datetime, zone: tzinfo) -> Facts:
    """The frozen figures; of a draft those of now."""
    if bulletin.status is not BulletinStatus.DRAFT:
        return Facts.model_validate(bulletin.figures)
    return _gathered(session, _subject(bulletin), report_of(session, bulletin), at=at, zone=zone)


def live_facts(session: Session, subject: Subject, measure: Measure, *, at: datetime, zone: tzinfo) -> Facts:
    """The figures of now of a tour or stop: released results only."""
    scope = Scope(stop_id=subject.stop_id) if subject.stop_id else Scope(tour_id=subject.tour_id)
    return _gathered(session, subject, queries.report(session, scope, measure), at=at, zone=zone)


def report_of(session: Session, bulletin: Bulletin) -> Report:
    """The released results a bulletin is about, as they are now."""
    scope = Scope(stop_id=bulletin.stop_id) if bulletin.stop_id else Scope(tour_id=bulletin.tour_id)
    return queries.report(session, scope, Measure(bulletin.scope["measure"]))


def _subject(bulletin: Bulletin) -> Subject:
    return Subject(bulletin.tour_id or 0, bulletin.stop_id, bulletin.scope["name"])


def _gathered(session: Session, subject: Subject, report: Report, *, at: datetime, zone: tzinfo) -> Facts:
    return gather(
        _occasion(session, subject, report, zone=zone),
        measure=report.measure,
        people=counted(report.people),
        groups=report.groups,
        topics=report.topics,
        matrix=report.matrix,
        rule=report.rule,
        on=at.astimezone(zone).date(),
    )


def _occasion(session: Session, subject: Subject, report: Report, *, zone: tzinfo) -> Occasion:
    wanted = select(Stop.id, Stop.starts_at).where(Stop.purpose == Purpose.REGULAR, Stop.status != StopStatus.CANCELLED)
    limited = (
        wanted.where(Stop.id == subject.stop_id) if subject.stop_id else wanted.where(Stop.tour_id == subject.tour_id)
    )
    stops = session.execute(limited).all()
    there = {line.stop_id for line in report.people}
    days = sorted(starts_at.astimezone(zone).date() for stop_id, starts_at in stops if stop_id in there)
    first, last = (days[0], days[-1]) if days else (None, None)
    return Occasion(subject.name, len(days), len(stops), first, last)


def paper_of(bulletin: Bulletin, facts: Facts, *, today: date, zone: tzinfo) -> Paper:
    """The whole document: the words as they stand in the row, every figure from `facts`."""
    dated = bulletin.final_at.astimezone(zone).date() if bulletin.final_at else today
    texts = Texts(
        issuer=bulletin.issuer,
        recipients=bulletin.recipients,
        copies=bulletin.copies,
        number=bulletin.document_number,
        title=bulletin.title,
        opening=bulletin.opening,
        closing=bulletin.closing,
        note=bulletin.note,
        version=bulletin.version,
        names=bulletin.names_public,
        mark=MARKS[bulletin.status],
        dated=dated,
    )
    return compose(texts, facts)
