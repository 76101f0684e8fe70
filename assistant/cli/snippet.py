"""`medinfo snippet`: what goes into a page to embed the assistant, and what the page's content security policy must allow.

Standard output is the HTML and nothing else; what else has to be set is said on standard error.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from html import escape
from importlib.metadata import version
from typing import Annotated
from urllib.parse import urlsplit

import typer

import web
from assistant.errors import BadInput
from assistant.settings import Settings

app = typer.Typer(add_completion=False, help="Print the HTML that embeds the assistant in a page.")
LOADER = "loader.js"


@app.command()
def snippet(
    endpoint: Annotated[str, typer.Option(help="Address of the service; public_url of the settings when left out.")] = "",
    site: Annotated[str, typer.Option(help="Origin of the page: picks its site key, checks that it is allowed.")] = "",
    site_key: Annotated[str, typer.Option(help="Public key of the site.")] = "",
    locale: Annotated[str, typer.Option(help="Language of the interface (BCP 47); the page's when left out.")] = "",
    sri: Annotated[bool, typer.Option("--sri", help="Pin this release's files with their checksums.")] = False,
) -> None:
    """Print the script and the element, ready to be pasted.

    Example: medinfo snippet --endpoint https://mi.example --site https://hcp.example --sri
    """
    settings = Settings()
    address = _origin_of(endpoint or settings.public_url, "endpoint")
    origin = _origin_of(site, "site") if site else ""
    keys = [key for key, origins in settings.site_keys.items() if origin in origins]
    import_map = pinned_map(address, _release()) if sri else ""
    print(render_snippet(address, import_map, site_key or next(iter(keys), ""), locale))
    print(f"Content-Security-Policy of the page: {policy_for(address, import_map)}", file=sys.stderr)
    own = _origin_of(settings.public_url, "public_url")
    if origin and origin not in (own, *settings.allowed_origins):
        allowed = json.dumps([*settings.allowed_origins, origin])
        print(f"Not allowed yet: set MEDINFO_ALLOWED_ORIGINS='{allowed}' for the service.", file=sys.stderr)


def render_snippet(address: str, import_map: str = "", site_key: str = "", locale: str = "") -> str:
    """Return the HTML; with an import map, the files of this release and no others are run."""
    source, pinned = f"{address}/widget/v1/{LOADER}", ""
    lines = []
    if import_map:
        source = f"{address}/widget/v1/{_release()}/{LOADER}"
        pinned = f' integrity="{web.integrity(web.widget_files()[LOADER])}" crossorigin'
        lines.append(f'<script type="importmap">{import_map}</script>')
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in (("site-key", site_key), ("locale", locale)) if value)
    lines.append(f'<script type="module" async src="{escape(source)}"{pinned}></script>')
    lines.append(f"<medinfo-chat{attributes}></medinfo-chat>")
    return "\n".join(lines)


def pinned_map(address: str, release: str) -> str:
    """Return the import map that holds the checksum of every file of a release."""
    files = {f"{address}/widget/v1/{release}/{name}": web.integrity(body) for name, body in web.widget_files().items()}
    return json.dumps({"integrity": files}, separators=(",", ":"))


def policy_for(address: str, import_map: str = "") -> str:
    """Return what a page's policy must allow: the folder of the files, the service, and the import map by its checksum."""
    digest = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    inline = f" 'sha256-{digest}'" if import_map else ""
    return f"script-src {address}/widget/v1/{inline}; connect-src {address}"


def _origin_of(address: str, name: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise BadInput(f"{name} must be an origin such as https://mi.example, not {address!r}.")
    return f"{parts.scheme}://{parts.netloc}"


def _release() -> str:
    return version("medinfo-assistant")
