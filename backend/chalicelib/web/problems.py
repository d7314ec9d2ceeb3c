"""What went wrong, told to programs (RFC 9457) and to people, in both languages and without any value of the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.standards import Text


@dataclass
class Problem(Exception):
    """An answer that is no success. `errors` say what is wrong by field ("" for the whole), as sentences."""

    status: int
    code: str
    title: Text
    detail: Text
    errors: Mapping[str, Text] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code

    def as_json(self, language: str, request_id: str) -> dict[str, object]:
        """The problem as RFC 9457 wants it."""
        said: dict[str, object] = {
            "type": f"urn:shounuo:problem:{self.code}",
            "title": self.title.in_language(language),
            "status": self.status,
            "detail": self.detail.in_language(language),
            "request_id": request_id,
        }
        if self.errors:
            said["errors"] = [
                {"field": name, "message": text.in_language(language)} for name, text in self.errors.items()
            ]
        return said


_NOTHING_HERE = Text(
    "这里没有内容。请检查链接是否完整：从短信里复制时，常常会漏掉最后几个字符。",
    "There is nothing here. Please check that the link is complete: its end is easily lost when copying.",
)


def not_found(detail: Text = _NOTHING_HERE) -> Problem:
    """Nothing here, or nothing for whoever asks: the two look alike (invariant 6). `detail` says more of what all may know."""
    return Problem(404, "not-found", Text("没有找到", "Not found"), detail)


def bad_request(code: str, detail: Text) -> Problem:
    """A request that cannot be read (400)."""
    return Problem(400, code, Text("没有看懂这个请求", "The request could not be read"), detail)


def invalid(errors: Mapping[str, Text]) -> Problem:
    """Fields that cannot stay as they are (422)."""
    return Problem(
        422,
        "invalid",
        Text("有几处要改一下", "Please check a few things"),
        Text("没有提交，什么都没有改动。", "Nothing was sent and nothing was changed."),
        errors,
    )


def too_large() -> Problem:
    """A body beyond the limit (413)."""
    return Problem(
        413,
        "too-large",
        Text("内容太大", "Too large"),
        Text("一次最多发送 64 KB 文字。", "At most 64 KB of text can be sent at a time."),
    )


def unsupported_type(*allowed: str) -> Problem:
    """A body of a type that is not read here (415)."""
    names = "、".join(allowed), " or ".join(allowed)
    return Problem(
        415,
        "unsupported-type",
        Text("不支持这种内容类型", "Unsupported content type"),
        Text(f"请用 {names[0]}。", f"Send {names[1]}."),
        headers={"Accept-Post": ", ".join(allowed)},
    )


def sign_in() -> Problem:
    """Staff only, and nobody is signed in, or no longer (401)."""
    return Problem(
        401,
        "no-session",
        Text("请先进入员工入口", "Please enter first"),
        Text(
            "登录已过期，或者还没有进入。请用您登记的手机号收一个验证码，再进来。",
            "Your session has ended or not begun. A code sent to the telephone you are registered with lets you in.",
        ),
        headers={"WWW-Authenticate": 'Session realm="staff"'},
    )


def resident_sign_in() -> Problem:
    """A page of one's own home, and nobody is signed in, or no longer (401)."""
    return Problem(
        401,
        "not-signed-in",
        Text("请先登录", "Please sign in first"),
        Text(
            "还没有登录，或者登录已经结束。用登记在物业的手机号收一个验证码就能进来。",
            "You are not signed in, or no longer. A code sent to the telephone that we have for your home lets you in.",
        ),
        headers={"WWW-Authenticate": 'Session realm="resident"'},
    )


def other_origin() -> Problem:
    """A write that another site sent in somebody's name (403)."""
    return Problem(
        403,
        "other-origin",
        Text("请求来自别的网站", "The request came from another site"),
        Text(
            "为了安全，没有执行。请在本站的页面上再试一次。",
            "For safety it was not carried out. Please try again from a page of this site.",
        ),
    )


def not_for_role(reading: bool = False) -> Problem:
    """Signed in, but in a role that does not do this, or does not see it (403)."""
    if reading:
        return Problem(
            403,
            "not-for-your-role",
            Text("这一页不对您的岗位开放", "This page is not open to your role"),
            Text("您能看的页面在这里：", "These pages are open to you:"),
        )
    return Problem(
        403,
        "not-for-your-role",
        Text("您的岗位不能做这一步", "Not for your role"),
        Text("没有改动。请交给有权限的同事。", "Nothing was changed. Please hand it to a colleague who may."),
    )


def other_account() -> Problem:
    """What another account filled in, sent in this one's session (403)."""
    return Problem(
        403,
        "other-account",
        Text("这是另一个账号填的", "Another account filled this in"),
        Text(
            "没有改动。现在登录的不是填写时的账号，请用原来的账号登录后再发送。",
            "Nothing was changed. Somebody else has signed in since; whoever filled it in has to send it.",
        ),
    )


def unavailable() -> Problem:
    """The database did not answer in time (503)."""
    return Problem(
        503,
        "unavailable",
        Text("系统忙，请稍后再试", "Busy, please try again shortly"),
        Text(
            "刚才没有及时得到回应。请过几秒再提交一次，不会重复登记；急事请直接打值班电话。",
            "No answer came in time. Please send again in a few seconds: it counts once. If urgent, telephone the duty desk.",
        ),
        headers={"Retry-After": "5"},
    )


_TOO_OFTEN = {
    "code of a telephone": Text(
        "这个手机号要验证码太频繁了。", "Codes were asked for this telephone too often."
    ),
    "codes of an address": Text(
        "这个网络要验证码太频繁了。", "Codes were asked for from this network too often."
    ),
    "codes of everybody": Text(
        "今天发出的验证码太多，暂时停发。", "Too many codes were sent today; none is sent for now."
    ),
    "tries of an address": Text("试验证码太频繁了。", "Codes were tried too often."),
    "totp of an account": Text("动态码试错太多次了。", "The app's code was tried too often."),
    "filing of a telephone": Text(
        "这个电话一小时内提交得太多了，这一件没有登记。",
        "Too many cases came from this telephone; this one was not filed.",
    ),
    "filing of a resident": Text(
        "您一小时内提交得太多了，这一件没有登记。",
        "You filed too many cases within an hour; this one was not filed.",
    ),
    "filing of an address": Text(
        "这个网络一小时内提交得太多了，这一件没有登记。",
        "Too many cases came from this network; this one was not filed.",
    ),
    "posting": Text(
        "您一小时内发布得太多了，这一条没有提交。",
        "You posted too often within an hour; this one was not sent.",
    ),
    "open days": Text("您一小时内点得太多了。", "You pressed too often within an hour."),
    "searching": Text("查找得太频繁了。", "You searched too often."),
}
_IF_URGENT = Text("急事请直接打值班电话。", "If it is urgent, telephone the duty desk.")


def too_often(what: str, seconds: int) -> Problem:
    """An allowance is used up (429); in how many whole seconds there is one again."""
    why = _TOO_OFTEN.get(what, Text("请求太频繁了。", "Too many requests."))
    zh, en = _wait(seconds)
    return Problem(
        429,
        "too-often",
        Text("请稍等一下", "Please wait a little"),
        Text(
            f"{why.zh}请过 {zh}再试。{_IF_URGENT.zh}", f"{why.en} Please try again in {en}. {_IF_URGENT.en}"
        ),
        headers={"Retry-After": str(seconds)},
    )


def _wait(seconds: int) -> tuple[str, str]:
    """A wait in words, never shorter than it is."""
    if seconds < 100:
        return f"{seconds} 秒", f"{seconds} seconds"
    minutes = -(-seconds // 60)
    if minutes < 100:
        return f"{minutes} 分钟", f"{minutes} minutes"
    hours = -(-seconds // 3600)
    return f"{hours} 小时", f"{hours} hours"


def broken() -> Problem:
    """Our own mistake (500): no word about what it was, only the request's number to find it by."""
    return Problem(
        500,
        "error",
        Text("出错了", "Something went wrong"),
        Text(
            "是我们的问题，已经记录。请稍后再试；急事请直接打值班电话。",
            "This is our fault and has been noted. Please try again later; if it is urgent, telephone the duty desk.",
        ),
    )


def key_reused() -> Problem:
    """An idempotency key that was used for something else (422)."""
    return Problem(
        422,
        "key-reused",
        Text("这个提交编号已经用过", "This key was used before"),
        Text(
            "同一个编号之前提交过别的内容。请刷新页面再提交。",
            "The same idempotency key came with another content before. Please reload the page and send again.",
        ),
    )


def method_not_allowed(allowed: str) -> Problem:
    """A method that the address does not know (405)."""
    return Problem(
        405,
        "method-not-allowed",
        Text("不支持这种操作", "Method not allowed"),
        Text("这个地址不支持这种操作。", "This address does not take that method."),
        headers={"Allow": allowed},
    )
