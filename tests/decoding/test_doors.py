"""Through the doors: a photo and a list reach the function that decodes, and its silence is a 503 that loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.decoding.lambda_service import NAME, LambdaService, lambda_service
from tests.lists import HEADING, csv_of, row
from tests.web.client import Visitor
from tests.web.conftest import browser as browser
from tests.web.conftest import filed as filed
from tests.web.conftest import origin as origin
from tests.web.conftest import program as program
from tests.web.conftest import staff as staff
from tests.web.test_imports import PAGES
from tests.web.test_imports import accepted as accepted_list
from tests.web.test_imports import send as send_list
from tests.web.test_photos import JPEG, announce
from tests.web.test_photos import send as send_photo
from tests.web.test_photos import store as store


@pytest.fixture
def decoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[LambdaService]:
    with lambda_service(monkeypatch) as made:
        yield made


def test_a_photo_waits_for_a_decoder_that_does_not_answer(
    decoder: LambdaService, store: str, program: Visitor, filed: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    case = filed("C2")
    way = announce(program, case)
    assert send_photo(way["url"], way["fields"], JPEG) == 204
    decoder.fails = "crashed"
    busy = program.post_json(way["done"], b"")
    assert (busy.status, busy.headers["retry-after"]) == (503, "5")
    assert "decoder" not in busy.text and "Traceback" not in busy.text
    assert list((tmp_path / "incoming").glob("*/*")), "what was sent lies there still"
    decoder.fails = ""
    assert program.post_json(way["done"], b"").json()["photos"] == 1
    way = announce(program, case)
    assert send_photo(way["url"], way["fields"], b"<html>") == 204
    assert program.post_json(way["done"], b"").status == 422
    assert decoder.asked == [NAME] * 4, "after the crash also whether it is well"


def test_a_photo_that_ends_each_decoder_is_refused_and_not_kept_for_another_try(
    decoder: LambdaService, store: str, program: Visitor, filed: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    way = announce(program, filed("C2"))
    assert send_photo(way["url"], way["fields"], JPEG) == 204
    decoder.dies_of = JPEG
    refused = program.post_json(way["done"], b"")
    assert refused.status == 422 and "重新拍一张" in refused.text
    assert not list((tmp_path / "incoming").glob("*/*"))


def test_a_list_is_read_by_the_decoder_and_nothing_is_kept_without_its_answer(
    decoder: LambdaService, staff: Callable[..., Visitor]
) -> None:
    from chalicelib import wiring

    desk = staff("desk")
    content = csv_of([HEADING, row(0)])
    decoder.fails = "refused"
    assert send_list(desk, content).status == 503
    assert send_list(staff("desk", html=True), content, address=PAGES).status == 503
    assert wiring.imports.of_community("river-view") == []
    decoder.fails = ""
    said = send_list(desk, content)
    assert said.status in (200, 201), said.text
    accepted_list(desk, said.json())
    assert send_list(desk, b"PK\x03\x04 no zip").status == 422
    assert decoder.asked == [NAME] * 4
