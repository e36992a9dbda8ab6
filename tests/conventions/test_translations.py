import re

import pytest

from tests.conventions import catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]")


def _key(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def test_every_sentence_has_its_chinese(tmp_path_factory: pytest.TempPathFactory) -> None:
    known = catalogue.translated()
    missing = sorted(
        {
            f"{_key(message)!r} ({place})"
            for place, message in catalogue.messages(tmp_path_factory)
            if not known.get(_key(message))
        }
    )
    assert missing == []


def test_no_placeholder_is_lost_in_translation() -> None:
    wrong = [
        (key, text)
        for key, text in catalogue.translated().items()
        if text and not set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(key))
    ]
    assert wrong == []


def test_percent_signs_of_templates_are_written_twice(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Templates always fill in, even where nothing is to be filled in."""
    known, wrong = catalogue.translated(), []
    for place, message in catalogue.messages(tmp_path_factory):
        texts = [_key(message), known.get(_key(message)) or ""]
        bare = [text for text in texts if "%" in PLACEHOLDER.sub("", text).replace("%%", "")]
        if place.startswith("templates") and bare:
            wrong.append((place, bare))
    assert wrong == []
