"""A PostgreSQL that may be killed, filled and switched off, beside the one that the other tests share."""

from collections.abc import Iterator

import pytest

from tests.faults.cluster import Cluster
from tests.faults.places import shaped


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster.beside_others() as cluster:
        shaped(cluster.url())
        yield cluster
