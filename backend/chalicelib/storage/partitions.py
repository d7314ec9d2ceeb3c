"""A page of a partition: its items in the order of their keys, from where the last page ended. Lists and sweeps are read so."""

from typing import Any, TypeVar

from .patience import patiently
from .table import Record

R = TypeVar("R", bound=Record)


def read_page(
    model: type[R],
    pk: str,
    keys: Any = None,
    after: str | None = None,
    limit: int = 25,
    *,
    newest_first: bool = False,
    consistent: bool = True,
) -> tuple[list[R], str | None]:
    """At most `limit` items of a partition, and the sort key after which the next page begins (None at the end).

    `keys` is a condition on the sort key (all of them without it); `after` the key that an earlier page gave.
    """
    start = {"pk": {"S": pk}, "sk": {"S": after}} if after else None

    def query() -> tuple[list[R], bool]:
        found = model.query(
            pk,
            keys,
            consistent_read=consistent,
            scan_index_forward=not newest_first,
            limit=limit,
            last_evaluated_key=start,
        )
        return list(found), found.last_evaluated_key is not None

    records, more = patiently(query)
    return records, records[-1].sk if more and records else None
