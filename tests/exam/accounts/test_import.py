import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.accounts import importing, intake, workbook
from exam.accounts.intake import Change, Known
from exam.accounts.models import Credential, Person, Unit
from exam.accounts.roles import Role, UnitCategory
from exam.accounts.secrets import hash_password
from question_bank.enums import Audience
from question_bank.errors import Conflict, Invalid
from tests.conftest import NOON
from tests.factories.workbooks import county
from tests.factories.workbooks import workbook as book

db = pytest.mark.db


def _import(session: Session, data: bytes) -> importing.Imported:
    rows = workbook.read(data)
    hashes = {person.username: "hash" for person in importing.preview(session, rows).accounts}
    return importing.import_rows(session, rows, hashes=hashes, by=None, at=NOON)


def _faults(sheets: dict[str, list[tuple[object, ...]]], known: Known | None = None) -> list[tuple[str, int, str]]:
    found = intake.plan(workbook.read(book(sheets)), known or Known())
    return [(fault.sheet, fault.line, fault.column) for fault in found.faults]


@db
def test_six_hundred_people_come_in_and_a_second_time_change_nothing(session: Session) -> None:
    first = _import(session, county())
    assert first.units == {Change.NEW: 20, Change.CHANGED: 0, Change.SAME: 0}
    assert first.persons == {Change.NEW: 600, Change.CHANGED: 0, Change.SAME: 0}
    assert [person.username for person in first.accounts] == ["user1", "user2"]
    session.expire_all()
    second = _import(session, county())
    assert second.persons == {Change.NEW: 0, Change.CHANGED: 0, Change.SAME: 600}
    assert second.units[Change.SAME] == 20
    assert second.accounts == ()


@db
def test_people_without_roles_are_candidates_and_the_others_what_the_cell_says(session: Session) -> None:
    _import(session, county(people=3, units=1))
    roles = {p.code: {grant.role for grant in p.grants} for p in session.scalars(select(Person))}
    assert roles == {
        "P0001": {Role.ORGANISER, Role.MARKER},
        "P0002": {Role.ORGANISER, Role.MARKER},
        "P0003": {Role.CANDIDATE},
    }
    assert session.scalar(select(func.count()).select_from(Credential).where(Credential.must_change)) == 2


@db
def test_only_filled_cells_change_what_is_there(session: Session) -> None:
    _import(session, book({"人员": [("工号", "姓名", "单位", "职务"), ("P1", "演示甲", "石桥镇", "镇长")],
                           "单位": [("单位代码", "单位名称"), ("U01", "石桥镇")]}))  # fmt: skip
    again = book({"人员": [("工号", "姓名", "单位", "职务", "手机"), ("P1", "演示甲", "U01", "", 13800000000)]})
    assert _import(session, again).persons[Change.CHANGED] == 1
    person = session.scalars(select(Person)).one()
    assert (person.post, person.phone) == ("镇长", "13800000000")


@db
def test_with_one_fault_nothing_at_all_is_written(session: Session) -> None:
    data = book(
        {
            "单位": [("单位名称", "类别"), ("石桥镇", "镇")],
            "人员": [("姓名", "单位"), ("甲", "石桥镇"), ("乙", "没有的镇")],
        }
    )
    with pytest.raises(Invalid):
        _import(session, data)
    assert session.scalar(select(func.count()).select_from(Unit)) == 0


@db
def test_an_account_that_was_not_in_the_preview_stops_the_import(session: Session) -> None:
    with pytest.raises(Conflict):
        importing.import_rows(session, workbook.read(county(people=2, units=1)), hashes={}, by=None, at=NOON)


@db
def test_first_passwords_work_and_must_be_changed(session: Session) -> None:
    rows = workbook.read(county(people=1, units=1))
    hashes = {"user1": hash_password("first of all")}
    importing.import_rows(session, rows, hashes=hashes, by=None, at=NOON + timedelta(days=1))
    credential = session.scalars(select(Credential)).one()
    assert (credential.username, credential.must_change) == ("user1", True)


def test_a_title_above_stars_notes_and_full_width_do_not_disturb() -> None:
    data = book(
        {
            "花名册": [
                ("云川县招商干部花名册",),
                (),
                ("序号", "＊姓 名", "所在单位（全称）", "手机号码", "对象"),
                (1, " 演示甲 ", "石桥镇", 13800000000.0, "村级"),
                (),
                (2, "演示乙", "石桥镇", "", "部门"),
            ],
            "说明": [("本表由县指挥部填写",)],
        }
    )
    known = Known(units=(intake.KnownUnit("U01", "石桥镇", UnitCategory.TOWN),))
    found = intake.plan(workbook.read(data), known)
    assert found.faults == ()
    assert [(s.line, s.person.code, s.person.name, s.person.phone, s.person.audience) for s in found.persons] == [
        (4, "U01-001", "演示甲", "13800000000", Audience.VILLAGE),
        (6, "U01-002", "演示乙", "", Audience.DEPARTMENT),
    ]
    assert found.ignored == ("说明",)


def test_parents_come_first_wherever_they_stand_and_the_county_takes_the_rest() -> None:
    data = book(
        {
            "单位": [
                ("单位名称", "上级单位"),
                ("桥东村", "石桥镇"),
                ("石桥镇", ""),
                ("云川县", ""),
            ]
        }
    )
    found = intake.plan(workbook.read(data), Known())
    assert found.faults == ()
    assert [step.unit.name for step in found.units] == ["云川县", "石桥镇", "桥东村"]
    codes = {step.unit.name: step.unit for step in found.units}
    assert codes["石桥镇"].parent == codes["云川县"].code
    assert codes["桥东村"].category is UnitCategory.VILLAGE


UNIT_HEAD = ("单位代码", "单位名称", "类别", "上级单位")
PERSON_HEAD = ("工号", "姓名", "单位", "对象", "角色", "用户名")
TOWN = [UNIT_HEAD, ("U01", "石桥镇", "", "")]


@pytest.mark.parametrize(
    ("units", "column"),
    [
        ([("U01", "石桥镇", "行星", "")], "类别"),
        ([("U01", "云川", "", "")], "类别"),
        ([("U01", "桥东村", "", "")], "上级单位"),
        ([("U01", "石桥镇", "", "月亮")], "上级单位"),
        ([("U01", "", "镇", "")], "单位名称"),
        ([("U" * 41, "石桥镇", "", "")], "单位代码"),
    ],
)
def test_a_unit_that_cannot_be_is_named_with_its_cell(units: list[tuple[object, ...]], column: str) -> None:
    assert _faults({"单位": [UNIT_HEAD, *units]}) == [("单位", 2, column)]


def test_two_units_of_one_name_need_codes() -> None:
    assert _faults({"单位": [UNIT_HEAD, ("", "石桥镇", "", ""), ("", "石桥镇", "", "")]}) == [("单位", 3, "单位代码")]
    assert _faults({"单位": [UNIT_HEAD, ("", "石桥镇", "", ""), ("U2", "石桥镇", "", "")]}) == [("单位", 3, "单位代码")]


def test_units_above_each_other_in_a_circle_are_refused() -> None:
    faults = _faults({"单位": [UNIT_HEAD, ("A", "甲镇", "", "B"), ("B", "乙镇", "", "A")]})
    assert faults == [("单位", 2, "上级单位"), ("单位", 3, "上级单位")]


@pytest.mark.parametrize(
    ("person", "column"),
    [
        (("P1", "", "U01", "", "", ""), "姓名"),
        (("P1", "甲", "", "", "", ""), "单位"),
        (("P1", "甲", "U99", "", "", ""), "单位"),
        (("P1", "甲", "U01", "火星", "", ""), "对象"),
        (("P1", "甲", "U01", "", "考生、船长", ""), "角色"),
        (("P1", "甲", "U01", "", "", "x"), "用户名"),
        (("P1", "甲", "U01", "", "", "taken"), "用户名"),
        (("P9", "乙", "U01", "", "", "renamed"), "用户名"),
        (("P1", "甲" * 81, "U01", "", "", ""), "姓名"),
    ],
)
def test_a_person_who_cannot_be_is_named_with_the_cell(person: tuple[object, ...], column: str) -> None:
    known = Known(
        units=(intake.KnownUnit("U01", "石桥镇", UnitCategory.TOWN),),
        persons=(intake.KnownPerson("P9", "乙", "U01", username="taken"),),
    )
    assert _faults({"人员": [PERSON_HEAD, person]}, known) == [("人员", 2, column)]


def test_the_same_number_or_the_same_name_without_a_number_twice_is_refused() -> None:
    twice = [PERSON_HEAD, ("P1", "甲", "U01", "", "", ""), ("P1", "乙", "U01", "", "", "")]
    assert _faults({"单位": TOWN, "人员": twice}) == [("人员", 3, "工号")]
    nameless = [PERSON_HEAD, ("", "甲", "U01", "", "", ""), ("", "甲", "石桥镇", "", "", "")]
    assert _faults({"单位": TOWN, "人员": nameless}) == [("人员", 3, "工号")]


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04 broken", book({"表": [("甲", "乙")]})])
def test_what_is_no_list_of_people_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(workbook.NotAWorkbook):
        workbook.read(data)


def test_an_archive_that_would_unpack_to_gigabytes_is_not_opened() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (workbook.LARGEST_UNPACKED + 1))
    with pytest.raises(workbook.NotAWorkbook):
        workbook.read(file.getvalue())


def test_the_template_reads_as_empty_and_offers_its_lists() -> None:
    file = io.BytesIO()
    workbook.write_template(file)
    rows = workbook.read(file.getvalue())
    assert (rows.units, rows.persons, rows.ignored) == ((), (), ("填写说明",))


def test_names_that_look_like_formulas_stay_text() -> None:
    file = io.BytesIO()
    workbook.write_secrets(file, [workbook.Secret("=1+1", "@SUM(A1)", "＝x", "-y")])
    with zipfile.ZipFile(file) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
