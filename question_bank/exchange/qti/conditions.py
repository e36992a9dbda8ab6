"""Response processing of QTI 1.2 (in plain names): which answers score, by what the conditions compare."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from question_bank.errors import N_
from question_bank.exchange.qti.refusals import NotHeld
from question_bank.exchange.qti.values import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NO_KEY = N_("The file does not say which answer is right (a survey, or marked by a person).")
UNEQUAL = N_("Several answers earn different marks in the file; no kind here holds that.")
_LIMITS = {"vargt": "low", "vargte": "low", "varlt": "high", "varlte": "high"}
_MOST_TRIED = 8
_MOST_CONDITIONS = 1000
_FULL = Decimal(100)


@dataclass(frozen=True)
class Range:
    """Numbers that are right, both ends included; ``target`` is the one the file names, if it names one."""

    low: Decimal
    high: Decimal
    target: Decimal | None = None


class Conditions:
    """The ``respcondition`` of one item that change a score."""

    def __init__(self, item: Any) -> None:
        """Take the item; conditions that only show feedback are left aside."""
        found = [each for each in item.iter("respcondition") if each.find("conditionvar") is not None]
        if len(found) > _MOST_CONDITIONS:
            raise NotHeld(N_("It has more conditions than a question can need."))
        self._all = found
        self._bare = [each for each in found if each.find("setvar") is None and each.find("displayfeedback") is None]
        self._scoring = [(each.find("conditionvar"), points, each) for each in found if (points := _points(each))]

    def right_options(self, name: str, options: Sequence[str], *, several: bool) -> tuple[str, ...]:
        """Return the right options of one response; raise ``NotHeld`` when they cannot be told."""
        if len(options) > len(ascii_uppercase):
            raise NotHeld(N_("There are more than 26 options."))
        if not several:
            scores = {option: self.score({name: (option,)}) for option in options}
            best = [option for option, score in scores.items() if score == max(scores.values()) > 0]
            if any(0 < score < max(scores.values()) for score in scores.values()):
                raise NotHeld(UNEQUAL)
            if len(best) > 1:
                raise NotHeld(N_("Several options of a single choice are right."))
            return tuple(best)
        named = self._named(name)
        right = tuple(option for option in options if option in named)
        if right and self.score({name: right}) > 0:
            return right
        if len(options) > _MOST_TRIED:
            raise NotHeld(NO_KEY)
        tried = [c for size in range(1, len(options) + 1) for c in combinations(options, size)]
        scored = {chosen: self.score({name: chosen}) for chosen in tried}
        best_sets = [chosen for chosen, score in scored.items() if score == max(scored.values()) > 0]
        return best_sets[0] if len(best_sets) == 1 else ()

    def first_named(self, name: str) -> str:
        """Return what the first condition about a response compares it with, whether it scores or not."""
        equal = (each for condition in self._all for each in condition.iter("varequal"))
        return next((_text(each) for each in equal if each.get("respident") == name and not _is_denied(each)), "")

    def right_order(self, name: str) -> tuple[str, ...]:
        """Return the options in the order a scoring condition names them."""
        for condition, points, _ in self._scoring:
            found = [_text(each) for each in condition.iter("varequal") if each.get("respident") == name]
            if points > 0 and len(found) > 1:
                return tuple(found)
        return ()

    def accepted(self, name: str, *, unequal: bool = False) -> tuple[str, ...]:
        """Return the texts that score in a blank; raise ``NotHeld`` when they earn unequal marks and may not."""
        points: dict[str, Decimal] = {}
        for condition, earned, _ in self._scoring:
            for each in condition.iter("varequal", "varsubset", "varsubstring"):
                if earned > 0 and each.get("respident") == name and not _is_denied(each) and _text(each):
                    points[_text(each)] = max(points.get(_text(each), Decimal(0)), earned)
        if len(set(points.values())) > 1 and not unequal:
            raise NotHeld(UNEQUAL)
        return tuple(points) or self._unscored(name)

    def ranges(self, name: str) -> list[Range]:
        """Return the numbers that score in a response."""
        about = [condition for condition, earned, _ in self._scoring if earned > 0 and _is_about(condition, name)]
        found = [_range_of(condition, name) for condition in about]
        return list(dict.fromkeys(each for each in found if each is not None))

    def has_partial(self, name: str) -> bool:
        """Whether some answers of a response take marks off."""
        return any(earned < 0 and _is_about(condition, name) for condition, earned, _ in self._scoring)

    def feedback(self) -> set[str]:
        """Return the feedback that right answers link to."""
        return {
            link.get("linkrefid", "")
            for _, earned, element in self._scoring
            if earned > 0
            for link in element.iter("displayfeedback")
        }

    def score(self, given: Mapping[str, Sequence[str]]) -> Decimal:
        """Return the score of these answers: sums over the conditions that hold, or what the last ``Set`` gave."""
        total = Decimal(0)
        for condition, points, element in self._scoring:
            if not all(_holds(each, given) for each in condition):
                continue
            action = _setvar(element).get("action", "Set").lower()
            total = points if action == "set" else total + points
            if action == "set" and element.get("continue", "").lower() == "no":
                break
        return total

    def _unscored(self, name: str) -> tuple[str, ...]:
        """Return the texts of conditions that neither score nor show anything: Blackboard lists answers so."""
        equal = [each for condition in self._bare for each in condition.iter("varequal")]
        texts = [_text(each) for each in equal if each.get("respident") == name and not _is_denied(each)]
        return tuple(dict.fromkeys(text for text in texts if text))

    def _named(self, name: str) -> set[str]:
        return {
            _text(each)
            for condition, earned, _ in self._scoring
            if earned > 0
            for each in condition.iter("varequal")
            if each.get("respident") == name and not _is_denied(each)
        }


def _setvar(condition: Any) -> Any:
    found = condition.findall("setvar")
    scores = [each for each in found if "score" in (each.get("varname") or "SCORE").lower()]
    return (scores or found or [None])[0]


def _points(condition: Any) -> Decimal:
    """Return what a condition adds to the score; 0 when it adds nothing or a sum nobody can read."""
    setvar = _setvar(condition)
    if setvar is None:
        return Decimal(0)
    text = _text(setvar)
    points = _FULL if text.lower() in {"score.max", "score_max"} else number_of(text) or Decimal(0)
    return -points if setvar.get("action", "Set").lower() == "subtract" else points


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_denied(element: Any) -> bool:
    return sum(1 for above in element.iterancestors("not")) % 2 == 1


def _is_about(condition: Any, name: str) -> bool:
    return any(each.get("respident") == name for each in condition.iter())


def _holds(test: Any, given: Mapping[str, Sequence[str]]) -> bool:
    if test.tag == "and":
        return all(_holds(each, given) for each in test)
    if test.tag == "or":
        return any(_holds(each, given) for each in test)
    if test.tag == "not":
        return not any(_holds(each, given) for each in test)
    answers = given.get(test.get("respident", ""), ())
    if test.tag in {"varequal", "varsubset", "varsubstring"}:
        return _text(test) in answers
    return False


def _range_of(condition: Any, name: str) -> Range | None:
    """Return the numbers a condition lets pass: an equal number, limits, or both joined by ``or``."""
    limits: dict[str, Decimal] = {}
    target: Decimal | None = None
    for each in condition.iter():
        value = number_of(_text(each)) if isinstance(each.tag, str) and each.get("respident") == name else None
        if value is None or _is_denied(each):
            continue
        if each.tag == "varequal":
            target = value
        elif each.tag in _LIMITS:
            limits[_LIMITS[each.tag]] = value
    if {"low", "high"} <= set(limits):
        return Range(min(limits.values()), max(limits.values()), target)
    return None if target is None else Range(target, target, target)
