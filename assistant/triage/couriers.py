"""Carrying a delivery to its address: e-mail over SMTP, or an HTTPS webhook with a signature. Nothing is stored here.

A webhook gets `POST` with a JSON body and the headers `X-Medinfo-Delivery` (the same for every attempt) and
`X-Medinfo-Signature: t=<unix seconds>,v1=<hex>`, where v1 is HMAC-SHA256 with the shared key over `<t>.<body>`. It may
acknowledge at once by answering `{"safety_id": "…"}`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from assistant.storage.tables import canonical_json
from assistant.triage.outbox import ASKER_TARGET, FORWARD, REPLY, Delivery

TIMEOUT_S = 10.0
# Answers that concern the address, not the one delivery: not signed in, too slow, too many.
LATER_STATUSES = frozenset({401, 403, 404, 408, 429})
MAX_RECEIPT_BYTES = 65_536
MAX_SAFETY_ID_CHARS = 64
SUBJECTS = {
    FORWARD: "{case_id}: {codes}, to be acknowledged",
    REPLY: "Your question {case_id}",
    "new_case": "{case_id}: new case, {codes}",
    "alert": "{case_id}: {clock_percent} % of the time is gone, {codes}",
}


class NotDelivered(Exception):
    """A delivery did not arrive for sure. `is_refusal`: the address works and did not take this one; others may arrive."""

    def __init__(self, reason: str, *, is_refusal: bool = False) -> None:
        super().__init__(reason)
        self.is_refusal = is_refusal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came back: the desk's own id when it acknowledged at once."""

    safety_id: str | None = None


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in: `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`."""

    host: str
    port: int
    username: str | None
    password: str | None
    is_tls: bool
    sender: str


def parse_mail_server(url: str, sender: str) -> MailServer:
    """Return the server of an address like `smtps://user:password@mail.example.org:465`."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if is_tls else 25),
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        is_tls=is_tls,
        sender=sender,
    )


class Courier:
    """Carries deliveries. `asker_address(case_id)` gives the e-mail address the asker left, or None."""

    def __init__(
        self,
        *,
        mail: MailServer | None,
        webhook_key: bytes,
        public_url: str,
        asker_address: Callable[[str], str | None],
    ) -> None:
        self._mail = mail
        self._webhook_key = webhook_key
        self._public_url = public_url.rstrip("/")
        self._asker_address = asker_address

    def carry(self, delivery: Delivery, at: datetime) -> Receipt:
        """Deliver once; raise `NotDelivered` when it did not arrive for sure."""
        if delivery.target.startswith("mailto:"):
            return self._mail_to(delivery.target.removeprefix("mailto:"), delivery, at)
        if delivery.target == ASKER_TARGET:
            address = self._asker_address(delivery.case_id)
            if address is None:
                raise NotDelivered("the asker left no e-mail address", is_refusal=True)
            return self._mail_to(address, delivery, at)
        return self._post(delivery, at)

    def _mail_to(self, address: str, delivery: Delivery, at: datetime) -> Receipt:
        if self._mail is None:
            raise NotDelivered("no mail server is set (MEDINFO_SMTP_URL)")
        message = self._compose(address, delivery, at)
        try:
            with self._connect(self._mail) as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            is_refusal = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
            raise NotDelivered(f"mail server: {type(error).__name__}", is_refusal=is_refusal) from error
        return Receipt()

    def _connect(self, mail: MailServer) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if mail.is_tls:
            server = smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_S)
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if mail.username is not None:
            server.login(mail.username, mail.password or "")
        return server

    def _compose(self, address: str, delivery: Delivery, at: datetime) -> EmailMessage:
        assert self._mail is not None
        payload = dict(delivery.payload)
        message = EmailMessage()
        subject = SUBJECTS[delivery.kind].format_map(payload | {"codes": ", ".join(payload.get("codes", ()))})
        message["Subject"] = ("Reminder: " if delivery.delivered_at else "") + subject
        message["From"] = self._mail.sender
        message["To"] = address
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{delivery.delivery_id}.{delivery.attempts}@medinfo>"
        message["X-Medinfo-Delivery"] = delivery.delivery_id
        message.set_content(_mail_text(payload, f"{self._public_url}/staff/cases/{delivery.case_id}", delivery.kind))
        if delivery.kind == FORWARD:
            body = json.dumps(payload, ensure_ascii=False, indent=2).encode()
            message.add_attachment(body, maintype="application", subtype="json", filename=f"{delivery.case_id}.json")
        return message

    def _post(self, delivery: Delivery, at: datetime) -> Receipt:
        envelope = {
            "delivery_id": delivery.delivery_id,
            "kind": delivery.kind,
            "desk": delivery.desk,
            "report": delivery.payload,
        }
        body = canonical_json(envelope).encode()
        headers = {
            "content-type": "application/json",
            "x-medinfo-delivery": delivery.delivery_id,
            "x-medinfo-signature": sign_body(self._webhook_key, body, at),
        }
        try:
            response = httpx.post(delivery.target, content=body, headers=headers, timeout=TIMEOUT_S, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise NotDelivered(f"webhook: {type(error).__name__}") from error
        if not response.is_success:
            is_refusal = response.is_client_error and response.status_code not in LATER_STATUSES
            raise NotDelivered(f"webhook: HTTP {response.status_code}", is_refusal=is_refusal)
        return Receipt(_read_safety_id(response.content))


def sign_body(key: bytes, body: bytes, at: datetime) -> str:
    """Return the signature header of a webhook body."""
    stamp = int(at.timestamp())
    digest = hmac.new(key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def _read_safety_id(body: bytes) -> str | None:
    try:
        answer = json.loads(body[:MAX_RECEIPT_BYTES])
    except ValueError:
        return None
    found = answer.get("safety_id") if isinstance(answer, dict) else None
    return found.strip()[:MAX_SAFETY_ID_CHARS] or None if isinstance(found, str) else None


def _mail_text(payload: Mapping[str, Any], link: str, kind: str) -> str:
    if kind == REPLY:
        return f"{payload['text']}\n\nYour case number: {payload['case_id']}\n"
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in payload.items() if isinstance(value, str | int)]
    lines += [f"{name}: {value}" for name, value in payload.get("elements", {}).items()]
    lines += ["", *payload.get("narrative", ()), "", link]
    return "\n".join(lines) + "\n"
