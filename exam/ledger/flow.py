"""Pure: what a case is and becomes."""

from question_bank.enums import NamedEnum
from question_bank.errors import N_


class CaseStatus(NamedEnum):
    """收集 → 梳理 → 分类 → 交办 → 反馈 → 回访 → 销号; a look-alike is merged, what is no case is set aside."""

    COLLECTED = "collected", N_("Collected"), "收集"
    SORTED = "sorted", N_("Sorted out"), "梳理"
    CLASSIFIED = "classified", N_("Classified"), "分类"
    ASSIGNED = "assigned", N_("Assigned"), "交办"
    ANSWERED = "answered", N_("Answered"), "反馈"
    FOLLOWED_UP = "followed_up", N_("Followed up"), "回访"
    CLOSED = "closed", N_("Closed"), "销号"
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
