"""`medinfo keys`: API keys of programs. A key's secret is printed once, when it is made, and cannot be shown again."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from assistant.api.keys import ApiKeys, KeyRequest, parse_expiry
from assistant.cli.opening import Store, open_store
from assistant.clock import format_utc, utc_now
from assistant.settings import Settings
from assistant.storage.api_keys import ApiKey

app = typer.Typer(no_args_is_help=True, help="API keys of programs that ask.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def keys() -> None:
    """API keys of programs that ask."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Which program holds the key.")],
    *,
    profession: Annotated[str, typer.Option(help="Profession of everybody who asks through it, as its holder attests.")],
    country: Annotated[str, typer.Option(help="Their country, as a two-letter code.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="ask or search; may be given several times. Both when left out.")
    ] = None,
    rate: Annotated[str | None, typer.Option(help="Its own rate limit, for example 30/minute.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="How long it is valid; without an end when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. Only for a program whose users are all healthcare professionals: its holder attests that.

    Example: medinfo keys add "hospital portal" --profession physician --country US
    """
    settings = Settings()
    request = KeyRequest(
        name=name,
        scopes=scope or ["ask", "search"],
        profession=profession,
        country=country,
        attestation=settings.attestation_version,
        rate=rate,
        expires_at=parse_expiry(days, utc_now()),
    )
    with open_store(settings, creates=True) as store:
        key, secret = _keys(store).add(request)
    if as_json:
        print(json.dumps({"secret": secret, **_row(key)}))
        return
    print(secret)
    print(f"added {key.key_id} ({key.name}); the key above is not shown again", file=sys.stderr)


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List all keys, without their secrets."""
    with open_store(Settings(), creates=True) as store:
        rows = [_row(key) for key in _keys(store).everything()]
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(f"{row['key_id']:24} {row['state']:8} {' '.join(row['scopes']):12} {row['name']}")


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="Id of the key, as `list` shows it.")]) -> None:
    """End a key at once; what was asked with it stays on record."""
    with open_store(Settings()) as store:
        _keys(store).revoke(key_id)
    print(f"revoked {key_id}")


def _keys(store: Store) -> ApiKeys:
    return ApiKeys(store.database, store.audit, utc_now)


def _row(key: ApiKey) -> dict[str, Any]:
    moments = {
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }
    fixed = {
        "key_id": key.key_id,
        "name": key.name,
        "state": "live" if key.is_live(utc_now()) else "ended",
        "scopes": list(key.scopes),
        "profession": key.profession,
        "country": key.country,
        "attestation": key.attestation,
    }
    return (
        fixed
        | ({} if key.rate is None else {"rate": key.rate})
        | {name: format_utc(at) for name, at in moments.items() if at is not None}
    )
