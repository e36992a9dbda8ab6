"""The interactions of QTI 2 and 3 that a kind of ours can hold, one reader each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from question_bank.enums import Kind
from question_bank.errors import N_
from question_bank.exchange.qti.keys import NO_KEY, Keys
from question_bank.exchange.qti.parts import BLANK, Blank, Part, choice, letters, matching, ordering
from question_bank.exchange.qti.refusals import Broken, NotHeld
from question_bank.exchange.qti.texts import Texts, mark
from question_bank.exchange.qti.values import NUMBERS, number_of, plain

INLINE = frozenset({"inlineChoiceInteraction", "textEntryInteraction"})
_WHY_NOT = {
    "hotspotInteraction": N_("Points on a picture are to be chosen."),
    "selectPointInteraction": N_("Points on a picture are to be chosen."),
    "graphicOrderInteraction": N_("Points on a picture are to be put in order."),
    "graphicAssociateInteraction": N_("Points on a picture are to be joined."),
    "graphicGapMatchInteraction": N_("Pieces are to be put onto a picture."),
    "positionObjectInteraction": N_("Objects are to be placed on a picture."),
    "positionObjectStage": N_("Objects are to be placed on a picture."),
    "drawingInteraction": N_("Something is to be drawn."),
    "uploadInteraction": N_("A file is to be handed in."),
    "mediaInteraction": N_("A sound or a film is to be played."),
    "customInteraction": N_("It needs a program of the system it comes from."),
    "portableCustomInteraction": N_("It needs a program of the system it comes from."),
    "endAttemptInteraction": N_("It has several steps with hints."),
}


_ONLY_PICTURE = re.compile(r"^\s*(?:!?\[[^\]]*\](?:\(picture:\w+\))?\s*)+$")


@dataclass
class Reader:
    """Reads the interactions of one item."""

    keys: Keys
    texts: Texts

    def blank(self, interaction: Any) -> Blank:
        """Return a blank of a running text: words to type, or a list to choose from."""
        response = self.keys.response(interaction)
        if interaction.tag == "textEntryInteraction":
            if response.cardinality == "record":
                response = _without_record(response)
            forms = self.keys.forms(response)
            numbers = [number_of(form) for form in forms] if is_numeric(response) else []
            return Blank(tuple(dict.fromkeys(plain(number) for number in numbers if number is not None)) or forms)
        options = self._options(interaction, "inlineChoice")
        right = self.keys.choices(response, [identifier for identifier, _ in options], several=False)
        words = dict(options)
        return Blank(tuple(words[each] for each in right), tuple(words.values()))

    def part(self, interaction: Any) -> Part:
        """Return a block interaction as a part; raise ``NotHeld`` for those none of our kinds can hold."""
        if interaction.tag not in _READERS:
            reason = _WHY_NOT.get(interaction.tag, N_("The interaction “%(found)s” is not known."))
            raise NotHeld(reason, found=interaction.tag)
        part = _READERS[interaction.tag](self, interaction)
        prompt = self.texts.of(interaction.find("prompt"))
        part.stem = "\n".join(text for text in (prompt, part.stem) if text)
        return part

    def choice(self, interaction: Any) -> Part:
        """Read a choiceInteraction: several answers by its cardinality."""
        response = self.keys.response(interaction)
        options = self._options(interaction, "simpleChoice")
        several = response.cardinality != "single" and interaction.get("maxChoices") != "1"
        right = self.keys.choices(response, [identifier for identifier, _ in options], several=several)
        pinned = _fixed(interaction, "simpleChoice") if interaction.get("shuffle", "false").lower() == "true" else []
        return choice(options, right, several=several, pinned=_last(options, pinned))

    def hottext(self, interaction: Any) -> Part:
        """Read a hottextInteraction: the words to choose are options, and stand in the text in 【】."""
        response = self.keys.response(interaction)
        words = list(interaction.iter("hottext"))
        letters(len(words))
        options = [(each.get("identifier", ""), self.texts.of(each)) for each in words]
        several = response.cardinality != "single" and interaction.get("maxChoices") != "1"
        right = self.keys.choices(response, [identifier for identifier, _ in options], several=several)
        text = self.texts.of(interaction, replaced=words, left_out=interaction.findall("prompt"))
        for number, (_, word) in enumerate(options):
            text = text.replace(mark(number), f"【{word}】")
        part = choice(options, right, several=several)
        part.stem = text
        return part

    def extended_text(self, interaction: Any) -> Part:
        """Read an extendedTextInteraction; what is declared right is the reference answer."""
        response = self.keys.response(interaction)
        reference = response.correct or response.best
        self.keys.right[response.identifier] = response.value(*reference)
        return Part(Kind.SHORT_ANSWER, {"reference": "\n".join(reference)})

    def order(self, interaction: Any) -> Part:
        """Read an orderInteraction."""
        response = self.keys.response(interaction)
        if not response.correct:
            raise NotHeld(NO_KEY)
        self.keys.right[response.identifier] = response.value(*response.correct)
        return ordering(self._options(interaction, "simpleChoice"), response.correct)

    def match(self, interaction: Any) -> Part:
        """Read a matchInteraction: two sets, pairs between them."""
        sets = interaction.findall("simpleMatchSet")
        if len(sets) != 2:
            raise Broken("matchInteraction", N_("A matching needs two columns."))
        columns = [self._options(each, "simpleAssociableChoice") for each in sets]
        return matching(columns[0], columns[1], self._pairs(interaction))

    def associate(self, interaction: Any) -> Part:
        """Read an associateInteraction: pairs within one list, of which the first entries become the left column."""
        options = self._options(interaction, "simpleAssociableChoice")
        pairs = self._pairs(interaction)
        firsts = [first for first, _ in pairs]
        if len(set(firsts) | {second for _, second in pairs}) != 2 * len(pairs):
            raise NotHeld(N_("Some entries have several partners or none, on both sides."))
        self.keys.note(N_("The pairs come from one list; they stand in two columns here."))
        words = dict(options)
        left = [(first, words.get(first, "")) for first in firsts]
        return matching(left, [option for option in options if option[0] not in firsts], pairs)

    def gap_match(self, interaction: Any) -> Part:
        """Read a gapMatchInteraction: blanks to fill from a list of words."""
        words = {each.get("identifier", ""): self.texts.of(each) for each in interaction.iter("gapText")}
        if interaction.find(".//gapImg") is not None:
            raise NotHeld(N_("Pictures are to be put into the gaps."))
        gaps = list(interaction.iter("gap"))
        right: dict[str, list[str]] = {}
        for first, second in self._pairs(interaction):
            gap, word = (first, second) if second in words and first not in words else (second, first)
            right.setdefault(gap, []).append(words.get(word, ""))
        if any(not text or _ONLY_PICTURE.match(text) for text in words.values()):
            raise NotHeld(N_("Pictures are to be put into the gaps."))
        if not gaps or any(len(right.get(gap.get("identifier", ""), ())) != 1 for gap in gaps):
            raise NotHeld(N_("Some gaps stay empty, or take several words."))
        left_out = [*interaction.findall("prompt"), *interaction.iter("gapText")]
        text = self.texts.of(interaction, replaced=gaps, left_out=left_out)
        for number in range(len(gaps)):
            text = text.replace(mark(number), BLANK)
        text += f"\n（备选：{'；'.join(words.values())}）"
        answers = [right[gap.get("identifier", "")] for gap in gaps]
        return Part(Kind.FILL_BLANK, {"answers": answers}, text)

    def slider(self, interaction: Any) -> Part:
        """Read a sliderInteraction as a number to give."""
        response = self.keys.response(interaction)
        number = self.keys.number(response)
        if number is None:
            raise NotHeld(NO_KEY)
        low, high = interaction.get("lowerBound", ""), interaction.get("upperBound", "")
        self.keys.note(N_("The scale to slide on is a number to write here."))
        data = {"answer": number.value, "tolerance": number.tolerance}
        return Part(Kind.NUMERIC, data, f"（{low}～{high}）" if low and high else "")

    def _options(self, element: Any, tag: str) -> list[tuple[str, str]]:
        found = list(element.iter(tag))
        letters(len(found))
        left_out = [each for option in found for each in option.iter("feedbackInline", "feedbackBlock")]
        if left_out:
            self.keys.note(N_("Feedback for single options is not kept."))
        options = [(each.get("identifier", ""), self.texts.of(each, left_out=left_out)) for each in found]
        if any(not text for _, text in options):
            raise Broken(tag, N_("An option has no text."))
        return options

    def _pairs(self, interaction: Any) -> list[tuple[str, str]]:
        response = self.keys.response(interaction)
        given = response.correct or response.earning
        pairs = [tuple(each.split()) for each in given]
        if not pairs:
            raise NotHeld(NO_KEY)
        if any(len(pair) != 2 for pair in pairs):
            raise Broken("correctResponse", N_("A pair was expected (found: %(found)s)."), found=given[0])
        self.keys.decided(response, given)
        return [(pair[0], pair[1]) for pair in pairs]


def is_numeric(response: Any) -> bool:
    """Whether a response is a number by its type, and its declared answer reads as one."""
    return response.base_type in NUMBERS and all(number_of(each) is not None for each in response.correct)


def _fixed(element: Any, tag: str) -> list[str]:
    return [each.get("identifier", "") for each in element.iter(tag) if each.get("fixed", "false").lower() == "true"]


def _last(options: list[tuple[str, str]], fixed: list[str]) -> list[str]:
    """Return the fixed options that stand at the end: those we can keep there."""
    kept: list[str] = []
    for identifier, _ in reversed(options):
        if identifier not in fixed:
            break
        kept.append(identifier)
    return kept if len(kept) < len(options) else []


def _without_record(response: Any) -> Any:
    if not response.correct:
        raise NotHeld(NO_KEY)
    return response


_READERS: dict[str, Callable[[Reader, Any], Part]] = {
    "choiceInteraction": Reader.choice,
    "hottextInteraction": Reader.hottext,
    "extendedTextInteraction": Reader.extended_text,
    "orderInteraction": Reader.order,
    "matchInteraction": Reader.match,
    "associateInteraction": Reader.associate,
    "gapMatchInteraction": Reader.gap_match,
    "sliderInteraction": Reader.slider,
}
