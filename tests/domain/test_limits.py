"""When each limit is due: fixed answers, worked out by hand."""

from __future__ import annotations

from datetime import UTC

import pytest

from chalicelib.domain.calendar import YearDays
from chalicelib.domain.limits import Due, Limit, Pause, Unit, due_moment, share_moment
from tests.domain.arrangements import AS_IF_ANNOUNCED_2027, STATUTORY_2027, local, service

CHINA = service()

# In March 2026 the 2nd is a Monday. 13 February is a Friday, 14 a Saturday that is worked, 15 to 23 are off, 28 is a Saturday
# that is worked. 20 September is a Sunday that is worked, 25 to 27 are off. 1 to 7 October are off, 10 is a worked Saturday.
TABLE = [
    # Minutes and hours run round the clock.
    ("10 minutes", "2026-03-03 07:59:59", "2026-03-03 08:09:59"),
    ("10 minutes", "2026-03-03 08:00:00", "2026-03-03 08:10:00"),
    ("10 minutes", "2026-03-03 17:59:59", "2026-03-03 18:09:59"),
    ("10 minutes", "2026-03-03 18:00:00", "2026-03-03 18:10:00"),
    ("15 minutes", "2026-03-03 23:50:00", "2026-03-04 00:05:00"),
    ("30 minutes", "2026-03-03 00:00:00", "2026-03-03 00:30:00"),
    ("10 minutes", "2026-02-16 23:59:59", "2026-02-17 00:09:59"),
    ("10 minutes", "2026-12-31 23:55:00", "2027-01-01 00:05:00"),
    ("0 minutes", "2026-03-03 20:00:00", "2026-03-03 20:00:00"),
    ("8 hours", "2026-03-03 22:00:00", "2026-03-04 06:00:00"),
    ("8 hours", "2026-09-30 17:59:59", "2026-10-01 01:59:59"),
    # Half a day is five hours of service time.
    ("1 half_days", "2026-03-03 00:00:00", "2026-03-03 13:00:00"),
    ("1 half_days", "2026-03-03 07:59:59", "2026-03-03 13:00:00"),
    ("1 half_days", "2026-03-03 08:00:00", "2026-03-03 13:00:00"),
    ("1 half_days", "2026-03-03 08:00:01", "2026-03-03 13:00:01"),
    ("1 half_days", "2026-03-03 12:59:59", "2026-03-03 17:59:59"),
    ("1 half_days", "2026-03-03 13:00:00", "2026-03-03 18:00:00"),  # used up at closing: due at closing
    ("1 half_days", "2026-03-03 13:00:01", "2026-03-04 08:00:01"),
    ("1 half_days", "2026-03-03 17:59:59", "2026-03-04 12:59:59"),
    ("1 half_days", "2026-03-03 18:00:00", "2026-03-04 13:00:00"),
    ("1 half_days", "2026-03-03 18:00:01", "2026-03-04 13:00:00"),
    ("1 half_days", "2026-03-03 23:59:59", "2026-03-04 13:00:00"),
    ("1 half_days", "2026-03-06 17:00:00", "2026-03-07 12:00:00"),  # on into a Saturday
    ("1 half_days", "2026-02-16 16:00:00", "2026-02-17 11:00:00"),  # on into the Spring Festival
    ("1 half_days", "2026-09-30 18:00:00", "2026-10-01 13:00:00"),  # on into the National Day
    ("2 half_days", "2026-03-03 08:00:00", "2026-03-03 18:00:00"),
    ("3 half_days", "2026-03-03 10:00:00", "2026-03-04 15:00:00"),
    # The same day ends at closing.
    ("1 same_day", "2026-03-03 00:00:00", "2026-03-03 18:00:00"),
    ("1 same_day", "2026-03-03 07:59:59", "2026-03-03 18:00:00"),
    ("1 same_day", "2026-03-03 08:00:00", "2026-03-03 18:00:00"),
    ("1 same_day", "2026-03-03 17:59:59", "2026-03-03 18:00:00"),
    ("1 same_day", "2026-03-03 18:00:00", "2026-03-04 18:00:00"),  # closing is outside service time
    ("1 same_day", "2026-03-03 23:59:59", "2026-03-04 18:00:00"),
    ("1 same_day", "2026-03-07 12:00:00", "2026-03-07 18:00:00"),
    ("1 same_day", "2026-02-16 18:00:00", "2026-02-17 18:00:00"),
    # Days: the day of filing is not counted, weekends and holidays are.
    ("2 days", "2026-03-03 00:00:00", "2026-03-05 18:00:00"),
    ("2 days", "2026-03-03 07:59:59", "2026-03-05 18:00:00"),
    ("2 days", "2026-03-03 18:00:00", "2026-03-05 18:00:00"),
    ("2 days", "2026-03-03 23:59:59", "2026-03-05 18:00:00"),
    ("2 days", "2026-03-06 10:00:00", "2026-03-08 18:00:00"),
    ("2 days", "2026-09-30 18:00:00", "2026-10-02 18:00:00"),
    # Working days: holidays are off, make-up Saturdays and Sundays are on.
    ("3 working_days", "2026-03-03 08:00:00", "2026-03-06 18:00:00"),
    ("3 working_days", "2026-03-03 17:59:59", "2026-03-06 18:00:00"),
    ("3 working_days", "2026-03-03 18:00:00", "2026-03-06 18:00:00"),
    ("3 working_days", "2026-03-03 23:59:59", "2026-03-06 18:00:00"),
    ("3 working_days", "2026-03-04 00:00:00", "2026-03-09 18:00:00"),
    ("1 working_days", "2026-03-06 10:00:00", "2026-03-09 18:00:00"),
    ("2 working_days", "2026-03-07 12:00:00", "2026-03-10 18:00:00"),  # filed on a Saturday
    ("1 working_days", "2026-02-13 10:00:00", "2026-02-14 18:00:00"),  # due on a make-up Saturday
    ("2 working_days", "2026-02-13 10:00:00", "2026-02-24 18:00:00"),
    ("1 working_days", "2026-02-14 17:59:59", "2026-02-24 18:00:00"),  # the last day before the festival
    ("1 working_days", "2026-02-18 10:00:00", "2026-02-24 18:00:00"),  # filed in it
    ("7 working_days", "2026-02-14 10:00:00", "2026-03-03 18:00:00"),
    ("1 working_days", "2026-09-19 10:00:00", "2026-09-20 18:00:00"),  # due on a make-up Sunday
    ("1 working_days", "2026-09-20 18:00:00", "2026-09-21 18:00:00"),
    ("2 working_days", "2026-09-30 17:59:59", "2026-10-09 18:00:00"),  # the eve of the National Day
    ("3 working_days", "2026-09-30 18:00:00", "2026-10-10 18:00:00"),
    ("4 working_days", "2026-09-30 18:00:00", "2026-10-12 18:00:00"),
    ("2 working_days", "2024-02-09 10:00:00", "2024-02-19 18:00:00"),
    ("7 working_days", "2026-12-22 10:00:00", "2026-12-31 18:00:00"),
    # Months: the corresponding day, or the month's last.
    ("1 months", "2026-03-15 10:00:00", "2026-04-15 18:00:00"),
    ("1 months", "2026-03-31 23:59:59", "2026-04-30 18:00:00"),
    ("1 months", "2026-01-31 10:00:00", "2026-02-28 18:00:00"),
    ("1 months", "2024-01-31 10:00:00", "2024-02-29 18:00:00"),
    ("1 months", "2026-12-15 18:00:00", "2027-01-15 18:00:00"),
    ("2 months", "2026-12-31 10:00:00", "2027-02-28 18:00:00"),
    ("2 months", "2026-01-31 10:00:00", "2026-03-31 18:00:00"),  # not by way of 28 February
    ("12 months", "2024-02-29 10:00:00", "2025-02-28 18:00:00"),
]


def limit(text: str) -> Limit:
    amount, unit = text.split()
    return Limit(Unit(unit), int(amount))


def pause(start: str, end: str) -> Pause:
    return Pause(local(start), local(end), "waiting for the resident")


@pytest.mark.parametrize(("counted", "filed", "due"), TABLE)
def test_a_limit_is_due_when_the_table_says(counted: str, filed: str, due: str) -> None:
    assert due_moment(limit(counted), local(filed), CHINA) == Due(local(due), provisional=False)


@pytest.mark.parametrize(
    ("counted", "filed", "years", "due", "provisional"),
    [
        ("3 working_days", "2026-12-28 10:00", (), "2026-12-31 18:00", False),
        ("4 working_days", "2026-12-28 10:00", (), "2027-01-01 18:00", True),
        ("7 working_days", "2026-12-28 10:00", (), "2027-01-06 18:00", True),
        ("7 working_days", "2026-12-28 10:00", (STATUTORY_2027,), "2027-01-07 18:00", True),
        ("7 working_days", "2026-12-28 10:00", (AS_IF_ANNOUNCED_2027,), "2027-01-07 18:00", False),
        ("7 working_days", "2026-12-30 10:00", (), "2027-01-08 18:00", True),
        ("7 working_days", "2026-12-30 10:00", (AS_IF_ANNOUNCED_2027,), "2027-01-09 18:00", False),
        ("7 working_days", "2026-12-23 10:00", (), "2027-01-01 18:00", True),
        ("1 working_days", "2026-12-31 10:00", (STATUTORY_2027,), "2027-01-04 18:00", True),
        ("1 working_days", "2027-06-01 10:00", (), "2027-06-02 18:00", True),
        (
            "1 working_days",
            "2023-12-31 10:00",
            (),
            "2024-01-02 18:00",
            False,
        ),  # the start day is not looked at
        ("2 days", "2026-12-31 10:00", (), "2027-01-02 18:00", False),
        ("1 months", "2026-12-31 10:00", (), "2027-01-31 18:00", False),
        ("1 half_days", "2026-12-31 18:00", (), "2027-01-01 13:00", False),
        ("1 same_day", "2026-12-31 18:00", (), "2027-01-01 18:00", False),
        ("8 hours", "2026-12-31 18:00", (), "2027-01-01 02:00", False),
    ],
)
def test_only_working_days_of_a_year_not_announced_are_provisional(
    counted: str, filed: str, years: tuple[YearDays, ...], due: str, provisional: bool
) -> None:
    assert due_moment(limit(counted), local(filed), service(*years)) == Due(local(due), provisional)


def test_a_pause_that_pushes_a_promise_into_a_year_not_announced_makes_it_provisional() -> None:
    paused = [pause("2026-12-30 08:00", "2026-12-31 08:00")]
    assert due_moment(limit("3 working_days"), local("2026-12-28 10:00"), CHINA, paused) == Due(
        local("2027-01-01 18:00"), provisional=True
    )


@pytest.mark.parametrize(
    ("zone", "counted", "filed", "due_in_utc"),
    [
        ("Europe/Berlin", "30 minutes", "2026-03-29 01:45", "2026-03-29 01:15"),
        ("Europe/Berlin", "8 hours", "2026-10-24 22:00", "2026-10-25 04:00"),
        ("Europe/Berlin", "1 half_days", "2026-03-28 17:00", "2026-03-29 10:00"),
        ("Europe/Berlin", "1 half_days", "2026-10-24 17:00", "2026-10-25 11:00"),
        ("Europe/Berlin", "1 same_day", "2026-03-29 02:30", "2026-03-29 16:00"),  # a time that does not exist
        ("Europe/Berlin", "1 same_day", "2026-10-25 02:30", "2026-10-25 17:00"),  # a time that comes twice
        ("Europe/Berlin", "2 days", "2026-03-27 12:00", "2026-03-29 16:00"),
        ("Europe/Berlin", "1 months", "2026-10-05 12:00", "2026-11-05 17:00"),
        ("America/New_York", "1 working_days", "2026-03-06 12:00", "2026-03-09 22:00"),
        ("America/New_York", "1 working_days", "2026-10-30 12:00", "2026-11-02 23:00"),
        ("America/New_York", "1 half_days", "2026-03-07 17:00", "2026-03-08 16:00"),
        ("America/New_York", "15 minutes", "2026-11-01 01:50", "2026-11-01 06:05"),
        ("America/New_York", "1 same_day", "2026-03-03 23:59", "2026-03-04 23:00"),
    ],
)
def test_a_zone_with_daylight_saving_counts_by_its_local_clock(
    zone: str, counted: str, filed: str, due_in_utc: str
) -> None:
    calendar = service(zone=zone)
    assert due_moment(limit(counted), local(filed, zone), calendar).moment == local(due_in_utc, "UTC")


def test_half_a_day_is_half_of_the_hours_on_the_door_also_where_a_change_of_the_clocks_shortens_them() -> (
    None
):
    calendar = service(zone="Europe/Berlin", opens="01:00", closes="05:00")
    filed = local("2026-03-28 20:00", "Europe/Berlin")
    assert due_moment(limit("1 half_days"), filed, calendar).moment == local("2026-03-29 02:00", "UTC")
    assert due_moment(limit("2 half_days"), filed, calendar).moment == local("2026-03-30 00:00", "UTC")


@pytest.mark.parametrize(
    ("counted", "filed", "pauses", "due"),
    [
        ("10 minutes", "2026-03-03 10:00", [("10:05", "11:05")], "2026-03-03 11:10"),
        ("10 minutes", "2026-03-03 10:00", [("10:10", "11:05")], "2026-03-03 10:10"),  # used up as it began
        ("10 minutes", "2026-03-03 10:00", [("09:00", "10:05")], "2026-03-03 10:15"),
        ("10 minutes", "2026-03-03 10:00", [("08:00", "09:00")], "2026-03-03 10:10"),
        ("10 minutes", "2026-03-03 10:00", [("10:05", "10:07"), ("10:07", "10:09")], "2026-03-03 10:14"),
        ("10 minutes", "2026-03-03 10:00", [("10:05", "10:08"), ("10:06", "10:09")], "2026-03-03 10:14"),
        ("10 minutes", "2026-03-03 10:00", [("10:12", "10:14"), ("10:05", "10:09")], "2026-03-03 10:16"),
        ("1 half_days", "2026-03-03 10:00", [("11:00", "12:00")], "2026-03-03 16:00"),
        ("1 half_days", "2026-03-03 13:00", [("14:00", "15:00")], "2026-03-04 09:00"),
        ("1 half_days", "2026-03-03 17:00", [("18:00", "23:00")], "2026-03-04 12:00"),
        ("1 same_day", "2026-03-03 12:00", [("13:00", "14:00")], "2026-03-04 09:00"),
        ("1 same_day", "2026-03-03 18:30", [("19:00", "20:00")], "2026-03-04 18:00"),
    ],
)
def test_paused_time_does_not_count(
    counted: str, filed: str, pauses: list[tuple[str, str]], due: str
) -> None:
    day = filed.split()[0]
    spans = [pause(f"{day} {start}", f"{day} {end}") for start, end in pauses]
    assert due_moment(limit(counted), local(filed), CHINA, spans).moment == local(due)


@pytest.mark.parametrize(
    ("counted", "filed", "start", "end", "due"),
    [
        # On the day of filing, which is not counted, a pause takes nothing.
        ("2 days", "2026-03-03 10:00", "2026-03-03 11:00", "2026-03-03 15:00", "2026-03-05 18:00"),
        ("2 days", "2026-03-03 10:00", "2026-03-04 09:00", "2026-03-04 11:00", "2026-03-06 10:00"),
        ("2 days", "2026-03-03 10:00", "2026-03-03 12:00", "2026-03-04 18:00", "2026-03-06 18:00"),
        ("2 days", "2026-03-03 10:00", "2026-03-05 19:00", "2026-03-09 09:00", "2026-03-05 18:00"),
        ("3 working_days", "2026-03-05 10:00", "2026-03-06 12:00", "2026-03-09 12:00", "2026-03-11 18:00"),
        # A weekend takes nothing from working days.
        ("3 working_days", "2026-03-05 10:00", "2026-03-07 08:00", "2026-03-08 18:00", "2026-03-10 18:00"),
        ("2 working_days", "2026-02-12 10:00", "2026-02-14 13:00", "2026-02-20 10:00", "2026-02-24 13:00"),
        ("1 months", "2026-01-31 10:00", "2026-02-10 08:00", "2026-02-12 08:00", "2026-03-02 18:00"),
    ],
)
def test_a_pause_moves_a_promise_of_days_by_the_service_time_it_took_from_counted_days(
    counted: str, filed: str, start: str, end: str, due: str
) -> None:
    assert due_moment(limit(counted), local(filed), CHINA, [pause(start, end)]).moment == local(due)


def test_a_pause_inside_the_time_that_another_pause_added_counts_too() -> None:
    pauses = [pause("2026-03-04 09:00", "2026-03-04 11:00"), pause("2026-03-06 09:00", "2026-03-06 12:00")]
    due = due_moment(limit("2 days"), local("2026-03-03 10:00"), CHINA, pauses)
    assert due.moment == local("2026-03-06 13:00")


def test_a_pause_takes_nothing_back_where_a_change_of_the_clocks_swallowed_the_last_service_day() -> None:
    calendar = service(zone="Europe/Berlin", opens="02:00", closes="03:00")
    filed = local("2026-03-27 10:00", "Europe/Berlin")
    on_the_start_day = Pause(filed, local("2026-03-27 11:00", "Europe/Berlin"), "waiting")
    for pauses in ([], [on_the_start_day]):
        due = due_moment(limit("2 days"), filed, calendar, pauses)
        assert due.moment == local("2026-03-29 01:00", "UTC")


def test_a_pause_that_has_not_ended_cannot_be_counted() -> None:
    for unit in Unit:
        with pytest.raises(ValueError, match="has not ended"):
            due_moment(
                Limit(unit, 1),
                local("2026-03-03 10:00"),
                CHINA,
                [Pause(local("2026-03-03 11:00"), None, "waiting")],
            )


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        pause("2026-03-03 11:00", "2026-03-03 10:00")


@pytest.mark.parametrize("text", ["-1 minutes", "0 same_day", "0 days", "0 working_days", "0 months"])
def test_a_limit_that_is_too_small_to_be_counted_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="too small"):
        limit(text)


def test_a_start_without_a_time_zone_is_refused() -> None:
    for unit in Unit:
        with pytest.raises(ValueError, match="no time zone"):
            due_moment(Limit(unit, 1), local("2026-03-03 10:00").replace(tzinfo=None), CHINA)


def test_the_answer_is_in_utc_whatever_zone_the_start_is_written_in() -> None:
    start = local("2026-03-03 10:00")
    for unit in Unit:
        due = due_moment(Limit(unit, 1), start, CHINA)
        assert due == due_moment(Limit(unit, 1), start.astimezone(), CHINA)
        assert due.moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("counted", "start", "due", "share", "moment"),
    [
        ("10 minutes", "2026-03-03 17:55", "2026-03-03 18:05", 0.5, "2026-03-03 18:00"),
        ("8 hours", "2026-03-03 20:00", "2026-03-04 04:00", 0.75, "2026-03-04 02:00"),
        ("1 half_days", "2026-03-03 17:00", "2026-03-04 12:00", 0.5, "2026-03-04 09:30"),
        ("1 same_day", "2026-03-03 08:00", "2026-03-03 18:00", 0.75, "2026-03-03 15:30"),
        ("2 days", "2026-03-03 18:00", "2026-03-05 18:00", 0.5, "2026-03-04 18:00"),
        ("2 working_days", "2026-03-05 18:00", "2026-03-09 18:00", 0.75, "2026-03-08 18:00"),
        ("1 half_days", "2026-03-03 13:00", "2026-03-03 18:00", 0.0, "2026-03-03 13:00"),
        ("1 half_days", "2026-03-03 13:00", "2026-03-03 18:00", 1.0, "2026-03-03 18:00"),
        # An appointment on a Saturday, and one at night.
        ("7 working_days", "2026-03-06 18:30", "2026-03-07 10:00", 0.5, "2026-03-07 09:00"),
        ("7 working_days", "2026-03-06 19:00", "2026-03-06 21:00", 0.5, "2026-03-06 20:00"),
        # A due moment that has passed already leaves nothing to share out.
        ("7 working_days", "2026-03-06 19:00", "2026-03-05 18:00", 0.5, "2026-03-05 18:00"),
    ],
)
def test_a_share_of_the_time_before_a_promise_is_due_has_its_moment(
    counted: str, start: str, due: str, share: float, moment: str
) -> None:
    assert share_moment(limit(counted), local(start), local(due), share, CHINA) == local(moment)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_between_nothing_and_all(share: float) -> None:
    with pytest.raises(ValueError, match="no share"):
        share_moment(limit("1 days"), local("2026-03-03 10:00"), local("2026-03-04 18:00"), share, CHINA)
