"""Over how many partitions is spread what the clock looks for: few are cheap to look into each minute, many bear a crowd.

`SHOUNUO_SHARDS` says how many of them are filled; without it all are. A run looks into each of these, and every fifth minute
into one of the others in turn, so that what was put there while more were filled is found as well, at most five times as many
minutes later as there are others. A run that comes less often looks into one of them each time. Raising the number takes effect
at once; lowering it makes what lies outside so much later until it is done.
"""

import os
from datetime import datetime

# The others are empty but for a while after the number was lowered, and an empty look costs as much as a full one.
OTHERS_EVERY = 5


def filled(most: int) -> int:
    """How many of `most` partitions are filled; at least one."""
    return max(1, min(most, int(os.environ.get("SHOUNUO_SHARDS") or most)))


def looked_into(most: int, now: datetime, every: int = 1) -> list[int]:
    """Which of `most` partitions a run at `now` looks into, where one comes `every` so many minutes, at whichever of them."""
    used = filled(most)
    others = most - used
    turn, minute = divmod(int(now.timestamp()) // 60, max(OTHERS_EVERY, every))
    return [*range(used), *([used + turn % others] if others and minute < every else [])]
