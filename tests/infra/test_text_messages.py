"""What a company for text messages is asked to register is what the portal sends, and what it answers fits into a function."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.domain.delivering import Letter
from chalicelib.domain.standards import Rulebook
from chalicelib.notify import wording
from chalicelib.notify.channels.sms import Sms
from chalicelib.notify.channels.sms_templates import packed, setting_of
from infra.aws import settings, text_messages
from infra.aws.resources import functions
from infra.local.console import LocalProblem
from tests.cases import case
from tests.notify.facts import message

ORIGIN = "https://portal.example.com"
PROD = settings.read("prod")


class Company:
    """Keeps what it was asked to send."""

    def send(self, phone: str, template_key: str, params: dict[str, str], text: str) -> None:
        self.key, self.params, self.text = template_key, params, text


def codes_for(made: list[text_messages.Template]) -> dict[str, dict[str, object]]:
    """What a company answers: a code of nine figures for each."""
    return {
        one.key: {"code": f"SMS_{10**8 + n * 7_654_321}", "params": list(one.params)}
        for n, one in enumerate(made)
    }


def test_each_registered_text_filled_with_the_values_that_are_sent_is_the_message(rulebook: Rulebook) -> None:
    made = {one.key: one for one in text_messages.templates(ORIGIN)}
    assert {words.id for words in rulebook.messages.values()} == {key.rpartition(".")[0] for key in made}
    for key, registered in made.items():
        id, _, language = key.rpartition(".")
        topic = wording.Topic(message(id), rulebook, case(rulebook), language, f"{ORIGIN}/api/track/abc")
        said = wording.render(topic, rulebook.messages[id])
        company = Company()
        letter = letter_of(said, language)
        Sms(company).send(letter)
        assert company.key == key
        values = [company.params[name] for name in registered.params]
        filled = replace(registered, params=tuple(values)).written(lambda value, place: value)
        assert filled == said.text, key


def letter_of(said: wording.Wording, language: str) -> Letter:
    """The letter that carries these words by text message."""
    return Letter(
        "m1", "sms", "13800138000", said.subject, said.text, None, language, said.template, said.params
    )


def test_the_text_is_written_as_the_company_writes_values() -> None:
    one = text_messages.template("filed.zh", "编号 {number}，进度：{link}", ORIGIN)
    assert one.written(text_messages.NOTATIONS["aliyun"]) == f"编号 ${{number}}，进度：{ORIGIN}/${{path}}"
    assert one.written(text_messages.NOTATIONS["tencent"]) == f"编号 {{1}}，进度：{ORIGIN}/{{2}}"
    assert one.params == ("number", "path")


def test_all_of_them_registered_fit_into_the_four_kilobytes_that_an_environment_has() -> None:
    templates = json.dumps(codes_for(list(text_messages.templates(ORIGIN))), separators=(",", ":"))
    sms = settings.Sms("aliyun", "桂花物业服务中心", "", "", templates)
    keys = {"LinkKey": 134, "VaultKey": 134, "EdgeKey": 65, "Origin": 60, "Table": 20, "Photos": 63}
    found = functions.environment_of(
        replace(PROD, sms=sms, mail_from="守诺 <portal@example.com>"), functions.HURRIED
    )
    size = sum(
        len(name) + (keys[value["Ref"]] if isinstance(value, dict) else len(json.dumps(value))) + 6
        for name, value in found.items()
    )
    assert size < 4096 and len(packed(templates)) < settings.MOST_PACKED
    assert setting_of(str(found["SHOUNUO_SMS_TEMPLATES"])) == setting_of(templates)
    assert "SHOUNUO_SMS" not in functions.environment_of(replace(PROD, sms=sms), functions.API)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        ("{", "cannot be read"),
        ('{"filed.zh": {"params": []}}', "needs a code"),
        (
            '{"filed.zh": {"code": "", "params": []}, "filed.en": {"code": "", "params": []}}',
            "no code for filed.zh and 1 other",
        ),
    ],
)
def test_a_file_of_codes_that_will_not_do_is_named_before_anything_is_built(
    tmp_path: Path, content: str | None, said: str
) -> None:
    stage = (
        (settings.STAGES / "prod.toml")
        .read_text("utf-8")
        .replace('templates = "{}"', 'templates = "prod.sms.json"')
    )
    (tmp_path / "prod.toml").write_text(stage, "utf-8")
    if content is not None:
        (tmp_path / "prod.sms.json").write_text(content, "utf-8")
    with pytest.raises(LocalProblem, match=said):
        settings.read("prod", tmp_path)


def test_a_file_of_codes_is_taken_from_beside_the_stage(tmp_path: Path) -> None:
    stage = (
        (settings.STAGES / "prod.toml")
        .read_text("utf-8")
        .replace('templates = "{}"', 'templates = "prod.sms.json"')
    )
    (tmp_path / "prod.toml").write_text(stage, "utf-8")
    codes = codes_for(list(text_messages.templates(ORIGIN)))
    (tmp_path / "prod.sms.json").write_text(json.dumps(codes, indent=1), "utf-8")
    assert json.loads(settings.read("prod", tmp_path).sms.templates) == codes
