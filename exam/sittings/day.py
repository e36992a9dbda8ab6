"""Pure: what can happen on the day beside writing: pauses, time given, late answers, incidents, proofs of identity."""

from question_bank.enums import NamedEnum
from question_bank.errors import N_, NotAllowed


class Origin(NamedEnum):
    """How answers came that arrived after deadline and grace."""

    LATE = "late", N_("Arrived late"), "逾时到达"
    RESCUE = "rescue", N_("Rescue file"), "救援文件"
    PAPER = "paper", N_("Written on paper"), "纸质作答"


class ClaimStatus(NamedEnum):
    WAITING = "waiting", N_("Waiting for a proposal"), "待处理"
    PROPOSED = "proposed", N_("Proposed"), "待复核"
    ACCEPTED = "accepted", N_("Accepted"), "已采纳"
    REFUSED = "refused", N_("Not accepted"), "不予采纳"


CLAIM_STEPS: dict[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.WAITING: frozenset({ClaimStatus.PROPOSED}),
    ClaimStatus.PROPOSED: frozenset({ClaimStatus.WAITING, ClaimStatus.ACCEPTED, ClaimStatus.REFUSED}),
    ClaimStatus.ACCEPTED: frozenset(),
    ClaimStatus.REFUSED: frozenset(),
}
"""One person proposes, another decides; a proposal that is not followed goes back to waiting."""


def advance(status: ClaimStatus, to: ClaimStatus) -> ClaimStatus:
    """`to`, if the table has that step; NotAllowed if it has not."""
    if to not in CLAIM_STEPS[status]:
        raise NotAllowed(N_("Late answers that are “%(status)s” cannot become “%(to)s”."), status=status, to=to)
    return to


class IncidentKind(NamedEnum):
    """What is worth a look by a person; none of them changes a mark."""

    LEFT_PAGE = "left_page", N_("Left the page"), "离开页面"
    SECOND_DEVICE = "second_device", N_("Second device"), "第二台设备"
    TAKEN_OVER = "taken_over", N_("Went on with another device"), "换设备继续"
    TOO_FAST = "too_fast", N_("Answered faster than it can be read"), "作答异常快"
    ALIKE = "alike", N_("Answers like a neighbour's"), "与邻座作答雷同"
    CLOCK = "clock", N_("Clock jumped"), "时钟跳变"
    IDENTITY = "identity", N_("Identity in doubt"), "身份存疑"
    NOTE = "note", N_("Note by the invigilator"), "监考记录"


class Judgement(NamedEnum):
    OPEN = "open", N_("Not looked at"), "待查看"
    HARMLESS = "harmless", N_("Nothing in it"), "无异常"
    NOTED = "noted", N_("Noted"), "已记录"
    SERIOUS = "serious", N_("To be pursued"), "需追查"


class IdentityMethod(NamedEnum):
    TICKET = "ticket", N_("Ticket"), "准考凭证"
    CODE_WORD = "code_word", N_("Code word of the unit's contact"), "联络员口令"
    PHOTO = "photo", N_("Photo"), "照片"
    SEEN = "seen", N_("Seen by the invigilator"), "监考人当面核验"
