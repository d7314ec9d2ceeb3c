"""SMS by Tencent Cloud (腾讯云短信, sms 2021-01-11, SendSms), signed with TC3-HMAC-SHA256."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from chalicelib.domain.delivering import Undelivered

from .posting import code, post, read_object
from .sms_templates import Registered, registered

CONTENT_TYPE = "application/json; charset=utf-8"
_FINAL_STARTS = ("InvalidParameter", "MissingParameter", "UnsupportedOperation")
_FINAL = frozenset(
    {
        "FailedOperation.ContainSensitiveWord",
        "FailedOperation.PhoneNumberInBlacklist",
        "FailedOperation.SignatureIncorrectOrUnapproved",
        "FailedOperation.TemplateIncorrectOrUnapproved",
        "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
    }
)


def authorization(key_id: str, key_secret: str, service: str, host: str, body: bytes, seconds: int) -> str:
    """The `Authorization` header of a JSON post to "/" at `seconds` since 1970, with content type and host signed."""
    day = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    digest = hashlib.sha256(body).hexdigest()
    asked = f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\n\ncontent-type;host\n{digest}"
    scope = f"{day}/{service}/tc3_request"
    to_sign = f"TC3-HMAC-SHA256\n{seconds}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = f"TC3{key_secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return (
        f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders=content-type;host, Signature={signature}"
    )


@dataclass(frozen=True)
class Tencent:
    """`app_id` is the SDK app id of the SMS application, `sign_name` the registered signature."""

    key_id: str = field(repr=False)
    key_secret: str = field(repr=False)
    app_id: str
    sign_name: str
    templates: Mapping[str, Registered]
    region: str = "ap-guangzhou"
    endpoint: str = "https://sms.tencentcloudapi.com"
    clock: Callable[[], float] = time.time

    def send(self, phone: str, template_key: str, params: dict[str, str], text: str) -> None:
        """Sends the registered template, its values in the registered order. Raises Undelivered."""
        template = registered(self.templates, template_key, "tencent")
        content = {
            "PhoneNumberSet": [phone],
            "SmsSdkAppId": self.app_id,
            "SignName": self.sign_name,
            "TemplateId": template.code,
            "TemplateParamSet": [params.get(name, "") for name in template.params],
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        seconds, host = int(self.clock()), urlsplit(self.endpoint).netloc
        headers = {
            "Authorization": authorization(self.key_id, self.key_secret, "sms", host, body, seconds),
            "Content-Type": CONTENT_TYPE,
            "Host": host,
            "X-TC-Action": "SendSms",
            "X-TC-Version": "2021-01-11",
            "X-TC-Timestamp": str(seconds),
            "X-TC-Region": self.region,
        }
        status, answer = post(self.endpoint, body, headers, "tencent")
        if status != 200:
            raise Undelivered(f"tencent: HTTP {status}")
        said = _code_in(read_object(answer, "tencent").get("Response"))
        if said != "Ok":
            final = said in _FINAL or said.startswith(_FINAL_STARTS)
            raise Undelivered(f"tencent: {code(said)}", final=final)


def _code_in(response: object) -> str:
    """The code of the request's error, or of the one number it was sent to."""
    if not isinstance(response, dict):
        return "unknown"
    if isinstance(response.get("Error"), dict):
        return str(response["Error"].get("Code"))
    statuses = response.get("SendStatusSet")
    if isinstance(statuses, list) and statuses and isinstance(statuses[0], dict):
        return str(statuses[0].get("Code"))
    return "unknown"
