"""The key under which a request may come again and counts once (Stripe's contract)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.keeping import RequestKey
from chalicelib.domain.standards import Text

from . import body
from .exchange import Exchange
from .fields import KEY
from .forms import digest_of
from .problems import Problem, bad_request

HEADER = "idempotency-key"
FIELD = "idempotency_key"
# So many minutes after a full hour a second tap may belong to a first one before it.
_AFTER_THE_HOUR = 10


def needed_key(asked: Exchange, scope: str, what: object) -> RequestKey:
    """The key of the header, which a program must send. Raises Problem (400) when it is missing, empty or too long."""
    if HEADER not in asked.headers:
        raise _wrong_key()
    return RequestKey(scope, _sound(asked.headers[HEADER]), digest_of(what), asked.at)


def optional_key(asked: Exchange, scope: str, what: object, field: str | None = None) -> RequestKey | None:
    """The key of the header or of the form's hidden field; None without either. Raises Problem (400) for an unsound one."""
    given = asked.headers.get(HEADER, field or None)
    return None if given is None else RequestKey(scope, _sound(given), digest_of(what), asked.at)


def key_of_form(asked: Exchange, scope: str, what: object, field: str | None) -> RequestKey:
    """The key of a posted form. A browser without scripts sends none: then what was written is the key, for an hour,
    so that a second tap on the button files nothing twice."""
    given = optional_key(asked, scope, what, field)
    if given is not None:
        return given
    digest = digest_of(what)
    key = RequestKey(scope, f"written:{asked.at:%Y%m%d%H}:{digest}", digest, asked.at)
    if asked.at.minute < _AFTER_THE_HOUR:
        before = replace(key, key=f"written:{asked.at - timedelta(hours=1):%Y%m%d%H}:{digest}")
        if wiring.cases.answer_to(before) is not None:
            return before
    return key


def posted(asked: Exchange, *names: str) -> tuple[dict[str, str], dict[str, str]]:
    """What a form posts: the fields `names` that it sends along for itself, with its language, in which it is answered; and all
    others. Raises Problem for what is no form."""
    along, fields = taken_out(body.read_form(asked), "language", *names)
    asked.speak(along)
    return along, fields


def taken_out(values: Mapping[str, str], *names: str) -> tuple[dict[str, str], dict[str, str]]:
    """The fields that the form sends along for itself, and all others."""
    along = {name: values[name] for name in names if name in values}
    return along, {name: text for name, text in values.items() if name not in names}


def _sound(key: str) -> str:
    if not KEY.fullmatch(key):
        raise _wrong_key()
    return key


def _wrong_key() -> Problem:
    return bad_request(
        "idempotency-key",
        Text(
            "请求头 Idempotency-Key 要有，1 到 255 个可见的英文字符。",
            "The header Idempotency-Key is needed: 1 to 255 visible ASCII characters.",
        ),
    )
