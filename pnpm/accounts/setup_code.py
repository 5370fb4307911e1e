"""The code that makes the first account: written into the instance folder, so that whoever can read
that owns the site.
"""

import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path

FILE = "setup_code.txt"
WHOLE = re.compile(r"[0-9a-f]{6}(-[0-9a-f]{6}){3}")  # 96 random bits


def write(instance: Path) -> Path:
    """Where the code stands, made now if there is none; its owner alone can read it. OSError if it
    cannot be written.
    """
    if not _read(instance):
        handle, new = tempfile.mkstemp(dir=instance)  # readable by its owner alone
        with os.fdopen(handle, "w") as file:
            file.write("-".join(secrets.token_hex(3) for _ in range(4)) + "\n")
        os.replace(new, instance / FILE)  # whole or not at all
    return instance / FILE


def is_right(instance: Path, code: str) -> bool:
    """Whether that is the code; nothing is, while there is none."""
    wanted = _read(instance)
    return bool(wanted) and hmac.compare_digest(
        code.strip().lower().encode("utf-8", "replace"), wanted.encode()
    )


def take(instance: Path) -> bool:
    """Take the code away: the first account is made. Of several at once, one is told that it was
    there.
    """
    try:
        (instance / FILE).unlink()
    except FileNotFoundError:
        return False
    return True


def _read(instance: Path) -> str:
    """Empty, if it is not there or not whole."""
    path = instance / FILE
    written = path.read_bytes().decode("ascii", "replace").strip() if path.is_file() else ""
    return written if WHOLE.fullmatch(written) else ""
