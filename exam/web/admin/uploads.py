"""Files that wait between a preview and the decision, under names nobody can guess, for a day at most."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from question_bank.errors import N_, NotFound

KEPT = timedelta(days=1)
_NAME = re.compile(r"[0-9a-f]{32}")


def keep(folder: Path, data: bytes, *, at: datetime) -> str:
    """Store `data` and return its name; what has waited too long is thrown away."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if datetime.fromtimestamp(old.stat().st_mtime, UTC) < at - KEPT:
            old.unlink(missing_ok=True)
    name = secrets.token_hex(16)
    (folder / name).write_bytes(data)
    (folder / name).chmod(0o600)
    return name


def kept(folder: Path, name: str) -> bytes:
    """What was stored under `name`. Raises NotFound when there is nothing any more."""
    if _NAME.fullmatch(name) and (folder / name).is_file():
        return (folder / name).read_bytes()
    raise NotFound(N_("The file is no longer kept. Upload it again."))


def forget(folder: Path, name: str) -> None:
    """Throw a file away that is no longer needed."""
    if _NAME.fullmatch(name):
        (folder / name).unlink(missing_ok=True)
