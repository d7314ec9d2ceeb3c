"""Coming in as people do: with a telephone, the code that the outbox shows, and from supervisor upwards the code of an app."""

from __future__ import annotations

import re

import pyotp
from playwright.sync_api import Page

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def codes_shown(outbox: Page) -> list[str]:
    """The codes that the local outbox shows, the newest first."""
    outbox.goto("/_local/outbox")
    texts = outbox.locator("li").all_inner_texts()
    told = [text for text in texts if "验证码" in text or "code" in text.lower()]
    return [found.group() for text in told if (found := CODE.search(text))]


def code_for(outbox: Page, before: int) -> str:
    """The newest code, once there are more of them than before."""
    for _ in range(120):
        codes = codes_shown(outbox)
        if len(codes) > before:
            return codes[0]
        outbox.wait_for_timeout(250)
    raise AssertionError("no code came")


def come_in(page: Page, outbox: Page, phone: str, by_keyboard: bool = False) -> int:
    """A member of staff signs in, with as many proofs as are asked for; gives the number of keys that were pressed."""
    before = len(codes_shown(outbox))
    keys = 0
    page.goto("/staff/")
    page.locator("input[name=phone]").focus()
    keys += typed_and_sent(page, phone, by_keyboard)
    page.wait_for_url("**/api/staff/session**")
    page.locator("input[name=code]").focus()
    keys += typed_and_sent(page, code_for(outbox, before), by_keyboard)
    page.wait_for_load_state()
    if "/staff/proof" in page.url:
        secret = page.locator(".secret").inner_text().replace(" ", "")
        page.locator("input[name=code]").focus()
        keys += typed_and_sent(page, pyotp.TOTP(secret).now(), by_keyboard)
    return keys


def typed_and_sent(page: Page, text: str, by_keyboard: bool) -> int:
    """Types into what has the focus and sends the form; gives the number of keys."""
    if by_keyboard:
        page.keyboard.type(text)
    else:
        page.keyboard.insert_text(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return len(text) + 1
