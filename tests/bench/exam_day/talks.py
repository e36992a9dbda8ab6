"""What the clients of an exam day say: begin, save, hand in, and the bare route beside them."""

import itertools
import json
import random
from collections.abc import Sequence
from typing import Any

from exam.sittings import queries
from question_bank.kinds import key_view, public_view
from tests.bench.exam_day.hall import Candidate
from tests.bench.exam_day.load import Conversation, body_of, header_of, request


class Beginning(Conversation):
    """Presses the button and loads the paper."""

    def __init__(self, who: Candidate) -> None:
        self.who, self.key = who, ""

    def first(self) -> tuple[float, bytes]:
        return 0.0, request(
            "POST", self.who.begin, cookie=self.who.cookie, token=self.who.token, body=b"x=1", kind="html"
        )

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        if status == 302:
            address = header_of(answer, "location")
            self.key = address.rpartition("/")[2]
            return 0.0, request("GET", address, cookie=self.who.cookie, kind="html")
        assert status == 200, (status, answer[:300])
        assert b'data-item="' in answer, answer[:500]
        return None


class Saving(Conversation):
    """Saves one answer after the other, each question of the paper in turn, pausing `think` seconds between."""

    def __init__(self, who: Candidate, key: str, paper: Sequence[tuple[int, Any]], *, think: float = 0.0) -> None:
        self.address = f"/api/v1/attempts/{key}/answers"
        self.who, self.paper, self.think, self.made = who, paper, think, 0
        self.name = f"{key[:8]}-{next(_talks):06d}"
        self.chance = random.Random(self.name)
        self.revision = 1000 * next(_talks)

    def first(self) -> tuple[float, bytes]:
        return self.chance.uniform(0, self.think), self._next()

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        assert status == 200, (status, answer[:500])
        assert b'"rejected":[]' in answer.replace(b" ", b""), answer
        return self.chance.uniform(0.7, 1.3) * self.think, self._next()

    def _next(self) -> bytes:
        item, value = self.paper[self.made % len(self.paper)]
        self.made += 1
        body = save_body(f"{self.name}-{self.made:06d}", item, self.revision + self.made, value)
        return request("POST", self.address, cookie=self.who.cookie, token=self.who.token, body=body)


_talks = itertools.count(1)


def save_body(op: str, item: int, revision: int, value: Any) -> bytes:
    """One answer as the page sends it."""
    operation = {"op": op, "item": item, "revision": revision, "value": value, "flagged": False}
    return json.dumps({"device": "bench", "operations": [operation]}).encode()


class Asking(Conversation):
    """The bare route with the body of a save."""

    def __init__(self, who: Candidate) -> None:
        body = save_body("bench-000001", 1, 1, ["A"])
        self.wanted = request("POST", "/api/v1/bare", cookie=who.cookie, token=who.token, body=body)

    def first(self) -> tuple[float, bytes]:
        return 0.0, self.wanted

    def after(self, status: int, answer: bytes) -> tuple[float, bytes]:
        assert status == 200, (status, answer[:500])
        return 0.0, self.wanted


class Submitting(Conversation):
    """Hands in the papers of several people, one after the other."""

    def __init__(self, papers: Sequence[tuple[Candidate, str, Sequence[tuple[int, Any]]]]) -> None:
        self.papers = iter(papers)

    def first(self) -> tuple[float, bytes]:
        return self._next() or (0.0, b"")

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        assert status == 200, (status, answer[:500])
        return self._next()

    def _next(self) -> tuple[float, bytes] | None:
        for who, key, paper in self.papers:
            body = json.dumps({"expected": {item: 1 for item, _ in paper}}).encode()
            address = f"/api/v1/attempts/{key}/submission"
            return 0.0, request("POST", address, cookie=who.cookie, token=who.token, body=body)
        return None


class Alternating(Conversation):
    def __init__(
        self,
        who: Candidate,
        key: str,
        items: Sequence[queries.FrozenItem],
        turns: Sequence[bool],
        sizes: dict[bool, set[int]],
    ) -> None:
        self.who, self.address, self.turns, self.sizes = who, f"/api/v1/attempts/{key}/answers", turns, sizes
        self.values = [(each.item_id, _right(each), _wrong(each)) for each in items]
        self.made = 0

    def first(self) -> tuple[float, bytes]:
        return 0.0, self._next()

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        assert status == 200, answer[:500]
        self.sizes[self.turns[self.made - 1]].add(len(body_of(answer)))
        return (0.0, self._next()) if self.made < len(self.turns) else None

    def _next(self) -> bytes:
        item, right, wrong = self.values[self.made % len(self.values)]
        value = right if self.turns[self.made] else wrong
        self.made += 1
        body = save_body(f"right-{self.made:06d}", item, 100_000 + self.made, value)
        return request("POST", self.address, cookie=self.who.cookie, token=self.who.token, body=body)


def _right(item: queries.FrozenItem) -> str:
    return str(key_view(item.content, item.order).answer)


def _wrong(item: queries.FrozenItem) -> str:
    labels = [option.label for option in public_view(item.content, item.order).options]
    return next(label for label in labels if label != _right(item))
