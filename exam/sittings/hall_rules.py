"""What a stop's hall does differently from the others, with the rules that hold where nothing was said."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.sittings.day_models import HallRules
from exam.tours.models import Stop
from question_bank.errors import N_, Conflict


class Rules(BaseModel):
    """`second_device`: whether another device goes on with a paper just so, or with a code of the invigilator's.

    `hand_over`: phones are handed to the next person, so handing in signs out. `code_word`: what the unit's contact
    tells people who sit elsewhere; empty: nobody is asked. `photo`: whether a photo is taken. `notice`: a sentence for
    the waiting room.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    second_device: Literal["code", "takeover"] = "takeover"
    hand_over: bool = False
    code_word: Annotated[str, Field(max_length=40)] = ""
    photo: bool = False
    notice: Annotated[str, Field(max_length=300)] = ""


def rules_of(session: Session, stop_id: int) -> Rules:
    """The rules of a stop's hall."""
    kept = session.scalar(select(HallRules.rules).where(HallRules.stop_id == stop_id))
    return Rules() if kept is None else Rules.model_validate(kept)


def change_rules(
    session: Session, stop: Stop, rules: Rules, *, seen: Rules | None = None, by: int, at: datetime
) -> None:
    """Keep the rules of a stop's hall. Raises Conflict where `seen` is not what they were any more."""
    row = session.get(HallRules, stop.id, with_for_update=True)
    before = Rules() if row is None else Rules.model_validate(row.rules)
    if seen is not None and seen != before:
        raise Conflict(N_("Somebody else has changed the rules of this hall in the meantime."))
    if row is None:
        row = HallRules(stop_id=stop.id)
        session.add(row)
    row.rules = rules.model_dump(mode="json")
    session.flush()
    changed = [name for name in Rules.model_fields if getattr(rules, name) != getattr(before, name)]
    audit.record(session, "hall.rules_changed", f"stop:{stop.id}", by=by, at=at, detail={"changed": changed})
