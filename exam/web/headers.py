"""The headers every page carries; nothing inline runs, nothing foreign loads."""

from flask import Flask, Response, request

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def register(app: Flask) -> None:
    """Set the headers on every response."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        # what send_file sends says "no-cache", which still lets a list of people lie on the disk of a shared computer
        if request.endpoint != "static" and response.headers.get("Cache-Control", "no-cache") == "no-cache":
            response.headers["Cache-Control"] = "no-store"
        return response
