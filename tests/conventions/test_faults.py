"""docs/faults.md names tests for the faults of an exam day: they exist, and no fault that a release waits for is without."""

import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROWS = [
    line for line in (TOP / "docs" / "faults.md").read_text(encoding="utf-8").splitlines() if line.startswith("| F")
]


def test_every_fault_has_its_line() -> None:
    numbers = sorted(int(found[1]) for row in ROWS if (found := re.match(r"\| F(\d+) ", row)))
    assert numbers == list(range(1, 27))


def test_every_fault_a_release_waits_for_has_a_test() -> None:
    assert [row[:40] for row in ROWS if "**G**" in row and not NAMED.search(row)] == []


def test_every_test_that_is_named_exists() -> None:
    text = (TOP / "docs" / "faults.md").read_text(encoding="utf-8")
    missing = [
        f"{file}::{name}"
        for file, name in NAMED.findall(text)
        if not re.search(rf"^def {name}\(", (TOP / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert missing == []
