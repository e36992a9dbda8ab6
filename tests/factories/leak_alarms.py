"""Alarms with invented evidence, as the examination of all answers would have left it."""

from typing import Any

from sqlalchemy.orm import Session

from exam.reports.models import LeakAlarm
from exam.reports.picture import Picture
from exam.reports.watching import keep
from question_bank.measuring import Measured
from question_bank.models import Question
from tests.conftest import NOON


def evidence(**values: Any) -> dict[str, Any]:
    """A rise from 55 to 92 per cent after the third of five stops."""
    stops = [
        {
            "stop": number,
            "number": number,
            "unit": f"演示镇{number}",
            "at": f"2027-02-{number:02d}T06:00:00+00:00",
            "answers": 12,
            "earned": 5_500 if number <= 3 else 9_200,
            "expected": 6_900,
            "later": number > 3,
        }
        for number in range(1, 6)
    ]
    seen = {
        "alarm": True,
        "probability": 9_300,
        "chance": 0.0004,
        "known": 8_000,
        "leaking": 800,
        "after": 3,
        "after_stop": {key: stops[2][key] for key in ("stop", "number", "unit", "at")},
        "before": {"answers": 36, "earned": 5_500, "expected": 6_900},
        "since": {"answers": 24, "earned": 9_200, "expected": 6_900},
        "stops": stops,
    }
    return seen | values


def picture(*suspects: tuple[Question, dict[str, Any]], measured: dict[int, Measured] | None = None) -> Picture:
    return Picture(
        measured=measured or {},
        suspects={question.id: seen for question, seen in suspects},
        versions={question.id: question.latest_number for question, _ in suspects},
        answers=60,
        stops=5,
        leaking=0.08,
    )


def make_alarm(session: Session, question: Question, **values: Any) -> LeakAlarm:
    """An open alarm on `question`, raised through the real operation."""
    (raised,) = keep(session, picture((question, evidence(**values))), by=None, at=NOON).raised
    return raised
