"""A case just filed becomes part of the incident that it belongs to, so that its resident hears of it at once."""

from __future__ import annotations

import logging
from datetime import datetime

from chalicelib import journal, wiring
from chalicelib.domain.case import Case
from chalicelib.domain.incidents import belongs
from chalicelib.domain.keeping import Stale, Unavailable
from chalicelib.jobs.spread_incidents import attach


def attach_to_incidents(case: Case, at: datetime) -> None:
    """A case that is the same matter as something that goes on becomes part of it. It is filed in any case: what fails here is
    done by the next news of the incident."""
    try:
        for incident in wiring.incidents.now():
            if belongs(case, incident, wiring.rulebook().incidents.get(incident.kind)):
                attach(wiring.cases, wiring.rulebook(), incident, case.number, at)
                return
    except (Stale, Unavailable) as error:
        journal.say(logging.WARNING, error, event="unavailable")
