"""Pages of messages, channels, reminders and calendars."""

import icalendar
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from exam import clock
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.audit import AuditEvent
from exam.extensions import db, writing
from exam.notices import operations, queries
from exam.notices.models import Channel, ChannelKind, Message
from exam.tours import publishing
from exam.tours.models import Feed, Tour
from exam.web.notices.area import zone
from tests.factories.accounts import make_person, sign_in
from tests.factories.notices import make_channel, make_message
from tests.factories.tours import make_stop, make_tour

WEBHOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7e0c-4a5b"
MAIL = {"name": "县政府邮箱", "address": "smtp://mail.example.gov.cn:587", "sender": "指挥部 <n@example.gov.cn>"}


def _in(client: FlaskClient, app: APIFlask, *roles: Role, email: str = "") -> int:
    with app.app_context(), writing() as session:
        person = make_person(session, roles=roles)
        person.email = email
    sign_in(client, app, person.id)
    return person.id


def test_without_a_channel_the_messages_say_that_nothing_is_sent(app: APIFlask, client: FlaskClient) -> None:
    _in(client, app, Role.ORGANISER)
    with app.app_context(), writing() as session:
        message = make_message(session)
    assert "没有启用的发送渠道，消息不会发出" in client.get("/notices").text
    assert "没有可用的发送渠道，等待中" in client.get(f"/notices/messages/{message.id}").text
    with app.app_context(), writing() as session:
        make_channel(session)
    assert "没有启用的发送渠道" not in client.get("/notices").text


def test_a_channel_is_set_up_changed_and_tried_and_its_secret_never_comes_back(
    app: APIFlask, client: FlaskClient
) -> None:
    _in(client, app, Role.ADMINISTRATOR, email="admin@example.gov.cn")
    form = MAIL | {"username": "notice", "secret": "hush-hush"}
    assert client.post("/notices/channels/new?kind=email", data=form).status_code == 302
    page = client.get("/notices/channels/1").text
    assert "已保存。留空则不变" in page
    assert client.post("/notices/channels/1", data=MAIL | {"username": "notice", "lock": "1", "active": "y"}).location
    with app.app_context():
        assert queries.channel_by_id(db.session(), 1).secret == "hush-hush"
    tried = client.post("/notices/channels/1/test")
    shown = client.get(tried.location).text
    assert "测试消息" in shown
    with app.app_context():
        audited = str([row.detail for row in db.session().scalars(select(AuditEvent))])
    for text in (page, shown, client.get("/notices/channels").text, audited):
        assert "hush-hush" not in text


def test_another_server_does_not_get_the_old_ones_password(app: APIFlask, client: FlaskClient) -> None:
    _in(client, app, Role.ADMINISTRATOR)
    client.post("/notices/channels/new?kind=email", data=MAIL | {"username": "notice", "secret": "hush-hush"})
    moved = MAIL | {"address": "smtp://elsewhere.example:25", "username": "notice", "lock": "1", "active": "y"}
    client.post("/notices/channels/1", data=moved)
    with app.app_context():
        assert queries.channel_by_id(db.session(), 1).secret == ""


def test_a_robots_address_is_shown_by_its_last_four_signs(app: APIFlask, client: FlaskClient) -> None:
    _in(client, app, Role.ADMINISTRATOR)
    client.post("/notices/channels/new?kind=wecom", data={"name": "招商工作群", "address": WEBHOOK})
    for path in ("/notices/channels", "/notices/channels/1"):
        page = client.get(path).text
        assert "693a91f6" not in page
        assert "qyapi.weixin.qq.com …4a5b" in page
    client.post("/notices/channels/1", data={"name": "招商群", "address": "", "lock": "1", "active": "y"})
    with app.app_context():
        assert queries.channel_by_id(db.session(), 1).address == WEBHOOK
        assert "693a91f6" not in str([row.detail for row in db.session().scalars(select(AuditEvent))])


@pytest.mark.parametrize(
    ("kind", "form", "said"),
    [
        ("email", MAIL | {"address": "mail.example.gov.cn"}, "邮件服务器的写法是"),
        ("email", MAIL | {"sender": "指挥部"}, "发件人必须是电子邮箱地址"),
        ("wecom", {"name": "群", "address": "http://qyapi.weixin.qq.com/send?key=1"}, "机器人地址以 https:// 开头"),
        ("dingtalk", {"name": "群", "address": "https://oapi.dingtalk.com/robot/send"}, "缺少“access_token=”"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_with_the_reason(
    app: APIFlask, client: FlaskClient, kind: str, form: dict[str, str], said: str
) -> None:
    _in(client, app, Role.ADMINISTRATOR)
    answer = client.post(f"/notices/channels/new?kind={kind}", data=form)
    assert answer.status_code == 400
    assert said in answer.text
    with app.app_context():
        assert db.session().scalars(select(Channel)).all() == []


def test_two_who_change_one_channel_do_not_overwrite_each_other(app: APIFlask, client: FlaskClient) -> None:
    _in(client, app, Role.ADMINISTRATOR)
    client.post("/notices/channels/new?kind=email", data=MAIL)
    assert client.post("/notices/channels/1", data=MAIL | {"lock": "1", "name": "一"}).status_code == 302
    late = client.post("/notices/channels/1", data=MAIL | {"lock": "1", "name": "二"})
    assert "别人已修改了这个渠道" in late.text


def test_a_test_message_needs_somewhere_to_go(app: APIFlask, client: FlaskClient) -> None:
    _in(client, app, Role.ADMINISTRATOR)
    client.post("/notices/channels/new?kind=email", data=MAIL)
    assert "没有电子邮箱" in client.post("/notices/channels/1/test", follow_redirects=True).text


def test_a_message_given_up_shows_the_reason_and_is_tried_again_by_hand(app: APIFlask, client: FlaskClient) -> None:
    _in(client, app, Role.ORGANISER)
    with app.app_context(), writing() as session:
        make_channel(session)
        message = make_message(session, at=clock.now())
        (taken,) = operations.claim(session, at=clock.now())
        operations.give_up(session, taken, answer="550 no such user, 100% sure", at=clock.now())
    for path in (f"/notices/messages/{message.id}", "/notices?status=given_up"):
        assert "550 no such user, 100% sure" in client.get(path).text
    again = f"/notices/messages/{message.id}/resend"
    assert "已重新排队发送" in client.post(again, follow_redirects=True).text
    assert "只有未能送达的消息才能重发" in client.post(again, follow_redirects=True).text


def test_the_list_of_messages_asks_the_database_as_often_for_three_as_for_one(
    app: APIFlask, client: FlaskClient
) -> None:
    _in(client, app, Role.ORGANISER)
    counts: list[int] = []
    statements: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for number in (1, 2):
        with app.app_context(), writing() as session:
            for _ in range(number):
                person = make_person(session)
                person.email = f"p{person.id}@example.gov.cn"
                make_message(session, address="", person=person)
        statements.clear()
        client.get("/notices")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_organiser_sets_the_hours_of_the_reminders(app: APIFlask, client: FlaskClient) -> None:
    _in(client, app, Role.ORGANISER)
    with app.app_context(), writing() as session:
        tour = make_tour(session).id
    path = f"/notices/reminders/{tour}"
    assert 'value="72, 24"' in client.get(path).text
    for wrong in ("soon", "0", "400", "1,2,3,4,5"):
        assert "最多4次提醒" in client.post(path, data={"hours": wrong}).text
    assert client.post(path, data={"hours": "48，2、2"}).status_code == 302
    with app.app_context():
        assert db.session().get_one(Tour, tour).reminders == [48, 2]


def test_a_person_subscribes_to_the_own_calendar_and_can_end_its_address(app: APIFlask, client: FlaskClient) -> None:
    person_id = _in(client, app, Role.UNIT_CONTACT)
    with app.app_context(), writing() as session:
        stop = make_stop(session, unit=session.get_one(Person, person_id).unit)
        publishing.announce(session, stop.tour, zone=zone(), by=None, at=clock.now())
    client.post(f"/calendars/person/{person_id}/renew")
    with app.app_context():
        token = db.session().scalars(select(Feed.token)).one()
    assert f"/feeds/{token}.ics" in client.get("/calendars").text
    answer = app.test_client().get(f"/feeds/{token}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    [entry] = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(entry["UID"]) == stop.uid
    same = app.test_client().get(f"/feeds/{token}.ics", headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status_code == 304
    client.post(f"/calendars/person/{person_id}/revoke")
    assert app.test_client().get(f"/feeds/{token}.ics").status_code == 404


def test_nobody_gets_the_calendar_of_another_person_or_unit(app: APIFlask, client: FlaskClient) -> None:
    person_id = _in(client, app, Role.UNIT_CONTACT)
    assert client.post(f"/calendars/person/{person_id - 1}/renew").status_code == 404
    assert client.post("/calendars/unit/999/renew").status_code == 404
    assert client.post("/calendars/nothing/1/renew").status_code == 404


def test_the_form_of_a_person_takes_one_address_or_none(app: APIFlask, client: FlaskClient) -> None:
    own = _in(client, app, Role.ADMINISTRATOR)
    with app.app_context():
        person = db.session().get_one(Person, own)
        form = {"code": person.code, "name": person.name, "unit": str(person.unit_id)}
    path = f"/admin/people/{own}/edit"
    assert "这不是电子邮箱地址" in client.post(path, data=form | {"email": "a@b.cn, c@d.cn"}).text
    client.post(path, data=form | {"email": "li@example.gov.cn"})
    assert "li@example.gov.cn" in client.get(f"/admin/people/{own}").text


def test_a_group_robot_has_no_mail_fields(app: APIFlask, client: FlaskClient) -> None:
    _in(client, app, Role.ADMINISTRATOR)
    page = client.get(f"/notices/channels/new?kind={ChannelKind.DINGTALK}").text
    assert 'name="secret"' in page
    assert 'name="sender"' not in page
    with app.app_context():
        assert db.session().scalars(select(Message)).all() == []
