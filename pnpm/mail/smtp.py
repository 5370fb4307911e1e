"""The way to the server that takes the site's mail: SMTP (RFC 5321), by TLS unless the host gives
that up, and never longer than it may take.

This module is imported where mail is sent: no other request should pay for it.
"""

import math
import smtplib
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pnpm.config import MailServer

from .faults import Failed, Fault

CONNECT_SECONDS = 10  # for each address of the server, and for TLS
SECONDS = 20  # for the whole answer to a command, however slowly it comes
PARTING_SECONDS = 2  # for the last, after which nothing depends on it
LONGEST_DETAIL = 200  # characters of what the server said


class Transport:
    """A connection to the server, opened with the first mail and used for those that follow. A
    command may take so many `seconds` (None: SECONDS).
    """

    def __init__(self, server: MailServer, seconds: float | None = None) -> None:
        self.server, self.seconds = server, seconds or SECONDS
        self._smtp: _Smtp | None = None

    def __enter__(self) -> "Transport":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def check(self) -> None:
        """Connect, and sign in. Raises Failed."""
        self._smtp = self._smtp or _connected(self.server, self.seconds)

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Send a message to that address; the server has taken it when this returns. Raises
        Failed.
        """
        data = message.as_bytes()
        if self._smtp is not None and not _is_open(self._smtp, self.server.sender):
            self.close()
        if self._smtp is None:
            self._smtp = _connected(self.server, self.seconds)
            _done(Fault.SENDER, lambda smtp: smtp.mail(self.server.sender), self._smtp)
        try:
            _done(Fault.RECIPIENT, lambda smtp: smtp.rcpt(recipient), self._smtp)
            _done(Fault.CONTENT, lambda smtp: smtp.data(data), self._smtp)
        except Failed as failed:
            if failed.is_of_the_server:
                self.close(politely=False)
            raise

    def close(self, politely: bool = True) -> None:
        """Close the connection, if there is one."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if politely:
                smtp.begin(PARTING_SECONDS)
                smtp.quit()
        except (OSError, ValueError):  # it is as good as closed
            pass
        finally:
            smtp.close()


if TYPE_CHECKING:
    _Base = socket.socket
else:
    _Base = object


class _Limited(_Base):
    """A socket on which everything together ends by a deadline: a timeout alone begins anew with
    each byte.
    """

    deadline = math.inf

    def recv_into(self, *arguments: Any, **more: Any) -> int:
        self._limit()
        return super().recv_into(*arguments, **more)

    def sendall(self, *arguments: Any, **more: Any) -> None:
        self._limit()
        super().sendall(*arguments, **more)

    def _limit(self) -> None:
        if self.deadline is math.inf:
            return
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)


class _Plain(_Limited, socket.socket):
    pass


class _Encrypted(_Limited, ssl.SSLSocket):
    pass


class _Smtp(smtplib.SMTP):
    """The protocol, spoken on such sockets."""

    def __init__(self, server: MailServer, seconds: float) -> None:
        self.seconds = seconds
        self.context = ssl.create_default_context()
        self.context.sslsocket_class = _Encrypted
        self.is_smtps = server.is_smtps
        # not this machine's name, which smtplib would ask the network for
        name = server.sender.partition("@")[2]
        super().__init__(server.host, server.port, name, min(CONNECT_SECONDS, seconds))

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened = socket.create_connection((host, port), timeout)
        limited = _Plain(fileno=opened.detach())
        limited.settimeout(timeout)
        limited.deadline = monotonic() + self.seconds
        if not self.is_smtps:
            return limited
        return self.context.wrap_socket(limited, server_hostname=host)

    def begin(self, seconds: float | None = None) -> None:
        """Have what is said from now on end within so many seconds (None: those of a command)."""
        if isinstance(self.sock, _Limited):
            self.sock.deadline = monotonic() + (seconds or self.seconds)


def _connected(server: MailServer, seconds: float) -> _Smtp:
    try:
        smtp = _Smtp(server, seconds)
    except Exception as error:
        raise _failed(error, Fault.UNREACHABLE) from None
    try:
        smtp.begin()
        smtp.ehlo_or_helo_if_needed()
        if not (server.is_smtps or server.is_plain):
            _encrypt(smtp)
        if server.user:
            smtp.login(server.user, server.password)
    except Failed:
        smtp.close()
        raise
    except Exception as error:
        smtp.close()
        raise _failed(error, Fault.BROKEN) from None
    return smtp


def _encrypt(smtp: _Smtp) -> None:
    if not smtp.has_extn("starttls"):
        raise Failed(Fault.NO_TLS)
    smtp.starttls(context=smtp.context)
    smtp.begin()  # which STARTTLS has given another socket
    smtp.ehlo_or_helo_if_needed()


def _is_open(smtp: _Smtp, sender: str) -> bool:
    """Begin another mail on a connection; return False if the server has ended it meanwhile, or
    wants no more on it.
    """
    try:
        smtp.begin()
        code, _said = smtp.rset()
        return code == 250 and smtp.mail(sender)[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _done(refusal: Fault, command: Callable[[_Smtp], tuple[int, bytes | str]], smtp: _Smtp) -> None:
    """Give a command. Raises Failed: with `refusal` if the server says that it never will."""
    try:
        smtp.begin()
        code, said = command(smtp)
    except smtplib.SMTPDataError as error:
        code, said = error.smtp_code, error.smtp_error
    except Exception as error:
        raise _failed(error, Fault.BROKEN) from None
    if code == 421:  # RFC 5321, 3.8: it closes the connection
        raise Failed(Fault.BROKEN, _detail(code, said))
    if 400 <= code < 500:
        raise Failed(Fault.LATER, _detail(code, said))
    if not 200 <= code < 300:
        raise Failed(refusal, _detail(code, said))


def _failed(error: Exception, otherwise: Fault) -> Failed:
    """Return in our words what an attempt raised; `otherwise` for what says no more."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # what it said is left out: some servers repeat what they were given
        return Failed(Fault.LOGIN, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Failed(Fault.LOGIN)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        # smtplib says the same of a line that broke and of one on which nothing came in time
        is_slow = isinstance(error.__context__, TimeoutError)
        return Failed(Fault.SLOW if is_slow else Fault.BROKEN)
    if isinstance(error, smtplib.SMTPResponseException):
        return Failed(otherwise, _detail(error.smtp_code, error.smtp_error))
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failed(Fault.CERTIFICATE, _printable(error.verify_message))
    if isinstance(error, ssl.SSLError):
        return Failed(Fault.NO_TLS, _printable(error.reason or ""))
    if isinstance(error, TimeoutError):
        return Failed(Fault.SLOW)
    if isinstance(error, socket.gaierror):
        return Failed(Fault.UNKNOWN_HOST)
    if isinstance(error, OSError):
        return Failed(otherwise, _printable(error.strerror or ""))
    return Failed(otherwise, type(error).__name__)


def _detail(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _printable(f"{code} {text}")


def _printable(text: str) -> str:
    """Return what somebody else wrote, on one line, short."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:LONGEST_DETAIL]
