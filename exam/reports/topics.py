"""Pure: shares of marks earned by topic, for each group of people."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from exam.reports.comparison import Row
from exam.reports.statistics import Group, share
from question_bank.enums import PaperKind


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


def sums_of(rows: Iterable[Row], roots: Mapping[str, tuple[str, int]]) -> list[TopicSum]:
    """Add up what people earned by topic; `roots` gives name and place of each root topic by its code."""
    texts: dict[tuple[PaperKind, Group, int], list[str]] = {}
    for row in rows:
        texts.setdefault((row.paper_kind, row.group, row.unit_id), []).append(row.topics)
    return [
        TopicSum(
            code,
            *roots.get(code, (code, len(roots))),
            kind,
            group,
            unit_id,
            Decimal(earned).scaleb(-2),
            Decimal(possible).scaleb(-2),
        )
        for (kind, group, unit_id), those in texts.items()
        for code, (earned, possible) in _added(those).items()
    ]


def _added(texts: Iterable[str]) -> dict[str, list[int]]:
    """By code of the topic what was earned of what, over all of them; read in one go, which costs a third."""
    found: dict[str, list[int]] = {}
    for topics in json.loads(f"[{','.join(texts)}]"):
        for code, pair in topics.items():
            held = found.get(code)
            if held is None:
                found[code] = pair
            else:
                held[0] += pair[0]
                held[1] += pair[1]
    return found


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
    """Never below 0, even where more was deducted than earned."""
    all_sums = list(sums)
    earned = max(Decimal(0), sum((each.earned for each in all_sums), Decimal(0)))
    return share(earned, sum((each.possible for each in all_sums), Decimal(0)))


def tie_breakers(found: Iterable[TopicSum], code: str) -> dict[tuple[Group, int], Decimal]:
    """By group and unit the share of the marks of this root topic earned in the business paper (同分看手续得分)."""
    by_unit: dict[tuple[Group, int], list[TopicSum]] = {}
    for each in found:
        if each.code == code and each.paper_kind is PaperKind.BUSINESS:
            by_unit.setdefault((each.group, each.unit_id), []).append(each)
    return {key: _earned(sums) or Decimal(0) for key, sums in by_unit.items()}


@dataclass(frozen=True)
class MatrixRow:
    """One unit of one group: the share of marks earned by code of topic, None where nobody was asked."""

    group: Group
    unit_id: int
    shares: dict[str, Decimal | None]


@dataclass(frozen=True)
class Matrix:
    """知识点 × 单位: codes and names of the topics in the order of the tree, and a row for each unit of each group."""

    topics: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]


NO_MATRIX = Matrix((), ())


def matrix(found: Iterable[TopicSum], kind: PaperKind | None = None) -> Matrix:
    """The heat map's figures; `kind` None takes both papers together."""
    wanted = [each for each in found if kind is None or each.paper_kind is kind]
    names = {each.code: each.name for each in sorted(wanted, key=lambda each: (each.position, each.code))}
    by_unit: dict[tuple[Group, int], dict[str, list[TopicSum]]] = {}
    for each in wanted:
        by_unit.setdefault((each.group, each.unit_id), {}).setdefault(each.code, []).append(each)
    order = list(Group)
    rows = [
        MatrixRow(group, unit_id, {code: _earned(sums.get(code, ())) for code in names})
        for (group, unit_id), sums in sorted(by_unit.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1]))
    ]
    return Matrix(tuple(names.items()), tuple(rows))


@dataclass(frozen=True)
class TopicAgainst:
    """Share of a topic's marks earned by the unit's people of a group, and by the group in the whole county."""

    code: str
    name: str
    own: Decimal | None
    county: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.own is None or self.county is None else self.own - self.county
