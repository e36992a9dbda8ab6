"""JSON over HTTP, described at /api/openapi.json."""

from typing import Any

from apiflask import APIFlask

from exam.api.attempts import blueprint as attempts
from exam.api.results import blueprint as results


def register(app: APIFlask) -> None:
    """Hang the API and its description on the application."""
    app.register_blueprint(attempts)
    app.register_blueprint(results)
    app.security_schemes = {"session": {"type": "apiKey", "in": "cookie", "name": "session"}}
    app.spec_processor(_complete)


def _complete(spec: Any) -> Any:
    """What the generator leaves out: bodies are required, and every route wants the session's cookie."""
    for path in spec["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)  # a malformed request is answered with 400
            operation["security"] = [{"session": []}]
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
    return spec
