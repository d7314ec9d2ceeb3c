"""The long-lived keys of the installation, several of a kind while a new one takes the old one's place.

A ring is written as its keys in hexadecimal with a space between them, each after its generation: `2:9f… 1:5b…`. A key without a
generation is the first. What is new is made with the key at the front; every key of the ring is still understood.
"""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST = 32
LAST_GENERATION = 255  # one byte of what is sealed says it


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a ring; `generation` counts from 1."""

    generation: int
    secret: bytes


def keys_in(text: str, name: str) -> tuple[Key, ...]:
    """The keys of a ring, the one in use first. Raises RuntimeError, with `name` and without any key, for what is none."""
    found: list[Key] = []
    for part in text.split():
        generation, colon, secret = part.rpartition(":")
        try:
            found.append(Key(int(generation) if colon else 1, bytes.fromhex(secret)))
        except ValueError:
            raise RuntimeError(f"{name} holds what is no key in hexadecimal") from None
    if not found or any(len(key.secret) < SHORTEST for key in found):
        raise RuntimeError(f"{name} must hold at least {SHORTEST} bytes in hexadecimal for each key")
    generations = {key.generation for key in found}
    if len(generations) < len(found) or not generations <= set(range(1, LAST_GENERATION + 1)):
        raise RuntimeError(f"{name} must name each key by a generation of its own, 1 to {LAST_GENERATION}")
    return tuple(found)


def written(keys: tuple[Key, ...]) -> str:
    """A ring as :func:`keys_in` reads it."""
    return " ".join(f"{key.generation}:{key.secret.hex()}" for key in keys)


def with_new(keys: tuple[Key, ...], secret: bytes) -> tuple[Key, ...]:
    """The ring with a new key behind the others: understood, and not used yet."""
    return (*keys, Key(max(key.generation for key in keys) + 1, secret))


def newest_first(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """The ring with its newest key in front: in use from now on."""
    return tuple(sorted(keys, key=lambda key: -key.generation))
