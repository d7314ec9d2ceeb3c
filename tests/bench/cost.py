"""`make cost`: what a month costs, from the items that each request really writes and reads, a month of activity and prices.

As AWS charges on demand: a write unit for each item and each KB of it begun, doubled in a transaction, and one more for each
index that the change moves; a read unit for 4 KB begun, half when read eventually. DynamoDB Local charges otherwise, so the
items are weighed here. infra/aws/month.toml says what happens in a month, infra/aws/prices.toml what it costs.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from infra.aws.resources.edge import NOW_SECONDS
from infra.aws.resources.functions import DECODE_MEMORY
from infra.local.dynamodb import CLIENT_ENVIRONMENT, running_dynamodb
from tests.bench.scales import Scales, Units

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.standards import Rulebook

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "build" / "cost.md"
# How many homes, and how many partitions of what is due and owed such an installation fills (`shards` of its stage).
SIZES = {3_000: 1, 100_000: 1, 1_000_000: 8}
MINUTES = 30 * 24 * 60
# How often the functions run in a month; those of a minute do not grow with the homes.
RUNS = {
    "enforce_deadlines": MINUTES,
    "deliver_messages": MINUTES,
    "spread_incidents": MINUTES,
    "expire_posts": MINUTES // 10,
    "publish_notices": MINUTES // 5,
}
# What a run of the last asks of S3: the plan, and how much of it is done.
LOOKS_AT_THE_PLAN = 2
BY_THE_CLOCK = ("level", "close", "watch", "unattended", "draw")
# Minutes after filing: the technician of C3 is promised within 15.
IN_TIME, TOO_LATE = 10, 60
# How many settled cases a draw is measured with, and on how many mornings one that was drawn is looked at: half of a month.
SETTLED, MORNINGS = 40, 15
# How many cases of both months are read for each one that is drawn, besides those that are drawn among.
READ_BESIDE = 11
MOST_DATABASE, MOST_ALL = 0.10, 1.20


class Anybody:
    """A channel that takes everything."""

    tells_repeats, joined_bytes, most_posts = True, 0, None

    def send(self, letter: object) -> None:
        """Nothing goes anywhere."""


def channels() -> object:
    """The channels of these measurements (SHOUNUO_CHANNELS)."""
    from chalicelib.notify.channels import Channels

    return Channels(sms=Anybody(), email=Anybody(), robot=lambda name: Anybody())


def of_the_clock(shards: int) -> dict[str, Units]:
    """What each run with nothing to do costs on average in an installation that fills so many partitions."""
    from chalicelib import wiring
    from chalicelib.jobs.deliver_messages import deliver_messages
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines
    from chalicelib.jobs.expire_posts import expire_posts
    from chalicelib.storage.shards import OTHERS_EVERY
    from tests.cases import MINUTE, TUESDAY_TEN

    book, quiet, scales = wiring.rulebook(), TUESDAY_TEN - timedelta(days=30), Scales()
    minutes = [quiet + n * MINUTE for n in range(OTHERS_EVERY)]

    def run(job: Callable[[datetime], object]) -> Units:
        return scales.weigh(lambda: [job(now) for now in minutes]).times(1 / len(minutes))

    with patch.dict(os.environ, SHOUNUO_SHARDS=str(shards)):
        return {
            "enforce_deadlines": run(lambda now: enforce_deadlines(wiring.cases, book, now)),
            "deliver_messages": run(
                lambda now: deliver_messages(wiring.outbox, wiring.post_office(now), now)
            ),
            "expire_posts": run(lambda now: expire_posts(wiring.posts, None, now)),
            "spread_incidents": run(lambda now: wiring.incidents.to_spread()),
            "publish_notices": Units(),  # it asks S3
        }


def of_a_case(often: dict[str, float]) -> dict[str, Units]:
    """What each request costs, made once against DynamoDB Local; and a level of a ladder, closing by itself, sending a message.

    `often` says how often each is done to a case. A limit is missed at most where its reminder came before, and its record begins
    once: by whoever arrives too late, or else resolves without having arrived.
    """
    from chalicelib import wiring
    from chalicelib.actions.file_case import file_case
    from chalicelib.domain.events import Role
    from chalicelib.jobs.deliver_messages import deliver_messages
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines
    from tests.bench.doors import of_the_doors
    from tests.cases import CONTACT, TUESDAY_TEN, report, request
    from tests.faults.verbs import BY_NAME, ready_for

    book, scales = wiring.rulebook(), Scales()
    made: list[Case] = []
    how_many: list[int] = []

    def file(key: str) -> None:
        made.append(file_case(request(book, key=key), report(book, "C3"), CONTACT).case)

    def done(name: str, minutes: int, *before: str) -> Units:
        """What a verb costs so many minutes after filing, on a case of its own, after others that were in time."""
        verb = BY_NAME[name]
        number: list[str] = []

        def prepare() -> None:
            number.append(ready_for(verb, book))
            for earlier in before:
                BY_NAME[earlier].act(BY_NAME[earlier].request(book, IN_TIME), number[0], "")

        scales.weigh(prepare)
        key = f"{name} {minutes} {before}"
        asked = replace(verb.request(book, minutes, key=key), standing_of=wiring.duty.standing)
        acted = scales.weigh(lambda: verb.act(asked, number[0], ""))
        return acted if verb.role is Role.RESIDENT else acted + found["session"]

    def mixed(share: float, some: Units, others: Units) -> Units:
        return some.times(share) + others.times(1 - share)

    resolved: list[str] = []
    scales.weigh(lambda: resolved.append(ready_for(BY_NAME["confirm"], book)))
    waiting = wiring.cases.load(resolved[0])
    assert waiting is not None
    over = max(waiting.case.timers().values())
    closed = scales.weigh(lambda: enforce_deadlines(wiring.cases, book, over))
    found = {"close": closed} | of_the_doors(scales)
    scales.weigh(lambda: file("before"))
    found["reply"] = done("reply", TOO_LATE)
    late = min(1.0, often["level"])
    found["arrive"] = mixed(late, done("arrive", TOO_LATE), done("arrive", IN_TIME))
    unvisited = mixed(late, done("resolve", TOO_LATE), done("resolve", IN_TIME))
    found["resolve"] = mixed(often["arrive"], done("resolve", TOO_LATE, "arrive"), unvisited)
    for name in ("rate", "note", "confirm", "call_back"):
        found[name] = done(name, TOO_LATE)
    soon = min(made[0].timers().values())
    levels = scales.weigh(lambda: how_many.append(enforce_deadlines(wiring.cases, book, soon).escalated))
    found["level"] = levels.times(1 / how_many[0])
    tomorrow = TUESDAY_TEN + timedelta(days=1)
    delivered = scales.weigh(
        lambda: how_many.append(deliver_messages(wiring.outbox, wiring.post_office(tomorrow), tomorrow).sent)
    )
    found["message"] = delivered.times(1 / how_many[1])
    return found | of_what_no_clock_follows(scales, book) | of_a_draw(scales, book)


def of_what_no_clock_follows(scales: Scales, book: Rulebook) -> dict[str, Units]:
    """What it costs more that an answered complaint is followed until it is done; and each time that somebody hears of one."""
    from chalicelib import wiring
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines
    from tests.cases import TUESDAY_TEN, file_one
    from tests.faults.verbs import BY_NAME

    def answered(minutes: int) -> Case:
        number = file_one(book, "B4", TUESDAY_TEN).number
        BY_NAME["reply"].act(BY_NAME["reply"].request(book, minutes), number, "")
        file = wiring.cases.load(number)
        assert file is not None
        return file.case

    def until_done() -> None:
        BY_NAME["resolve"].act(BY_NAME["resolve"].request(book, TOO_LATE), answered(IN_TIME).number, "")

    with patch("chalicelib.domain.change.watch_after", lambda *_: None):
        unwatched = scales.weigh(until_done)
    watched = scales.weigh(until_done)
    silent: list[Case] = []
    scales.weigh(lambda: silent.append(answered(TOO_LATE + 1)))
    assert silent[0].watch is not None
    at = silent[0].watch.at
    how_many: list[int] = []
    scales.weigh(lambda: enforce_deadlines(wiring.cases, book, at - timedelta(seconds=1)))
    heard = scales.weigh(lambda: how_many.append(enforce_deadlines(wiring.cases, book, at).unattended))
    return {"watch": watched + unwatched.times(-1), "unattended": heard.times(1 / how_many[0])}


def of_a_draw(scales: Scales, book: Rulebook) -> dict[str, Units]:
    """What it costs that a case is drawn for a call-back, and looked at each morning until its resident was asked."""
    from chalicelib import wiring
    from chalicelib.jobs.draw_call_backs import draw_call_backs
    from tests.faults.verbs import BY_NAME, ready_for

    drawn: list[int] = []

    def run(month: int, day: int) -> Units:
        """What a run on that morning costs."""
        at = datetime(2026, month, day, 1, tzinfo=UTC)
        stores = wiring.call_draws, wiring.figures, wiring.cases
        return scales.weigh(lambda: drawn.append(draw_call_backs(*stores, book, at).drawn))

    def settle() -> None:
        for _ in range(SETTLED):
            number = ready_for(replace(BY_NAME["confirm"], category="B4"), book)
            BY_NAME["confirm"].act(BY_NAME["confirm"].request(book, TOO_LATE), number, "")

    # A month in which nothing ended costs what each run costs in any case.
    empty, nothing = run(11, 1), run(11, 2)
    scales.weigh(settle)
    made, look = run(12, 1) + empty.times(-1), run(12, 2) + nothing.times(-1)
    return {"draw": (made + look.times(MORNINGS)).times(1 / drawn[2]) + Units(read=READ_BESIDE)}


def requests_a_case(facts: dict[str, Any]) -> float:
    """How often the API is asked about a case: its filing, what people do to it, and every page and script that shows it."""
    from tests.bench.doors import REQUESTS

    done = sum(often for name, often in facts["a_case"].items() if name not in BY_THE_CLOCK)
    asked = sum(often * REQUESTS.get(name, 1) for name, often in facts["asked"].items())
    return float(1 + done + asked)


def looks_of_a_screen(facts: dict[str, Any]) -> dict[str, float]:
    """How often in a month the queue that stands open asks for its rows, for these and its figures, for its figures alone."""
    touched: float = facts["screen_hours_touched"]
    alone: float = facts["screen_hours"] - touched
    counted = touched * min(facts["looks_an_hour_touched"], facts["counted_an_hour"])
    return {
        "look_again": touched * facts["looks_an_hour_touched"] - counted,
        "look_and_count": counted + alone * facts["looks_an_hour_alone"],
        "counts": touched * facts["moves_an_hour"],
    }


def month(
    homes: int, units: dict[str, Units], facts: dict[str, Any], prices: dict[str, Any]
) -> dict[str, float]:
    """What a month of so many homes costs by service, at the list price; "free" is what of it every account has free."""
    share = homes / facts["homes"]
    cases = facts["cases"] * share
    a_case = units["file"]
    for name, often in (facts["a_case"] | facts["asked"]).items():
        a_case += units[name].times(often)
    a_case += units["message"].times(a_case.owed)
    views = facts["page_views"] * share
    of_screen = {name: often * share for name, often in looks_of_a_screen(facts).items()}
    looks = sum(of_screen.values())
    # The edge keeps the answer for a moment: of those who ask at random within it the first one alone reaches the API.
    awake = 30 * facts["hours_awake"] * 3600
    heard = views / (1 + views / awake * NOW_SECONDS)
    asking = units["now"].times(heard)
    for name, often in of_screen.items():
        asking += units[name].times(often)
    clock = Units()
    for name, runs in RUNS.items():
        clock += units[name].times(runs)
    base, p = prices["dynamodb"], prices
    write = a_case.write * cases + asking.write + clock.write
    read = a_case.read * cases + asking.read + clock.read
    stored = cases * (a_case.staying * 12 * facts["years_kept"] + a_case.leaving / 30) / 1e9
    requests = cases * requests_a_case(facts) + heard + looks
    decoded = cases * facts["asked"]["photo"]
    runs = sum(RUNS.values()) + decoded
    seconds = (requests * facts["api_seconds"] + sum(RUNS.values()) * facts["job_seconds"]) * facts[
        "gigabyte_memory"
    ] + decoded * facts["decode_seconds"] * DECODE_MEMORY / 1024
    asked = views * facts["requests_a_view"] + requests + views - heard
    sent = views * facts["kilobytes_a_view"] / 1e6
    logs = (requests + runs) * facts["log_kilobytes_a_request"] / 1e6
    photos = cases * 12 * facts["years_kept"] * facts["photo_megabytes_a_case"] / 1000
    o, free = p["other"], p["free"]
    said = {
        "DynamoDB requests": write * base["write_units_million"] / 1e6
        + read * base["read_units_million"] / 1e6,
        "DynamoDB storage": stored * (base["storage_gb"] + base["recovery_gb"]),
        "Lambda": (requests + runs) * p["lambda"]["requests_million"] / 1e6
        + seconds * p["lambda"]["gb_seconds_million"] / 1e6,
        "API Gateway": requests * p["api_gateway"]["requests_million"] / 1e6,
        "CloudFront": asked * p["cloudfront"]["requests_ten_thousand"] / 1e4
        + sent * p["cloudfront"]["transfer_gb"]
        + asked * p["cloudfront"]["functions_million"] / 1e6,
        "S3": photos * p["s3"]["storage_gb"]
        + 2 * decoded * p["s3"]["put_thousand"] / 1e3  # as it was sent, and drawn anew
        + (views + LOOKS_AT_THE_PLAN * RUNS["publish_notices"]) * p["s3"]["get_thousand"] / 1e3
        + facts["notice_moments"] * facts["files_a_moment"] * p["s3"]["put_thousand"] / 1e3,
        "alarms and metrics": 10 * o["alarm"] + 4 * o["metric"],
        "logs": logs * o["log_gb"],
        "e-mail": facts["mails"] * share * o["mail_thousand"] / 1e3,
    }
    said["free"] = -(
        min(stored, free["dynamodb_storage_gb"]) * base["storage_gb"]
        + min(requests + runs, free["lambda_requests"]) * p["lambda"]["requests_million"] / 1e6
        + min(seconds, free["lambda_gb_seconds"]) * p["lambda"]["gb_seconds_million"] / 1e6
        + min(asked, free["cloudfront_requests"]) * p["cloudfront"]["requests_ten_thousand"] / 1e4
        + min(sent, free["cloudfront_gb"]) * p["cloudfront"]["transfer_gb"]
        + min(asked, free["cloudfront_functions"]) * p["cloudfront"]["functions_million"] / 1e6
        + said["alarms and metrics"]
        + min(logs, free["log_gb"]) * o["log_gb"]
    )
    return said


def page(
    acts: dict[str, Units], clock: dict[int, dict[str, Units]], facts: dict[str, Any], prices: dict[str, Any]
) -> tuple[str, bool]:
    """The page, and whether the goals of 3,000 homes are reached."""
    months = [month(homes, acts | clock[shards], facts, prices) for homes, shards in SIZES.items()]
    lines = ["| done once | write units | read units | messages owed |", "|---|---|---|---|"]
    lines += [f"| {name} | {one.write:.3g} | {one.read:.3g} | {one.owed:g} |" for name, one in acts.items()]
    for shards, runs in clock.items():
        lines += [
            f"| {name}, {shards} filled | {one.write:g} | {one.read:g} | |" for name, one in runs.items()
        ]
    lines += [
        "",
        "| USD a month | " + " | ".join(f"{homes:,} homes" for homes in SIZES) + " |",
        "|---|---|---|---|",
    ]
    for name in months[0]:
        shown = "free in every account" if name == "free" else name
        lines.append(f"| {shown} | " + " | ".join(f"{one[name]:.2f}" for one in months) + " |")
    lines.append("| **in all** | " + " | ".join(f"**{sum(one.values()):.2f}**" for one in months) + " |")
    database, everything = months[0]["DynamoDB requests"], sum(months[0].values())
    lines += [
        "",
        f"3,000 homes: DynamoDB's requests {database:.3f} USD (goal: under {MOST_DATABASE:.2f}: "
        f"{'reached' if database < MOST_DATABASE else 'MISSED'}), in all without text messages {everything:.3f} USD "
        f"(goal: under {MOST_ALL:.2f}: {'reached' if everything < MOST_ALL else 'MISSED'}). Prices of "
        f"{prices['region']} as of {prices['as_of']}.",
    ]
    return "\n".join(lines) + "\n", database < MOST_DATABASE and everything < MOST_ALL


def main() -> int:
    """Measure, calculate, print and write build/cost.md."""
    os.environ.update(
        CLIENT_ENVIRONMENT,
        SHOUNUO_TABLE="shounuo-cost",
        SHOUNUO_STAGE="local",
        SHOUNUO_CHANNELS="tests.bench.cost:channels",
        SHOUNUO_VAULT_KEY="5b" * 32,
        SHOUNUO_LINK_KEY="5a" * 32,
    )
    from tests.bench.tables import use

    folder = ROOT / "infra" / "aws"
    with running_dynamodb() as database:
        use(database.endpoint, "shounuo-cost")
        clock = {shards: of_the_clock(shards) for shards in sorted(set(SIZES.values()))}
        facts = tomllib.loads((folder / "month.toml").read_text())
        with patch.dict(os.environ, SHOUNUO_SHARDS="1"):
            acts = of_a_case(facts["a_case"])
    text, _ = page(
        acts,
        clock,
        facts,
        tomllib.loads((folder / "prices.toml").read_text()),
    )
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, "utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
