"""Pages from templates: one environment, everything escaped, times in the desks' zone. No page holds script or style."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

# Characters that turn the reading direction or hide: a message must not be able to rearrange the page around it.
_DIRECTION = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], "\N{REPLACEMENT CHARACTER}"
)


class Pages:
    """Renders templates of `assistant/templates/staff`."""

    def __init__(self, timezone: ZoneInfo) -> None:
        self._timezone = timezone
        self._environment = Environment(
            loader=PackageLoader("assistant", "templates/staff"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "when": self.when,
            "short": self.short,
            "day": self.day,
            "iso": lambda moment: moment.isoformat(timespec="seconds"),
            "left": time_left,
            "span": span_words,
            "plain": plain_text,
            "words": lambda value: str(value).replace("_", " ").replace("-", " "),
        }

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Return a page."""
        return self._environment.get_template(template).render(values)

    def when(self, moment: datetime) -> str:
        """Return a moment as `22 Nov 2026, 11:15 EST`."""
        local = moment.astimezone(self._timezone)
        return f"{local.day} {local:%b %Y, %H:%M %Z}"

    def short(self, moment: datetime) -> str:
        """Return a moment near today as `22 Nov, 11:15`."""
        local = moment.astimezone(self._timezone)
        return f"{local.day} {local:%b, %H:%M}"

    def day(self, moment: datetime | date) -> str:
        """Return a day as `22 Nov 2026`."""
        local = moment.astimezone(self._timezone) if isinstance(moment, datetime) else moment
        return f"{local.day} {local:%b %Y}"


def span_words(span: timedelta) -> str:
    """Return a length of time in its two largest units: `2 d 3 h`, `3 h 20 min`, `5 min`."""
    minutes = int(abs(span.total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min"


def time_left(due_at: datetime, now: datetime) -> str:
    """Return how far away a deadline is: `3 h 20 min left` or `2 h late`."""
    span = due_at - now
    return f"{span_words(span)} late" if span < timedelta(0) else f"{span_words(span)} left"


def plain_text(text: str) -> str:
    """Return text with direction overrides made visible and other control characters taken out; lines are kept."""
    shown = text.translate(_DIRECTION)
    return "".join(char for char in shown if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
