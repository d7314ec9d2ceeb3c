"""The app that knows its routes by the modules of this folder: all of them at once, or in the cloud each when it is asked for.

A packaged app carries `compiled/ways.json`: which modules answer at which address. With it a request loads what answers it and
no more, since whoever asks first waits for what is loaded. Without it, where the app is described, tested or run on one machine,
everything is there from the beginning.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chalice import Blueprint, Chalice

from .edge import answer_options, edge

# Where packaging writes it; a folder that is worked in has none.
WAYS = Path(__file__).parents[1] / "compiled" / "ways.json"


class Portal(Chalice):
    """The portal as Chalice knows it. Each module named in `modules` has a blueprint of its own name."""

    def __init__(self, app_name: str, modules: Iterable[str], ways: Mapping[str, list[str]] | None) -> None:
        super().__init__(app_name, configure_logs=False)
        self._ways = ways
        self._open: set[str] = set()
        self.register_blueprint(edge)
        if ways is None:
            for module in modules:
                self._register(module)
            answer_options(self, sorted(self.routes))

    def __call__(self, event: Any, context: Any) -> Any:
        """Answers a request of the gateway."""
        if self._ways is not None:
            self.open(event.get("requestContext", {}).get("resourcePath", ""))
        return super().__call__(event, context)

    def open(self, address: str) -> None:
        """Loads what answers at an address (a pattern, as in "/v1/cases/{number}"), unless it is loaded already."""
        if self._ways is None or address in self._open or address not in self._ways:
            return
        for module in self._ways[address]:
            if module not in self._open:
                self._register(module)
                self._open.add(module)
        answer_options(self, [address])
        self._open.add(address)

    def _register(self, module: str) -> None:
        blueprint: Blueprint = getattr(importlib.import_module(f"{__package__}.{module}"), module)
        self.register_blueprint(blueprint)


def packaged() -> dict[str, list[str]] | None:
    """The modules by address, as they were packaged; None in a folder that is worked in."""
    if not WAYS.is_file():
        return None
    found: dict[str, list[str]] = json.loads(WAYS.read_text(encoding="utf-8"))
    return found


def ways_of(app: Chalice) -> dict[str, list[str]]:
    """Which modules answer at which address of an app that knows all of its routes."""
    found: dict[str, list[str]] = {}
    for address, methods in sorted(app.routes.items()):
        modules = {entry.view_function.__module__ for method, entry in methods.items() if method != "OPTIONS"}
        found[address] = sorted(module.rpartition(".")[2] for module in modules)
    return found
