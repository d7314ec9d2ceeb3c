"""What lies in S3: the site's releases, residents' photos, exports. All private and encrypted, each with an end."""

from __future__ import annotations

from typing import Any

from infra.aws.resources.intrinsics import KEPT, Part, attribute, ref, sub
from infra.aws.settings import Settings

NOTHING_PUBLIC = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
INCOMING_DAYS = 1  # an upload that was never said to be there (storage/photos.py)
EXPORT_DAYS = 7
OLD_RELEASE_DAYS = 30


def resources(settings: Settings) -> Part:
    """The buckets and who may look into them."""
    photos = _bucket(settings, "photos", _rule("uploads", INCOMING_DAYS, prefix="incoming/"))
    photos["Properties"]["CorsConfiguration"] = {
        "CorsRules": [
            {
                "AllowedMethods": ["POST", "GET"],
                "AllowedOrigins": [ref("Origin")],
                "AllowedHeaders": ["content-type"],
                "MaxAge": 3600,
            }
        ]
    }
    site = _bucket(settings, "site", _old_versions(OLD_RELEASE_DAYS))
    site["Properties"]["VersioningConfiguration"] = {"Status": "Enabled"}
    made: Part = {
        "Photos": photos,
        "PhotosPolicy": _policy("Photos"),
        "Exports": _bucket(settings, "exports", _rule("exports", EXPORT_DAYS)),
        "ExportsPolicy": _policy("Exports"),
        "Site": site,
    }
    if settings.in_china:
        return {**made, "SitePolicy": _policy("Site", *_readable_through(settings.site_reader))}
    return {**made, "SitePolicy": _policy("Site", *_readable_by_cloudfront()), **_missing(settings)}


def _bucket(settings: Settings, name: str, *rules: Part) -> Part:
    keep = KEPT if settings.precious else "Delete"
    aborted = {
        "Id": "unfinished",
        "Status": "Enabled",
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": keep,
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BucketName": sub(f"{settings.name}-{name}-${{AWS::AccountId}}"),
            "PublicAccessBlockConfiguration": NOTHING_PUBLIC,
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                ]
            },
            "LifecycleConfiguration": {"Rules": [*rules, aborted]},
        },
    }


def _rule(name: str, days: int, prefix: str = "") -> Part:
    return {"Id": name, "Status": "Enabled", "Prefix": prefix, "ExpirationInDays": days}


def _old_versions(days: int) -> Part:
    return {
        "Id": "replaced",
        "Status": "Enabled",
        "NoncurrentVersionExpiration": {"NoncurrentDays": days},
    }


def _policy(bucket: str, *more: Part) -> Part:
    """Nothing goes in or out in plain text."""
    plain = {
        "Sid": "NeverInPlainText",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [attribute(bucket), sub(f"${{{bucket}.Arn}}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": ref(bucket),
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [plain, *more]},
        },
    }


def _readable_by_cloudfront() -> list[Part]:
    """Read by this distribution only. It may list as well, so that what is not there is 404 and not 403."""
    distribution = sub("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}")
    common: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution}},
    }
    return [
        {"Sid": "Read", "Action": "s3:GetObject", "Resource": sub("${Site.Arn}/*"), **common},
        {"Sid": "List", "Action": "s3:ListBucket", "Resource": attribute("Site"), **common},
    ]


def _readable_through(endpoint: str) -> list[Part]:
    """Read by whoever comes through this VPC endpoint, unsigned too, as nginx asks. S3 does not call that public."""
    if not endpoint:
        return []
    return [
        {
            "Sid": "ReadThroughTheEndpoint",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": sub("${Site.Arn}/releases/*"),
            "Condition": {"StringEquals": {"aws:SourceVpce": endpoint}},
        }
    ]


def _missing(settings: Settings) -> Part:
    """The page for addresses that do not exist, with its status.

    CloudFront's own error pages hold for the whole distribution, the API's answers included. So what the site's bucket does not
    have is asked for again at a bucket that has nothing but this page of each release, as a website does: 404 with the page in
    it. Which of them is the stack's to say, so that it goes back with the stack. Only who knows the key that is made for it
    (CloudFront) gets it, and there is nothing in it to hide.
    """
    bucket = _bucket(settings, "missing")
    bucket["DeletionPolicy"] = "Delete"
    bucket["UpdateReplacePolicy"] = "Delete"
    bucket["Properties"]["PublicAccessBlockConfiguration"] = {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": False,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": False,
    }
    bucket["Properties"]["WebsiteConfiguration"] = {
        "IndexDocument": "never-there",
        "ErrorDocument": sub("${Release}/404.html"),
    }
    policy = {
        "Sid": "ThePage",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": sub("${Missing.Arn}/*"),  # else what is not there is answered with 403
        "Condition": {"StringEquals": {"aws:Referer": ref("MissingKey")}},
    }
    return {
        "Missing": bucket,
        "MissingPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": ref("Missing"),
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [policy]},
            },
        },
    }
