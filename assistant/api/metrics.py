"""Figures for Prometheus: counts and times only, never text, ids of people or addresses."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

LATENCY_BUCKETS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """One registry per app, so that two apps in one process do not count for each other."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter("medinfo_answers", "Turns by outcome", ["outcome"], registry=self.registry)
        self.cases = Counter("medinfo_cases", "Case references given out, by code", ["code"], registry=self.registry)
        self.failures = Counter("medinfo_failures", "Turns without an answer, by error", ["error"], registry=self.registry)
        self.seconds = Histogram(
            "medinfo_answer_seconds", "From receipt to finished answer", buckets=LATENCY_BUCKETS_S, registry=self.registry
        )
        self.open_cases = Gauge("medinfo_open_cases", "Open cases", registry=self.registry)
        self.overdue_cases = Gauge("medinfo_overdue_cases", "Open cases past a deadline", registry=self.registry)
        self.undecided_reports = Gauge("medinfo_undecided_reports", "Reports nobody has decided on", registry=self.registry)
        self.targets_down = Gauge("medinfo_delivery_targets_down", "Addresses that take no deliveries", registry=self.registry)
        self.is_ready = Gauge("medinfo_ready", "1 when everything answers", registry=self.registry)

    def render(self) -> bytes:
        """Return the text Prometheus reads."""
        return generate_latest(self.registry)
