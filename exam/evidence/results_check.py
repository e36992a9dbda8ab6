"""Do the answers and marks agree with what the audit chain sealed, and do the marks give the scores?"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from exam.evidence.contents import Contents, Finding
from exam.evidence.log_check import Log
from exam.evidence.writing import Row
from exam.grading.correcting import VOID
from exam.grading.mark_seal import FIELDS, digest_of
from exam.grading.marking import Source
from exam.grading.tally import Earned, tally
from exam.sittings import answer_log
from exam.sittings.answer_log import Logged
from question_bank.scoring import Floor


def check_answers(contents: Contents, log: Log) -> Iterator[Finding]:
    """Every log of answers against its seals; the last one must cover it whole. Revisions and operations stand once."""
    items = {item["id"]: item["paper_id"] for item in contents.tables["items"]}
    papers = {row["id"]: row["paper_id"] for row in contents.tables["assignments"]}
    logs: dict[int, list[Row]] = defaultdict(list)
    for row in contents.tables["answers"]:
        logs[row["attempt_id"]].append(row)
    for attempt in contents.tables["attempts"]:
        rows, where = logs.pop(attempt["id"], []), f"answers of attempt {attempt['id']}"
        if any(items.get(row["paper_item_id"]) != papers[attempt["assignment_id"]] for row in rows):
            yield Finding(where, "an answer is to a question of another paper")
        if len({row["operation"] for row in rows}) < len(rows) or len(
            {(row["paper_item_id"], row["revision"]) for row in rows}
        ) < len(rows):
            yield Finding(where, "an operation or a revision stands twice")
        yield from _check_log(where, rows, log.about(f"attempt:{attempt['id']}"))
    for attempt_id in logs:
        yield Finding(f"answers of attempt {attempt_id}", "there is no such attempt")


def _check_log(where: str, rows: list[Row], events: list[Row]) -> Iterator[Finding]:
    """Each seal covers the first so many rows; nothing may have come after the last one."""
    seals = [event["detail"]["log"] for event in events if isinstance(event["detail"].get("log"), dict)]
    logged = [_logged(row) for row in rows]
    for seal in seals:
        if answer_log.sealed(logged[: seal["rows"]]) != seal:
            yield Finding(where, "not as they were sealed in the audit chain")
            return
    if seals and seals[-1]["rows"] != len(rows):
        yield Finding(where, "answers were added after the last seal")


def _logged(row: Row) -> Logged:
    return Logged(
        row["paper_item_id"],
        row["revision"],
        row["operation"],
        row["value"],
        row["flagged"],
        datetime.fromisoformat(row["received_at"]),
        row["device"],
    )


def check_marks(contents: Contents, log: Log) -> Iterator[Finding]:
    """The marks that count against the latest seal of their score; sequences without gaps."""
    by_attempt: dict[int, list[Row]] = defaultdict(list)
    for row in contents.tables["marks"]:
        by_attempt[row["attempt_id"]].append(row)
    for attempt_id, rows in by_attempt.items():
        where = f"marks of attempt {attempt_id}"
        if any(_gaps(part) for part in _parts(rows).values()):
            yield Finding(where, "a mark is missing or stands twice")
        seals = [each for each in log.about(f"attempt:{attempt_id}") if each["action"] == "score.kept"]
        if seals:
            counting = [_mark(part[-1]) for part in _parts(rows).values()]
            if seals[-1]["detail"]["counting"] != {"rows": len(counting), "sha256": digest_of(counting)}:
                yield Finding(where, "not as they were sealed in the audit chain")


def _parts(rows: list[Row]) -> dict[tuple[int, str], list[Row]]:
    """By item and part its marks in their sequence."""
    found: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: int(row["sequence"])):
        found[row["paper_item_id"], row["part"]].append(row)
    return found


def _gaps(rows: list[Row]) -> bool:
    return [row["sequence"] for row in rows] != list(range(1, len(rows) + 1))


def _mark(row: Row) -> Any:
    told = {name: row[name] for name in FIELDS}
    read = {"awarded": Decimal(row["awarded"]), "maximum": Decimal(row["maximum"])}
    return SimpleNamespace(**told | read | {"at": datetime.fromisoformat(row["at"])})


def check_scores(contents: Contents, log: Log) -> Iterator[Finding]:
    """Every score counted anew from its marks, and against what the audit chain says of it."""
    items = contents.by_id("items")
    rounding = _rounding(contents)
    marks = sorted(contents.tables["marks"], key=lambda row: (row["attempt_id"], row["id"]))
    by_attempt = {key: list(rows) for key, rows in groupby(marks, key=lambda row: row["attempt_id"])}
    scores = {row["attempt_id"]: row for row in contents.tables["scores"]}
    for attempt_id in sorted(scores.keys() | by_attempt.keys()):
        where = f"score of attempt {attempt_id}"
        score, counting = scores.get(attempt_id), _parts(by_attempt.get(attempt_id, []))
        if score is None or not counting:
            yield Finding(where, "there is a score without marks" if score else "there are marks without a score")
            continue
        found = tally(
            (_earned(part[-1], items[part[-1]["paper_item_id"]]) for part in counting.values()),
            rounding=rounding.get(attempt_id),
        )
        told = (score["marks"], score["total"], score["waiting"], score["sections"])
        if told != (
            f"{found.marks:.2f}",
            f"{found.total:.2f}",
            found.waiting,
            [f"{each:.2f}" for each in found.sections],
        ):
            yield Finding(where, "the marks add up to something else")
        seals = [each for each in log.about(f"attempt:{attempt_id}") if each["action"] == "score.kept"]
        if seals and seals[-1]["detail"]["marks"] != score["marks"]:
            yield Finding(where, "not as it was sealed in the audit chain")


def _rounding(contents: Contents) -> dict[int, Decimal]:
    """By attempt the step to which its specification rounds whole papers."""
    specifications, sets, papers = (contents.by_id(name) for name in ("specifications", "sets", "papers"))
    assignments = contents.by_id("assignments")
    found = {}
    for attempt in contents.tables["attempts"]:
        paper = papers[assignments[attempt["assignment_id"]]["paper_id"]]
        step = specifications[sets[paper["paper_set_id"]]["specification_id"]]["plan"].get("rounding")
        if step is not None:
            found[attempt["id"]] = Decimal(step)
    return found


def _earned(mark: Row, item: Row) -> Earned:
    return Earned(
        item["section"],
        Decimal(mark["awarded"]),
        Decimal(mark["maximum"]),
        waiting=mark["source"] == Source.SUGGESTION.value,
        void=bool(mark["detail"].get(VOID)),
        floor=Floor.PAPER if item["rule_options"].get("floor") == Floor.PAPER.value else Floor.SECTION,
    )
