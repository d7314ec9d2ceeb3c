"""The log says what happened and to which request, and never who or what: markers of everything personal, at DEBUG."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.web.client import Visitor
from tests.web.conftest import case_of, post_case

MARKERS = ("13912345678", "MARKER-NAME", "MARKER-HOME", "MARKER-WORDS", "MARKER-KEY")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, by anybody, at DEBUG and in the portal's own form."""
    from chalicelib import journal

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(journal.OneLine())
    loggers = [logging.getLogger(), journal.log, logging.getLogger("chalicelib")]
    levels = {one: one.level for one in loggers}
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.DEBUG)
    yield stream
    for one in loggers:
        one.removeHandler(handler)
        one.setLevel(levels[one])


def test_nothing_personal_reaches_the_log(
    program: Visitor,
    browser: Visitor,
    staff: Callable[..., Visitor],
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from chalicelib import wiring

    values = case_of(
        "C2", phone="139 1234 5678", name="MARKER-NAME", home="MARKER-HOME", what="MARKER-WORDS\r\n1"
    )
    filed = post_case(program, values, "MARKER-KEY").json()
    desk = staff("technician")
    post_case(program, {**values, "name": "MARKER-NAME" * 9})
    post_case(program, {**values, "what": "MARKER-WORDS other"}, "MARKER-KEY")
    browser.get(f"/api/track/{filed['link']}")
    browser.post_form(f"/api/track/{filed['link']}/write", {"words": "MARKER-WORDS\ninjected line"})
    browser.get("/api/track/MARKER-WORDS%0d%0ainjected")
    desk.get(f"/api/v1/staff/cases/{filed['number']}")
    desk.post_json(f"/api/v1/staff/cases/{filed['number']}/rate", {"words": "MARKER-WORDS"})

    def broken(number: str) -> None:
        raise ValueError(f"MARKER-WORDS 13912345678 {filed['link']}")

    monkeypatch.setattr(wiring.cases, "load", broken)
    assert browser.get(f"/api/track/{filed['link']}").status == 500
    text = written.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert any(line.get("route") == "POST /v1/cases" and line.get("status") == 201 for line in lines)
    failed = next(line for line in lines if line.get("event") == "failed")
    assert failed["failure"][0].startswith("ValueError at ")
    for marker in (*MARKERS, filed["link"], desk.cookies["sid"]):
        assert marker not in text, marker


def test_a_run_of_the_timetable_is_one_line_and_a_failed_one_too(
    table: str, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    import app
    from chalice.test import Client

    from chalicelib import wiring

    with Client(app.app) as client:
        event = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, ["x"], "cn-north-1")
        client.lambda_.invoke("enforce_deadlines", event)
        monkeypatch.setattr(wiring, "skew_seconds", lambda: 7200.0)
        from chalicelib.jobs.clock import ClockRefused

        with pytest.raises(ClockRefused):
            client.lambda_.invoke("enforce_deadlines", event)
        with pytest.raises(ClockRefused):
            client.lambda_.invoke("enforce_deadlines", event)
    beats: list[dict[str, Any]] = [
        line for line in map(json.loads, written.getvalue().splitlines()) if "heartbeat" in line
    ]
    assert [beat["outcome"] for beat in beats] == ["done", "clock refused", "clock refused"]
    assert beats[0]["counts"]["read"] == 0
    owed = [
        owed for shard in range(wiring.outbox.SHARDS) for owed in wiring.outbox.pending(shard, wiring.now())
    ]
    assert [one.message.template for one in owed] == ["clock_refused"]  # once an hour


def test_a_moment_of_its_own_is_believed_on_one_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from chalicelib.schedules.heartbeat import run_of

    event = SimpleNamespace(detail={"at": "2030-01-01T00:00:00+00:00", "dry_run": True})
    monkeypatch.delenv("SHOUNUO_ALLOW_TICK", raising=False)
    assert run_of(event).now.year != 2030 and run_of(event).dry_run
    monkeypatch.setenv("SHOUNUO_ALLOW_TICK", "1")
    assert run_of(event).now.year == 2030
