"""What the readers of QTI make of one interaction, before it becomes a question or a sub-question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.errors import N_
from question_bank.exchange.qti.refusals import Broken, NotHeld

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANK = "____"
PART = "subquestion"
"""Class of the division that holds one sub-question of a case, in what we write."""
_TRUE_WORDS = (
    "true t yes y right correct 对 正确 是 √ ✓ 真 正しい richtig wahr ja vrai oui verdadero sí si juist waar sant 1"
)
_FALSE_WORDS = (
    "false f no n wrong incorrect 错 错误 否 不正确 不对 × ✗ 假 falsch nein faux non falso onjuist onwaar nee fals 0"
)
_TRUE, _FALSE = frozenset(_TRUE_WORDS.split()), frozenset(_FALSE_WORDS.split())
_ENDS = " .。!！()（）[]【】"
_WITH_ID = re.compile(r"^(?:true|false|t|f)$", re.IGNORECASE)


@dataclass
class Part:
    """One interaction as a kind of ours: ``data`` is the content but for the stem, ``stem`` what it brings itself."""

    kind: Kind
    data: dict[str, Any] = field(default_factory=dict)
    stem: str = ""


@dataclass
class Blank:
    """A blank inside a text: accepted forms; ``shown`` are the words to choose from, if there are such."""

    forms: tuple[str, ...]
    shown: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What stands in the stem for it."""
        return f"{BLANK}（{'／'.join(self.shown)}）" if self.shown else BLANK


def letters(count: int) -> list[str]:
    """Return A, B, C … for so many options; raise ``NotHeld`` when there are more than letters."""
    if count > len(ascii_uppercase):
        raise NotHeld(N_("There are more than 26 options."))
    return list(ascii_uppercase[:count])


def choice(
    options: Sequence[tuple[str, str]], right: Sequence[str], *, several: bool, pinned: Sequence[str] = ()
) -> Part:
    """Return a choice; ``options`` are identifier and text. Two options that say true and false make a true_false."""
    if len(options) < 2:
        raise Broken("options", N_("A choice needs at least two options."))
    truth = None if several else truth_of_options(options)
    if truth is not None:
        return Part(Kind.TRUE_FALSE, {"answer": truth[right[0]]})
    keys = dict(zip((identifier for identifier, _ in options), letters(len(options)), strict=False))
    if len(keys) < len(options):
        raise Broken("options", N_("Two options have the same identifier."))
    data: dict[str, Any] = {
        "options": [
            {"key": keys[identifier], "text": text, **({"pinned": True} if identifier in pinned else {})}
            for identifier, text in options
        ]
    }
    data["answer"] = sorted(keys[each] for each in right) if several else keys[right[0]]
    return Part(Kind.MULTIPLE_CHOICE if several else Kind.SINGLE_CHOICE, data)


def truth_of_options(options: Sequence[tuple[str, str]]) -> dict[str, bool] | None:
    """Return which option says true, by its words or else by its identifier; None when they do not say so."""
    if len(options) != 2:
        return None
    by_text = {identifier: _truth(text) for identifier, text in options}
    if set(by_text.values()) == {True, False}:
        return {identifier: bool(found) for identifier, found in by_text.items()}
    short = all(len(text) <= 12 and _WITH_ID.match(identifier) for identifier, text in options)
    by_id = {identifier: _truth(identifier) for identifier, _ in options} if short else {}
    return {each: bool(found) for each, found in by_id.items()} if set(by_id.values()) == {True, False} else None


def _truth(text: str) -> bool | None:
    plain = text.replace("**", "").strip(_ENDS).casefold()
    return True if plain in _TRUE else False if plain in _FALSE else None


def blanks_in(text: str, blanks: Sequence[Blank]) -> Part:
    """Return a fill_blank over a text that already shows the blanks.

    Three blanks that all accept the same three words are three words to be given in any order.
    """
    forms = [blank.forms for blank in blanks]
    if len(blanks) > 1 and len({frozenset(each) for each in forms}) == 1 and len(set(forms[0])) == len(blanks):
        return Part(Kind.FILL_BLANK, {"answers": [[form] for form in dict.fromkeys(forms[0])], "any_order": True}, text)
    return Part(Kind.FILL_BLANK, {"answers": [list(each) for each in forms]}, text)


def ordering(items: Sequence[tuple[str, str]], right: Sequence[str]) -> Part:
    """Return an ordering; ``right`` must name every item once."""
    if sorted(right) != sorted(identifier for identifier, _ in items):
        raise NotHeld(N_("Only some of the items are to be put in order."))
    keys = dict(zip((identifier for identifier, _ in items), letters(len(items)), strict=True))
    data = {
        "items": [{"key": keys[identifier], "text": text} for identifier, text in items],
        "answer": [keys[identifier] for identifier in right],
    }
    return Part(Kind.ORDERING, data)


def matching(
    left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]], pairs: Sequence[tuple[str, str]]
) -> Part:
    """Return a matching in which every row of one side has exactly one partner, whichever side that is."""
    for columns in ((left, right, list(pairs)), (right, left, [(second, first) for first, second in pairs])):
        firsts, seconds, chosen = columns
        partners = dict(chosen)
        if len(partners) == len(set(chosen)) and set(partners) == {identifier for identifier, _ in firsts}:
            return _matching(firsts, seconds, partners)
    raise NotHeld(N_("Some entries have several partners or none, on both sides."))


def _matching(left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]], partners: dict[str, str]) -> Part:
    letters(max(len(left), len(right)))
    numbers = {identifier: str(place) for place, (identifier, _) in enumerate(left, 1)}
    keys = dict(zip((identifier for identifier, _ in right), ascii_uppercase, strict=False))
    strangers = [each for each in partners.values() if each not in keys]
    if strangers:
        raise Broken("correctResponse", N_("“%(found)s” is given as right but is no option."), found=strangers[0])
    data = {
        "left": [{"key": numbers[identifier], "text": text} for identifier, text in left],
        "right": [{"key": keys[identifier], "text": text} for identifier, text in right],
        "pairs": {numbers[first]: keys[second] for first, second in partners.items()},
    }
    return Part(Kind.MATCHING, data)
