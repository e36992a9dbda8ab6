"""A case whose sub-questions stand in one text with its material: 材料 …（1）…（2）…; its answers likewise. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from question_bank.exchange.answers import marked

_HAN = "一二三四五六七八九十"
_MARKS = (
    re.compile(r"(?:^|(?<=[\s。？！?!；;：:]))[（(](?P<number>\d{1,2}|[一二三四五六七八九十])[）)]\s*"),
    re.compile(r"(?:^|(?<=[\s。？！?!]))(?:第(?P<number>\d{1,2}|[一二三四五六七八九十])[小]?[问题][:：.、]?)\s*"),
    re.compile(r"(?:^|(?<=\n))\s*(?:问题|小题|问)\s*(?P<number>\d{1,2}|[一二三四五六七八九十])[:：.、．]?\s*"),
    re.compile(r"(?:^|(?<=\n))\s*(?P<number>\d{1,2})(?:[、．]|\.(?!\d))\s*"),
    re.compile(r"(?P<number>[①-⑩])\s*"),
)
_ANYWHERE = re.compile(r"[（(](?P<number>\d{1,2}|[一二三四五六七八九十])[）)]\s*")
LEAD_IN = re.compile(r"\s*(?:问题|请回答|请问|问)[:：]?\s*$")


class Parts(NamedTuple):
    """The material, and the cells of each sub-question by field."""

    material: str
    cells: tuple[dict[str, str], ...]


def parts_of(text: str, answer: str, points: str = "") -> Parts | None:
    """Cut a case into its material and two or more sub-questions that count up from one; None when it has none.

    The answer must fall into as many parts; where it does not, it stands whole with the first sub-question.
    """
    for mark in _MARKS:
        found = numbered(text, mark)
        if found and found[0] and len(found) > 2:
            material, *questions = found
            answers, rubrics = shared(answer, len(questions)), shared(points, len(questions))
            cells = [
                {"stem": stem, "answer": given, "points": rubric, "kind": "" if marked(stem) else "简答"}
                for stem, given, rubric in zip(questions, answers, rubrics, strict=True)
            ]
            kept = tuple({field: value for field, value in each.items() if value} for each in cells)
            return Parts(LEAD_IN.sub("", material), kept)
    return None


def shared(text: str, count: int) -> list[str]:
    """Return a text cut into ``count`` numbered parts; else whole with the first."""
    for mark in (*_MARKS, _ANYWHERE):
        found = numbered(text, mark)
        if found and len(found) == count + 1 and not found[0]:
            return found[1:]
    return [text, *[""] * (count - 1)]


def numbered(text: str, mark: re.Pattern[str]) -> list[str]:
    """Cut a text where ``mark`` counts 1, 2, 3 …: what stands before, then each part; empty when it does not count."""
    places: list[tuple[int, int]] = []
    for found in mark.finditer(text):
        if _number(found["number"]) == len(places) + 1:
            places.append(found.span())
    if not places:
        return []
    ends = [*(start for start, _ in places[1:]), len(text)]
    parts = [text[end:stop].strip() for (_, end), stop in zip(places, ends, strict=True)]
    return [text[: places[0][0]].strip(), *parts] if all(parts) else []


def _number(text: str) -> int:
    plain = unicodedata.normalize("NFKC", text)
    return int(plain) if plain.isdigit() else _HAN.index(text) + 1
