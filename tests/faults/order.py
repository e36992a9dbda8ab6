"""Which came first, the disk or the receipt: system calls of server and database in one file, written by strace.

For every acknowledged operation the trace must show, in this order: the operation's name written into the write-ahead
log, an fdatasync of that log begun afterwards and returned, and the first byte of the response that names the operation.
"""

import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CALLS = "write,pwrite64,writev,pwritev,sendto,sendmsg,fsync,fdatasync"
LONGEST = 300_000
"""Bytes of a call's data that are kept: more than many pages of the log written at once, and than a receipt."""

ATTACHED = 20.0

LINE = re.compile(r"^(?P<thread>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\((?P<rest>.*))")
HEAD = "HTTP/1.1 200"
ACCEPTED = '\\"accepted\\"'
COMMIT = '"Q\\0\\0\\0\\vCOMMIT'
"""A message of PostgreSQL's protocol, as strace writes it."""
SYNCS = frozenset({"fdatasync", "fsync"})


@contextmanager
def traced(processes: Sequence[int], file: Path) -> Iterator[None]:
    """Follow the threads of `processes`, and what they fork, while the block runs."""
    command = ["strace", "-f", "-y", "-qq", "-e", f"trace={CALLS}", "-e", "signal=none", "-s", str(LONGEST)]
    command += ["-o", str(file)]
    for process in processes:
        command += ["-p", str(process)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + ATTACHED
        while not all(_followed(process) for process in processes):
            assert tracer.poll() is None, tracer.stderr and tracer.stderr.read().decode()
            assert time.monotonic() < end, "strace does not take hold"
            time.sleep(0.02)
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=20)


def _followed(process: int) -> bool:
    states = [file.read_text() for file in Path(f"/proc/{process}/task").glob("*/status")]
    return all("TracerPid:\t0\n" not in state for state in states)


@dataclass(frozen=True)
class Call:
    """One system call, by the lines on which it began and returned."""

    name: str
    text: str
    began: int
    ended: int

    @property
    def target(self) -> str:
        """The file or socket, as `3</path>`."""
        return self.text.split(">", 1)[0]


def calls_in(lines: Sequence[str]) -> list[Call]:
    """The calls of a trace that returned, in the order in which they began; what did not return is left out."""
    under_way: dict[str, tuple[str, str, int]] = {}
    found = []
    for number, line in enumerate(lines):
        match = LINE.match(line)
        if match is None:
            continue
        thread = match["thread"]
        if match["resumed"]:
            begun = under_way.pop(thread, None)
            if begun is not None:
                found.append(Call(begun[0], begun[1] + line, begun[2], number))
        elif line.rstrip().endswith("<unfinished ...>"):
            under_way[thread] = (match["call"], match["rest"], number)
        else:
            found.append(Call(match["call"], match["rest"], number, number))
    return sorted(found, key=lambda call: call.began)


def too_early(file: Path, log: str, operations: Sequence[str]) -> list[str]:
    """Those of `operations` whose receipt was not preceded by an fdatasync, after their write, of a file named by `log`.

    Where the database is a server, the fdatasync must have begun after the COMMIT was sent to it. PostgreSQL writes the
    last page of its log again with the next commit: what stood in it is on the disk already.
    """
    calls = calls_in(file.read_text(errors="replace").splitlines())
    in_log = [call for call in calls if log in call.target]
    syncs = [call for call in in_log if call.name in SYNCS and call.text.rstrip().endswith("= 0")]
    writes = [call for call in in_log if call.name not in SYNCS]
    answers = [call for call in calls if "<socket:" in call.target]
    found = []
    for operation in operations:
        receipt = _first_byte(answers, operation)
        written = [call.ended for call in writes if operation in call.text and call.ended < receipt]
        after = max(min(written, default=receipt), _committed(answers, operation, receipt))
        if not any(after < sync.began and sync.ended < receipt for sync in syncs):
            found.append(operation)
    return found


def _committed(sent: Sequence[Call], operation: str, receipt: int) -> int:
    """The line on which the operation's COMMIT was sent to a database's server; -1 where none is sent anything.

    It is the first one sent by the way by which the operation was sent. Without one the receipt came too early.
    """
    ways = [call for call in sent if operation in call.text and call.began < receipt and call.name == "sendto"]
    commits = [
        each.began
        for way in ways
        for each in sent
        if each.target == way.target and way.began < each.began < receipt and COMMIT in each.text
    ]
    return min(commits, default=receipt if ways else -1)


def _first_byte(answers: Sequence[Call], operation: str) -> int:
    """The line on which the response began whose body names the operation; head and body may be calls of their own."""
    body = next((call for call in answers if operation in call.text and ACCEPTED in call.text), None)
    assert body is not None, f"the trace holds no receipt for {operation}"
    heads = [
        call.began for call in answers if call.target == body.target and HEAD in call.text and call.began <= body.began
    ]
    return max(heads, default=body.began)
