"""The pictures of the bank for those who write files: asked for one by one, for few questions name any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from question_bank.queries import pictures_by_digest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from question_bank.pictures import Album, Picture


def album_of(session: Session) -> Album:
    """Return what gives the kept picture of a digest, and None for one that is not kept."""

    def picture(digest: str) -> Picture | None:
        return pictures_by_digest(session, [digest]).get(digest)

    return picture
