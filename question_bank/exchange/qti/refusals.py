"""Why a question of a QTI file is not taken."""

from __future__ import annotations

from question_bank.errors import Problem


class NotHeld(Exception):  # noqa: N818 - it reads as the sentence it is
    """None of our kinds can hold the question. ``problem`` says what it is about it."""

    def __init__(self, template: str, **params: object) -> None:
        """Take the sentence (a gettext message id) and its parameters."""
        super().__init__(template, params)
        self.problem = Problem("", template, params)


class Broken(Exception):  # noqa: N818
    """The question contradicts itself or lacks a part; ``problem.where`` names the element."""

    def __init__(self, where: str, template: str, **params: object) -> None:
        """Take the name of the element, the sentence and its parameters."""
        super().__init__(where, template, params)
        self.problem = Problem(where, template, params)
