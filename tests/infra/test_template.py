"""The cloud's template, without the cloud: what it must hold, what it must refuse, and what API Gateway would not take."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.aws import keys, publish, rehearse_template, rights
from infra.aws import settings as of_stages
from infra.aws.resources import alarms, buckets, edge, functions, gateway, table
from infra.aws.settings import STAGES, Settings, read
from infra.aws.template import of_chalice, ours
from infra.local.console import LocalProblem

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}


@pytest.fixture(scope="module")
def prod() -> Settings:
    return read("prod")


@pytest.fixture(scope="module")
def chalice(prod: Settings) -> dict:
    return of_chalice("prod", prod.region)


def test_the_table_is_the_one_of_the_models_and_cannot_be_lost(prod: Settings) -> None:
    from chalicelib.storage.table import Record

    made = table.resources(prod)["Table"]
    names = {one["IndexName"] for one in made["Properties"]["GlobalSecondaryIndexes"]}
    assert names == {index.Meta.index_name for index in Record._indexes.values()}
    assert made["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert made["Properties"]["DeletionProtectionEnabled"] == {"Ref": table.PROTECTED}
    assert made["DeletionPolicy"] == "RetainExceptOnCreate", (
        "a first deployment that fails leaves no name taken"
    )
    assert table.resources(read("dev"))["Table"]["DeletionPolicy"] == "Delete"


def test_the_database_takes_the_table_as_the_template_has_it(prod: Settings, database: Any) -> None:
    """Amazon's own: moto takes keys in any order."""
    said = table.resources(prod)["Table"]["Properties"]
    taken = {name: said[name] for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")}
    database.create_table(TableName="as-the-template-has-it", BillingMode=said["BillingMode"], **taken)
    made = database.delete_table(TableName="as-the-template-has-it")["TableDescription"]
    assert len(made["GlobalSecondaryIndexes"]) == len(said["GlobalSecondaryIndexes"])


def test_no_bucket_is_public_but_the_one_of_the_404_page(prod: Settings) -> None:
    found = buckets.resources(prod)
    public = [
        name
        for name, one in found.items()
        if one["Type"] == "AWS::S3::Bucket"
        and one["Properties"]["PublicAccessBlockConfiguration"] != buckets.NOTHING_PUBLIC
    ]
    assert public == ["Missing"]
    [only] = found["MissingPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert only["Resource"] == {"Fn::Sub": "${Missing.Arn}/*"}, "what S3 may not look for is 403, not 404"
    assert "aws:Referer" in only["Condition"]["StringEquals"]
    website = found["Missing"]["Properties"]["WebsiteConfiguration"]
    assert website["ErrorDocument"] == {"Fn::Sub": "${Release}/404.html"}, "it goes back with the stack"
    assert publish.MISSING.format("${Release}") == website["ErrorDocument"]["Fn::Sub"]
    photos = found["Photos"]["Properties"]["LifecycleConfiguration"]["Rules"][0]
    assert (photos["Prefix"], photos["ExpirationInDays"]) == ("incoming/", 1)


def test_of_the_api_only_what_goes_on_now_is_cached_and_the_site_has_the_headers_of_its_build(
    prod: Settings,
) -> None:
    made = edge.resources(prod, HEADERS, HEADERS)
    config = made["Distribution"]["Properties"]["DistributionConfig"]
    now, api, admin = config["CacheBehaviors"]
    assert (api["PathPattern"], api["CachePolicyId"]) == ("/api/*", edge.CACHING_DISABLED)
    assert api["OriginRequestPolicyId"] == edge.ALL_VIEWER_EXCEPT_HOST_HEADER
    assert (now["PathPattern"], now["TargetOriginId"]) == ("/api/v1/now", "api")
    assert not {"OriginRequestPolicyId", "FunctionAssociations"} & now.keys(), "what is kept knows of nobody"
    kept = made["NowCache"]["Properties"]["CachePolicyConfig"]
    assert now["CachePolicyId"] == {"Ref": "NowCache"}
    assert (kept["DefaultTTL"], kept["MaxTTL"]) == (0, edge.NOW_SECONDS)
    of_whom = kept["ParametersInCacheKeyAndForwardedToOrigin"]
    assert of_whom["CookiesConfig"] == {"CookieBehavior": "none"}
    assert of_whom["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert (admin["PathPattern"], admin["ResponseHeadersPolicyId"]) == ("/admin/*", {"Ref": "AdminHeaders"})
    site = made["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    assert (
        site["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
        == "default-src 'none'"
    )
    assert site["CustomHeadersConfig"]["Items"][0]["Header"] == "Permissions-Policy"
    assert config["CustomErrorResponses"] == [
        {"ErrorCode": code, "ErrorCachingMinTTL": 0} for code in (500, 502, 503, 504)
    ], "a failure is nobody else's, and no page stands for the API's own answers"
    too_long = HEADERS | {"Content-Security-Policy": "x" * 1784}
    with pytest.raises(LocalProblem, match="1783"):
        edge.resources(prod, too_long, HEADERS)


def test_what_does_not_exist_in_china_is_left_out(prod: Settings) -> None:
    there = replace(prod, partition="aws-cn", region="cn-north-1", domain="portal.example.cn")
    made = ours(there, HEADERS, HEADERS)
    kinds = {one.get("Type", "") for one in made["Resources"].values()}
    assert not {kind for kind in kinds if "CloudFront" in kind or "Budgets" in kind or "SES" in kind}
    assert "Distribution" not in json.dumps(made)
    assert "arn:aws:" not in json.dumps(made)


def test_in_china_the_site_is_read_through_the_endpoint_that_is_named_and_by_nobody_else(
    prod: Settings, tmp_path: Path
) -> None:
    there = replace(prod, partition="aws-cn", region="cn-north-1", domain="portal.example.cn")

    def allowed(settings: Settings) -> list[dict]:
        said = buckets.resources(settings)["SitePolicy"]["Properties"]["PolicyDocument"]["Statement"]
        return [one for one in said if one["Effect"] == "Allow"]

    assert allowed(there) == []
    [only] = allowed(replace(there, site_reader="vpce-0123456789abcdef0"))
    assert only["Action"] == "s3:GetObject" and only["Resource"] == {"Fn::Sub": "${Site.Arn}/releases/*"}
    assert only["Condition"] == {"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}
    text = (STAGES / "prod.toml").read_text("utf-8")
    for key, wrong in (
        ('"aws" ', '"aws-cn" '),
        ('"ap-southeast-1"', '"cn-north-1"'),
        ('domain = ""', 'domain = "portal.example.cn"'),
    ):
        assert key in text
        text = text.replace(key, wrong, 1)

    def refused(before: str, changed: str) -> str:
        (tmp_path / "prod.toml").write_text(text.replace(before, changed, 1), "utf-8")
        with pytest.raises(LocalProblem) as problem:
            of_stages.read("prod", tmp_path)
        return str(problem.value)

    assert "sms.provider must be aliyun, tencent or empty" in refused('provider = ""', 'provider = "sns"')
    assert "the id of a VPC endpoint" in refused("shards", 'site_reader = "10.0.0.0/8"\nshards')
    (tmp_path / "prod.toml").write_text(
        text.replace("shards", 'site_reader = "vpce-0123456789abcdef0"\nshards', 1), "utf-8"
    )
    assert of_stages.read("prod", tmp_path).site_reader == "vpce-0123456789abcdef0"


def test_api_gateway_would_take_every_route(chalice: dict) -> None:
    """It refuses two variables of different names in the same place, and a variable that is only a part of one."""
    variables: dict[str, set[str]] = defaultdict(set)
    for path in chalice["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]:
        parts = path.strip("/").split("/")
        for at, part in enumerate(parts):
            if "{" in part:
                assert re.fullmatch(r"\{\w+\}", part), f"{path}: {part} is no whole variable"
                before = "/".join("{}" if "{" in one else one for one in parts[:at])
                variables[before].add(part)
    assert {before: names for before, names in variables.items() if len(names) > 1} == {}


def test_an_api_with_a_second_stage_or_a_second_name_does_not_pass_the_rehearsal(prod: Settings) -> None:
    """The transform is run by `make rehearse`; what it may make of the template is judged here."""

    def judged(**changed: Any) -> str:
        body = {"swagger": "2.0", "info": {"title": changed.get("title", prod.name)}}
        limits = [{"ThrottlingRateLimit": changed.get("rate", prod.requests_per_second)}]
        made = {
            "RestApi": {"Name": prod.name, "Body": body},
            "Stage": {"StageName": changed.get("stage", "api"), "MethodSettings": limits},
            "Deployment": changed.get("deployed", {}),
        }
        resources = {
            name: {"Type": f"AWS::ApiGateway::{name}", "Properties": said} for name, said in made.items()
        }
        try:
            rehearse_template.look_at_the_api({"Resources": resources}, prod)
        except LocalProblem as problem:
            return str(problem)
        return ""

    assert judged() == ""
    assert "a stage of its own" in judged(deployed={"StageName": "Stage"})
    assert "two names" in judged(title="shounuo")
    assert "requests a second" in judged(rate=10_000)
    assert "another API" in judged(stage="Stage")


def test_the_gateway_answers_in_the_sites_words() -> None:
    found = gateway.gateway_responses()
    for kind, status in {
        "MISSING_AUTHENTICATION_TOKEN": 404,
        "REQUEST_TOO_LARGE": 413,
        "THROTTLED": 429,
        "INTEGRATION_TIMEOUT": 504,
    }.items():
        body = json.loads(found[kind]["responseTemplates"]["application/json"])
        assert (found[kind]["statusCode"], body["status"]) == (status, status)
        assert body["title"] and "。" in body["detail"]
    for said in found.values():
        parameters = said["responseParameters"]
        assert parameters["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert parameters["gatewayresponse.header.Cache-Control"] == "'no-store'"


def test_every_function_has_its_name_its_log_and_a_place_for_failed_runs(
    prod: Settings, chalice: dict
) -> None:
    made = functions.resources(prod)
    names = {name for name, one in chalice["Resources"].items() if one["Type"] == "AWS::Serverless::Function"}
    assert names == {functions.logical(function) for function in (functions.API, *functions.SCHEDULED)}
    for function in functions.SCHEDULED:
        part = made[functions.logical(function)]["Properties"]
        [event] = chalice["Resources"][functions.logical(function)]["Properties"]["Events"]
        assert part["Events"][event]["Properties"]["DeadLetterConfig"]
        assert part["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    hurried = made[functions.logical(functions.HURRIED)]["Properties"]
    assert hurried["EventInvokeConfig"]["MaximumEventAgeInSeconds"] >= 600, "a burst of codes is no failure"
    for stage, policy in (("prod", "RetainExceptOnCreate"), ("dev", "Delete")):
        logs = [one for one in functions.resources(read(stage)).values() if "LogGroup" in one.get("Type", "")]
        assert {one["DeletionPolicy"] for one in logs} == {policy}
    assert prod.keep_log_days >= 184, "six months of network logs"


def test_who_decodes_strangers_files_may_write_a_log_and_finds_nothing_in_its_environment(
    prod: Settings,
) -> None:
    made = functions.resources(prod)
    function, role = made["Decode"]["Properties"], made["DecodeRole"]["Properties"]
    assert "Environment" not in function and "Policies" not in function and "Events" not in function
    assert "Environment" not in ours(prod, HEADERS, HEADERS).get("Globals", {}).get("Function", {})
    assert function["Role"] == {"Fn::GetAtt": ["DecodeRole", "Arn"]} and "ManagedPolicyArns" not in role
    [policy] = role["Policies"]
    [only] = policy["PolicyDocument"]["Statement"]
    assert only["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert only["Resource"] == {"Fn::GetAtt": ["DecodeLog", "Arn"]}
    assert "{{resolve" not in json.dumps([function, role])
    assert functions.environment(prod)["SHOUNUO_DECODE_FUNCTION"] == function["FunctionName"]
    assert ours(prod, HEADERS, HEADERS)["Outputs"]["DecodeFunction"] == {"Value": {"Ref": "Decode"}}
    callers = {
        name
        for name in rights.FUNCTIONS
        if ("lambda:InvokeFunction", functions.DECODE) in rights.rights_of(rights.read(name))
    }
    assert callers == {functions.API}


def test_who_publishes_notices_alone_is_told_which_release_is_shown_and_has_no_key(prod: Settings) -> None:
    """So a release that is put back goes on with its own plan, and a new one starts no other function anew."""
    made = functions.resources(prod)

    def told(function: str) -> dict[str, object]:
        found: dict[str, object] = made[functions.logical(function)]["Properties"]["Environment"]["Variables"]
        return found

    site = {"SHOUNUO_SITE": {"Ref": "Site"}, "SHOUNUO_RELEASE": {"Ref": "Release"}}
    publishing = told(functions.PUBLISH)
    assert publishing == site | {"SHOUNUO_STAGE": prod.stage, "SHOUNUO_METRICS": prod.name}
    for other in {functions.API, *functions.SCHEDULED} - {functions.PUBLISH}:
        assert not site.keys() & told(other).keys()


def test_a_run_that_publishes_notices_ends_before_the_next_begins(chalice: dict) -> None:
    from chalicelib.jobs.publish_notices import EVERY_MINUTES

    made = chalice["Resources"][functions.logical(functions.PUBLISH)]["Properties"]
    assert made["Timeout"] < EVERY_MINUTES * 60
    [event] = made["Events"].values()
    assert event["Properties"]["Schedule"] == "cron(0/5 * * * ? *)"


def test_no_key_stands_in_the_template_and_cloudformation_shows_none(prod: Settings) -> None:
    said, whole = functions.environment(prod), ours(prod, HEADERS, HEADERS)
    for name in keys.HANDED_OVER:
        assert whole["Parameters"][name]["NoEcho"] is True and "Default" not in whole["Parameters"][name]
    for name in ("Link", "Vault", "Edge"):
        assert said[f"SHOUNUO_{name.upper()}_KEY"] == {"Ref": f"{name}Key"}
    in_plain_text = json.dumps([whole["Resources"]["MissingPolicy"], edge._missing_origin(prod)])
    assert "MissingKey" in in_plain_text and "EdgeKey" not in in_plain_text
    shown = json.dumps([whole["Outputs"], [one.get("Metadata") for one in whole["Resources"].values()]])
    assert not any(name in shown for name in keys.HANDED_OVER), "NoEcho hides none there"


def test_every_alarm_has_its_runbook_and_every_runbook_its_alarm(prod: Settings) -> None:
    from chalicelib.schedules.heartbeat import run_of

    known = {file.stem for file in (ROOT / "infra/aws/runbooks").glob("*.md")}
    assert {one.name for one in alarms.alarms(prod)} | {"cost"} == known
    assert len(alarms.alarms(prod)) <= 10, "an eleventh is not free"
    for file in (ROOT / "infra/aws/runbooks").glob("*.md"):
        text = file.read_text("utf-8")
        for heading in ("## What it means", "## What residents notice", "## Look", "## Do"):
            assert heading in text, (file.name, heading)
        for line in text.splitlines():
            if "aws lambda invoke" in line:
                assert "--cli-binary-format raw-in-base64-out --cli-read-timeout 0 " in line, file.name
                [said] = re.findall(r"--payload '(.*?)'", line)
                assert run_of(json.loads(said)).dry_run is False, "a bare event is a run"


def test_a_silence_is_heard_within_minutes_and_what_is_over_ends_its_alarm(prod: Settings) -> None:
    known = {one.name: one for one in alarms.alarms(prod)}
    for name in ("sweep-silent", "delivery-silent"):
        assert (known[name].period, known[name].periods, known[name].silence) == (60, 5, "breaching")
    night = known["check-found"]
    assert (night.period * night.periods, night.silence) == (26 * 3600, "breaching"), (
        "a night that is left out"
    )
    for one in known.values():
        longest = 7 * 86400 if one.period >= 3600 else 86400
        assert one.period * one.periods <= longest, "CloudWatch takes no longer ones"
        assert one.filled == (one.namespace == "AWS/DynamoDB"), "where nothing is refused there is no metric"
    made = alarms.resources(prod)["TableThrottledAlarm"]["Properties"]
    said, filled = made["Metrics"]
    assert not {"Namespace", "MetricName", "Dimensions", "Period", "Statistic"} & made.keys(), "either, or"
    assert (filled["Expression"], said["ReturnData"]) == ("FILL(said, 0)", False)
    assert said["MetricStat"]["Metric"]["MetricName"] == "WriteThrottleEvents"


def test_the_budget_can_be_changed_since_it_claims_no_name(prod: Settings) -> None:
    assert "BudgetName" not in alarms.resources(prod)["Budget"]["Properties"]["Budget"]


def test_metrics_of_alarms_are_those_that_heartbeats_tell(prod: Settings) -> None:
    from chalicelib.schedules.metrics import METRICS

    ours_only = {one.metric for one in alarms.alarms(prod) if one.namespace == prod.name}
    assert ours_only == {name for name, _ in METRICS.values()}


@pytest.mark.parametrize(
    ("key", "wrong", "said"),
    [
        ('partition = "aws"', 'partition = "azure"', "partition"),
        ('region = "ap-southeast-1"', 'region = "cn-north-1"', "partition"),
        ('domain = ""', 'domain = "https://x.example"', "host name"),
        ('mail_domain = ""', 'mail_domain = "example.com"', "go together"),
        ("budget_usd = 20", "budget_usd = 0", "at least 1"),
        ("budget_usd = 20", 'budget_usd = "20"', "a number"),
        ("keep_log_days = 365", "keep_log_days = 17", "CloudWatch"),
        ("shards = 1 ", "shards = 9 ", "from 1 to 8"),
        ("burst = 100", "bursts = 100", "burst is missing"),
        ('provider = ""', 'provider = "pigeon"', "provider"),
        ("shards = 1 ", 'site_reader = "vpce-0123456789abcdef0"\nshards = 1 ', "China alone"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, key: str, wrong: str, said: str) -> None:
    text = (STAGES / "prod.toml").read_text("utf-8")
    assert key in text
    (tmp_path / "prod.toml").write_text(text.replace(key, wrong, 1), "utf-8")
    with pytest.raises(LocalProblem, match=f"prod.toml: .*{said}|prod.toml: {said}"):
        of_stages.read("prod", tmp_path)


def test_heartbeats_tell_figures_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    from chalicelib.schedules.metrics import measured

    at = datetime(2026, 11, 24, tzinfo=UTC)
    counts = {"read": 3, "late_seconds": 70, "failed": 0}
    assert measured(counts, at) == {}, "on one machine nothing is measured"
    monkeypatch.setenv("SHOUNUO_METRICS", "shounuo-prod")
    told = measured(counts, at)
    assert told["SweepLate"] == 70
    [about] = told["_aws"]["CloudWatchMetrics"]
    assert about == {
        "Namespace": "shounuo-prod",
        "Dimensions": [[]],
        "Metrics": [{"Name": "SweepLate", "Unit": "Seconds"}],
    }


def test_behind_cloudfront_the_visitor_is_whom_it_names_and_else_who_is_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from types import SimpleNamespace

    from chalicelib.web.exchange import _address

    def asked(**headers: str) -> str:
        context = {"identity": {"sourceIp": "192.0.2.1"}}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return _address(SimpleNamespace(headers=named, context=context))

    both = {"X_Shounuo_Visitor": "203.0.113.9", "X_Shounuo_Edge": "5c" * 32}
    assert asked(**both) == "192.0.2.1", "without a key nobody is believed"
    monkeypatch.setenv("SHOUNUO_EDGE_KEY", "5c" * 32)
    assert asked(**both) == "203.0.113.9"
    assert asked(X_Shounuo_Visitor="203.0.113.9") == "192.0.2.1"
    assert asked(X_Shounuo_Visitor="203.0.113.9", X_Shounuo_Edge="wrong") == "192.0.2.1"
