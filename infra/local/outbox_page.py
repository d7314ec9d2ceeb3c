"""/_local/outbox: every message that would have been sent, on a page that only this machine can open."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from infra.local.answers import Answer
from infra.local.outbox import newest_first

ZONE = ZoneInfo("Asia/Shanghai")
MOST_SHOWN = 200

CHANNELS = {
    "sms": "短信 SMS",
    "email": "邮件 E-mail",
    "robot": "工作群机器人 Group robot",
}

STYLE = """
:root { color-scheme: light dark; --paper: #f6f7f6; --card: #fff; --ink: #1c2422;
  --quiet: #55605d; --line: #d5dbd9; --mark: #00695c; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #121817; --card: #1c2422; --ink: #e8eeec; --quiet: #a9b5b2; --line: #36413e; --mark: #80cbc4; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.6;
  font: 1rem/1.6 system-ui, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0; font-size: 1.5rem; }
p { margin: .25rem 0; }
ol { list-style: none; margin: 1.5rem 0 0; padding: 0; display: grid; gap: 1rem; }
li { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--mark); border-radius: 6px;
  padding: .9rem 1rem; }
h2 { margin: .2rem 0 .3rem; font-size: 1.05rem; }
.quiet { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.channel { color: var(--mark); font-weight: 600; }
a { color: var(--mark); }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def outbox_page(file: Path) -> Answer:
    """The page, made anew for each request."""
    messages = newest_first(file)
    if messages:
        items = "".join(item(message) for message in messages[:MOST_SHOWN])
        body = f"<ol>{items}</ol>"
    else:
        body = '<p class="text">还没有消息。有人报修、有人答复或有时限将到时，消息会出现在这里。</p>'
        body += '<p class="quiet" lang="en">No messages yet. They appear here when a case is filed, answered or due.</p>'
    count = f"共 {len(messages)} 条，最新的在最上面"
    if len(messages) > MOST_SHOWN:
        count += f"，显示最近 {MOST_SHOWN} 条"
    page = f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>本机发件箱 · 守诺</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>本机发件箱</h1>
<p>这些消息本来会发给住户和工作人员；在这台电脑上，它们只写在这里，没有真的发出去。</p>
<p class="quiet" lang="en">Outbox of this machine: what would have been sent. Nothing left this machine.</p>
<p class="quiet">{count}。<a href="/_local/outbox">刷新 Refresh</a> · <a href="/">回到首页 Home</a></p>
{body}
</main>
</body>
</html>
"""
    return Answer(
        200,
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", POLICY),
            ("Referrer-Policy", "no-referrer"),
        ],
        page.encode("utf-8", "replace"),
    )


def item(message: dict[str, Any]) -> str:
    """One message as a card. Everything in it was written by somebody else and is escaped."""
    value = {name: escape(str(message.get(name) or "")) for name in ("to", "subject", "text", "case")}
    channel = escape(CHANNELS.get(str(message.get("channel")), str(message.get("channel") or "")))
    language = "en" if message.get("lang") == "en" else "zh-CN"
    case = f" · 工单 {value['case']}" if value["case"] else ""
    subject = f'<h2 lang="{language}">{value["subject"]}</h2>' if value["subject"] else ""
    return (
        f'<li><p class="quiet"><span class="channel">{channel}</span> → {value["to"]}{case}</p>'
        f'{subject}<p class="text" lang="{language}">{value["text"]}</p>'
        f'<p class="quiet">{local_time(str(message.get("at") or ""))}</p></li>'
    )


def local_time(moment: str) -> str:
    """A stored moment as a person in China reads it; left as it is where it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return escape(moment)
