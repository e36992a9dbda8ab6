"""通报 from the draft to a published version 2: what is frozen, who may do and read what."""

import io
from decimal import Decimal

import pytest
from docx import Document
from flask.testing import FlaskClient
from sqlalchemy import select

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.grading.models import Score
from exam.reports import bulletins
from exam.reports.models import Bulletin, BulletinStatus
from tests.factories.bulletins import make_bulletin

pytestmark = pytest.mark.db


def drafted(client: FlaskClient, tour: int, measure: str = "business") -> str:
    """The address of a new draft."""
    answer = client.post("/reports/bulletins", data={"tour": tour, "measure": measure})
    assert answer.status_code == 302
    return str(answer.location)


def text_of(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.get_data(as_text=True)


def raise_everybody(app, marks: Decimal) -> None:
    """As a correction would, but without its ceremony."""
    with app.app_context(), writing() as session:
        for score in session.scalars(select(Score)):
            score.marks = min(score.total, score.marks + marks)


def test_one_press_makes_the_whole_document_from_released_results(released, browser) -> None:
    leader = browser(Role.LEADER)
    page = text_of(leader, drafted(leader, released.tour))
    assert "应考6人，实考6人，参考率100.0%" in page
    assert "业务卷平均分73.3分，合格率83.3%" in page
    assert "石桥镇" in page
    assert not any(name in page for name in released.names.values())


def test_edited_words_are_kept_and_figures_follow_the_results_until_it_is_final(app, released, browser) -> None:
    leader = browser(Role.LEADER)
    url = drafted(leader, released.tour)
    words = {
        "title": "关于巡讲的通报",
        "issuer": "县招商办",
        "document_number": "招办〔2027〕1号",
        "closing": "抓好落实。",
    }
    kept = leader.post(f"{url}/edit", data={**words, "opening": "各镇：", "seen": "1", "names_public": "y"})
    assert kept.location == url
    raise_everybody(app, Decimal(10))
    page = text_of(leader, url)
    assert all(each in page for each in words.values())
    assert "业务卷平均分81.7分" in page
    assert [score for score, name in released.names.items() if name in page] == [100, 90]


def test_frozen_figures_never_change_when_marks_do_and_version_2_carries_its_note(app, released, browser) -> None:
    leader = browser(Role.LEADER)
    url = drafted(leader, released.tour)
    assert "notice-success" in leader.post(f"{url}/final", follow_redirects=True).get_data(as_text=True)
    raise_everybody(app, Decimal(10))
    assert "业务卷平均分73.3分" in text_of(leader, url)
    second = leader.post(f"{url}/versions", data={"note": "第3题答案更正"}).location
    assert "业务卷平均分81.7分" in text_of(leader, second)
    assert leader.post(f"{second}/final").status_code == 302
    assert "第2版说明：第3题答案更正" in text_of(leader, second)
    old = text_of(leader, url)
    assert "业务卷平均分73.3分" in old
    assert "本版已被新版替代" in old
    with app.app_context():
        found = db.session.scalars(select(Bulletin).order_by(Bulletin.version)).all()
        assert [each.status for each in found] == [BulletinStatus.REPLACED, BulletinStatus.FINAL]
        assert found[1].rule == found[0].rule


def test_who_is_sent_it_and_who_gets_a_copy_are_kept_with_every_version_and_offered_again(released, browser) -> None:
    leader = browser(Role.LEADER)
    url = drafted(leader, released.tour)
    assert 'value="各镇（街道）、开发区"' in text_of(leader, f"{url}/edit")
    words = {"title": "关于巡讲的通报", "issuer": "县招商办", "opening": "通报如下。", "seen": "1"}
    leader.post(f"{url}/edit", data={**words, "recipients": "各镇", "copies": "县委办公室，县政府办公室"})
    leader.post(f"{url}/final")
    second = leader.post(f"{url}/versions", data={"note": "第3题答案更正"}).location
    leader.post(f"{second}/edit", data={**words, "recipients": "各镇", "copies": "县委组织部", "note": "更正"})
    assert "抄送：县委办公室，县政府办公室。" in text_of(leader, url)
    assert "抄送：县委组织部。" in text_of(leader, second)
    assert "各镇：</p>" in text_of(leader, url)
    assert 'value="县委组织部"' in text_of(leader, f"{drafted(leader, released.tour)}/edit")


def test_a_final_bulletin_is_neither_edited_nor_thrown_away_nor_made_final_again(released, browser) -> None:
    leader = browser(Role.LEADER)
    url = drafted(leader, released.tour)
    leader.post(f"{url}/final")
    changed = leader.post(f"{url}/edit", data={"title": "另一标题", "issuer": "县招商办", "seen": "2"})
    assert changed.status_code == 409
    again = leader.post(f"{url}/final", follow_redirects=True).get_data(as_text=True)
    assert "notice-danger" in again
    assert leader.post(f"{url}/discard").location == url
    assert "另一标题" not in text_of(leader, url)


def test_without_released_results_nothing_is_made_final(hall, browser) -> None:
    leader = browser(Role.LEADER)
    url = drafted(leader, hall.tour)
    assert "目前还没有公布的成绩" in text_of(leader, url)
    assert "notice-danger" in leader.post(f"{url}/final", follow_redirects=True).get_data(as_text=True)


def test_a_second_later_version_waits_for_the_first(app, engine) -> None:
    del engine
    with app.app_context(), writing() as session:
        first = make_bulletin(session)
        at = first.made_at
        second = bulletins.reissue(session, first, note="更正", by=None, at=at)
        assert (second.version, second.series, second.status) == (2, first.series, BulletinStatus.DRAFT)
        with pytest.raises(bulletins.Conflict):
            bulletins.reissue(session, first, note="再更正", by=None, at=at)


def test_only_leaders_and_organisers_reach_bulletins_until_they_are_published(app, released, browser) -> None:
    leader, contact = browser(Role.LEADER), browser(Role.UNIT_CONTACT, unit_id=released.unit)
    url = drafted(leader, released.tour)
    public = url.replace("/reports/", "/results/")
    leader.post(f"{url}/final")
    assert [contact.get(each).status_code for each in (url, f"{url}/bulletin.pdf", public)] == [404, 404, 404]
    leader.post(f"{url}/publish")
    assert "关于" in text_of(contact, public)
    assert public in text_of(contact, "/results/")
    assert contact.get(f"{url}/edit").status_code == 404
    leader.post(f"{url}/withdraw")
    assert contact.get(public).status_code == 404


def test_a_draft_is_never_published(released, browser) -> None:
    leader = browser(Role.LEADER)
    url = drafted(leader, released.tour)
    assert "notice-danger" in leader.post(f"{url}/publish", follow_redirects=True).get_data(as_text=True)
    assert leader.get(url.replace("/reports/", "/results/")).status_code == 404


def test_the_files_are_the_same_document(released, browser) -> None:
    leader = browser(Role.LEADER)
    url = drafted(leader, released.tour)
    printed = leader.get(f"{url}/bulletin.pdf")
    assert (printed.mimetype, printed.data[:5]) == ("application/pdf", b"%PDF-")
    written = leader.get(f"{url}/bulletin.docx")
    assert any("应考6人" in each.text for each in Document(io.BytesIO(written.data)).paragraphs)
