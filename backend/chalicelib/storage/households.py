"""Keeps the register of homes."""

from chalicelib.domain.households import Membership


def of_phone(phone_key: str) -> list[Membership]:
    """The homes behind a telephone, living ones only, consistently."""
    return []
