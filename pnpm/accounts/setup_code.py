"""The code that allows making the first account. It is a file in the instance folder: whoever can
read that folder owns the site.
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
    """Make the code unless there is one, and return its file, readable by its owner alone. Raises
    OSError if it cannot be written.
    """
    if not _read(instance):
        handle, new = tempfile.mkstemp(dir=instance)  # readable by its owner alone
        with os.fdopen(handle, "w") as file:
            file.write("-".join(secrets.token_hex(3) for _ in range(4)) + "\n")
        os.replace(new, instance / FILE)  # whole or not at all
    return instance / FILE


def is_right(instance: Path, code: str) -> bool:
    """Return whether that is the code; never, while there is none."""
    wanted = _read(instance)
    return bool(wanted) and hmac.compare_digest(
        code.strip().lower().encode("utf-8", "replace"), wanted.encode()
    )


def take(instance: Path) -> bool:
    """Delete the code once the first account is made; return whether it was there, which is told to
    only one of several at once.
    """
    try:
        (instance / FILE).unlink()
    except FileNotFoundError:
        return False
    return True


def _read(instance: Path) -> str:
    """Return the code, or an empty string if there is no file or it is incomplete."""
    path = instance / FILE
    if not path.is_file():
        return ""
    code = path.read_bytes().decode("ascii", "replace").strip()
    return code if WHOLE.fullmatch(code) else ""
