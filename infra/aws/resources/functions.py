"""The functions that Chalice makes: their names, their environment, their logs, and where a failed run is kept."""

from __future__ import annotations

from chalice.utils import to_cfn_resource_name

from infra.aws.resources.intrinsics import Part, attribute, ref, sub
from infra.aws.settings import Settings

# Every minute or every few: the next run does it all, a repeat of a lost one would only come late.
OFTEN = ("enforce_deadlines", "deliver_messages", "expire_posts", "spread_incidents", "count_figures")
DAILY = ("watch_calendar", "forget_what_is_over", "check_everything")
SCHEDULED = (*OFTEN, *DAILY)
API = "api_handler"
KEEP_FAILED_SECONDS = 14 * 24 * 3600


def logical(function: str) -> str:
    """What Chalice calls the resource of a function."""
    return "APIHandler" if function == API else to_cfn_resource_name(function)


def code_of(function: str) -> str:
    """The parameter of the template that names a function's archive."""
    return "ApiCode" if function == API else "JobsCode"


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
        made[f"{logical(function)}Log"] = {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": f"/aws/lambda/{settings.name}-{function}",
                "RetentionInDays": settings.keep_log_days,
            },
        }
    return made


def _properties(settings: Settings, function: str) -> Part:
    made: Part = {
        "FunctionName": f"{settings.name}-{function}",
        "Environment": {"Variables": environment(settings)},
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
        "MaximumEventAgeInSeconds": 3600 if function in DAILY else 120,
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": attribute("FailedRuns")}},
    }
    event = {"DeadLetterConfig": {"Arn": attribute("FailedRuns")}}
    made["Events"] = {f"{logical(function)}Event": {"Properties": event}}
    return made


def environment(settings: Settings) -> Part:
    """What the app reads (README of the repository, notify/channels/cloud.py). Keys are named, and filled in by the cloud."""
    said: Part = {
        "SHOUNUO_STAGE": settings.stage,
        "SHOUNUO_TABLE": ref("Table"),
        "SHOUNUO_ORIGIN": ref("Origin"),
        "SHOUNUO_PHOTOS": ref("Photos"),
        "SHOUNUO_SECRETS": f"/{settings.name}",
        "SHOUNUO_DELIVER_FUNCTION": f"{settings.name}-deliver_messages",
        "SHOUNUO_METRICS": settings.name,
        "SHOUNUO_SHARDS": str(settings.shards),
        "SHOUNUO_LINK_KEY": key("link"),
        "SHOUNUO_VAULT_KEY": key("vault"),
        "SHOUNUO_EDGE_KEY": key("edge"),
    }
    if settings.mail_from:
        said["SHOUNUO_MAIL_FROM"] = settings.mail_from
    if settings.sms.provider:
        sms = settings.sms
        said["SHOUNUO_SMS"] = sms.provider
        said["SHOUNUO_SMS_TEMPLATES"] = sms.templates
        named = {"SIGN": sms.sign, "APP": sms.app, "REGION": sms.region}
        said |= {f"SHOUNUO_SMS_{name}": value for name, value in named.items() if value}
    return said


def key(name: str) -> Part:
    """One of the installation's keys: they lie in one secret, made once by the deployment and never seen by it again."""
    return sub(f"{{{{resolve:secretsmanager:${{Keys}}:SecretString:{name}::${{KeysVersion}}}}}}")


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
