"""Putting a backup back, and proving beforehand and afterwards that it is whole.

A copy is believed when its bytes have the digest written down beside it, the database engine finds it sound, every
table has as many rows as then, and the chain of what was done holds up to the same head.
"""

import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from exam import audit, backup, database, schema
from exam.backup import Inside
from question_bank.errors import N_, DomainError


class NothingToRestore(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """No backup there, or one of another engine than the site's."""


class NotSound(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The backup is not what was written down when it was made; nothing was changed."""


class InUse(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """A site is running on the database that is to be replaced."""


@dataclass
class Proof:
    """What was found in a copy or a database; sound without findings."""

    where: str
    rows: int = 0
    events: int = 0
    head: str | None = None
    revision: str | None = None
    findings: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    def told(self) -> dict[str, Any]:
        return {"ok": self.ok, **self.__dict__}


def chosen(path: Path) -> Path:
    """The copy itself, or the newest in a folder. Raises NothingToRestore."""
    copies = backup.found(path) if path.is_dir() else [path] if path.is_file() else []
    if not copies:
        raise NothingToRestore(N_("There is no backup in %(path)s."), path=str(path))
    return copies[-1]


def prove_database(engine: Engine) -> Proof:
    """Walk through a live database: soundness, children without parents, shape, chain."""
    proof = Proof(engine.url.database or "")
    with database.for_reading(engine).connect() as connection:
        _look(proof, connection, None)
    return proof


def prove(file: Path, url: str) -> Proof:
    """Put the copy back beside everything else and look through it.

    SQLite's goes into a temporary folder, PostgreSQL's into a database of its own on the server of `url`.
    """
    proof = Proof(str(file))
    told = _written_down(file)
    if told is None:
        proof.findings.append("nothing was written down beside it")
    elif backup.digest(file) != told["sha256"]:
        proof.findings.append("its bytes are not those that were written down")
        return proof
    try:
        with _put_aside(file, url) as engine, database.for_reading(engine).connect() as connection:
            _look(proof, connection, told)
    except DatabaseError as error:
        proof.findings.append(f"the database engine cannot read it: {type(error.orig).__name__}")
    except backup.BackupFailed as error:
        proof.findings.append(str(error.params.get("reason") or error.template))
    return proof


def restore(file: Path, url: str, data: Path, *, at: datetime) -> dict[str, Any]:
    """Replace the site's database by the copy, the site's own key with it; what stood there before is kept.

    Returns the proof of the new database and "kept": where the old one is now. Raises NotSound or InUse before
    anything is changed, NothingToRestore for a copy of the other engine.
    """
    if (file.suffix == ".db") is not (database.sqlite_file(url) is not None):
        raise NothingToRestore(
            N_("%(file)s comes from another database engine than the one this site uses."), file=file.name
        )
    (_require_file_unused if file.suffix == ".db" else _require_nobody_else)(url)
    proof = prove(file, url)
    if not proof.ok:
        raise NotSound(N_("%(file)s is not sound: %(findings)s"), file=file.name, findings="; ".join(proof.findings))
    aside = data / "replaced" / at.strftime("%Y%m%d-%H%M%S-%f")
    aside.mkdir(parents=True)
    replaced = _replace_sqlite if file.suffix == ".db" else _replace_postgresql
    replaced(file, url, aside)
    _put_settings(file, data, aside)
    engine = database.open_engine(url)
    try:
        with database.for_reading(engine).connect() as connection:
            now = Proof(url if file.suffix == ".db" else make_url(url).database or "")
            _look(now, connection, _written_down(file))
    finally:
        engine.dispose()
    return {**now.told(), "from": str(file), "kept": str(aside)}


def _written_down(file: Path) -> dict[str, Any] | None:
    beside = file.with_suffix(".json")
    if not beside.exists():
        return None
    told: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
    return told


def _look(proof: Proof, connection: Any, told: dict[str, Any] | None) -> None:
    """Fill `proof` from a connection; `told` is what was written down about it."""
    if connection.dialect.name == "sqlite":
        sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if sound != "ok":
            proof.findings.append("the engine's own check fails")
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            proof.findings.append("a row points at nothing")
    found = backup.inside(connection)
    proof.rows, proof.events, proof.head, proof.revision = found.all_rows, found.events, found.head, found.revision
    if found.revision == schema.HEAD:
        with Session(connection) as session:
            walked = audit.walk(session)
        if walked.broken is not None:
            proof.findings.append(f"the chain breaks at event {walked.broken.event}: {walked.broken.reason}")
    if told is not None:
        proof.findings += _differences(found, told)


def _differences(found: Inside, told: dict[str, Any]) -> Iterator[str]:
    for name in sorted({*found.rows, *told["rows"]}):
        if found.rows.get(name) != told["rows"].get(name):
            yield f"{name} has {found.rows.get(name, 0)} rows, {told['rows'].get(name, 0)} were written down"
    if found.head != told["head"]:
        yield "the chain ends elsewhere than was written down"


@contextmanager
def _put_aside(file: Path, url: str) -> Iterator[Engine]:
    """An engine on the contents of the copy, which itself stays untouched."""
    with tempfile.TemporaryDirectory(prefix="liangjuan-proof-") as folder:
        if file.suffix == ".db":
            shutil.copyfile(file, Path(folder) / "copy.db")
            engine = database.open_engine(f"sqlite:///{Path(folder).as_posix()}/copy.db")
            try:
                yield engine
            finally:
                engine.dispose()
            return
        with _scratch(url) as scratch:
            _load(file, scratch)
            engine = database.open_engine(scratch)
            try:
                yield engine
            finally:
                engine.dispose()


@contextmanager
def _scratch(url: str) -> Iterator[str]:
    """The address of an empty database beside the site's, for as long as it is needed."""
    name = f"liangjuan_proof_{secrets.token_hex(6)}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        admin.dispose()


def _load(file: Path, url: str) -> None:
    backup.run_tool(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error",
        "--single-transaction", str(file), url=url,
    )  # fmt: skip


def _replace_sqlite(file: Path, url: str, aside: Path) -> None:
    target = database.sqlite_file(url)
    assert target is not None
    fresh = target.with_name(f"part-{target.name}")
    shutil.copyfile(file, fresh)
    with fresh.open("rb+") as opened:
        backup.flush(opened)
    for old in (target, target.with_name(f"{target.name}-wal"), target.with_name(f"{target.name}-shm")):
        if old.exists():
            shutil.move(old, aside / old.name)
    fresh.replace(target)


def _require_file_unused(url: str) -> None:
    """Raise InUse while anybody has the file open: the journal can be changed only by who is alone with it."""
    file = database.sqlite_file(url)
    if file is None or not file.exists():
        return
    driver = database.sqlite_driver()
    connection = driver.connect(str(file), timeout=1, isolation_level=None)
    try:
        alone = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete"
    except driver.OperationalError:
        alone = False
    except driver.DatabaseError:
        alone = True  # what is no database any more is in nobody's use
    finally:
        connection.close()
    if not alone:
        raise InUse(N_("The database is in use; stop the site first."))


def _require_nobody_else(url: str) -> None:
    """Raise InUse while anybody else is connected to the database."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    engine = database.open_engine(url)
    try:
        with engine.connect() as connection:
            if connection.execute(others).scalar_one():
                raise InUse(N_("The database is in use; stop the site first."))
    finally:
        engine.dispose()


def _replace_postgresql(file: Path, url: str, aside: Path) -> None:
    backup.run_tool("pg_dump", "--format=custom", f"--file={aside / 'liangjuan.dump'}", url=url)
    engine = database.open_engine(url)
    try:
        with engine.begin() as connection:
            for name in inspect(connection).get_table_names():
                connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
    finally:
        engine.dispose()
    _load(file, url)


def _put_settings(file: Path, data: Path, aside: Path) -> None:
    """The site's own key and time zone, where they came along and differ; the old ones are kept too."""
    beside = file.with_suffix(".settings")
    kept: dict[str, str] = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    for name, value in kept.items():
        target = data / name
        same = target.exists() and target.read_text(encoding="ascii").strip() == value
        if same or name not in backup.KEPT_SETTINGS:
            continue
        if target.exists():
            shutil.move(target, aside / name)
        target.touch(mode=0o600)
        target.write_text(value, encoding="ascii")
