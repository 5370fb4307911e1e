"""Two-factor authentication: six digits that a telephone makes anew every half minute (TOTP, RFC
6238), and recovery codes for its loss.

The libraries are imported where they are used: together they take 60 ms to load, which no other
request should pay.
"""

import hashlib
import hmac
import secrets

from pnpm.db import now

from .models import User

RECOVERY_CODES = 10
STEP = 30  # seconds, RFC 6238's
DRIFT = 1  # steps that a telephone's clock may be off
LONGEST_ISSUER = 40  # characters of the site's name: the more, the finer the QR code


def new_secret() -> str:
    """Return a new secret for a telephone. It is not in force before `turn_on`."""
    import pyotp

    return pyotp.random_base32()


def address(user: User, secret: str, site: str) -> str:
    """Return what the QR code says: `otpauth://totp/…`."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=site[:LONGEST_ISSUER])


def picture(address: str) -> str:
    """Return the QR code of an address as SVG, black on white with a margin, so that it can be
    scanned off a dark page.
    """
    import segno

    return segno.make_qr(address, error="m").svg_inline(dark="#000", light="#fff", omitsize=True)


def turn_on(user: User, secret: str, code: str) -> list[str]:
    """Put the secret in force and return the recovery codes. Raises ValueError unless `code` is the
    telephone's current one.
    """
    step = _step(secret, _plain(code), 0)
    if step is None:
        raise ValueError("a code that the telephone shows now")
    codes = [f"{secrets.token_hex(2)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
    user.second_factor, user.last_step = secret, step
    user.recovery_codes = [_digest(_plain(code)) for code in codes]
    return codes


def turn_off(user: User) -> None:
    """Ask for the password alone again."""
    user.second_factor, user.last_step, user.recovery_codes = "", 0, []


def accepts(user: User, code: str) -> bool:
    """Return whether that is the telephone's code or a recovery code; each is accepted once.

    The caller has locked the account, or two processes could accept the same code.
    """
    code = _plain(code)
    step = _step(user.second_factor, code, user.last_step)
    if step is not None:
        user.last_step = step
        return True
    digest = _digest(code)
    unused = [kept for kept in user.recovery_codes if not hmac.compare_digest(kept, digest)]
    is_recovery_code = len(unused) < len(user.recovery_codes)
    user.recovery_codes = unused
    return is_recovery_code


def _plain(code: str) -> str:
    """Return a code as it is compared: apps show `123 456`, and people leave out hyphens."""
    return "".join(code.split()).replace("-", "").lower()


def _step(secret: str, code: str, after: int) -> int | None:
    """Return the time step, later than `after`, whose code that is, or None."""
    import pyotp

    totp = pyotp.TOTP(secret)
    running = int(now().timestamp()) // STEP
    steps = range(running - DRIFT, running + DRIFT + 1)
    # All are compared, each in constant time.
    right = [
        step
        for step in steps
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode("utf-8", "replace"))
    ]
    # A code used while the clock was ahead would keep its owner out until that time has come.
    if after not in steps:
        after = 0
    return next((step for step in right if step > after), None)


def _digest(code: str) -> str:
    """Return a plain hash: enough for 40 random bits, good for one account and throttled."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
