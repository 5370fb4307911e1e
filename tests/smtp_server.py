"""A real mail server for tests: aiosmtpd with STARTTLS and AUTH, in a thread of its own, which can
also refuse, hang, and die in the middle.
"""

import asyncio
import ssl
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult

from tests.deploy import servers

USER, PASSWORD = "situs@desa.example", "rahasia: 100%/@"
SENDER = "situs@desa.example"


class MailServer:
    """A running mail server: `messages` are those that it took, parsed, `envelopes` to whom.

    `mode` can be changed while it runs: "take"; "refuse" (the recipient, for good), "later" (for
    now), "reject" (the text); "hang" (it takes the text and never answers), "silent" (it says
    nothing at all), "die" (it takes every other text, and closes the connection in place of an
    answer).
    """

    def __init__(self, certificate=None, has_auth=True):
        self.mode, self.messages, self.envelopes, self.connections = "take", [], [], 0
        self.has_auth, self.context = has_auth, None
        if certificate:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(certificate)
        self.port = None

    @property
    def url(self):
        """What PNPM_MAIL_URL is for this server."""
        user = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@" if self.has_auth else ""
        tls = "" if self.context else "&starttls=off"
        return f"smtp://{user}localhost:{self.port}?from={SENDER}{tls}"

    def texts(self):
        """The plain text of each message."""
        return [
            message.get_body(("plain",)).get_content().replace("\r\n", "\n")
            for message in self.messages
        ]

    # what aiosmtpd asks of a handler
    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mode == "refuse":
            return "550 5.1.1 No such user"
        if self.mode == "later":
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mode == "reject":
            return "554 5.7.1 Spam"
        if self.mode == "hang":
            await asyncio.sleep(3600)
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if self.mode == "die" and len(self.messages) % 2:
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, data):
        """AUTH."""
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    def protocol(self):
        """One connection."""
        self.connections += 1
        if self.mode == "silent":
            return asyncio.Protocol()
        return SMTP(
            self,
            hostname="mail.example",
            tls_context=self.context,
            require_starttls=bool(self.context),
            authenticator=self.authenticate if self.has_auth else None,
            auth_required=self.has_auth,
            auth_require_tls=bool(self.context),
            loop=asyncio.get_running_loop(),
        )


@contextmanager
def running(certificate=None, has_auth=True):
    """A mail server on a port of its own; with a certificate it wants STARTTLS."""
    server, loop = MailServer(certificate, has_auth), asyncio.new_event_loop()

    async def start():
        listening = await loop.create_server(server.protocol, "localhost", 0)
        server.port = listening.sockets[0].getsockname()[1]
        # of both addresses of localhost, the client tries the first
        for socket in listening.sockets[1:]:
            if socket.getsockname()[1] != server.port:
                socket.close()
        return listening

    async def end():
        listening.close()
        others = asyncio.all_tasks(loop) - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await loop.shutdown_asyncgens()

    # in the thread from the start: Playwright's own loop runs in this one
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def made_certificate(folder):
    """A certificate for the name localhost with its key, in one file; programs trust it whose
    SSL_CERT_FILE it is.
    """
    certificate, key = servers.certificate(folder, "DNS:localhost")
    both = folder / "both.pem"
    both.write_text(certificate.read_text() + key.read_text())
    both.chmod(0o600)
    return both
