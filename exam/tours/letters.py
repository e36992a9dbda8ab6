"""What the run sheet and the letters of invitation of a stop say, in the words of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam.printing.rows import DaySheet, Item, Letter, Occasion
from exam.tours import placing
from exam.tours.models import Stop
from exam.tours.queries import attendance
from exam.tours.timetable import Part, Slot, run_sheet
from question_bank.enums import NamedEnum
from question_bank.errors import N_, NotAllowed

WEEKDAYS = "一二三四五六日"
DUTIES = ("主持人", "签到", "监考", "技术保障", "问题收集", "联络")
ROSTER_BEFORE = timedelta(days=3)
"""Names and slides are asked for so long before the stop."""


class Addressee(NamedEnum):
    """To whom a letter of invitation goes."""

    UNIT = "unit", N_("Host unit"), "承办单位"
    LECTURER = "lecturer", N_("Lecturer"), "讲师"
    DEPARTMENTS = "departments", N_("Answering departments"), "答疑部门"


@dataclass(frozen=True)
class Around:
    """A stop with what its letters need besides: who answers there, and how many are on the roster."""

    stop: Stop
    departments: tuple[str, ...]
    heads: int
    zone: ZoneInfo

    @property
    def starts(self) -> datetime:
        return self.stop.starts_at.astimezone(self.zone)

    @property
    def ends(self) -> datetime:
        return self.stop.ends_at.astimezone(self.zone)

    @property
    def where(self) -> str:
        venue = self.stop.venue
        if venue is None:
            return f"{self.stop.unit.name}（会场另行通知）"
        address = f"（{venue.address}）" if venue.address else ""
        return f"{venue.name}{address}" + ("，线上线下同步" if venue.online else "")

    @property
    def lecture(self) -> str:
        lecture = self.stop.lecture
        if lecture is None:
            return ""
        lecturer = lecture.lecturer
        return f"《{bare(lecture.title)}》，主讲：{lecturer.person.name}（{lecturer.title}）"


def bare(title: str) -> str:
    """Inside 《》 further 《》 are 〈〉 (GB/T 15834—2011, 4.15.3.3)."""
    return title.replace("《", "〈").replace("》", "〉")


def around(session: Session, stop: Stop, *, zone: ZoneInfo) -> Around:
    """Read it."""
    names = (each.name for each in placing.departments_at(session, stop.id))
    return Around(stop, tuple(names), attendance(session, [stop.id])[stop.id].expected, zone)


def long_day(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日（星期{WEEKDAYS[moment.weekday()]}）"


def day_sheet(about: Around) -> DaySheet:
    """The run sheet: every slot of the half day with who and what belongs to it."""
    stop = about.stop
    planned = run_sheet(stop.starts_at, stop.ends_at, stop.day_order)
    items = tuple(
        Item(
            f"{slot.start.astimezone(about.zone):%H:%M}—{slot.end.astimezone(about.zone):%H:%M}",
            slot.what.chinese,
            int((slot.end - slot.start).total_seconds() // 60),
            detail(about, slot.what),
        )
        for slot in planned.slots
    )
    over = int(planned.overruns.total_seconds() // 60)
    warning = f"各环节合计超出结束时间{over}分钟，请调整结束时间或压缩环节。" if over else ""
    occasion = Occasion(
        stop.tour.name,
        f"第{stop.number}场　{stop.unit.name}",
        long_day(about.starts),
        f"{about.starts:%H:%M}—{about.ends:%H:%M}",
        stop.venue.name if stop.venue else stop.unit.name,
    )
    return DaySheet(occasion, _facts(about), items, DUTIES, _checks(about), warning)


def _facts(about: Around) -> tuple[tuple[str, str], ...]:
    stop = about.stop
    found = [("地　　点", about.where), ("顺　　序", stop.day_order.chinese)]
    if about.lecture:
        found.append(("授　　课", about.lecture))
    if about.departments:
        found.append(("答疑部门", "、".join(about.departments)))
    found.append(("参训人员", f"名册{about.heads}人" if about.heads else "名册未定"))
    return tuple(found)


def detail(about: Around, part: Part) -> str:
    """What belongs to a slot."""
    heads = f"应到{about.heads}人" if about.heads else "按名册"
    words = {
        Part.CHECK_IN: f"扫准考证二维码或按姓名签到，{heads}；临时参加、请假当场登记",
        Part.OPENING: "主持人宣布流程、考场纪律和作答方法",
        Part.BUSINESS: "闭卷，一人一卷；到时统一收卷，客观题即时评分",
        Part.LECTURE: about.lecture or "讲题待定",
        Part.ANSWERS: "、".join(about.departments) or "到场部门现场答复，答不了的记入台账",
        Part.PRACTICAL: "结合工作实际作答，可提出需要会诊的问题",
        Part.CLOSING: "通报客观题情况，收集问题，扫码评课",
    }
    return words[part]


def _checks(about: Around) -> tuple[str, ...]:
    online = about.stop.venue is not None and about.stop.venue.online
    found = [
        "签到表、准考证、座位签已按名册打印",
        "试卷、答题卡密封袋完好，份数与名册一致",
        "投影、音响、话筒、计时已试用",
        "网络可用，考试页面能打开，二维码能扫",
        "讲师课件已上传并试放",
        "讲前一页简报已送讲师和答疑部门",
    ]
    return (*found, "线上会议室已开，远程人员身份核验安排到位") if online else tuple(found)


def letter(about: Around, to: Addressee, *, issuer: str, at: datetime) -> Letter:
    """The letter of a stop. Raises NotAllowed where there is nobody to write to."""
    makers = {Addressee.UNIT: _to_unit, Addressee.LECTURER: _to_lecturer, Addressee.DEPARTMENTS: _to_departments}
    today = at.astimezone(about.zone)
    return makers[to](about, issuer, f"{today.year}年{today.month}月{today.day}日")


def _when(about: Around) -> str:
    return f"{long_day(about.starts)}{about.starts:%H:%M}至{about.ends:%H:%M}。"


def _order(about: Around) -> str:
    names = [slot.what.chinese for slot in _slots(about) if slot.what not in {Part.CHECK_IN, Part.CLOSING}]
    return "、".join(names) + "，最后收集现场问题。"


def _slots(about: Around) -> Sequence[Slot]:
    return run_sheet(about.stop.starts_at, about.stop.ends_at, about.stop.day_order).slots


def _before(about: Around) -> str:
    due = (about.stop.starts_at - ROSTER_BEFORE).astimezone(about.zone)
    return f"{due.month}月{due.day}日"


def _to_unit(about: Around, issuer: str, date: str) -> Letter:
    stop = about.stop
    heads = (
        f"名册所列{about.heads}人，名单如有变动请及时调整。"
        if about.heads
        else f"请于{_before(about)}前报送参训人员名册。"
    )
    points = [
        ("时间", _when(about) + f"{about.starts:%H:%M}起签到。"),
        ("地点", about.where + "。"),
        ("内容", _order(about)),
    ]
    if about.lecture:
        points.append(("授课", about.lecture + "。"))
    points += [
        ("参加人员", heads),
        (
            "有关要求",
            (
                "请组织参训人员按时到场，携带准考证和手机；请协助落实会场，备好投影、音响和网络，座位间隔摆放；"
                "请提前梳理本单位招商工作中需要部门解答的问题，带到现场。"
            ),
        ),
    ]
    return Letter(
        issuer,
        f"关于举办“两卷一课”巡讲第{stop.number}场活动的邀请函",
        f"{stop.unit.name}：",
        f"按照“{plain(stop.tour.name)}”安排，定于{about.starts.month}月{about.starts.day}日在你单位举办第{stop.number}场活动，"
        "以考促学、以讲促用、以答促办。现就有关事项函告如下：",
        tuple(points),
        "请予支持，并届时参加。",
        "联系人：　　　　　　　联系电话：",
        date,
    )


def plain(name: str) -> str:
    """A name without quotation marks of its own: it is put into some."""
    return name.replace("“", "‘").replace("”", "’")


def _to_lecturer(about: Around, issuer: str, date: str) -> Letter:
    stop = about.stop
    if stop.lecture is None:
        raise NotAllowed(N_("This stop has no lecture yet, so there is nobody to invite."))
    lecturer = stop.lecture.lecturer
    slot = next(each for each in _slots(about) if each.what is Part.LECTURE)
    begins, ends = slot.start.astimezone(about.zone), slot.end.astimezone(about.zone)
    minutes = int((slot.end - slot.start).total_seconds() // 60)
    audience = f"{stop.unit.name}招商干部" + (f"约{about.heads}人" if about.heads else "")
    focus = f"，主攻产业：{stop.unit.focus}" if stop.unit.focus else ""
    points = (
        ("授课题目", f"《{bare(stop.lecture.title)}》。"),
        (
            "授课时间",
            f"{long_day(about.starts)}{begins:%H:%M}至{ends:%H:%M}，约{minutes}分钟，随后现场答疑。",
        ),
        ("授课地点", about.where + "。"),
        ("听课对象", f"{audience}{focus}。"),
        ("课前简报", "业务卷收卷后，系统随即生成一页简报，列出本场答错最多的知识点和三个建议提问，供您开讲前参考。"),
        ("课件", f"请于{_before(about)}前提供课件，便于会场试放；讲后是否向参训人员开放，由您决定。"),
    )
    return Letter(
        issuer,
        "“两卷一课”企业家大讲堂授课邀请函",
        f"{lecturer.person.name}同志（{lecturer.title}）：",
        f"为提升招商干部专业能力，“{plain(stop.tour.name)}”设置企业家大讲堂。诚邀您担任第{stop.number}场（{stop.unit.name}）主讲，具体安排如下：",
        points,
        "诚盼您拨冗莅临。",
        "联系人：　　　　　　　联系电话：",
        date,
    )


def _to_departments(about: Around, issuer: str, date: str) -> Letter:
    stop = about.stop
    if not about.departments:
        raise NotAllowed(N_("No department has been named for this stop yet."))
    slot = next(each for each in _slots(about) if each.what is Part.ANSWERS)
    begins, ends = slot.start.astimezone(about.zone), slot.end.astimezone(about.zone)
    points = (
        ("答疑时间", f"{long_day(about.starts)}{begins:%H:%M}至{ends:%H:%M}，请提前15分钟到场。"),
        ("答疑地点", about.where + "。"),
        ("参加人员", "每个部门1名熟悉业务的负责同志或业务骨干。"),
        ("有关要求", "现场能答复的当场答复，并说明依据；不能当场答复的，纳入问题台账，按时限办理反馈。"),
    )
    return Letter(
        issuer,
        f"关于参加“两卷一课”巡讲第{stop.number}场现场答疑的邀请函",
        "、".join(about.departments) + "：",
        f"按照“{plain(stop.tour.name)}”安排，第{stop.number}场活动将于{about.starts.month}月{about.starts.day}日在{stop.unit.name}举行，"
        "请派员现场答疑。有关事项函告如下：",
        points,
        "请予支持。",
        "联系人：　　　　　　　联系电话：",
        date,
    )
