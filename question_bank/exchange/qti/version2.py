"""One item of QTI 2.1, 2.2 or 3.0 (in plain names) → kind and content of a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.exchange.foreign import USUAL_MARKS
from question_bank.exchange.qti import feedback
from question_bank.exchange.qti.declarations import most_marks
from question_bank.exchange.qti.interactions import INLINE, Reader, is_numeric
from question_bank.exchange.qti.keys import Keys
from question_bank.exchange.qti.parts import BLANK, PART, Blank, Part, blanks_in
from question_bank.exchange.qti.refusals import Broken, NotHeld
from question_bank.exchange.qti.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = re.compile("\ue000(\\d+)\ue001")
_MOST_INTERACTIONS = 60
_FOR_CANDIDATES = {"candidate"}


class Question(NamedTuple):
    """What an item holds: ``data`` is the JSON of the content of ``kind``; marks as it declares them."""

    kind: Kind
    data: dict[str, Any]
    marks: Decimal | None
    cautions: list[Problem]


@dataclass
class Item:
    """Reads one item; ``stimulus`` gives the body of a shared material by the path the item names, or None."""

    element: Any
    texts: Texts
    stimulus: Callable[[str], Any] | None = None
    material: list[str] = field(default_factory=list)

    def question(self) -> Question:
        """Read the item. Raises ``NotHeld`` when no kind of ours can hold it, ``Broken`` when it contradicts itself."""
        self._require_plain()
        body = self.element.find("itemBody")
        if body is None:
            raise Broken("itemBody", N_("The item has no body."))
        keys = Keys(self.element)
        interactions = self._interactions(body, keys)
        hidden = body.iter(*feedback.TAGS, "templateBlock", "templateInline")
        left_out = [*hidden, *self._rubrics(body, candidates=False)]
        divisions = [each for each in body.iter("div") if PART in (each.get("class") or "").split()]
        text = self.texts.of(body, replaced=interactions, left_out=[*left_out, *divisions])
        inside = [self.texts.of(each, replaced=interactions, left_out=left_out) for each in divisions]
        part = _Body(Reader(keys, self.texts), interactions, inside).part(text)
        notes = self._notes(body, keys)
        explanation = feedback.explanation_of(self.element, keys, self.texts)
        data = self._finished(part, explanation, [note for note in notes if note])
        marks = most_marks(self.element) if part.kind is not Kind.CASE else _total(part)
        return Question(part.kind, data, marks, [*keys.cautions, *self.texts.cautions])

    def _require_plain(self) -> None:
        if self.element.get("adaptive", "false").lower() == "true":
            raise NotHeld(N_("It changes with the answers given (adaptive)."))
        if next(self.element.iter("templateProcessing", "templateDeclaration", "printedVariable"), None) is not None:
            raise NotHeld(N_("It is made anew with other values each time (template)."))

    def _interactions(self, body: Any, keys: Keys) -> list[Any]:
        found: list[Any] = []
        if sum(1 for each in body.iter("{*}*") if str(each.tag).endswith("Interaction")) > _MOST_INTERACTIONS:
            raise NotHeld(N_("It asks for more than %(most)s things at once."), most=_MOST_INTERACTIONS)
        for element in body.iter():
            is_one = isinstance(element.tag, str) and (
                element.tag.endswith("Interaction") or element.tag == "positionObjectStage"
            )
            if is_one and not any(above in found for above in element.iterancestors()):
                found.append(element)
        if any(next(each.iterancestors("feedbackBlock", "feedbackInline"), None) is not None for each in found):
            raise NotHeld(N_("It has several steps with hints."))
        steps = [each for each in found if each.tag == "endAttemptInteraction"]
        if steps and len(steps) < len(found):
            keys.note(N_("The button for a hint is not kept."))
            for step in steps:
                step.tag = "infoControl"
            found = [each for each in found if each not in steps]
        if not found:
            raise NotHeld(N_("It is text without a question."))
        return found

    def _rubrics(self, body: Any, *, candidates: bool) -> list[Any]:
        return [
            each
            for each in body.iter("rubricBlock")
            if bool(_FOR_CANDIDATES & set((each.get("view") or "candidate").split())) == candidates
        ]

    def _notes(self, body: Any, keys: Keys) -> list[str]:
        """Return the notes for markers and authors; those for invigilators alone are not kept."""
        rubrics = self._rubrics(body, candidates=False)
        kept = [each for each in rubrics if set(each.get("view", "").split()) != {"proctor"}]
        if len(kept) < len(rubrics):
            keys.note(N_("Notes for invigilators are not kept."))
        return [self.texts.of(rubric) for rubric in kept]

    def _finished(self, part: Part, explanation: str, notes: list[str]) -> dict[str, Any]:
        """Return the data of the content with material in front, notes for markers and explanation in their places."""
        stem = part.stem or self.texts.plain(self.element.get("title", ""))
        data = {**part.data, "stem": "\n\n".join([*self._materials(), stem]).strip()}
        if notes and part.kind is Kind.SHORT_ANSWER and not data.get("reference"):
            data["reference"] = "\n".join(notes)
            notes = []
        data["explanation"] = "\n".join(dict.fromkeys([explanation, *notes])).strip()
        return data

    def _materials(self) -> list[str]:
        found = list(self.material)
        for reference in self.element.iter("assessmentStimulusRef"):
            path = reference.get("href", "")
            element = self.stimulus(path) if self.stimulus else None
            if element is None:
                raise Broken("assessmentStimulusRef", N_("The material “%(found)s” is missing."), found=path)
            body = element.find("stimulusBody")
            found.append(self.texts.of(element if body is None else body))
        return [text for text in found if text]


@dataclass
class _Body:
    """Makes one part of a body, whose text holds a mark for each interaction."""

    reader: Reader
    interactions: list[Any]
    divisions: list[str] = field(default_factory=list)
    """Texts of divisions that each hold one sub-question, where the item marks them as such."""

    def part(self, text: str) -> Part:
        """Return the whole as one part: a single interaction, blanks in a text, or a case."""
        if self.divisions:
            return self._divided(text)
        if all(each.tag in INLINE for each in self.interactions):
            return self._running_text(text, self.interactions)
        if len(self.interactions) == 1:
            return self._one(text, self.interactions)
        return self._case(text)

    def _divided(self, material: str) -> Part:
        subs: list[Part] = []
        for text in self.divisions:
            found = [self.interactions[int(number)] for number in _MARK.findall(text)]
            subs.append(self._one(text, found))
        data = {"subquestions": [_sub(place, sub) for place, sub in enumerate(subs, 1)]}
        return Part(Kind.CASE, data, material)

    def _one(self, text: str, found: list[Any]) -> Part:
        """Return a text with blanks or with one interaction as a part."""
        if found and all(each.tag in INLINE for each in found):
            return self._running_text(text, found)
        if len(found) != 1:
            raise NotHeld(N_("It asks for several different things at once."))
        part = self.reader.part(found[0])
        before, _, after = _MARK.split(text, maxsplit=1)
        part.stem = "\n".join(each.strip() for each in (before, part.stem, after) if each.strip())
        return part

    def _running_text(self, text: str, inline: list[Any]) -> Part:
        """Return blanks in a text; one single number is a calculation."""
        if len(inline) == 1 and (number := self._number(text, inline[0])) is not None:
            return number
        blanks: list[Blank] = []

        def put(found: re.Match[str]) -> str:
            blanks.append(self.reader.blank(self.interactions[int(found[1])]))
            return blanks[-1].text

        stem = _MARK.sub(put, text)
        if any(is_numeric(self.reader.keys.response(each)) and self._tolerance(each) for each in inline):
            self.reader.keys.note(N_("The tolerance of numbers in blanks is not kept."))
        return blanks_in(stem.strip(), blanks)

    def _number(self, text: str, interaction: Any) -> Part | None:
        response = self.reader.keys.response(interaction)
        if interaction.tag != "textEntryInteraction" or response.cardinality != "single" or not is_numeric(response):
            return None
        number = self.reader.keys.number(response)
        if number is None:
            return None
        data = {"answer": number.value, "tolerance": number.tolerance}
        return Part(Kind.NUMERIC, data, _MARK.sub(BLANK, text).strip())

    def _tolerance(self, interaction: Any) -> bool:
        number = self.reader.keys.number(self.reader.keys.response(interaction))
        return number is not None and number.tolerance > 0

    def _case(self, text: str) -> Part:
        """Return a case: text before the first interaction is material, text between them the next question's stem."""
        pieces = _MARK.split(text)
        material, lead = "", pieces[0]
        subs: list[Part] = []
        running: list[Any] = []
        for number, after in zip(map(int, pieces[1::2]), pieces[2::2], strict=True):
            interaction = self.interactions[number]
            if interaction.tag in INLINE:
                if not running and not subs:
                    material, lead = _last_paragraph(lead)
                running.append(interaction)
                lead += f"\ue000{number}\ue001{after}"
                continue
            if running:
                own, lead = _through_last_mark(lead)
                subs.append(self._running_text(own, running))
                running = []
            sub = self.reader.part(interaction)
            if not subs:
                material, lead = (lead, "") if sub.stem else _last_paragraph(lead)
            sub.stem = "\n".join(each.strip() for each in (lead, sub.stem) if each.strip())
            subs.append(sub)
            lead = after
        if running:
            subs.append(self._running_text(lead, running))
        elif lead.strip():
            subs[-1].stem += f"\n{lead.strip()}"
        return Part(
            Kind.CASE, {"subquestions": [_sub(place, sub) for place, sub in enumerate(subs, 1)]}, material.strip()
        )


def _sub(place: int, part: Part) -> dict[str, Any]:
    slots = len(part.data.get("answers") or part.data.get("pairs") or "1")
    content = {**part.data, "kind": part.kind, "stem": part.stem.strip() or f"（{place}）"}
    return {"id": str(place), "marks": USUAL_MARKS[part.kind] * slots, "content": content}


def _total(part: Part) -> Decimal:
    return sum((sub["marks"] for sub in part.data["subquestions"]), Decimal(0))


def _last_paragraph(text: str) -> tuple[str, str]:
    """Cut a text before its last paragraph; a single one is all stem."""
    before, cut, last = text.rstrip().rpartition("\n")
    return (before, last) if cut and last.strip() else (text, "")


def _through_last_mark(text: str) -> tuple[str, str]:
    """Cut a text behind the line that holds its last blank."""
    end = max(found.end() for found in _MARK.finditer(text))
    line, cut, rest = text[end:].partition("\n")
    return text[:end] + line, rest if cut else ""
