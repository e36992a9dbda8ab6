"""The product with one route more: a bare JSON route behind the same login. For measurements only; nothing ships it.

`python -m tests.bench.exam_day.serving PORT` serves it as `liangjuan serve` serves the product.
"""

import sys

from flask import Response, jsonify, request

from exam import config, server
from exam.web.access import access, signed_in


def bare() -> Response:
    """What any JSON route has to do: read the login, check the token against forgery, read and write JSON."""
    return jsonify(received=len(request.get_json()["operations"]))


if __name__ == "__main__":
    # made before the processes fork, which take it over
    server._application().add_url_rule("/api/v1/bare", "bare", access(signed_in)(bare), methods=["POST"])
    server.serve(config.load(), host="127.0.0.1", port=int(sys.argv[1]), workers=1)
