"""The timekeeper runs the app's own scheduled functions."""

import threading
import time
from datetime import UTC, datetime

import pytest
from chalice import Chalice, Cron, Rate

from infra.local.timekeeper import Timekeeper, run_once, scheduled_functions
from infra.local.timetable import Rate as EverySoOften


def app_with_two_schedules(seen: list[dict]) -> Chalice:
    app = Chalice(app_name="two")

    @app.schedule(Rate(1, unit=Rate.MINUTES))
    def sweep(event):
        seen.append(event.to_dict())
        return {"due": 3}

    @app.schedule(Cron(0, 22, "*", "*", "?", "*"), name="nightly")
    def at_night(event):
        raise RuntimeError("the night failed")

    return app


def test_it_finds_every_scheduled_function_in_the_order_of_the_app() -> None:
    assert [function.name for function in scheduled_functions(app_with_two_schedules([]))] == [
        "sweep",
        "nightly",
    ]


def test_a_function_gets_an_event_like_eventbridges_and_one_line_says_how_it_went(capsys) -> None:
    seen: list[dict] = []
    sweep = scheduled_functions(app_with_two_schedules(seen))[0]
    assert run_once(sweep, datetime(2026, 11, 24, 2, tzinfo=UTC))
    assert seen[0]["detail-type"] == "Scheduled Event"
    assert seen[0]["time"] == "2026-11-24T02:00:00Z"
    assert seen[0]["detail"] == {}
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert "sweep" in lines[0] and '{"due": 3}' in lines[0]


def test_the_moment_of_a_tick_is_handed_on() -> None:
    seen: list[dict] = []
    sweep = scheduled_functions(app_with_two_schedules(seen))[0]
    run_once(sweep, datetime.now(UTC), at=datetime(2026, 11, 24, 2, tzinfo=UTC))
    assert seen[0]["detail"] == {"at": "2026-11-24T02:00:00+00:00"}


def test_a_failing_function_is_reported_in_one_line(capsys) -> None:
    nightly = scheduled_functions(app_with_two_schedules([]))[1]
    assert not run_once(nightly, datetime.now(UTC))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert "nightly" in lines[0] and "RuntimeError: the night failed" in lines[0]


def test_a_failing_and_a_slow_function_keep_no_other_waiting_and_none_runs_twice_at_once(monkeypatch) -> None:
    running, most, quick = 0, 0, 0
    guard = threading.Lock()
    app = Chalice(app_name="three")

    @app.schedule(Rate(1, unit=Rate.MINUTES))
    def failing(event):
        raise RuntimeError("always")

    @app.schedule(Rate(1, unit=Rate.MINUTES))
    def slow(event):
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        time.sleep(0.3)
        with guard:
            running -= 1

    @app.schedule(Rate(1, unit=Rate.MINUTES))
    def fast(event):
        nonlocal quick
        quick += 1

    monkeypatch.setattr("infra.local.timekeeper.parse", lambda expression: EverySoOften(seconds=0.02))
    keeper = Timekeeper(app)
    keeper.start()
    time.sleep(1)
    keeper.stop()
    assert most == 1
    assert quick >= 10
    assert not any(thread.is_alive() for thread in keeper.threads)


def test_stopping_does_not_wait_for_the_next_run() -> None:
    keeper = Timekeeper(app_with_two_schedules([]))
    keeper.start()
    time.sleep(0.1)
    began = time.monotonic()
    keeper.stop()
    assert time.monotonic() - began < 1


@pytest.fixture(autouse=True)
def quiet_threads():
    """No thread of a test outlives it."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
