"""Pure: what a case is, what can be done with it, and who may take which step."""

from dataclasses import dataclass

from exam.accounts.roles import Role
from question_bank.enums import NamedEnum
from question_bank.errors import N_, NotAllowed


class CaseStatus(NamedEnum):
    """收集 → 梳理 → 分类 → 交办 → 反馈 → 回访 → 销号; a look-alike is merged, what is no case is set aside."""

    COLLECTED = "collected", N_("Collected"), "收集"
    SORTED = "sorted", N_("Sorted out"), "梳理"
    CLASSIFIED = "classified", N_("Classified"), "分类"
    ASSIGNED = "assigned", N_("Assigned"), "交办"
    ANSWERED = "answered", N_("Answered by the department"), "反馈"
    FOLLOWED_UP = "followed_up", N_("Followed up"), "回访"
    CLOSED = "closed", N_("Closed and done"), "销号"
    MERGED = "merged", N_("Merged"), "已合并"
    SET_ASIDE = "set_aside", N_("Set aside"), "不予受理"


class CaseSource(NamedEnum):
    FLOOR = "floor", N_("From the floor"), "现场提问"
    PAPER = "paper", N_("From the practical paper"), "问题卷"
    ORGANISER = "organiser", N_("From the organisers"), "组织方"
    ENTERPRISE = "enterprise", N_("From an enterprise"), "企业"


class Level(NamedEnum):
    """四级调度: who has to see to it that the case moves."""

    DESK = "desk", N_("Desk officer"), "经办人"
    HEAD = "head", N_("Head of the department"), "部门负责人"
    HEADQUARTERS = "headquarters", N_("Headquarters"), "县指挥部"
    COUNTY = "county", N_("County leader in charge"), "县分管领导"


class Urgency(NamedEnum):
    """急缓程度: how many working days the department has; how many, the organisers say."""

    ORDINARY = "ordinary", N_("Ordinary"), "一般"
    URGENT = "urgent", N_("Urgent"), "急"
    PRESSING = "pressing", N_("Very urgent"), "特急"


class Act(NamedEnum):
    """What can be done with a case."""

    COLLECT = "collect", N_("Collected"), "收集"
    SORT = "sort", N_("Sorted out"), "梳理"
    CLASSIFY = "classify", N_("Classified"), "分类"
    ASSIGN = "assign", N_("Assigned"), "交办"
    HAND_BACK = "hand_back", N_("Handed back"), "退回"
    EXTEND = "extend", N_("Due date put off"), "延期"
    URGE = "urge", N_("Urged"), "督办"
    ESCALATE = "escalate", N_("Raised to the next level"), "升级调度"
    ANSWER = "answer", N_("Answered by the department"), "反馈"
    HELPED = "helped", N_("The asker says it helped"), "提问人满意"
    FOLLOW_UP = "follow_up", N_("Followed up"), "回访"
    REOPEN = "reopen", N_("Reopened"), "重新办理"
    CLOSE = "close", N_("Closed and done"), "销号"
    MERGE = "merge", N_("Merged"), "合并"
    TAKE_IN = "take_in", N_("A look-alike was merged into it"), "并入同类问题"
    SEPARATE = "separate", N_("Parted again"), "撤销合并"
    SET_ASIDE = "set_aside", N_("Set aside"), "不予受理"
    RESTORE = "restore", N_("Taken up again"), "恢复受理"
    PUBLISH = "publish", N_("Published as an FAQ"), "公开问答"
    WITHDRAW = "withdraw", N_("Taken out of the FAQ"), "撤下问答"
    DRAW_UP = "draw_up", N_("Made a draft question"), "转为试题草稿"


class Actor(NamedEnum):
    """In what capacity somebody acts on one case."""

    ORGANISER = "organiser", N_("Organiser"), "组织员"
    DEPARTMENT = "department", N_("Answerer of the department in charge"), "承办部门答疑员"
    LEADER = "leader", N_("Leader"), "领导"
    ASKER = "asker", N_("Asker"), "提问人"
    SYSTEM = "system", N_("The system itself"), "系统"


@dataclass(frozen=True)
class Hand:
    """Who acts: the person with unit and roles; somebody with an asker's token; or, with nothing set, the system."""

    person_id: int | None = None
    unit_id: int | None = None
    roles: frozenset[Role] = frozenset()
    asker: bool = False

    def capacities(self, owner_id: int | None) -> frozenset[Actor]:
        """In what capacities they may act on a case that the department `owner_id` answers."""
        found = {ACTING[role] for role in self.roles & ACTING.keys()}
        if Role.ANSWERER in self.roles and owner_id is not None and self.unit_id == owner_id:
            found.add(Actor.DEPARTMENT)
        if self.asker:
            found.add(Actor.ASKER)
        if self == SYSTEM:
            found.add(Actor.SYSTEM)
        return frozenset(found)


ACTING = {Role.ORGANISER: Actor.ORGANISER, Role.LEADER: Actor.LEADER}
SYSTEM = Hand()


@dataclass(frozen=True)
class Rule:
    """From which statuses an act is possible, to which it leads (None: it stays), and who may do it."""

    before: frozenset[CaseStatus]
    after: CaseStatus | None
    who: frozenset[Actor]


def _rule(before: "set[CaseStatus]", after: CaseStatus | None, *who: Actor) -> Rule:
    return Rule(frozenset(before), after, frozenset(who))


_S, _O = CaseStatus, Actor.ORGANISER
_NEW = {_S.COLLECTED, _S.SORTED, _S.CLASSIFIED}
_ANSWERED = {_S.ANSWERED, _S.FOLLOWED_UP, _S.CLOSED}

TABLE: dict[Act, Rule] = {
    Act.SORT: _rule({_S.COLLECTED, _S.SORTED}, _S.SORTED, _O),
    Act.CLASSIFY: _rule({_S.SORTED, _S.CLASSIFIED}, _S.CLASSIFIED, _O),
    Act.ASSIGN: _rule({_S.CLASSIFIED, _S.ASSIGNED}, _S.ASSIGNED, _O),
    Act.HAND_BACK: _rule({_S.ASSIGNED}, _S.CLASSIFIED, Actor.DEPARTMENT),
    Act.EXTEND: _rule({_S.ASSIGNED}, None, _O),
    Act.URGE: _rule({*_NEW, _S.ASSIGNED, _S.ANSWERED, _S.FOLLOWED_UP}, None, Actor.LEADER, _O),
    Act.ESCALATE: _rule({_S.ASSIGNED}, None, Actor.SYSTEM, _O),
    Act.ANSWER: _rule({_S.ASSIGNED, _S.ANSWERED}, _S.ANSWERED, Actor.DEPARTMENT),
    Act.HELPED: _rule(_ANSWERED, None, Actor.ASKER),
    Act.FOLLOW_UP: _rule({_S.ANSWERED}, _S.FOLLOWED_UP, _O, Actor.ASKER),
    Act.REOPEN: _rule(_ANSWERED, _S.ASSIGNED, _O, Actor.ASKER),
    Act.CLOSE: _rule({_S.FOLLOWED_UP}, _S.CLOSED, _O),
    Act.MERGE: _rule({*_NEW, _S.ASSIGNED}, _S.MERGED, _O),
    Act.TAKE_IN: _rule({*_NEW, _S.ASSIGNED, *_ANSWERED}, None, _O),
    Act.SEPARATE: _rule({_S.MERGED}, _S.SORTED, _O),
    Act.SET_ASIDE: _rule(_NEW, _S.SET_ASIDE, _O),
    Act.RESTORE: _rule({_S.SET_ASIDE}, _S.COLLECTED, _O),
    Act.PUBLISH: _rule({_S.CLOSED}, None, _O),
    Act.WITHDRAW: _rule({_S.CLOSED}, None, _O),
    Act.DRAW_UP: _rule({_S.CLOSED}, None, _O),
}
"""Every step there is. A case begins with COLLECT and is closed only after a follow-up."""

OPEN = frozenset({*_NEW, _S.ASSIGNED, _S.ANSWERED, _S.FOLLOWED_UP})
"""Not yet closed, merged or set aside."""


def may(status: CaseStatus, act: Act, capacities: frozenset[Actor]) -> bool:
    """Whether somebody acting in one of `capacities` may do `act` with a case in `status`."""
    rule = TABLE.get(act)
    return rule is not None and status in rule.before and not rule.who.isdisjoint(capacities)


def advance(status: CaseStatus, act: Act, capacities: frozenset[Actor]) -> CaseStatus:
    """The status after `act`. Raises NotAllowed for a step that the table has not, or has for others only."""
    rule = TABLE.get(act)
    if rule is None or status not in rule.before:
        raise NotAllowed(N_("“%(act)s” is no step for a case that is “%(status)s”."), act=act, status=status)
    if rule.who.isdisjoint(capacities):
        raise NotAllowed(N_("“%(act)s” is for others to do."), act=act)
    return status if rule.after is None else rule.after
