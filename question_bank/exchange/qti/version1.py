"""One item of QTI 1.2 (in plain names) → kind and content; Canvas, Blackboard, Common Cartridge and plain files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from question_bank.errors import N_, Problem
from question_bank.exchange.qti.conditions import Conditions
from question_bank.exchange.qti.materials import feedback_of, material_text
from question_bank.exchange.qti.parts import Part
from question_bank.exchange.qti.refusals import Broken, NotHeld
from question_bank.exchange.qti.responses import RIGHT_BLOCK, Reader
from question_bank.exchange.qti.texts import Texts
from question_bank.exchange.qti.values import number_of
from question_bank.exchange.qti.version2 import Question

RESPONSES = ("response_lid", "response_str", "response_num", "response_grp", "response_xy", "response_extension")
_TYPES = {
    "calculated": N_("Its numbers are made anew each time (formula)."),
    "file_upload": N_("A file is to be handed in."),
    "hot_spot": N_("Points on a picture are to be chosen."),
    "hot spot": N_("Points on a picture are to be chosen."),
    "assimagemap": N_("Points on a picture are to be chosen."),
    "file upload": N_("A file is to be handed in."),
    "assfileupload": N_("A file is to be handed in."),
    "assformula": N_("Its numbers are made anew each time (formula)."),
    "quiz bowl": N_("It asks for a question, not for an answer."),
    "opinion scale": N_("The file does not say which answer is right (a survey, or marked by a person)."),
    "text_only": N_("It is text without a question."),
}
_FAMILIES = {
    "matching": ("matching",),
    "categorization": ("categorization",),
    "blanks": ("fill_in_multiple_blanks", "fill in multiple", "fill_in_the_blank_plus"),
    "dropdowns": ("multiple_dropdowns", "jumbled sentence", "jumbled_sentence"),
    "essay": ("essay", "asstext", "short response", "cc.essay", "short_response"),
    "numeric": ("numerical", "numeric"),
    "ordering": ("ordering", "assordering"),
}
_MOST_RESPONSES = 60
_TITLES = {"question", ""}
_BARE_FIELDS = ("qmd_itemtype", "bbmd_questiontype", "qmd_weighting", "qmd_maximumscore")


def metadata_of(item: Any) -> dict[str, str]:
    """Return the metadata fields of an item (``question_type``, ``points_possible`` …) in lower case."""
    found: dict[str, str] = {}
    for entry in item.iter("qtimetadatafield", *_BARE_FIELDS):
        if entry.tag == "qtimetadatafield":
            label, value = (_text(entry.find(tag)) for tag in ("fieldlabel", "fieldentry"))
        else:
            label, value = entry.tag, _text(entry)
        found.setdefault(label.lower(), value)
    return found


@dataclass
class Item:
    """Reads one item; ``shared`` is the presentation of a text that belongs in front of it, or None."""

    element: Any
    texts: Texts
    shared: Any = None
    cautions: list[Problem] = field(default_factory=list)

    def question(self) -> Question:
        """Read the item. Raises ``NotHeld`` when no kind of ours can hold it, ``Broken`` when it contradicts itself."""
        self.metadata = metadata_of(self.element)
        named = next((self.metadata[name] for name in _TYPE_NAMES if self.metadata.get(name)), "").lower()
        self._require_held(named)
        presentation = self.element.find("presentation")
        if presentation is None:
            raise Broken("presentation", N_("The item has no body."))
        self.conditions = Conditions(self.element)
        responses = [each for each in presentation.iter(*RESPONSES) if not _inside_response(each)]
        if not responses:
            raise NotHeld(N_("It is text without a question."))
        if len(responses) > _MOST_RESPONSES:
            raise NotHeld(N_("It asks for more than %(most)s things at once."), most=_MOST_RESPONSES)
        text = material_text(presentation, self.texts, responses)
        if any(flow.get("class") == RIGHT_BLOCK for flow in presentation.iter("flow")):
            part = Reader(self.texts, self.conditions, self._note).paired_by_place(presentation, responses)
        else:
            part = self._part(_family(named), text, responses)
        explanation = feedback_of(self.element, self.conditions.feedback(), self.texts, self._note)
        title = self.texts.plain(self.element.get("title", ""))
        stem = part.stem.strip() or (title if title.lower() not in _TITLES else "")
        material = "" if self.shared is None else material_text(self.shared, self.texts, [])
        data = {**part.data, "stem": f"{material}\n\n{stem}".strip(), "explanation": explanation}
        return Question(part.kind, data, self._marks(), [*self.cautions, *self.texts.cautions])

    def _require_held(self, named: str) -> None:
        for word, reason in _TYPES.items():
            if named.startswith(word):
                raise NotHeld(reason)
        if self.element.find(".//itemproc_extension/calculated") is not None:
            raise NotHeld(_TYPES["calculated"])

    def _part(self, family: str, text: str, responses: list[Any]) -> Part:
        held = {"response_lid", "response_str", "response_num", "response_grp"}
        strangers = [each for each in responses if each.tag not in held or _hotspot(each)]
        if strangers:
            raise NotHeld(_TYPES["hot_spot"])
        reader = Reader(self.texts, self.conditions, self._note)
        if family in _BY_FAMILY:
            return _BY_FAMILY[family](reader, text, responses)
        if len(responses) == 1:
            return reader.single(text, responses[0])
        if all(each.tag in {"response_lid", "response_grp"} and _has_label(each) for each in responses):
            return reader.several_lists(text, responses)
        if all(each.tag in {"response_str", "response_num"} for each in responses):
            return reader.written_blanks(text, responses)
        if all(each.tag != "response_grp" and not _has_label(each) for each in responses):
            return reader.running_text(text, responses)
        raise NotHeld(N_("It asks for several different things at once."))

    def _marks(self) -> Decimal | None:
        for name in ("points_possible", "qmd_weighting", "cc_weighting", "qmd_maximumscore"):
            found = number_of(self.metadata.get(name, ""))
            if found and found > 0:
                return found
        return None

    def _note(self, template: str) -> None:
        problem = Problem("", template, warning=True)
        if problem not in self.cautions:
            self.cautions.append(problem)


_TYPE_NAMES = ("question_type", "interaction_type", "bbmd_questiontype", "questiontype", "qmd_itemtype", "cc_profile")
_BY_FAMILY: dict[str, Callable[[Reader, str, list[Any]], Part]] = {
    "matching": Reader.matching,
    "categorization": Reader.categories,
    "blanks": Reader.typed,
    "dropdowns": Reader.dropdowns,
    "essay": Reader.essay,
    "numeric": Reader.number,
    "ordering": Reader.ordering,
}


def _family(named: str) -> str:
    return next((family for family, words in _FAMILIES.items() if named.startswith(words)), "")


def _has_label(response: Any) -> bool:
    return response.tag != "response_str" and response.find("material") is not None


def _text(element: Any) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _inside_response(element: Any) -> bool:
    return next(element.iterancestors(*RESPONSES), None) is not None


def _hotspot(response: Any) -> bool:
    return response.find(".//render_hotspot") is not None


def metadata_of_bank(element: Any) -> str:
    """Return the title a bank or quiz has in its own metadata."""
    for found in element.iterfind("qtimetadata/qtimetadatafield"):
        if _text(found.find("fieldlabel")) in {"bank_title", "cc_title"}:
            return _text(found.find("fieldentry"))
    return ""
