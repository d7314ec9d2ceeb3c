"""Which channels an installation has: from settings and secrets, taken up without a new deployment, never guessed."""

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib import wiring
from chalicelib.domain.delivering import Undelivered
from chalicelib.notify.channels import cloud
from chalicelib.notify.channels.cloud import NotSetUp, channels, robot_of
from chalicelib.notify.channels.dingtalk import DingTalk
from chalicelib.notify.channels.email_ses import Ses
from chalicelib.notify.channels.feishu import Feishu
from chalicelib.notify.channels.secrets import KEPT_SECONDS, Secrets, StoreSilent
from chalicelib.notify.channels.sms import Sms
from chalicelib.notify.channels.sms_aliyun import Aliyun
from chalicelib.notify.channels.sms_sns import Sns
from chalicelib.notify.channels.sms_tencent import Tencent
from chalicelib.notify.channels.wecom import WeCom
from tests.notify.facts import letter

TEMPLATES = json.dumps({"filed.zh": {"code": "SMS_1", "params": ["number"]}})


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings but those of the test, and no secret remembered from another one."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    cloud._secrets.cache_clear()
    yield
    cloud._secrets.cache_clear()


def test_what_is_not_set_up_refuses_and_does_not_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    found = channels()
    for channel in (found.sms, found.email):
        with pytest.raises(Undelivered, match="not set up") as failure:
            channel.send(letter("sms", "13800138000"))
        assert not failure.value.final
    assert found.robot("order-group") is None


@pytest.mark.parametrize(("name", "kind"), [("aliyun", Aliyun), ("tencent", Tencent), ("sns", Sns)])
def test_the_sms_company_is_a_setting(monkeypatch: pytest.MonkeyPatch, name: str, kind: type) -> None:
    monkeypatch.setenv("SHOUNUO_SMS", name)
    monkeypatch.setenv("SHOUNUO_SMS_TEMPLATES", TEMPLATES)
    monkeypatch.setenv("SHOUNUO_SECRET_SMS_ID", "id")
    monkeypatch.setenv("SHOUNUO_SECRET_SMS_SECRET", "nobody-may-read-this")
    channel = channels().sms
    assert isinstance(channel, Sms)
    assert isinstance(channel.provider, kind)
    assert "nobody-may-read-this" not in repr(channel)


@pytest.mark.parametrize(
    "templates", ["{", "[]", '{"filed.zh": {}}', '{"filed.zh": {"code": "a", "params": 1}}']
)
def test_templates_that_cannot_be_read_leave_sms_not_set_up(
    monkeypatch: pytest.MonkeyPatch, templates: str
) -> None:
    monkeypatch.setenv("SHOUNUO_SMS", "sns")
    monkeypatch.setenv("SHOUNUO_SMS_TEMPLATES", templates)
    assert isinstance(channels().sms, NotSetUp)


def test_e_mail_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_MAIL_FROM", "portal@shounuo.example")
    assert isinstance(channels().email, Ses)


def test_a_robot_is_what_its_secret_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert robot_of("wecom:key") == WeCom("key")
    assert robot_of("dingtalk:token:SEC1") == DingTalk("token", "SEC1")
    assert robot_of("feishu:hook:SEC2") == Feishu("hook", "SEC2")
    for unknown in ("", "wecom:", "pigeon:key", "key"):
        assert robot_of(unknown) is None
    monkeypatch.setenv("SHOUNUO_SECRET_ROBOT_ORDER_GROUP", "wecom:key")
    assert channels().robot("order-group") == WeCom("key")


def test_a_key_comes_from_the_secret_store_and_a_changed_one_is_taken_up() -> None:
    at = [0.0]
    with mock_aws():
        store = boto3.client("ssm", region_name="us-east-1")
        store.put_parameter(Name="/shounuo/robot/order-group", Value="wecom:first", Type="SecureString")
        secrets = Secrets("/shounuo", clock=lambda: at[0])
        assert secrets.get("robot/order-group") == "wecom:first"
        assert secrets.get("robot/none") is None
        store.put_parameter(
            Name="/shounuo/robot/order-group", Value="wecom:second", Type="SecureString", Overwrite=True
        )
        assert secrets.get("robot/order-group") == "wecom:first"
        at[0] = KEPT_SECONDS
        assert secrets.get("robot/order-group") == "wecom:second"
        assert "wecom" not in repr(secrets)


def test_a_silent_secret_store_delays_and_misdirects_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_SECRETS", "/shounuo")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:9")
    monkeypatch.setenv("SHOUNUO_SMS", "aliyun")
    with pytest.raises(StoreSilent):
        Secrets().get("robot/order-group")
    found = channels()
    robot = found.robot("order-group")
    assert robot is not None
    for channel in (robot, found.sms):
        with pytest.raises(Undelivered) as failure:
            channel.send(letter())
        assert not failure.value.final


def test_on_one_machine_every_channel_is_the_local_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_CHANNELS", "infra.local.outbox:channels")
    found = wiring.channels()
    assert found.sms is found.email is found.robot("order-group")
    assert found.sms.tells_repeats


def test_without_a_choice_the_channels_are_the_real_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOUNUO_CHANNELS", raising=False)
    monkeypatch.setenv("SHOUNUO_MAIL_FROM", "portal@shounuo.example")
    assert isinstance(wiring.channels().email, Ses)
