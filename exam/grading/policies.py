"""Pure: what can be done about a question found wrong after it was sat, and where a correction stands."""

from question_bank.enums import NamedEnum
from question_bank.errors import N_, NotAllowed


class CorrectionPolicy(NamedEnum):
    """What happens to a question found wrong after it was sat."""

    NEW_KEY = "new_key", N_("Mark by a new key"), "按新答案重新判分"
    ACCEPT_BOTH = "accept_both", N_("Accept both answers"), "新旧答案均给分"
    FULL_MARKS = "full_marks", N_("Full marks for everybody"), "本题全员给满分"
    VOID_RESCALE = "void_rescale", N_("Void, rescale the others"), "本题作废，其余题按比例折算"
    NEW_RULE = "new_rule", N_("Mark by another rule"), "按新的计分规则重新判分"
    NEW_RUBRIC = "new_rubric", N_("Mark by new key points"), "按新的采分点重新判分"


class CorrectionStatus(NamedEnum):
    PROPOSED = "proposed", N_("Proposed correction"), "待复核"
    CONFIRMED = "confirmed", N_("Confirmed, being marked"), "已确认，正在重新判分"
    DONE = "done", N_("Corrected"), "已更正"
    WITHDRAWN = "withdrawn", N_("Withdrawn correction"), "已撤销"


TRANSITIONS: dict[CorrectionStatus, frozenset[CorrectionStatus]] = {
    CorrectionStatus.PROPOSED: frozenset({CorrectionStatus.CONFIRMED, CorrectionStatus.WITHDRAWN}),
    CorrectionStatus.CONFIRMED: frozenset({CorrectionStatus.DONE}),
    CorrectionStatus.DONE: frozenset(),
    CorrectionStatus.WITHDRAWN: frozenset(),
}


def advance(status: CorrectionStatus, to: CorrectionStatus) -> CorrectionStatus:
    """`to`, if the table has that step; NotAllowed if it has not."""
    if to not in TRANSITIONS[status]:
        raise NotAllowed(N_("A correction that is “%(status)s” cannot become “%(to)s”."), status=status, to=to)
    return to
