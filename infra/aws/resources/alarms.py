"""What wakes the engineer: ten alarms, each with its page under runbooks/, a dashboard, a budget.

Ten alarms, ten metrics of our own and three dashboards are free in every account: an eleventh costs more than the database.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from infra.aws.resources.functions import API, DECODE
from infra.aws.resources.intrinsics import Part, ref, sub
from infra.aws.settings import Settings

HOUR = 3600


@dataclass(frozen=True)
class Alarm:
    """One alarm: its name (and runbook's), what it means, and the metric that says so.

    `silence` is what no data mean: "breaching" where a heartbeat is to be heard. CloudWatch looks at a few periods more than it
    is told to before it believes in a silence, so that a heartbeat is listened for in many short periods, not in one long one.
    `filled`: where there is no data, there is 0. The metrics of DynamoDB are only there while something is refused, and alarms on
    them stay as they are meanwhile, whatever `silence` says.
    """

    name: str
    means: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    comparison: str
    threshold: float
    period: int
    periods: int
    silence: str = "notBreaching"
    filled: bool = False


def alarms(settings: Settings) -> tuple[Alarm, ...]:
    """All of them, the gravest first."""
    more, less = "GreaterThanThreshold", "LessThanThreshold"

    def runs(function: str) -> tuple[tuple[str, str], ...]:
        return (("FunctionName", f"{settings.name}-{function}"),)

    ours, aws = settings.name, "AWS/Lambda"
    table = (("TableName", settings.table),)
    api = (("ApiName", settings.name), ("Stage", "api"))
    return (
        Alarm("sweep-silent", "enforce_deadlines has not run for 5 minutes: nothing is reminded or escalated.",
              aws, "Invocations", runs("enforce_deadlines"), "Sum", less, 1, 60, 5, "breaching"),
        Alarm("delivery-silent", "deliver_messages has not run for 5 minutes: no message and no sign-in code goes out.",
              aws, "Invocations", runs("deliver_messages"), "Sum", less, 1, 60, 5, "breaching"),
        Alarm("sweep-late", "A deadline was enforced more than 3 minutes late, for 5 minutes on end.",
              ours, "SweepLate", (), "Maximum", more, 180, 60, 5),
        Alarm("outbox-stuck", "A message has waited to be sent for more than 15 minutes.",
              ours, "OutboxOldest", (), "Maximum", more, 900, 300, 2),
        Alarm("set-aside", "Messages were given up after a day of trying and wait for a person.",
              ours, "SetAside", (), "Sum", more, 0, 300, 1),
        Alarm("failed-runs", "A scheduled run failed or could not start; its event lies in the queue.",
              "AWS/SQS", "ApproximateNumberOfMessagesVisible", (("QueueName", f"{settings.name}-failed-runs"),),
              "Maximum", more, 0, 300, 1),
        Alarm("api-errors", "The API failed more than 5 times within 5 minutes.",
              "AWS/ApiGateway", "5XXError", api, "Sum", more, 5, 300, 1),
        Alarm("throttled", "The API's function was refused by Lambda: the account's limit of runs at once is reached.",
              aws, "Throttles", runs(API), "Sum", more, 0, 300, 1),
        Alarm("table-throttled", "The table refused writes: too much at once, or a hot partition.",
              "AWS/DynamoDB", "WriteThrottleEvents", table, "Sum", more, 10, 300, 2, filled=True),
        Alarm("check-found", "The nightly check of everything found something that must not be, or did not run.",
              ours, "Violations", (), "Maximum", more, 0, HOUR, 26, "breaching"),
    )  # fmt: skip


def resources(settings: Settings) -> Part:
    """The topic that tells the engineer, the alarms, the dashboard, the budget."""
    made: Part = {
        "Alarms": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": f"{settings.name}-alarms",
                "Subscription": [{"Protocol": "email", "Endpoint": settings.alarm_mail}],
            },
        },
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": settings.name,
                "DashboardBody": sub(json.dumps(_board(settings))),
            },
        },
    }
    for alarm in alarms(settings):
        made[_logical(alarm.name)] = _alarm(settings, alarm)
    if not settings.in_china:  # AWS Budgets sends from the global partition only
        made["Budget"] = _budget(settings)
    return made


def _logical(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-")) + "Alarm"


def _alarm(settings: Settings, alarm: Alarm) -> Part:
    metric: Part = {
        "Namespace": alarm.namespace,
        "MetricName": alarm.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in alarm.dimensions],
    }
    watched = metric | {"Statistic": alarm.statistic, "Period": alarm.period}
    if alarm.filled:
        asked = {"Metric": metric, "Stat": alarm.statistic, "Period": alarm.period}
        watched = {
            "Metrics": [
                {"Id": "said", "MetricStat": asked, "ReturnData": False},
                {"Id": "filled", "Expression": "FILL(said, 0)", "Label": alarm.metric},
            ]
        }
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": f"{settings.name}-{alarm.name}",
            "AlarmDescription": f"{alarm.means} {settings.runbooks}/{alarm.name}.md",
            **watched,
            "ComparisonOperator": alarm.comparison,
            "Threshold": alarm.threshold,
            "EvaluationPeriods": alarm.periods,
            "TreatMissingData": alarm.silence,
            "AlarmActions": [ref("Alarms")],
            "OKActions": [ref("Alarms")],
        },
    }


def _board(settings: Settings) -> Part:
    """One page: what is late, what waits, what fails, what it costs in units."""
    rows: list[Part] = []
    shown: tuple[tuple[str, list[list[str]], str], ...] = (
        ("How late deadlines are enforced (s)", [[settings.name, "SweepLate"]], "Maximum"),
        ("Oldest message that waits (s)", [[settings.name, "OutboxOldest"]], "Maximum"),
        ("Failures", [
            ["AWS/ApiGateway", "5XXError", "ApiName", settings.name, "Stage", "api"],
            ["AWS/Lambda", "Errors", "FunctionName", f"{settings.name}-enforce_deadlines"],
            ["AWS/Lambda", "Errors", "FunctionName", f"{settings.name}-deliver_messages"],
            ["AWS/Lambda", "Errors", "FunctionName", f"{settings.name}-{DECODE}"],
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"{settings.name}-failed-runs"],
        ], "Sum"),
        ("Units of the table", [
            ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", settings.table],
            ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", settings.table],
        ], "Sum"),
    )  # fmt: skip
    for at, (title, metrics, statistic) in enumerate(shown):
        rows.append(
            {
                "type": "metric",
                "x": 12 * (at % 2),
                "y": 6 * (at // 2),
                "width": 12,
                "height": 6,
                "properties": {
                    "title": title,
                    "metrics": metrics,
                    "stat": statistic,
                    "period": 300,
                    "region": "${AWS::Region}",
                    "view": "timeSeries",
                },
            }
        )
    return {"widgets": rows}


def _budget(settings: Settings) -> Part:
    """What the whole account spends: AWS does not say of its bill which stack a cent is of.

    It has no name of its own: another address or percentage makes a new budget before the old one goes, and two of one name are
    refused, and the whole deployment with them.
    """

    def told(kind: str, percent: int) -> Part:
        return {
            "Notification": {
                "NotificationType": kind,
                "ComparisonOperator": "GREATER_THAN",
                "Threshold": percent,
                "ThresholdType": "PERCENTAGE",
            },
            "Subscribers": [{"SubscriptionType": "EMAIL", "Address": settings.alarm_mail}],
        }

    return {
        "Type": "AWS::Budgets::Budget",
        "Properties": {
            "Budget": {
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": settings.budget_usd, "Unit": "USD"},
            },
            "NotificationsWithSubscribers": [told("ACTUAL", 80), told("FORECASTED", 100)],
        },
    }
