"""Pure: what was worked out from all answers so far, before anything of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.measuring import Measured


@dataclass(frozen=True)
class Picture:
    """All that was worked out: figures by question id, evidence of suspects by question id, and over what."""

    measured: Mapping[int, Measured]
    suspects: Mapping[int, dict[str, Any]]
    versions: Mapping[int, int]
    answers: int
    stops: int
    leaking: float
