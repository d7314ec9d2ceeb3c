"""`make sms-templates SMS=aliyun`: what a company for text messages in China is asked to register, a file for what it answers.

Such a company sends registered templates only. The rulebook's messages are the templates: each is printed as it is typed into the
company's form, the address of the portal in it and what comes behind it as a value. The codes that come back are filled into the
file, which a stage names (`sms.templates` in stages/<stage>.toml).
"""

from __future__ import annotations

import json
import os
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infra.aws.settings import read
from infra.local.console import LocalProblem, run_as_command, say
from infra.local.places import BUILD, ROOT

TARGET = BUILD / "sms-templates.json"
# How a value is written, by its name and its place in the text, from 1.
NOTATIONS: dict[str, Callable[[str, int], str]] = {
    "aliyun": lambda name, place: f"${{{name}}}",
    "tencent": lambda name, place: f"{{{place}}}",
}


@dataclass(frozen=True)
class Template:
    """One template: its key (`filed.zh`), the names of its values in their order, and its text in pieces between them."""

    key: str
    params: tuple[str, ...]
    pieces: tuple[str, ...]

    def written(self, notation: Callable[[str, int], str]) -> str:
        """The text as it is typed into the company's form."""
        values = (notation(name, place) for place, name in enumerate(self.params, 1))
        return "".join(part for pair in zip(self.pieces, (*values, ""), strict=True) for part in pair)


def main() -> int:
    """Print the texts and write the file. Raises LocalProblem."""
    company, stage = os.environ.get("SMS", ""), os.environ.get("STAGE") or "prod"
    if company not in NOTATIONS:
        raise LocalProblem(
            f"say which company, as in make sms-templates SMS=aliyun (or {', '.join(NOTATIONS)})"
        )
    domain = read(stage).domain
    if not domain:
        raise LocalProblem(
            f"stages/{stage}.toml has no domain yet: the registered texts hold the portal's address, so it has to be known"
        )
    made = list(templates(f"https://{domain}"))
    for one in made:
        say(f"{one.key}\n   {one.written(NOTATIONS[company])}")
    said = {one.key: {"code": "", "params": one.params} for one in made}
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")
    say(f"\n{len(made)} texts to register. Fill each code into {TARGET.relative_to(ROOT)},")
    say(f"keep it as infra/aws/stages/{stage}.sms.json, and write")
    say(f'templates = "{stage}.sms.json" under [sms] in infra/aws/stages/{stage}.toml.')
    return 0


def templates(origin: str) -> Iterator[Template]:
    """Every message that may go out as a text message: to residents in both languages, to staff in Chinese."""
    from chalicelib.notify.recipients import STAFF_LANGUAGE
    from chalicelib.rulebook import load

    for words in load(ROOT / "docs" / "rulebook").messages.values():
        for language in ("zh", "en") if words.audience == "resident" else (STAFF_LANGUAGE,):
            yield template(f"{words.id}.{language}", words.text.in_language(language), origin)


def template(key: str, text: str, origin: str) -> Template:
    """The template of a text of the rulebook; its link is the portal's address and the path behind it (channels/sms.py)."""
    params: list[str] = []
    pieces = [""]
    for before, name, _, _ in string.Formatter().parse(text):
        pieces[-1] += before
        if name is not None:
            if name == "link":
                pieces[-1] += f"{origin}/"
            params.append("path" if name == "link" else name)
            pieces.append("")
    return Template(key, tuple(params), tuple(pieces))


if __name__ == "__main__":
    run_as_command(main)
