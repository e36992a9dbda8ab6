"""Files between being sent and being taken into the bank: kept in the data folder under names of our own.

What the sender called a file is shown, and never used as a path.
"""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from question_bank.errors import N_, NotFound
from question_bank.exchange.formats import format_named
from question_bank.exchange.reading import FileReading

FOLDER = "imports"
"""Their folder in the data folder."""
KEPT = timedelta(days=7)
_TOKEN = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 120


@dataclass(frozen=True)
class Upload:
    """A file somebody sent: our name for it, theirs, its format, the topic for rows without one, who and when.

    `folder` is where it is kept.
    """

    folder: Path
    token: str
    name: str
    format: str
    topic: str
    by: int
    at: str

    def reading(self) -> FileReading:
        """Read the file again; raises Invalid when it no longer reads, NotFound when it is gone."""
        try:
            data = (self.folder / f"{self.token}.bin").read_bytes()
        except FileNotFoundError as error:
            raise NotFound(N_("This file is no longer kept. Send it again.")) from error
        return format_named(self.format).read(data, topic=self.topic)


def keep(folder: Path, data: bytes, *, name: str, format_name: str, topic: str, by: int, at: datetime) -> Upload:
    """Put a file away in `folder` for a week, and clear away what is older."""
    upload = Upload(folder, secrets.token_hex(16), name[-_LONGEST_NAME:], format_name, topic, by, at.isoformat())
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder, at)
    record = {name: value for name, value in asdict(upload).items() if name != "folder"}
    (folder / f"{upload.token}.bin").write_bytes(data)
    (folder / f"{upload.token}.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return upload


def by_token(folder: Path, token: str) -> Upload:
    """The upload of that name in `folder`; NotFound when there is none."""
    if not _TOKEN.fullmatch(token):
        raise NotFound(N_("This file is no longer kept. Send it again."))
    try:
        return Upload(folder, **json.loads((folder / f"{token}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise NotFound(N_("This file is no longer kept. Send it again.")) from error


def _clear(folder: Path, at: datetime) -> None:
    for record in folder.glob("*.json"):
        try:
            sent = datetime.fromisoformat(json.loads(record.read_text(encoding="utf-8"))["at"])
        except (OSError, ValueError, KeyError):
            continue
        if at - sent > KEPT:
            record.with_suffix(".bin").unlink(missing_ok=True)
            record.unlink(missing_ok=True)
