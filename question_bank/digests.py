"""What tells questions and their wordings apart, and what a search looks through. Pure."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from question_bank.kinds.case import CaseContent
from question_bank.kinds.choice import ChoiceContent
from question_bank.kinds.matching import MatchingContent
from question_bank.kinds.ordering import OrderingContent
from question_bank.normalise import canonical, folded
from question_bank.numerals import written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from question_bank.drafts import Draft
    from question_bank.kinds import Content


def content_hash(draft: Draft) -> str:
    """Return the hash of everything a version holds: content, marks, sentence on marking, citations.

    SHA-256 of canonical JSON (sorted keys, no spaces, numbers as plain decimals: 12.0 is 12), so that two databases
    with the same wording agree.
    """
    held: dict[str, Any] = {
        "content": _held(draft.content),
        "marks": written(draft.marks),
        "scoring": draft.scoring_note,
        "citations": [cited.model_dump() for cited in draft.citations],
    }
    return _sha256(json.dumps(held, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def fingerprint(content: Content) -> str:
    """Return a hash that is the same for two questions which read the same.

    Width, case, spaces, punctuation, the style of numbers and the order of options do not count; the key does not
    either, for the same wording with another key is a contradiction somebody must see.
    """
    stem, *rest = texts_of(content)
    return _sha256("\n".join([content.kind, canonical(stem), *sorted(canonical(text) for text in rest)]))


def answer_print(content: Content) -> str:
    """Return a hash of what ``fingerprint`` leaves out: the key, told by the texts it means, and the explanation.

    Two questions with the same fingerprint and the same answer print say the same in every respect.
    """
    return _sha256(json.dumps(_answer(content), sort_keys=True, ensure_ascii=False))


def task_print(content: Content) -> str:
    """Return a hash of what a candidate has to do: how the question reads, and its key. The explanation is left out.

    Answers to two versions with the same print may be counted together.
    """
    known = json.dumps(_answer(content)[:-1], sort_keys=True, ensure_ascii=False)
    return _sha256(fingerprint(content) + known)


def _answer(content: Content) -> list[Any]:
    known: Any
    if isinstance(content, ChoiceContent):
        known = sorted(canonical(option.text) for option in content.options if option.key in content.right)
    elif isinstance(content, OrderingContent):
        texts = {item.key: canonical(item.text) for item in content.items}
        known = sorted([texts[key] for key in order] for order in content.accepted)
    elif isinstance(content, MatchingContent):
        texts = {row.key: canonical(row.text) for row in (*content.left, *content.right)}
        known = sorted([texts[left], texts[right]] for left, right in content.pairs.items())
    elif isinstance(content, CaseContent):
        known = [_answer(sub.content) for sub in content.subquestions]
    else:
        known = _plain(content.model_dump(exclude={"kind", "stem", "explanation"}))
    return [known, canonical(content.explanation)]


def search_text(draft: Draft) -> str:
    """Return the folded text in which a search looks: code, subtopic, all texts shown, titles of documents."""
    titles = (f"{cited.document} {cited.article}" for cited in draft.citations)
    return "\n".join(searchable([draft.code, draft.subtopic, *texts_of(draft.content), *titles]))


def searchable(texts: Iterable[str]) -> list[str]:
    """Fold texts as they are stored and looked for, leaving out empty ones."""
    return [form for form in map(folded, texts) if form]


def texts_of(content: Content) -> list[str]:
    """Return every text a candidate sees, the stem first."""
    texts = [content.stem]
    if isinstance(content, ChoiceContent):
        texts += [option.text for option in content.options]
    elif isinstance(content, OrderingContent):
        texts += [item.text for item in content.items]
    elif isinstance(content, MatchingContent):
        texts += [row.text for row in (*content.left, *content.right)]
    elif isinstance(content, CaseContent):
        texts += [text for sub in content.subquestions for text in texts_of(sub.content)]
    return texts


def _held(content: Content) -> Any:
    """Return a content as JSON; of an ordering all accepted orders, however they were listed."""
    data = _plain(content.model_dump())
    if isinstance(content, OrderingContent):
        data["accepted_orders"] = _plain(content.accepted)
    return data


def _plain(value: Any) -> Any:
    """Turn dumped values into JSON ones."""
    if isinstance(value, Decimal):
        return written(value)
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
