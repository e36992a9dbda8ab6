"""Whatever can change a result leaves its trace in the audit chain."""

import ast
from pathlib import Path

TOP = Path(__file__).parents[3] / "exam"
FEATURES = ("sittings", "grading", "papers", "scanning")
DECISIVE = {
    "Appeal", "Assignment", "Attempt", "Claim", "Correction", "LateAnswer", "Mark", "Marking", "MarkingPlan", "Paper",
    "PaperItem", "PaperSet", "Pause", "Release", "Score", "Sitting", "SittingPaperSet", "TimeGrant",
}  # fmt: skip
"""Models whose new rows decide what somebody's result is. Answers are sealed when they are handed in."""
TRACES = {"record", "record_all", "note", "noted", "keep_scores", "settle"}
CALLED = {
    ("grading", "add_mark"): "its callers keep the score, which is sealed",
    ("sittings", "add_answers"): "claim.begun, claim.typed_in and claim.rescued tell of the claim",
}
"""Helpers that leave the trace to the verb that calls them, and which one that is."""


def _calls(function: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            target = node.func
            found.add(
                target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
            )
    return found


def _silent() -> list[str]:
    """Functions that make a decisive row where neither they nor what they work with in the module leaves a trace."""
    found = []
    for feature in (*FEATURES, "reports"):
        for path in sorted((TOP / feature).glob("*.py")):
            functions = [each for each in ast.parse(path.read_text("utf-8")).body if isinstance(each, ast.FunctionDef)]
            calls = {each.name: _calls(each) for each in functions}
            for name, made in calls.items():
                near = {name} | {caller for caller, called in calls.items() if name in called}
                near |= {caller for caller, called in calls.items() if near & called}
                near |= {called for each in near for called in calls[each] if called in calls}
                traced = any(calls[each] & TRACES for each in near)
                if made & DECISIVE and not traced and (feature, name) not in CALLED:
                    found.append(f"{feature}/{path.name} {name} makes {sorted(made & DECISIVE)}")
    return found


def test_rows_that_decide_a_result_are_made_only_by_verbs_that_leave_a_trace() -> None:
    assert _silent() == []
