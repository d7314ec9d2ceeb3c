"""Rings of keys for tests: what the portal is told of its keys when it starts."""

from __future__ import annotations

import pytest

from chalicelib import wiring
from chalicelib.domain.keyring import keys_in
from chalicelib.storage import vault
from infra import rotating
from infra.rotating import Rings

NAMES = {"link": "SHOUNUO_LINK_KEY", "vault": "SHOUNUO_VAULT_KEY"}


class Started:
    """A portal that takes up its keys when it is started; `kept` is what lies where the keys are kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kept = {"link": "5a" * 32, "vault": "5b" * 32}
        self._patch = monkeypatch
        monkeypatch.setattr(rotating, "_rings", lambda: Rings(self.kept.__getitem__, self._keep, "start"))
        self.start()

    def _keep(self, sort: str, text: str) -> None:
        self.kept[sort] = text

    def start(self) -> None:
        """Start it anew, with the keys that lie there now."""
        for sort, name in NAMES.items():
            self._patch.setenv(name, self.kept[sort])
        forget_keys()

    def step(self, sort: str, verb: str, started: bool = True) -> int:
        """A step of `rotate-keys`, and the start after it."""
        said = rotating.rotate([sort, verb], "li.wei")
        if started:
            self.start()
        return said

    def generations(self, sort: str = "vault") -> list[int]:
        """The generations of a ring as it is kept, the one in use first."""
        return [key.generation for key in keys_in(self.kept[sort], sort)]


def forget_keys() -> None:
    """What was read from the environment is read again."""
    wiring.link_keys.cache_clear()
    vault._roots.cache_clear()
    vault._key_for.cache_clear()
