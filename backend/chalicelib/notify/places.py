"""Where a message sends its reader to."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """Makes addresses: `for_resident` of a case number is the secret tracking link, only ever told to that case's resident;
    `for_staff` opens after signing in, so it may stand in a group; "" gives the staff page."""

    for_resident: Callable[[str], str]
    for_staff: Callable[[str], str]
