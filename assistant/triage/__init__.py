"""Triage: cases opened from messages, worked by people, handed over in time, and never lost.

`open_room` wires the parts over one database; `TriageService` is what the staff console calls.
"""

from assistant.triage.bulk import BulkDesk, BulkResult
from assistant.triage.couriers import Courier, MailServer, parse_mail_server
from assistant.triage.dispatch import Dispatcher, TargetAlarm
from assistant.triage.intake import Arrival, CaseIntake, Intake
from assistant.triage.outbox import Delivery, Outbox
from assistant.triage.queue import CaseView, Counts, Page, QueueFilter
from assistant.triage.reconciliation import Reconciliation
from assistant.triage.repository import CaseRepository, Lock
from assistant.triage.roles import RoleTable, load_roles
from assistant.triage.room import TriageRoom, open_room
from assistant.triage.routing import RoutingTable, load_routing
from assistant.triage.service import Alarms, TriageService
from assistant.triage.staff import StaffMember, StaffRegister
from assistant.triage.sweep import Sweeper, Swept
from assistant.triage.types import (
    SYSTEM,
    Actor,
    Case,
    CaseEvent,
    CaseState,
    CaseSummary,
    Channel,
    Disposition,
    EventKind,
    SafetyState,
    WaitingOn,
    WorkState,
)

__all__ = [
    "SYSTEM",
    "Actor",
    "Alarms",
    "Arrival",
    "BulkDesk",
    "BulkResult",
    "Case",
    "CaseEvent",
    "CaseIntake",
    "CaseRepository",
    "CaseState",
    "CaseSummary",
    "CaseView",
    "Channel",
    "Counts",
    "Courier",
    "Delivery",
    "Dispatcher",
    "Disposition",
    "EventKind",
    "Intake",
    "Lock",
    "MailServer",
    "Outbox",
    "Page",
    "QueueFilter",
    "Reconciliation",
    "RoleTable",
    "RoutingTable",
    "SafetyState",
    "StaffMember",
    "StaffRegister",
    "Sweeper",
    "Swept",
    "TargetAlarm",
    "TriageRoom",
    "TriageService",
    "WaitingOn",
    "WorkState",
    "load_roles",
    "load_routing",
    "open_room",
    "parse_mail_server",
]
