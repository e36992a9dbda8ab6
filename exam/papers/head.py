"""Pure: what stands at the head of a paper, in print and in Word alike."""

import re
from collections.abc import Sequence
from decimal import Decimal

from exam.papers.transcript import Holder, Sheet, SheetSection, rounding_sentence, written_marks

NOTICE = "注意事项：答题前请将密封线内的项目填写清楚；请在规定的位置作答，密封线内不要答题。"


AB = re.compile("[ABＡＢ]卷")


def markers(sheet: Sheet) -> tuple[str, ...]:
    """What is to be told from afar: A卷 or B卷 where the specification's name has it, and that it is a spare."""
    found = AB.search(sheet.title)
    return (*((found[0],) if found else ()), *(("备用卷",) if sheet.spare else ()))


def facts(sheet: Sheet) -> str:
    """满分、考试时间、开卷或闭卷 in a line."""
    kind = "开卷" if sheet.open_book else "闭卷"
    rounded = rounding_sentence(sheet.rounding)
    total = f"满分：{written_marks(sheet.total)}分{f'（{rounded}）' if rounded else ''}"
    return f"{total}　　考试时间：{sheet.minutes}分钟　　{kind}"


def seal_fields(holder: Holder) -> tuple[tuple[str, str], ...]:
    """What is filled in along the 密封线."""
    return (("单位", holder.unit), ("姓名", holder.name), ("考号", holder.number), ("座位号", holder.seat))


def score_rows(sections: Sequence[SheetSection]) -> tuple[tuple[str, ...], ...]:
    """题号 | 一 | 二 | … | 总分 | 核分人 over 满分, 得分 and 评卷人."""
    total = sum((section.marks for section in sections), Decimal(0))
    empty = [""] * (len(sections) + 2)
    return (
        ("题号", *(section.numeral for section in sections), "总分", "核分人"),
        ("满分", *(written_marks(section.marks) for section in sections), written_marks(total), ""),
        ("得分", *empty),
        ("评卷人", *empty),
    )
