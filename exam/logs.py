"""The product's own log: one JSON object a line on standard error, without answers, names or keys.

What an exception says may hold what somebody has written ("invalid literal: …"), and a variable certainly may. So of an
exception only its kind, the places in the code and words of our own or of the system are written down.
"""

import logging
import sys
import traceback
from typing import Any

from question_bank.errors import DomainError

PLACES = 12
"""Places in the code, at most, the innermost ones."""


class Log:
    """structlog is loaded when there is something to write."""

    def __init__(self) -> None:
        self._writer: Any = None

    def exception(self, event: str, **values: Any) -> None:
        """Write down the exception being handled, with what it happened to."""
        self._write("error", event, {**values, **described(sys.exc_info()[1])})

    def warning(self, event: str, **values: Any) -> None:
        """Write down what somebody should look at some day."""
        self._write("warning", event, values)

    def _write(self, level: str, event: str, values: dict[str, Any]) -> None:
        if self._writer is None:
            self._writer = _structlog()
        getattr(self._writer, level)(event, **values)


def described(error: BaseException | None) -> dict[str, Any]:
    """Kind, cause, places and, where they are harmless, words of an exception."""
    if error is None:
        return {}
    cause = error.__cause__ or error.__context__
    frames = traceback.extract_tb(error.__traceback__)[-PLACES:]
    told: dict[str, Any] = {
        "error": kind_of(error),
        "places": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if cause is not None:
        told["cause"] = kind_of(cause)
    words = harmless(error)
    return {**told, "words": words} if words else told


def kind_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def harmless(error: BaseException) -> str:
    """What it says in words that nobody has typed: a rule's sentence without its values, a system's reason."""
    if isinstance(error, DomainError):
        return error.template
    if isinstance(error, OSError):
        return error.strerror or ""
    inner = getattr(error, "orig", None)  # of the database: its code, and SQLite's words, which name columns only
    if inner is None:
        return ""
    code = getattr(inner, "sqlstate", None)
    return str(code) if code else str(inner) if "sqlite" in type(inner).__module__ else ""


def _short(file: str) -> str:
    parts = file.replace("\\", "/").split("/")
    return "/".join(parts[-3:])


class Handler(logging.Handler):
    """Takes what libraries log: their sentence without its values, and the exception as ours are described."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        level = "error" if record.levelno >= logging.ERROR else "warning"
        log._write(level, str(record.msg), {"logger": record.name, **described(error)})  # noqa: SLF001 -- same module


def set_up() -> None:
    """Let everything that a serving process logs go the same way, once."""
    root = logging.getLogger()
    if not any(isinstance(handler, Handler) for handler in root.handlers):
        root.addHandler(Handler(logging.WARNING))


def _structlog() -> Any:
    import structlog  # cold: most processes never have anything to say

    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.BoundLogger,
    )


log = Log()
