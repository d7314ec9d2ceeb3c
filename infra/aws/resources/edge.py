"""CloudFront: one origin for residents. The site from its bucket, /api/* from the API, /admin/* with headers of its own.

Not in China: see infra/aws/README.md for what stands before the portal there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from infra.aws.resources.intrinsics import Part, attribute, ref, sub
from infra.aws.settings import Settings
from infra.local.console import LocalProblem

# Managed by AWS: never cache; pass everything on but the host, by which API Gateway knows the API.
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
LONGEST_POLICY = 1783  # signs of a Content-Security-Policy, by the quotas of CloudFront
TWO_YEARS = 63072000
AS_LONG_AS_SAID = 31536000
# What goes on now is the same for everybody and is asked by each page; the API says for how long it may be kept.
NOW = "/api/v1/now"
NOW_SECONDS = 10
# What CloudFront keeps for ten seconds and gives to everybody who asks for the same address, whatever the answer says of itself.
FAILURES = (500, 502, 503, 504)
FUNCTIONS = Path(__file__).parents[1] / "edge_functions"

# Where the answers are the API's own it says all of this itself; where the gateway answers in its place, this is added.
API_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def resources(settings: Settings, site: Mapping[str, str], editor: Mapping[str, str]) -> Part:
    """The distribution. `site` and `editor` are the headers that the site's build computed for its pages and the editor's."""
    if settings.in_china:
        return {}
    names = [settings.domain] if settings.domain else []
    distribution: Part = {
        "Enabled": True,
        "Comment": settings.name,
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "PriceClass": "PriceClass_200",
        "DefaultRootObject": "index.html",
        "Aliases": names,
        "ViewerCertificate": _certificate(settings),
        "Origins": [_site_origin(), _missing_origin(settings), _api_origin()],
        "OriginGroups": {"Quantity": 1, "Items": [_or_the_404_page()]},
        # No page in their place: the API's own answers are shown. (A 404 that says "no-store" is not kept.)
        "CustomErrorResponses": [{"ErrorCode": code, "ErrorCachingMinTTL": 0} for code in FAILURES],
        "DefaultCacheBehavior": _site_behaviour("SiteHeaders"),
        "CacheBehaviors": [
            {"PathPattern": NOW, **_now_behaviour()},
            {"PathPattern": "/api/*", **_api_behaviour()},
            {"PathPattern": "/admin/*", **_site_behaviour("AdminHeaders", origin="site")},
        ],
    }
    if settings.firewall:
        distribution["WebACLId"] = settings.firewall
    return {
        "Distribution": {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {"DistributionConfig": distribution},
        },
        "SiteAccess": {
            "Type": "AWS::CloudFront::OriginAccessControl",
            "Properties": {
                "OriginAccessControlConfig": {
                    "Name": f"{settings.name}-site",
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                }
            },
        },
        "SiteCache": _cache(f"{settings.name}-site", AS_LONG_AS_SAID),
        "NowCache": _cache(f"{settings.name}-now", NOW_SECONDS),
        "SiteHeaders": _headers(f"{settings.name}-site", site),
        "AdminHeaders": _headers(f"{settings.name}-admin", editor),
        "ApiHeaders": _headers(f"{settings.name}-api", API_HEADERS, override=False),
        "SiteFunction": _function(settings, "site"),
        "ApiFunction": _function(settings, "api"),
    }


def _certificate(settings: Settings) -> Part:
    if not settings.domain:
        return {"CloudFrontDefaultCertificate": True}
    return {
        "AcmCertificateArn": settings.certificate,
        "SslSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }


def _site_origin() -> Part:
    return {
        "Id": "site",
        "DomainName": attribute("Site", "RegionalDomainName"),
        "OriginPath": sub("/releases/${Release}"),
        "OriginAccessControlId": attribute("SiteAccess", "Id"),
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }


def _missing_origin(settings: Settings) -> Part:
    old = (
        "us-east-1",
        "us-west-1",
        "us-west-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-northeast-1",
        "eu-west-1",
    )
    dash = "-" if settings.region in (*old, "sa-east-1") else "."
    return {
        "Id": "missing",
        "DomainName": sub(f"${{Missing}}.s3-website{dash}{settings.region}.{settings.suffix}"),
        "CustomOriginConfig": {"OriginProtocolPolicy": "http-only"},  # a website of S3 knows nothing else
        "OriginCustomHeaders": [_header("Referer", "MissingKey")],
    }


def _api_origin() -> Part:
    return {
        "Id": "api",
        "DomainName": sub("${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}"),
        "CustomOriginConfig": {
            "OriginProtocolPolicy": "https-only",
            "OriginSSLProtocols": ["TLSv1.2"],
            "OriginReadTimeout": 30,
        },
        "OriginCustomHeaders": [_header("X-Shounuo-Edge", "EdgeKey")],
    }


def _header(name: str, key: str) -> Part:
    """By this an origin knows that CloudFront speaks; the API then believes whom it names as the visitor."""
    return {"HeaderName": name, "HeaderValue": ref(key)}


def _or_the_404_page() -> Part:
    return {
        "Id": "site-or-404",
        "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [404]}},
        "Members": {"Quantity": 2, "Items": [{"OriginId": "site"}, {"OriginId": "missing"}]},
    }


def _site_behaviour(headers: str, origin: str = "site-or-404") -> Part:
    return {
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": ["GET", "HEAD"],
        "CachedMethods": ["GET", "HEAD"],
        "Compress": True,
        "CachePolicyId": ref("SiteCache"),
        "ResponseHeadersPolicyId": ref(headers),
        "FunctionAssociations": [
            {"EventType": "viewer-request", "FunctionARN": attribute("SiteFunction", "FunctionARN")}
        ],
    }


def _api_behaviour() -> Part:
    return {
        "TargetOriginId": "api",
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
        "CachedMethods": ["GET", "HEAD"],
        "Compress": True,
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": ALL_VIEWER_EXCEPT_HOST_HEADER,
        "ResponseHeadersPolicyId": ref("ApiHeaders"),
        "FunctionAssociations": [
            {"EventType": "viewer-request", "FunctionARN": attribute("ApiFunction", "FunctionARN")}
        ],
    }


def _now_behaviour() -> Part:
    """Nothing of who asks is handed on, neither cookie nor address, so that no answer could be anybody's own."""
    alike = ("TargetOriginId", "ViewerProtocolPolicy", "AllowedMethods", "CachedMethods", "Compress")
    behaviour = _api_behaviour()
    return {
        **{name: behaviour[name] for name in alike},
        "CachePolicyId": ref("NowCache"),
        "ResponseHeadersPolicyId": ref("ApiHeaders"),
    }


def _cache(name: str, seconds: int) -> Part:
    """As long as each answer says of itself, at most so many seconds, and none without its saying so; compressed if it fits."""
    nothing = {"CookieBehavior": "none"}
    return {
        "Type": "AWS::CloudFront::CachePolicy",
        "Properties": {
            "CachePolicyConfig": {
                "Name": name,
                "MinTTL": 0,
                "DefaultTTL": 0,
                "MaxTTL": seconds,
                "ParametersInCacheKeyAndForwardedToOrigin": {
                    "EnableAcceptEncodingBrotli": True,
                    "EnableAcceptEncodingGzip": True,
                    "CookiesConfig": nothing,
                    "HeadersConfig": {"HeaderBehavior": "none"},
                    "QueryStringsConfig": {"QueryStringBehavior": "none"},
                },
            }
        },
    }


def _headers(name: str, headers: Mapping[str, str], override: bool = True) -> Part:
    """A headers policy. Raises LocalProblem where CloudFront would refuse it."""
    left = dict(headers)
    policy = left.pop("Content-Security-Policy")
    if len(policy) > LONGEST_POLICY:
        raise LocalProblem(
            f"{name}: the Content-Security-Policy has {len(policy)} signs, CloudFront takes {LONGEST_POLICY}"
        )
    left.pop("Strict-Transport-Security", None)
    security: Part = {
        "ContentSecurityPolicy": {"ContentSecurityPolicy": policy, "Override": override},
        "StrictTransportSecurity": {
            "AccessControlMaxAgeSec": TWO_YEARS,
            "IncludeSubdomains": True,
            "Override": override,
        },
    }
    if left.pop("X-Content-Type-Options", ""):
        security["ContentTypeOptions"] = {"Override": override}
    if frames := left.pop("X-Frame-Options", ""):
        security["FrameOptions"] = {"FrameOption": frames, "Override": override}
    if referrer := left.pop("Referrer-Policy", ""):
        security["ReferrerPolicy"] = {"ReferrerPolicy": referrer, "Override": override}
    config: Part = {"Name": name, "SecurityHeadersConfig": security}
    if left:
        config["CustomHeadersConfig"] = {
            "Items": [{"Header": key, "Value": value, "Override": override} for key, value in left.items()]
        }
    return {
        "Type": "AWS::CloudFront::ResponseHeadersPolicy",
        "Properties": {"ResponseHeadersPolicyConfig": config},
    }


def _function(settings: Settings, name: str) -> Part:
    return {
        "Type": "AWS::CloudFront::Function",
        "Properties": {
            "Name": f"{settings.name}-{name}",
            "AutoPublish": True,
            "FunctionCode": (FUNCTIONS / f"{name}.js").read_text("utf-8"),
            "FunctionConfig": {"Comment": f"{settings.name}: {name}", "Runtime": "cloudfront-js-2.0"},
        },
    }
