"""Pure: what an assembly goes by beside the bank: what the tour has used before, and what each person has had."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from question_bank.kinds.base import Frozen

Code = Annotated[str, Field(max_length=40)]


class Circumstances(Frozen):
    """`used`: by code on how many papers of earlier stops a question stands; `had`: by seat what that person had.

    Seats without any are left out; they count from 0 in the order of the roster.
    """

    used: dict[Code, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    had: dict[Annotated[int, Field(ge=0)], tuple[Code, ...]] = Field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """As JSON, in an order that depends on nothing but what it says."""
        return {
            "used": dict(sorted(self.used.items())),
            "had": {str(seat): sorted(codes) for seat, codes in sorted(self.had.items())},
        }


NOTHING_BEFORE = Circumstances()


def circumstances_of(data: Mapping[str, Any]) -> Circumstances:
    """Read them as they stand in the database."""
    return Circumstances.model_validate(data)
