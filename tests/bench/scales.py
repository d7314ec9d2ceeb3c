"""What a change or a look costs as AWS charges on demand, weighed by the items that it writes and reads.

A write unit for each item and each KB of it begun, doubled in a transaction, and one more for each index that the change moves; a
read unit for 4 KB begun, half when read eventually. DynamoDB Local charges otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from unittest.mock import patch


@dataclass
class Units:
    """Write and read units; bytes that stay in the table, byte-days of those that leave it by themselves; messages owed by it."""

    write: float = 0
    read: float = 0
    staying: float = 0
    leaving: float = 0
    owed: float = 0

    def __add__(self, other: Units) -> Units:
        return Units(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Units)))

    def times(self, often: float) -> Units:
        """So many of them."""
        return Units(*(getattr(self, one.name) * often for one in fields(Units)))


class Scales:
    """Weighs what goes to the table and what comes back; remembers items, for an index is charged only when it moves."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], dict[str, Any]] = {}
        self.units = Units()

    def weigh(self, act: Callable[[], object]) -> Units:
        """What an act costs."""
        from botocore.client import BaseClient

        real = BaseClient._make_api_call  # type: ignore[attr-defined]

        def heard(client: Any, operation: str, asked: dict[str, Any]) -> Any:
            answer = real(client, operation, asked)
            if client.meta.service_model.service_name != "dynamodb":
                return answer
            weighed = answer
            if asked.get("Select") == "COUNT":  # what is only counted costs as much as if it were given
                weighed = real(client, operation, {k: v for k, v in asked.items() if k != "Select"})
            self._weighed(operation, asked, weighed)
            return answer

        before = self.units
        with patch.object(BaseClient, "_make_api_call", heard):
            act()
        return self.units + before.times(-1)

    def _weighed(self, operation: str, asked: dict[str, Any], answer: dict[str, Any]) -> None:
        from tests.bench.filing import size_of

        made = Units()
        if operation == "TransactWriteItems":
            for part in asked["TransactItems"]:
                for kind, said in part.items():
                    made += self._written(kind, said)
        elif operation == "PutItem":
            made += self._written("Put", asked, 1)
        elif operation == "DeleteItem":
            made += self._written("Delete", asked, 1)
        elif operation == "GetItem":
            whole = 1.0 if asked.get("ConsistentRead") else 0.5
            made.read += whole * max(1, math.ceil(size_of(answer.get("Item", {})) / 4096))
        elif operation == "Query":
            whole = 1.0 if asked.get("ConsistentRead") else 0.5
            size = sum(map(size_of, answer["Items"]))
            made.read += whole * max(1, math.ceil(size / 4096))
        elif operation == "BatchGetItem":
            for table, items in answer["Responses"].items():
                whole = 1.0 if asked["RequestItems"][table].get("ConsistentRead") else 0.5
                missing = len(asked["RequestItems"][table]["Keys"]) - len(items)
                made.read += whole * (missing + sum(math.ceil(size_of(one) / 4096) for one in items))
        else:
            raise AssertionError(f"nobody knows what {operation} costs")
        self.units += made

    def _written(self, kind: str, said: dict[str, Any], times: int = 2) -> Units:
        from tests.bench.filing import entries_of, size_of

        key = said.get("Key") or said["Item"]
        place = (key["pk"]["S"], key["sk"]["S"])
        old, new = self.known.get(place, {}), said.get("Item", {})
        made = Units(write=float(times) * math.ceil(max(size_of(old), size_of(new), 1) / 1024))
        if kind == "ConditionCheck":
            return made
        made.owed += place[0].startswith("OUT#") and bool(new) and new["attempts"]["N"] == "0"
        made += _lying(new) + _lying(old).times(-1)
        before, after = entries_of(old), entries_of(new)
        for name in before.keys() | after.keys():
            (was, lay), (now, lies) = before.get(name, ([], {})), after.get(name, ([], {}))
            if lay != lies:
                moved = was and now and was != now
                made.write += (2 if moved else 1) * math.ceil(max(size_of(lay), size_of(lies)) / 1024)
        self.known[place] = new
        return made


def _lying(item: dict[str, Any]) -> Units:
    """The bytes that an item takes, with the 100 that AWS adds; lists of what is open hold nothing for long."""
    from tests.bench.filing import size_of
    from tests.cases import TUESDAY_TEN

    if not item:
        return Units()
    size = size_of(item) + 100
    if "expires" not in item:
        return Units(staying=size)
    days = (int(item["expires"]["N"]) - TUESDAY_TEN.timestamp()) / 86400
    return Units(leaving=size * days)
