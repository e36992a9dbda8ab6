"""Cases of the ledger, brought to any status by the real operations."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role, UnitCategory
from exam.ledger import collecting, merging, operations
from exam.ledger.collecting import Told
from exam.ledger.flow import CaseSource, CaseStatus, Hand, Urgency
from exam.ledger.models import Asker, Case
from exam.tours.models import Stop
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit

ZONE = ZoneInfo("Asia/Shanghai")
TEXT = "企业问：标准厂房用电增容要等多久，能不能先用临时电？"
ANSWER = "高压单电源用户供电方案答复不超过10个工作日；可以先申请临时用电。"


def make_handed_over(session: Session, unit: Unit) -> Case:
    """A case raised at `unit` and answered by it, row by row."""
    case = Case(
        number=f"TZ-{unit.id}",
        status=CaseStatus.ASSIGNED,
        source=CaseSource.FLOOR,
        unit_id=unit.id,
        owner_id=unit.id,
        title="用电增容",
        text=TEXT,
        raised_at=NOON,
        assigned_at=NOON,
        due_on=NOON.date(),
    )
    session.add(case)
    session.flush()
    return case


@dataclass(frozen=True)
class Office:
    """Who works on cases: the organiser and the department with its answerer."""

    organiser: Hand
    department: Unit
    answerer: Hand
    person: Person


def hand_of(person: Person, *roles: Role) -> Hand:
    return Hand(person_id=person.id, unit_id=person.unit_id, roles=frozenset(roles))


def make_office(session: Session, *, name: str = "供电公司", email: str = "") -> Office:
    organiser = make_person(session, roles=(Role.ORGANISER,))
    department = make_unit(session, name=name, category=UnitCategory.DEPARTMENT)
    answerer = make_person(session, unit=department, roles=(Role.ANSWERER,))
    answerer.email = email
    session.flush()
    return Office(hand_of(organiser, Role.ORGANISER), department, hand_of(answerer, Role.ANSWERER), answerer)


def ask(
    session: Session,
    text: str = TEXT,
    *,
    person: Person | None = None,
    contact: str = "",
    stop: Stop | None = None,
    unit: Unit | None = None,
    at: datetime = NOON,
) -> Asker:
    """A question by `person`, else by somebody unnamed."""
    told = Told(text, person_id=person.id if person else None, anonymous=person is None, contact=contact)
    unit_id = unit.id if unit else None
    return collecting.collect(
        session, told, source=CaseSource.FLOOR, hand=Hand(asker=True), at=at, stop=stop, unit_id=unit_id
    )


def case_of(session: Session, asker: Asker) -> Case:
    return session.get_one(Case, asker.case_id)


def make_case(
    session: Session,
    status: CaseStatus,
    office: Office,
    *,
    asker: Asker | None = None,
    at: datetime = NOON,
    **asked: object,
) -> Case:
    """A case in `status`: each step of the way was taken, a minute after the other."""
    asker = asker or ask(session, at=at, **asked)  # type: ignore[arg-type]
    case = case_of(session, asker)
    if status is CaseStatus.MERGED:
        other = case_of(session, ask(session, "另一个同样的问题，用电增容。", at=at))
        merging.merge(session, case, other, hand=office.organiser, at=at)
        return case
    if status is CaseStatus.SET_ASIDE:
        return operations.set_aside(session, case, why="不属于招商服务问题", hand=office.organiser, at=at)
    steps = [
        CaseStatus.SORTED,
        CaseStatus.CLASSIFIED,
        CaseStatus.ASSIGNED,
        CaseStatus.ANSWERED,
        CaseStatus.FOLLOWED_UP,
        CaseStatus.CLOSED,
    ]
    for number, each in enumerate(steps[: steps.index(status) + 1] if status in steps else [], 1):
        _step(session, case, each, office, at=at + timedelta(minutes=number))
    return case


def _step(session: Session, case: Case, to: CaseStatus, office: Office, *, at: datetime) -> None:
    who = office.organiser
    if to is CaseStatus.SORTED:
        operations.sort(session, case, title=case.title, text=case.text, hand=who, at=at)
    elif to is CaseStatus.CLASSIFIED:
        operations.classify(session, case, topic="SERVICE", urgency=Urgency.ORDINARY, hand=who, at=at)
    elif to is CaseStatus.ASSIGNED:
        operations.assign(session, case, owner_id=office.department.id, hand=who, at=at, zone=ZONE)
    elif to is CaseStatus.ANSWERED:
        operations.answer(session, case, text=ANSWER, hand=office.answerer, at=at)
    elif to is CaseStatus.FOLLOWED_UP:
        operations.follow_up(session, case, how="电话回访，表示满意", hand=who, at=at)
    else:
        operations.close(session, case, hand=who, at=at)
