"""Pure: a package's tables read back from its members."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exam.evidence.writing import Row, read_lines

ENDING = ".jsonl"


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be: in which member (and line), and what."""

    where: str
    what: str


@dataclass
class Contents:
    """By table its rows."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def by_id(self, table: str) -> dict[int, Row]:
        """The rows of a table by their id."""
        return {row["id"]: row for row in self.tables[table]}


def contents_of(files: Mapping[str, bytes]) -> Contents:
    """Read every table; lines that do not bear their seal are findings."""
    made = Contents()
    for name, content in files.items():
        if not name.endswith(ENDING):
            continue
        rows = made.tables.setdefault(name.removesuffix(ENDING), [])
        for line in read_lines(content):
            rows.append(line.row)
            if line.fault:
                made.findings.append(Finding(f"{name}:{line.number}", line.fault))
    return made
