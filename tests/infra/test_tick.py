"""`make tick AT=...`: the moment a person means, and clear words where it is none."""

from datetime import UTC, datetime

import pytest

from infra.local.console import LocalProblem
from infra.local.tick import moment


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-24T10:00", datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
        ("2026-11-24 10:00", datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
        ("2026-11-24T10:00:30", datetime(2026, 11, 24, 2, 0, 30, tzinfo=UTC)),
        ("2026-11-24T00:30", datetime(2026, 11, 23, 16, 30, tzinfo=UTC)),
        ("2026-11-24T10:00Z", datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
        ("2026-11-24T10:00+02:00", datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_chinas_time(said: str, meant: datetime) -> None:
    assert moment(said) == meant


@pytest.mark.parametrize(
    "said", ["", "  ", "tomorrow", "2026-11-24", "2026-13-01T10:00", "10:00", "2026-11-24T25:00"]
)
def test_what_is_no_moment_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(LocalProblem, match="AT=2026-11-24T10:00"):
        moment(said)
