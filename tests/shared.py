"""What every process of one run of the tests needs and only one of them makes."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

LONGEST = 300.0
"""Seconds that a process waits for another to make it."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` that `make` filled: in the process of this run that asked first; the others wait for it.

    To be read and copied, never written to. Raises what `make` raised, in the other processes RuntimeError.
    """
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    ready, failed = folder.with_suffix(".ready"), folder.with_suffix(".failed")
    try:
        folder.mkdir()
    except FileExistsError:
        _wait(ready, failed)
        return folder
    try:
        make(folder)
    except BaseException:
        failed.touch()
        raise
    ready.touch()
    return folder


def _wait(ready: Path, failed: Path) -> None:
    began = time.monotonic()
    while not ready.exists():
        if failed.exists() or time.monotonic() - began > LONGEST:
            raise RuntimeError(f"{ready.stem} could not be made by the process that began it")
        time.sleep(0.05)
