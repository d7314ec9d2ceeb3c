"""SMS: signed as the companies publish it, sent with registered templates, refused clearly."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib.domain.delivering import Undelivered
from chalicelib.notify.channels.sms import Sms, international
from chalicelib.notify.channels.sms_aliyun import Aliyun, query_string, signed_headers
from chalicelib.notify.channels.sms_sns import Sns
from chalicelib.notify.channels.sms_templates import read_registered
from chalicelib.notify.channels.sms_tencent import Tencent, authorization
from tests.cases import NUMBER
from tests.notify.facts import letter
from tests.notify.service import Service, running_service

PHONE = "13800138000"
TEMPLATES = read_registered({"filed.zh": {"code": "SMS_1", "params": ["number", "path"]}})


def aliyun(service: Service) -> Sms:
    return Sms(Aliyun("id", "secret", "守诺物业", TEMPLATES, endpoint=service.url))


def tencent(service: Service) -> Sms:
    return Sms(Tencent("id", "secret", "1400006666", "守诺物业", TEMPLATES, endpoint=service.url))


def status_of(code: str) -> dict[str, object]:
    return {"Response": {"SendStatusSet": [{"Code": code}]}}


def test_aliyun_is_signed_as_in_its_published_example() -> None:
    asked = {
        "x-acs-action": "RunInstances",
        "x-acs-version": "2014-05-26",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    }
    query = query_string(
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    )
    headers = signed_headers(
        "YourAccessKeyId", "YourAccessKeySecret", "ecs.cn-shanghai.aliyuncs.com", query, asked
    )
    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
        "x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_tencent_is_signed_as_in_its_published_example() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    signed = authorization(
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        "Gu5t9xGARNpq86cd98joQYCN3*******",
        "cvm",
        "cvm.tencentcloudapi.com",
        body,
        1551113065,
    )
    assert signed == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
    )


def test_aliyun_gets_the_registered_template_with_its_values(service: Service) -> None:
    service.answer = {"Code": "OK"}
    aliyun(service).send(letter("sms", PHONE))
    [asked] = service.asked
    query = {name: value for name, [value] in parse_qs(urlsplit(asked.path).query).items()}
    assert json.loads(query.pop("TemplateParam")) == {"number": NUMBER, "path": "api/track/abc"}
    assert query == {"PhoneNumbers": PHONE, "SignName": "守诺物业", "TemplateCode": "SMS_1"}
    assert asked.headers["x-acs-action"] == "SendSms"
    assert asked.headers["host"] == urlsplit(service.url).netloc
    assert asked.headers["authorization"].startswith("ACS3-HMAC-SHA256 Credential=id,")


def test_tencent_gets_the_registered_template_with_its_values_in_order(service: Service) -> None:
    service.answer = status_of("Ok")
    tencent(service).send(letter("sms", PHONE))
    [asked] = service.asked
    assert asked.json == {
        "PhoneNumberSet": [f"+86{PHONE}"],
        "SmsSdkAppId": "1400006666",
        "SignName": "守诺物业",
        "TemplateId": "SMS_1",
        "TemplateParamSet": [NUMBER, "api/track/abc"],
    }
    assert asked.headers["x-tc-action"] == "SendSms"
    seconds = int(asked.headers["x-tc-timestamp"])
    host = urlsplit(service.url).netloc
    assert asked.headers["authorization"] == authorization("id", "secret", "sms", host, asked.body, seconds)


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        ({"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": f"{PHONE} is illegal"}, True),
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL"}, False),
        ({"Code": "SignatureNonceUsed"}, False),
        ({"Code": f"about {PHONE}"}, False),
        ({}, False),
        (b"gateway", False),
    ],
)
def test_what_aliyun_refuses_is_undelivered(service: Service, answer: object, final: bool) -> None:
    service.answer = answer
    with pytest.raises(Undelivered) as failure:
        aliyun(service).send(letter("sms", PHONE))
    assert failure.value.final is final
    assert PHONE not in failure.value.reason


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        (status_of("FailedOperation.PhoneNumberInBlacklist"), True),
        (status_of("InvalidParameterValue.IncorrectPhoneNumber"), True),
        (status_of("LimitExceeded.PhoneNumberThirtySecondLimit"), False),
        ({"Response": {"Error": {"Code": "AuthFailure.SignatureExpire", "Message": PHONE}}}, False),
        ({"Response": {"SendStatusSet": []}}, False),
        ({}, False),
        (b"", False),
    ],
)
def test_what_tencent_refuses_is_undelivered(service: Service, answer: object, final: bool) -> None:
    service.answer = answer
    with pytest.raises(Undelivered) as failure:
        tencent(service).send(letter("sms", PHONE))
    assert failure.value.final is final
    assert PHONE not in failure.value.reason


@pytest.mark.parametrize("made", [aliyun, tencent])
def test_a_broken_service_is_tried_again(service: Service, made: Callable[[Service], Sms]) -> None:
    service.status = 503
    with pytest.raises(Undelivered) as failure:
        made(service).send(letter("sms", PHONE))
    assert not failure.value.final


@pytest.mark.parametrize("made", [aliyun, tencent])
def test_a_message_without_a_registered_template_goes_to_staff_at_once(
    service: Service, made: Callable[[Service], Sms]
) -> None:
    unknown = replace(letter("sms", PHONE), language="en")
    with pytest.raises(Undelivered, match=r"filed\.en") as failure:
        made(service).send(unknown)
    assert failure.value.final
    assert service.asked == []


def test_every_silent_service_is_given_up_after_three_seconds() -> None:
    """Both at the same time, each a service of its own."""

    def given_up(made: Callable[[Service], Sms]) -> tuple[float, bool, bool]:
        with running_service() as service:
            service.wait = 4.0
            began = time.monotonic()
            with pytest.raises(Undelivered) as failure:
                made(service).send(letter("sms", PHONE))
            return time.monotonic() - began, failure.value.final, PHONE in str(failure.value)

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(given_up, (aliyun, tencent)))
    assert len(ends) == 2 and all(took < 3.6 and told == [False, False] for took, *told in ends), ends


@pytest.mark.parametrize(
    ("given", "dialled"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013-8000", "+8613800138000"),
        ("+44 7700 900123", "+447700900123"),
    ],
)
def test_telephones_are_dialled_with_their_country(given: str, dialled: str) -> None:
    assert international(given) == dialled


@pytest.mark.parametrize(
    "given", ["", "010-12345678", "000-0000-0101", "+0123", "12345", "１３８００１３８０００"]
)
def test_a_telephone_that_no_sms_reaches_is_final(given: str) -> None:
    with pytest.raises(Undelivered) as failure:
        international(given)
    assert failure.value.final


def test_sns_sends_the_text_itself() -> None:
    with mock_aws():
        Sms(Sns("us-east-1")).send(letter("sms", PHONE, text="水管爆了"))
        [sent] = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages.values()
    assert sent == (f"+86{PHONE}", "水管爆了")


def test_an_unreachable_sns_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SNS", "http://127.0.0.1:9")
    with pytest.raises(Undelivered, match="EndpointConnectionError") as failure:
        Sms(Sns("us-east-1")).send(letter("sms", PHONE))
    assert not failure.value.final
