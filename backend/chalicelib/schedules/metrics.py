"""What a heartbeat tells CloudWatch: four figures of all that the jobs count, without a person, a case or a community in them.

They stand in the heartbeat's own line in CloudWatch's embedded metric format: no call is made and no right is needed. Each metric
costs a fee a month beyond the first ten of an account, so only what an alarm watches is one (infra/aws/resources/alarms.py).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

# A job's count: the metric's name and unit.
METRICS = {
    "late_seconds": ("SweepLate", "Seconds"),
    "oldest_seconds": ("OutboxOldest", "Seconds"),
    "set_aside": ("SetAside", "Count"),
    "violations": ("Violations", "Count"),
}


def measured(counts: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """What a line needs to become metrics in the namespace that SHOUNUO_METRICS names; nothing where it is not set."""
    namespace = os.environ.get("SHOUNUO_METRICS", "")
    found = {METRICS[name]: value for name, value in counts.items() if name in METRICS}
    if not namespace or not found:
        return {}
    said = [{"Name": name, "Unit": unit} for name, unit in found]
    about = [{"Namespace": namespace, "Dimensions": [[]], "Metrics": said}]
    named = {name: value for (name, _), value in found.items()}
    return {"_aws": {"Timestamp": round(at.timestamp() * 1000), "CloudWatchMetrics": about}, **named}
