"""`python -m tests.golden 0.4.0`: what the release of that name writes, kept in tests/golden for all later ones to read.

The world of the doors' tests, and what is there only for a while: a promise that waits for a year to be announced, an incident of
which not every case has heard, a complaint that nobody goes on with. A file once written is never written again: it is what that
release left in people's tables.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.console import LocalProblem, run_as_command, say
from infra.local.dynamodb import CLIENT_ENVIRONMENT, free_port, running_dynamodb

if TYPE_CHECKING:
    from tests.doors.world import World

FOLDER = Path(__file__).parent


def main() -> int:
    """Make the world and write it down. Raises LocalProblem for a release that has its file."""
    release = sys.argv[1] if len(sys.argv) == 2 else ""
    file = FOLDER / f"{release}.jsonl"
    if not re.fullmatch(r"\d+\.\d+\.\d+", release) or file.exists():
        raise LocalProblem("name a release that has no file yet: python -m tests.golden 0.4.0")
    port = free_port()
    os.environ.update(
        CLIENT_ENVIRONMENT,
        SHOUNUO_DYNAMODB_ENDPOINT=f"http://127.0.0.1:{port}",
        SHOUNUO_TABLE="shounuo-golden",
        SHOUNUO_ORIGIN="http://localhost:8000",
        SHOUNUO_STAGE="local",
        # Those of the tests: what is sealed here is opened there.
        SHOUNUO_LINK_KEY="5a" * 32,
        SHOUNUO_VAULT_KEY="5b" * 32,
        SHOUNUO_ALLOWANCE_FACTOR="1000",
        SHOUNUO_PHOTOS="photos",
        SHOUNUO_PHOTOS_ENDPOINT=f"http://127.0.0.1:{port}/_local",
    )
    with running_dynamodb(port=port), tempfile.TemporaryDirectory() as photos:
        lines = written(Path(photos))
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    say(f"{len(lines)} items in {file.name}")
    return 0


def written(photos: Path) -> list[str]:
    """Everything in the table of the world, in the order of the keys. Raises LocalProblem when something is broken or missing."""
    import app

    from chalicelib import wiring
    from chalicelib.jobs.check_everything import check_everything
    from chalicelib.jobs.count_figures import count_figures
    from chalicelib.storage import census, repairs
    from chalicelib.storage.table import Record, connection, create_table
    from infra.aws import backup
    from infra.local.server import Origin
    from tests.doors.world import build

    create_table()
    world = build(Origin(app.app, photo_folder=photos))
    book, now = wiring.rulebook(), wiring.now()
    wait_for_a_year()
    leave_untold()
    leave_alone()
    ask(world)
    count_figures(wiring.figures, wiring.cases, book, now)
    repairs.end(
        repairs.begin(now, "li.wei"), [f"moment_missing: DUE#0 / {now:%Y}: case 1 would be forgotten"]
    )
    items = [*backup.everything(connection().client, Record.Meta.table_name)]
    found = check_everything(census, book, now, repair=False).violations
    missing = kinds() - {item["sort"]["S"] for item in items}
    if found or missing:
        raise LocalProblem(f"no world to keep: {len(found)} violations {found[:3]}, no {sorted(missing)}")
    items.sort(key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
    return [backup.line_of(item) for item in items]


def kinds() -> set[str]:
    """Every kind of item that the table may hold, as the models name them."""
    from chalicelib.storage import census  # it knows them all
    from chalicelib.storage.table import Record

    assert census
    return {one._attributes["sort"].get_discriminator(one) or "" for one in _below(Record)} - {""}


def _below(model: type) -> set[type]:
    found = set(model.__subclasses__())
    return found.union(*map(_below, found))


def wait_for_a_year() -> None:
    """A promise counted with a year whose holidays nobody has announced."""
    from chalicelib import wiring
    from tests.cases import file_one

    book = wiring.rulebook()
    calendar = next(iter(book.calendars.values()))
    year = min(one.year for one in calendar.years.values() if not one.announced)
    file_one(book, "C3", datetime.fromisoformat(f"{year - 1}-12-28T02:00:00+00:00"))


def leave_untold() -> None:
    """An incident has just been published: no case has heard of it."""
    from chalicelib import wiring
    from chalicelib.actions.publish_incident import publish_incident
    from chalicelib.domain.events import Role
    from chalicelib.domain.standards import Text
    from tests.cases import COMMUNITY, by

    desk = by(Role.DESK, at=wiring.now(), id="gui-desk")
    said = Text("正在抢修", "It is being repaired")
    publish_incident(
        wiring.incidents, wiring.rulebook(), desk, "261124-00000000", COMMUNITY, "water", [], said, None
    )


def leave_alone() -> None:
    """An answered complaint that nobody did anything about for days, so that those above have heard of it."""
    from chalicelib import wiring
    from chalicelib.actions.reply import reply
    from chalicelib.domain.events import Role
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines
    from chalicelib.storage import personal
    from tests.cases import file_one, request

    book, now = wiring.rulebook(), wiring.now()
    number = file_one(book, "B4", now - timedelta(days=9)).number
    reply(request(book, now - timedelta(days=9, minutes=-5), Role.DESK, "gui-desk"), number, "我们去看看。")
    enforce_deadlines(wiring.cases, book, now)
    # And a photo that was kept, and that whoever sent it was cut off before it was noted.
    key = f"kept/{number}/{'0' * 32}.jpg"
    personal.put_on_list(personal.forget_place(now + timedelta(days=1), personal.PHOTO, key))


def ask(world: World) -> None:
    """What people ask for: a case that belongs to the incident, a second look at a post, a code."""
    owner, neighbour = world.visitor(world.resident()), world.visitor(world.resident("next door"))
    values = {"category": "C1", "what": "标记：没有水", "updates": True}
    filed = owner.post_json("/api/v1/my/cases", values, Idempotency_Key=str(uuid.uuid4()))
    post = world.things["public post"].own
    told = neighbour.post_json(f"/api/v1/board/{post}/report", {})
    code = world.visitor().post_json("/api/v1/my/code", {"phone": world.phones["owner"]})
    if (filed.status, told.status, code.status) != (201, 200, 202):
        raise LocalProblem(f"the world refused: {filed.text} {told.text} {code.text}")


if __name__ == "__main__":
    run_as_command(main)
