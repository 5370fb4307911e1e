"""A second factor: a code of six digits that a telephone makes anew each half minute (TOTP, RFC
6238), and codes for its loss.

The libraries are loaded only where they are used: together 60 ms, which nobody else has to pay.
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
    """A secret for a telephone, not yet in force."""
    import pyotp

    return pyotp.random_base32()


def address(user: User, secret: str, site: str) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=site[:LONGEST_ISSUER])


def picture(address: str) -> str:
    """The QR code of it as SVG, black on white with its quiet zone, so that it can be scanned off a
    dark page.
    """
    import segno

    return segno.make_qr(address, error="m").svg_inline(dark="#000", light="#fff", omitsize=True)


def turn_on(user: User, secret: str, code: str) -> list[str]:
    """Put the secret in force once its first code was shown, and give the recovery codes.
    ValueError for a wrong code.
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
    """Whether that is a code that the telephone shows, or one of the recovery codes; each is good
    once.

    The account is held: else two processes could both take the same code.
    """
    code = _plain(code)
    step = _step(user.second_factor, code, user.last_step)
    if step is not None:
        user.last_step = step
        return True
    rest = [kept for kept in user.recovery_codes if not hmac.compare_digest(kept, _digest(code))]
    found = len(rest) < len(user.recovery_codes)
    user.recovery_codes = rest
    return found


def _plain(code: str) -> str:
    """As it is compared: applications show `123 456`, and people leave hyphens out."""
    return "".join(code.split()).replace("-", "").lower()


def _step(secret: str, code: str, after: int) -> int | None:
    """The step whose code that is, later than the last one used, or None."""
    import pyotp

    running, made = int(now().timestamp()) // STEP, pyotp.TOTP(secret).generate_otp
    steps = range(running - DRIFT, running + DRIFT + 1)
    # All are compared, each in constant time.
    right = [
        step
        for step in steps
        if hmac.compare_digest(made(step).encode(), code.encode("utf-8", "replace"))
    ]
    # What was used by a clock that was ahead would else keep its owner out until that time has
    # come.
    after = after if after in steps else 0
    return next((step for step in right if step > after), None)


def _digest(code: str) -> str:
    """Of 40 random bits, good for one account, slowed down by `attempt`: a plain hash is enough."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
