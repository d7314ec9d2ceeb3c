"""How a moment is written down: UTC, milliseconds, fixed width, so that text order is time order."""

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """The moment as ``2026-11-24T02:10:00.000Z``; keys and events use this form and no other.

    Raises ValueError for a naive datetime: a moment without a zone is a mistake (design.md, invariant 7).
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: str) -> datetime:
    """The moment that :func:`written` wrote."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def to_milliseconds(moment: datetime) -> datetime:
    """The moment cut to whole milliseconds, so that what is stored compares equal to what was decided."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
