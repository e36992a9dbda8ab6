"""The invented villages and communities of the demo's towns. Their people are on the towns' rosters."""

from datetime import datetime
from itertools import product

from sqlalchemy.orm import Session

from exam.accounts import operations as accounts
from exam.accounts.roles import UnitCategory
from exam.cli.demo.county import COUNTY, County

FIRST, LAST = "赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕", "庄楼湾岗圩集塘店堰埠"
"""Two hundred names of two characters."""


def settle_villages(session: Session, county: County, *, at: datetime) -> None:
    """As many villages below each town, and communities below each subdistrict, as the county's file says."""
    names = (f"{first}{last}" for last, first in product(LAST, FIRST))
    for unit in COUNTY["units"]:
        kind = "社区" if unit["kind"] == "街道" else "村"
        for number in range(unit["villages"]):
            accounts.create_unit(
                session,
                code=f"C{unit['id'][1:]}{number + 1:02d}",
                name=f"{next(names)}{kind}",
                category=UnitCategory.VILLAGE,
                parent_id=county.units[unit["id"]].id,
                by=None,
                at=at,
            )
