"""Who sees what of the results, and what the pages say."""

import re
from io import BytesIO

import pytest
from docx import Document
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from exam.accounts.roles import Role
from exam.extensions import writing
from exam.tours.flow import Absence
from exam.tours.queries import stop_by_id
from tests.factories.accounts import make_person
from tests.factories.tours import make_entry

pytestmark = pytest.mark.db


def text_of(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.get_data(as_text=True)


def test_the_comparison_shows_a_group_with_its_units_and_says_what_it_found(released, browser) -> None:
    page = text_of(browser(Role.LEADER), "/reports/?measure=business")
    assert "石桥镇" in page
    assert re.search(r'<td class="num" data-label="[^"]+">1</td>', page)
    assert "73.33" in page
    assert "data-chart=" in page


def test_every_report_says_so_when_nothing_is_released(hall, browser) -> None:
    client = browser(Role.LEADER)
    urls = [f"/reports/tours/{hall.tour}", f"/reports/stops/{hall.stop}", f"/reports/units/{hall.unit}"]
    assert [url for url in ["/reports/", "/reports/topics", *urls] if 'class="empty"' not in text_of(client, url)] == []


def test_organisers_see_what_is_not_released_yet(hall, browser) -> None:
    page = text_of(browser(Role.ORGANISER), f"/reports/stops/{hall.stop}?measure=business")
    assert "73.33" in page
    assert f"/reports/sittings/{hall.sittings['business']}/release" in page


def test_an_organiser_releases_once_to_the_same_people(hall, browser) -> None:
    client = browser(Role.ORGANISER)
    url = f"/reports/sittings/{hall.sittings['business']}/release"
    ticked = {"to_persons": "y", "to_units": "y"}
    done = client.post(url, data=ticked, follow_redirects=True).get_data(as_text=True)
    assert "notice-success" in done
    again = client.post(url, data=ticked, follow_redirects=True).get_data(as_text=True)
    assert "notice-danger" in again


def test_only_organisers_release(hall, browser) -> None:
    url = f"/reports/sittings/{hall.sittings['business']}/release"
    assert browser(Role.LEADER).post(url).status_code == 404
    assert browser(Role.ORGANISER).get(url).status_code == 405


def test_organisers_see_every_name_and_leaders_the_best_fifth(released, browser) -> None:
    url = f"/reports/stops/{released.stop}?measure=business"
    organiser, leader = (text_of(browser(role), url) for role in (Role.ORGANISER, Role.LEADER))
    assert all(f">{name}</th>" in organiser for name in released.names.values())
    assert [score for score, name in released.names.items() if f">{name}</th>" in leader] == [100, 90]


def test_the_unit_page_shows_rank_and_group_and_names_only_to_those_who_may(released, browser) -> None:
    url = f"/reports/units/{released.unit}?measure=business"
    contact = text_of(browser(Role.UNIT_CONTACT, unit_id=released.unit), url)
    assert "73.33" in contact
    assert not any(f">{name}</th>" in contact for name in released.names.values())
    assert "/reports/?" not in contact


def test_whoever_is_exempt_is_not_called_absent(hall, app, browser) -> None:
    with app.app_context(), writing() as session:
        stop = stop_by_id(session, hall.stop)
        make_entry(session, stop, person=make_person(session, unit=stop.unit)).absence = Absence.EXEMPT
        make_entry(session, stop, person=make_person(session, unit=stop.unit)).absence = Absence.ABSENT
    page = text_of(browser(Role.ORGANISER), f"/reports/stops/{hall.stop}?measure=business")
    assert (page.count(">免考</td>"), page.count(">缺考</td>")) == (1, 1)


def test_a_contact_sees_the_own_unit_only(released, browser) -> None:
    client = browser(Role.UNIT_CONTACT, unit_id=released.unit)
    assert client.get("/reports/own-unit").location == f"/reports/units/{released.unit}"
    assert client.get(f"/reports/units/{released.other_unit}").status_code == 404
    assert client.get(f"/reports/units/{released.other_unit}/results.xlsx").status_code == 404
    assert client.get("/reports/").status_code == 403
    assert client.get(f"/reports/stops/{released.stop}").status_code == 404


def test_others_see_no_report(released, browser) -> None:
    client = browser(*(role for role in Role if role not in {Role.ORGANISER, Role.LEADER, Role.UNIT_CONTACT}))
    urls = ["/reports/", "/reports/topics", f"/reports/stops/{released.stop}", f"/reports/units/{released.unit}"]
    urls += [f"/reports/tours/{released.tour}", "/reports/results.xlsx", f"/reports/stops/{released.stop}/results.xlsx"]
    assert {client.get(url).status_code for url in urls} <= {403, 404}


def test_a_choice_nobody_offers_falls_back_to_the_overall_mark(released, browser) -> None:
    page = text_of(browser(Role.LEADER), "/reports/?measure=everything&group=nobody&tour=x")
    assert re.search(r'measure=overall[^"]*" aria-current="page"', page)


def test_the_topics_page_names_the_weakest(released, browser) -> None:
    page = text_of(browser(Role.LEADER), "/reports/topics?measure=business&group=town")
    assert "县情概况" in page
    assert "73.3%" in page


def test_the_tour_page_lists_its_stops(released, browser) -> None:
    page = text_of(browser(Role.LEADER), f"/reports/tours/{released.tour}?measure=business")
    assert f"/reports/stops/{released.stop}?" in page


def sheets(client: FlaskClient, url: str) -> dict[str, list[list[object]]]:
    answer = client.get(url)
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_excel_file_names_whom_the_page_names(released, browser) -> None:
    url = f"/reports/stops/{released.stop}/results.xlsx?measure=business"
    organiser, leader = (sheets(browser(role), url) for role in (Role.ORGANISER, Role.LEADER))
    assert len(organiser["个人成绩"]) == 2 + 6
    assert len(leader["个人成绩"]) == 2 + 2
    contact = sheets(browser(Role.UNIT_CONTACT, unit_id=released.unit), f"/reports/units/{released.unit}/results.xlsx")
    assert list(contact) == ["总表", "单位对比", "知识点", "说明"]


def test_the_excel_file_of_everything_and_of_one_tour_agree(released, browser) -> None:
    client = browser(Role.LEADER)
    whole, tour = (sheets(client, f"/reports/results.xlsx{query}") for query in ("", f"?tour={released.tour}"))
    assert whole["单位对比"][1:] == tour["单位对比"][1:]


def test_leaders_see_which_questions_are_not_known_but_not_their_text(released, browser) -> None:
    organiser, leader = (text_of(browser(role), "/reports/questions") for role in (Role.ORGANISER, Role.LEADER))
    assert 'class="known-list"' in organiser
    assert "/bank/questions/" in organiser
    assert 'class="known-list"' in leader
    assert "/bank/questions/" not in leader


def test_one_unit_alone_has_a_chart_of_topics_and_no_heat_map(released, browser) -> None:
    page = text_of(browser(Role.LEADER), "/reports/topics?measure=business")
    assert 'id="topics"' in page
    assert 'id="units-by-topics"' not in page


def test_a_tour_shows_how_far_it_has_come(released, browser) -> None:
    page = text_of(browser(Role.LEADER), f"/reports/tours/{released.tour}?measure=business")
    assert '6<span class="tile-unit">/ 6</span>' in page


def test_a_scorecard_names_what_to_study_and_puts_lost_marks_first(released, browser) -> None:
    url = f"/reports/papers/{released.keys[70]}"
    page = text_of(browser.of(released.people[70]), url)
    lost, rest = page.split('class="score-rest"')
    assert lost.count('class="panel question score-item"') == 3
    assert rest.count('class="panel question score-item"') == 3
    assert 'id="profile"' in lost


def test_a_unit_has_its_report_as_a_file_for_its_contact_and_no_other(released, browser) -> None:
    contact = browser(Role.UNIT_CONTACT, unit_id=released.unit)
    made = contact.get(f"/reports/units/{released.unit}/report.docx?measure=business")
    texts = [each.text for each in Document(BytesIO(made.data)).paragraphs]
    assert "石桥镇考试成绩分析报告" in texts
    assert any("业务卷平均分73.3分" in each for each in texts)
    assert not any(name in each for each in texts for name in released.names.values())
    assert contact.get(f"/reports/units/{released.unit}/report.pdf").data[:5] == b"%PDF-"
    assert contact.get(f"/reports/units/{released.other_unit}/report.pdf").status_code == 404
