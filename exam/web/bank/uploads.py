"""The files of questions people send, in this application's data folder."""

from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from exam.bank_import import files
from exam.bank_import.files import Upload


def keep(data: bytes, *, name: str, format_name: str, topic: str, by: int, at: datetime) -> Upload:
    """Put a file away for a week, and clear away what is older."""
    return files.keep(_folder(), data, name=name, format_name=format_name, topic=topic, by=by, at=at)


def by_token(session: Session, token: str) -> Upload:
    """The upload of that name; NotFound when there is none."""
    del session
    return files.by_token(_folder(), token)


def _folder() -> Path:
    data: Path = current_app.extensions["liangjuan"].data
    return data / files.FOLDER
