"""Every scoring rule as a table of examples, as agreed in the scheme's rules of marking (计分规则).

A table says how a section is told to mark, what is printed, and what answers earn. Answers are what the candidate's
page would send; marks are out of ``marks``.
"""

from decimal import Decimal
from typing import Any, NamedTuple

from question_bank.enums import Kind, ScoringRule
from question_bank.kinds import Content, content_of
from question_bank.scoring import Floor, RuleOptions, WrongCharacters
from tests.question_bank.samples import blanks, choice, numeric, ordering


class Table(NamedTuple):
    """``rows`` lead from an answer to the marks it earns."""

    rule: ScoringRule
    content: Content
    marks: str
    sentence: str
    rows: tuple[tuple[Any, str], ...]
    options: RuleOptions = RuleOptions()

    @property
    def name(self) -> str:
        """What the table is called in a report."""
        return f"{self.rule.value}: {self.content.kind.value}, {self.sentence}"


ABC = choice(("A", "B", "C"))
"""Five options of which A, B and C are right."""
ONE = choice(("B",), ("甲", "乙", "丙", "丁"))
"""不定项: one option is right, which the candidate does not know."""


def single() -> Content:
    options = [{"key": key, "text": f"选项{key}"} for key in "ABCD"]
    return content_of(Kind.SINGLE_CHOICE, {"stem": "题干", "options": options, "answer": "B"})


def judged(*, right: bool) -> Content:
    return content_of(Kind.TRUE_FALSE, {"stem": "备案须经备案机关批准。", "answer": right})


def mended() -> Content:
    data = {"stem": "备案须经备案机关批准。", "answer": False, "wrong": "须经", "corrections": ["无须经", "不需要"]}
    return content_of(Kind.TRUE_FALSE, data)


def matching() -> Content:
    left = [{"key": str(number), "text": f"事项{number}"} for number in range(1, 5)]
    right = [{"key": key, "text": f"部门{key}"} for key in "ABCDE"]
    pairs = {"1": "A", "2": "B", "3": "C", "4": "D"}
    return content_of(Kind.MATCHING, {"stem": "配对", "left": left, "right": right, "pairs": pairs})


def short() -> Content:
    rubric = [
        {"id": f"k{number}", "point": word, "marks": "2", "keyword_groups": [[word]]}
        for number, word in enumerate(("公平竞争审查", "集体研究决定", "书面告知企业", "按期兑现"), 1)
    ]
    reference = "应先做公平竞争审查，再集体研究决定，然后书面告知企业，最后按期兑现。"
    return content_of(Kind.SHORT_ANSWER, {"stem": "怎么办？", "reference": reference, "rubric": rubric})


MULTIPLE = (
    Table(
        ScoringRule.ALL_OR_NOTHING,
        ABC,
        "2",
        "全部答对得满分，否则不得分",
        (("ABC", "2"), ("AB", "0"), ("A", "0"), ("ABCD", "0"), ("D", "0"), ("", "0")),
    ),
    Table(
        ScoringRule.PER_OPTION,
        ABC,
        "2",
        "全对得满分；少选，所选的每个正确选项得0.5分；错选、不选不得分",
        (("ABC", "2"), ("AB", "1"), ("A", "0.5"), ("ABD", "0"), ("D", "0"), ("", "0")),
    ),
    Table(
        ScoringRule.FIXED_IF_INCOMPLETE,
        ABC,
        "5",
        "全对得满分；漏选得2分；错选、不选不得分",
        (("ABC", "5"), ("AB", "2"), ("A", "2"), ("ABD", "0"), ("D", "0"), ("", "0")),
    ),
    Table(
        ScoringRule.FIXED_IF_INCOMPLETE,
        ABC,
        "6",
        "全对得满分；漏选的选对1个得2分、选对2个及以上得4分；错选、不选不得分",
        (("ABC", "6"), ("AB", "4"), ("A", "2"), ("AD", "0"), ("", "0")),
        RuleOptions(fixed=(Decimal(2), Decimal(4))),
    ),
    Table(
        ScoringRule.HALF_IF_INCOMPLETE,
        ABC,
        "2",
        "全对得满分；漏选得一半；错选、不选不得分",
        (("ABC", "2"), ("AB", "1"), ("A", "1"), ("ABD", "0"), ("D", "0"), ("", "0")),
    ),
    Table(
        ScoringRule.HALF_IF_INCOMPLETE,
        ONE,
        "2",
        "每题有一个或多个选项正确；全对得满分；漏选得一半；错选、不选不得分",
        (("B", "2"), ("AB", "0"), ("A", "0"), ("", "0")),
        RuleOptions(uncertain=True),
    ),
    Table(
        ScoringRule.PROPORTIONAL,
        ABC,
        "3",
        "全对得满分；漏选按选对的比例得分；错选、不选不得分",
        (("ABC", "3"), ("AB", "2"), ("A", "1"), ("ABD", "0"), ("D", "0"), ("", "0")),
    ),
    Table(
        ScoringRule.PROPORTIONAL,
        ABC,
        "2",
        "全对得满分；漏选按选对的比例得分；错选、不选不得分，每题得分四舍五入到0.5分",
        (("ABC", "2"), ("AB", "1.5"), ("A", "0.5"), ("D", "0")),
        RuleOptions(step=Decimal("0.5")),
    ),
    Table(
        ScoringRule.RIGHT_MINUS_WRONG,
        ABC,
        "3",
        "按选对与选错的个数之差计分，最低0分",
        (("ABC", "3"), ("AB", "2"), ("ABCD", "2"), ("ABD", "1"), ("AD", "0"), ("ADE", "0"), ("D", "0"), ("", "0")),
    ),
)
JUDGING = (
    Table(ScoringRule.EXACT, single(), "1", "答对得分，答错、不答不得分", (("B", "1"), ("A", "0"), ("", "0"))),
    Table(
        ScoringRule.EXACT,
        judged(right=True),
        "1",
        "答对得分，答错、不答不得分",
        (("√", "1"), ("×", "0"), (None, "0")),
    ),
    Table(
        ScoringRule.WRONG_DEDUCTS,
        judged(right=True),
        "1",
        "答对得分，不答不得分，答错扣0.5分，本大题最低0分",
        (("√", "1"), ("×", "-0.5"), (None, "0")),
    ),
    Table(
        ScoringRule.WRONG_DEDUCTS,
        single(),
        "2",
        "答对得分，不答不得分，答错扣1分，全卷最低0分",
        (("B", "2"), ("A", "-1"), ("", "0")),
        RuleOptions(penalty=Decimal(1), floor=Floor.PAPER),
    ),
    Table(
        ScoringRule.WITH_CORRECTION,
        mended(),
        "2",
        "判断正确得分；应判“×”的，判断正确得1分，改正正确再得1分",
        (
            ({"value": "×", "correction": "无须经"}, "2"),
            ({"value": "×", "correction": "不需要"}, "2"),
            ({"value": "×", "correction": "“须经”改为“无须经”"}, "2"),
            ({"value": "×", "correction": "须经应为无须经。"}, "2"),
            ({"value": "×", "correction": "备案无须经备案机关批准。"}, "2"),
            ("×", "1"),
            ({"value": "×", "correction": ""}, "1"),
            ({"value": "√", "correction": "无须经"}, "0"),
            ({"correction": "无须经"}, "0"),
            ("√", "0"),
            (None, "0"),
        ),
    ),
    Table(
        ScoringRule.WITH_CORRECTION,
        judged(right=True),
        "3",
        "判断正确得分；应判“×”的，判断正确得2分，改正正确再得1分",
        (("√", "3"), ("×", "0"), ({"value": "×", "correction": "不需要"}, "0"), (None, "0")),
        RuleOptions(judging=Decimal(2)),
    ),
)
BLANKS = (
    Table(
        ScoringRule.PER_BLANK,
        blanks(("三百二十万元", "320万"), ("公平竞争审查条例",), ("15亩", "1公顷")),
        "3",
        "按空计分",
        (
            (["320万元", "《公平竞争审查条例》", "1公顷"], "3"),
            (["3,200,000元", "公平競爭審查條例", "15 畝"], "3"),
            (["三佰贰拾万元", "公平竟争审查条例", "10000平方米"], "2"),
            (["32万元", "", "15"], "0"),
        ),
    ),
    Table(
        ScoringRule.PER_BLANK,
        blanks(("公平竞争",), ("权利",)),
        "2",
        "按空计分，一个同音错别字不扣分",
        ((["公平竟争", "权利"], "2"), (["公平竞争", "权力"], "1"), (["公开竞争", "全利"], "1")),
        RuleOptions(wrong_characters=WrongCharacters.LENIENT),
    ),
    Table(
        ScoringRule.PER_BLANK,
        blanks(("公平竞争",), ("权利",)),
        "2",
        "按空计分，有一个同音错别字的得该空一半分",
        ((["公平竟争", "权利"], "1.5"), (["公平竟争", "权力"], "0.5"), (["公平竟正", ""], "0")),
        RuleOptions(wrong_characters=WrongCharacters.HALF),
    ),
    Table(
        ScoringRule.PER_BLANK,
        blanks(("行业",), ("业务",), ("生产经营",), any_order=True),
        "3",
        "按空计分",
        ((["业务", "生产经营", "行业"], "3"), (["行业", "行业", "行业"], "1"), (["业务", "", "财务"], "1")),
    ),
    Table(
        ScoringRule.PER_BLANK,
        blanks(("12.5±0.5万元",), ("666.67±0.01平方米",)),
        "2",
        "按空计分",
        (
            (["12.5", "666.67"], "2"),
            (["13万元", "1亩"], "2"),
            (["120000元", "666.6"], "1"),
            (["13.1万元", "12亩"], "0"),
        ),
    ),
    Table(
        ScoringRule.ALL_OR_NOTHING,
        blanks(("甲",), ("乙",)),
        "2",
        "全部答对得满分，否则不得分",
        ((["甲", "乙"], "2"), (["甲", "丙"], "0"), (["甲", ""], "0")),
    ),
    Table(
        ScoringRule.TOLERANCE,
        numeric("12", tolerance="0.05"),
        "5",
        "结果在允许误差内得分",
        (("12", "5"), ("12.05万元", "5"), ("十二万元", "5"), ("120500元", "5"), ("12.06", "0"), ("", "0")),
    ),
    Table(
        ScoringRule.TOLERANCE,
        numeric("1", unit="亩", tolerance="0.001"),
        "5",
        "结果在允许误差内得分",
        (("666.67平方米", "5"), ("666㎡", "5"), ("660平方米", "0"), ("1公顷", "0")),
    ),
)
ORDERS = (
    Table(
        ScoringRule.ACCEPTED_ORDERS,
        ordering("ABCD", "BACD"),
        "4",
        "次序全部正确得满分，否则不得分",
        (("ABCD", "4"), ("BACD", "4"), ("ABDC", "0"), ("ABC", "0"), ("", "0")),
    ),
    Table(
        ScoringRule.ADJACENT_PAIRS,
        ordering("ABCD"),
        "3",
        "按相邻正确次序的比例计分，次序全部正确得满分",
        (("ABCD", "3"), ("BCDA", "2"), ("ABDC", "1"), ("DCBA", "0"), ("", "0")),
    ),
    Table(
        ScoringRule.PAIR_SHARE,
        ordering("ABCD"),
        "6",
        "按先后关系正确的对数比例计分，次序全部正确得满分",
        (("ABCD", "6"), ("ABDC", "5"), ("BADC", "4"), ("DCBA", "0"), ("ABC", "3"), ("A", "0"), ("", "0")),
    ),
    Table(  # the law does not fix whether A or B comes first: five pairs are fixed, and that one costs nobody anything
        ScoringRule.PAIR_SHARE,
        ordering("ABCD", "BACD"),
        "5",
        "按先后关系正确的对数比例计分，次序全部正确得满分",
        (("ABCD", "5"), ("BACD", "5"), ("ABDC", "4"), ("BADC", "4"), ("CDAB", "1"), ("DCBA", "0")),
    ),
    Table(
        ScoringRule.LONGEST_PREFIX,
        ordering("ABCD", "BACD"),
        "4",
        "从第一步起按连续正确的步数比例计分",
        (("ABCD", "4"), ("BACD", "4"), ("ABDC", "2"), ("BADC", "2"), ("ACBD", "1"), ("CABD", "0"), ("", "0")),
    ),
)
PAIRS = (
    Table(
        ScoringRule.PER_PAIR,
        matching(),
        "4",
        "按对计分",
        (
            ({"1": "A", "2": "B", "3": "C", "4": "D"}, "4"),
            ({"1": "A", "2": "B", "3": "D", "4": "C"}, "2"),
            ({"1": "A"}, "1"),
            ({}, "0"),
        ),
    ),
    Table(
        ScoringRule.PER_PAIR_LESS_WRONG,
        matching(),
        "4",
        "按对计分，连错一对扣0.5分，每题最低0分",
        (
            ({"1": "A", "2": "B", "3": "C", "4": "D"}, "4"),
            ({"1": "A", "2": "B", "3": "D", "4": "C"}, "1"),
            ({"1": "A", "2": "B"}, "2"),
            ({"1": "B", "2": "A", "3": "D", "4": "C"}, "0"),
            ({}, "0"),
        ),
    ),
    Table(
        ScoringRule.ALL_OR_NOTHING,
        matching(),
        "4",
        "全部答对得满分，否则不得分",
        (({"1": "A", "2": "B", "3": "C", "4": "D"}, "4"), ({"1": "A", "2": "B", "3": "C"}, "0")),
    ),
)
POINTS = (
    Table(
        ScoringRule.KEY_POINTS,
        short(),
        "8",
        "按采分点计分",
        (
            ("先做公平竞争审查，再集体研究决定，书面告知企业，并按期兑现。", "8"),
            ("先做公平竞争审查，再集体研究决定。", "4"),
            ("请示领导。", "0"),
        ),
    ),
    Table(
        ScoringRule.KEY_POINTS,
        short(),
        "6",
        "按采分点计分，答出任意3点得满分，后续步骤不因前一步的错误重复扣分",
        (
            ("先做公平竞争审查，再集体研究决定，书面告知企业，并按期兑现。", "6"),
            ("集体研究决定后，书面告知企业，并按期兑现。", "6"),
            ("集体研究决定后按期兑现。", "4"),
        ),
        RuleOptions(required=3, carried=True),
    ),
)
TABLES = (*MULTIPLE, *JUDGING, *BLANKS, *ORDERS, *PAIRS, *POINTS)
