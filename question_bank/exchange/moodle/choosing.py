"""Choice, truth, matching and ordering of Moodle."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.moodle.texts import inner

if TYPE_CHECKING:
    from question_bank.exchange.moodle.texts import Texts

FULL = Decimal(100)
_NEAR = Decimal("0.01")
_YES = {"true", "1", "yes"}
_SEVERAL = {"multichoiceset", "oumultiresponse"}
"""Types in which every right option bears 100."""


class Unsupported(Invalid):
    """A question of a type we know, used in a way none of our kinds can hold."""


def unsupported(where: str, template: str, **params: object) -> Unsupported:
    """Return the exception for one reason."""
    return Unsupported([Problem(where, template, params)])


def fraction(answer: Any) -> Decimal:
    """Return what an answer earns, in percent; what is no number earns nothing."""
    try:
        found = Decimal(str(answer.get("fraction", "0")).strip().replace(",", ".") or "0")
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() and abs(found) <= FULL * 10 else Decimal(0)


def remarks(texts: Texts, answers: list[Any]) -> list[tuple[str, str]]:
    """Return the text and the feedback of each answer that has one."""
    return [
        (texts.of(answer), texts.of(answer.find("feedback")))
        for answer in answers
        if inner(answer, "feedback/text").strip()
    ]


def choice(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read multichoice, multichoiceset and oumultiresponse; single or multiple as the file says."""
    answers = [(answer, texts.of(answer)) for answer in question.findall("answer")]
    given = [(fraction(answer), text) for answer, text in answers if text]
    if len(given) < len(answers):
        texts.caution("options", N_("An option without a text is left out."))
    if len(given) > len(ascii_uppercase):
        template = N_("There are %(found)s options; at most %(most)s fit.")
        raise unsupported("options", template, found=len(given), most=len(ascii_uppercase))
    options = [{"key": key, "text": text} for key, (_, text) in zip(ascii_uppercase, given, strict=False)]
    data: dict[str, Any] = {"stem": texts.of(question.find("questiontext")), "options": options}
    shares = [share for share, _ in given]
    if max(shares, default=Decimal(0)) <= 0:
        raise Invalid([Problem("answer", N_("No option is marked as right."))])
    several = question.get("type") in _SEVERAL
    single = inner(question, "single").strip().lower() in _YES
    if not several and (single or (question.find("single") is None and FULL in shares)):
        return Kind.SINGLE_CHOICE, data | {"answer": ascii_uppercase[_best(shares, texts)]}
    return Kind.MULTIPLE_CHOICE, data | {"answer": [ascii_uppercase[index] for index in _several(shares, texts)]}


def _best(shares: list[Decimal], texts: Texts) -> int:
    """Return the only option that earns most; say what the others lose."""
    most = max(shares)
    if shares.count(most) > 1:
        raise unsupported("answer", N_("Any one of several options earns full marks; a single choice has one right."))
    if most < FULL - _NEAR:
        texts.caution("answer", N_("No answer earns full marks in the file; the best one does here."))
    if any(0 < share < most for share in shares):
        texts.caution("options", N_("Options with part of the marks count as wrong here."))
    if any(share < 0 for share in shares):
        texts.caution("options", N_("Marks taken off for wrong options have no place here."))
    return shares.index(most)


def _several(shares: list[Decimal], texts: Texts) -> list[int]:
    positive = [share for share in shares if share > 0]
    if max(positive) - min(positive) > _NEAR:
        texts.caution("options", N_("The right options weigh differently in the file; here each counts the same."))
    if any(-FULL < share < 0 for share in shares):
        texts.caution("options", N_("Marks taken off for wrong options have no place here."))
    return [index for index, share in enumerate(shares) if share > 0]


def truth(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read truefalse: the answer ``true`` or ``false`` with the higher fraction."""
    shares = {inner(answer).strip().lower(): fraction(answer) for answer in question.findall("answer")}
    if shares.get("true", Decimal(0)) == shares.get("false", Decimal(0)):
        raise Invalid([Problem("answer", N_("The file does not say whether it is true or false."))])
    right = shares.get("true", Decimal(0)) > shares.get("false", Decimal(0))
    return Kind.TRUE_FALSE, {"stem": texts.of(question.find("questiontext")), "answer": right}


def matching(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read matching and ddmatch; a partner without a row is one too many on the right."""
    pairs = [(texts.of(row), _partner(row.find("answer"), texts)) for row in question.findall("subquestion")]
    right = list(dict.fromkeys(text for _, text in pairs if text))
    if len(right) > len(ascii_uppercase):
        template = N_("There are %(found)s options; at most %(most)s fit.")
        raise unsupported("right", template, found=len(right), most=len(ascii_uppercase))
    keys = dict(zip(right, ascii_uppercase, strict=False))
    rows = [(left, text) for left, text in pairs if left and text]
    return Kind.MATCHING, {
        "stem": texts.of(question.find("questiontext")),
        "left": [{"key": str(number), "text": left} for number, (left, _) in enumerate(rows, 1)],
        "right": [{"key": key, "text": text} for text, key in keys.items()],
        "pairs": {str(number): keys[text] for number, (_, text) in enumerate(rows, 1)},
    }


def matrix(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read mtf and kprime: each row belongs to the column with the highest weight."""
    columns = {each.get("number", ""): texts.of(each.find("responsetext")) for each in question.findall("column")}
    weights: dict[str, dict[str, Decimal]] = {}
    for each in question.findall("weight"):
        row = weights.setdefault(each.get("rownumber", ""), {})
        row[each.get("columnnumber", "")] = fraction({"fraction": each.findtext("value") or ""})
    rows = [(each.get("number", ""), texts.of(each.find("rowtext"))) for each in question.findall("row")]
    if not rows or any(_of_row(weights.get(number, {})) not in columns for number, _ in rows):
        raise Invalid([Problem("answer", N_("The file does not say to which column each row belongs."))])
    keys = dict(zip(columns, ascii_uppercase, strict=False))
    return Kind.MATCHING, {
        "stem": texts.of(question.find("questiontext")),
        "left": [{"key": str(place), "text": text} for place, (_, text) in enumerate(rows, 1)],
        "right": [{"key": keys[number], "text": text} for number, text in columns.items() if number in keys],
        "pairs": {str(place): keys[_of_row(weights[number])] for place, (number, _) in enumerate(rows, 1)},
    }


def _of_row(weights: dict[str, Decimal]) -> str:
    """Return the column of a row: the one that alone weighs most; empty where there is none."""
    most = max(weights.values(), default=Decimal(0))
    best = [column for column, weight in weights.items() if weight == most > 0]
    return best[0] if len(best) == 1 else ""


def _partner(answer: Any, texts: Texts) -> str:
    """Return the text on the right: plain in matching, in a format of its own in ddmatch."""
    if answer is None:
        return ""
    return texts.of(answer) if answer.get("format") else inner(answer).strip()


def ordering(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read ordering: the fraction of an answer is its place."""
    answers = question.findall("answer")
    places = [fraction(answer) for answer in answers]
    if sorted(set(places)) == sorted(places):
        answers = [answer for _, answer in sorted(zip(places, answers, strict=True), key=lambda pair: pair[0])]
    items = [text for answer in answers if (text := texts.of(answer))]
    if len(items) > len(ascii_uppercase):
        template = N_("There are %(found)s options; at most %(most)s fit.")
        raise unsupported("items", template, found=len(items), most=len(ascii_uppercase))
    keys = list(ascii_uppercase[: len(items)])
    return Kind.ORDERING, {
        "stem": texts.of(question.find("questiontext")),
        "items": [{"key": key, "text": text} for key, text in zip(keys, items, strict=True)],
        "answer": keys,
    }
