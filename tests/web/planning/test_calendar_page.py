"""The calendar of a draft: what it shows, and what a drop does."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.tours import drafts, queries
from exam.tours.flow import StopStatus
from tests.factories.accounts import make_unit

if TYPE_CHECKING:
    from tests.web.planning.conftest import Planned


@pytest.mark.db
def test_the_calendar_shows_every_stop_in_its_half_day(planned: "Planned") -> None:
    page = planned.client().get(planned.path()).text
    day = planned.day(1).isoformat()
    cell = page.split(f'data-slot="{day}.afternoon"')[1].split("data-slot=")[0]
    assert "石桥镇" in cell
    assert "13:40–17:20" in cell
    assert "临河镇" not in cell
    assert page.count('class="visit') >= 3
    assert "没有影响发布的问题" in page or "Nothing stands in the way" in page


def test_a_draft_is_the_organisers_alone(planned: "Planned") -> None:
    for role in set(Role) - {Role.ORGANISER}:
        client = planned.client(role)
        assert client.get(planned.path()).status_code == 404
        assert planned.move(client, 0, planned.slot(4)).status_code == 404
    assert planned.placement().starts_at == planned.at(1)


def test_without_a_draft_the_page_offers_to_open_one(planned: "Planned") -> None:
    client = planned.client()
    client.post(planned.path("/draft/discard"))
    assert planned.draft() is None
    page = client.get(planned.path()).text
    assert f'action="{planned.path("/draft")}"' in page
    assert client.post(planned.path("/draft")).status_code == 302
    assert "石桥镇" in client.get(planned.path()).text


@pytest.mark.db
def test_a_drop_on_a_free_half_day_moves_the_stop_and_offers_to_undo_it(planned: "Planned") -> None:
    client = planned.client()
    answer = planned.move(client, 0, planned.slot(4, "morning"))
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="desk-board" id="calendar"')
    assert f'name="slot" value="{planned.slot(1)}"' in answer.text
    moved = planned.placement()
    assert moved.starts_at is not None
    assert moved.starts_at.astimezone(planned.at(0).tzinfo).strftime("%H:%M") == "08:30"


def test_within_the_same_half_of_the_day_a_stop_keeps_its_hours(planned: "Planned") -> None:
    client = planned.client()
    planned.move(client, 0, planned.slot(4))
    assert (planned.placement().starts_at, planned.placement().ends_at) == (
        planned.at(4),
        planned.at(4).replace(hour=17, minute=20),
    )


@pytest.mark.db
def test_a_drop_that_conflicts_is_refused_with_the_reason_the_advice_and_other_half_days(planned: "Planned") -> None:
    client = planned.client()
    answer = planned.move(client, 2, planned.slot(1))  # both lectures are of the same lecturer
    assert answer.status_code == 409
    refusal = answer.text.split('id="outcome"')[1].split("</section>")[0]
    assert "讲师1" in refusal
    assert "石桥镇" in refusal
    assert refusal.count('name="slot"') == 3
    assert planned.placement(2).starts_at == planned.at(3)


def test_a_plain_form_gets_the_whole_page_back(planned: "Planned") -> None:
    client = planned.client()
    done = planned.move(client, 0, planned.slot(4), fragment=False)
    assert done.status_code == 200
    assert "<!doctype html>" in done.text
    assert planned.move(client, 2, planned.slot(4), fragment=False).status_code == 409


def test_a_stop_dropped_on_the_tray_waits_and_can_be_placed_again(planned: "Planned") -> None:
    client = planned.client()
    assert planned.move(client, 0, "tray").status_code == 200
    assert planned.placement().starts_at is None
    tray = client.get(planned.path()).text.split('data-slot="tray"')[1]
    assert "石桥镇" in tray
    assert planned.move(client, 0, planned.slot(1)).status_code == 200
    assert planned.placement().starts_at == planned.at(1)


def test_whoever_saw_an_older_draft_is_shown_the_present_one(planned: "Planned") -> None:
    client, seen = planned.client(), planned.lock()
    planned.move(client, 1, planned.slot(4))
    answer = planned.move(client, 0, planned.slot(7), seen=seen)
    assert answer.status_code == 409
    assert f'data-seen="{planned.lock()}"' in answer.text
    assert planned.placement().starts_at == planned.at(1)


def test_what_is_no_half_day_leads_to_the_form(planned: "Planned") -> None:
    client = planned.client()
    for slot in ("", "tomorrow", "2027-13-40.afternoon", "2027-03-02.evening"):
        answer = planned.move(client, 0, slot)
        assert (answer.status_code, answer.location) == (302, f"/planning/placements/{planned.placements[0]}")


def test_while_a_stop_is_held_every_half_day_says_whether_it_would_do(planned: "Planned") -> None:
    found = planned.client().get(f"/planning/placements/{planned.placements[2]}/slots").json
    assert found is not None
    assert found[planned.slot(4)]["hard"] == []
    assert len(found[planned.slot(1)]["hard"]) == 1
    assert len(found) == 24  # twelve days, two halves


def test_a_stop_that_is_over_can_neither_be_dragged_nor_moved(planned: "Planned") -> None:
    planned.finish(0)
    client = planned.client()
    card = client.get(planned.path()).text.split(f'id="placement-{planned.placements[0]}"')[1].split("</article>")[0]
    assert "data-move" not in card
    assert planned.move(client, 0, planned.slot(4)).status_code == 409
    assert planned.placement().starts_at == planned.at(1)


def test_a_fixed_stop_has_no_handle_until_it_is_let_go(planned: "Planned") -> None:
    client, verbs = planned.client(), f"/planning/placements/{planned.placements[0]}/act"
    client.post(verbs, data={"do": "fix"})
    card = client.get(planned.path()).text.split(f'id="placement-{planned.placements[0]}"')[1].split("</article>")[0]
    assert "data-grab" not in card
    client.post(verbs, data={"do": "free"})
    assert not planned.placement().fixed


def test_the_calendar_asks_the_same_number_of_questions_for_any_number_of_stops(planned: "Planned") -> None:
    client, asked = planned.client(), []
    client.get(planned.path())
    with planned.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    client.get(planned.path())
    few = len(asked)
    with planned.app.app_context(), writing() as session:
        draft = drafts.open_draft(session, queries.tour_by_id(session, planned.tour), by=None, at=planned.at(0))
        for number in range(4):
            drafts.add(session, draft, make_unit(session, name=f"新镇{number}"), by=None, at=planned.at(0))
    asked.clear()
    assert client.get(planned.path()).text.count("<article") == 7
    assert (len(asked), few < 30) == (few, True)


def test_a_wrong_method_is_refused(planned: "Planned") -> None:
    client = planned.client()
    assert client.get(f"/planning/placements/{planned.placements[0]}/move").status_code == 405
    assert client.post(planned.path()).status_code == 405
    assert client.get(planned.path("/publish")).status_code == 405


def test_a_stop_to_be_cancelled_leaves_the_weeks_and_can_be_kept_after_all(planned: "Planned") -> None:
    client, verbs = planned.client(), f"/planning/placements/{planned.placements[0]}/act"
    client.post(verbs, data={"do": "drop"})
    page = client.get(planned.path()).text
    assert "石桥镇" not in page.split('class="desk-side"')[0]
    assert "石桥镇" in page.split('id="dropped-name"')[1]
    client.post(verbs, data={"do": "restore"})
    assert planned.placement().starts_at == planned.at(1)
    assert planned.stop().status is StopStatus.PLANNED
