"""Questions → a package of QTI 2.1, 2.2 or 3.0 with its manifest, and failed items back as a package."""

from __future__ import annotations

import json
import re
import zipfile
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.foreign import carried
from question_bank.exchange.qti import version2
from question_bank.exchange.qti.bodies import PICTURE_SOURCE, identifier, item_of
from question_bank.exchange.qti.names import with_plain_names
from question_bank.exchange.qti.packages import MANIFEST, OWN
from question_bank.exchange.qti.refusals import Broken, NotHeld
from question_bank.exchange.qti.texts import Texts
from question_bank.exchange.reading import LeftOut
from question_bank.exchange.xml import parse_xml
from question_bank.kinds import content_of
from question_bank.pictures import Picture, file_name, no_pictures, reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from question_bank.drafts import Draft
    from question_bank.exchange.reading import Item
    from question_bank.pictures import Album

REASONS = "reasons.txt"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML = "http://www.w3.org/XML/1998/namespace"
_HTML = frozenset({"p", "div", "strong", "br", "ul", "li", "span", "img"})
_CAPITAL = re.compile(r"[A-Z]")
_TITLE = 60
_BEGINNING = b'<?xml version="1.0" encoding="UTF-8"?>\n'


class Version(NamedTuple):
    """What the versions differ in: namespaces, where their schemas stand, words of the manifest, names."""

    items: str
    items_schema: str
    manifest: str
    manifest_schema: str
    words: tuple[str, str]
    resource: str
    kebab: bool = False


_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_BASE = "http://www.imsglobal.org/xsd/qti"
VERSIONS = {
    "qti21": Version(
        "http://www.imsglobal.org/xsd/imsqti_v2p1",
        f"{_BASE}/qtiv2p1/imsqti_v2p1p2.xsd",
        _CP,
        f"{_BASE}/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
        ("QTIv2.1 Package", "1.0.0"),
        "imsqti_item_xmlv2p1",
    ),
    "qti22": Version(
        "http://www.imsglobal.org/xsd/imsqti_v2p2",
        f"{_BASE}/qtiv2p2/imsqti_v2p2p4.xsd",
        _CP,
        f"{_BASE}/qtiv2p2/qtiv2p2_imscpv1p2_v1p0.xsd",
        ("QTIv2.2 Package", "1.0.0"),
        "imsqti_item_xmlv2p2",
    ),
    "qti30": Version(
        "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
        f"{_BASE}/qtiv3p0/imscp_v1p1",
        "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd",
        ("QTI Package", "3.0.0"),
        "imsqti_item_xmlv3p0",
        kebab=True,
    ),
}


def write(
    file: IO[bytes],
    drafts: Iterable[Draft],
    *,
    version: str,
    say: Callable[[Problem], str] = str,
    pictures: Album = no_pictures,
) -> list[LeftOut]:
    """Write drafts as a package of a version (``qti21``, ``qti22``, ``qti30``); what cannot be held is returned.

    Beside the items, ``liangjuan.json`` carries what QTI has no room for, so that reading it here changes nothing.
    """
    del say
    if version not in VERSIONS:
        raise Invalid([Problem("format", N_("QTI 1.2 is only read here; write QTI 2.1 or 3.0 instead."))])
    names = VERSIONS[version]
    left_out: list[LeftOut] = []
    own: dict[str, Any] = {}
    shown: dict[str, tuple[Picture, ...]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for draft in drafts:
            name = _apart(identifier(draft.code), own)
            item = item_of(name, _title(draft), draft.content, draft.marks)
            shown[name] = _placed(item, pictures)
            data = _serialised(_named(item, names), names.items, names.items_schema)
            reason = _carry(draft, name, data, own, shown[name])
            if reason is not None:
                left_out.append(LeftOut(draft.code, reason))
                continue
            _add(archive, f"items/{name}.xml", data)
        for path, picture in {_path(each): each for name in own for each in shown[name]}.items():
            _add(archive, path, picture.data)
        _add(archive, OWN, json.dumps({"schema_version": 1, "questions": own}, ensure_ascii=False, indent=1).encode())
        beside = {name: [_path(each) for each in shown[name]] for name in own}
        _add(archive, MANIFEST, _manifest([(name, f"items/{name}.xml") for name in own], names, [OWN], beside))
    return left_out


def _path(picture: Picture) -> str:
    return f"images/{file_name(picture)}"


def _placed(item: Any, pictures: Album) -> tuple[Picture, ...]:
    """Point the pictures of an item to their files; a mark replaces one there is none of. Returns those found."""
    found: dict[str, Picture] = {}
    for image in [*item.iter("img")]:
        digest = image.get("src").removeprefix(PICTURE_SOURCE)
        picture = found.get(digest) or pictures(digest)
        if picture is not None:
            found[digest] = picture
            image.set("src", f"../{_path(picture)}")
        else:
            _replace(image, f"[图片：{image.get('alt')}]" if image.get("alt") else "[图片]")
    return tuple(found.values())


def _replace(element: Any, text: str) -> None:
    """Put a text in the place of an element."""
    parent, before, text = element.getparent(), element.getprevious(), text + (element.tail or "")
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    element.tail = None
    parent.remove(element)


def _carry(draft: Draft, name: str, data: bytes, own: dict[str, Any], pictures: Iterable[Picture]) -> Problem | None:
    """Note beside an item what reading it back does not give; return why it cannot be read back, if so."""
    paths = {_path(each): each for each in pictures}
    texts = Texts("items", lambda path, alt: reference(paths[path], alt) if path in paths else None)
    try:
        found = version2.Item(with_plain_names(parse_xml(data)), texts).question()
        if found.kind is not draft.kind:
            return Problem("kind", N_("It would come back as another kind of question."))
        native = content_of(found.kind, found.data)
    except (NotHeld, Broken) as refusal:
        return refusal.problem
    except Invalid as refusal:
        return refusal.problems[0]
    own[name] = carried(draft, native)
    return None


def _apart(name: str, taken: dict[str, Any]) -> str:
    made, number = name, 2
    while made in taken:
        made, number = f"{name}_{number}", number + 1
    return made


def _title(draft: Draft) -> str:
    first = " ".join(draft.content.stem.split())
    return first if len(first) <= _TITLE else f"{first[: _TITLE - 1]}…"


def _named(root: Any, version: Version) -> Any:
    """Give elements their namespace and, in 3.0, the names of that version; HTML keeps its own."""
    for block in root.iter("modalFeedback", "rubricBlock") if version.kebab else ():
        body = etree.Element("contentBody")
        body.extend(list(block))
        block.append(body)
    for each in root.iter():
        tag = str(each.tag)
        if version.kebab and tag not in _HTML:
            tag = f"qti-{_kebab(tag)}"
            for attribute in [name for name in each.attrib if _CAPITAL.search(name)]:
                each.set(_kebab(attribute), each.attrib.pop(attribute))
        each.tag = f"{{{version.items}}}{tag}"
    root.set(f"{{{_XML}}}lang", "zh-CN")
    return root


def _kebab(name: str) -> str:
    return _CAPITAL.sub(lambda found: f"-{found[0].lower()}", name)


def _serialised(root: Any, namespace: str, schema: str) -> bytes:
    """Return a root as a file, with its namespace as the default one and the place of its schema."""
    made = etree.Element(root.tag, nsmap={None: namespace, "xsi": _XSI})
    for name, value in root.attrib.items():
        made.set(name, value)
    made.set(f"{{{_XSI}}}schemaLocation", f"{namespace} {schema}")
    made.extend(list(root))
    return _BEGINNING + bytes(etree.tostring(made, encoding="utf-8")) + b"\n"


def _manifest(
    items: list[tuple[str, str]], version: Version, files: list[str], beside: Mapping[str, list[str]] | None = None
) -> bytes:
    """Return the manifest; ``beside`` names by item the files of its pictures."""

    def made(tag: str, *children: Any, **attributes: str) -> Any:
        element = etree.Element(f"{{{version.manifest}}}{tag}", attributes)
        texts = [child for child in children if isinstance(child, str)]
        element.text = "".join(texts) or None
        element.extend([child for child in children if not isinstance(child, str)])
        return element

    schema, number = version.words
    resources = [
        made(
            "resource",
            *(made("file", href=each) for each in (path, *(beside or {}).get(name, ()))),
            identifier=f"RES-{name}",
            type=version.resource,
            href=path,
        )
        for name, path in items
    ]
    resources += [
        made("resource", made("file", href=path), identifier=f"FILE-{identifier(path)}", type="webcontent", href=path)
        for path in files
    ]
    root = made(
        "manifest",
        made("metadata", made("schema", schema), made("schemaversion", number)),
        made("organizations"),
        made("resources", *resources),
        identifier="MANIFEST-LIANGJUAN",
    )
    etree.indent(root, " ")
    return _serialised(root, version.manifest, version.manifest_schema)


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]], *, version: str = "qti21") -> None:
    """Write what was not taken as a package: each item as it stood, the reason inside it and in ``reasons.txt``."""
    names = VERSIONS.get(version, VERSIONS["qti21"])
    reasons: list[str] = []
    written: list[tuple[str, str]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (item, why) in enumerate(failed, 1):
            path = f"items/{number:04}.xml"
            text = item.raw if isinstance(item.raw, str) else ""
            reasons.append(f"{path}\t{item.name}\t{why}")
            if text.lstrip().startswith(("<?xml", "<")) and not text.startswith("<!--"):
                _add(archive, path, _with_reason(text, why))
                written.append((f"F{number:04}", path))
        _add(archive, REASONS, "\n".join(reasons).encode() + b"\n")
        _add(archive, MANIFEST, _manifest(written, names, [REASONS]))


def _with_reason(text: str, why: str) -> bytes:
    """Return an item with the reason as a comment in front; pieces of QTI 1.2 get their root back."""
    bare = re.sub(r"^\s*<\?xml[^>]*\?>\s*", "", text)
    if bare.startswith("<item"):
        bare = f"<questestinterop>{bare}</questestinterop>"
    comment = why.replace("--", "- -").rstrip("-")
    return _BEGINNING + f"<!-- {comment} -->\n{bare}\n".encode()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a member with a fixed date, so that the same questions make the same file."""
    archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
