"""What stands in for Lambda's own start: the archive's folder, one handler, events in turn.

Runs in a process that sees the standard library and that folder only. The answers go to the file that is named last, since the
portal's log goes to standard output.
"""

import importlib
import json
import sys
from pathlib import Path

folder, handler, target = sys.argv[1:4]
sys.path.insert(0, folder)
module, _, name = handler.rpartition(".")
invoked = getattr(importlib.import_module(module), name)


class Context:
    """What Lambda tells a function about its run."""

    function_name = name
    aws_request_id = "00000000-0000-4000-8000-000000000000"
    memory_limit_in_mb = 512

    def get_remaining_time_in_millis(self):
        return 20_000


events = json.load(sys.stdin)
with Path(target).open("w", encoding="utf-8") as answers:
    for event in events:
        # A function's answer has to be JSON: what is not fails here as it would there.
        answers.write(json.dumps(invoked(event, Context())) + "\n")
