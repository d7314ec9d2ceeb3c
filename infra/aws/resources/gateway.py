"""API Gateway: its limits, and what it answers by itself, in the site's words (RFC 9457)."""

from __future__ import annotations

import json

from infra.aws.resources.intrinsics import Part
from infra.aws.settings import Settings

# status, title, detail by the kind of answer that the gateway gives without asking the app.
ANSWERS: dict[str, tuple[int | None, str, str]] = {
    "DEFAULT_4XX": (
        None,
        "这个请求有问题 · The request is not right",
        "请返回上一页再试，或致电物业。 Please go back and try again, or call the property office.",
    ),
    "DEFAULT_5XX": (
        None,
        "出错了 · Something went wrong",
        "请稍后再试，或致电物业。 Please try again, or call the property office.",
    ),
    # What the gateway calls a missing token is an address that does not exist.
    "MISSING_AUTHENTICATION_TOKEN": (
        404,
        "没有这个地址 · Not found",
        "没有这个地址。 There is nothing at this address.",
    ),
    "REQUEST_TOO_LARGE": (
        413,
        "内容太大 · Too large",
        "一次最多发送 4 MB。 At most 4 MB can be sent at a time.",
    ),
    "THROTTLED": (
        429,
        "现在人太多 · Too many at once",
        "请过几秒再试，您填的内容还在。 Please try again in a few seconds; what you wrote is still there.",
    ),
    "INTEGRATION_TIMEOUT": (
        504,
        "等了太久 · That took too long",
        "请再发一次：重复的请求只算一次。 Please send it again: a repeated request counts once.",
    ),
}
HEADERS = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}


def resources(settings: Settings) -> Part:
    """What is merged into Chalice's description of the API.

    The answers stand in the API's own definition and not in resources beside it: a change of them is then a change of the
    API, and is deployed with it.
    """
    return {
        "RestAPI": {
            "Properties": {
                "Name": settings.name,
                # What the transform does with it: without it there is a second stage, "Stage", open to all, without these limits
                # and outside of the alarms. The definition is Swagger 2.0 as it was.
                "OpenApiVersion": "2.0",
                "MethodSettings": [
                    {
                        "HttpMethod": "*",
                        "ResourcePath": "/*",
                        "ThrottlingRateLimit": settings.requests_per_second,
                        "ThrottlingBurstLimit": settings.burst,
                        # Chalice's and the gateway's own logs hold addresses with what is in them: the app logs routes.
                        "LoggingLevel": "OFF",
                        "DataTraceEnabled": False,
                    }
                ],
                "DefinitionBody": {
                    # An imported definition names the API too, and might win: the metrics of the alarms bear its name.
                    "info": {"title": settings.name},
                    "x-amazon-apigateway-gateway-responses": gateway_responses(),
                },
            }
        }
    }


def gateway_responses() -> Part:
    """The answers as API Gateway's extension of OpenAPI writes them."""
    return {kind: _response(kind, *said) for kind, said in ANSWERS.items()}


def _response(kind: str, status: int | None, title: str, detail: str) -> Part:
    shown = status or {"DEFAULT_4XX": 400, "DEFAULT_5XX": 500}[kind]
    body = json.dumps(
        {"type": "about:blank", "title": title, "status": shown, "detail": detail}, ensure_ascii=False
    )
    if status is None:  # many statuses share this answer: the body would say a wrong one
        body = json.dumps({"type": "about:blank", "title": title, "detail": detail}, ensure_ascii=False)
    headers = dict(HEADERS)
    if shown == 429:
        headers["Retry-After"] = "5"
    made: Part = {
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()
        },
        "responseTemplates": {"application/json": body},
    }
    if status is not None:
        made["statusCode"] = status
    return made
