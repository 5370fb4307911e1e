"""The probe's HTTP client for one site: it keeps cookies, follows no redirect, and limits how long
it waits and how much it reads.
"""

import math
import re
import socket
import ssl
import zlib
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from http.cookies import CookieError, Morsel, SimpleCookie
from time import monotonic
from urllib.parse import quote

from flask_babel import gettext as _

from pnpm.markup.urls import parts_of
from pnpm.prompt_response import PromptResponse

from ..results import Ill, quoted
from .html import body_of


class Unreached(Ill):
    """No answer came from an address, or none that is HTTP. The message names the address and the
    reason, `reason` is the reason alone.
    """

    def __init__(self, url: str, reason: str):
        super().__init__(
            _("%(url)s tidak dapat dibuka: %(reason)s.", url=quoted(url), reason=reason)
        )
        self.reason = reason


def reason_of(error: Exception, seconds: float) -> str:
    """Return what went wrong, in a few words; `seconds` is how long was waited."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("sertifikat https-nya tidak berlaku (%(why)s)", why=quoted(error.verify_message))
    if isinstance(error, ssl.SSLError):
        return _("di sana tidak ada https")
    if isinstance(error, socket.gaierror):
        return _("nama itu tidak dikenal; periksa ejaannya dan DNS-nya")
    if isinstance(error, TimeoutError):
        return _("tidak ada jawaban utuh dalam %(seconds)s detik", seconds=round(seconds))
    if isinstance(error, ConnectionRefusedError):
        return _("tidak ada server yang menerima sambungan di sana")
    return _("jawabannya putus, atau bukan HTTP")


SECONDS = 10  # for a connection, and for a whole answer
MOST = 2 * 1024 * 1024  # bytes of an answer: far more than any page of this site has
AGENT = "Mozilla/5.0 (compatible; flask doctor)"
WHOLE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)  # RFC 3986, 3.1
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Answer:
    """An answer. Its body is cut off at the limit of the request, and uncompressed."""

    url: str
    status: int
    headers: Message
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """Return the body as text, whatever its bytes are."""
        return self.body.decode(errors="replace")

    def __getitem__(self, name: str) -> str:
        """Return a header, empty if it is not there."""
        return self.headers.get(name, "")


class Client:
    """Asks one site; `base` is its address with a slash at the end. ValueError if `url` is no
    http(s) address.

    It waits at most `seconds` for an answer, and `in_all` seconds for all of them together.
    """

    def __init__(
        self, url: str, ca: str | None = None, seconds: float = SECONDS, in_all: float = math.inf
    ):
        parts = parts_of(url)
        if parts is None or parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
            raise ValueError(url)
        self.scheme, self.host = parts.scheme, _host(parts.hostname)
        self.port = parts.port or PORTS[parts.scheme]
        self.name = self.host
        if self.port != PORTS[self.scheme]:
            self.name = f"{self.host}:{self.port}"
        self.origin = f"{self.scheme}://{self.name}"
        self.base = f"{self.origin}{quote(parts.path.rstrip('/'), safe='/%')}/"
        self.cookies: dict[str, Morsel] = {}
        self._ca, self._seconds, self._end = ca, seconds, monotonic() + in_all

    def get(self, address: str, most: int = MOST, **headers: str) -> Answer:
        """Ask for an address: whole, from the host's root (/…), or relative to the site's. Read
        `most` bytes of the body. Unreached if no answer comes.
        """
        return self._ask("GET", address, None, headers, most)

    def post(self, address: str, fields: dict, **headers: str) -> Answer:
        """Send a form's fields as a browser does. Unreached if no answer comes."""
        body, kind = body_of(fields)
        sent = {
            "Origin": self.origin,
            "Referer": self.base,
            "Sec_Fetch_Site": "same-origin",
            "Content_Type": kind,
        }
        return self._ask("POST", address, body, sent | headers, MOST)

    def whole(self, address: str) -> str:
        """Return an address from a page or a redirect as a whole URL."""
        if WHOLE.match(address):
            return address
        if address.startswith("/"):
            return f"{self.origin}{address}"
        return f"{self.base}{address}"

    @property
    def is_late(self) -> bool:
        """Tell whether the time for all answers is over, so that nothing is asked any more."""
        return monotonic() >= self._end

    def _ask(self, method, address, body, headers, most):
        url = self.whole(address)
        if self.is_late:
            raise Unreached(url, _("server ini terlalu lambat"))
        if not url.startswith(f"{self.origin}/"):
            raise Unreached(url, _("itu situs lain"))
        path = url.removeprefix(self.origin)
        sent = {
            "User-Agent": AGENT,
            "Connection": "close",
            "Accept": "*/*",
            "Cookie": self._cookies_for(path),
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = self._connection()
        try:
            connection.request(
                method, path, body, {name: value for name, value in sent.items() if value}
            )
            response = connection.getresponse()
            answer = Answer(url, response.status, response.headers, _unpacked(response, most))
        except (OSError, HTTPException, UnicodeError, zlib.error) as error:
            raise Unreached(url, reason_of(error, self._seconds)) from error
        finally:
            connection.close()
        self._keep_cookies(answer)
        return answer

    def _connection(self):
        if self.scheme == "http":
            connection = HTTPConnection(self.host, self.port, timeout=self._seconds)
        else:
            context = ssl.create_default_context(cafile=self._ca)
            connection = HTTPSConnection(
                self.host, self.port, timeout=self._seconds, context=context
            )
        connection.response_class = PromptResponse
        return connection

    def _cookies_for(self, path):
        sent = [
            morsel for morsel in self.cookies.values() if path.startswith(morsel["path"] or "/")
        ]
        return "; ".join(
            f"{each.key}={each.coded_value}"
            for each in sent
            if self.scheme == "https" or not each["secure"]
        )

    def _keep_cookies(self, answer):
        for line in answer.headers.get_all("Set-Cookie", []):
            try:
                given = SimpleCookie(line)
            except CookieError:
                continue
            self.cookies |= given
            self.cookies = {
                name: morsel for name, morsel in self.cookies.items() if morsel["max-age"] != "0"
            }


def _host(name):
    """Return a host name as it is written in a URL: an IPv6 address in brackets, or in ASCII."""
    if ":" in name:
        return f"[{name}]"
    return name.encode("idna").decode()


def _unpacked(response, most):
    body = response.read(most)
    if response.length and len(body) < most:
        raise IncompleteRead(body, response.length)
    if response.headers.get("Content-Encoding") == "gzip":
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, most)
    return body
