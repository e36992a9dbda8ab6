"""What a comparison of likeness looks at in a question: its texts, its key, the articles it rests on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.similarity import Look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from question_bank.drafts import Draft

TRUE, FALSE = "正确", "错误"


def look_of(draft: Draft) -> Look:
    """Return what is compared of a draft."""
    basis = ((cited.document, cited.article) for cited in draft.citations)
    return look_at(draft.kind, draft.content.model_dump(mode="json"), basis)


def look_at(kind: Kind, content: dict[str, Any], basis: Iterable[tuple[str, str]] = ()) -> Look:
    """Return what is compared of a content as the database holds it; ``basis`` is document and article.

    Reads the stored JSON as it stands, for a whole bank is looked through at once.
    """
    options, key = _PARTS.get(kind, _nothing)(content)
    articles = frozenset(f"{document} {article}" for document, article in basis if article)
    return Look(kind, _stem(kind, content), options, key, articles)


Parts = tuple[tuple[str, ...], tuple[str, ...]]


def _stem(kind: Kind, content: dict[str, Any]) -> str:
    if kind is not Kind.CASE:
        return str(content["stem"])
    return "\n".join([content["stem"], *(str(sub["content"]["stem"]) for sub in content.get("subquestions", ()))])


def _choice(content: dict[str, Any]) -> Parts:
    texts = {option["key"]: option["text"] for option in content["options"]}
    right = [content["answer"]] if isinstance(content["answer"], str) else content["answer"]
    return tuple(texts.values()), tuple(texts[each] for each in right if each in texts)


def _true_false(content: dict[str, Any]) -> Parts:
    return (), (TRUE if content["answer"] else FALSE,)


def _blanks(content: dict[str, Any]) -> Parts:
    return (), tuple(forms[0] for forms in content["answers"] if forms)


def _numeric(content: dict[str, Any]) -> Parts:
    return (), (str(content.get("value", content.get("answer", ""))),)


def _ordering(content: dict[str, Any]) -> Parts:
    texts = tuple(item["text"] for item in content["items"])
    return texts, texts


def _matching(content: dict[str, Any]) -> Parts:
    texts = tuple(row["text"] for row in (*content["left"], *content["right"]))
    return texts, texts


def _nothing(content: dict[str, Any]) -> Parts:
    del content
    return (), ()


_PARTS = {
    Kind.SINGLE_CHOICE: _choice,
    Kind.MULTIPLE_CHOICE: _choice,
    Kind.TRUE_FALSE: _true_false,
    Kind.FILL_BLANK: _blanks,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
}
