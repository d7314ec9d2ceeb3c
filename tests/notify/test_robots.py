"""Group robots: signed as their services want it, and believed only when the body says that it went well."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.delivering import Undelivered
from chalicelib.notify.channels import Channel, dingtalk, feishu
from chalicelib.notify.channels.dingtalk import DingTalk
from chalicelib.notify.channels.feishu import Feishu
from chalicelib.notify.channels.robots import cut
from chalicelib.notify.channels.wecom import WeCom
from tests.notify.facts import letter
from tests.notify.service import Service, running_service

KEY, SIGNING = "a-key-nobody-may-read", "a-secret-nobody-may-read"
NOW = 1_795_485_720.5
Made = Callable[[Service], Channel]


def wecom(service: Service) -> Channel:
    return WeCom(KEY, endpoint=f"{service.url}/send")


def ding(service: Service) -> Channel:
    return DingTalk(KEY, SIGNING, endpoint=f"{service.url}/send", clock=lambda: NOW)


def lark(service: Service) -> Channel:
    return Feishu(KEY, SIGNING, endpoint=f"{service.url}/hook", clock=lambda: NOW)


EVERY = [(wecom, {"errcode": 0}, "errcode"), (ding, {"errcode": 0}, "errcode"), (lark, {"code": 0}, "code")]
ROBOTS = pytest.mark.parametrize(("made", "well", "name"), EVERY, ids=["wecom", "dingtalk", "feishu"])


@ROBOTS
def test_a_robot_that_says_well_has_taken_it(
    service: Service, made: Made, well: dict[str, int], name: str
) -> None:
    service.answer = well
    made(service).send(letter(text="水管爆了"))
    [asked] = service.asked
    assert "水管爆了" in str(asked.json)
    assert KEY in asked.path


@ROBOTS
@pytest.mark.parametrize(
    ("status", "answer"), [(200, b"<html>"), (200, b"[]"), (200, {}), (500, {}), (302, {})]
)
def test_any_other_answer_is_tried_again(
    service: Service, made: Made, well: dict[str, int], name: str, status: int, answer: object
) -> None:
    service.status, service.answer = status, answer
    with pytest.raises(Undelivered) as failure:
        made(service).send(letter())
    assert not failure.value.final


@ROBOTS
def test_an_error_in_the_body_counts_although_the_status_is_200(
    service: Service, made: Made, well: dict[str, int], name: str
) -> None:
    service.answer = {name: 45009, "errmsg": "api freq out of limit", "msg": "frequency limited"}
    with pytest.raises(Undelivered, match="45009") as failure:
        made(service).send(letter())
    assert not failure.value.final


@pytest.mark.parametrize(
    ("made", "answer"),
    [(wecom, {"errcode": 93000}), (ding, {"errcode": 310000}), (lark, {"code": 19021})],
    ids=["wecom", "dingtalk", "feishu"],
)
def test_a_wrong_key_or_signature_is_final(service: Service, made: Made, answer: dict[str, int]) -> None:
    service.answer = answer
    with pytest.raises(Undelivered) as failure:
        made(service).send(letter())
    assert failure.value.final


def test_every_robot_that_does_not_answer_is_given_up_after_three_seconds() -> None:
    """All at the same time; each has a service of its own that would say well after four."""

    def given_up(made: Made, well: dict[str, int]) -> tuple[float, bool]:
        with running_service() as service:
            service.wait, service.answer = 4.0, well
            began = time.monotonic()
            with pytest.raises(Undelivered) as failure:
                made(service).send(letter())
            return time.monotonic() - began, failure.value.final

    with ThreadPoolExecutor(len(EVERY)) as pool:
        ends = list(pool.map(given_up, *zip(*((made, well) for made, well, _ in EVERY), strict=True)))
    assert len(ends) == 3 and all(2.5 < took < 3.6 and not final for took, final in ends), ends


@ROBOTS
def test_no_failure_and_no_log_shows_a_key(
    service: Service, made: Made, well: dict[str, int], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="chalicelib")
    service.answer = {name: f"wrong {KEY}", "errmsg": f"{SIGNING} 13800138000"}
    robot = made(service)
    with pytest.raises(Undelivered) as failure:
        robot.send(letter())
    shown = str(failure.value) + caplog.text + repr(robot)
    assert not any(secret in shown for secret in (KEY, SIGNING, "13800138000"))


def test_an_unreachable_robot_shows_no_address() -> None:
    with pytest.raises(Undelivered) as failure:
        WeCom(KEY, endpoint="http://127.0.0.1:9/send").send(letter())
    assert not failure.value.final
    assert KEY not in str(failure.value)
    assert failure.value.__suppress_context__


def test_dingtalk_signs_the_milliseconds_under_the_secret(service: Service) -> None:
    service.answer = {"errcode": 0}
    ding(service).send(letter())
    query = parse_qs(urlsplit(service.asked[0].path).query)
    milliseconds = int(NOW * 1000)
    assert query == {
        "access_token": [KEY],
        "timestamp": [str(milliseconds)],
        "sign": [dingtalk.signature(SIGNING, milliseconds)],
    }


def test_feishu_signs_nothing_under_the_seconds_and_the_secret(service: Service) -> None:
    service.answer = {"code": 0}
    lark(service).send(letter())
    said = service.asked[0].json
    assert said["timestamp"] == str(int(NOW))
    assert said["sign"] == feishu.signature(SIGNING, int(NOW))


def test_the_signatures_are_those_of_openssl() -> None:
    # printf '1599360473000\nSEC0123' | openssl dgst -sha256 -hmac SEC0123 -binary | base64
    assert dingtalk.signature("SEC0123", 1599360473000) == DINGTALK
    # printf '' | openssl dgst -sha256 -hmac "$(printf '1599360473\nSEC0123')" -binary | base64
    assert feishu.signature("SEC0123", 1599360473) == FEISHU


DINGTALK = "+w5WzNoRTg/Ke4AFITURSLdLOLNPa5KzaMVcvbw6HfY="
FEISHU = "OPmnb4NjKNL/nOb6ClAhHAZUCkjsBx3x4aguQ1Em1wY="


def test_a_robot_without_a_secret_is_posted_to_unsigned(service: Service) -> None:
    service.answer = {"errcode": 0, "code": 0}
    DingTalk(KEY, endpoint=f"{service.url}/send").send(letter())
    Feishu(KEY, endpoint=f"{service.url}/hook").send(letter())
    assert "sign" not in service.asked[0].path
    assert "sign" not in service.asked[1].json


def test_a_post_is_cut_between_characters() -> None:
    assert cut("水" * 10, 30) == "水" * 10
    shortened = cut("水" * 1000, 2048)
    assert len(shortened.encode()) <= 2048
    assert shortened == "水" * 681 + "…"
