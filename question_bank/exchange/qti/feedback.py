"""Feedback of a QTI 2 or 3 item → the explanation: what is shown after the right answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from question_bank.errors import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from question_bank.exchange.qti.keys import Keys
    from question_bank.exchange.qti.texts import Texts
    from question_bank.exchange.qti.values import Value

TAGS = ("modalFeedback", "feedbackBlock", "feedbackInline")
NOT_ALL_KEPT = N_("Feedback for other answers than the right one is not kept.")
_GOOD = re.compile(r"(?<!in)(?<!not)correct|right|richtig|solution|answer|explan|rationale|general|all", re.IGNORECASE)
_BAD = re.compile(r"incorrect|wrong|false|falsch|partial|not|hint", re.IGNORECASE)
_EMPTY_WORDS = re.compile(
    r"^(?:(?:yes|no|sorry)[,.!]? *)?(?:(?:that|it|this)(?:'s| is) *)?(?:not )?"
    r"(?:(?:in)?correct|right|wrong|true|false|yes|no|ok(?:ay)?|well done|good|great|richtig|falsch|"
    r"正确|回答正确|答对了|错误|对|错)(?: answer)?[\s.!。！]*$",
    re.IGNORECASE,
)


def explanation_of(item: Any, keys: Keys, texts: Texts) -> str:
    """Return the feedback shown after right answers, in its order; the rest is noted as a caution.

    Where the item's rules cannot be run, the names of the feedback decide.
    """
    found = list(item.iter(*TAGS))
    outcomes = keys.after_right_answers()
    kept: list[str] = []
    for element in found:
        text = texts.of(element, left_out=[each for each in element.iter(*TAGS) if each is not element])
        if not text or _EMPTY_WORDS.match(text):
            continue
        if _is_shown(element, outcomes, alone=len(found) == 1):
            kept.append(text)
        else:
            keys.note(NOT_ALL_KEPT)
    return "\n".join(dict.fromkeys(kept))


def _is_shown(element: Any, outcomes: Mapping[str, Value] | None, *, alone: bool) -> bool:
    """Whether feedback is shown after right answers: by the rules, else by its name; ``alone`` it needs no name."""
    name, identifier = element.get("outcomeIdentifier", ""), element.get("identifier", "")
    if outcomes is not None and name in outcomes and not outcomes[name].is_null:
        holds = identifier in outcomes[name].items
        return bool(holds == (element.get("showHide", "show") == "show"))
    return (alone or bool(_GOOD.search(identifier))) and not _BAD.search(identifier)
