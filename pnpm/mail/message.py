"""A message as it goes out: plain text with an HTML part, and headers that nobody can add to.

This module is imported where mail is sent: no other request should pay for it.
"""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from pnpm.config import MAIL_ADDRESS
from pnpm.markup.characters import one_line

LONGEST_SUBJECT = 150  # characters
LONGEST_NAME = 60


class _Policy(EmailPolicy):
    """SMTP's lines; but a header with addresses of pages (RFC 2369) is never folded or encoded,
    which would break one that is longer than a line.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower().startswith("list-"):
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", max_line_length=76)


class Unfit(ValueError):
    """No mail can be sent to that address."""


def message(
    sender: str,
    sender_name: str,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    *,
    message_id: str,
    moment: datetime,
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """Return the message, of ASCII alone on the wire. `sender_name` and `subject` may be anybody's
    words: they stay one line. `moment` is its date, `headers` are more of them.

    Raises Unfit for an address that is none.
    """
    if not is_address(recipient):
        raise Unfit(recipient)
    made = EmailMessage(POLICY)
    name = _one_line(sender_name)[:LONGEST_NAME]
    made["From"] = Address(display_name=name, addr_spec=sender)
    made["To"] = Address(addr_spec=recipient)
    made["Subject"] = _one_line(subject)[:LONGEST_SUBJECT]
    made["Date"] = moment
    made["Message-ID"] = message_id
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    for header, value in (headers or {}).items():
        made[header] = _one_line(value)
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    return made


def is_address(text: str) -> bool:
    """Return whether that is an address to which we send: ASCII, without quotes and comments."""
    local, _at, _domain = text.rpartition("@")
    is_dotted_right = not (local.startswith(".") or local.endswith(".") or ".." in local)
    return bool(MAIL_ADDRESS.fullmatch(text)) and is_dotted_right


def _one_line(text: str) -> str:
    """Return a text as one line in which nothing looks like an encoded word (RFC 2047): those are
    decoded once more, and what they hide may be a line end.
    """
    return one_line(text).replace("=?", "= ?")
