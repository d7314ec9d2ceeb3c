"""The rehearsal of a deployment without an account: the template is judged, transformed, and made as far as moto can make it.

1. cfn-lint finds nothing to say about any stage and partition, as it was merged.
2. The transform that CloudFormation runs for AWS::Serverless goes through, offline.
3. For the fullest of them moto's CloudFormation creates what it knows: not API Gateway, CloudFront and alarms, nor what refers
   to them.
4. The table that was created is the one that the models describe.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.aws import keys
from infra.aws.resources.alarms import alarms
from infra.aws.resources.intrinsics import Part
from infra.aws.resources.table import PROTECTED
from infra.aws.settings import STAGES, Settings, read
from infra.aws.template import FOLDER, write
from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.dynamodb import CLIENT_ENVIRONMENT

ACCOUNT = "123456789012"
UNKNOWN_TO_MOTO = (
    "AWS::ApiGateway::",
    "AWS::Budgets::",
    "AWS::CloudFront::",
    "AWS::CloudWatch::",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::SES::",
)
ANSWERS = {
    "Origin": "https://portal.example.com",
    "Release": "0000000000",
    "CodeBucket": "shounuo-code",
    "ApiCode": "api.zip",
    "JobsCode": "jobs.zip",
    "DecodeCode": "decode.zip",
    **dict.fromkeys(keys.HANDED_OVER, "5a" * 32),
    keys.VERSION: "1",
    PROTECTED: "false",
}


def main() -> int:
    """Rehearse every stage, one that has everything there is, and one in China."""
    whole: dict[str, Part] = {}
    stages = [read(file.stem) for file in sorted(STAGES.glob("*.toml"))]
    china = replace(
        stages[0], stage="china", partition="aws-cn", region="cn-north-1", domain="portal.example.cn",
        mail_domain="", mail_from="",
    )  # fmt: skip
    full = replace(
        stages[-1], stage="full", domain="portal.example.com",
        certificate=f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111-2222-3333-4444-555555555555",
        firewall=f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/shounuo/11111111-2222-3333-4444-555555555555",
        mail_domain="example.com", mail_from="portal@example.com", sms=replace(stages[-1].sms, provider="sns"),
    )  # fmt: skip
    for settings in (*stages, full, china):
        with step(f"Judging and transforming {settings.stage} ({settings.partition}, {settings.region})"):
            file = write(settings)
            lint(file, settings.region)
            whole[settings.stage] = transformed(json.loads(file.read_text("utf-8")), settings)
            look_at_the_api(whole[settings.stage], settings)
    with step("Creating the fullest of them"):
        made, left_out = create(whole[full.stage], full)
        say(
            f"   {made + left_out} resources: {made} given to moto, {left_out} left out "
            "(API Gateway, CloudFront, SES, alarms, budget, and what refers to them)"
        )
    return 0


def lint(file: Path, region: str) -> None:
    """Raises LocalProblem with what cfn-lint says."""
    from cfnlint.api import ManualArgs, lint_file

    said = lint_file(file, ManualArgs(regions=[region]))
    if said:
        lines = [f"{one.rule.id} {'/'.join(map(str, one.path or []))}: {one.message}" for one in said]
        raise LocalProblem("cfn-lint: " + "\n".join(lines))


def transformed(template: Part, settings: Settings) -> Part:
    """The template as CloudFormation would make it of AWS::Serverless. Raises LocalProblem."""
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.public.exceptions import InvalidDocumentException
    from samtranslator.translator.translator import Translator

    for resource in template["Resources"].values():
        code = resource.get("Properties", {}).get("CodeUri")
        if code:  # the translator looks at the address, CloudFormation fills parameters in before
            resource["Properties"]["CodeUri"] = f"s3://{ANSWERS['CodeBucket']}/{ANSWERS[code['Key']['Ref']]}"
    session = boto3.Session(region_name=settings.region)
    translator = Translator({}, Parser(), boto_session=session)
    try:
        made: Part = translator.translate(template, {})
    except InvalidDocumentException as error:
        raise LocalProblem(f"the transform refuses: {error.message}") from None
    written = FOLDER / f"{settings.stage}.transformed.json"
    written.write_text(json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return made


def look_at_the_api(template: Part, settings: Settings) -> None:
    """The API has one stage, with its limits, and the name by which its alarm looks. Raises LocalProblem.

    Left to itself the transform makes a second one, open to all and without limits.
    """
    kinds: dict[str, list[Part]] = defaultdict(list)
    for one in template["Resources"].values():
        kinds[one["Type"]].append(one["Properties"])
    [stage], [deployed] = kinds["AWS::ApiGateway::Stage"], kinds["AWS::ApiGateway::Deployment"]
    [api] = kinds["AWS::ApiGateway::RestApi"]
    rate = stage["MethodSettings"][0]["ThrottlingRateLimit"]
    alarm = next(one for one in alarms(settings) if one.namespace == "AWS/ApiGateway")
    problems = [
        "StageName" in deployed and "what is deployed is a stage of its own",
        rate != settings.requests_per_second and f"the stage lets {rate} requests a second through",
        api["Body"]["info"]["title"] != api["Name"] and "the API has two names",
        api["Body"]["swagger"] != "2.0" and "the API is described otherwise",
        dict(alarm.dimensions) != {"ApiName": api["Name"], "Stage": stage["StageName"]}
        and "the alarm looks at another API",
    ]
    if said := [one for one in problems if one]:
        raise LocalProblem("; ".join(map(str, said)))


def create(template: Part, settings: Settings) -> tuple[int, int]:
    """Have moto create what it can; how many resources that were, and how many were left out. Raises LocalProblem."""
    import boto3

    stack, left_out = without(template, UNKNOWN_TO_MOTO)
    with an_account(settings):
        store = boto3.client("s3", region_name=settings.region)
        where = {"CreateBucketConfiguration": {"LocationConstraint": settings.region}}
        store.create_bucket(Bucket=ANSWERS["CodeBucket"], **({} if settings.region == "us-east-1" else where))
        for code in ("ApiCode", "JobsCode", "DecodeCode"):
            store.put_object(Bucket=ANSWERS["CodeBucket"], Key=ANSWERS[code], Body=_an_archive())
        clouds = boto3.client("cloudformation", region_name=settings.region)
        clouds.create_stack(
            StackName=settings.name,
            TemplateBody=json.dumps(stack),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in ANSWERS.items()
                if name in stack["Parameters"]
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        found = clouds.describe_stack_resources(StackName=settings.name)["StackResources"]
        _look_at(settings)
    return len(found), left_out


def without(template: Part, kinds: tuple[str, ...]) -> tuple[Part, int]:
    """The template without these kinds, what refers to them, and what refers to that."""
    left = json.loads(json.dumps(template))
    resources: Part = left["Resources"]
    gone = {name for name, one in resources.items() if one["Type"].startswith(kinds)}
    while True:
        more = {name for name, one in resources.items() if name not in gone and set(named_in(one)) & gone}
        if not more:
            break
        gone |= more
    left["Resources"] = {name: one for name, one in resources.items() if name not in gone}
    left["Outputs"] = {
        name: one for name, one in left.get("Outputs", {}).items() if not set(named_in(one)) & gone
    }
    return left, len(gone)


def named_in(part: Any) -> Iterator[str]:
    """The resources and parameters that a part refers to."""
    if isinstance(part, list):
        for one in part:
            yield from named_in(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "Ref":
                yield value
            elif name == "Fn::GetAtt":
                yield value[0] if isinstance(value, list) else value.partition(".")[0]
            elif name == "Fn::Sub":
                text = value if isinstance(value, str) else value[0]
                yield from (piece.split("}")[0].split(".")[0] for piece in text.split("${")[1:])
                yield from named_in(value[1] if isinstance(value, list) else [])
            elif name == "DependsOn":
                yield from [value] if isinstance(value, str) else value
            else:
                yield from named_in(value)


@contextmanager
def an_account(settings: Settings) -> Iterator[None]:
    """An account of moto's, in which nothing is."""
    from moto import mock_aws

    os.environ.update(CLIENT_ENVIRONMENT, AWS_DEFAULT_REGION=settings.region)
    with mock_aws():
        yield


def _look_at(settings: Settings) -> None:
    """The table and the schedules that were made. Raises LocalProblem where they are not what they should be."""
    import boto3

    from infra.aws.resources.functions import SCHEDULED
    from infra.aws.resources.table import schema

    region = settings.region
    table = boto3.client("dynamodb", region_name=region).describe_table(TableName=settings.table)["Table"]
    wanted = {one["IndexName"]: one["KeySchema"] for one in schema()["GlobalSecondaryIndexes"]}
    found = {one["IndexName"]: one["KeySchema"] for one in table["GlobalSecondaryIndexes"]}
    rules = boto3.client("events", region_name=region).list_rules()["Rules"]
    problems = [
        found != wanted and "the table's indexes are not the models'",
        table["KeySchema"] != schema()["KeySchema"] and "the table's keys are not the models'",
        len(rules) != len(SCHEDULED) and f"{len(rules)} schedules instead of {len(SCHEDULED)}",
    ]
    if said := [one for one in problems if one]:
        raise LocalProblem("; ".join(map(str, said)))


def _an_archive() -> bytes:
    """An archive that is one: moto looks."""
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("start.py", "")
    return made.getvalue()


if __name__ == "__main__":
    run_as_command(main)
