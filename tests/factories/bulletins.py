"""Figures of a bulletin without any sitting, and bulletins with them."""

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from exam.reports.bulletin.figures import Board, Counted, Facts, HeatLine, Named, TopicLine, UnitLine
from exam.reports.comparison import Measure
from exam.reports.models import Bulletin, BulletinStatus
from exam.reports.ruling import STANDARD
from exam.reports.statistics import Basis, Flag, Group, Unranked
from tests.conftest import NOON

UNITS = (
    *("石桥镇", "临河镇", "白塔镇", "双堰镇", "清水湾镇", "枫林镇", "古渡镇", "南岗镇", "桂溪街道"),
    *("云川经济开发区", "云川高新技术产业园", "县发展和改革委员会", "县自然资源和规划局", "县住房和城乡建设局"),
    *("县市场监督管理局", "驻上海招商局", "驻深圳招商局", "云川县新能源（光伏辅材）特色产业集聚发展示范园区管理委员会"),
)
"""Eighteen, one of them with a long name."""
TOPICS = (
    "县情概况",
    "招商工作要求",
    "政策与红线",
    "项目手续流程",
    "法律法规",
    "重点产业",
    "礼仪谈判与廉洁",
    "营商服务",
)


def counted(sat: int, mean: str) -> Counted:
    """Figures of `sat` people around a mean, one more being expected."""
    middle = Decimal(mean)
    return Counted(
        expected=sat + 1,
        sat=sat,
        leave=0,
        absent=1,
        attendance=Decimal(sat) / (sat + 1),
        mean=middle if sat else None,
        median=middle if sat else None,
        pass_rate=Decimal("0.75") if sat else None,
        good_rate=Decimal("0.2") if sat else None,
        excellent_rate=Decimal("0.05") if sat else None,
        interval=(middle - 3, middle + 3) if sat >= 5 else None,
    )


def make_facts(units: Sequence[str] = UNITS, *, sat: int = 32, group: Group = Group.TOWN) -> Facts:
    """One group of these units, the first the best; with fewer than five people a unit has no rank."""
    lines = tuple(
        UnitLine(
            unit_id=number,
            name=name,
            figures=counted(sat, str(80 - number)),
            score=Decimal(80 - number),
            rank=number if sat >= 5 else None,
            unranked=None if sat >= 5 else Unranked.FEW,
            flags=(Flag.PASS_RATE,),
        )
        for number, name in enumerate(units, 1)
    )
    tiers = (tuple(range(1, len(units) + 1)),) if sat >= 5 else ()
    return Facts(
        subject="云川县巡讲",
        measure=Measure.OVERALL,
        stops=1,
        planned=18,
        first=date(2027, 3, 1),
        last=date(2027, 3, 2),
        counted_on=date(2027, 3, 2),
        rule=STANDARD,
        whole=counted(sat * len(units), "70"),
        boards=(
            Board(group=group, figures=counted(sat * len(units), "70"), units=lines, basis=Basis.RAW, tiers=tiers),
        ),
        topics=tuple(
            TopicLine(
                code=str(number), name=name, everybody=Decimal(50 + 5 * number) / 100, groups={group: Decimal("0.6")}
            )
            for number, name in enumerate(TOPICS)
        ),
        heat=tuple(
            HeatLine(
                group=group,
                unit_id=unit.unit_id,
                shares={str(place): Decimal(40 + 7 * place) / 100 for place in range(len(TOPICS))},
            )
            for unit in lines
        ),
        best=tuple(Named(group=group, place=1, name="演示第一", unit=name) for name in units[:1]),
    )


def make_bulletin(session: Session, *, final: bool = True, facts: Facts | None = None, **fields: Any) -> Bulletin:
    """A bulletin that nothing was counted for; final and for everybody unless told otherwise."""
    kept = facts or make_facts()
    told = {
        "series": str(uuid.uuid4()),
        "scope": {"measure": kept.measure.value, "name": kept.subject},
        "title": "关于云川县巡讲考试情况的通报",
        "issuer": "云川县招商引资工作领导小组办公室",
        "opening": "各镇（街道）：\n现将有关情况通报如下。",
        "status": BulletinStatus.FINAL if final else BulletinStatus.DRAFT,
        "to_public": final,
        "rule": kept.rule.kept() if final else {},
        "figures": kept.kept() if final else {},
        "made_at": NOON,
        "final_at": NOON if final else None,
    }
    made = Bulletin(**(told | fields))
    session.add(made)
    session.flush()
    return made
