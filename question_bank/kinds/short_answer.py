"""Short answer: 简答题, with the forms 情景答客商 (scenario), 问题会诊 (diagnosis). A person marks, rules suggest."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from question_bank.enums import Kind, ScoringRule, TextForm
from question_bank.errors import N_, ParseError, Problem
from question_bank.kinds.base import (
    MAX_TEXT,
    Content,
    Decision,
    KindRules,
    Order,
    Part,
    Response,
    Text,
    part,
)
from question_bank.kinds.checking import check_explanation, check_keys
from question_bank.kinds.key_points import KeyPoint, PointMarks, Suggestion, hits_fully
from question_bank.kinds.reading import read_mapping, read_text
from question_bank.kinds.rubric import Assessment, Flag, rubric_of
from question_bank.kinds.views import KeyPointView, KeyView, Labelled, PublicView
from question_bank.scoring import RuleOptions

# The four boxes of a diagnosis: name in the response and heading on the paper.
DIAGNOSIS_FIELDS = (
    Labelled(label="problem", text="正在遇到的问题"),
    Labelled(label="department", text="责任部门"),
    Labelled(label="done", text="已采取的措施"),
    Labelled(label="planned", text="拟采取的措施"),
)
_FIELD_NAMES = tuple(field.label for field in DIAGNOSIS_FIELDS)


class ShortAnswerContent(Content):
    """``reference`` is the reference answer, ``rubric`` its key points; a diagnosis has neither.

    ``is_model`` says that the reference may be shown to learners as a model answer. ``cap`` is the most that the key
    points earn together (每点2分，答出任意三点得6分); an answer that says any of ``veto`` earns nothing at all.
    """

    kind: Literal[Kind.SHORT_ANSWER] = Kind.SHORT_ANSWER
    form: TextForm = TextForm.ORDINARY
    reference: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    rubric: Annotated[tuple[KeyPoint, ...], Field(max_length=40)] = ()
    is_model: bool = False
    cap: PointMarks | None = None
    veto: Annotated[tuple[Text, ...], Field(max_length=100)] = ()

    @model_serializer(mode="wrap")
    def _as_stored(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out ``cap`` and ``veto`` where there are none: contents stored before keep their hash."""
        data: dict[str, Any] = inner(self)
        return {name: value for name, value in data.items() if name not in {"cap", "veto"} or value}

    @property
    def rubric_marks(self) -> Decimal:
        """The sum of the key points, at most ``cap``, from which marks are scaled to the section's."""
        whole = sum((point.marks for point in self.rubric), Decimal(0))
        return whole if self.cap is None else min(whole, self.cap)

    def marks_of_best(self, count: int | None) -> Decimal:
        """The sum of the ``count`` heaviest key points, at most ``rubric_marks``; None counts them all."""
        heaviest = sorted((point.marks for point in self.rubric), reverse=True)[:count]
        return min(sum(heaviest, Decimal(0)), self.rubric_marks)

    def assess(self, text: str) -> Assessment:
        """Mark a text by the rubric, in the rubric's own marks."""
        return rubric_of(self.rubric, self.reference, self.stem, self.cap, self.veto).assess(text)


class ShortAnswerResponse(Response):
    """``text``; for a diagnosis ``fields`` (problem, department, done, planned) instead."""

    kind: Literal[Kind.SHORT_ANSWER] = Kind.SHORT_ANSWER
    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    fields: dict[str, Annotated[str, Field(max_length=MAX_TEXT)]] = Field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return not any(text.strip() for text in (self.text, *self.fields.values()))


class ShortAnswerRules(KindRules[ShortAnswerContent, ShortAnswerResponse]):
    """简答题."""

    kind = Kind.SHORT_ANSWER
    content_type = ShortAnswerContent
    response_type = ShortAnswerResponse

    def public_view(self, content: ShortAnswerContent, order: Order) -> PublicView:
        """Show the stem and, for a diagnosis, its four boxes."""
        del order
        fields = DIAGNOSIS_FIELDS if content.form is TextForm.DIAGNOSIS else ()
        return PublicView(kind=self.kind, stem=content.stem, form=content.form, fields=fields)

    def parse(self, content: ShortAnswerContent, order: Order, raw: object) -> ShortAnswerResponse:
        """Read a text, or for a diagnosis an object of texts under the names of its fields."""
        del order
        if content.form is not TextForm.DIAGNOSIS:
            return ShortAnswerResponse(text=read_text(raw))
        given = {name: read_text(text) for name, text in read_mapping(raw).items()}
        strangers = sorted(given.keys() - set(_FIELD_NAMES))
        if strangers:
            raise ParseError(N_("There is no field “%(name)s”."), name=strangers[0])
        return ShortAnswerResponse(fields={name: given.get(name, "") for name in _FIELD_NAMES})

    def decide(
        self,
        content: ShortAnswerContent,
        response: ShortAnswerResponse,
        rule: ScoringRule,
        marks: Fraction,
        options: RuleOptions,
    ) -> Decision:
        """Decide nothing; suggest the key points hit, scaled from the rubric to ``marks`` (rule: key_points).

        Where the section requires only so many points, whichever they are, that many of the heaviest are all marks.
        """
        del rule
        whole = Fraction(content.marks_of_best(options.required))
        scale = marks / whole if whole else Fraction(0)
        found = content.assess(response.text)
        return Decision(
            earned=Fraction(0),
            suggested=found.marks * scale,
            parts=tuple(
                self._part(point, suggestion, scale)
                for point, suggestion in zip(content.rubric, found.points, strict=True)
            ),
            needs_person=True,
            note=_note(found),
            confidence=found.confidence if content.rubric else None,
            flags=tuple(sorted(found.flags)),
        )

    def _part(self, point: KeyPoint, suggestion: Suggestion, scale: Fraction) -> Part:
        out_of = Fraction(point.marks) * scale
        shown = part(point.id, ok=None, marks=suggestion.marks * scale, out_of=out_of, note=suggestion.note)
        return shown.model_copy(
            update={"spans": suggestion.spans, "rules": tuple(hit.rule.value for hit in suggestion.hits)}
        )

    def key_view(self, content: ShortAnswerContent, order: Order) -> KeyView:
        """Show the reference answer and the key points."""
        del order
        points = tuple(
            KeyPointView(
                id=point.id,
                point=point.point,
                marks=point.marks,
                terms=point.keyword_groups,
                needed=point.needed,
                in_order=point.in_order,
                forbidden=point.forbidden,
                deduction=point.deduction,
            )
            for point in content.rubric
        )
        return KeyView(
            kind=self.kind,
            answer=content.reference,
            explanation=content.explanation,
            points=points,
            cap=content.cap,
            veto=content.veto,
        )

    def check(self, content: ShortAnswerContent) -> list[Problem]:
        """Check the rubric against the reference answer and the stem."""
        if content.form is TextForm.DIAGNOSIS:
            return []
        problems = check_explanation(content) + check_keys("rubric", [point.id for point in content.rubric])
        if not content.reference.strip():
            problems.append(Problem("reference", N_("The reference answer is missing.")))
        if not content.rubric_marks:
            problems.append(Problem("rubric", N_("There are no key points with marks.")))
        for number, point in enumerate(content.rubric, 1):
            problems += self._check_point(f"rubric[{number}]", point, content)
        return problems

    def _check_point(self, where: str, point: KeyPoint, content: ShortAnswerContent) -> list[Problem]:
        params: dict[str, object] = {"point": point.point}
        problems = []
        if not point.keyword_groups:
            template = N_("“%(point)s” has no terms, so nothing can be suggested.")
            problems.append(Problem(where, template, params, warning=True))
        elif not hits_fully(point, content.reference):
            problems.append(Problem(where, N_("The reference answer does not hit “%(point)s” in full."), params))
        for name, part_marks in (("partial", point.partial), ("per_group", point.per_group)):
            if part_marks is not None and part_marks > point.marks:
                template = N_("“%(point)s” gives more for a part than for the whole.")
                problems.append(Problem(f"{where}.{name}", template, params))
        return problems


def _note(found: Assessment) -> str:
    """What a marker is told about the answer as a whole."""
    if found.veto:
        return N_("Says what costs the whole answer")
    return N_("Hardly more than a list of terms: read it closely.") if Flag.BARE in found.flags else ""
