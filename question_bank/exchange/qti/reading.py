"""QTI files and packages of any version → the questions they hold, item by item."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from lxml import etree

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.foreign import Importer, Source
from question_bank.exchange.qti import version1, version2
from question_bank.exchange.qti.packages import OWN, Other, Package, Sheet, open_package
from question_bank.exchange.qti.refusals import Broken, NotHeld
from question_bank.exchange.reading import FileReading, Item

PREFIX = "QTI-"
_STABLE = re.compile(r"^(?=.*\d)(?=.*[A-Za-z]).{16,}$")
_LEAST, _MOST = Decimal("0.01"), Decimal(9999)
"""Marks outside of these are weights of some other reckoning; the usual ones of the kind are taken instead."""

_TITLES = {"question", "untitled", "item", "new question"}


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read a QTI file or a zip package, 1.2 to 3.0; every question in it is accounted for.

    Questions that name none of the eight topics get the root ``topic``, or wait unsorted. Raises ``Invalid`` for what
    is no QTI at all, or not safe to open.
    """
    package = open_package(data)
    items = tuple(_Reading(package, Importer(PREFIX, topic)).items())
    if not items:
        raise Invalid([Problem("", N_("There are no questions in this file."))])
    return FileReading(package.format or "qti21", items, tuple(package.pictures.values()))


@dataclass
class _Reading:
    """Reads one package. ``own`` is what our own export put beside each item, by identifier."""

    package: Package
    importer: Importer
    own: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    """Identifiers of all items and banks of QTI 1.2 in the package."""

    def items(self) -> Iterator[Item]:
        """Yield an item for every question, then for every part of the package that is none."""
        self._read_own()
        for sheet in self.package.sheets:
            if sheet.format == "qti12":
                self.known |= {each.get("ident", "") for each in sheet.root.iter("item", "objectbank")}
        for sheet in self.package.sheets:
            yield from self._older(sheet) if sheet.format == "qti12" else self._newer(sheet)
        for other in self.package.others:
            yield self._other(other)

    def _read_own(self) -> None:
        archive = self.package.archive
        name = next((name for name in archive.names() if name.rsplit("/", 1)[-1] == OWN), "") if archive else ""
        if archive is None or not name:
            return
        try:
            found = json.loads(archive.read(name))
        except (ValueError, RecursionError):
            return
        self.own = found.get("questions", {}) if isinstance(found, dict) else {}
        self.own = self.own if isinstance(self.own, dict) else {}

    def _other(self, other: Other) -> Item:
        source = Source(other.name, 0, f"<!-- {other.name.replace('--', '- -')} -->")
        made = self.importer.rejected if other.broken else self.importer.unsupported
        return made(source, other.reason)

    def _newer(self, sheet: Sheet) -> Iterator[Item]:
        """Yield the item of a file of QTI 2 or 3."""
        if sheet.root.tag != "assessmentItem":
            return
        identifier, raw = sheet.root.get("identifier", ""), _text(sheet)
        if self._is_repeated(identifier, raw):
            return
        texts = self.package.texts(sheet.path)
        source = self._source(sheet, sheet.root, raw)
        reader = version2.Item(sheet.root, texts, lambda path: self.package.stimulus(sheet.path, path))
        yield self._item(source, reader)

    def _older(self, sheet: Sheet) -> Iterator[Item]:
        """Yield the items of a file of QTI 1.2."""
        elements = [sheet.root] if sheet.root.tag == "item" else list(sheet.root.iter("item"))
        by_identifier = {each.get("ident", ""): each for each in elements}
        for element in elements:
            identifier = element.get("ident", "")
            raw = etree.tostring(element, encoding="unicode", with_tail=False)
            if self._is_repeated(identifier, raw):
                continue
            texts = self.package.texts(sheet.path)
            source = self._source(sheet, element, raw, _category(element))
            shared = by_identifier.get(version1.metadata_of(element).get("parent_stimulus_item_ident", ""))
            body = None if shared is None or shared is element else shared.find("presentation")
            yield self._item(source, version1.Item(element, texts, body))
        yield from self._drawn(sheet)

    def _drawn(self, sheet: Sheet) -> Iterator[Item]:
        """Yield what a test of QTI 1.2 takes from elsewhere: single items and random draws from a bank."""
        for reference in sheet.root.iter("bankentry_item", "itemref", "sourcebank_ref"):
            name = reference.get("item_ref") or reference.get("linkrefid") or (reference.text or "").strip()
            if not name or name in self.known:
                continue
            template = N_("It is drawn from another bank (“%(found)s”), which is not in the file.")
            source = Source(
                name, reference.sourceline or 0, etree.tostring(reference, encoding="unicode", with_tail=False)
            )
            yield self.importer.unsupported(source, Problem(reference.tag, template, {"found": name}))

    def _item(self, source: Source, reader: version1.Item | version2.Item) -> Item:
        try:
            question = reader.question()
        except NotHeld as refusal:
            return self.importer.unsupported(source, refusal.problem)
        except Broken as refusal:
            return self.importer.rejected(source, refusal.problem)
        except RecursionError:
            return self.importer.rejected(source, Problem("", N_("This XML is nested too deeply.")))
        marks = question.marks if question.marks and _LEAST <= question.marks <= _MOST else None
        given = replace(source, marks=marks)
        return self.importer.question(given, question.kind, question.data, cautions=question.cautions)

    def _source(self, sheet: Sheet, element: Any, raw: str, category: str = "") -> Source:
        identifier = element.get("identifier") or element.get("ident") or ""
        title = self.package.texts("").plain(element.get("title", ""))
        shown = title if title.lower() not in _TITLES else ""
        named = " ".join(each for each in (sheet.path, identifier or shown) if each)
        return Source(
            name=named or shown,
            line=element.sourceline or 1,
            raw=raw,
            identifier=identifier if _STABLE.match(identifier) else "",
            title=shown,
            category=category or sheet.category,
            own=self.own.get(identifier),
        )

    def _is_repeated(self, identifier: str, raw: str) -> bool:
        """Whether the very same item stood in another file of the package already."""
        if identifier and self.seen.get(identifier) == raw:
            return True
        self.seen[identifier] = raw
        return False


def _text(sheet: Sheet) -> str:
    """Return a file as text, as it stood where it can be decoded at a glance."""
    try:
        return sheet.source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return str(etree.tostring(sheet.root, encoding="unicode", with_tail=False))


def _category(item: Any) -> str:
    """Return the title of the bank, quiz or section of QTI 1.2 an item stands in."""
    for above in item.iterancestors("section", "objectbank", "assessment"):
        named = version1.metadata_of_bank(above)
        title = " ".join((above.get("title") or named).split())
        if title and title.lower() not in {"main", "root_section"}:
            return title.replace("/", "//")
    return ""
