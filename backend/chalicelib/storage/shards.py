"""Over how many partitions is spread what the clock looks for: few are cheap to look into each minute, many bear a crowd.

`SHOUNUO_SHARDS` says how many of them are filled; without it all are. A run looks into each of these, and into one of the
others in turn, so that what was put there while more were filled is found as well, at most as many minutes later as there are
others. Raising the number takes effect at once; lowering it makes what lies outside so much later until it is done.
"""

import os
from datetime import datetime


def filled(most: int) -> int:
    """How many of `most` partitions are filled; at least one."""
    return max(1, min(most, int(os.environ.get("SHOUNUO_SHARDS") or most)))


def looked_into(most: int, now: datetime) -> list[int]:
    """Which of `most` partitions a run at `now` looks into."""
    used = filled(most)
    others = most - used
    minute = int(now.timestamp()) // 60
    return [*range(used), *([used + minute % others] if others else [])]
