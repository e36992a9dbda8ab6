from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.random import Generator

from exam.papers.relaxing import select_or_relax
from exam.papers.standard import STANDARD, Standard
from exam.reports.brief import Hall, Question
from exam.reports.subjects import head_of
from question_bank.calibration import Observed, figures_of, hardness_of
from question_bank.content import shipped
from question_bank.enums import Audience, Kind, PaperKind
from question_bank.kinds import Content
from tests.factories.drawing import shipped_bank

BUSINESS = tuple(each for each in STANDARD if each.paper_kind is PaperKind.BUSINESS)
ABILITY, HALLS, LABELS_OFF = 0.85, 0.4, 0.8
CONCENTRATION = 2.0


@dataclass(frozen=True)
class Papers:
    """The closed questions of so many papers: `met` pairs (person, place in `questions`), and what is true of each.

    `options` are how many wrong options each question has, `subjects` the names by number.
    """

    questions: tuple[Question, ...]
    labels: tuple[tuple[Kind, int], ...]
    options: tuple[int, ...]
    subjects: tuple[str, ...]
    met: tuple[tuple[int, int], ...]

    def answers_on(self, subject: int) -> int:
        """How often the hall meets a subject."""
        return sum(self.questions[place].subject == subject for _, place in self.met)


@dataclass(frozen=True)
class Planted:
    """A hall's answers and the number of the subject it misunderstands."""

    hall: Hall
    subject: int


@cache
def drawn_papers(standard: Standard, people: int, seed: int) -> Papers:
    """Papers for a hall of `people` by the real assembly, on the labels of the shipped bank."""
    audience = standard.audience or Audience.TOWN
    bank = [
        replace(each, figures=figures_of(each.kind, each.difficulty))
        for each in shipped_bank(standard.paper_kind, audience, "U01")
    ]
    drawn = select_or_relax(standard.plan, bank, papers=people, seed=seed).selection.papers
    drafts = {draft.code: draft for draft in shipped(demo=True)}
    codes = sorted({item.question.code for paper in drawn for item in paper.items if not item.question.kind.is_written})
    subjects = sorted({(drafts[code].topic, head_of(drafts[code].subtopic)) for code in codes})
    roots, kinds = sorted({topic for topic, _ in subjects}), list(Kind)
    places = {code: place for place, code in enumerate(codes)}
    questions = []
    for code in codes:
        draft = drafts[code]
        known = hardness_of(draft.kind, draft.difficulty)
        wrong = wrong_options(draft.content)
        questions.append(
            Question(
                subject=subjects.index((draft.topic, head_of(draft.subtopic))),
                topic=roots.index(draft.topic),
                kind=kinds.index(draft.kind),
                hardness=known.middle,
                doubt=known.doubt,
                floor=known.floor,
                drawn=(0.0,) * wrong,
            )
        )
    return Papers(
        questions=tuple(questions),
        labels=tuple((drafts[code].kind, drafts[code].difficulty) for code in codes),
        options=tuple(len(each.drawn) for each in questions),
        subjects=tuple(f"{topic} {name}" for topic, name in subjects),
        met=tuple(
            (person, places[item.question.code])
            for person, paper in enumerate(drawn)
            for item in paper.items
            if item.question.code in places
        ),
    )


def wrong_options(content: Content) -> int:
    """How many wrong options a question has; the other judgement is one, what is left out of several is none."""
    if content.kind is Kind.TRUE_FALSE:
        return 1
    return sum(option.key not in content.right for option in getattr(content, "options", ()))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Truth:
    """What is true of the questions: difficulties, and by question the shares of its wrong options."""

    hardness: np.ndarray
    draws: tuple[np.ndarray, ...]


def truth(papers: Papers, chance: Generator) -> Truth:
    """Difficulties off their labels, and options that draw unequally."""
    hardness = np.array([each.hardness for each in papers.questions])
    return Truth(
        hardness + chance.normal(0, LABELS_OFF, hardness.size),
        tuple(chance.dirichlet([CONCENTRATION] * count) if count else np.zeros(0) for count in papers.options),
    )


def answered(papers: Papers, true: Truth, chance: Generator, *, subject: int | None = None, drop: float = 0.0) -> Hall:
    """The answers of a hall; with a `subject`, so many hold a misunderstanding of it that its facility falls by `drop`."""
    people = max(person for person, _ in papers.met) + 1
    ability = chance.normal(chance.normal(0, HALLS), ABILITY, people)
    floor = np.array([each.floor for each in papers.questions])
    due = [floor[q] + (1 - floor[q]) / (1 + np.exp(true.hardness[q] - ability[p])) for p, q in papers.met]
    own = [d for d, (_, q) in zip(due, papers.met, strict=True) if papers.questions[q].subject == subject]
    holders = set(chance.permutation(people)[: round(people * min(1.0, drop / np.mean(own)))]) if own else set()
    believed = [int(chance.integers(count)) if count else None for count in papers.options]
    share, picks = [], []
    for d, (person, place) in zip(due, papers.met, strict=True):
        held = person in holders and papers.questions[place].subject == subject
        earned, chosen = _one(papers, true, place, d, believed[place] if held else None, held=held, chance=chance)
        share.append(earned)
        picks.append(chosen)
    return Hall(
        papers.questions,
        np.array([person for person, _ in papers.met]),
        np.array([place for _, place in papers.met]),
        np.array(share),
        tuple(picks),
    )


def _one(
    papers: Papers, true: Truth, place: int, due: float, believed: int | None, *, held: bool, chance: Generator
) -> tuple[float, tuple[int, ...]]:
    """The share earned and the wrong options chosen."""
    if held:
        return 0.0, () if believed is None else (believed,)
    if chance.random() < due:
        return 1.0, ()
    several = papers.labels[place][0] is Kind.MULTIPLE_CHOICE
    if not papers.options[place] or (several and chance.random() < 0.5):
        return (0.5 if several else 0.0), ()
    return 0.0, (int(chance.choice(papers.options[place], p=true.draws[place])),)


def with_history(papers: Papers, true: Truth, chance: Generator, *, answers: int) -> Papers:
    """The same papers in a county where every question has been answered so often before, by people of all abilities."""
    questions = []
    for place, question in enumerate(papers.questions):
        ability = chance.normal(0, ABILITY, answers)
        due = question.floor + (1 - question.floor) / (1 + np.exp(true.hardness[place] - ability))
        right = int((chance.random(answers) < due).sum())
        kind, difficulty = papers.labels[place]
        known = hardness_of(kind, difficulty, Observed(answers, round(10_000 * right / answers)))
        wrong = chance.multinomial(answers - right, true.draws[place]) if papers.options[place] else ()
        questions.append(
            replace(question, hardness=known.middle, doubt=known.doubt, drawn=tuple(float(each) for each in wrong))
        )
    return replace(papers, questions=tuple(questions))
