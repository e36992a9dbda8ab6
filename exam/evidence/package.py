"""A stop's evidence as one file: made from a snapshot of the database, signed with the site's key."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from exam import audit, database, keys
from exam.evidence import container
from exam.evidence.gathering import Gathered, gather
from exam.evidence.log import log_of, subjects_of
from exam.evidence.models import Direction, Transfer
from exam.evidence.writing import Row, canonical, lines, sha256
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting, SittingStatus
from exam.tours.models import Stop
from question_bank.errors import N_, NotAllowed

FORMAT = "liangjuan-evidence"
VERSION = 1
EVIDENCE = "evidence"
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
OVER = frozenset({SittingStatus.CLOSED, SittingStatus.RELEASED})


def is_over(session: Session, stop: Stop) -> bool:
    """Whether no paper of the stop can be written any more."""
    statuses = session.scalars(select(Sitting.status).where(Sitting.stop_id == stop.id)).all()
    writing = session.scalar(
        select(Attempt.id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(Sitting.stop_id == stop.id, Attempt.status == AttemptStatus.STARTED)
        .limit(1)
    )
    return bool(statuses) and writing is None and all(status in OVER for status in statuses)


def made_before(session: Session, stop_id: int) -> Sequence[Transfer]:
    """The packages of evidence made of a stop, the newest first."""
    made = select(Transfer).where(Transfer.stop_id == stop_id, Transfer.direction == Direction.OUT)
    return [each for each in session.scalars(made.order_by(Transfer.id.desc())) if each.detail.get("what") == EVIDENCE]


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A reading session in which all queries see the same moment."""
    if engine.dialect.name == "sqlite":
        with database.reading(engine) as session:
            yield session
        return
    with Session(engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)) as session:
        yield session


def members_of(session: Session, stop: Stop) -> tuple[Gathered, dict[str, bytes]]:
    """What the stop's package holds, by member; read in `session`, which should be a snapshot.

    Raises NotAllowed while a paper of the stop can still be written.
    """
    if not is_over(session, stop):  # it holds answers and keys
        raise NotAllowed(N_("Evidence is packed once all papers of the stop are over."))
    found = gather(session, stop)
    files = {f"{name}.jsonl": lines(rows) for name, rows in found.tables.items()}
    subjects = subjects_of(found.ids, found.tables)
    own = frozenset(each for each in subjects if each.partition(":")[0] in {"stop", "sitting", "paper_set", "attempt"})
    files["log.jsonl"] = lines(log_of(session, subjects, own))
    return found, files


def packed(session: Session, found: Gathered, files: dict[str, bytes], *, by: int | None, at: datetime) -> bytes:
    """Sign what was gathered, and leave a trace of it; `session` writes."""
    members = [container.deflated(name, content) for name, content in sorted(files.items())]
    manifest = canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "software": version("liangjuan"),
            "made_at": at,
            "made_by": by,
            "stop": found.stop | {"id": found.ids.stop},
            "members": {each.name: _told(each, files[each.name]) for each in members},
        }
    )
    public, signature = keys.sign(session, manifest, at=at)
    signed = canonical({"algorithm": "Ed25519", "public": public, "signature": signature})
    file = container.write([*members, container.stored(MANIFEST, manifest), container.stored(SIGNATURE, signed)])
    _note(session, found.ids.stop, file, by=by, at=at)
    return file


def _told(member: container.Member, content: bytes) -> Row:
    return {"bytes": member.size, "sha256": sha256(content), "packed": member.packed, "rows": content.count(b"\n")}


def _note(session: Session, stop_id: int, file: bytes, *, by: int | None, at: datetime) -> None:
    detail: dict[str, Any] = {"what": EVIDENCE, "bytes": len(file), "sha256": sha256(file)}
    session.add(
        Transfer(stop_id=stop_id, direction=Direction.OUT, digest=detail["sha256"], at=at, by=by, detail=detail)
    )
    session.flush()
    audit.record(session, "evidence.packed", f"stop:{stop_id}", by=by, at=at, detail=detail)


def make(engine: Engine, stop_id: int, *, by: int | None, at: datetime) -> bytes:
    """The package of a finished stop. It is read in one transaction and signed in another, which is short.

    Raises NotAllowed while a paper can still be written.
    """
    with snapshot(engine) as session:
        found, files = members_of(session, session.get_one(Stop, stop_id))
    with database.writing(engine) as session:
        return packed(session, found, files, by=by, at=at)
