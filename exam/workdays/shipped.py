"""Pure: the arrangements known when this version was made. Each year's later notice is entered by the county.

2025: 国办发明电〔2024〕12号; 2026: the notice of 4 November 2025. For 2027 only the days that the
全国年节及纪念日放假办法 (as revised in 2024) frees by itself; what is worked in exchange is known with the notice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

BY_LAW = "《全国年节及纪念日放假办法》法定日期，调休以当年通知为准"
NOTICE = {
    2025: "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）",
    2026: "国务院办公厅关于2026年部分节假日安排的通知（2025年11月4日）",
    2027: BY_LAW,
}

FREE: tuple[tuple[str, date, date], ...] = (
    ("元旦", date(2025, 1, 1), date(2025, 1, 1)),
    ("春节", date(2025, 1, 28), date(2025, 2, 4)),
    ("清明节", date(2025, 4, 4), date(2025, 4, 6)),
    ("劳动节", date(2025, 5, 1), date(2025, 5, 5)),
    ("端午节", date(2025, 5, 31), date(2025, 6, 2)),
    ("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8)),
    ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
    ("春节", date(2026, 2, 15), date(2026, 2, 23)),
    ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
    ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
    ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
    ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
    ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
    ("元旦", date(2027, 1, 1), date(2027, 1, 1)),
    ("春节", date(2027, 2, 5), date(2027, 2, 8)),
    ("清明节", date(2027, 4, 5), date(2027, 4, 5)),
    ("劳动节", date(2027, 5, 1), date(2027, 5, 2)),
    ("端午节", date(2027, 6, 9), date(2027, 6, 9)),
    ("中秋节", date(2027, 9, 15), date(2027, 9, 15)),
    ("国庆节", date(2027, 10, 1), date(2027, 10, 3)),
)

WORKED: tuple[tuple[str, date], ...] = (
    ("春节调休", date(2025, 1, 26)),
    ("春节调休", date(2025, 2, 8)),
    ("劳动节调休", date(2025, 4, 27)),
    ("国庆节调休", date(2025, 9, 28)),
    ("国庆节调休", date(2025, 10, 11)),
    ("元旦调休", date(2026, 1, 4)),
    ("春节调休", date(2026, 2, 14)),
    ("春节调休", date(2026, 2, 28)),
    ("劳动节调休", date(2026, 5, 9)),
    ("国庆节调休", date(2026, 9, 20)),
    ("国庆节调休", date(2026, 10, 10)),
)


@dataclass(frozen=True)
class Special:
    """One day that differs from the week."""

    day: date
    off: bool
    name: str
    source: str


def days() -> Iterator[Special]:
    """Every day of the shipped arrangements."""
    for name, first, last in FREE:
        for each in range((last - first).days + 1):
            day = first + timedelta(days=each)
            yield Special(day, off=True, name=name, source=NOTICE[day.year])
    for name, day in WORKED:
        yield Special(day, off=False, name=name, source=NOTICE[day.year])
