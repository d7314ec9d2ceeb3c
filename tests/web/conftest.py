"""The edge under test: the whole local origin over an empty table of a real DynamoDB Local."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.server import Origin
from tests.web.client import BROWSER, PROGRAM, Reply, Visitor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    """The origin with the real app; the site's frames must have been built."""
    sys.path.insert(0, str(ROOT / "backend"))
    import app

    yield Origin(app.app)


@pytest.fixture
def browser(origin: Origin, table: str) -> Visitor:
    """A resident's browser, set to Chinese."""
    return Visitor(origin, dict(BROWSER))


@pytest.fixture
def program(origin: Origin, table: str) -> Visitor:
    """A program that wants JSON."""
    return Visitor(origin, dict(PROGRAM))


@pytest.fixture
def filed(program: Visitor) -> Callable[..., dict[str, Any]]:
    """Files a case of a category and gives the answer's JSON."""

    def file(category: str = "C2", **changes: Any) -> dict[str, Any]:
        reply = post_case(program, case_of(category, **changes))
        assert reply.status == 201, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    return file


@pytest.fixture
def staff(origin: Origin, table: str) -> Callable[..., Visitor]:
    """A member of staff with a session: by role and community."""

    def enter(role: str = "manager", community: str = "river-view", html: bool = False) -> Visitor:
        from chalicelib import wiring
        from chalicelib.actions.admit_published import admit_published
        from chalicelib.domain.events import Role

        known = wiring.rulebook().communities[community]
        admit_published(wiring.accounts, known)
        person = next(one for one in known.people.values() if one.role == role)
        token = wiring.sessions.begin(Role(role), person.id, community, datetime.now(UTC))
        return Visitor(origin, dict(BROWSER if html else PROGRAM), {"sid": token})

    return enter


def post_case(visitor: Visitor, values: dict[str, Any], key: str | None = None) -> Reply:
    """Files through the JSON API, under a new key unless one is given."""
    return visitor.post_json("/api/v1/cases", values, Idempotency_Key=key or str(uuid.uuid4()))


def posted_at_last(visitor: Visitor, values: dict[str, Any], key: str) -> Reply:
    """Files as somebody does who asks again, under the same key, while the answer is that the portal is busy."""
    reply = post_case(visitor, values, key)
    for _ in range(9):
        if reply.status != 503:
            break
        reply = post_case(visitor, values, key)
    return reply


def in_three_months(clock: str = "10:00") -> datetime:
    """A moment so far ahead, on Shanghai's clock."""
    day = (datetime.now(UTC) + timedelta(days=90)).date()
    return datetime.fromisoformat(f"{day}T{clock}:00+08:00")


def case_of(category: str, /, **changes: Any) -> dict[str, Any]:
    """A sound filing of a category."""
    values: dict[str, Any] = {
        "category": category,
        "building": "river-view/east",
        "what": "厨房水管漏水，已经关了总阀。",
        "phone": "000-0000-1234",
        "updates": True,
    }
    if category in ("C1", "C2", "C3", "B3", "G2"):
        values["home"] = "2604"
    elif category.startswith("C"):
        values["place"] = "3 层电梯口"
    return {**values, **changes}
