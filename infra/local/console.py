"""What the commands of this folder say, and how they fail: one clear sentence, no traceback."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager


class LocalProblem(Exception):
    """Something on this machine is missing or in the way; the text is one sentence that says what to do."""


def say(text: str) -> None:
    """Print one line at once, also when the output is a pipe."""
    print(text, flush=True)


@contextmanager
def step(text: str):
    """Announce a step, and say how many seconds it took when it is done."""
    say(text + " ...")
    began = time.monotonic()
    yield
    say("   done in {:.1f} s".format(time.monotonic() - began))


def run_as_command(main) -> None:
    """Run `main` as a command: a LocalProblem becomes one line on stderr and exit code 1, Ctrl-C becomes 130."""
    try:
        code = main()
    except LocalProblem as problem:
        sys.stdout.flush()
        sys.exit("shounuo: {}".format(problem))
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(code)
