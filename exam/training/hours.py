"""Pure: what counts how many hours in the training ledger (学时)."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from question_bank.errors import N_, Invalid, Problem

Hours = Annotated[Decimal, Field(ge=0, le=24, decimal_places=2, allow_inf_nan=False)]


class HoursRule(BaseModel):
    """Hours of one tour: for each paper handed in, and for each lecture heard (checked in where one was given)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paper: Hours = Decimal(1)
    lecture: Hours = Decimal("1.5")


USUAL = HoursRule()
"""What holds while nobody has said anything else."""


def rule_of(kept: dict[str, Any]) -> HoursRule:
    """The rule kept with a tour; the usual one where there is none. Raises Invalid for what is none."""
    try:
        return HoursRule.model_validate(kept)
    except ValidationError as error:
        raise Invalid([Problem("hours", N_("Hours lie between 0 and 24, with two places at most."))]) from error


def counted(rule: HoursRule, *, papers: int, lectures: int) -> Decimal:
    """The hours of one stop for one person: papers × rule.paper + lectures × rule.lecture."""
    return papers * rule.paper + lectures * rule.lecture
