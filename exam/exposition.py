"""A node's figures in the words of Prometheus."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from exam.health import Health
from exam.jobs.models import JobStatus
from exam.metrics import Sum

ALARMS = ("disk", "clock", "jobs", "backup")


class Node(Collector):
    """What one node tells of itself."""

    def __init__(self, counted: Sum, found: Health, running: dict[str, int]) -> None:
        self.counted, self.found, self.running = counted, found, running

    def collect(self) -> Iterator[Metric]:
        yield from self._requests()
        yield from self._health()
        attempts = GaugeMetricFamily("liangjuan_attempts", "Attempts at sittings that are open.", labels=["status"])
        for status, number in sorted(self.running.items()):
            attempts.add_metric([status], number)
        yield attempts

    def _requests(self) -> Iterator[Metric]:
        requests = CounterMetricFamily("liangjuan_requests", "Requests answered.", labels=["kind", "outcome"])
        for kind, outcome, number in self.counted.outcomes():
            requests.add_metric([kind, outcome], number)
        yield requests
        times = HistogramMetricFamily("liangjuan_request_seconds", "Time until an answer began.", labels=["kind"])
        for kind, classes, seconds in self.counted.times():
            times.add_metric([kind], classes, seconds)
        yield times
        again = CounterMetricFamily("liangjuan_process_restarts", "Processes begun again.", labels=["process"])
        for name, number in sorted(self.counted.again.items()):
            again.add_metric([name], number)
        yield again

    def _health(self) -> Iterator[Metric]:
        facts: dict[str, Any] = self.found.facts
        yield GaugeMetricFamily("liangjuan_ready", "1 while requests should come here.", value=int(self.found.ready))
        alarms = GaugeMetricFamily("liangjuan_alarm", "1 while somebody should look.", labels=["what"])
        for name in ALARMS:
            alarms.add_metric([name], int(name in self.found.alarms))
        yield alarms
        if not self.found.ready:
            return
        seconds, free = facts["database"]["seconds"], facts["disk"]["free_bytes"]
        yield GaugeMetricFamily("liangjuan_database_seconds", "Time a look into the database took.", value=seconds)
        yield GaugeMetricFamily("liangjuan_disk_free_bytes", "Room where answers are kept.", value=free)
        waited = facts["jobs"]["oldest_seconds"]
        jobs = GaugeMetricFamily("liangjuan_jobs", "Jobs by status.", labels=["status"])
        for status in JobStatus:
            jobs.add_metric([status.value], facts["jobs"][status.value])
        yield jobs
        yield GaugeMetricFamily("liangjuan_job_wait_seconds", "How long the oldest job has waited.", value=waited)


def written(counted: Sum, found: Health, running: dict[str, int]) -> bytes:
    """The text that Prometheus reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Node(counted, found, running))
    return generate_latest(registry)
