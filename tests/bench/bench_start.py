"""CPU seconds of a second start of the demo, over all its processes, until it answers on /healthz.

The baseline beside it is Python loading the application once and doing nothing else.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.servers import TOP, Server

BUDGET = 2.0
ROUNDS = 5


def second_start(environment: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds until the answer; processes that have not finished starting count with what they used."""
    began = time.monotonic()
    with Server([sys.executable, str(TOP / "run"), "demo", "--port"], environment) as server:
        wall = time.monotonic() - began
        used = [each.cpu_times() for each in server.family()]
        ended = psutil.Process(server.family()[0].pid).cpu_times()
    children = ended.children_user + ended.children_system
    return wall, sum(each.user + each.system for each in used) + children


def loading(environment: dict[str, str]) -> float:
    """CPU seconds of importing the application."""
    code = "import time, exam.app; print(time.process_time())"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="liangjuan-start-") as folder:
        environment = {"LIANGJUAN_DATA": str(Path(folder) / "demo"), "PYTHONPATH": str(TOP)}
        subprocess.run(
            [sys.executable, str(TOP / "run"), "demo", "--no-serve"],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        rounds = [(loading(environment), *second_start(environment)) for _ in range(ROUNDS)]
    alone, wall, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"second ./run demo: answers after {wall:.2f} s, {cpu:.2f} CPU seconds over all processes (median of {ROUNDS})"
    )
    print(f"loading the application alone: {alone:.2f} CPU seconds; ratio {cpu / alone:.2f}; budget {BUDGET} s")
    return 0 if cpu <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
