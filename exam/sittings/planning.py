"""Verbs on sittings: lay them into a stop, issue their papers, open, close, release."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from exam import audit, keys
from exam.accounts.models import Unit
from exam.papers.models import Paper, PaperSet, Specification
from exam.sittings import queries
from exam.sittings.earlier import circumstances_of
from exam.sittings.models import (
    Assignment,
    Attempt,
    AttemptStatus,
    Sitting,
    SittingPaperSet,
    SittingSpecification,
    SittingStatus,
)
from exam.sittings.window import LATE_ENTRY, advance, shifted
from exam.tours import timetable
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Audience
from question_bank.errors import N_, NotAllowed, Shortage


def plan_sittings(
    session: Session, stop: Stop, *, late_entry: timedelta = LATE_ENTRY, by: int | None, at: datetime
) -> list[Sitting]:
    """Both sittings of a stop at their places on its run sheet; those not yet open follow when the stop has moved.

    A window is `late_entry` longer than its place, so that who begins a little late has full time.
    """
    known = {sitting.paper_kind: sitting for sitting in queries.sittings_of(session, stop.id)}
    for kind, (opens_at, ends_at) in timetable.windows(stop.starts_at, stop.ends_at, stop.day_order).items():
        sitting = known.get(kind)
        if sitting is None:
            sitting = Sitting(stop_id=stop.id, paper_kind=kind, status=SittingStatus.PLANNED)
            session.add(sitting)
            known[kind] = sitting
        if sitting.status is SittingStatus.PLANNED:
            sitting.opens_at, sitting.closes_at = opens_at, ends_at + late_entry
    session.flush()
    planned = sorted(known.values(), key=lambda sitting: sitting.opens_at)
    detail = {str(sitting.paper_kind): sitting.opens_at.isoformat() for sitting in planned}
    audit.record(session, "sittings.planned", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return planned


def issue_papers(
    session: Session,
    sitting: Sitting,
    *,
    seed: int,
    spares: int = 2,
    by: int | None,
    at: datetime,
    on: date | None = None,
) -> list[PaperSet]:
    """One set of papers per audience in the roster, assigned by seat; `on` is the day questions must be valid.

    Called again with the same seed it keeps everything and gives spare papers to those who have none yet.
    With another seed it makes all papers anew. Raises NotAllowed when a candidate has begun, papers have been
    printed or no specification fits, Shortage when the bank or the spare papers do not suffice.
    """
    stop = sitting.stop
    by_audience = _roster(session, stop)
    if not by_audience:
        raise NotAllowed(N_("The roster is empty, so there is nobody to issue papers to."))
    kept = _kept_sets(session, sitting, seed=seed)
    for audience, entries in by_audience.items():
        if audience not in kept:
            day = on or sitting.opens_at.date()
            made = _assemble(session, sitting, audience, entries, spares=spares, seed=seed, on=day, by=by, at=at)
            session.add(SittingPaperSet(sitting_id=sitting.id, audience=audience, paper_set_id=made.id))
            kept[audience] = made
        _assign(session, sitting, kept[audience], entries)
    session.flush()
    session.expire(sitting, ["paper_sets"])
    detail = {"seed": seed, "sets": {str(audience): made.id for audience, made in kept.items()}}
    audit.record(session, "papers.issued", f"sitting:{sitting.id}", by=by, at=at, detail=detail)
    return list(kept.values())


def rehearse(session: Session, sitting: Sitting, *, seed: int, spares: int = 2, on: date | None = None) -> None:
    """Draw in a reading session what `issue_papers` with the same arguments would draw, and keep nothing.

    Counting out a specification takes seconds the first time a process does it; rehearsed, the writers' lock is
    held for a fraction of that. Raises what the real thing would raise for the draw.
    """
    from exam.papers.drawing import draw  # scipy, as in _assemble

    known = {link.audience for link in sitting.paper_sets if link.paper_set.seed == seed}
    for audience, entries in _roster(session, sitting.stop).items():
        if audience not in known:
            draw(
                session,
                specification_of(session, sitting, audience),
                count=len(entries),
                spares=spares,
                seed=seed,
                host_unit_code=session.scalar(select(Unit.code).where(Unit.id == sitting.stop.unit_id)),
                audience=audience,
                on=on or sitting.opens_at.date(),
                circumstances=circumstances_of(session, sitting, entries),
            )


def open_sitting(session: Session, sitting: Sitting, *, by: int | None, at: datetime) -> None:
    """Let candidates begin. Opened late, the whole window moves, so that nobody loses time.

    Raises NotAllowed when it has been opened before or its papers are not issued.
    """
    status = advance(sitting.status, SittingStatus.OPEN)
    if not session.scalar(select(func.count()).where(Assignment.sitting_id == sitting.id)):
        raise NotAllowed(N_("The papers of this sitting have not been issued yet."))
    window = sitting.window if at <= sitting.opens_at else shifted(sitting.window, at)
    sitting.status, sitting.opens_at, sitting.closes_at = status, window.opens_at, window.closes_at
    keys.rescue_key(session, at=at)  # candidates' pages seal to it what they cannot send
    detail = {"opens_at": window.opens_at.isoformat(), "closes_at": window.closes_at.isoformat()}
    _note(session, sitting, "sitting.opened", by=by, at=at, detail=detail)


def close_sitting(session: Session, sitting: Sitting, *, by: int | None, at: datetime) -> None:
    """Let nobody begin any more. Raises NotAllowed while candidates are writing or the sitting stands still."""
    status = advance(sitting.status, SittingStatus.CLOSED)
    if queries.pause_of(session, sitting.id) is not None:
        raise NotAllowed(N_("The sitting stands still; let it go on before it is closed."))
    writing = session.scalar(
        select(func.count(Attempt.id))
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(Assignment.sitting_id == sitting.id, Attempt.status == AttemptStatus.STARTED)
    )
    if writing:
        raise NotAllowed(N_("%(count)s candidates are still writing."), count=writing)
    sitting.status = status
    _note(session, sitting, "sitting.closed", by=by, at=at)


def release(session: Session, sitting: Sitting, *, by: int | None, at: datetime) -> None:
    """Let candidates see their results. Raises NotAllowed unless the sitting is closed."""
    sitting.status = advance(sitting.status, SittingStatus.RELEASED)
    sitting.released_at = at
    _note(session, sitting, "sitting.released", by=by, at=at)


def _note(
    session: Session,
    sitting: Sitting,
    action: str,
    *,
    by: int | None,
    at: datetime,
    detail: dict[str, str] | None = None,
) -> None:
    session.flush()
    audit.record(session, action, f"sitting:{sitting.id}", by=by, at=at, detail=detail)


def _roster(session: Session, stop: Stop) -> dict[Audience, list[RosterEntry]]:
    entries = session.scalars(select(RosterEntry).where(RosterEntry.stop_id == stop.id).order_by(RosterEntry.seat))
    by_audience: dict[Audience, list[RosterEntry]] = {}
    for entry in entries:
        by_audience.setdefault(entry.audience, []).append(entry)
    return by_audience


def _kept_sets(session: Session, sitting: Sitting, *, seed: int) -> dict[Audience, PaperSet]:
    """The sets already made with this seed; sets of another seed are taken back unless begun or printed."""
    links = session.scalars(select(SittingPaperSet).where(SittingPaperSet.sitting_id == sitting.id)).all()
    if all(link.paper_set.seed == seed for link in links):
        return {link.audience: link.paper_set for link in links}
    if queries.has_begun(session, sitting.id):
        raise NotAllowed(N_("A candidate has begun, so the papers can no longer be exchanged."))
    if any(link.paper_set.printed_at for link in links):
        raise NotAllowed(N_("The papers have been printed, so they can no longer be exchanged."))
    session.execute(delete(Assignment).where(Assignment.sitting_id == sitting.id))
    session.execute(delete(SittingPaperSet).where(SittingPaperSet.sitting_id == sitting.id))
    return {}


def _assemble(
    session: Session,
    sitting: Sitting,
    audience: Audience,
    entries: Sequence[RosterEntry],
    *,
    spares: int,
    seed: int,
    on: date,
    by: int | None,
    at: datetime,
) -> PaperSet:
    # scipy comes with it: half a second and 60 MB that the process serving candidates does not need
    from exam.papers.operations import assemble

    return assemble(
        session,
        specification_of(session, sitting, audience),
        count=len(entries),
        spares=spares,
        seed=seed,
        host_unit_code=session.scalar(select(Unit.code).where(Unit.id == sitting.stop.unit_id)),
        audience=audience,
        on=on,
        circumstances=circumstances_of(session, sitting, entries),
        by=by,
        at=at,
    )


def choose_specification(
    session: Session,
    sitting: Sitting,
    audience: Audience,
    specification: Specification | None,
    *,
    by: int | None,
    at: datetime,
) -> None:
    """Say by which specification the papers of an audience are made; None leaves it to the rule (`fitting`).

    Papers made already stay until they are made anew. Raises NotAllowed once somebody has begun or the papers are
    printed, and for a specification that does not fit this paper, audience and time.
    """
    if sitting.status is not SittingStatus.PLANNED or queries.has_begun(session, sitting.id):
        raise NotAllowed(N_("The paper is open or somebody has begun, so its specification stays as it is."))
    versions = queries.versions_for(session, sitting.paper_kind)
    if specification is not None and specification not in suiting(versions, audience, sitting):
        raise NotAllowed(
            N_("The specification %(name)s is not in use, or does not fit this paper, audience or time."),
            name=specification.name,
        )
    session.execute(
        delete(SittingSpecification).where(
            SittingSpecification.sitting_id == sitting.id, SittingSpecification.audience == audience
        )
    )
    if specification is not None:
        row = SittingSpecification(sitting_id=sitting.id, audience=audience, specification_id=specification.id)
        session.add(row)
    session.flush()
    detail = {"audience": audience, "specification": specification.id if specification else None}
    audit.record(session, "specification.chosen", f"sitting:{sitting.id}", by=by, at=at, detail=detail)


def suiting(versions: Sequence[Specification], audience: Audience, sitting: Sitting) -> list[Specification]:
    """Those of `versions` by which papers of this audience can be made at this sitting."""
    return [each for each in versions if _fits(each, audience, sitting.closes_at - sitting.opens_at)]


def specification_of(session: Session, sitting: Sitting, audience: Audience) -> Specification:
    """By which specification papers are made: the one chosen, else the one that fits. Raises NotAllowed for none."""
    chosen = queries.chosen_specifications(session, sitting.id).get(audience)
    if chosen is not None:
        return chosen
    candidates = queries.specifications_for(session, sitting.paper_kind)
    return fitting(candidates, audience, sitting.closes_at - sitting.opens_at)


def _fits(specification: Specification, audience: Audience, length: timedelta) -> bool:
    return specification.audience in {audience, None} and timedelta(minutes=specification.minutes) <= length


def fitting(candidates: Sequence[Specification], audience: Audience, length: timedelta) -> Specification:
    """The audience's own specification before one for everybody, then the longest that fits into `length`.

    Raises NotAllowed when there is none.
    """
    possible = [each for each in candidates if _fits(each, audience, length)]
    if not possible:
        raise NotAllowed(
            N_("No specification in use fits %(audience)s and %(minutes)s minutes."),
            audience=audience,
            minutes=int(length.total_seconds() // 60),
        )
    return max(possible, key=lambda each: (each.audience is audience, each.minutes))


def _assign(session: Session, sitting: Sitting, made: PaperSet, entries: Sequence[RosterEntry]) -> None:
    """Give each entry without a paper the next free one: the set's own papers by seat, then its spares."""
    rows = session.execute(
        select(Assignment.roster_entry_id, Assignment.paper_id).where(Assignment.sitting_id == sitting.id)
    )
    given: dict[int, int] = dict(iter(rows))
    papers = session.scalars(
        select(Paper.id).where(Paper.paper_set_id == made.id).order_by(Paper.spare, Paper.position)
    )
    free = [paper for paper in papers if paper not in set(given.values())]
    waiting = [entry for entry in entries if entry.id not in given]
    if len(waiting) > len(free):
        raise Shortage(
            N_("There are %(free)s spare papers for %(waiting)s more candidates."),
            free=len(free),
            waiting=len(waiting),
        )
    for entry, paper_id in zip(waiting, free, strict=False):
        session.add(Assignment(sitting_id=sitting.id, roster_entry_id=entry.id, paper_id=paper_id))
    session.flush()
