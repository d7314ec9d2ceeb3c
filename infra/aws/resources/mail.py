"""How the portal's letters and text messages leave: an identity of SES, proven by DNS records that the deployment prints."""

from __future__ import annotations

from infra.aws.resources.intrinsics import Part, ref
from infra.aws.settings import Settings


def resources(settings: Settings) -> Part:
    """The identity where letters are sent, and the right to send text messages where SNS carries them."""
    made: Part = {}
    if settings.mail_domain:
        made["MailIdentity"] = {
            "Type": "AWS::SES::EmailIdentity",
            "Properties": {
                "EmailIdentity": settings.mail_domain,
                "DkimSigningAttributes": {"NextSigningKeyLength": "RSA_2048_BIT"},
                "FeedbackAttributes": {"EmailForwardingEnabled": True},
            },
        }
    if settings.sms.provider == "sns":
        # A telephone is no resource: what can be said is that no topic is meant.
        statement = {
            "Sid": "TextMessages",
            "Effect": "Allow",
            "Action": "sns:Publish",
            "NotResource": f"arn:{settings.partition}:sns:*:*:*",
        }
        made["TextMessages"] = {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "TextMessages",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                "Roles": [ref("DeliverMessagesRole")],
            },
        }
    return made
