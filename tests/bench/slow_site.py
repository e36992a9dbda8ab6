"""The product with one page more, whose rendering takes 150 ms. For measurements only; nothing ships it.

`python -m tests.bench.slow_site PORT` serves it as `liangjuan serve` serves the product.
"""

import os
import sys
import time

from apiflask import APIFlask
from flask import render_template_string
from sqlalchemy import select

from exam import config, server
from exam.accounts.models import Person
from exam.extensions import db
from exam.web.access import public

RENDERING = 0.150


def pause() -> str:
    """Where the time goes: waiting, or (BENCH_BUSY=1) computing."""
    if os.environ.get("BENCH_BUSY") != "1":
        time.sleep(RENDERING)
        return ""
    end = time.thread_time() + RENDERING
    while time.thread_time() < end:
        sum(range(1000))
    return ""


def create_app() -> APIFlask:
    app = server.create_office()

    @app.get("/bench/slow")
    @public
    def slow() -> str:
        """Reads within its transaction before and after the pause, as a page full of lazy lists does."""
        names = db.session.scalars(select(Person.name)).all()
        text = render_template_string(
            "{% for name in names %}{{ name }}{% endfor %}{{ pause() }}", names=names, pause=pause
        )
        return text + str(len(db.session.scalars(select(Person.id)).all()))

    return app


if __name__ == "__main__":
    server.serve(
        config.load(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        workers=1,
        pages="tests.bench.slow_site:create_app",
    )
