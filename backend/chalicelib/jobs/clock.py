"""How far the machine's clock may be from the database's before a job changes nothing."""

from collections.abc import Callable

MOST_SKEW_SECONDS = 120


class ClockRefused(Exception):
    """The machine's clock and the database's differ too much to enforce anything (G8); `seconds` is by how much."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the clocks differ by {seconds:.0f} s")
        self.seconds = seconds


def check_clock(skew_seconds: Callable[[], float | None]) -> None:
    """Raises ClockRefused where the database has answered and its clock is further away than a job may bear."""
    skew = skew_seconds()
    if skew is not None and abs(skew) > MOST_SKEW_SECONDS:
        raise ClockRefused(skew)
