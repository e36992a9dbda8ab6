"""Pure: from what was found in a hall to the sentences of its brief, in the office's own Chinese."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from exam.reports.brief import Findings, Hall, Real, Suspect
from exam.reports.brief_content import FEWEST, Law, Point, Responsible, TopicLine, Wrong, coarse, people
from exam.reports.hall_answers import Facts, Read
from exam.reports.subjects import Department, department_for
from question_bank.enums import Kind
from question_bank.kinds import Content, key_view, plain_order
from question_bank.kinds.choice import ChoiceContent
from question_bank.kinds.true_false import TrueFalseContent
from question_bank.richtext import plain

Flags = NDArray[np.bool_]
"""One for each answer."""
POINTS = 3
EXAMPLES = 2
"""So many questions of a point are told."""
CLEAR, LIKELY = 0.9, 0.5
"""Probabilities from which a point is clear, or likely; below it may be chance."""
_GAP = re.compile(r"[（(][\s　_]*[）)]")
_STATE = "中华人民共和国"


@dataclass(frozen=True)
class Cited:
    """The first citation of a version."""

    document: str
    article: str
    text: str


def tellable(read: Read, found: Findings) -> list[Suspect]:
    """The subjects that may be told, in their order: at least five people met them and five missed something there."""
    return [each for each in found.subjects if _told(read.hall, each)][:POINTS]


def _told(hall: Hall, suspect: Suspect) -> bool:
    own = _rows(hall, suspect)
    asked, missed = _people(hall, own), _people(hall, own & (hall.share < 1))
    return suspect.evidence > 0 and asked >= FEWEST and missed >= FEWEST


def _rows(hall: Hall, suspect: Suspect) -> Flags:
    rows: Flags = np.isin(hall.question, [place for place, _ in suspect.questions])
    return rows


def _people(hall: Hall, rows: Flags) -> int:
    return int(np.unique(hall.person[rows]).size)


def examples(hall: Hall, suspect: Suspect) -> list[int]:
    """The questions (places) that show a point best: where the hall's wrong option was chosen, the strongest first."""
    shown = [place for place, _ in suspect.questions if _misled(hall, suspect, place).any()]
    rest = [place for place, _ in suspect.questions if place not in shown]
    return (shown + rest)[:EXAMPLES]


def _misled(hall: Hall, suspect: Suspect, place: int) -> Flags:
    option = suspect.options[place]
    chosen = [option is not None and option in picks for picks in hall.picks]
    found: Flags = np.array(chosen, dtype=np.bool_) & (hall.question == place)
    return found


def points(
    read: Read, found: Findings, told: Sequence[Suspect], cited: Mapping[int, Cited], departments: Sequence[Department]
) -> tuple[Point, ...]:
    """What the hall is told, the clearest first. `cited` is by version."""
    return tuple(_point(read, found, each, cited, departments) for each in told)


def _point(
    read: Read, found: Findings, suspect: Suspect, cited: Mapping[int, Cited], departments: Sequence[Department]
) -> Point:
    hall, own = read.hall, _rows(read.hall, suspect)
    asked, missed = _people(hall, own), _people(hall, own & (hall.share < 1))
    misled = np.zeros(own.size, dtype=bool)
    for place, _ in suspect.questions:
        misled |= _misled(hall, suspect, place)
    many = _people(hall, misled)
    shown = examples(hall, suspect)
    first = read.facts[shown[0]]
    wrongs = tuple(_wrong(read.facts[place], suspect.options[place], named=many >= FEWEST) for place in shown)
    law = cited.get(first.version_id)
    _, subject = read.subjects[suspect.subject]
    texts = [(first.subtopic, 4), (law.document if law else "", 2), (plain(first.content.stem), 1)]
    department = department_for(texts, departments)
    return Point(
        subject=subject or first.topic_name,
        topic=first.topic_name,
        sure=sureness(suspect, len(read.subjects)),
        asked=asked,
        missed=people(missed, asked),
        misled=people(many, asked),
        earned=coarse(_share(read, hall.share, own)),
        expected=coarse(_share(read, found.expected, own)),
        county=_county(read, own),
        wrongs=wrongs,
        law=Law(document=law.document, article=law.article, text=law.text) if law else None,
        ask=question_for(first.content, wrongs[0].believed),
        department=_responsible(department, departments),
    )


def _responsible(chosen: Department | None, departments: Sequence[Department]) -> Responsible | None:
    if chosen is None:
        return None
    here = chosen.here if any(each.here for each in departments) else None
    return Responsible(unit_id=chosen.unit_id, name=chosen.name, here=here)


def sureness(suspect: Suspect, subjects: int) -> Literal["clear", "likely", "open"]:
    """By the probability that the hall holds it, if beforehand one of its subjects were misunderstood."""
    odds = exp(min(50.0, suspect.evidence)) / max(1, subjects)
    likely = odds / (1 + odds)
    return "clear" if likely >= CLEAR else "likely" if likely >= LIKELY else "open"


def _share(read: Read, values: Real, rows: Flags) -> float:
    weights = np.array(read.weights)[rows]
    return float((values[rows] * weights).sum() / weights.sum())


def _county(read: Read, rows: Flags) -> int | None:
    """What earlier stops earned on the same questions, weighed as this hall met them; None where few answered them."""
    known = [
        (read.county[version], weight)
        for place, weight in zip(read.hall.question[rows], np.array(read.weights)[rows], strict=True)
        if (version := read.facts[place].version_id) in read.county
    ]
    if len(known) * 2 < int(rows.sum()) or sum({id(each): each.answers for each, _ in known}.values()) < FEWEST:
        return None
    return coarse(sum(each.share * weight for each, weight in known) / sum(weight for _, weight in known))


def topic_lines(read: Read, found: Findings) -> tuple[TopicLine, ...]:
    """The topics that at least five people met, the one furthest below expectation first."""
    lines = []
    names = {facts.topic: facts.topic_name for facts in read.facts}
    for level in found.topics:
        places = [place for place, each in enumerate(read.hall.questions) if each.topic == level.topic]
        rows = np.isin(read.hall.question, places)
        if _people(read.hall, rows) >= FEWEST:
            lines.append(
                TopicLine(
                    name=names[read.topics[level.topic]],
                    earned=coarse(_share(read, read.hall.share, rows)),
                    expected=coarse(_share(read, found.expected, rows)),
                    county=_county(read, rows),
                    difference=round(100 * level.difference),
                )
            )
    return tuple(lines)


def _wrong(facts: Facts, option: int | None, *, named: bool) -> Wrong:
    believed = believed_words(facts.content, facts.wrong[option]) if named and option is not None else ""
    return Wrong(
        question_id=facts.question_id,
        code=facts.code,
        stem=plain(facts.content.stem),
        believed=believed,
        right=right_words(facts.content),
        why=plain(facts.content.explanation),
    )


def believed_words(content: Content, key: str) -> str:
    """A wrong option as it reads; of a statement, how it was judged."""
    if isinstance(content, TrueFalseContent):
        return "这句话正确" if key == "√" else "这句话错误"
    if isinstance(content, ChoiceContent):
        return next(plain(option.text) for option in content.options if option.key == key)
    return ""


def right_words(content: Content) -> str:
    """What is right, in words that need no letters of options."""
    if isinstance(content, TrueFalseContent):
        mended = f"，应为“{content.corrections[0]}”" if content.corrections else ""
        return f"这句话{'正确' if content.answer else '错误'}{mended}"
    if isinstance(content, ChoiceContent):
        return "；".join(plain(option.text) for option in content.options if option.key in content.right)
    return plain(key_view(content, plain_order(content)).answer)


def question_for(content: Content, believed: str) -> str:
    """A question to the hall that lets people speak before the answer is told; it does not hold the right answer."""
    stem = _GAP.sub("……", plain(content.stem)).rstrip("。")
    if isinstance(content, TrueFalseContent):
        return f"有人说：“{stem}。”这话对不对？依据是哪一条？"
    stem = stem.rstrip("…")
    if believed and content.kind is Kind.MULTIPLE_CHOICE:
        return f"{stem}——不少同志把“{believed}”也算在内，该不该算？为什么？"
    if believed:
        return f"{stem}——不少同志答“{believed}”，问题出在哪里？依据是哪一条？"
    return f"{stem}——请当场说一说怎么办，依据是哪一条？"


def short_title(title: str) -> str:
    """A document's title as it is spoken."""
    return title.removeprefix(_STATE)
