import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts import operations, queries
from exam.accounts.models import Login, Person
from exam.accounts.roles import Role, UnitCategory
from exam.audit import AuditEvent
from question_bank.errors import Conflict, DomainError, NotAllowed
from tests.conftest import NOON
from tests.factories.accounts import make_account, make_person, make_unit
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


def _actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def _person(session: Session, **values: object) -> Person:
    unit = operations.create_unit(session, code="R-U01", name="石桥镇", category=UnitCategory.TOWN, by=None, at=NOON)
    return operations.create_person(session, code="R-001", name="演示甲", unit_id=unit.id, by=None, at=NOON, **values)  # type: ignore[arg-type]


def test_every_verb_leaves_its_row_in_the_chain(session: Session) -> None:
    person = _person(session, roles=[Role.CANDIDATE])
    operations.change_person(session, person, by=None, at=NOON, post="镇长")
    operations.grant_role(session, person, role=Role.MARKER, by=None, at=NOON)
    operations.revoke_role(session, person, role=Role.CANDIDATE, by=None, at=NOON)
    operations.set_password(session, person, username="zhao", password_hash="x", must_change=True, by=None, at=NOON)
    operations.begin_login(session, person.id, device="", at=NOON)
    operations.deactivate(session, person, by=None, at=NOON)
    operations.reactivate(session, person, by=None, at=NOON)
    assert _actions(session) == [
        "unit.created",
        "person.created",
        "person.changed",
        "role.granted",
        "role.revoked",
        "password.set",
        "login.began",
        "person.deactivated",
        "logins.ended",
        "person.reactivated",
    ]
    assert audit.verify(session) is None


def test_what_changes_nothing_leaves_no_row(session: Session) -> None:
    person = _person(session, roles=[Role.CANDIDATE])
    before = len(_actions(session))
    assert not operations.change_person(session, person, by=None, at=NOON, name="演示甲")
    assert not operations.grant_role(session, person, role=Role.CANDIDATE, by=None, at=NOON)
    assert not operations.revoke_role(session, person, role=Role.MARKER, by=None, at=NOON)
    assert len(_actions(session)) == before


def test_no_secret_reaches_the_chain(session: Session) -> None:
    person = _person(session)
    make_account(session, person, username="zhao", password="nine tall herons")
    token = operations.begin_login(session, person.id, device="", at=NOON)
    told = str([row.detail for row in session.scalars(select(AuditEvent))])
    assert "argon2" not in told
    assert token not in told
    assert token not in str([login.token_hash for login in session.scalars(select(Login))])


def test_codes_and_user_names_are_taken_once(session: Session) -> None:
    person = _person(session)
    make_account(session, person, username="zhao", password="nine tall herons")
    with pytest.raises(Conflict):
        operations.create_person(session, code="R-001", name="乙", unit_id=person.unit_id, by=None, at=NOON)
    with pytest.raises(Conflict):
        operations.create_unit(session, code="R-U01", name="乙镇", category=UnitCategory.TOWN, by=None, at=NOON)
    with pytest.raises(Conflict):
        make_account(session, make_person(session), username="ZHAO", password="nine tall herons")
    with pytest.raises(DomainError):
        make_account(session, make_person(session), username="a b", password="nine tall herons")


def test_a_unit_cannot_stand_below_itself(session: Session) -> None:
    town = make_unit(session)
    village = make_unit(session, parent=town)
    with pytest.raises(Conflict):
        operations.change_unit(session, town, by=None, at=NOON, parent_id=village.id)


def test_the_last_administrator_stays(session: Session) -> None:
    last = _person(session, roles=[Role.ADMINISTRATOR])
    make_account(session, last, username="admin.one", password="nine tall herons")
    with pytest.raises(NotAllowed):
        operations.revoke_role(session, last, role=Role.ADMINISTRATOR, by=None, at=NOON)
    with pytest.raises(NotAllowed):
        operations.deactivate(session, last, by=None, at=NOON)
    another = make_person(session, roles=[Role.ADMINISTRATOR])
    make_account(session, another, username="admin.two", password="nine tall herons")
    operations.deactivate(session, last, by=another.id, at=NOON)
    assert not last.active


def test_nobody_closes_their_own_account(session: Session) -> None:
    person = _person(session)
    with pytest.raises(NotAllowed):
        operations.deactivate(session, person, by=person.id, at=NOON)


def test_a_new_password_ends_every_login_but_the_one_that_is_kept(session: Session) -> None:
    person = _person(session)
    make_account(session, person, username="zhao", password="nine tall herons")
    kept = operations.begin_login(session, person.id, device="", at=NOON)
    lost = operations.begin_login(session, person.id, device="", at=NOON)
    viewer = queries.viewer_by_token(session, kept, at=NOON)
    assert viewer is not None
    operations.set_password(
        session, person, password_hash="y", must_change=False, by=person.id, at=NOON, keep_login_id=viewer.login_id
    )
    assert queries.viewer_by_token(session, kept, at=NOON) is not None
    assert queries.viewer_by_token(session, lost, at=NOON) is None


def test_a_ticket_makes_a_candidate_of_anybody(session: Session) -> None:
    person = _person(session, roles=[Role.ADMINISTRATOR, Role.ORGANISER])
    entry = make_entry(session, make_stop(session), person=person)
    token = operations.begin_login(session, person.id, device="", at=NOON, roster_entry_id=entry.id)
    viewer = queries.viewer_by_token(session, token, at=NOON)
    assert viewer is not None
    assert (viewer.roles, viewer.roster_entry_id) == ({Role.CANDIDATE}, entry.id)
