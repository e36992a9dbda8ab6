"""A case from the question to its closing: who is told what, by when, and nobody's words are lost."""

from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.roles import Role
from exam.ledger import (
    case_view,
    collecting,
    drawing_up,
    faq,
    figures,
    following,
    merging,
    operations,
    papers,
    queries,
    register,
    reminding,
)
from exam.ledger.collecting import Told
from exam.ledger.due import Rules, Timing, due_on, level_for, timing
from exam.ledger.flow import Act, CaseSource, CaseStatus, Level, Urgency
from exam.ledger.likeness import Index
from exam.ledger.models import Case, CaseStep
from exam.ledger.operations import Law
from exam.ledger.register import Filters, Sight
from exam.ledger.routing import Department, suggested
from exam.notices.models import Message
from exam.sittings.models import Sitting, SittingStatus
from exam.sittings.operations import start
from exam.tours.models import Stop
from exam.workdays.counting import Workdays
from exam.workdays.operations import arrange_year
from exam.workdays.shipped import Special, days
from question_bank.enums import DocumentStatus, Kind, PaperKind, Status
from question_bank.errors import Conflict, Invalid, NotAllowed
from question_bank.models import Document, Question
from question_bank.queries import draft_of, latest_version
from tests.conftest import NOON
from tests.factories.accounts import make_person
from tests.factories.bank import CONFIRMED, make_question
from tests.factories.cases import ANSWER, TEXT, ZONE, Office, ask, case_of, make_case, make_handed_over, make_office
from tests.factories.marks import hand_in_paper
from tests.factories.papers import DIAGNOSIS
from tests.factories.sittings import make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

SHIPPED = Workdays({each.day: each.off for each in days()})


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session, email="desk@example.cn")


@pytest.mark.db
def test_a_case_can_be_brought_to_every_status_and_the_chain_of_records_holds(session: Session, office: Office) -> None:
    for status in CaseStatus:
        case = make_case(session, status, office)
        session.expire_all()
        assert case.status is status
        steps = queries.steps_of(session, [case.id])
        assert steps[-1].after is status
        assert [each.before for each in steps[1:]] == [each.after for each in steps[:-1]]
    assert audit.verify(session) is None


@pytest.mark.parametrize(
    ("given", "urgency", "due"),
    [
        (date(2027, 3, 2), Urgency.ORDINARY, date(2027, 3, 9)),  # a Tuesday, five working days
        (date(2027, 3, 2), Urgency.URGENT, date(2027, 3, 5)),
        (date(2027, 3, 5), Urgency.PRESSING, date(2027, 3, 8)),  # over a weekend
        (date(2026, 9, 30), Urgency.ORDINARY, date(2026, 10, 13)),  # national day; Saturday the 10th is worked
        (date(2026, 9, 30), Urgency.URGENT, date(2026, 10, 10)),
        (date(2026, 2, 13), Urgency.PRESSING, date(2026, 2, 14)),  # a Saturday worked before the spring festival
        (date(2026, 2, 14), Urgency.PRESSING, date(2026, 2, 24)),  # nine days off
        (date(2026, 2, 14), Urgency.ORDINARY, date(2026, 2, 28)),  # the Saturday worked in exchange counts
        (date(2025, 9, 30), Urgency.URGENT, date(2025, 10, 11)),
        (date(2027, 4, 2), Urgency.PRESSING, date(2027, 4, 6)),  # 清明 on a Monday
        (date(2027, 4, 3), Urgency.PRESSING, date(2027, 4, 6)),  # handed over on a Saturday
    ],
)
def test_due_dates_are_counted_over_public_holidays(given: date, urgency: Urgency, due: date) -> None:
    assert due_on(Rules(), urgency, given=given, workdays=SHIPPED) == due


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 9, 28), Timing.LATER),
        (date(2026, 9, 29), Timing.SOON),
        (date(2026, 9, 30), Timing.TODAY),
        (date(2026, 10, 7), Timing.TODAY),  # no office has worked since
        (date(2026, 10, 8), Timing.OVERDUE),
    ],
)
def test_nothing_falls_overdue_during_a_holiday(today: date, expected: Timing) -> None:
    assert timing(Rules(), date(2026, 9, 30), today=today, workdays=SHIPPED) is expected


def test_levels_rise_with_the_days_and_their_order_is_kept() -> None:
    levels = [level_for(Rules(head=2, headquarters=4, county=6), late) for late in range(7)]
    assert levels == [Level.DESK] * 2 + [Level.HEAD] * 2 + [Level.HEADQUARTERS] * 2 + [Level.COUNTY]
    with pytest.raises(ValueError, match="each level"):
        Rules(head=3, headquarters=3)


@pytest.mark.db
def test_a_countys_own_holidays_and_rules_count_from_the_next_case_on(session: Session, office: Office) -> None:
    before = make_case(session, CaseStatus.ASSIGNED, office)
    assert before.due_on == date(2027, 3, 9)
    operations.set_rules(session, Rules(ordinary=2), hand=office.organiser, at=NOON)
    arrange_year(
        session, 2027, [Special(date(2027, 3, 3), off=True, name="演示", source="县政府通知")], by=None, at=NOON
    )
    after = make_case(session, CaseStatus.ASSIGNED, office)
    assert (before.due_on, after.due_on) == (date(2027, 3, 9), date(2027, 3, 5))


@pytest.mark.db
def test_a_department_is_reminded_once_a_stage_and_the_case_rises_level_by_level(
    session: Session, office: Office
) -> None:
    leader = make_person(session, roles=(Role.LEADER,))
    leader.email = "leader@example.cn"
    case = make_case(session, CaseStatus.ASSIGNED, office)  # due on Tuesday the 9th
    session.execute(Message.__table__.delete())
    told: dict[str, list[tuple[str, str, int]]] = {}
    for day in (5, 8, 9, 10, 11, 12, 13, 15, 16, 17):
        for hour in (1, 2):  # the second look of a day changes nothing
            at = datetime(2027, 3, day, hour, tzinfo=UTC)
            for each in reminding.remind(session, at=at, zone=ZONE):
                told.setdefault(f"{day}", []).append((each.timing.value, each.level.value, each.told))
    assert told == {
        "8": [("soon", "desk", 1), ("soon", "desk", 0)],
        "9": [("today", "desk", 1), ("today", "desk", 0)],
        "10": [("overdue", "head", 2), ("overdue", "head", 0)],
        "11": [("overdue", "head", 0)] * 2,
        "12": [("overdue", "headquarters", 1), ("overdue", "headquarters", 0)],
        "13": [("overdue", "headquarters", 0)] * 2,
        "15": [("overdue", "headquarters", 0)] * 2,
        "16": [("overdue", "county", 2), ("overdue", "county", 0)],
        "17": [("overdue", "county", 0)] * 2,
    }
    acts = [step.act for step in queries.steps_of(session, [case.id])]
    assert acts.count(Act.ESCALATE.value) == 3
    operations.extend(session, case, until=date(2027, 3, 19), why="外线工程待批", hand=office.organiser, at=NOON)
    assert (case.level, case.due_on) == (Level.DESK, date(2027, 3, 19))


@pytest.mark.db
def test_merged_look_alikes_keep_their_words_and_all_askers_are_told(session: Session, office: Office) -> None:
    person = make_person(session)
    person.email = "cadre@example.cn"
    first = ask(session, TEXT, person=person)
    second = ask(session, "用电增容要多久？能先用临时电吗", contact="电话 139，邮箱 boss@factory.cn")
    third = ask(session, "增容太慢怎么办，可否用临时电", contact="不留电话")
    one, two, three = (case_of(session, each) for each in (first, second, third))
    assert merging.merge(session, three, two, hand=office.organiser, at=NOON) is two
    assert merging.merge(session, two, one, hand=office.organiser, at=NOON) is one
    assert {each.case_id for each in (first, second, third)} == {one.id}
    assert (second.came_with_id, third.came_with_id) == (two.id, three.id)
    assert [each.number for each in queries.merged_into(session, one.id)] == sorted([two.number, three.number])
    make_case(session, CaseStatus.ANSWERED, office, asker=first)
    kinds = [(each.address, each.subject[:9]) for each in session.scalars(select(Message).order_by(Message.id))]
    assert [each for each in kinds if each[0] != "desk@example.cn"] == [
        ("boss@factory.cn", "您的问题已并入同类"),
        ("cadre@example.cn", "您的问题已有答复（"),
        ("boss@factory.cn", "您的问题已有答复（"),
    ]
    assert ANSWER in session.scalars(select(Message.body).order_by(Message.id.desc())).first()
    following.helped(session, first, at=NOON)
    following.helped(session, second, at=NOON)
    assert one.status is CaseStatus.ANSWERED
    following.helped(session, third, at=NOON)
    assert one.status is CaseStatus.FOLLOWED_UP


@pytest.mark.db
def test_a_merger_by_mistake_is_undone_with_everybody_who_came_with_it(session: Session, office: Office) -> None:
    askers = [ask(session, f"第{number}个问题：用电增容要多久？") for number in range(4)]
    one, two, three, four = (case_of(session, each) for each in askers)
    for case, into in ((three, two), (two, one), (four, one)):
        merging.merge(session, case, into, hand=office.organiser, at=NOON)
    merging.separate(session, two, hand=office.organiser, at=NOON)
    assert [each.case_id for each in askers] == [one.id, two.id, two.id, one.id]
    assert (two.status, three.status) == (CaseStatus.SORTED, CaseStatus.MERGED)
    assert [each.text for each in askers] == [f"第{number}个问题：用电增容要多久？" for number in range(4)]


def test_what_cannot_be_merged_is_refused(session: Session, office: Office) -> None:
    one, aside, closed = (
        make_case(session, status, office) for status in (CaseStatus.COLLECTED, CaseStatus.SET_ASIDE, CaseStatus.CLOSED)
    )
    for case, into in ((one, one), (one, aside), (closed, one), (aside, one)):
        with pytest.raises(NotAllowed):
            merging.merge(session, case, into, hand=office.organiser, at=NOON)
    assert merging.merge(session, one, closed, hand=office.organiser, at=NOON).status is CaseStatus.CLOSED


@pytest.mark.db
def test_who_is_not_satisfied_has_it_reopened_and_every_answer_is_kept(session: Session, office: Office) -> None:
    asker = ask(session, TEXT)
    case = make_case(session, CaseStatus.CLOSED, office, asker=asker)
    operations.publish(session, case, on=True, hand=office.organiser, at=NOON)
    later = NOON + timedelta(days=2)
    following.object_to(session, asker, said="没说临时电找谁办", at=later, zone=ZONE)
    assert (case.status, case.due_on, case.reopened, case.public, case.closed_at) == (
        CaseStatus.ASSIGNED,
        date(2027, 3, 11),
        1,
        False,
        None,
    )
    operations.answer(session, case, text="临时用电到供电所营业窗口办理。", hand=office.answerer, at=later)
    assert [each.text for each in queries.answers_of(session, case.id)] == ["临时用电到供电所营业窗口办理。", ANSWER]
    assert asker.satisfied is None
    assert "没说临时电找谁办" in [step.note for step in queries.steps_of(session, [case.id])]


def test_a_closed_case_is_reopened_within_the_days_of_the_rules_only(session: Session, office: Office) -> None:
    asker = ask(session, TEXT)
    case = make_case(session, CaseStatus.CLOSED, office, asker=asker)
    last = datetime(2027, 3, 16, 15, 59, tzinfo=UTC)  # ten working days after 2 March end at midnight in the county
    assert following.may_object(session, asker, case, at=last, zone=ZONE)
    with pytest.raises(NotAllowed):
        following.object_to(session, asker, said="还是不行", at=last + timedelta(minutes=1), zone=ZONE)
    other = ask(session, "临时电怎么办？")
    merging.merge(session, case_of(session, other), case, hand=office.organiser, at=last)
    assert following.may_object(session, other, case, at=last + timedelta(days=9), zone=ZONE)


def test_a_step_for_others_and_a_step_too_early_are_refused(session: Session, office: Office) -> None:
    case = make_case(session, CaseStatus.ASSIGNED, office)
    stranger = make_office(session, name="水利局").answerer
    with pytest.raises(NotAllowed):
        operations.answer(session, case, text=ANSWER, hand=stranger, at=NOON)
    with pytest.raises(NotAllowed):
        operations.close(session, case, hand=office.organiser, at=NOON)
    with pytest.raises(NotAllowed):
        operations.assign(session, case, owner_id=office.department.id, hand=office.organiser, at=NOON, zone=ZONE)
    for text in ("", "好"):
        with pytest.raises((Invalid, NotAllowed)):
            operations.answer(session, case, text=text, hand=office.answerer, at=NOON)
    with pytest.raises(Conflict):
        operations.answer(session, case, text=ANSWER, hand=office.answerer, at=NOON, seen=case.lock - 1)
    with pytest.raises(NotAllowed):
        operations.extend(session, case, until=date(2027, 3, 13), why="周六", hand=office.organiser, at=NOON)


def test_a_department_hands_back_what_is_not_its_own(session: Session, office: Office) -> None:
    case = make_case(session, CaseStatus.ASSIGNED, office)
    operations.hand_back(session, case, why="属自然资源部门职责", hand=office.answerer, at=NOON)
    assert (case.status, case.owner_id, case.due_on) == (CaseStatus.CLASSIFIED, None, None)


@pytest.mark.db
def test_an_answer_names_the_law_and_its_faq_says_when_that_has_fallen(session: Session, office: Office) -> None:
    make_question(session)
    case = make_case(session, CaseStatus.ASSIGNED, office)
    law = Law("《企业投资项目核准和备案管理条例》", "第十三条")
    with pytest.raises(Invalid):
        operations.answer(session, case, text=ANSWER, laws=[Law("没有的文件")], hand=office.answerer, at=NOON)
    operations.answer(session, case, text=ANSWER, laws=[law, Law("")], hand=office.answerer, at=NOON)
    make_case(session, CaseStatus.COLLECTED, office)
    operations.follow_up(session, case, how="现场回访满意", hand=office.organiser, at=NOON)
    operations.close(session, case, hand=office.organiser, at=NOON)
    assert faq.entries(session) == []
    operations.publish(session, case, on=True, hand=office.organiser, at=NOON)
    [entry] = faq.entries(session)
    assert ([each.article for each in entry.answer.citations], entry.fallen) == (["第十三条"], ())
    document = session.scalars(select(Document).where(Document.title == CONFIRMED["document"])).one()
    document.status = DocumentStatus.REPEALED
    session.flush()
    [entry] = faq.entries(session, text="增容", fallen_only=True)
    assert entry.fallen == (document,)
    assert faq.entries(session, text="没有这些字") == []
    operations.publish(session, case, on=False, hand=office.organiser, at=NOON)
    assert faq.entries(session) == []


@pytest.mark.db
@pytest.mark.parametrize("kind", drawing_up.KINDS)
def test_a_closed_case_becomes_a_draft_that_cites_the_same_law(session: Session, office: Office, kind: Kind) -> None:
    make_question(session)
    case = make_case(session, CaseStatus.ASSIGNED, office)
    law = Law(CONFIRMED["document"], CONFIRMED["article"])
    operations.answer(session, case, text=ANSWER, laws=[law], hand=office.answerer, at=NOON)
    operations.follow_up(session, case, how="现场回访满意", hand=office.organiser, at=NOON)
    with pytest.raises(NotAllowed):
        drawing_up.draw_up(session, case, kind=kind, hand=office.organiser, at=NOON)
    operations.close(session, case, hand=office.organiser, at=NOON)
    question = drawing_up.draw_up(session, case, kind=kind, hand=office.organiser, at=NOON)
    draft = draft_of(question, latest_version(session, question))
    assert (question.status, draft.kind, draft.topic, case.question_id) == (Status.DRAFT, kind, "SERVICE", question.id)
    assert [(each.document, each.article) for each in draft.citations] == [(law.document, law.article)]
    assert case.number in draft.reviewer_note
    assert session.get(Question, question.id) is not None
    with pytest.raises(Conflict):
        drawing_up.draw_up(session, case, kind=kind, hand=office.organiser, at=NOON)


@pytest.mark.db
def test_who_asks_unnamed_leaves_no_name_and_still_follows_the_case(session: Session) -> None:
    stop, person = make_stop(session), make_person(session)
    told = Told(TEXT, person_id=person.id, anonymous=True, name="王某", enterprise=True)
    asker = collecting.ask(session, stop, told, at=NOON)
    case = case_of(session, asker)
    assert (asker.person_id, asker.name, case.source, case.unit_id) == (None, "", CaseSource.ENTERPRISE, stop.unit_id)
    assert session.scalars(select(CaseStep.by).where(CaseStep.case_id == case.id)).all() == [None]
    assert queries.asker_by_token(session, asker.token) is asker
    with pytest.raises(NotAllowed):
        collecting.ask(session, stop, told, at=stop.ends_at + timedelta(days=31))
    with pytest.raises(Invalid):
        collecting.ask(session, stop, Told("？"), at=NOON)


def test_look_alikes_are_found_and_what_is_something_else_is_not() -> None:
    index = Index(
        {
            1: "标准厂房用电增容等待时间长，影响设备进场",
            2: "企业招工困难，缺少数控技工",
            3: "用电增容等待时间太长，设备进不了场",
            4: "环评应编报告书还是报告表",
        }
    )
    assert [each.case_id for each in index.like("厂房用电增容等待时间长，影响设备进场怎么办")] == [1, 3]
    assert [each.case_id for each in index.like("厂房用电增容等待时间长，影响设备进场", apart_from=[1])] == [3]
    assert index.like("税务发票额度不够用") == []


def test_the_department_is_suggested_by_name_and_by_its_duties() -> None:
    departments = [
        Department(1, "自然资源和规划局", "预审与选址、农转用报批、土地供应、不动产登记"),
        Department(2, "供电公司", "用电报装、外线工程"),
        Department(3, "人力资源和社会保障局", "用工、社保、人才"),
    ]
    assert suggested("企业用电报装要几天？", departments) == 2
    assert suggested("责任部门：自然资源和规划局", departments) == 1
    assert suggested("社保怎么转？", departments) == 3
    assert suggested("天气怎么样", departments) is None


@pytest.mark.db
def test_problems_told_in_practical_papers_become_cases_that_name_nobody(session: Session, office: Office) -> None:
    stop = make_stop(session)
    sitting = make_sitting(session, stop=stop, paper_kind=PaperKind.PRACTICAL)
    told = ("用电增容等待时间长，影响设备进场", "用电增容等待时间长，影响设备进场", "企业招工困难", "无")
    people = [_written(session, stop, sitting, problem) for problem in told]
    assert papers.collect_from_papers(session, at=NOON) == []  # the sitting is not closed yet
    sitting.status = SittingStatus.CLOSED
    session.flush()
    made = papers.collect_from_papers(session, at=sitting.closes_at)
    assert [(each.source, each.title) for each in made] == [
        (CaseSource.PAPER, "用电增容等待时间长，影响设备进场"),
        (CaseSource.PAPER, "企业招工困难"),
    ]
    assert [len(queries.askers_of(session, each.id)) for each in made] == [2, 1]
    assert papers.collect_from_papers(session, at=sitting.closes_at) == []
    view = case_view.case_view(session, made[0], office.organiser, today=NOON.date())
    assert [(voice.name, voice.contact) for voice in view.voices] == [("", "")] * 2
    assert [case for _, case in queries.asked_by(session, people[1])] == [made[0]]


def _written(session: Session, stop: Stop, sitting: Sitting, problem: str) -> int:
    """A handed-in practical paper whose diagnosis tells this problem; the id of whoever wrote it."""
    entry = make_entry(session, stop)
    make_assignment(session, sitting, entry, contents=((DIAGNOSIS, 10),))
    attempt = start(session, entry, sitting, device="test", at=sitting.opens_at)
    boxes = {"problem": problem, "department": "供电公司", "done": "无", "planned": "联合踏勘"}
    hand_in_paper(session, attempt, given=lambda item: boxes)
    return entry.person_id


def test_six_hundred_cases_are_listed_sorted_and_counted_in_a_moment(session: Session, office: Office) -> None:
    row = make_handed_over(session, office.department)
    kept = {each.key: getattr(row, each.key) for each in Case.__table__.columns if each.key != "id"}
    for number in range(599):
        case = Case(**kept | {"number": f"TZ-n{number}", "lock": 1})
        case.status = CaseStatus.ASSIGNED if number % 3 else CaseStatus.CLASSIFIED
        session.add(case)
        case.title = case.text = (
            f"第{number}个问题：{('用电增容', '招工困难', '消防审查', '用地选址')[number % 4]}怎么办，{number * 7919}"
        )
    session.flush()
    began = process_time()
    shown = register.page(session, Sight(everything=True), Filters(), number=3, today=NOON.date())
    figures.overview(session, at=NOON, zone=ZONE)
    lines = case_view.triage(session, register.triage(session), queries.departments(session))
    spent = process_time() - began
    assert (shown.total, len(shown.lines), len(lines)) == (600, 50, 50)
    assert spent < 2
