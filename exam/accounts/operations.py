"""Verbs on people: begin and end a login."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Login
from exam.accounts.secrets import new_token, token_hash

LOGIN_LASTS = timedelta(hours=12)


def begin_login(
    session: Session, person_id: int, *, device: str, at: datetime, roster_entry_id: int | None = None
) -> str:
    """Record a login of somebody who has proved who they are; returns the token for the cookie, known nowhere else."""
    token = new_token()
    session.add(
        Login(
            token_hash=token_hash(token),
            person_id=person_id,
            roster_entry_id=roster_entry_id,
            began_at=at,
            expires_at=at + LOGIN_LASTS,
            device=device[:200],
        )
    )
    session.flush()
    audit.record(
        session,
        "login.began",
        f"person:{person_id}",
        by=person_id,
        at=at,
        detail={"ticket": roster_entry_id is not None},
    )
    return token


def end_login(session: Session, login_id: int, *, at: datetime) -> None:
    """End one login; its cookie is worth nothing from now on."""
    session.execute(update(Login).where(Login.id == login_id, Login.ended_at.is_(None)).values(ended_at=at))


def end_logins_of(session: Session, person_id: int, *, by: int | None, at: datetime) -> None:
    """End every login of a person (password changed, person disabled, phone lost)."""
    session.execute(update(Login).where(Login.person_id == person_id, Login.ended_at.is_(None)).values(ended_at=at))
    audit.record(session, "logins.ended", f"person:{person_id}", by=by, at=at)
