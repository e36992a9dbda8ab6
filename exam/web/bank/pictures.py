"""Pictures in questions: served to everybody who may see some question, for a candidate's page names them too."""

from flask import make_response
from werkzeug.wrappers import Response

from exam.web.access import access, signed_in
from exam.web.bank.area import blueprint
from question_bank.models import StoredPicture
from question_bank.queries import picture_by_digest

KEPT_SECONDS = 86_400


@blueprint.get("/bank/pictures/<string:digest>")
@access(signed_in, of=picture_by_digest)
def picture(row: StoredPicture) -> Response:
    """The pixels. The address holds their digest, which nobody finds who was not shown it."""
    answer = make_response(row.data)
    answer.mimetype = row.media_type
    answer.cache_control.private = True
    answer.cache_control.max_age = KEPT_SECONDS
    answer.cache_control.immutable = True
    return answer
