"""Checking a package with nothing but the file: is every byte what was signed, and does what it says hold together?"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from exam import keys
from exam.evidence import container
from exam.evidence.contents import Contents, Finding, contents_of
from exam.evidence.log_check import Log, check_log
from exam.evidence.package import FORMAT, MANIFEST, SIGNATURE, VERSION
from exam.evidence.papers_check import SetProof, check_papers
from exam.evidence.results_check import check_answers, check_marks, check_scores
from exam.evidence.writing import Row, canonical, sha256


@dataclass
class Report:
    """What was found. `findings` empty: every byte is as it was signed, and all of it agrees.

    `key_known` says whether the signing key is the one the reader expected (None: none was named).
    """

    findings: list[Finding] = field(default_factory=list)
    stop: Row = field(default_factory=dict)
    made_at: str = ""
    public: str = ""
    signed: bool = False
    key_known: bool | None = None
    counts: dict[str, int] = field(default_factory=dict)
    papers: list[SetProof] = field(default_factory=list)
    log: Log = field(default_factory=Log)

    @property
    def ok(self) -> bool:
        return not self.findings


def check(file: bytes, *, key: str | None = None, redraw: bool = True) -> Report:
    """Check a package. `key` is the site's public key as it was told on another way; `redraw` draws the papers again.

    Nothing is raised for what is wrong with the file: it is found.
    """
    report = Report()
    try:
        members = container.read(file)
    except container.Unreadable as error:
        report.findings.append(Finding("file", str(error)))
        return report
    files = dict(_inflated(members, report))
    manifest = _manifest(files, report)
    _check_signature(files, report, key)
    _check_members(members, files, manifest, report)
    if not report.findings:  # what was altered is named by its member; its rows prove nothing
        _check_meaning(files, report, redraw=redraw)
    else:
        _locate(files, report)
    return report


def _inflated(members: Mapping[str, container.Member], report: Report) -> Iterator[tuple[str, bytes]]:
    for name, member in members.items():
        try:
            yield name, member.content()
        except container.Unreadable as error:
            report.findings.append(Finding(name, str(error)))


def _manifest(files: Mapping[str, bytes], report: Report) -> Row:
    try:
        found = json.loads(files.get(MANIFEST, b""))
        members: Row = dict(found["members"]) if (found["format"], found["version"]) == (FORMAT, VERSION) else {}
        report.stop, report.made_at = dict(found["stop"]), str(found["made_at"])
    except (ValueError, KeyError, TypeError):
        members = {}
    if not members:
        report.findings.append(Finding(MANIFEST, "is not the list of a package's members"))
    return members


def _check_signature(files: Mapping[str, bytes], report: Report, key: str | None) -> None:
    try:
        told = json.loads(files.get(SIGNATURE, b""))
        report.public = str(told["public"])
        whole = canonical(told) == files[SIGNATURE] and told["algorithm"] == "Ed25519"
        signature = str(told["signature"])
        whole = whole and len(told) == 3 and signature == signature.lower() and report.public == report.public.lower()
        report.signed = whole and keys.verify(report.public, signature, files.get(MANIFEST, b""))
    except (ValueError, KeyError, TypeError):
        report.signed = False
    if not report.signed:
        report.findings.append(Finding(SIGNATURE, "the signature is not that of the list of members"))
    if key is not None:
        report.key_known = report.public == key.strip().lower()
        if not report.key_known:
            report.findings.append(Finding(SIGNATURE, "signed with another key than the one expected"))


def _check_members(
    members: Mapping[str, container.Member], files: Mapping[str, bytes], manifest: Row, report: Report
) -> None:
    own = {MANIFEST, SIGNATURE}
    for name in sorted(members.keys() - manifest.keys() - own):
        report.findings.append(Finding(name, "does not belong to the package"))
    for name in sorted(manifest.keys() | own):
        if name not in members:
            report.findings.append(Finding(name, "is missing"))
    for name, told in manifest.items():
        if name in files and (told["sha256"], told["packed"]) != (sha256(files[name]), members[name].packed):
            report.findings.append(Finding(name, "was altered since it was signed"))
    wanted = [*sorted(manifest), MANIFEST, SIGNATURE]
    if manifest and set(wanted) == members.keys() and wanted != list(members):
        report.findings.append(Finding("file", "the members stand in another order"))


def _locate(files: Mapping[str, bytes], report: Report) -> None:
    """Name the altered lines themselves, where a member was altered."""
    altered = {finding.where for finding in report.findings}
    contents = contents_of({name: content for name, content in files.items() if name in altered})
    report.findings.extend(contents.findings)


def _check_meaning(files: Mapping[str, bytes], report: Report, *, redraw: bool) -> None:
    contents: Contents = contents_of(files)
    report.findings.extend(contents.findings)
    report.counts = {name: len(rows) for name, rows in contents.tables.items()}
    try:
        report.papers, found = check_papers(contents, redraw=redraw)
        report.findings.extend(found)
        report.log, found = check_log(contents)
        report.findings.extend(found)
        for checks in (check_answers, check_marks, check_scores):
            report.findings.extend(checks(contents, report.log))
    except (KeyError, TypeError, ValueError) as error:
        report.findings.append(Finding("package", f"cannot be understood: {type(error).__name__}: {error}"))


def as_json(report: Report) -> dict[str, Any]:
    """The report as the command prints it."""
    return {
        "ok": report.ok,
        "stop": report.stop,
        "made_at": report.made_at,
        "signature": {"valid": report.signed, "public": report.public, "expected": report.key_known},
        "rows": report.counts,
        "papers": [each.as_json() for each in report.papers],
        "log": report.log.as_json(),
        "findings": [{"where": each.where, "what": each.what} for each in report.findings],
    }
