"""What the staff console stands on: the triage room, the accounts, the review desk, the documents. Built once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.api.staff.oidc import IdentityProvider
from assistant.api.staff.pages import Pages
from assistant.clock import Clock
from assistant.governance import ContentDesk
from assistant.settings import Settings
from assistant.storage import AuditKind, AuditLog, Database
from assistant.triage import TriageRoom, TriageService
from assistant.triage.accounts import StaffAccounts
from assistant.triage.bulk import BulkDesk
from assistant.triage.gaps import GapList
from assistant.triage.presence import Presence
from assistant.triage.report_draft import ReportDrafts
from assistant.triage.reports import Reporter
from assistant.triage.review import ReviewDesk
from assistant.triage.roles import RoleTable
from assistant.triage.sample_set import SampleSet
from assistant.triage.views import SavedViews
from corpus import Corpus

SIGN_IN_RATE = "20/minute"


@dataclass(frozen=True, slots=True)
class Console:
    """The parts that routes use. `timezone` is where the desks work; every time shown is in it."""

    triage: TriageService
    bulk: BulkDesk
    accounts: StaffAccounts
    review: ReviewDesk
    gaps: GapList
    samples: SampleSet
    reports: Reporter
    drafts: ReportDrafts
    presence: Presence
    views: SavedViews
    database: Database
    audit: AuditLog
    read_corpus: Callable[[], Corpus]
    content: ContentDesk
    settings: Settings
    content_dir: Path
    market: str
    retention_days: int
    pages: Pages
    clock: Clock
    timezone: ZoneInfo
    public_url: str
    provider: IdentityProvider | None
    provider_label: str
    sign_ins: MovingWindowRateLimiter
    sign_in_rate: RateLimitItem

    @property
    def roles(self) -> RoleTable:
        """The table of roles and actions."""
        return self.triage.roles

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the service over TLS, so that cookies can be marked for it."""
        return self.public_url.startswith("https://")

    def record(self, content: Mapping[str, object]) -> None:
        """Note in the audit log what somebody did here."""
        self.database.write(lambda connection: self.audit.append(connection, AuditKind.STAFF, dict(content), at=self.clock()))

    def names(self) -> Mapping[str, str]:
        """Return the name behind each staff id."""
        return {member.staff_id: member.name for member in self.accounts.everybody()}


def open_console(
    settings: Settings,
    *,
    database: Database,
    audit: AuditLog,
    room: TriageRoom,
    read_corpus: Callable[[], Corpus],
    clock: Clock,
) -> Console:
    """Wire the console over one database.

    Args:
        read_corpus: reads the documents as they are now.
    """
    roles, timezone = room.service.roles, room.routing.calendar.timezone
    return Console(
        triage=room.service,
        bulk=BulkDesk(database, room.repository, roles, clock),
        accounts=StaffAccounts(database, audit, room.staff, roles, clock),
        review=ReviewDesk(database, room.service, clock),
        gaps=GapList(database, roles, clock),
        samples=SampleSet(database, audit, roles, clock),
        reports=Reporter(database, room.service, clock),
        drafts=ReportDrafts(database, room.repository, roles, clock),
        presence=Presence(database, clock),
        views=SavedViews(database, clock),
        database=database,
        audit=audit,
        read_corpus=read_corpus,
        content=ContentDesk.of(settings, database, audit, clock),
        settings=settings,
        content_dir=settings.content_dir,
        market=settings.market,
        retention_days=settings.retention_days,
        pages=Pages(timezone),
        clock=clock,
        timezone=timezone,
        public_url=settings.public_url.rstrip("/"),
        provider=_provider(settings),
        provider_label=settings.oidc_label,
        sign_ins=MovingWindowRateLimiter(MemoryStorage()),
        sign_in_rate=parse(SIGN_IN_RATE),
    )


def _provider(settings: Settings) -> IdentityProvider | None:
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret
    return IdentityProvider(
        issuer=settings.oidc_issuer.rstrip("/"),
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else "",
        redirect_uri=f"{settings.public_url.rstrip('/')}/staff/sign-in/oidc/callback",
    )


def get_console(request: Request) -> Console:
    """Return the console of the application that serves this request."""
    app: FastAPI = request.app
    console: Console = app.state.console
    return console
