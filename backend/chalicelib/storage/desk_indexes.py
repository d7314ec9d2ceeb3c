"""The indexes behind the desk's lists: keys only and sparse, so that a change of a case costs them nothing it did not move.

Which case stands in which list says :mod:`chalicelib.domain.queues`; all are in the order of `queue_at`, as the queue is.
"""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection


class _Meta:
    projection = KeysOnlyProjection()
    billing_mode = "PAY_PER_REQUEST"


class OfPersonIndex(GlobalSecondaryIndex[Any]):
    """The open cases of one person."""

    class Meta(_Meta):
        index_name = "of_person"

    of_person = UnicodeAttribute(hash_key=True)
    queue_at = UnicodeAttribute(range_key=True)


class OfBuildingIndex(GlobalSecondaryIndex[Any]):
    """The open cases of one building."""

    class Meta(_Meta):
        index_name = "of_building"

    of_building = UnicodeAttribute(hash_key=True)
    queue_at = UnicodeAttribute(range_key=True)


class OfDepartmentIndex(GlobalSecondaryIndex[Any]):
    """The open cases that one department owes."""

    class Meta(_Meta):
        index_name = "of_department"

    of_department = UnicodeAttribute(hash_key=True)
    queue_at = UnicodeAttribute(range_key=True)


class UnassignedIndex(GlobalSecondaryIndex[Any]):
    """The open cases that nobody was found for."""

    class Meta(_Meta):
        index_name = "unassigned"

    unassigned = UnicodeAttribute(hash_key=True)
    queue_at = UnicodeAttribute(range_key=True)


class WaitingIndex(GlobalSecondaryIndex[Any]):
    """The open cases whose clocks rest or that wait for the manager's word."""

    class Meta(_Meta):
        index_name = "waiting"

    waiting = UnicodeAttribute(hash_key=True)
    queue_at = UnicodeAttribute(range_key=True)


class UnverifiedIndex(GlobalSecondaryIndex[Any]):
    """The open cases that nobody known filed."""

    class Meta(_Meta):
        index_name = "unverified"

    unverified = UnicodeAttribute(hash_key=True)
    queue_at = UnicodeAttribute(range_key=True)


class GraveIndex(GlobalSecondaryIndex[Any]):
    """The open cases that are urgent or major."""

    class Meta(_Meta):
        index_name = "grave"

    grave = UnicodeAttribute(hash_key=True)
    queue_at = UnicodeAttribute(range_key=True)
