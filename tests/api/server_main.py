"""The scripted app as a process: `python -m tests.api.server_main`, settings from the environment."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import uvicorn

from assistant.api.app import create_app
from assistant.clock import utc_now
from assistant.settings import Settings
from tests.api.scripted import scripted_engine
from tests.api.server import OPEN_RATES


def main() -> None:
    """Serve until killed, with a clock that may be ahead of the wall's."""
    ahead = timedelta(hours=float(os.environ.get("TEST_HOURS_AHEAD", "0")))

    def clock() -> datetime:
        return utc_now() + ahead

    app = create_app(Settings(**OPEN_RATES), scripted_engine(), clock=clock)  # type: ignore[arg-type]
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["TEST_PORT"]), log_level="critical")


if __name__ == "__main__":
    main()
