"""Every sentence the product can say, extracted from code and templates, and its translation."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

TOP = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "N_": None}
CATALOGUES = TOP / "exam" / "translations" / "zh_Hans_CN" / "LC_MESSAGES"


@cache
def messages() -> tuple[tuple[str, str | tuple[str, ...]], ...]:
    """(place, message id) of everything marked for translation."""
    return tuple(_messages())


def _messages() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for path in [*TOP.glob("exam/**/*.py"), *TOP.glob("question_bank/**/*.py")]:
        yield from _in(path, "python")
    for path in TOP.glob("templates/**/*.html"):
        yield from _in(path, "jinja2.ext:babel_extract")


def _in(path: Path, method: str) -> Iterator[tuple[str, str | tuple[str, ...]]]:
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
