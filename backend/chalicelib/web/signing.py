"""What both doors share: the telephone on its way from the first page to the second, the cookies, the words for a wrong code."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalice import Response

from chalicelib import wiring
from chalicelib.domain.moments import read, written
from chalicelib.domain.standards import Text
from chalicelib.domain.telephones import NoTelephone, telephone

from .exchange import Exchange
from .problems import Problem, invalid

_KEPT = timedelta(minutes=10)
_SEALED = "telephone that waits for a code"

NO_TELEPHONE = Text(
    "手机号不对：请检查有没有少一位或多一位，例如 138\u00a00000\u00a00000。",
    "This telephone number is not right: please check its digits, for example 138\u00a00000\u00a00000.",
)
WRONG_CODE = Text(
    "验证码不对，或者已经过期、用过了。请看最新的那条短信；试满 5 次就要重新要一个。",
    "This code is wrong, used or too old. Please look at the newest message; after 5 tries ask for a new one.",
)
NOT_A_CODE = Text(
    "验证码是 6 位数字，请照短信里的填。", "The code has 6 digits: please type it as the message says."
)
NO_TELEPHONE_YET = Text(
    "离要验证码已经超过 10 分钟了。请重新填手机号，再要一个。",
    "More than 10 minutes have passed. Please give your telephone number again for a new code.",
)


MALFORMED = Text(
    "正文要正好有说明里的那几项，都是文字。",
    "The body must have just the fields of the description, all of them texts.",
)
PageOf = Callable[[Problem], Response]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A telephone to which a code was sent, if somebody has it: known to this browser only, sealed in a cookie."""

    phone: str
    language: str

    @property
    def key(self) -> str:
        """Its keyed hash."""
        return wiring.vault.phone_key(self.phone)

    @property
    def shown(self) -> str:
        """The telephone as far as its owner needs it to know which one it is."""
        return f"{self.phone[:3]}****{self.phone[-4:]}"


def phone_of(text: object) -> str:
    """A telephone as somebody typed it, as digits. Raises Problem (422)."""
    try:
        return telephone(text[:40]) if isinstance(text, str) else telephone("")
    except NoTelephone:
        raise invalid({"phone": NO_TELEPHONE}) from None


def waiting_cookie(asked: Exchange, door: str, phone: str) -> str:
    """The cookie that carries the telephone to the next page: an address must not, and a page may be reloaded."""
    said = json.dumps([door, phone, asked.language, written(asked.at)])
    sealed = wiring.vault.seal(said, _SEALED)
    return cookie(asked, _waiting_name(asked, door), sealed, int(_KEPT.total_seconds()))


def waiting(asked: Exchange, door: str) -> Waiting | None:
    """The telephone that waits for a code in this browser."""
    sealed = asked.cookie(_waiting_name(asked, door))
    if not sealed or len(sealed) > 500:
        return None
    try:
        of_door, phone, language, at = json.loads(wiring.vault.unseal(sealed, _SEALED))
    except (wiring.vault.Unreadable, ValueError):
        return None
    if of_door != door or not read(at) <= asked.at < read(at) + _KEPT:
        return None
    return Waiting(phone, language)


def no_longer_waiting(asked: Exchange, door: str) -> str:
    """The cookie that takes the telephone away again."""
    return cookie(asked, _waiting_name(asked, door), "", 0)


def cookie(asked: Exchange, name: str, value: str, seconds: int) -> str:
    """A cookie that no script reads and no other site's post carries."""
    secure = "; Secure" if asked.secure else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def wrong_code(text: Text = WRONG_CODE) -> Problem:
    """The code that was typed lets nobody in (422): the same whether it is wrong, old, used, or the number nobody's."""
    return invalid({"code": text})


def too_late() -> Problem:
    """No telephone waits for a code in this browser (422)."""
    return invalid({"phone": NO_TELEPHONE_YET})


def _waiting_name(asked: Exchange, door: str) -> str:
    name = {"resident": "rcode", "staff": "scode"}[door]
    return f"__Host-{name}" if asked.secure else name
