"""Drafts → GIFT. What GIFT has no room for stands in a comment line above each question and is read back from there."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import IO, TYPE_CHECKING

from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.exchange.foreign import carried
from question_bank.exchange.gift.escapes import escaped
from question_bank.exchange.gift.reading import read
from question_bank.exchange.gift.splitting import OWN
from question_bank.exchange.reading import LeftOut
from question_bank.kinds.blank import FillBlankContent
from question_bank.kinds.checking import BLANK
from question_bank.kinds.choice import ChoiceContent, MultipleChoiceContent
from question_bank.kinds.matching import MatchingContent
from question_bank.kinds.numeric import NumericContent
from question_bank.kinds.true_false import TrueFalseContent
from question_bank.numerals import written
from question_bank.taxonomy import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from question_bank.drafts import Draft
    from question_bank.exchange.reading import Item
    from question_bank.kinds import Content

HELD = frozenset(Kind) - {Kind.ORDERING, Kind.CASE}
_PICTURE = re.compile(r"!\[[^\]\n]*\]\(picture:")
_NOT_IN_A_LINE = re.compile("[\u2028\u2029\ufeff\ufdd0-\ufdef\x7f]")
_HUNDRED = Decimal(100)


def write(file: IO[bytes], drafts: Iterable[Draft], *, say: Callable[[Problem], str] = str) -> list[LeftOut]:
    """Write ``drafts`` in UTF-8; return those GIFT cannot hold with the reason."""
    del say
    left_out: list[LeftOut] = []
    category = ""
    for draft in drafts:
        reason, text = _question(draft)
        if reason is not None:
            left_out.append(LeftOut(draft.code, reason))
            continue
        if _category(draft) != category:
            category = _category(draft)
            file.write(f"$CATEGORY: {category}\n\n".encode())
        file.write(f"{text}\n\n".encode())
    return left_out


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write what was not taken as it stood, each with its reason in a comment above it."""
    for item, why in failed:
        reason = " ".join(why.split())
        file.write(f"// {reason}\n{item.raw}\n\n".encode())


def _question(draft: Draft) -> tuple[Problem | None, str]:
    """Return why a draft cannot be held, or its text with the comment that makes it whole."""
    if draft.kind not in HELD:
        return Problem("type", N_("GIFT has no questions of this kind.")), ""
    content = draft.content
    if isinstance(content, FillBlankContent) and len(content.answers) > 1:
        return Problem("answer", N_("A blank of GIFT stands alone; this question has several.")), ""
    if _PICTURE.search(content.model_dump_json()):
        return Problem("stem", N_("GIFT holds no pictures.")), ""
    text = f"::{escaped(draft.code)}::{_body(content)}"
    items = read(text.encode()).items
    native = items[0].draft if len(items) == 1 else None
    if native is None or native.kind is not draft.kind:
        return Problem("stem", N_("GIFT would read this question as another one.")), ""
    beside = json.dumps(carried(draft, native.content), ensure_ascii=False, separators=(",", ":"))
    line = _NOT_IN_A_LINE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", beside)
    return None, f"// {OWN} {line}\n{text}"


def _category(draft: Draft) -> str:
    steps = [PLACES.get(draft.topic, draft.topic), *([draft.subtopic] if draft.subtopic else [])]
    return "/".join(escaped(step).replace("/", "//") for step in steps)


def _body(content: Content) -> str:
    """Return stem and braces. Bold is Markdown's; else the text is plain."""
    marker = "[markdown]" if "**" in content.stem else "[plain]"
    general = f"\n####{escaped(content.explanation)}" if content.explanation else ""
    if isinstance(content, FillBlankContent):
        before, after = BLANK.split(content.stem, maxsplit=1) if BLANK.search(content.stem) else (content.stem, "")
        return f"{marker}{escaped(before)}{{{_forms(content)}{general}}}{escaped(after)}"
    return f"{marker}{escaped(content.stem)}{{{_answers(content)}{general}}}"


def _forms(content: FillBlankContent) -> str:
    return "".join(f"\n={escaped(form)}" for form in content.answers[0])


def _answers(content: Content) -> str:
    """Return what stands between the braces before the general feedback."""
    if isinstance(content, ChoiceContent):
        return "".join(f"\n{_sign(content, option.key)}{escaped(option.text)}" for option in content.options)
    if isinstance(content, TrueFalseContent):
        return "TRUE" if content.answer else "FALSE"
    if isinstance(content, NumericContent):
        return f"#{written(content.answer)}:{written(content.tolerance)}"
    if isinstance(content, MatchingContent):
        return _pairs(content)
    return ""


def _sign(content: ChoiceContent, key: str) -> str:
    """Return the sign of an option; several right ones share the marks, a wrong one then costs all."""
    right = key in content.right
    if not isinstance(content, MultipleChoiceContent):
        return "=" if right else "~"
    share = (_HUNDRED / len(content.right)).quantize(Decimal("0.00001")).normalize()
    return f"~%{share:f}%" if right else "~%-100%"


def _pairs(content: MatchingContent) -> str:
    texts = {row.key: escaped(row.text) for row in content.right}
    rows = [f"\n={escaped(row.text)} -> {texts.get(content.pairs.get(row.key, ''), '')}" for row in content.left]
    idle = [text for key, text in texts.items() if key not in content.pairs.values()]
    return "".join([*rows, *(f"\n= -> {text}" for text in idle)])
