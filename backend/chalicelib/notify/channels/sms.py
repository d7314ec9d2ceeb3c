"""SMS behind one interface: what a provider must do, and the channel that uses it. No provider can tell a repeat."""

import re
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.delivering import Letter, Undelivered

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")


class Provider(Protocol):
    """A company that sends SMS."""

    def send(self, phone: str, template_key: str, params: dict[str, str], text: str) -> None:
        """Sends to `phone` (E.164). Providers in China send registered templates only: they look `template_key` up and fill
        it with `params`; others send `text`. Raises Undelivered."""


def international(phone: str) -> str:
    """The telephone in E.164; mainland numbers get +86. Raises Undelivered, final, when no SMS can reach it."""
    bare = re.sub(r"[\s()-]", "", phone)
    if _MOBILE.fullmatch(bare):
        return f"+86{bare}"
    if _INTERNATIONAL.fullmatch(bare):
        return bare
    raise Undelivered("sms: not a mobile number", final=True)


@dataclass(frozen=True)
class Sms:
    """The channel. A template's key is its id in the rulebook and the language: `filed.zh`."""

    provider: Provider
    tells_repeats: bool = False
    joined_bytes: int = 0
    most_posts: int | None = None

    def send(self, letter: Letter) -> None:
        """Sends the letter. Raises Undelivered."""
        params = dict(letter.params)
        if "link" in params:
            # Registered templates hold the address of the portal themselves and take only what comes after it.
            params["path"] = re.sub(r"^https?://[^/]+/?", "", params["link"])
        self.provider.send(
            international(letter.to), f"{letter.template}.{letter.language}", params, letter.text
        )
