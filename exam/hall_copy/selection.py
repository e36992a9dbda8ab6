"""Which rows a hall needs: the stop, its papers and people, and whatever these point to. Not the rest of the county.

Every table stands in one of three lists (a test says so): rows chosen by the stop, rows that come only where a chosen
one points to them, and rows that never leave: other stops' results, the rest of the bank, mailboxes, tokens, jobs.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select, true

from exam import keys
from exam.accounts.models import Person, RoleGrant
from exam.accounts.roles import Role
from exam.evidence.carried import attempts_of, table_of
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Sitting, SittingPaperSet
from exam.tours.models import RosterEntry, Stop
from question_bank.models import StoredPicture
from question_bank.orm import Base
from question_bank.queries import batches
from question_bank.richtext import PICTURE

Values = dict[str, Any]
Rows = dict[str, list[Values]]
Where = Callable[[Table, int], ColumnElement[bool]]
"""Which rows of the table belong to a stop (by its id)."""

STAFF = (Role.ADMINISTRATOR, Role.ORGANISER, Role.MARKER)
"""Who runs a day. Lecturers come with their lecture, contacts with their units."""


def _entries(stop_id: int) -> Select[Any]:
    return select(RosterEntry.id).where(RosterEntry.stop_id == stop_id)


def _sittings(stop_id: int) -> Select[Any]:
    return select(Sitting.id).where(Sitting.stop_id == stop_id)


def _sets(stop_id: int) -> Select[Any]:
    return select(SittingPaperSet.paper_set_id).where(SittingPaperSet.sitting_id.in_(_sittings(stop_id)))


def _papers(stop_id: int) -> Select[Any]:
    """Of the stop's sets, spare ones too, and any other paper somebody was given."""
    paper = Base.metadata.tables["paper"]
    given = select(Assignment.paper_id).where(Assignment.sitting_id.in_(_sittings(stop_id)))
    return select(paper.c.id).where(or_(paper.c.paper_set_id.in_(_sets(stop_id)), paper.c.id.in_(given)))


def _versions(stop_id: int) -> Select[Any]:
    return select(PaperItem.question_version_id).where(PaperItem.paper_id.in_(_papers(stop_id)))


def _lectures(stop_id: int) -> Select[Any]:
    return select(Stop.lecture_id).where(Stop.id == stop_id, Stop.lecture_id.is_not(None))


def _quizzes(stop_id: int) -> Select[Any]:
    quiz = Base.metadata.tables["quiz"]
    return select(quiz.c.id).where(quiz.c.lecture_id.in_(_lectures(stop_id)))


def _persons(stop_id: int) -> Select[Any]:
    """Everybody on the roster, everybody of their units and of the host (they may walk in), and the staff."""
    units = select(RosterEntry.unit_id).where(RosterEntry.stop_id == stop_id)
    host = select(Stop.unit_id).where(Stop.id == stop_id)
    expected = select(RosterEntry.person_id).where(RosterEntry.stop_id == stop_id)
    staff = select(RoleGrant.person_id).where(RoleGrant.role.in_(STAFF))
    return select(Person.id).where(
        or_(Person.id.in_(expected), Person.unit_id.in_(units), Person.unit_id.in_(host), Person.id.in_(staff))
    )


def _all(table: Table, stop_id: int) -> ColumnElement[bool]:
    del table, stop_id
    return true()


def _of(column: str, ids: Callable[[int], Select[Any]]) -> Where:
    return lambda table, stop_id: table.c[column].in_(ids(stop_id))


def _here(table: Table, stop_id: int) -> ColumnElement[bool]:
    return table.c.stop_id == stop_id


def _with_password(table: Table, stop_id: int) -> ColumnElement[bool]:
    """Staff sign in with their passwords; candidates have their tickets."""
    staff = select(RoleGrant.person_id).where(RoleGrant.role != Role.CANDIDATE)
    return table.c.person_id.in_(_persons(stop_id)) & table.c.person_id.in_(staff)


def _corrected(table: Table, stop_id: int) -> ColumnElement[bool]:
    everywhere = table.c.stop_id.is_(None) | (table.c.stop_id == stop_id)
    return everywhere & table.c.question_version_id.in_(_versions(stop_id))


CHOSEN: dict[str, Where] = {
    "unit": _all,
    "topic": _all,
    "special_day": _all,
    "result_rule": _all,
    "retention_rule": _all,
    "site_key": lambda table, _: table.c.name == keys.RESCUE,
    "person": _of("id", _persons),
    "role_grant": _of("person_id", _persons),
    "notice_read": _of("person_id", _persons),
    "credential": _with_password,
    "stop": lambda table, stop_id: table.c.id == stop_id,
    "stop_department": _here,
    "team": _here,
    "hall_rules": _here,
    "roster_entry": _here,
    "identity_check": _of("roster_entry_id", _entries),
    "incident": _here,
    "sitting": _here,
    "sitting_paper_set": _of("sitting_id", _sittings),
    "sitting_specification": _of("sitting_id", _sittings),
    "sitting_pause": _of("sitting_id", _sittings),
    "time_grant": _of("sitting_id", _sittings),
    "marking_plan": _of("sitting_id", _sittings),
    "assignment": _of("sitting_id", _sittings),
    "attempt": _of("id", attempts_of),
    "response": _of("attempt_id", attempts_of),
    "mark": _of("attempt_id", attempts_of),
    "marking": _of("attempt_id", attempts_of),
    "score": _of("attempt_id", attempts_of),
    "late_claim": _of("attempt_id", attempts_of),
    "late_answer": lambda table, stop_id: table.c.claim_id.in_(_claims(stop_id)),
    "presence": _of("attempt_id", attempts_of),
    "paper": _of("id", _papers),
    "paper_item": _of("paper_id", _papers),
    "answer_sheet": _of("paper_id", _papers),
    "citation": _of("version_id", _versions),
    "rubric_calibration": _of("question_version_id", _versions),
    "correction": _corrected,
    "quiz": _of("id", _quizzes),
    "quiz_item": _of("quiz_id", _quizzes),
}
"""Rows chosen by the stop."""

POINTED_TO = frozenset(
    {"bank_snapshot", "document", "lecture", "lecturer", "paper_set", "question", "question_version"}
    | {"sheet_geometry", "specification", "tour", "venue", "picture"}
)
"""Rows that come where a chosen one points to them (a picture where a question's text names it)."""

STAYS = frozenset(
    # the county's own business
    {"audit_event", "job", "throttle", "login", "feed", "saved_filter", "trusted_key", "stop_transfer", "device_pass"}
    | {"channel", "message", "data_request", "stored_file", "phone_trial"}
    # the rest of the bank and of the tour
    | {"article", "item_statistic", "leak_alarm", "question_pair", "review", "tour_draft", "tour_version", "placement"}
    # what is done with results, before and afterwards
    | {"appeal", "brief", "bulletin", "release", "score_change", "second_opinion", "external_training", "feedback"}
    | {"ledger_rule", "ledger_case", "case_answer", "case_citation", "case_step", "asker", "material"}
    | {"quiz_round", "quiz_sheet", "quiz_answer", "question_tally"}
)

EMPTIED: dict[str, Values] = {"person": {"phone": "", "email": ""}, "bank_snapshot": {"questions": []}}
"""Values the day does not need; they stay at the county."""


def _claims(stop_id: int) -> Select[Any]:
    claim = Base.metadata.tables["late_claim"]
    return select(claim.c.id).where(claim.c.attempt_id.in_(attempts_of(stop_id)))


def rows_for(connection: Connection, stop_id: int) -> Rows:
    """Every row the hall gets, by table. All that a row points to is among them."""
    found: Rows = {}
    wanted: defaultdict[str, set[Any]] = defaultdict(set)
    for table in reversed(Base.metadata.sorted_tables):
        found[table.name] = _chosen(connection, table, stop_id, wanted)
    found["picture"] = _pictures(connection, found["question_version"])
    for name, values in EMPTIED.items():
        for row in found[name]:
            row.update(values)
    return found


def _chosen(connection: Connection, table: Table, stop_id: int, wanted: defaultdict[str, set[Any]]) -> list[Values]:
    """The table's own rows and those wanted by others; what they point to is wanted from then on."""
    where = CHOSEN.get(table.name)
    query = select(table)
    rows = [] if where is None else _read(connection, query.where(where(table, stop_id)))
    _want(table, rows, wanted)
    if len(table.primary_key.columns) > 1:
        return rows
    (identity,) = table.primary_key.columns
    had = {row[identity.name] for row in rows}
    while missing := sorted(wanted[table.name] - had):
        more = [row for ids in batches(missing) for row in _read(connection, query.where(identity.in_(ids)))]
        had.update(missing)
        _want(table, more, wanted)
        rows += more
    return rows


def _read(connection: Connection, query: Select[Any]) -> list[Values]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _want(table: Table, rows: list[Values], wanted: defaultdict[str, set[Any]]) -> None:
    for column in table.columns:
        for key in column.foreign_keys:
            wanted[key.column.table.name].update(row[column.name] for row in rows if row[column.name] is not None)


def _pictures(connection: Connection, versions: list[Values]) -> list[Values]:
    named = sorted({found[1] for row in versions for found in PICTURE.findall(str(row["content"]))})
    table = table_of(StoredPicture)
    return [row for some in batches(named) for row in _read(connection, select(table).where(table.c.digest.in_(some)))]
