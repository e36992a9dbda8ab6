"""Which answers of a QTI 2 or 3 item are right: as declared, else as the mapping or the item's own rules score them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

from question_bank.errors import N_, Problem
from question_bank.exchange.qti.declarations import Response, outcomes_of, responses_of
from question_bank.exchange.qti.expressions import NotUnderstood, bounds, tolerances
from question_bank.exchange.qti.processing import Processing
from question_bank.exchange.qti.refusals import Broken, NotHeld
from question_bank.exchange.qti.values import Value, number_of
from question_bank.normalise import same as reads_the_same

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_KEY = N_("The file does not say which answer is right (a survey, or marked by a person).")
UNCLEAR = N_("The rules by which the file scores this question cannot be read.")
SEVERAL = N_("Several combinations of answers are right; no kind here holds that.")
UNEQUAL = N_("The right answers earn different marks in the file; here they share the marks by the rule of the kind.")
PENALTY = N_("The file takes marks off for wrong answers; that is not kept.")
PARTLY = N_("The file gives part of the marks for some other answers; that is not kept.")
_MOST_TRIED = 10
_MOST_FORMS = 50


class Number(NamedTuple):
    """A right number with how far an answer may be from it."""

    value: Decimal
    tolerance: Decimal


@dataclass
class Keys:
    """The declarations and rules of one item, asked for the right answers of one response at a time."""

    item: Any
    cautions: list[Problem] = field(default_factory=list)
    right: dict[str, Value] = field(default_factory=dict)
    """The right answers found so far, by response."""

    def __post_init__(self) -> None:
        """Read the declarations once."""
        self.responses = responses_of(self.item)
        self.outcomes = outcomes_of(self.item)
        self.processing = Processing(self.item, self.responses, self.outcomes)

    def response(self, interaction: Any) -> Response:
        """Return the response an interaction is bound to; raise ``Broken`` when it is not declared."""
        name = interaction.get("responseIdentifier", "")
        if name not in self.responses:
            raise Broken(interaction.tag, N_("The response “%(found)s” is not declared."), found=name)
        return self.responses[name]

    def choices(self, response: Response, options: Sequence[str], *, several: bool) -> tuple[str, ...]:
        """Return the identifiers of the right options.

        Raises ``NotHeld`` when none can be told or several sets are right, ``Broken`` when one is no option at all.
        """
        if len(options) > len(ascii_uppercase):
            raise NotHeld(N_("There are more than 26 options."))
        right = response.correct or response.earning if several else response.correct or response.best
        if not right:
            right = self._by_trying(response, options, several=several)
        strangers = [each for each in right if each not in options]
        if strangers:
            raise Broken("correctResponse", N_("“%(found)s” is given as right but is no option."), found=strangers[0])
        if not several and len(right) > 1:
            raise NotHeld(N_("Several options of a single choice are right."))
        self.decided(response, right)
        return right

    def forms(self, response: Response) -> tuple[str, ...]:
        """Return the accepted texts of a blank, the one to show first; raise ``NotHeld`` when none can be told."""
        found = [*response.correct, *response.best]
        found += [text for text in self._literals(response) if self._scores_like(response, text, found)]
        if not found:
            raise NotHeld(NO_KEY if not self.processing.is_custom else UNCLEAR)
        self.right[response.identifier] = response.value(found[0])
        dropped = [key for key in response.earning[: 2 * _MOST_FORMS] if key not in found]
        if any(not any(reads_the_same(key, form) for form in found) for key in dropped):
            self.note(PARTLY)
        return tuple(dict.fromkeys(found))

    def number(self, response: Response) -> Number | None:
        """Return the right number of a numeric response; None when its right answers are not one number."""
        forms = self.forms(response)
        values = {number_of(form) for form in forms}
        value = values.pop() if len(values) == 1 else None
        return None if value is None else Number(value, self._tolerance(response, value))

    def note(self, template: str) -> None:
        """Keep a caution, once."""
        problem = Problem("", template, warning=True)
        if problem not in self.cautions:
            self.cautions.append(problem)

    def after_right_answers(self) -> dict[str, Value] | None:
        """Return the outcome variables after right answers; None when the rules cannot be read."""
        try:
            return self.processing.run(self.right)
        except NotUnderstood:
            return None

    def _by_trying(self, response: Response, options: Sequence[str], *, several: bool) -> tuple[str, ...]:
        """Return the only set of options that scores most, by running the rules of the item over each."""
        if not self.processing.is_custom:
            raise NotHeld(NO_KEY)
        if several and len(options) > _MOST_TRIED:
            found = self._named_together()
        else:
            sizes = range(1, len(options) + 1) if several else (1,)
            found = [chosen for size in sizes for chosen in combinations(options, size)]
        tried = [(self._score(response, *chosen), chosen) for chosen in found]
        most = max((score for score, _ in tried), default=Decimal(0))
        best = [chosen for score, chosen in tried if score == most]
        if most <= 0 or len(best) != 1:
            raise NotHeld(SEVERAL if most > 0 else NO_KEY)
        return best[0]

    def _named_together(self) -> list[tuple[str, ...]]:
        """Return the sets of options the item's own rules name."""
        found = [
            tuple("".join(base.itertext()).strip() for base in container.iter("baseValue"))
            for container in self.processing.element.iter("multiple")
        ]
        return list(dict.fromkeys(chosen for chosen in found if chosen))

    def _score(self, response: Response, *given: str) -> Decimal:
        try:
            return self.processing.score({response.identifier: response.value(*given)})
        except NotUnderstood as error:
            raise NotHeld(UNCLEAR) from error

    def _literals(self, response: Response) -> list[str]:
        """Return the texts the item's own rules compare the response with."""
        if not self.processing.is_custom:
            return []
        found = []
        for variable in self.processing.element.iter("variable"):
            if variable.get("identifier") == response.identifier and variable.getparent() is not None:
                found += ["".join(base.itertext()).strip() for base in variable.getparent().iter("baseValue")]
        return [text for text in dict.fromkeys(found) if text][:_MOST_FORMS]

    def _scores_like(self, response: Response, text: str, found: Sequence[str]) -> bool:
        try:
            score = self.processing.score({response.identifier: response.value(text)})
            best = self.processing.score({response.identifier: response.value(found[0])}) if found else Decimal(0)
        except NotUnderstood:
            return False
        return score >= best and score > 0

    def _tolerance(self, response: Response, value: Decimal) -> Decimal:
        """Return how far an answer may be from the right number, from an ``equal`` about this response."""
        if not self.processing.is_custom:
            return Decimal(0)
        for equal in self.processing.element.iter("equal"):
            about = [child.get("identifier") for child in equal if child.tag in {"variable", "correct"}]
            found = tolerances(equal) if response.identifier in about else None
            if found is None or found[0] == "exact":
                continue
            low, high = bounds(*found, value)
            if value - low != high - value:
                self.note(N_("The tolerance of the file is not the same both ways; the larger one is taken."))
            return max(value - low, high - value).normalize() + 0
        return Decimal(0)

    def decided(self, response: Response, right: Sequence[str]) -> None:
        """Remember the right answers of a response, and note weights that our kinds do not know."""
        self.right[response.identifier] = response.value(*right)
        if not response.mapping or (self.processing.element is not None and "match" in self.processing.template):
            return
        points = {entry.key: entry.points for entry in response.mapping}
        if len({points.get(key, response.mapping_default) for key in right}) > 1:
            self.note(UNEQUAL)
        if any(value < 0 for value in points.values()) or response.mapping_default < 0:
            self.note(PENALTY)
        if any(value > 0 and key not in right for key, value in points.items()):
            self.note(PARTLY)
