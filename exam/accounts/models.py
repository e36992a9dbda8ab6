"""Units, persons, their roles, credentials and logins."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam.accounts.roles import Language, RequestStatus, Role, UnitCategory
from question_bank.enums import Audience
from question_bank.orm import Base, enum_column


class Unit(Base):
    """单位. `industries` are codes of topics: what its lectures and questions had best be about."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("code <> '' AND name <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    category: Mapped[UnitCategory] = mapped_column(enum_column(UnitCategory, "category_known"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    focus: Mapped[str] = mapped_column(String(200), default="")
    carrier: Mapped[str] = mapped_column(String(200), default="")
    duties: Mapped[str] = mapped_column(String(400), default="")
    industries: Mapped[list[str]] = mapped_column(default=list, server_default="[]")

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id")


class Person(Base):
    """人员. `code` is the staff number the rosters use."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_unit_name", "unit_id", "name"),
        CheckConstraint("code <> '' AND name <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    audience: Mapped[Audience | None] = mapped_column(enum_column(Audience, "audience_known"))
    post: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(120), default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[Language] = mapped_column(enum_column(Language, "language_known"), default=Language.ZH)
    elder_mode: Mapped[bool] = mapped_column(default=False)
    lock: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(order_by="RoleGrant.id")

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class RoleGrant(Base):
    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role, "role_known"))


class Credential(Base):
    """A name and an argon2 hash with which a person signs in."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Login(Base):
    """One signed-in browser; ended by signing out, by an administrator, or by its age."""

    __tablename__ = "login"
    __table_args__ = (
        Index(
            "ix_login_live",
            "person_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    roster_entry_id: Mapped[int | None] = mapped_column(  # set when the person came in with a ticket
        ForeignKey("roster_entry.id"), index=True
    )
    began_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship()


class Throttle(Base):
    """Failed tries under one key (a user name or an address) and until when the next must wait."""

    __tablename__ = "throttle"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_not_negative"),)

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None]
    last_at: Mapped[datetime]


class SavedFilter(Base):
    """Filters of the question list that a person keeps under a name; `query` is the address's own query string."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime]


class NoticeRead(Base):
    """Who has read which version of the notice on personal data, and when."""

    __tablename__ = "notice_read"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


class DataRequest(Base):
    """What somebody asks to be put right about their own data, and what was answered."""

    __tablename__ = "data_request"
    __table_args__ = (CheckConstraint("(status = 'open') = (answered_at IS NULL)", name="answered_when_over"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    asked_at: Mapped[datetime]
    status: Mapped[RequestStatus] = mapped_column(
        enum_column(RequestStatus, "status_known"), default=RequestStatus.OPEN
    )
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by: Mapped[int | None]
    answered_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class RetentionRule(Base):
    """How many days one kind of personal data is kept; without a row the shipped figure holds."""

    __tablename__ = "retention_rule"
    __table_args__ = (CheckConstraint("days > 0", name="days_positive"),)

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]
