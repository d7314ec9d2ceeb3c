"""`make run`: the whole portal on this machine, at http://localhost:8000 or the PORT that the environment names."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import socket
import time
from contextlib import suppress
from types import FrameType

from infra.local.build import build_if_changed, publish_notices
from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.dynamodb import running_dynamodb
from infra.local.environment import RunningPortal, create_table, load_app, tell_the_app, write_run_file
from infra.local.notices import NoticeKeeper
from infra.local.places import DYNAMODB_DATA, RUN_FILE, shown
from infra.local.server import Origin, listening_socket, make_server
from infra.local.timekeeper import Timekeeper

DEMONSTRATION_DONE = DYNAMODB_DATA / "demonstration.done"


def main() -> int:
    """Start everything, serve until Ctrl-C or SIGTERM, stop everything."""
    began = time.monotonic()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, stop_like_ctrl_c)
    port = wanted_port(os.environ.get("PORT", ""))
    with listening_socket(port) as listening, suppress(KeyboardInterrupt):
        start_and_serve(listening, began)
    say(f"Stopped. The data stays in {shown(DYNAMODB_DATA)}.")
    return 0


def start_and_serve(listening: socket.socket, began: float) -> None:
    """Everything between a free port and the end of the portal."""
    origin = f"http://localhost:{listening.getsockname()[1]}"
    build_if_changed()
    say(f"Starting DynamoDB Local on {shown(DYNAMODB_DATA)} ...")
    # The database lives as long as this thread, the main one: see infra.local.dynamodb.
    with running_dynamodb(DYNAMODB_DATA) as database:
        tell_the_app(database.endpoint, origin)
        create_table()
        fill_at_first_start()
        app = load_app()
        timekeeper = Timekeeper(app)
        notices = NoticeKeeper(publish_notices)
        server = make_server(Origin(app), listening)
        write_run_file(RunningPortal(pid=os.getpid(), origin=origin, endpoint=database.endpoint))
        timekeeper.start()
        notices.start()
        announce(origin, time.monotonic() - began)
        try:
            server.run()  # returns at Ctrl-C, when the requests under way are answered
        finally:
            say("\nStopping ...")
            # From here a second Ctrl-C must not leave the database behind.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            server.close()
            timekeeper.stop()
            notices.stop()
            RUN_FILE.unlink(missing_ok=True)


def fill_at_first_start() -> None:
    """File the demonstration's cases once for each data folder."""
    if DEMONSTRATION_DONE.exists():
        return
    with step("First start: filing the cases of the demonstration communities"):
        # Only now: it imports the app, which reads the environment that was just set.
        importlib.import_module("infra.local.demonstration").fill()
        importlib.import_module("infra.local.demonstration_calls").fill()
    DEMONSTRATION_DONE.touch()


def announce(origin: str, seconds: float) -> None:
    """Where everything is."""
    resident = importlib.import_module("infra.local.demonstration").FIRST_RESIDENT
    say(
        f"""
守诺 Shounuo is running (ready in {seconds:.1f} s)

  住户  Portal       {origin}/
        English      {origin}/en/
  员工  Staff desk   {origin}/staff/      (a way in: make staff-session ROLE=manager)
  住户登录 A resident  {origin}/my/       ({resident}; the code stands in the outbox)
  消息  Outbox       {origin}/_local/outbox

Ctrl-C stops it.
"""
    )


def wanted_port(text: str) -> int:
    """The port that PORT= names, 8000 without one; 0 means any free one. Raises LocalProblem."""
    if not text:
        return 8000
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise LocalProblem(f"PORT={text} is not a port: give a number from 1024 to 65535")
    return int(text)


def stop_like_ctrl_c(number: int, frame: FrameType | None) -> None:
    """SIGTERM stops as cleanly as Ctrl-C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    run_as_command(main)
