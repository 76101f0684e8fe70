"""What runs beside the requests: hand-overs and warnings in time, deliveries, anchors. One thread, one loop, never two at
once."""

from __future__ import annotations

import threading

import structlog

from assistant.api.service import Service
from assistant.triage import SYSTEM

INTERVAL_S = 15.0
log = structlog.get_logger("medinfo.background")


class Background:
    """A thread that keeps the triage room's promises while the service runs."""

    def __init__(self, service: Service, interval_s: float = INTERVAL_S) -> None:
        self._service = service
        self._interval_s = interval_s
        self._stop = threading.Event()
        self._alarms: frozenset[str] = frozenset()
        self._thread = threading.Thread(target=self._loop, name="medinfo-background", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round that is running, and anchor the chains a last time."""
        self._stop.set()
        self._thread.join(timeout=30)
        self.run_once()

    def _loop(self) -> None:
        while not self._stop.is_set():
            self.run_once()
            self._stop.wait(self._interval_s)

    def run_once(self) -> None:
        """Do what is due now. A failure is logged and tried again next time: this loop must outlive a full disk."""
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - the last line of defence of a duty that has a deadline
            log.error("background work failed", error=type(error).__name__)

    def _work(self) -> None:
        room, now = self._service.room, self._service.clock()
        swept = room.sweeper.run(now)
        if swept.forwarded:
            log.warning("handed over undecided", cases=len(swept.forwarded))
        room.dispatcher.run(now)
        self._report_alarms()
        if self._service.anchors is not None:
            self._service.anchors.write(self._service.audit.heads(), now)

    def _report_alarms(self) -> None:
        """Log what needs somebody, once when it begins."""
        alarms = self._service.room.service.alarms(SYSTEM)
        found = {f"{alarm.target or 'no address'}: {alarm.last_error}" for alarm in alarms.targets}
        if alarms.calendar_ends is not None:
            found.add(f"the business calendar ends on {alarms.calendar_ends}: add holidays to routing.yaml")
        for alarm in sorted(found - self._alarms):
            log.error("alarm", what=alarm)
        self._alarms = frozenset(found)
