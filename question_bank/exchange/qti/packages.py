"""A QTI file or package: what it holds, in the order of its manifest, and where pictures and materials are."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.archives import Archive, open_archive
from question_bank.exchange.qti.names import ITEM_ROOTS, TEST_ROOTS, format_of_root, root_name, with_plain_names
from question_bank.exchange.qti.texts import Texts
from question_bank.exchange.xml import parse_xml
from question_bank.pictures import Picture, read_picture, reference

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = "liangjuan.json"
"""The file of a package we wrote that holds what QTI has no room for."""

MANIFEST = "imsmanifest.xml"
_XML = (".xml", ".qti", ".dat")
_QUESTIONS = re.compile(
    rb"<(?:\w+:)?(?:questestinterop|assessmentItem|qti-assessment-item|assessmentTest|qti-assessment-test)\b"
)
_DATA = re.compile(r"^data:image/[\w.+-]+;base64,(.*)$", re.DOTALL | re.IGNORECASE)
_KINDS_OF_RESOURCE = (
    ("imsdt", N_("A discussion is no question.")),
    ("imswl", N_("A link to the web is no question.")),
    ("imsbasiclti", N_("A tool of another system is no question.")),
    ("assignment", N_("An assignment to hand in is no question.")),
)
_LONGEST = 100
_MOST_ALIKE = 100
_IGNORED = ("__MACOSX/", ".DS_Store", "._")


class Other(NamedTuple):
    """A part of a package that is no question, with the reason why it is left aside."""

    name: str
    reason: Problem
    broken: bool = False


@dataclass
class Sheet:
    """One file with questions: its path, its root element (in plain names), the format it is written in."""

    path: str
    root: Any
    format: str
    source: bytes
    category: str = ""


@dataclass
class Package:
    """An opened file or package."""

    archive: Archive | None
    sheets: list[Sheet] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    _by_last_part: dict[str, list[str]] = field(default_factory=dict)

    @property
    def format(self) -> str:
        """The format of its first file with questions."""
        return next((sheet.format for sheet in self.sheets), "")

    def texts(self, path: str) -> Texts:
        """Return a reader of texts for a file at ``path``."""
        return Texts(posixpath.dirname(path), self._picture)

    def stimulus(self, path: str, reference_: str) -> Any:
        """Return the material a file refers to (in plain names); None when it is not there or cannot be read."""
        found = Texts(posixpath.dirname(path)).path_of(reference_)
        if self.archive is None or found not in self.archive:
            return None
        try:
            return with_plain_names(parse_xml(self.archive.read(found)))
        except Invalid:
            return None

    def _picture(self, path: str, alt: str) -> str | None:
        """Return the reference to a picture of the package (or inside the text); None when it cannot be had."""
        data = self._picture_data(path)
        if data is None:
            return None
        try:
            picture = read_picture(data)
        except Invalid:
            return None
        self.pictures[picture.digest] = picture
        return reference(picture, alt)

    def _picture_data(self, path: str) -> bytes | None:
        inside = _DATA.match(path)
        if inside:
            try:
                return base64.b64decode(inside[1], validate=False)
            except (binascii.Error, ValueError):
                return None
        if self.archive is None:
            return None
        if not self._by_last_part:
            for name in self.archive.names():
                self._by_last_part.setdefault(posixpath.basename(name), []).append(name)
        alike = self._by_last_part.get(posixpath.basename(path), [])[:_MOST_ALIKE]
        names = [path] if path in self.archive else [name for name in alike if name.endswith(f"/{path}")]
        try:
            return self.archive.read(names[0]) if len(names) == 1 else None
        except Invalid:
            return None


def open_package(data: bytes) -> Package:
    """Open a QTI file or a zip package of any version, with or without a manifest.

    Raises ``Invalid`` when it is neither, or holds nothing of QTI at all.
    """
    if not data.startswith(b"PK"):
        return _single(data)
    package = Package(open_archive(data))
    archive = package.archive
    assert archive is not None
    names = [name for name in archive.names() if not _is_ignored(name)]
    manifest = next((name for name in sorted(names, key=len) if posixpath.basename(name).lower() == MANIFEST), "")
    listed = _Manifest(package, manifest).paths() if manifest else []
    known = set(listed)
    shortened = {name for name in names if _is_short_form(name, archive)}
    for path in [*listed, *(name for name in names if name not in known | shortened and name != manifest)]:
        if path.lower().endswith(_XML):
            _take(package, path, required=path in known)
    if not package.sheets and not package.others:
        raise Invalid([Problem("", _nothing(names))])
    _order_by_tests(package)
    return package


def _nothing(names: list[str]) -> str:
    if any(name.lower().endswith((".zip", ".imscc")) for name in names):
        return N_("The archive holds only other archives; unpack it and import those one by one.")
    return N_("There are no QTI questions in this archive.")


def _single(data: bytes) -> Package:
    root = parse_xml(data)
    package = Package(None)
    if root_name(root) == "manifest":
        raise Invalid([Problem("", N_("This is only the manifest; import the whole package (.zip)."))])
    found = format_of_root(root)
    if not found:
        raise Invalid(
            [Problem("", N_("This is no QTI file: its root is “%(found)s”."), {"found": root_name(root)[:60]})]
        )
    package.sheets.append(Sheet("", with_plain_names(root), found, data))
    if package.sheets[0].root.tag in TEST_ROOTS:
        _order_by_tests(package)
    return package


def _take(package: Package, path: str, *, required: bool) -> None:
    """Read one XML file of a package; files of other kinds are passed over."""
    assert package.archive is not None
    try:
        source = package.archive.read(path)
        if not required and not _QUESTIONS.search(source[:20_000]) and not _is_wide(source):
            return
        root = parse_xml(source)
    except Invalid as error:
        package.others.append(Other(path, error.problems[0], broken=True))
        return
    found = format_of_root(root)
    if found and root_name(root) in ITEM_ROOTS | TEST_ROOTS:
        package.sheets.append(Sheet(path, with_plain_names(root), found, source))


def _is_wide(source: bytes) -> bool:
    return source[:2] in {b"\xff\xfe", b"\xfe\xff"}


def _is_ignored(name: str) -> bool:
    return name.startswith(_IGNORED[0]) or posixpath.basename(name).startswith((*_IGNORED[1:],))


@dataclass
class _Manifest:
    """Reads a manifest: which files hold questions, and what else there is."""

    package: Package
    path: str

    def paths(self) -> list[str]:
        """Return the paths of files that may hold questions, in its order; note everything that is none."""
        archive = self.package.archive
        assert archive is not None
        try:
            root = with_plain_names(parse_xml(archive.read(self.path)))
        except Invalid as error:
            self.package.others.append(Other(self.path, error.problems[0], broken=True))
            return []
        found: list[str] = []
        base = root.get("base", "")
        for resources in root.iter("resources"):
            for resource in resources.iter("resource"):
                found += self._resource(
                    resource, posixpath.join(base, resources.get("base", ""), resource.get("base", ""))
                )
        return list(dict.fromkeys(path for path in found if not _is_short_form(path, archive)))

    def _resource(self, resource: Any, base: str) -> Iterator[str]:
        kind = resource.get("type", "").lower()
        hrefs = [resource.get("href", ""), *(each.get("href", "") for each in resource.iter("file"))]
        folder = posixpath.join(posixpath.dirname(self.path), base)
        paths = list(dict.fromkeys(Texts(folder).path_of(href) for href in hrefs if href))
        reason = next((why for word, why in _KINDS_OF_RESOURCE if word in kind), None)
        name = resource.get("identifier", "") or (hrefs[0] if hrefs else "")
        if reason is not None:
            self.package.others.append(Other(name, Problem("", reason)))
            return
        is_item = kind.startswith("imsqti") and "stimulus" not in kind
        for number, path in enumerate(paths):
            if path in self.package.archive:  # type: ignore[operator]
                if path.lower().endswith(_XML) and ("qti" in kind or path.lower().endswith((".qti", ".xml"))):
                    yield path
            elif is_item and number == 0:
                template = N_("The file “%(found)s” the manifest names is not in the package.")
                missing = hrefs[0] or next((href for href in hrefs if href), "")
                self.package.others.append(Other(name, Problem("href", template, {"found": missing}), broken=True))
        if is_item and not paths:
            template = N_("The manifest names no file for it.")
            self.package.others.append(Other(name, Problem("href", template), broken=True))


def _is_short_form(path: str, archive: Archive) -> bool:
    """Whether it is the short form of a quiz of which Canvas packs the whole beside it."""
    folder = posixpath.dirname(path)
    whole = posixpath.join(posixpath.dirname(folder), "non_cc_assessments", f"{posixpath.basename(folder)}.xml.qti")
    return posixpath.basename(path) == "assessment_qti.xml" and whole in archive


def _order_by_tests(package: Package) -> None:
    """Give items the titles of the sections that name them, and note items a test names that are not there."""
    by_path = {sheet.path: sheet for sheet in package.sheets}
    told = {other.name for other in package.others}
    for sheet in [each for each in package.sheets if each.root.tag in TEST_ROOTS]:
        for named in sheet.root.iter("assessmentItemRef"):
            path = Texts(posixpath.dirname(sheet.path)).path_of(named.get("href", ""))
            item = by_path.get(path)
            if item is not None:
                item.category = item.category or _section_title(named, sheet.root)
            elif path not in told:
                told.add(path)
                template = N_("The file “%(found)s” a test names is not in the package.")
                problem = Problem("href", template, {"found": named.get("href", "")})
                package.others.append(Other(path or named.get("identifier", ""), problem, broken=True))
    package.sheets = [each for each in package.sheets if each.root.tag not in TEST_ROOTS]


def _section_title(named: Any, test: Any) -> str:
    section = next(named.iterancestors("assessmentSection"), None)
    titles = [test.get("title", ""), "" if section is None else section.get("title", "")]
    titles = titles[1:] if titles[1] and len("/".join(titles)) > _LONGEST else titles
    return "/".join(dict.fromkeys(" ".join(title.split()).replace("/", "//") for title in titles if title.strip()))
