"""What the doors cost: each asked through the whole local origin, as a browser or the script of a page asks, and weighed.

The verbs below the web write a case; the doors besides read who is there, count who files, note who of staff read, and keep the
key of each form.
"""

from __future__ import annotations

import os
import re
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

from infra.local.server import Origin, listening_socket
from tests.pictures import photo
from tests.web.client import BROWSER, PROGRAM, Reply, Visitor, serving
from tests.web.test_photos import send

if TYPE_CHECKING:
    from tests.bench.scales import Scales, Units

ROOT = Path(__file__).resolve().parents[2]
COMMUNITY, PHONE = "river-view", "000-0000-1234"
# As many as are filed in a day and a half, and stand open for as long.
OPEN = 75
FORM = {
    "category": "C3",
    "building": f"{COMMUNITY}/east",
    "home": "2604",
    "what": "厨房水管漏水，已经关了总阀。",
    "name": "李女士",
    "phone": PHONE,
    "updates": "yes",
    "website": "",
    "language": "zh",
}
# By the names of infra/aws/month.toml. A photo is two requests: where to send it, and that it is there.
REQUESTS = {"photo": 2}


def of_the_doors(scales: Scales) -> dict[str, Units]:
    """What a filing, each request of [asked] and finding out who is there cost, where one person has a page of cases."""
    sys.path.insert(0, str(ROOT / "backend"))
    import app

    from chalicelib import wiring
    from chalicelib.storage import photos

    with TemporaryDirectory() as folder, listening_socket(0) as listening:
        origin = Origin(app.app, photo_folder=Path(folder))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        there = {
            "SHOUNUO_PHOTOS": "photos",
            "SHOUNUO_PHOTOS_ENDPOINT": f"{address}/_local",
            "SHOUNUO_ALLOWANCE_FACTOR": "1000",
            "SHOUNUO_SHARDS": "1",
        }
        with patch.dict(os.environ, there), serving(origin, listening):
            photos._client.cache_clear()
            try:
                return _weighed(scales, origin, wiring.now())
            finally:
                photos._client.cache_clear()


def _weighed(scales: Scales, origin: Origin, at: datetime) -> dict[str, Units]:
    from chalicelib import wiring

    resident, script = Visitor(origin, dict(BROWSER)), Visitor(origin, dict(PROGRAM))
    filed: list[str] = []

    def file() -> Reply:
        key = {"idempotency_key": str(uuid.uuid4())}
        reply = resident.post_form("/api/file/repair", FORM | key)
        filed.append(reply.headers.get("location", ""))
        return reply

    scales.weigh(lambda: [_answered(file(), 303) for _ in range(OPEN)])
    found = {"file": scales.weigh(lambda: _answered(file(), 303))}
    receipt = filed[-1]
    track = receipt.removesuffix("/receipt")
    [number] = re.findall(r"\d{6}-\d{6}", track)
    token = _staff("technician", at)
    desk, desk_script = (Visitor(origin, dict(as_), {"sid": token}) for as_ in (BROWSER, PROGRAM))
    found["session"] = scales.weigh(lambda: wiring.sessions.find(token, at))
    asked = (
        ("preview", script, f"/api/v1/preview?category=C3&building={COMMUNITY}/east"),
        ("now", script, "/api/v1/now"),
        ("receipt", resident, receipt),
        ("track", resident, track),
        ("queue", desk, "/api/staff/queue?list=mine"),
        ("look_again", desk, "/api/staff/queue?list=all"),
        ("look_and_count", desk, "/api/staff/queue?list=all&counts=yes"),
        ("counts", desk_script, "/api/v1/staff/queue/counts"),
        ("read", desk, f"/api/staff/cases/{number}"),
        ("read_again", desk, f"/api/staff/cases/{number}"),
        ("changes", desk_script, f"/api/v1/staff/cases/{number}/changes?seen=1"),
    )
    for name, who, path in asked:
        found[name] = scales.weigh(lambda who=who, path=path: _answered(who.get(path)))  # type: ignore[misc]
    link = track.rpartition("/")[2]
    found["photo"] = scales.weigh(lambda: _photographed(script, link))
    # A day later it is looked at once whether the case noted it; a run that has nothing to do is no part of that.
    looked_at = scales.weigh(lambda: _forgets(at + timedelta(days=1, hours=1)))
    found["photo"] += looked_at + scales.weigh(lambda: _forgets(at + timedelta(days=1, hours=1))).times(-1)
    return found


def _photographed(script: Visitor, link: str) -> None:
    content = photo()
    said = {"size": len(content), "type": "image/jpeg"}
    way = _answered(script.post_json(f"/api/v1/track/{link}/photos", said), 201).json()
    url = way["url"].replace("localhost", "127.0.0.1")
    assert send(url, way["fields"], content) == 204
    _answered(script.post_json(way["done"], b""))


def _forgets(now: datetime) -> None:
    from chalicelib import wiring
    from chalicelib.jobs.forget_what_is_over import forget_what_is_over
    from chalicelib.storage import forgetting

    forget_what_is_over(forgetting, wiring.remove_photos, now)


def _staff(role: str, at: datetime) -> str:
    """The token of somebody of that role who has come in."""
    from chalicelib import wiring
    from chalicelib.actions.admit_published import admit_published
    from chalicelib.domain.events import Role

    known = wiring.rulebook().communities[COMMUNITY]
    admit_published(wiring.accounts, known)
    person = next(one for one in known.people.values() if one.role == role)
    return wiring.sessions.begin(Role(role), person.id, COMMUNITY, at.astimezone(UTC))


def _answered(reply: Reply, status: int = 200) -> Reply:
    """The reply, where it is the one expected: what a refusal costs is nobody's question here."""
    assert reply.status == status, (reply.status, reply.text[:400])
    return reply
