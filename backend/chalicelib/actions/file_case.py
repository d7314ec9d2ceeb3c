"""File a case."""

import secrets
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.actions.request import Done, KeyReused, Request
from chalicelib.domain.case import fold
from chalicelib.domain.filing import Report, file
from chalicelib.domain.keeping import Answered, Contact, NumberTaken

TRIES = 8
EXCERPT = 40


def new_number(at: datetime, zone: str, takes: Callable[[str], bool] = lambda number: True) -> str:
    """A case number that can be dictated over the telephone: the local day and six random digits, 261123-483920.

    Nothing is secret about it; at least a hundred thousand a day that the store `takes` make a repetition rare, and the store
    refuses it when it happens.
    """
    while True:
        number = f"{at.astimezone(ZoneInfo(zone)):%y%m%d}-{secrets.randbelow(1_000_000):06d}"
        if takes(number):
            return number


def file_case(request: Request, report: Report, contact: Contact) -> Done:
    """Files `report`: one transaction, and before it one read of who is there to take it.

    A repetition of the same request gives the case as it was filed. Raises KeyReused and Unavailable.
    """
    zone = request.book.communities[report.community].zone
    by = request.by_in(report.community)
    for _ in range(TRIES):
        change = file(report, new_number(request.at, zone, request.store.takes), by, request.book)
        try:
            request.store.save([change], {change.after.number: contact}, request.key)
            return Done(change.after)
        except NumberTaken:
            continue
        except Answered as answered:
            if request.key is None or answered.body != request.key.body:
                raise KeyReused from answered
            filed = request.store.load(answered.number)
            if filed is None:
                raise KeyReused from answered
            return Done(fold(filed.events[:1]), repeated=True)
    raise NumberTaken(f"no free number in {TRIES} tries")


def excerpt_of(words: str) -> str:
    """The beginning of what was written, on one line, for the queue."""
    line = " ".join(words.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"
