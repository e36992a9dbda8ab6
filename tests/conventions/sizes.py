"""How large functions and files are. As a script: prints number, median and longest; status 1 above a limit."""

import ast
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}


@dataclass(frozen=True)
class Function:
    place: str
    name: str
    lines: int
    decorators: tuple[str, ...]


def sources() -> list[Path]:
    """Every module of the product, without the generated migrations."""
    found = [*TOP.glob("exam/**/*.py"), *TOP.glob("question_bank/**/*.py"), TOP / "run"]
    return sorted(path for path in found if "versions" not in path.parts)


def functions(path: Path) -> list[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        Function(
            f"{path.relative_to(TOP)}:{node.lineno}",
            node.name,
            (node.end_lineno or 0) - node.lineno + 1,
            tuple(map(ast.unparse, node.decorator_list)),
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def too_large() -> list[str]:
    """Each function, file or name that breaks a limit, in words."""
    found = []
    for path in sources():
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST_FILE:
            found.append(f"{path.relative_to(TOP)} has {lines} lines")
        if path.stem in JUNK_DRAWERS:
            found.append(f"{path.relative_to(TOP)} is a junk drawer")
        found += [
            f"{each.place} {each.name} has {each.lines} lines"
            for each in functions(path)
            if each.lines > LONGEST_FUNCTION
        ]
    return found


def main() -> int:
    sizes = sorted(each.lines for path in sources() for each in functions(path))
    print(
        f"{len(sources())} files, {len(sizes)} functions, median {statistics.median(sizes):.0f} lines, longest {sizes[-1]}"
    )
    broken = too_large()
    print("\n".join(broken) or f"none over {LONGEST_FUNCTION} lines, no file over {LONGEST_FILE}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
