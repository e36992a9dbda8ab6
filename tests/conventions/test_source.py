"""The laws that can be read off the source."""

import ast
import re
from pathlib import Path

import pytest

from tests.conventions import sizes

TOP = sizes.TOP
WEB = sorted((TOP / "exam" / "web").glob("*/**/*.py"))
TEMPLATES = sorted((TOP / "templates").rglob("*.html"))
ROUTE = re.compile(r"\.(get|post|route|put|delete|patch)\(")
VIEW_LINES = 20


def test_functions_and_files_stay_small() -> None:
    assert sizes.too_large() == []


def test_views_stay_thin() -> None:
    """A view is access, load, form, one operation, render: 20 lines of body at most."""
    long = [
        f"{each.place} {each.name} {each.lines}"
        for path in WEB
        for each in sizes.functions(path)
        if any(ROUTE.search(decorator) for decorator in each.decorators) and each.lines > VIEW_LINES
    ]
    assert long == []


def test_web_modules_query_nothing() -> None:
    found = [
        f"{path.relative_to(TOP)}: {line}"
        for path in WEB
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\b(select|insert|update|delete)\(", line)
        and "import" not in line
        and "." not in line.split("(")[0]
    ]
    assert found == []


def test_operations_never_commit() -> None:
    found = [
        str(path.relative_to(TOP))
        for path in [*TOP.glob("exam/*/operations*.py"), TOP / "question_bank" / "operations.py"]
        if re.search(r"\.(commit|rollback)\(", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_imports_inside_functions_give_their_reason() -> None:
    found = []
    for path in sizes.sources():
        lines = path.read_text(encoding="utf-8").splitlines()
        tree = ast.parse("\n".join(lines))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            deferred = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
            if deferred and not any(
                "#" in lines[node.lineno - 1] or "#" in lines[node.lineno - 2] for node in deferred
            ):
                found.append(f"{path.relative_to(TOP)}:{function.lineno} {function.name}")
    assert found == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(TOP)))
def test_templates_hold_no_inline_script_or_style(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text) == []
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=\"", text) == []


def test_templates_mirror_the_areas() -> None:
    areas = {path.name for path in (TOP / "exam" / "web").iterdir() if path.is_dir() and path.name != "__pycache__"}
    folders = {path.name for path in (TOP / "templates").iterdir() if path.is_dir()}
    assert folders - areas == {"macros", "errors"}


def test_models_cascade_nothing_and_know_no_backref() -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in [*TOP.glob("exam/*/models.py"), TOP / "question_bank" / "models.py"]
    )
    assert re.findall(r"ondelete=|backref=|cascade=", text) == []


def test_the_clock_is_read_in_one_place() -> None:
    found = [
        str(path.relative_to(TOP))
        for path in sizes.sources()
        if path.name not in {"clock.py", "run"}
        and re.search(r"datetime\.now\(|date\.today\(|utcnow\(|time\.time\(", path.read_text(encoding="utf-8"))
    ]
    assert found == []
