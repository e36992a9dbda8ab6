"""Files with people's data leave through one door, which logs them and marks who took them."""

import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "exam" / "web"
WITHOUT_PEOPLE = {
    "account/own_data.py": "one's own",
    "admin/data.py": "a person's own, logged by itself",
    "admin/intake.py": "the empty template",
    "bank/authoring.py": "questions",
    "bank/importing.py": "questions",
    "bank/questions.py": "questions",
    "exports.py": "the door",
    "lessons/materials.py": "the lecturer's papers",
    "papers/certificates.py": "figures of papers",
    "papers/downloads.py": "papers without names",
    "reports/briefs.py": "a hall's topics",
    "reports/bulletins.py": "published bulletins",
    "reports/units.py": "figures of units",
    "tours/evidence.py": "logged and signed by itself",
    "tours/printing.py": "logged by what was printed",
    "tours/prints.py": "logged by what was printed",
    "training/own.py": "one's own certificate",
}
"""Modules that send files otherwise, and why they may."""


def test_files_with_people_go_through_the_door_that_logs_them() -> None:
    sending = {
        path.relative_to(WEB).as_posix()
        for path in WEB.rglob("*.py")
        if re.search(r"\bsend_file\(", path.read_text("utf-8"))
    }
    assert sending <= WITHOUT_PEOPLE.keys()
