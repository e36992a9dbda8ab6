"""A `database_url` that holds the shipped questions, published, and the standard specifications.

Import it into a folder's conftest: every test there starts from a copy.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.drawing import fill_bank
from tests.prepared import Prepared

FILLED = Prepared("bank", fill_bank)


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own with a bank to draw from."""
    with FILLED.copy(engine_name, tmp_path, request) as url:
        yield url
