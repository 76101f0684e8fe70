"""The staff console: pages under `/staff`, the same for programs under `/api/staff`.

The application includes `router` and keeps the result of `open_console` as `app.state.console`.
"""

from fastapi import APIRouter

from assistant.api.staff import (
    account_pages,
    assets,
    case_pages,
    content_pages,
    content_preview_pages,
    evaluation_pages,
    exports,
    json_routes,
    live_routes,
    oversight_pages,
    queue_pages,
    retention_pages,
    review_pages,
    sign_in_pages,
)
from assistant.api.staff.console import Console, open_console

_PARTS = (
    assets,
    sign_in_pages,
    account_pages,
    queue_pages,
    exports,
    case_pages,
    review_pages,
    oversight_pages,
    content_preview_pages,
    content_pages,
    retention_pages,
    evaluation_pages,
    live_routes,
    json_routes,
)
router = APIRouter()
for _part in _PARTS:
    router.include_router(_part.router)

__all__ = ["Console", "open_console", "router"]
