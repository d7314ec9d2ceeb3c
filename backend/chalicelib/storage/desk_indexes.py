"""The indexes behind the desk's lists: keys only and sparse, so that a change of a case costs them nothing it did not move.

Which case stands in which list says :mod:`chalicelib.domain.queues`; all are in the order of `queue_at`, as the queue is.
"""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection


def open_cases(key: str) -> GlobalSecondaryIndex[Any]:
    """The index of the open cases that have the attribute `key`, parted by it and called like it."""

    class Meta:
        index_name = key
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    keys = {key: UnicodeAttribute(hash_key=True), "queue_at": UnicodeAttribute(range_key=True)}
    made: type[GlobalSecondaryIndex[Any]] = type(
        f"{key}_index", (GlobalSecondaryIndex,), {"Meta": Meta, **keys}
    )
    return made()
