"""Where prints lie in the data folder: for each job a folder with its pieces while it is made, and its file after."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = "printouts"
KEPT = timedelta(days=30)
"""Longer than that no file is offered; it is made again from the same papers whenever it is wanted."""


def folder_of(data: Path, job_id: int) -> Path:
    return data / FOLDER / str(job_id)


def finished(data: Path, job_id: int) -> Path:
    """The file of a finished job; it may be gone."""
    return folder_of(data, job_id) / "print.pdf"


def clear_old(data: Path, *, at: datetime) -> None:
    """Throw away what is older than `KEPT`, whatever became of it."""
    for folder in (data / FOLDER).glob("*"):
        if folder.is_dir() and folder.stat().st_mtime < (at - KEPT).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def drop(data: Path, job_id: int) -> None:
    """Throw away the file of a job."""
    shutil.rmtree(folder_of(data, job_id), ignore_errors=True)
