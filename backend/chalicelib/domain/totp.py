"""The second proof: the code of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, steps of 30 seconds)."""

import hmac
from datetime import datetime

import pyotp

ISSUER = "Shounuo"
STEP = 30
# Telephones' clocks go wrong by some seconds, and typing takes some: the step before and the one after count too.
WINDOW = (0, -1, 1)


def new_secret() -> str:
    """A secret for an app: 160 random bits in base32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, around `now`; None for a wrong code."""
    present = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    found = [present + by for by in WINDOW if hmac.compare_digest(totp.generate_otp(present + by), code)]
    return found[0] if found else None


def address_of(secret: str, who: str) -> str:
    """What the QR code says to an app."""
    return pyotp.TOTP(secret).provisioning_uri(name=who, issuer_name=ISSUER)
