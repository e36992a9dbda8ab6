"""Every sentence the product can say, extracted from code and templates, and its translation."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from tests.shared import made_once

TOP = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "N_": None}
CATALOGUES = TOP / "exam" / "translations" / "zh_Hans_CN" / "LC_MESSAGES"


Message = tuple[str, str | tuple[str, ...]]


def messages(factory: pytest.TempPathFactory) -> list[Message]:
    """(place, message id) of everything marked for translation; looked for by one process of a run."""
    found = json.loads((made_once(factory, "messages", _keep) / "messages.json").read_text(encoding="utf-8"))
    return [(place, message if isinstance(message, str) else tuple(message)) for place, message in found]


def _keep(folder: Path) -> None:
    (folder / "messages.json").write_text(json.dumps(list(_messages())), encoding="utf-8")


def _messages() -> Iterator[Message]:
    for path in [*TOP.glob("exam/**/*.py"), *TOP.glob("question_bank/**/*.py")]:
        yield from _in(path, "python")
    for path in TOP.glob("templates/**/*.html"):
        yield from _in(path, "jinja2.ext:babel_extract")


def _in(path: Path, method: str) -> Iterator[Message]:
    with path.open("rb") as source:
        for line, message, *_ in extract(
            method, source, keywords=KEYWORDS, options={"encoding": "utf-8", "silent": "false"}
        ):
            yield f"{path.relative_to(TOP)}:{line}", message


@cache
def translated() -> dict[str, str]:
    """Message id → Chinese text, from every catalogue; the later file's entry is kept."""
    found: dict[str, str] = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as source:
            for entry in read_po(source):
                if not entry.fuzzy:
                    found.update((key, text) for key, text in _pairs(entry.id, entry.string) if key)
    return found


def _pairs(key: object, text: object) -> Iterator[tuple[str, str]]:
    if isinstance(key, list | tuple):
        first = text[0] if isinstance(text, list | tuple) else text
        yield str(key[0]), str(first)
    else:
        yield str(key), str(text)
