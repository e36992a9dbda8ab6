"""Feedback of other systems → one explanation that teaches. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from question_bank.errors import N_, Problem
from question_bank.kinds.base import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = 40


def explained(general: str, remarks: Iterable[tuple[str, str]], cautions: list[Problem]) -> str:
    """Return the feedback for everybody, then on a line each what is said to one answer: ``【甲】为什么不是``.

    ``remarks`` are pairs of an answer's text and its feedback; letters are not named, for every paper letters the
    options anew. What does not fit into an explanation is cut, which is noted among ``cautions``.
    """
    lines = [general.strip()] if general.strip() else []
    for name, feedback in remarks:
        text = feedback.strip()
        if text:
            short = " ".join(name.split())
            short = short if len(short) <= _NAME else short[: _NAME - 1] + "…"
            lines.append(f"【{short}】{text}" if short else text)
    whole = "\n".join(dict.fromkeys(lines))
    if len(whole) > MAX_TEXT:
        cautions.append(
            Problem("explanation", N_("The feedback is longer than an explanation; it is cut."), warning=True)
        )
        return whole[: MAX_TEXT - 1] + "…"
    return whole
