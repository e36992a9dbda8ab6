from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.finished import fill_finished_stop
from tests.filled_bank import FILLED
from tests.prepared import Prepared

FINISHED = Prepared("finished", fill_finished_stop, on=FILLED)


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own that holds one finished stop."""
    with FINISHED.copy(engine_name, tmp_path, request) as url:
        yield url


@pytest.fixture
def stop_id(tmp_path_factory: pytest.TempPathFactory) -> int:
    return int(FINISHED.told(tmp_path_factory))
