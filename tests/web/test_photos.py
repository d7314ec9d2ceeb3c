"""Photos: from the phone into a private store under a signed policy, drawn anew before they count, shown for ten minutes."""

import http.client
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.decoding.pictures import drawn_anew
from infra.local.server import Origin, listening_socket
from tests.pictures import MARK, kept_corpus, photo, with_segment
from tests.web.client import BROWSER, Visitor, serving

Filed = Callable[..., dict[str, Any]]
JPEG = with_segment(kept_corpus()["gps, camera, maker note"], 0xFE, b"\r\n--x\r\n" + MARK)
SHOWN = drawn_anew(JPEG)


@pytest.fixture
def store(table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The origin with a photo store behind a socket; gives its address."""
    import app

    from chalicelib.storage import photos

    with listening_socket(0) as listening:
        address = f"http://localhost:{listening.getsockname()[1]}"
        monkeypatch.setenv("SHOUNUO_PHOTOS", "photos")
        monkeypatch.setenv("SHOUNUO_PHOTOS_ENDPOINT", address.replace("localhost", "127.0.0.1") + "/_local")
        monkeypatch.setenv("SHOUNUO_ORIGIN", address)
        photos._client.cache_clear()
        with serving(Origin(app.app, photo_folder=tmp_path), listening):
            yield address.replace("localhost", "127.0.0.1")
        photos._client.cache_clear()


def send(url: str, fields: dict[str, str], content: bytes) -> int:
    """Posts a form with a file, as a phone does; gives the status."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="p.jpg"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n".encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return fetch("POST", url, b"".join(parts), headers)[0]


def fetch(method: str, url: str, body: bytes | None = None, headers: Any = None) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def announce(program: Visitor, case: dict[str, Any]) -> dict[str, Any]:
    reply = program.post_json(
        f"/api/v1/track/{case['link']}/photos", {"size": len(JPEG), "type": "image/jpeg"}
    )
    assert reply.status == 201, reply.text
    told: dict[str, Any] = reply.json()
    return told


def test_a_photo_is_sent_noted_once_and_seen_by_those_who_may(
    store: str, program: Visitor, filed: Filed, staff: Any, origin: Origin, tmp_path: Path
) -> None:
    case = filed("C2")
    way = announce(program, case)
    assert way["url"].startswith(store)
    assert send(way["url"], way["fields"], JPEG) == 204
    for _ in range(2):
        assert program.post_json(way["done"], b"").status == 200
    assert program.get(f"/api/v1/track/{case['link']}").json()["photos"] == 1
    for page in (
        Visitor(origin, dict(BROWSER)).get(f"/api/track/{case['link']}"),
        staff(html=True).get(f"/api/staff/cases/{case['number']}"),
    ):
        found = re.search(r'<img src="([^"]+)"', page.text)
        assert found
        address = found.group(1).replace("&amp;", "&")
        assert address.startswith(store)  # another origin than the page's
        assert fetch("GET", address) == (200, SHOWN) and MARK not in SHOWN
        assert fetch("GET", address.replace("X-Amz-Expires=600", "X-Amz-Expires=9999"))[0] == 403
        assert fetch("GET", address.partition("?")[0])[0] == 403
    assert [file.parent.parent.name for file in tmp_path.rglob("*.*")] == ["kept"]
    assert not list((tmp_path / "incoming").glob("*/*"))


def test_a_photo_under_a_changed_policy_is_refused(store: str, program: Visitor, filed: Filed) -> None:
    case, other = filed("C2"), filed("C3")
    way = announce(program, case)
    fields = way["fields"]
    foreign = fields["key"].replace(case["number"], other["number"])
    assert send(way["url"], {**fields, "key": foreign}, JPEG) == 403
    assert send(way["url"], {**fields, "key": "../../etc/passwd"}, JPEG) == 403
    assert send(way["url"], {**fields, "Content-Type": "text/html"}, JPEG) == 403
    assert send(way["url"], {**fields, "x-amz-signature": "0" * 64}, JPEG) == 403
    assert send(way["url"], fields, b"") == 403
    assert send(way["url"], fields, b"\xff\xd8\xff" + b"x" * 3 * 1024 * 1024) == 403
    assert program.post_json(way["done"], b"").status == 422  # nothing arrived


def test_what_is_no_jpeg_is_thrown_away_and_not_noted(
    store: str, program: Visitor, filed: Filed, tmp_path: Path
) -> None:
    case = filed("C2")
    way = announce(program, case)
    assert send(way["url"], way["fields"], b"<html><script>alert(1)</script>") == 204
    assert program.post_json(way["done"], b"").status == 422
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]
    assert program.get(f"/api/v1/track/{case['link']}").json()["photos"] == 0


def test_three_photos_are_enough(store: str, program: Visitor, filed: Filed, tmp_path: Path) -> None:
    case = filed("C2")
    ways = [announce(program, case) for _ in range(4)]
    for at, way in enumerate(ways):
        assert send(way["url"], way["fields"], photo(100 + at, 80)) == 204
    assert [program.post_json(way["done"], b"").status for way in ways] == [200, 200, 200, 409]
    refused = program.post_json(f"/api/v1/track/{case['link']}/photos", {"size": 1000, "type": "image/jpeg"})
    assert refused.status == 409 and "3" in refused.json()["detail"]
    assert (
        len([file for file in tmp_path.rglob("*") if file.is_file()]) == 3
    )  # what was refused is gone as well


def test_the_same_picture_sent_twice_counts_once(store: str, program: Visitor, filed: Filed) -> None:
    case = filed("C2")
    for _ in range(2):
        way = announce(program, case)
        assert send(way["url"], way["fields"], JPEG) == 204
        assert program.post_json(way["done"], b"").json()["photos"] == 1


def test_what_is_sent_again_under_a_way_that_was_used_is_never_shown(
    store: str, program: Visitor, filed: Filed, origin: Origin, tmp_path: Path
) -> None:
    case = filed("C2")
    way = announce(program, case)
    for content in (JPEG, photo(99, 99)):
        assert send(way["url"], way["fields"], content) == 204
        assert program.post_json(way["done"], b"").status == 200
    assert [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()] == [SHOWN]


def announce_work(visitor: Visitor, number: str) -> dict[str, Any]:
    reply = visitor.post_json(f"/api/v1/staff/cases/{number}/photos", {"size": 1000, "type": "image/jpeg"})
    assert reply.status == 201, reply.text
    told: dict[str, Any] = reply.json()
    return told


def test_staff_show_the_place_before_and_after_and_the_resident_sees_both(
    store: str, program: Visitor, filed: Filed, staff: Any, origin: Origin
) -> None:
    case = filed("C2")
    technician = staff("technician")
    for at, stage in enumerate(("before", "after")):
        way = announce_work(technician, case["number"])
        assert send(way["url"], way["fields"], photo(120 + at, 90)) == 204
        for _ in range(2):
            noted = technician.post_json(way["done"], {"stage": stage})
            assert noted.status == 200 and noted.json()["work_photos"] == at + 1
    assert noted.json()["photos"] == 0  # the resident's own three are not used up
    page = Visitor(origin, dict(BROWSER)).get(f"/api/track/{case['link']}").text
    assert page.count("<img ") == 2
    assert "处理前" in page and "处理后" in page and "添加了处理后的照片" in page
    done = technician.post_json(f"/api/v1/staff/cases/{case['number']}/resolve", {"words": "换好了"})
    assert done.status == 200
    way = announce_work(technician, case["number"])  # the photo may come after the word
    assert send(way["url"], way["fields"], photo(150, 90)) == 204
    assert technician.post_json(way["done"], {"stage": "after"}).status == 200


def test_a_photo_of_the_work_is_for_staff_of_that_community_only(
    store: str, program: Visitor, filed: Filed, staff: Any
) -> None:
    number = filed("C2")["number"]
    way = announce_work(staff("technician"), number)
    assert send(way["url"], way["fields"], JPEG) == 204
    address, asked = f"/api/v1/staff/cases/{number}/photos", {"size": 1000, "type": "image/jpeg"}
    stranger = staff("technician", "osmanthus-lane")
    assert stranger.post_json(address, asked).status == 404
    assert stranger.post_json(way["done"], {"stage": "after"}).status == 404
    assert program.post_json(address, asked).status == 401
    assert program.post_json(way["done"], {"stage": "after"}).status == 401
    assert staff("technician").post_json(way["done"], {"stage": "between"}).status == 422
    assert staff("technician").post_json(way["done"], {}).status == 422
    assert staff("technician").post_json(way["done"], {"stage": "after"}).status == 200
    assert staff("technician").post_json("/api/v1/staff/cases/x/photos", asked).status == 404


@pytest.mark.parametrize(
    "announced",
    [
        {},
        {"size": 0, "type": "image/jpeg"},
        {"size": 3 * 1024 * 1024 + 1, "type": "image/jpeg"},
        {"size": -1, "type": "image/jpeg"},
        {"size": "1", "type": "image/jpeg"},
        {"size": 1000, "type": "image/svg+xml"},
        {"size": 1000, "type": "image/jpeg", "key": "x"},
    ],
)
def test_a_photo_that_the_store_would_refuse_is_not_even_asked_for(
    store: str, program: Visitor, filed: Filed, announced: dict[str, Any]
) -> None:
    assert program.post_json(f"/api/v1/track/{filed('C2')['link']}/photos", announced).status == 422


def test_where_no_store_is_set_up_there_are_no_photos(
    origin: Origin, program: Visitor, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOUNUO_PHOTOS", raising=False)
    case = filed("C2")
    asked = {"size": 1000, "type": "image/jpeg"}
    assert program.post_json(f"/api/v1/track/{case['link']}/photos", asked).status == 404
    assert program.post_json(f"/api/v1/track/{case['link']}/photos/{'0' * 32}/done", b"").status == 404
    assert "data-photos" not in Visitor(origin, dict(BROWSER)).post_form("/api/file/repair", {}).text
