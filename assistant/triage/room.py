"""The parts of the triage room over one database, wired once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.clock import Clock
from assistant.storage import AuditLog, Database, NewId, Sealer, new_id
from assistant.triage.couriers import Courier, MailServer
from assistant.triage.dispatch import Carrier, Dispatcher
from assistant.triage.intake import CaseIntake
from assistant.triage.outbox import Outbox
from assistant.triage.repository import CaseRepository
from assistant.triage.roles import load_roles
from assistant.triage.routing import RoutingTable, load_routing
from assistant.triage.service import TriageService, read_contact
from assistant.triage.staff import StaffRegister
from assistant.triage.sweep import Sweeper


@dataclass(frozen=True, slots=True)
class TriageRoom:
    """Everything that works on cases: intake for messages, the service for staff, the sweeper and dispatcher for the
    background."""

    repository: CaseRepository
    routing: RoutingTable
    intake: CaseIntake
    service: TriageService
    sweeper: Sweeper
    dispatcher: Dispatcher
    staff: StaffRegister


def open_room(
    database: Database,
    audit: AuditLog,
    sealer: Sealer,
    *,
    clock: Clock,
    targets: Mapping[str, Sequence[str]],
    mail: MailServer | None = None,
    webhook_key: bytes = b"",
    public_url: str = "",
    carrier: Carrier | None = None,
    make_id: NewId = new_id,
) -> TriageRoom:
    """Wire the room.

    Args:
        targets: addresses by desk (`mailto:…`, `https://…`).
        carrier: what carries deliveries; by default e-mail through `mail` and signed webhooks.
    """
    routing, roles = load_routing(), load_roles()
    repository = CaseRepository(audit, make_id)
    box = Outbox(targets, make_id)
    intake = CaseIntake(repository, routing, sealer, box)

    def asker_address(case_id: str) -> str | None:
        with database.read() as connection:
            return read_contact(connection, repository, sealer, case_id).get("email")

    courier = carrier or Courier(mail=mail, webhook_key=webhook_key, public_url=public_url, asker_address=asker_address)
    service = TriageService(
        database=database,
        repository=repository,
        intake=intake,
        outbox=box,
        sealer=sealer,
        routing=routing,
        roles=roles,
        clock=clock,
    )
    return TriageRoom(
        repository=repository,
        routing=routing,
        intake=intake,
        service=service,
        sweeper=Sweeper(database, repository, box, routing),
        dispatcher=Dispatcher(database, repository, box, courier),
        staff=StaffRegister(roles, make_id),
    )
