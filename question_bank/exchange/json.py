"""Our own JSON file: the shape of ``question_bank.exchange.shape`` under ``questions``, without loss."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from typing import IO, TYPE_CHECKING, Any

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.reading import Fault, FileReading, Item
from question_bank.exchange.shape import document_of, draft_of
from question_bank.pictures import Picture, no_pictures, read_picture
from question_bank.richtext import digests, texts_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from question_bank.drafts import Draft
    from question_bank.exchange.reading import LeftOut
    from question_bank.pictures import Album

PICTURES = "pictures"
"""Field of the document that holds the pictures' files in base64, by the digests under which texts name them."""
REASON = "_reason"
"""Field under which a question that was not taken carries the reason when it is written back."""

_START = re.compile(r'"questions"\s*:\s*\[|^\s*\[')
_SHOWN = 80


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read a file in UTF-8 (with or without a byte order mark) or GB 18030.

    Raises ``Invalid`` when it is not JSON, with line and column, or holds no list of questions.
    """
    del topic  # every question of this format names its own
    text = _text(data)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        template = N_("This is not JSON: line %(line)s, column %(column)s.")
        raise Invalid([Problem("", template, {"line": error.lineno, "column": error.colno})]) from error
    except RecursionError as error:
        raise Invalid([Problem("", N_("This JSON is nested too deeply."))]) from error
    questions = document.get("questions") if isinstance(document, dict) else document
    if not isinstance(questions, list):
        raise Invalid([Problem("questions", N_("There is no list of questions."))])
    lines = list(_lines(text, len(questions)))
    packed = document.get(PICTURES) if isinstance(document, dict) else None
    items = tuple(_item(number, raw, lines) for number, raw in enumerate(questions))
    return FileReading("json", items, pictures=tuple(_pictures(packed)))


def _pictures(packed: object) -> Iterator[Picture]:
    """Yield the pictures a file holds; what cannot be read is as if it were not there."""
    for each in packed.values() if isinstance(packed, dict) else ():
        try:
            yield read_picture(b64decode(str(each), validate=True))
        except (ValueError, Invalid):
            continue


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid([Problem("", N_("The file is neither in UTF-8 nor in GB 18030."))])


def _item(number: int, raw: object, lines: list[int]) -> Item:
    line = lines[number] if number < len(lines) else 0
    if isinstance(raw, dict):
        raw = {name: value for name, value in raw.items() if name != REASON}
    try:
        draft = draft_of(raw)
    except Invalid as error:
        name = str(raw["id"])[:60] if isinstance(raw, dict) and raw.get("id") else f"#{number + 1}"
        return Item(name, line, raw, None, tuple(_fault(problem) for problem in error.problems))
    return Item(draft.code, line, raw, draft)


def _fault(problem: Problem) -> Fault:
    column = str(problem.params.get("field", problem.where))
    return Fault(column, str(problem.params.get("found", ""))[:_SHOWN], problem)


def _lines(text: str, count: int) -> Iterator[int]:
    """Yield the line on which each question begins, by decoding the list again one entry at a time."""
    start = _START.search(text)
    if start is None:
        return
    decoder, place, line, counted = json.JSONDecoder(), start.end(), 1, 0
    for _ in range(count):
        while text[place] in " \t\r\n,":
            place += 1
        line += text.count("\n", counted, place)
        counted = place
        yield line
        _, place = decoder.raw_decode(text, place)


def write(
    file: IO[bytes],
    drafts: Iterable[Draft],
    *,
    say: Callable[[Problem], str] = str,
    pictures: Album = no_pictures,
) -> list[LeftOut]:
    """Write all ``drafts`` and, under ``pictures``, those they name; nothing is ever left out."""
    del say
    held = list(drafts)
    named = digests(text for draft in held for text in texts_in(draft.content))
    found = {digest: picture for digest in named if (picture := pictures(digest)) is not None}
    packed = {digest: b64encode(picture.data).decode() for digest, picture in found.items()}
    _dump(file, document_of(held) | ({PICTURES: packed} if packed else {}))
    return []


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write what was not taken as it stood, each with its reason under ``_reason``."""
    questions = [
        (item.raw if isinstance(item.raw, dict) else {"found": item.raw}) | {REASON: why} for item, why in failed
    ]
    _dump(file, {"questions": questions})


def _dump(file: IO[bytes], document: dict[str, Any]) -> None:
    file.write(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")
