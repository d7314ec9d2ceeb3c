"""Fills a table fast: the very items that the store would write, put in batches without a transaction for each case."""

import itertools
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from chalicelib.domain.change import Change
from chalicelib.storage import cases
from chalicelib.storage.patience import patiently
from chalicelib.storage.table import Record, connection
from tests.cases import CONTACT

BATCH = 25


def items_of(changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
    """The stored form of what saving the changes puts."""
    for change in changes:
        for record in cases.items_of(change, CONTACT):
            yield record.serialize()


def load(items: Iterable[dict[str, Any]]) -> int:
    """Puts the items; gives how many there were."""
    count = 0
    waiting = iter(items)
    while batch := list(itertools.islice(waiting, BATCH)):
        count += len(batch)
        asked = {Record.Meta.table_name: [{"PutRequest": {"Item": item}} for item in batch]}
        while asked:
            said = patiently(partial(_write, asked))
            asked = said.get("UnprocessedItems")
    return count


def _write(asked: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = connection().client._make_api_call("BatchWriteItem", {"RequestItems": asked})
    return said
