"""The organiser's form of a specification: totals, what the bank holds, versions, two people, ways out."""

from collections.abc import Mapping, Sequence

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import or_, select, update
from werkzeug.datastructures import MultiDict

from exam.accounts.roles import Role
from exam.audit import AuditEvent
from exam.extensions import db, writing
from exam.papers.models import Specification, SpecificationStatus
from exam.papers.queries import plan_in, specification_by_code, specification_by_id
from exam.papers.specification import CountBy, FixedCell
from exam.papers.specifying import draft_specification, terms_of
from exam.web.papers.editor.filling import named, typed_in, typed_of
from exam.web.typed import Typed
from question_bank.enums import Band, Kind, ScoringRule, Status
from question_bank.models import Question, Topic
from tests.conftest import NOON
from tests.web.papers.test_pages import browser, specification_id

pytestmark = pytest.mark.db


def sent(typed: Typed, changed: Mapping[str, str] | None = None, **more: str) -> MultiDict[str, str]:
    """The form as a browser sends it, with some of its fields changed."""
    form = MultiDict(named(typed))
    for name, value in (*more.items(), *(changed or {}).items()):
        form[name] = value
    return form


def form_of(app: APIFlask, number: int) -> tuple[Typed, str]:
    """The form of a specification as it is opened, and its lock."""
    with app.app_context():
        found = specification_by_id(db.session(), number)
        return typed_of(terms_of(found)), str(found.lock)


def draft(app: APIFlask, standard: str = "business-town") -> int:
    """A draft that says what a standard says."""
    with app.app_context(), writing() as session:
        terms = terms_of(specification_by_code(session, standard))
        return draft_specification(session, terms, by=None, at=NOON).id


def stored(app: APIFlask, number: int) -> Specification:
    with app.app_context():
        return specification_by_id(db.session(), number)


def test_an_organiser_writes_a_specification_and_puts_it_in_use(app: APIFlask) -> None:
    client = browser(app)
    page = client.get("/papers/specifications/new")
    assert page.status_code == 200
    assert "error-summary" not in page.text
    form = {
        "name": "清水湾镇业务卷",
        "paper_kind": "business",
        "audience": "town",
        "minutes": "４５",
        "total": "30",
        "pass_marks": "18",
        "sections-0-kinds": "single_choice",
        "sections-0-count": "10",
        "sections-0-marks_each": "1",
        "sections-1-kinds": "multiple_choice",
        "sections-1-count": "5",
        "sections-1-marks_each": "2",
        "sections-1-rules-multiple_choice": "all_or_nothing",
        "sections-1-wishes-0-count": "2",
        "sections-1-wishes-0-topic": "POLICY",
        "sections-2-kinds": "fill_blank",
        "sections-2-title": "填空",
        "sections-2-count": "10",
        "sections-2-marks_each": "1",
        "topics-3-topic": "PROC",
        "topics-3-marks": "20",
        "topics-2-topic": "POLICY",
        "topics-2-marks": "7",
        "topics-6-topic": "ETIQ",
        "topics-6-marks": "3",
        "topics-7-topic": "SERVICE",
        "topics-7-joined": "ETIQ",
        "shares-easy": "5",
        "shares-medium": "3",
        "shares-hard": "2",
        "cells-0-section": "0",
        "cells-0-topic": "PROC",
        "cells-0-band": "easy",
        "cells-0-count": "2",
        "do": "save",
    }
    answer = client.post("/papers/specifications/new", data=form)
    assert answer.status_code == 302
    number = int(answer.location.rsplit("/", 1)[1])
    made = stored(app, number)
    plan = plan_in(made)
    assert (made.name, made.minutes, made.status, made.number) == ("清水湾镇业务卷", 45, SpecificationStatus.DRAFT, 1)
    assert [section.title for section in plan.sections] == ["单项选择题", "多项选择题", "填空"]
    assert plan.sections[1].rule(Kind.MULTIPLE_CHOICE) is ScoringRule.ALL_OR_NOTHING
    assert [wish.topics for wish in plan.sections[1].wishes] == [("POLICY",)] * 2
    assert plan.sections[2].count_by is CountBy.SLOTS
    assert set(plan.topic_marks) == {"PROC", "POLICY", "ETIQ/SERVICE"}
    assert plan.fixed_cells == (FixedCell(section=0, topic="PROC", band=Band.EASY, count=2),)
    assert client.post(f"/papers/specifications/{number}/use").status_code == 302
    assert stored(app, number).status is SpecificationStatus.FROZEN
    page = client.get(f"/papers/specifications/{number}").text
    assert "全部答对得满分" in page
    assert "固定单元" in page


def problem(client: FlaskClient, typed: Typed, **changed: str) -> dict[str, list[str]]:
    """What the page's script is told is wrong."""
    found = client.post("/papers/specifications/figures", data=sent(typed, changed)).json
    assert found is not None
    assert found["fits"] == (not found["said"])
    said: dict[str, list[str]] = found["said"]
    return said


def test_sums_and_the_bank_stand_beside_the_fields_as_they_are_typed(app: APIFlask) -> None:
    client = browser(app)
    typed, _ = form_of(app, specification_id(app, "business-town"))
    found = client.post("/papers/specifications/figures", data=sent(typed)).json
    assert found is not None
    assert found["said"] == {}
    assert found["sums"]["sections"] == found["sums"]["topics"] == "100 分"
    words, short = found["held"]["sections-0"]
    assert "单" not in words
    assert "份不重复的试卷" in words
    assert not short
    assert {"topics-0", "shares-easy", "sections-4-wishes-0"} <= set(found["held"])
    core = {"sections-0-wishes-0-count": "2", "sections-0-wishes-0-source": "core", "sections-0-wishes-1-count": "1"}
    asked = client.post("/papers/specifications/figures", data=sent(typed, core)).json
    assert asked is not None
    reserved, _ = asked["held"]["sections-0-wishes-0"]
    assert reserved.startswith("题库 ")
    assert reserved != words
    assert problem(client, typed, **{"sections-1-count": "8"}) == {
        "total": ["各大题合计 96 分，少 4 分。"],
        "topics": ["各知识点合计 100 分，应为 96 分，多 4 分。"],
    }


def test_nothing_typed_is_lost_when_it_cannot_be_saved(app: APIFlask) -> None:
    client = browser(app)
    number = draft(app)
    typed, seen = form_of(app, number)
    answer = client.post(
        f"/papers/specifications/{number}/edit",
        data=sent(typed, {"name": "新名", "total": "98"}, seen=seen, do="save"),
    )
    assert answer.status_code == 400
    assert "error-summary" in answer.text
    assert 'value="新名"' in answer.text
    assert stored(app, number).name != "新名"


def test_rows_are_added_moved_and_removed_without_scripts_and_fixed_cells_follow(app: APIFlask) -> None:
    client = browser(app)
    number = draft(app)
    typed, seen = form_of(app, number)
    typed["cells"] = [{"section": "1", "topic": "LAW", "band": "", "count": "1"}]
    url = f"/papers/specifications/{number}/edit"
    page = client.post(url, data=sent(typed, seen=seen, do="sections-1:up")).text
    assert '<option value="0" selected>一、多项选择题' in page
    assert 'name="cells-0-section"' not in client.post(url, data=sent(typed, seen=seen, do="sections-1:remove")).text
    assert 'id="sections-7"' in client.post(url, data=sent(typed, seen=seen, do="sections:add")).text
    assert (
        'id="sections-0-wishes-0-topic"'
        in client.post(url, data=sent(typed, seen=seen, do="sections-0-wishes:add")).text
    )
    assert stored(app, number).lock == int(seen)


def test_two_people_at_one_draft_see_both_texts_and_put_them_together(app: APIFlask) -> None:
    client, other = browser(app), browser(app)
    number = draft(app)
    typed, seen = form_of(app, number)
    url = f"/papers/specifications/{number}/edit"
    assert other.post(url, data=sent(typed, {"name": "别人改的名称"}, seen=seen, do="save")).status_code == 302
    mine = sent(typed, {"minutes": "75"}, seen=seen, do="save")
    answer = client.post(url, data=mine)
    assert answer.status_code == 409
    assert "别人改的名称" in answer.text
    assert "75" in answer.text
    hidden = {f"mine-{name}": value for name, value in named(typed_in(mine))}
    lock = str(stored(app, number).lock)
    merged = client.post(
        url, data=hidden | {"take-name": "theirs", "take-minutes": "mine", "seen": lock, "do": "merge"}
    )
    assert merged.status_code == 200
    assert 'value="别人改的名称"' in merged.text
    assert 'value="75"' in merged.text
    assert f'name="seen" value="{lock}"' in merged.text


def test_changing_one_in_use_makes_a_draft_of_its_next_version(app: APIFlask) -> None:
    client = browser(app)
    number = specification_id(app, "business-town")
    typed, seen = form_of(app, number)
    answer = client.post(
        f"/papers/specifications/{number}/edit", data=sent(typed, {"minutes": "70"}, seen=seen, do="save")
    )
    after = stored(app, int(answer.location.rsplit("/", 1)[1]))
    assert (after.code, after.number, after.minutes, after.status) == (
        "business-town",
        2,
        70,
        SpecificationStatus.DRAFT,
    )
    assert stored(app, number).minutes == 60
    page = client.get(f"/papers/specifications/{number}").text
    assert "第 2 版" in page
    again = client.post(
        f"/papers/specifications/{number}/edit", data=sent(typed, {"minutes": "80"}, seen=seen, do="save")
    )
    assert again.status_code == 400


def test_a_copy_is_a_draft_of_its_own(app: APIFlask) -> None:
    client = browser(app)
    number = specification_id(app, "practical-full")
    answer = client.post(f"/papers/specifications/{number}/copy")
    made = stored(app, int(answer.location.split("/")[-2]))
    assert made.made_from_id == number
    assert made.name == "问题卷（完整卷）（副本）"
    assert client.get(answer.location).status_code == 200


def without(app: APIFlask, *roots: str) -> None:
    with app.app_context(), writing() as session:
        topics = select(Topic.id).where(or_(*(Topic.code.startswith(root) for root in roots)))
        session.execute(update(Question).where(Question.topic_id.in_(topics)).values(status=Status.RETIRED))


def ways(page: str) -> Sequence[str]:
    return [part.split('"', 1)[0] for part in page.split('value="remedy:')[1:]]


def test_the_check_names_what_is_short_and_one_press_takes_a_way_out(app: APIFlask) -> None:
    client = browser(app)
    number = draft(app)
    without(app, "COUNTY")
    page = client.get(f"/papers/specifications/{number}/check").text
    assert "题库不足" in page
    assert "县情概况 12 → 0 分" in page
    typed, seen = form_of(app, number)
    url = f"/papers/specifications/{number}/edit"
    answer = client.post(url, data=sent(typed, seen=seen, do=f"remedy:{ways(page)[0]}"))
    assert answer.status_code == 302
    assert answer.location.endswith("/check")
    assert "题库能够满足" in client.get(answer.location).text
    assert "COUNTY" not in plan_in(stored(app, number)).topic_marks
    with app.app_context():
        actions = db.session().scalars(select(AuditEvent.action).where(AuditEvent.subject == f"specification:{number}"))
        assert list(actions) == ["specification.drafted", "specification.changed"]


def test_a_way_out_that_is_not_offered_any_more_changes_nothing(app: APIFlask) -> None:
    client = browser(app)
    number = draft(app)
    typed, seen = form_of(app, number)
    answer = client.post(
        f"/papers/specifications/{number}/edit", data=sent(typed, seen=seen, do="remedy:0123456789abcdef")
    )
    assert answer.status_code == 200
    assert stored(app, number).lock == int(seen)


def test_only_organisers_write_specifications(app: APIFlask) -> None:
    client = browser(app, Role.AUTHOR)
    number = draft(app)
    for path in ("/papers/specifications/new", f"/papers/specifications/{number}/edit"):
        assert client.get(path).status_code in {403, 404}
