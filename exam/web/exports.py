"""Sending a file with people's data: logged, and marked with who asked for it and when."""

from io import BytesIO
from typing import IO

from flask import current_app, send_file
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import exports
from exam.accounts.exports import XLSX, Stamp
from exam.extensions import writing
from exam.web.access import viewer


def send_people(
    file: bytes | IO[bytes], media: str, *, name: str, ending: str, what: str, count: int | None = None
) -> Response:
    """Send `file` as a download called `name` and `ending`; an Excel file bears the mark, any other in its name."""
    who, at = viewer(), clock.now()
    stamp = Stamp(who.name, at, current_app.extensions["liangjuan"].zone)
    content = file if isinstance(file, bytes) else _whole(file)
    if media == XLSX:
        content = exports.watermarked(content, stamp)
    else:
        name = f"{name}-{who.name}导出"
    with writing() as session:
        exports.note(session, what, by=who.person_id, at=at, count=count, name=f"{name}.{ending}")
    return send_file(BytesIO(content), media, as_attachment=True, download_name=f"{name}.{ending}")


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
