"""Pure: shares of marks earned by topic, for each group of people."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from exam.reports.statistics import Group, share
from question_bank.enums import PaperKind

TIE_BREAKER = "PROC"
"""同分看业务卷 PROC 主题得分."""


@dataclass(frozen=True)
class TopicSum:
    """Marks earned of marks possible in one root topic by one unit's people of one group, at one kind of paper."""

    code: str
    name: str
    position: int
    paper_kind: PaperKind
    group: Group
    unit_id: int
    earned: Decimal
    possible: Decimal


@dataclass(frozen=True)
class TopicRow:
    """One topic: the share of marks earned in each group, and by everybody. None where nobody was asked."""

    code: str
    name: str
    shares: dict[Group, Decimal | None]
    all_groups: Decimal | None


def topic_table(found: Iterable[TopicSum], kind: PaperKind | None = None) -> list[TopicRow]:
    """Topics in the order of the tree; `kind` None takes both papers together."""
    wanted = [each for each in found if kind is None or each.paper_kind is kind]
    names = {each.code: each.name for each in sorted(wanted, key=lambda each: (each.position, each.code))}
    return [
        TopicRow(
            code,
            name,
            {group: _earned(each for each in wanted if each.code == code and each.group is group) for group in Group},
            _earned(each for each in wanted if each.code == code),
        )
        for code, name in names.items()
    ]


def _earned(sums: Iterable[TopicSum]) -> Decimal | None:
    all_sums = list(sums)
    return share(
        sum((each.earned for each in all_sums), Decimal(0)), sum((each.possible for each in all_sums), Decimal(0))
    )


def tie_breakers(found: Iterable[TopicSum]) -> dict[tuple[Group, int], Decimal]:
    """By group and unit the share of PROC marks earned in the business paper."""
    by_unit: dict[tuple[Group, int], list[TopicSum]] = {}
    for each in found:
        if each.code == TIE_BREAKER and each.paper_kind is PaperKind.BUSINESS:
            by_unit.setdefault((each.group, each.unit_id), []).append(each)
    return {key: _earned(sums) or Decimal(0) for key, sums in by_unit.items()}
