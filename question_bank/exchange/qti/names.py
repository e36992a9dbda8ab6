"""One set of names for QTI 1.2, 2.1, 2.2 and 3.0: no namespaces, camelCase."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

_KEBAB = re.compile(r"-([a-z0-9])")
_VERSION = re.compile(r"qti(?:asi)?_?v(\d)p(\d)")
_FREE = ("data-", "aria-")
_FORMATS = {(1, 1): "qti12", (1, 2): "qti12", (2, 0): "qti21", (2, 1): "qti21", (2, 2): "qti22", (3, 0): "qti30"}
ITEM_ROOTS = frozenset({"assessmentItem", "questestinterop", "item", "objectbank", "assessment", "section"})
"""Roots (in plain names) of files that hold questions; the last four are pieces of QTI 1.2 without its root."""
TEST_ROOTS = frozenset({"assessmentTest", "assessmentSection"})


def plain(name: str) -> str:
    """Return a name as all versions share it: ``qti-simple-choice`` → ``simpleChoice``."""
    local = name.rsplit("}", 1)[-1]
    if not local.startswith("qti-"):
        return local
    return _KEBAB.sub(lambda found: found[1].upper(), local[4:])


def with_plain_names(root: Any) -> Any:
    """Rename all elements and attributes in place, and return the root.

    Attributes of 3.0 are kebab-case on its own elements only; those of HTML inside (``data-…``) keep theirs.
    """
    for element in root.iter(etree.Element):
        local = element.tag.rsplit("}", 1)[-1]
        newest = local.startswith("qti-")
        element.tag = plain(local)
        for name in list(element.attrib):
            plainer = _attribute(name, newest=newest)
            if plainer != name:
                value = element.attrib.pop(name)
                element.set(plainer, element.get(plainer, value))
    return root


def _attribute(name: str, *, newest: bool) -> str:
    local = name.rsplit("}", 1)[-1]
    if not newest or local.startswith(_FREE):
        return local
    return _KEBAB.sub(lambda found: found[1].upper(), local)


def root_name(root: Any) -> str:
    """Return the plain name of a root that has not been renamed yet."""
    return plain(root.tag) if isinstance(root.tag, str) else ""


def format_of_root(root: Any) -> str:
    """Return which of our four formats a root element is of; empty when it is none."""
    return format_of_names(root.tag.rsplit("}", 1)[-1], root.tag) if isinstance(root.tag, str) else ""


def format_of_names(local: str, namespace: str) -> str:
    """Return the format for a root's own name and a text that holds its namespace; empty for what is no QTI.

    The namespace says it, else the names: ``questestinterop`` is 1.2, ``qti-…`` is 3.0, ``assessmentItem`` is 2.1.
    """
    name = plain(local)
    if name not in ITEM_ROOTS | TEST_ROOTS | {"assessmentStimulus"}:
        return ""
    found = _VERSION.search(namespace)
    if found and (version := _FORMATS.get((int(found[1]), int(found[2])))):
        return version
    if local.startswith("qti-"):
        return "qti30"
    return "qti21" if name in TEST_ROOTS | {"assessmentItem", "assessmentStimulus"} else "qti12"
