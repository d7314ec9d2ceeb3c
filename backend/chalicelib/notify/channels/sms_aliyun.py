"""SMS by Aliyun (阿里云短信, Dysmsapi 2017-05-25, SendSms), signed with ACS3-HMAC-SHA256."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from chalicelib.domain.delivering import Undelivered

from .posting import code, post, read_object
from .sms_templates import Registered, registered

# The number, the template or what fills it is wrong: the same again would be refused again.
_FINAL = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.SMS_TEMPLATE_ILLEGAL",
        "isv.SMS_SIGNATURE_ILLEGAL",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
        "isv.INVALID_PARAMETERS",
        "isv.INVALID_JSON_PARAM",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.PARAM_LENGTH_LIMIT",
    }
)


def query_string(params: Mapping[str, str]) -> str:
    """The parameters sorted and percent-encoded as RFC 3986 says."""
    return "&".join(f"{_quoted(name)}={_quoted(params[name])}" for name in sorted(params))


def signed_headers(
    key_id: str, key_secret: str, host: str, query: str, headers: Mapping[str, str], body: bytes = b""
) -> dict[str, str]:
    """The headers of a POST to "/" with `Authorization`; `headers` are the x-acs- ones that say what is asked, when and once."""
    signed = {**headers, "host": host, "x-acs-content-sha256": hashlib.sha256(body).hexdigest()}
    names = sorted(signed)
    lines = "".join(f"{name}:{signed[name].strip()}\n" for name in names)
    listed = ";".join(names)
    asked = f"POST\n/\n{query}\n{lines}\n{listed}\n{signed['x-acs-content-sha256']}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(asked.encode()).hexdigest()}"
    signature = hmac.new(key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    signed["Authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={listed},Signature={signature}"
    )
    return signed


@dataclass(frozen=True)
class Aliyun:
    """`sign_name` is the registered signature (短信签名), `templates` the registered templates by key."""

    key_id: str = field(repr=False)
    key_secret: str = field(repr=False)
    sign_name: str
    templates: Mapping[str, Registered]
    endpoint: str = "https://dysmsapi.aliyuncs.com"
    clock: Callable[[], float] = time.time

    def send(self, phone: str, template_key: str, params: dict[str, str], text: str) -> None:
        """Sends the registered template. Raises Undelivered."""
        template = registered(self.templates, template_key, "aliyun")
        query = query_string(
            {
                "PhoneNumbers": phone.removeprefix("+86").removeprefix("+"),
                "SignName": self.sign_name,
                "TemplateCode": template.code,
                "TemplateParam": json.dumps(
                    {n: params.get(n, "") for n in template.params}, ensure_ascii=False
                ),
            }
        )
        asked = {
            "x-acs-action": "SendSms",
            "x-acs-version": "2017-05-25",
            "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock())),
            "x-acs-signature-nonce": secrets.token_hex(16),
        }
        headers = signed_headers(self.key_id, self.key_secret, urlsplit(self.endpoint).netloc, query, asked)
        status, answer = post(f"{self.endpoint}/?{query}", b"", headers, "aliyun")
        if status >= 500:
            raise Undelivered(f"aliyun: HTTP {status}")
        said = read_object(answer, "aliyun").get("Code")
        if status != 200 or said != "OK":
            raise Undelivered(f"aliyun: {code(said)}", final=said in _FINAL)


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
