"""A question of another system's file → an ``Item`` with a draft of ours. Pure.

A reader makes one ``Importer`` for a file and asks it, question by question, for the ``Item``:

* ``importer.question(source, kind, data, cautions=…)`` when the question can be held. ``data`` is the JSON object of
  the kind's content (``question_bank.kinds``: stem, options, answer …). What does not fit into it becomes faults.
* ``importer.unsupported(source, problem)`` for what no kind of ours can hold (the item is reported, not taken);
* ``importer.rejected(source, problem, …)`` for what is broken in the file.

``Source`` is what the file says beside the content; what it leaves open gets the usual: difficulty 2, the usual marks
of the kind, business paper, the root ``UNSORTED``. A category becomes the subtopic, title and tags go into the note.
The code is the file's own identifier with ``prefix`` before it, else ``prefix`` and 12 hex digits of the content's
fingerprint, so that importing twice changes nothing; within one file ``-2``, ``-3`` … keep twins apart.

Files we wrote ourselves carry what the format has no room for: ``carried(draft, native)`` makes that object when
writing (``native`` is the content as the reader of the format reads back what was just written), and a ``Source`` with
``own`` set to it makes the same draft again.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from question_bank.digests import fingerprint
from question_bank.drafts import Draft
from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.reading import Fault, Item
from question_bank.kinds import content_of, problems_of, slots
from question_bank.taxonomy import ROOTS, UNSORTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from question_bank.exchange.html_text import HtmlText
    from question_bank.kinds import Content

DIFFICULTY = 2
USUAL_MARKS: dict[Kind, Decimal] = {
    Kind.SINGLE_CHOICE: Decimal(1),
    Kind.MULTIPLE_CHOICE: Decimal(2),
    Kind.TRUE_FALSE: Decimal(1),
    Kind.FILL_BLANK: Decimal(1),
    Kind.NUMERIC: Decimal(5),
    Kind.ORDERING: Decimal(5),
    Kind.MATCHING: Decimal(1),
    Kind.SHORT_ANSWER: Decimal(10),
    Kind.CASE: Decimal(10),
}
"""The usual marks of a kind; of a fill_blank and a matching for each blank or pair."""

_CODE, _SUBTOPIC, _NOTE, _SHOWN, _DIGITS = 60, 100, 2000, 80, 12
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_CODES = re.compile(r"[\s\x00-\x1f\x7f/\\?#%&<>\"']+")
_CATEGORY_HEADS = {"$course$", "$system$", "$module$", "$cat1$", "top", ""}


@dataclass(frozen=True)
class Source:
    """What a file says of one question beside its content.

    ``name`` is what a person finds it by in the file, ``line`` counts from 1 (0: unknown), ``raw`` is written back when
    it is not taken. ``identifier`` is the file's own stable id; ``category`` its path of categories, parted by ``/``;
    ``own`` what ``carried`` made, read back from the file.
    """

    name: str
    line: int
    raw: object
    identifier: str = ""
    title: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    marks: Decimal | None = None
    difficulty: int | None = None
    explanation: str = ""
    own: object = None


@dataclass
class Importer:
    """Makes the items of one file. ``prefix`` stands before codes (``GIFT-``), ``topic`` is a root or empty."""

    prefix: str
    topic: str = ""
    _codes: dict[str, int] = field(default_factory=dict)

    def question(
        self, source: Source, kind: Kind, data: Mapping[str, Any], *, cautions: Iterable[Problem] = ()
    ) -> Item:
        """Return the item of a question; faults instead of a draft where ``data`` does not make a content."""
        noted = list(cautions)
        whole = {"explanation": source.explanation, **data}
        try:
            content = content_of(kind, _storable(whole))
            draft = self._own(source, content, noted) or self._foreign(source, content)
        except Invalid as error:
            return self.rejected(source, *error.problems)
        return Item(_name(source), source.line, source.raw, self._apart(draft), cautions=tuple(noted))

    def unsupported(self, source: Source, problem: Problem) -> Item:
        """Return the item of a question that none of our kinds can hold, with the reason."""
        return Item(_name(source), source.line, source.raw, None, (fault_of(problem),), unsupported=True)

    def rejected(self, source: Source, *problems: Problem) -> Item:
        """Return the item of a question that is broken in the file."""
        return Item(_name(source), source.line, source.raw, None, tuple(fault_of(problem) for problem in problems))

    def _own(self, source: Source, content: Content, noted: list[Problem]) -> Draft | None:
        """Return the draft our own export carried along; None, with a caution, when what it carried is spoilt."""
        if source.own is None:
            return None
        try:
            return _with_carried(content, source.own)
        except Invalid:
            template = N_("What our own export wrote beside the question cannot be read any more; it is left out.")
            noted.append(Problem("", template, warning=True))
            return None

    def _foreign(self, source: Source, content: Content) -> Draft:
        topic, subtopic = _place(source.category)
        marks = source.marks if source.marks and source.marks > 0 else usual_marks(content)
        data = {
            "code": self._code(source, content),
            "content": content,
            "topic": topic or self.topic or UNSORTED,
            "subtopic": subtopic,
            "difficulty": source.difficulty or DIFFICULTY,
            "marks": marks.quantize(Decimal("0.01")).normalize() + 0,
            "reviewer_note": _note(source, content),
        }
        try:
            return Draft.model_validate(data)
        except ValidationError as error:
            raise Invalid(problems_of(error)) from error

    def _code(self, source: Source, content: Content) -> str:
        given = _NOT_IN_CODES.sub("-", _storable(source.identifier)).strip("-")
        if not given:
            return self.prefix + fingerprint(content)[:_DIGITS]
        code = self.prefix + given
        if len(code) <= _CODE:
            return code
        return f"{code[: _CODE - _DIGITS - 1]}-{_digest(given)}"

    def _apart(self, draft: Draft) -> Draft:
        """Return the draft under a code no other item of the file bears."""
        code, number = draft.code, self._codes.get(draft.code, 0) + 1
        while number > 1 and code in self._codes:
            ending = f"-{number}"
            code = draft.code[: _CODE - len(ending)] + ending
            number += 1
        self._codes[draft.code] = max(number - 1, 1)
        self._codes.setdefault(code, 1)
        return draft if code == draft.code else draft.model_copy(update={"code": code})


def usual_marks(content: Content) -> Decimal:
    """Return the marks a question of this content usually has."""
    return USUAL_MARKS[content.kind] * slots(content)


def lost_problems(where: str, text: HtmlText) -> list[Problem]:
    """Return a caution for everything a piece of HTML lost on its way into our text; pictures are not among it."""
    return [Problem(where, sentence, warning=True) for sentence in text.lost]


def fault_of(problem: Problem) -> Fault:
    """Return a problem as a fault of an item; ``found`` of its params is what stood in the file."""
    column = str(problem.params.get("field", problem.where))
    return Fault(column, str(problem.params.get("found", ""))[:_SHOWN], problem)


def carried(draft: Draft, native: Content) -> dict[str, Any]:
    """Return as a JSON object what a format has no room for; ``native``: what its reader reads back, same kind.

    All that stands beside the content, and of the content the fields that come back otherwise. Each of those stands
    with a digest of what comes back, so that a question edited in the other system keeps the edit.
    """
    wanted, found = draft.content.model_dump(mode="json"), native.model_dump(mode="json")
    fields = {name: [_digest(found.get(name)), value] for name, value in wanted.items() if found.get(name) != value}
    beside = draft.model_dump(mode="json", exclude={"content"}, exclude_defaults=True)
    return {"draft": beside, **({"content": fields} if fields else {})}


def _with_carried(native: Content, own: object) -> Draft:
    """Return the draft of which ``carried`` made ``own``; raise ``Invalid`` when it is not of that form."""
    fields = own.get("content", {}) if isinstance(own, dict) else None
    if not isinstance(own, dict) or not isinstance(own.get("draft"), dict) or not isinstance(fields, dict):
        raise Invalid([Problem("", N_("An object was expected (found: %(found)s)."), {"found": str(own)[:_SHOWN]})])
    found = native.model_dump(mode="json")
    for name, value in fields.items():
        if isinstance(value, list) and len(value) == 2 and _digest(found.get(name)) == value[0]:
            found[name] = value[1]
    try:
        return Draft.model_validate(own["draft"] | {"content": content_of(native.kind, found)})
    except ValidationError as error:
        raise Invalid(problems_of(error)) from error


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _storable(value: Any) -> Any:
    """Drop what no database stores (NUL, controls, lone surrogates) and white space at the ends, in all texts."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if isinstance(value, (list, tuple)):
        return [_storable(entry) for entry in value]
    return {key: _storable(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def _name(source: Source) -> str:
    return _storable(source.name).replace("\n", " ")[:_SHOWN] or f"#{source.line}"


def _place(category: str) -> tuple[str, str]:
    """Return root and subtopic of a path of categories; a step that is one of our roots by code or name is the root."""
    steps = [step.strip() for step in _storable(category).replace("//", "\x00").split("/")]
    steps = [step.replace("\x00", "/") for step in steps if step.lower() not in _CATEGORY_HEADS]
    words = {**dict.fromkeys(ROOTS), **{name: code for code, name in ROOTS.items()}}
    for number, step in enumerate(steps):
        if step in words:
            return words[step] or step, "/".join(steps[number + 1 :])[-_SUBTOPIC:]
    return "", "/".join(steps)[-_SUBTOPIC:]


def _note(source: Source, content: Content) -> str:
    """Return title and tags as a note, the title only where the stem does not say it already."""
    title = _storable(source.title)
    lines = [f"标题：{title}"] if title and title not in content.stem else []
    tags = [_storable(tag) for tag in source.tags]
    lines += [f"标签：{'、'.join(tag for tag in tags if tag)}"] if any(tags) else []
    return "\n".join(lines)[:_NOTE]
