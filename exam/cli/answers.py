"""`liangjuan grade answers FILE`: written answers from a plain file, marked by key points. It needs no database."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from exam.cli.output import answer, json_option
from exam.grading import answer_figures, answer_file
from exam.grading.answer_file import Asked, Fault, Marked, NotARubric
from question_bank.errors import fill


@click.command("answers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--rubric",
    "rubric_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON: {"QUESTION": {"max": 6, "rubric": [{"point": "…", "score": 2, "keyword_groups": [["备案", "告知"]]}]}}',
)
@json_option
def answers(file: Path, rubric_file: Path, *, as_json: bool) -> None:
    """Mark the written answers of FILE by the key points of a rubric.

    FILE holds one JSON object a line: {"id", "question", "answer"}, and "human" where a person's mark is known. Then
    agreement is reported too (quadratic weighted kappa, mean absolute error), by question and pooled.

    Each key point says what it earned, which characters of the answer earned it and by which rule. Both shapes are
    described in docs/grading.md. Lines that cannot be used are named with their reason; the status is then 1.
    """
    try:
        asked, faults = answer_file.read_rubrics(rubric_file.read_text(encoding="utf-8-sig"))
    except (NotARubric, UnicodeDecodeError) as error:
        said = fill(error.template, error.params) if isinstance(error, NotARubric) else "not UTF-8"
        raise click.BadParameter(f"{rubric_file}: {said}", param_hint="--rubric") from error
    marked: list[Marked] = []
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        for found in answer_file.read_answers(lines, asked):
            if isinstance(found, Fault):
                faults.append(found)
            else:
                marked.append(answer_file.marked(found, asked[found.question]))
    data = figures(marked, asked) | {"rejected": [_rejected(each) for each in faults]}
    answer(data, _said(data, as_json=as_json), as_json=as_json, findings=bool(faults))


def figures(marked: Iterable[Marked], asked: dict[str, Asked]) -> dict[str, Any]:
    """What is printed as JSON, without the rejected lines; `agreement` only where people's marks are known."""
    marked = list(marked)
    data: dict[str, Any] = {"answers": [answer_file.as_json(each, asked[each.answer.question]) for each in marked]}
    by_question = defaultdict(list)
    for each in marked:
        if each.answer.human is not None:
            by_question[each.answer.question].append(each)
    if by_question:
        data["agreement"] = answer_figures.agreements(by_question)
    return data


def _rejected(each: Fault) -> dict[str, Any]:
    place = {"line": each.line} if each.line else {"question": each.question}
    return place | {"rule": each.why.value, "reason": each.why.chinese}


def _said(data: dict[str, Any], *, as_json: bool) -> list[str]:
    if as_json:
        return []
    lines = [f"{_place(each)}：{each['reason']}" for each in data["rejected"]]
    lines += [
        f"{each['id']}\t{each['marks']:g}/{each['max']:g}分\t把握{each['confidence']:.0%}\t"
        + "；".join(f"{point['point']} {point['marks']:g}分（{point['rule']}）" for point in each["points"])
        for each in data["answers"]
    ]
    for name, found in data.get("agreement", {}).get("by_question", {}).items():
        lines.append(f"与人工评分 {name}：{_agreement(found)}")
    if "agreement" in data:
        lines.append(f"与人工评分 合计：{_agreement(data['agreement']['pooled'])}")
    return lines


def _place(each: dict[str, Any]) -> str:
    return f"第{each['line']}行" if "line" in each else f"试题{each['question']}"


def _agreement(found: dict[str, Any]) -> str:
    kappa = "–" if found["qwk"] is None else f"{found['qwk']:.3f}"
    return f"{found['n']}份 QWK {kappa} MAE {found['mae']:.3f}"
