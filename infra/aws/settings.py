"""What differs between installations: infra/aws/stages/<stage>.toml, checked before anything is built from it."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from chalicelib.notify.channels.sms_templates import packed, read_registered
from infra.local.console import LocalProblem

STAGES = Path(__file__).parent / "stages"
PARTITIONS = ("aws", "aws-cn")
SMS = ("", "aliyun", "tencent", "sns")
# Of the 4 KB that the environment of a function may have; the templates of all messages take 1.9.
MOST_PACKED = 2600


@dataclass(frozen=True)
class Sms:
    """Who carries text messages, and under which registered words."""

    provider: str = ""
    sign: str = ""
    app: str = ""
    region: str = ""
    templates: str = "{}"


@dataclass(frozen=True)
class Settings:
    """One installation. `stage` names it; see stages/prod.toml for what each setting means."""

    stage: str
    partition: str
    region: str
    domain: str
    certificate: str
    firewall: str
    mail_domain: str
    mail_from: str
    alarm_mail: str
    budget_usd: int
    keep_log_days: int
    shards: int
    requests_per_second: int
    burst: int
    runbooks: str
    # In China: the VPC endpoint of S3 through which what stands before the portal reads the site; may be left out.
    site_reader: str = ""
    sms: Sms = Sms()

    @property
    def name(self) -> str:
        """What everything of this installation is called after; the stack too."""
        return f"shounuo-{self.stage}"

    @property
    def table(self) -> str:
        """The table's name, as backend/.chalice/config.json has it."""
        return "shounuo" if self.stage == "prod" else self.name

    @property
    def profile(self) -> str:
        """Its stage in backend/.chalice/config.json: memory, time and policies of the functions."""
        return "prod" if self.precious else "dev"

    @property
    def in_china(self) -> bool:
        """Whether it stands in a region of China: no CloudFront of this template, no SES, no budgets."""
        return self.partition == "aws-cn"

    @property
    def precious(self) -> bool:
        """Whether residents' data lie in it: nothing here may take it down."""
        return self.stage == "prod"

    @property
    def suffix(self) -> str:
        """The end of the host names of AWS there."""
        return "amazonaws.com.cn" if self.in_china else "amazonaws.com"


def read(stage: str, folder: Path = STAGES) -> Settings:
    """The settings of a stage. Raises LocalProblem with file, key and what would be right."""
    file = folder / f"{stage}.toml"
    if not re.fullmatch(r"[a-z][a-z0-9]{1,9}", stage) or not file.is_file():
        known = ", ".join(sorted(one.stem for one in folder.glob("*.toml")))
        raise LocalProblem(f"say which stage, as in STAGE=dev (there are: {known})")
    said: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    sms = said.pop("sms", {})
    wanted = {one.name: one.type for one in fields(Settings) if one.name not in ("stage", "sms")}
    said.setdefault("site_reader", "")
    for key in sorted(wanted.keys() ^ said.keys()):
        raise LocalProblem(f"{file.name}: {key} is {'not a setting' if key in said else 'missing'}")
    for key, kind in wanted.items():
        if type(said[key]).__name__ != kind:
            raise LocalProblem(f"{file.name}: {key} must be {'a number' if kind == 'int' else 'text'}")
    made = Settings(stage=stage, sms=_text_messages(sms, file), **said)
    if problem := _problem(made):
        raise LocalProblem(f"{file.name}: {problem}")
    return made


def _text_messages(said: dict[str, Any], file: Path) -> Sms:
    """How text messages are sent, with what a company answered to `make sms-templates` where a file beside this one is named."""
    if unknown := sorted(said.keys() - {one.name for one in fields(Sms)}):
        raise LocalProblem(f"{file.name}: sms.{unknown[0]} is not a setting")
    made = Sms(**said)
    name = made.templates
    if name.endswith(".json"):
        if not (file.parent / name).is_file():
            raise LocalProblem(
                f"{file.name}: sms.templates names {name}, and there is no such file beside it"
            )
        made = replace(made, templates=(file.parent / name).read_text("utf-8"))
    try:
        known = read_registered(json.loads(made.templates))
    except (ValueError, AttributeError) as error:
        raise LocalProblem(f"{file.name}: sms.templates cannot be read ({error})") from None
    if missing := [key for key, one in known.items() if not one.code]:
        raise LocalProblem(
            f"{file.name}: sms.templates has no code for {missing[0]} and {len(missing) - 1} others"
        )
    short = json.dumps(json.loads(made.templates), separators=(",", ":"))
    if len(packed(short)) > MOST_PACKED:
        raise LocalProblem(
            f"{file.name}: sms.templates are too many for the environment of a function: leave out what is never sent"
        )
    return replace(made, templates=short)


def _problem(made: Settings) -> str:
    """What is wrong with settings that are each of the right kind; "" for nothing."""
    china = made.region.startswith("cn-")
    if made.partition not in PARTITIONS:
        return f"partition must be one of {', '.join(PARTITIONS)}"
    if made.in_china != china:
        return f"region {made.region} does not belong to the partition {made.partition}"
    if made.in_china and not made.domain:
        return "domain is needed in China: the site is only reachable under a name with an ICP filing"
    if made.domain and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", made.domain):
        return "domain must be a host name, as portal.example.com"
    if made.domain and not made.in_china and ":us-east-1:" not in made.certificate:
        return "certificate must be the ARN of a certificate in us-east-1, where CloudFront looks for it"
    if made.in_china and (made.mail_domain or made.mail_from):
        return "there is no SES in China: leave mail_domain and mail_from empty"
    if made.in_china and made.sms.provider == "sns":
        return "SNS sends no text messages in China: sms.provider must be aliyun, tencent or empty there"
    if made.site_reader and not made.in_china:
        return "site_reader is for China alone: elsewhere CloudFront reads the site's bucket"
    if made.site_reader and not re.fullmatch(r"vpce-[0-9a-f]{8,17}", made.site_reader):
        return "site_reader must be the id of a VPC endpoint of S3, as vpce-0123456789abcdef0"
    if bool(made.mail_domain) != bool(made.mail_from):
        return "mail_domain and mail_from go together"
    if made.mail_domain and not made.mail_from.rstrip(">").endswith("@" + made.mail_domain):
        return "mail_from must be an address of mail_domain"
    if made.sms.provider not in SMS:
        return "sms.provider must be aliyun, tencent, sns or empty"
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", made.alarm_mail):
        return "alarm_mail must be an e-mail address"
    for key in ("budget_usd", "requests_per_second", "burst"):
        if getattr(made, key) < 1:
            return f"{key} must be at least 1"
    if made.shards not in range(1, 9):
        return "shards must be from 1 to 8"
    if made.keep_log_days not in (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731):
        return "keep_log_days must be one of the spans that CloudWatch knows, as 14, 90 or 365"
    return ""
