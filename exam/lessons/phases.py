"""Pure: when a lecture's quiz is answered."""

from question_bank.enums import NamedEnum
from question_bank.errors import N_


class Phase(NamedEnum):
    BEFORE = "before", N_("Before the lecture"), "课前"
    AFTER = "after", N_("After the lecture"), "课后"
    LATER = "later", N_("Thirty days later"), "三十天后"
