"""The closed lists of the bank. Every member carries its English label (a gettext message id) and its Chinese name.

The Chinese name is content, not interface: it is what is printed on papers and written in files.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self

from question_bank.errors import N_


class NamedEnum(StrEnum):
    """A string enumeration whose members know their ``label`` (English, for gettext) and ``chinese`` name."""

    _value_: str
    label: str
    chinese: str

    def __new__(cls, value: str, label: str, chinese: str) -> Self:
        """Make the member a plain string and hang the two names on it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.chinese = chinese
        return member


class Kind(NamedEnum):
    """题型: what form a question has."""

    SINGLE_CHOICE = "single_choice", N_("Single choice"), "单项选择题"
    MULTIPLE_CHOICE = "multiple_choice", N_("Multiple choice"), "多项选择题"
    TRUE_FALSE = "true_false", N_("True or false"), "判断题"
    FILL_BLANK = "fill_blank", N_("Fill in the blanks"), "填空题"
    NUMERIC = "numeric", N_("Calculation"), "计算题"
    ORDERING = "ordering", N_("Ordering"), "排序题"
    MATCHING = "matching", N_("Matching"), "匹配题"
    SHORT_ANSWER = "short_answer", N_("Short answer"), "简答题"
    CASE = "case", N_("Case analysis"), "案例分析题"

    @property
    def is_written(self) -> bool:
        """Whether a person has to confirm the marks of at least a part of every such question."""
        return self in {Kind.SHORT_ANSWER, Kind.CASE}


class Band(NamedEnum):
    """易中难: the three difficulty bands of a specification."""

    EASY = "easy", N_("Easy"), "易"
    MEDIUM = "medium", N_("Medium"), "中"
    HARD = "hard", N_("Hard"), "难"


class Difficulty(IntEnum):
    """难度 1–5 as the author judged it (识记, 理解, 应用, 综合, 评判)."""

    RECALL = 1
    UNDERSTANDING = 2
    APPLICATION = 3
    SYNTHESIS = 4
    JUDGEMENT = 5

    @property
    def band(self) -> Band:
        """1–2 easy, 3 medium, 4–5 hard."""
        if self < Difficulty.APPLICATION:
            return Band.EASY
        return Band.MEDIUM if self == Difficulty.APPLICATION else Band.HARD

    @property
    def label(self) -> str:
        """English label, a gettext message id."""
        return _DIFFICULTY_NAMES[self][0]

    @property
    def chinese(self) -> str:
        """Chinese name of the level."""
        return _DIFFICULTY_NAMES[self][1]


_DIFFICULTY_NAMES = {
    Difficulty.RECALL: (N_("Recall"), "识记"),
    Difficulty.UNDERSTANDING: (N_("Understanding"), "理解"),
    Difficulty.APPLICATION: (N_("Application"), "应用"),
    Difficulty.SYNTHESIS: (N_("Synthesis"), "综合"),
    Difficulty.JUDGEMENT: (N_("Judgement"), "评判"),
}


class Status(NamedEnum):
    """状态: where a question stands in its life; the transitions are in ``question_bank.lifecycle``."""

    DRAFT = "draft", N_("Draft"), "草稿"
    IN_REVIEW = "in_review", N_("In review"), "审核中"
    PUBLISHED = "published", N_("Published"), "已发布"
    QUARANTINED = "quarantined", N_("Quarantined"), "暂停使用"
    RETIRED = "retired", N_("Retired"), "已停用"


class DocumentStatus(NamedEnum):
    """文件状态: whether a document may carry questions. Only ``in_force`` does."""

    IN_FORCE = "in_force", N_("In force"), "现行有效"
    AMENDED = "amended", N_("Amended, to be checked"), "已修改待核对"
    REPEALED = "repealed", N_("Repealed"), "已废止"


class Finding(NamedEnum):
    """审题意见: what somebody who read a version says of it. ``solved_*`` come from solving it without the key."""

    APPROVED = "approved", N_("Approved"), "同意发布"
    RETURNED = "returned", N_("Sent back"), "退回修改"
    COMMENT = "comment", N_("Comment"), "意见"
    SOLVED_ALIKE = "solved_alike", N_("Solved blind, same key"), "盲解一致"
    SOLVED_OTHERWISE = "solved_otherwise", N_("Solved blind, other key"), "盲解不一致"


class Relation(NamedEnum):
    """两题关系: how two questions that look alike stand to each other."""

    SUSPECTED = "suspected", N_("Looks alike"), "疑似相近"
    ENEMIES = "enemies", N_("Never in one paper"), "不同卷"
    DISTINCT = "distinct", N_("Confirmed different"), "确认不同"


class PaperKind(NamedEnum):
    """卷别."""

    BUSINESS = "business", N_("Business paper"), "业务卷"
    PRACTICAL = "practical", N_("Practical paper"), "问题卷"


class Audience(NamedEnum):
    """对象: whom a specification is made for. Zone and resident-office cadres sit the town specification."""

    TOWN = "town", N_("Towns and zones"), "镇级及园区"
    VILLAGE = "village", N_("Villages"), "村级"
    DEPARTMENT = "department", N_("Departments"), "部门服务人员"


class TextForm(NamedEnum):
    """Forms of a short answer. ``diagnosis`` is never drawn from the bank and is marked by the host."""

    ORDINARY = "ordinary", N_("Short answer"), "简答"
    SCENARIO = "scenario", N_("Answering an investor"), "情景答客商"
    DIAGNOSIS = "diagnosis", N_("Problem diagnosis"), "问题会诊"


class ScoringRule(NamedEnum):
    """计分规则: how a section turns a response into marks.

    ``chinese`` is the sentence printed on the paper, a template over the rule's figures: ``scoring.sentence`` fills it.
    """

    EXACT = "exact", N_("Right or wrong"), "答对得分，答错、不答不得分"
    ALL_OR_NOTHING = "all_or_nothing", N_("All or nothing"), "全部答对得满分，否则不得分"
    HALF_IF_INCOMPLETE = (
        "half_if_incomplete",
        N_("Half marks if incomplete"),
        "全对得满分；漏选得一半；错选、不选不得分",
    )
    PER_OPTION = (
        "per_option",
        N_("Marks for each right option if incomplete"),
        "全对得满分；少选，所选的每个正确选项得%(each)s；错选、不选不得分",
    )
    FIXED_IF_INCOMPLETE = (
        "fixed_if_incomplete",
        N_("A fixed mark if incomplete"),
        "全对得满分；%(incomplete)s；错选、不选不得分",
    )
    PROPORTIONAL = (
        "proportional",
        N_("Share of the right options if incomplete"),
        "全对得满分；漏选按选对的比例得分；错选、不选不得分",
    )
    RIGHT_MINUS_WRONG = (
        "right_minus_wrong",
        N_("Right options less wrong ones"),
        "按选对与选错的个数之差计分，最低0分",
    )
    WRONG_DEDUCTS = (
        "wrong_deducts",
        N_("A wrong answer deducts"),
        "答对得分，不答不得分，答错扣%(penalty)s，%(floor)s",
    )
    WITH_CORRECTION = (
        "with_correction",
        N_("With correction"),
        "判断正确得分；应判“×”的，判断正确得%(judging)s，改正正确再得%(mending)s",
    )
    PER_BLANK = "per_blank", N_("Per blank"), "按空计分"
    TOLERANCE = "tolerance", N_("Within the tolerance"), "结果在允许误差内得分"
    ACCEPTED_ORDERS = "accepted_orders", N_("Any accepted order"), "次序全部正确得满分，否则不得分"
    ADJACENT_PAIRS = "adjacent_pairs", N_("Share of adjacent pairs"), "按相邻正确次序的比例计分，次序全部正确得满分"
    PAIR_SHARE = "pair_share", N_("Share of right pairs"), "按先后关系正确的对数比例计分，次序全部正确得满分"
    LONGEST_PREFIX = "longest_prefix", N_("Longest right beginning"), "从第一步起按连续正确的步数比例计分"
    PER_PAIR = "per_pair", N_("Per pair"), "按对计分"
    PER_PAIR_LESS_WRONG = (
        "per_pair_less_wrong",
        N_("Per pair, wrong pairs deduct"),
        "按对计分，连错一对扣%(penalty)s，每题最低0分",
    )
    KEY_POINTS = "key_points", N_("Key points"), "按采分点计分"

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds this rule can mark."""
        return frozenset(kind for kind, rules in _RULES.items() if self in rules)

    @property
    def goes_below_zero(self) -> bool:
        """Whether an item may cost marks; where that ends is the ``floor`` of its section."""
        return self is ScoringRule.WRONG_DEDUCTS


# The first rule of each kind is its default. Sub-questions of a case are marked by the default of their own kind.
_RULES: dict[Kind, tuple[ScoringRule, ...]] = {
    Kind.SINGLE_CHOICE: (ScoringRule.EXACT, ScoringRule.WRONG_DEDUCTS),
    Kind.MULTIPLE_CHOICE: (
        ScoringRule.HALF_IF_INCOMPLETE,
        ScoringRule.ALL_OR_NOTHING,
        ScoringRule.PER_OPTION,
        ScoringRule.FIXED_IF_INCOMPLETE,
        ScoringRule.PROPORTIONAL,
        ScoringRule.RIGHT_MINUS_WRONG,
    ),
    Kind.TRUE_FALSE: (ScoringRule.EXACT, ScoringRule.WRONG_DEDUCTS, ScoringRule.WITH_CORRECTION),
    Kind.FILL_BLANK: (ScoringRule.PER_BLANK, ScoringRule.ALL_OR_NOTHING),
    Kind.NUMERIC: (ScoringRule.TOLERANCE,),
    Kind.ORDERING: (
        ScoringRule.ADJACENT_PAIRS,
        ScoringRule.ACCEPTED_ORDERS,
        ScoringRule.PAIR_SHARE,
        ScoringRule.LONGEST_PREFIX,
    ),
    Kind.MATCHING: (ScoringRule.PER_PAIR, ScoringRule.PER_PAIR_LESS_WRONG, ScoringRule.ALL_OR_NOTHING),
    Kind.SHORT_ANSWER: (ScoringRule.KEY_POINTS,),
    Kind.CASE: (ScoringRule.KEY_POINTS,),
}


def rules_for(kind: Kind) -> tuple[ScoringRule, ...]:
    """Return the rules valid for ``kind``, the default first."""
    return _RULES[kind]


def default_rule(kind: Kind) -> ScoringRule:
    """Return the rule a section of ``kind`` has unless it says otherwise."""
    return _RULES[kind][0]
