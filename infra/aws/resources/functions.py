"""The functions: names, environment, logs, where a failed run is kept, and the one that is not of Chalice's making."""

from __future__ import annotations

import sys

from chalice.utils import to_cfn_resource_name

from chalicelib.notify.channels.sms_templates import packed
from infra.aws.resources.intrinsics import KEPT, Part, attribute, ref, sub
from infra.aws.settings import Settings

PUBLISH = "publish_notices"
# Every minute or every few: the next run does it all, a repeat of a lost one would only come late.
OFTEN = (
    "enforce_deadlines",
    "deliver_messages",
    "expire_posts",
    "spread_incidents",
    "count_figures",
    PUBLISH,
)
DAILY = ("watch_calendar", "draw_call_backs", "forget_what_is_over", "check_everything")
SCHEDULED = (*OFTEN, *DAILY)
API = "api_handler"
# Reads strangers' files for the API (backend/chalicelib/decoding). It answers while somebody waits, so it has a whole processor,
# and less time than the API has for it: who is not waited for any more need not go on.
DECODE = "decode"
DECODE_MEMORY = 1769
DECODE_SECONDS = 5
KEEP_FAILED_SECONDS = 14 * 24 * 3600
# For how long Lambda tries to start a run that it has no room for. One that comes late is harmless everywhere; of these there are
# many at once, for each code that somebody asks for is one: given up early they would be taken for failed runs.
HURRIED = "deliver_messages"
HURRIED_SECONDS = 900


def logical(function: str) -> str:
    """What Chalice calls the resource of a function."""
    return "APIHandler" if function == API else to_cfn_resource_name(function)


def code_of(function: str) -> str:
    """The parameter of the template that names a function's archive."""
    return {API: "ApiCode", DECODE: "DecodeCode"}.get(function, "JobsCode")


def handler_of(function: str) -> str:
    """What Lambda starts."""
    return f"start.{function}"


def resources(settings: Settings) -> Part:
    """What is merged into the functions, and what stands beside them."""
    made: Part = {
        "FailedRuns": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": f"{settings.name}-failed-runs",
                "MessageRetentionPeriod": KEEP_FAILED_SECONDS,
                "SqsManagedSseEnabled": True,
            },
        },
        "FailedRunsPolicy": _events_may_send(),
    }
    for function in (API, *SCHEDULED):
        made[logical(function)] = {"Properties": _properties(settings, function)}
        made[f"{logical(function)}Log"] = _log(settings, function)
    return made | _decoder(settings)


def _log(settings: Settings, function: str) -> Part:
    keep = KEPT if settings.precious else "Delete"
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": keep,
        "UpdateReplacePolicy": "Retain" if settings.precious else "Delete",
        "Properties": {
            "LogGroupName": f"/aws/lambda/{settings.name}-{function}",
            "RetentionInDays": settings.keep_log_days,
        },
    }


def _decoder(settings: Settings) -> Part:
    """The function that decodes: nothing in its environment, and a role that may write its log and do nothing else.

    Chalice would give it the environment of all functions, so its description is ours.
    """
    name = logical(DECODE)
    assumed = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return {
        name: {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "FunctionName": f"{settings.name}-{DECODE}",
                "Runtime": "python{}.{}".format(*sys.version_info),
                "Architectures": ["x86_64"],
                "Handler": handler_of(DECODE),
                "CodeUri": {"Bucket": ref("CodeBucket"), "Key": ref(code_of(DECODE))},
                "MemorySize": DECODE_MEMORY,
                "Timeout": DECODE_SECONDS,
                "Role": attribute(f"{name}Role"),
                "LoggingConfig": {"LogGroup": ref(f"{name}Log")},
            },
        },
        f"{name}Log": _log(settings, DECODE),
        f"{name}Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [assumed]},
                "Policies": [
                    {
                        "PolicyName": f"{name}Policy",
                        "PolicyDocument": {"Version": "2012-10-17", "Statement": [may_log(DECODE)]},
                    }
                ],
            },
        },
    }


def may_log(function: str) -> Part:
    """What every function may: write into its own log."""
    return {
        "Sid": "Log",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": attribute(f"{logical(function)}Log"),
    }


def _properties(settings: Settings, function: str) -> Part:
    made: Part = {
        "FunctionName": f"{settings.name}-{function}",
        "Environment": {"Variables": environment_of(settings, function)},
        # Chalice names the archive on the machine that built it; here it is where the deployment put it, one for the API and one
        # for what the clock does, and what is started is ours (infra/aws/shipped/start.py).
        "CodeUri": {"Bucket": ref("CodeBucket"), "Key": ref(code_of(function))},
        "Handler": handler_of(function),
        "LoggingConfig": {"LogGroup": ref(f"{logical(function)}Log")},
    }
    if function == API:
        return made
    made["EventInvokeConfig"] = {
        "MaximumRetryAttempts": 2 if function in DAILY else 0,
        "MaximumEventAgeInSeconds": _may_wait(function),
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": attribute("FailedRuns")}},
    }
    event = {"DeadLetterConfig": {"Arn": attribute("FailedRuns")}}
    made["Events"] = {f"{logical(function)}Event": {"Properties": event}}
    return made


def _may_wait(function: str) -> int:
    """The seconds after which a run that could not start is given up."""
    if function == HURRIED:
        return HURRIED_SECONDS
    return 3600 if function in DAILY else 120


def environment_of(settings: Settings, function: str) -> Part:
    """What a function finds: all of it; but who publishes notices needs no key, and alone is told which release is shown, and who
    delivers messages alone is told by which company, for all of a function's environment has 4 KB."""
    said = environment(settings)
    if function == HURRIED:
        return said | text_messages(settings)
    if function != PUBLISH:
        return said
    needed = ("SHOUNUO_STAGE", "SHOUNUO_METRICS")
    site = {"SHOUNUO_SITE": ref("Site"), "SHOUNUO_RELEASE": ref("Release")}
    return {name: said[name] for name in needed} | site


def environment(settings: Settings) -> Part:
    """What the app reads (README of the repository, notify/channels/cloud.py). Its keys come from infra/aws/keys.py."""
    said: Part = {
        "SHOUNUO_STAGE": settings.stage,
        "SHOUNUO_TABLE": ref("Table"),
        "SHOUNUO_ORIGIN": ref("Origin"),
        "SHOUNUO_PHOTOS": ref("Photos"),
        "SHOUNUO_SECRETS": f"/{settings.name}",
        "SHOUNUO_DELIVER_FUNCTION": f"{settings.name}-deliver_messages",
        "SHOUNUO_DECODE_FUNCTION": f"{settings.name}-{DECODE}",
        "SHOUNUO_METRICS": settings.name,
        "SHOUNUO_SHARDS": str(settings.shards),
        "SHOUNUO_LINK_KEY": ref("LinkKey"),
        "SHOUNUO_VAULT_KEY": ref("VaultKey"),
        "SHOUNUO_EDGE_KEY": ref("EdgeKey"),
    }
    if settings.mail_from:
        said["SHOUNUO_MAIL_FROM"] = settings.mail_from
    return said


def text_messages(settings: Settings) -> Part:
    """Which company sends text messages, and under which registered words."""
    sms = settings.sms
    if not sms.provider:
        return {}
    named = {"SIGN": sms.sign, "APP": sms.app, "REGION": sms.region}
    said = {f"SHOUNUO_SMS_{name}": value for name, value in named.items() if value}
    return {"SHOUNUO_SMS": sms.provider, "SHOUNUO_SMS_TEMPLATES": packed(sms.templates)} | said


def _events_may_send() -> Part:
    rules = sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*")
    statement = {
        "Sid": "RunsThatCouldNotStart",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": attribute("FailedRuns"),
        "Condition": {"ArnLike": {"aws:SourceArn": rules}},
    }
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [ref("FailedRuns")],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }
