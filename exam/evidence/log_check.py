"""Does the piece of the audit chain hold, from the stop's first event to the last one of the site?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from exam import audit
from exam.evidence.contents import Contents, Finding
from exam.evidence.writing import Row


@dataclass
class Log:
    """`events` in words, oldest first; `others` only by their hashes; `unproven` of those are older than the bodies.

    `head` is the last digest: the site's chain must still hold it.
    """

    events: list[Row] = field(default_factory=list)
    others: int = 0
    unproven: int = 0
    head: str = ""

    def about(self, subject: str) -> list[Row]:
        """The events about one subject."""
        if not self._by_subject:
            for event in self.events:
                self._by_subject.setdefault(event["subject"], []).append(event)
        return self._by_subject.get(subject, [])

    def as_json(self) -> dict[str, Any]:
        return {"events": len(self.events), "others": self.others, "unproven": self.unproven, "head": self.head}

    _by_subject: dict[str, list[Row]] = field(default_factory=dict)


def check_log(contents: Contents) -> tuple[Log, list[Finding]]:
    """Walk the piece; every link is computed anew."""
    log, findings = Log(), []
    for row in contents.tables["log"]:
        told = row.get("event") or row["others"]
        where = f"log event {told.get('id', told.get('first'))}"
        if log.head and told["previous"] != log.head:
            findings.append(Finding(where, "the event before it is missing or was exchanged"))
        fault = _event(log, told) if "event" in row else _others(log, told)
        if fault:
            findings.append(Finding(where, fault))
    return log, findings


def _event(log: Log, told: Mapping[str, Any]) -> str:
    words: dict[str, Any] = {name: told[name] for name in ("by", "action", "subject", "detail")}
    words["at"] = datetime.fromisoformat(told["at"])
    log.events.append(dict(told))
    log.head = told["digest"]
    if told["body"] is None:
        whole = told["digest"] == audit.sealed_whole(told["previous"], **words)
    else:
        whole = told["body"] == audit.body_of(**words)
        whole = whole and told["digest"] == audit.sealed(told["previous"], told["body"])
    return "" if whole else "the event was altered"


def _others(log: Log, told: Mapping[str, Any]) -> str:
    digest = told["previous"]
    for body in told.get("bodies", ()):
        digest = audit.sealed(digest, body)
        log.others += 1
    for older in told.get("digests", ()):
        digest = older
        log.others += 1
        log.unproven += 1
    log.head = digest
    return ""
