"""What is planned for the site that is shown: at which moments notices change it, and what changes then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """The moments of a release in order (UTC), and the name under which the plan was laid down."""

    name: str
    moments: tuple[datetime, ...]

    def due(self, now: datetime) -> int:
        """How many of the moments have come."""
        return sum(moment <= now for moment in self.moments)


@dataclass(frozen=True, slots=True)
class Changes:
    """Addresses, without the leading slash, that are new, different or gone from a moment on."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
