"""Files with people's data that leave the site: each is written down and bears who made it and when."""

import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, tzinfo
from io import BytesIO
from xml.sax.saxutils import escape

from sqlalchemy.orm import Session

from exam import audit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MADE = "people.exported"
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_FOOTER = re.compile(rb"<oddFooter>(.*?)</oddFooter>", re.DOTALL)
_AFTER = re.compile(rb"<pageSetup[^>]*/>|<pageMargins[^>]*/>")
CORE = "docProps/core.xml"


@dataclass(frozen=True)
class Stamp:
    """Who made a file, and when; `zone` is the county's."""

    name: str
    at: datetime
    zone: tzinfo

    @property
    def text(self) -> str:
        """The mark as the file bears it: 导出：王敏 2027-03-02 14:05."""
        return f"导出：{self.name} {self.at.astimezone(self.zone):%Y-%m-%d %H:%M}"


def note(
    session: Session, what: str, *, by: int | None, at: datetime, count: int | None = None, name: str = ""
) -> None:
    """Leave a trace that people's data left in a file: `what` kind of list, how many people, the file's `name`."""
    detail = {"what": what, "count": count, "file": name}
    audit.record(session, MADE, "people:all", by=by, at=at, detail={key: told for key, told in detail.items() if told})


def watermarked(workbook: bytes, stamp: Stamp) -> bytes:
    """An Excel file whose every printed page and whose properties say who made it; cells stay as they are."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            content = old.read(each)
            if _SHEET.fullmatch(each.filename):
                content = _with_footer(content, stamp.text)
            elif each.filename == CORE:
                content = _with_description(content, stamp.text)
            new.writestr(each, content)
    return made.getvalue()


def _with_footer(sheet: bytes, text: str) -> bytes:
    told = escape("&R&8" + text.replace("&", "&&")).encode()
    if _FOOTER.search(sheet):
        return _FOOTER.sub(lambda found: b"<oddFooter>" + found.group(1) + told + b"</oddFooter>", sheet)
    places = list(_AFTER.finditer(sheet))
    if not places or b"<headerFooter" in sheet:
        return sheet
    at = places[-1].end()
    return sheet[:at] + b"<headerFooter><oddFooter>" + told + b"</oddFooter></headerFooter>" + sheet[at:]


def _with_description(core: bytes, text: str) -> bytes:
    told = b"<dc:description>" + escape(text).encode() + b"</dc:description>"
    if b"<dc:description>" in core:
        return re.sub(rb"<dc:description>.*?</dc:description>", lambda _: told, core, flags=re.DOTALL)
    return core.replace(b"</cp:coreProperties>", told + b"</cp:coreProperties>")
