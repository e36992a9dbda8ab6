"""A written answer cut where something was found in it."""

from collections.abc import Iterable, Iterator

from question_bank.kinds.base import Span


def marked(text: str, spans: Iterable[Span]) -> Iterator[tuple[str, bool]]:
    """Cut `text` into pieces inside and outside of `spans`, which may overlap."""
    inside = [False] * len(text)
    for span in spans:
        inside[span.start : span.end] = [True] * (min(span.end, len(text)) - span.start)
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or inside[end] != inside[start]:
            yield text[start:end], inside[start]
            start = end
