"""The real channels, from settings and secrets. What is not set up refuses each letter with its reason instead of losing it.

SHOUNUO_MAIL_FROM       the sender's address
SHOUNUO_SMS             aliyun, tencent or sns
SHOUNUO_SMS_SIGN        the registered signature; SHOUNUO_SMS_APP is Tencent's SDK app id
SHOUNUO_SMS_TEMPLATES   JSON: {"filed.zh": {"code": "SMS_1", "params": ["number", "path"]}}, or the same packed (sms_templates.py)
SHOUNUO_SMS_REGION, SHOUNUO_MAIL_REGION   where they differ from the region of the app
secrets sms/id, sms/secret; robot/<name>: "wecom:<key>", "dingtalk:<token>:<signing secret>" or "feishu:<hook>:<signing secret>"
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from chalicelib.domain.delivering import Letter, Undelivered

from . import Channel, Channels
from .dingtalk import DingTalk
from .email_ses import Ses
from .feishu import Feishu
from .secrets import Secrets, StoreSilent
from .sms import Provider, Sms
from .sms_aliyun import Aliyun
from .sms_sns import Sns
from .sms_templates import setting_of
from .sms_tencent import Tencent
from .wecom import WeCom


@dataclass(frozen=True)
class NotSetUp:
    """Stands for a channel without its settings: the letters wait until it has them, and then staff see them."""

    reason: str
    tells_repeats: bool = True
    joined_bytes: int = 0
    most_posts: int | None = None

    def send(self, letter: Letter) -> None:
        """Raises Undelivered."""
        raise Undelivered(self.reason)


def channels() -> Channels:
    """The channels of this installation, made anew for each run, so that a setting that was missing is taken up."""
    secrets = _secrets()
    sender = os.environ.get("SHOUNUO_MAIL_FROM", "")
    email: Channel = NotSetUp("e-mail is not set up")
    if sender:
        email = _ses(sender, os.environ.get("SHOUNUO_MAIL_REGION") or None)
    return Channels(sms=_sms(secrets), email=email, robot=_robots(secrets))


def _sms(secrets: Secrets) -> Channel:
    name = os.environ.get("SHOUNUO_SMS", "")
    region = os.environ.get("SHOUNUO_SMS_REGION") or None
    sign, app = os.environ.get("SHOUNUO_SMS_SIGN", ""), os.environ.get("SHOUNUO_SMS_APP", "")
    try:
        templates = setting_of(os.environ.get("SHOUNUO_SMS_TEMPLATES") or "{}")
        provider: Provider
        if name == "aliyun":
            provider = Aliyun(secrets.need("sms/id"), secrets.need("sms/secret"), sign, templates)
        elif name == "tencent":
            keys = secrets.need("sms/id"), secrets.need("sms/secret")
            provider = Tencent(*keys, app, sign, templates, region or "ap-guangzhou")
        elif name == "sns":
            provider = _sns(region)
        else:
            return NotSetUp("SMS is not set up")
    except (LookupError, ValueError, AttributeError) as error:
        return NotSetUp(f"SMS is not set up: {type(error).__name__}")
    return Sms(provider)


def _robots(secrets: Secrets) -> Callable[[str], Channel | None]:
    made: dict[str, Channel | None] = {}

    def robot(name: str) -> Channel | None:
        if name not in made:
            try:
                made[name] = robot_of(secrets.get(f"robot/{name}") or "")
            except StoreSilent:
                # Whether there is a robot is unknown: better wait than tell the wrong people.
                made[name] = NotSetUp("the secret store does not answer")
        return made[name]

    return robot


def robot_of(setting: str) -> Channel | None:
    """The robot that a secret describes; None when there is none, so that the desk is told instead."""
    kind, _, rest = setting.partition(":")
    key, _, secret = rest.partition(":")
    if not key:
        return None
    if kind == "wecom":
        return WeCom(key)
    if kind == "dingtalk":
        return DingTalk(key, secret)
    if kind == "feishu":
        return Feishu(key, secret)
    return None


@cache
def _secrets() -> Secrets:
    return Secrets()


@cache
def _ses(sender: str, region: str | None) -> Ses:
    return Ses(sender, region)


@cache
def _sns(region: str | None) -> Sns:
    return Sns(region)
