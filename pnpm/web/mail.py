"""Sending the mail of the outbox: each is written when it is sent, so that it says what is true
then.

This module is imported where mail is sent or written: no other request should pay for it.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from threading import Lock
from time import monotonic
from typing import NamedTuple

from flask import current_app, g, render_template
from flask_babel import gettext, refresh
from sqlalchemy.exc import SQLAlchemyError

from pnpm.audit import password_reset
from pnpm.comments import announcements
from pnpm.comments.subscriptions import opt_in
from pnpm.db import db, now
from pnpm.mail import outbox
from pnpm.mail.faults import Failed, Fault
from pnpm.mail.message import message
from pnpm.mail.models import OutgoingMail
from pnpm.mail.smtp import Transport
from pnpm.privacy import intake, residue
from pnpm.signing import keyed_hash

from . import error_messages, site_address
from .site import current_site

# for the mails after one answer: the process that sends them answers nobody meanwhile
SECONDS = 10
# A server that did not answer is left alone by this process for so many seconds.
REST = 60
# Of these kinds one that is not sent takes nearly as long as one that is: who caused it, and sees
# when the connection ends, is not to learn whether there was somebody to send it to.
ALIKE = {password_reset.KIND, opt_in.CONFIRMATION, opt_in.LINK, intake.CONFIRMATION}
RESTING = "mail server"  # the key for until when, in `app.extensions`

Writer = Callable[[OutgoingMail], EmailMessage | None]
WRITERS: dict[str, Writer] = {}
SENT: dict[str, Callable[[OutgoingMail], None]] = {}
# one thread of a process: others have answers to give
_AT_WORK = Lock()


class Delivered(NamedTuple):
    """What became of the mails that were due: sent (or with nothing to say any more), put off, or
    failed for good; what is wrong with the server, if anything (None: nothing); and how many
    comments became mail.
    """

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    fault: Failed | None = None
    told: int = 0


def writer(kind: str) -> Callable[[Writer], Writer]:
    """Mark the function that writes mails of that kind. It is called under the site's own address
    and in its language, and returns None if there is nothing to say any more.
    """

    def mark(write: Writer) -> Writer:
        WRITERS[kind] = write
        return write

    return mark


def sent(kind: str) -> Callable[[Callable[[OutgoingMail], None]], Callable[[OutgoingMail], None]]:
    """Mark the function that notes that a mail of that kind was sent, in a transaction of its own;
    it is called with the mail that was written.
    """

    def mark(note: Callable[[OutgoingMail], None]) -> Callable[[OutgoingMail], None]:
        SENT[kind] = note
        return note

    return mark


def compose(
    mail: OutgoingMail,
    subject: str,
    *,
    headers: Mapping[str, str] | None = None,
    template: str = "",
    **context,
) -> EmailMessage:
    """Return the message that templates/mail/<kind>.txt and .html make with this context, or those
    of another name. `headers` are more of them.
    """
    server, name = current_app.config["PNPM"].mail_url, template or mail.kind
    return message(
        server.sender,
        current_site().words.name,
        mail.recipient,
        subject,
        render_template(f"mail/{name}.txt", **context),
        render_template(f"mail/{name}.html", subject=subject, **context),
        message_id=_message_id(mail, server.sender),
        moment=now(),
        headers=headers,
    )


def deliver(seconds: float | None = None) -> Delivered:
    """Make mail of what is to be announced, and send what is due, for at most so many seconds from
    now on (None: until nothing is due); the last mail that was begun is finished. Sends nothing
    where mail is not set up, the site's address is not known, another thread is at it, or the
    server has just not answered.

    Transactions of its own; a mail is claimed by one process.
    """
    if current_app.config["PNPM"].mail_url is None:
        return Delivered()
    told = announcements.fan_out(_zone())
    is_resting = monotonic() < current_app.extensions.get(RESTING, 0.0)
    if (is_resting and seconds is not None) or not site_address.known():
        return Delivered(told=told)
    if not _AT_WORK.acquire(blocking=False):
        return Delivered(told=told)
    try:
        found = _sent(math.inf if seconds is None else monotonic() + seconds)
        if found.sent:  # maybe the last that the site knew of somebody
            residue.clear(current_app.config["PNPM"])
        return found._replace(told=told)
    finally:
        db.session.rollback()
        _AT_WORK.release()


def test(recipient: str) -> None:
    """Send a mail that says that mail works, now. Raises Failed, or Unfit for a bad address."""
    mail = OutgoingMail(id=0, kind="test", recipient=recipient, data={}, created_at=now())
    with _as_site(), Transport(current_app.config["PNPM"].mail_url) as transport:
        words = gettext("Percobaan: surel dari situs ini sampai")
        transport.send(compose(mail, words, address=site_address.known()), recipient)


def _sent(until):
    """Send mails until that moment or until none is due."""
    _load_writers()
    counts, fault = {"sent": 0, "postponed": 0, "failed": 0}, None
    with Transport(current_app.config["PNPM"].mail_url) as transport:
        while monotonic() < until and fault is None:
            mail = outbox.claim()
            if mail is None:
                break
            outcome, failed = _send(mail, transport)
            counts[outcome] += 1
            if failed and failed.is_of_the_server:
                fault = failed
    if fault:
        current_app.extensions[RESTING] = monotonic() + REST
    return Delivered(**counts, fault=fault)


def _send(mail, transport):
    """Send one mail; return what became of it, and why if it was not sent."""
    try:
        written = _written(mail)
        if written is not None:
            transport.send(written, mail.recipient)
            if mail.kind in SENT:
                SENT[mail.kind](mail)
        elif mail.kind in ALIKE:
            transport.check()
    except SQLAlchemyError:  # the database is at fault, and the mail as good as before
        raise
    except Failed as failed:
        return _not_sent(mail, failed), failed
    except Exception as error:  # whatever it is: one mail stops no other
        error_messages.log(error)
        fault = Failed(Fault.TEXT, type(error).__name__)
        return _not_sent(mail, fault), fault
    outbox.sent(mail)
    return "sent", None


def _not_sent(mail, failed):
    if failed.is_final:
        outbox.fail(mail, str(failed))
        return "failed"
    due_at = outbox.postpone(mail, str(failed))
    if failed.is_of_the_server:
        # for a minute at least, however often this one was tried
        outbox.hold_until(now() + timedelta(seconds=REST))
    return "failed" if due_at is None else "postponed"


def _written(mail):
    write = WRITERS.get(mail.kind)
    if write is None:  # another version's
        raise Failed(Fault.TEXT, mail.kind)
    if mail.attempts > outbox.MOST_ATTEMPTS:  # each process that tried was killed
        raise Failed(Fault.TEXT, str(mail.attempts))
    with _as_site():
        return write(mail)


def _load_writers():
    """Import the modules that write mails."""
    from . import data_request_mail, officer_mail, subscription_mail  # noqa: F401


@contextmanager
def _as_site() -> Iterator[None]:
    """Within the block, links are under the site's own address, and words in its language."""
    base = f"{site_address.known() or 'http://localhost'}/"
    before = g.pop("site", None)
    try:
        with current_app.test_request_context(base_url=base):
            g.pop("site", None)
            refresh()
            yield
            db.session.rollback()
    finally:
        g.pop("site", None)
        if before is not None:
            g.site = before


def _zone():
    with _as_site():
        return current_site().zone


def _message_id(mail, sender):
    """Return the same for a mail that is sent again: many programs then show it once."""
    key = current_app.config["PNPM"].secret_key
    proof = keyed_hash(key, "message", str(mail.id), mail.created_at.isoformat())
    return f"<{mail.id}.{proof[:24]}@{sender.partition('@')[2]}>"
