import json
from pathlib import Path

import pytest

from exam.cli.demo import building, demo_settings
from exam.cli.demo.building import MARK, NotADemo, prepare
from tests.conftest import NOON


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path / "demo"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://county:secret@real.example/site")
    return tmp_path / "demo"


def test_the_demo_never_goes_near_the_database_of_a_real_site(folder: Path) -> None:
    settings = demo_settings()
    assert settings.database_url == f"sqlite:///{(folder / 'liangjuan.db').as_posix()}"


def test_a_folder_with_a_real_site_is_refused_and_left_as_it_is(folder: Path) -> None:
    settings = demo_settings()
    settings.database_file.write_bytes(b"a county's answers")
    with pytest.raises(NotADemo):
        prepare(settings, at=NOON, say=print)
    assert settings.database_file.read_bytes() == b"a county's answers"
    assert not (folder / MARK).exists()


def test_a_demo_that_was_interrupted_is_made_anew_and_not_taken_for_a_real_site(folder: Path) -> None:
    settings = demo_settings()

    def interrupted(line: str) -> None:
        raise KeyboardInterrupt(line)

    with pytest.raises(KeyboardInterrupt):
        prepare(settings, at=NOON, say=interrupted)
    assert settings.database_file.exists()
    assert json.loads((folder / MARK).read_text(encoding="utf-8"))["day"] == building.UNFINISHED
    with pytest.raises(KeyboardInterrupt, match="重新生成"):
        prepare(settings, at=NOON, say=interrupted)
