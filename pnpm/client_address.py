"""The client's address of a request: the one that the last trusted proxy names.

`REMOTE_ADDR` is set once, at the outermost layer; everybody else reads `request.remote_addr`.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

LONGEST = 100  # characters: what is longer is no address
KEPT = 64  # addresses whose meaning is kept in memory: a request asks for its own several times
PEER = (
    "pnpm.peer"  # the environ's key for the address of the connection: a proxy's, if there is one
)
# As some proxies write it: with a port, and IPv6 in brackets then (RFC 7239, section 6).
_WITH_PORT = re.compile(r"(?:\[([^\[\]]*)\]|([0-9.]+))(?::[0-9]{1,5})?")


@lru_cache(KEPT)
def parse(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in a text, with or without a port; IPv4 within IPv6 as IPv4. None for
    anything else.
    """
    if len(text) > LONGEST:
        return None
    text = text.strip().strip('"').strip()
    if found := _WITH_PORT.fullmatch(text):
        text = found[1] or found[2] or ""
    try:
        # without the zone (RFC 4007), which has a meaning on the proxy alone
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def resolved(application: Callable, proxies: int) -> Callable:
    """Return `application`, whose REMOTE_ADDR is the client's: the one in X-Forwarded-For that is
    the `proxies`-th from the end.

    If that is no address, the connection's counts; if the connection has none (a Unix socket), it
    is empty. The header is split at commas and counted from its end, so nothing that a client sends
    can shift it.
    """

    def resolving(environ, start_response):
        peer = environ.get("REMOTE_ADDR") or ""
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        named = None
        if 0 < proxies <= len(hops):
            named = parse(hops[-proxies])
        environ[PEER] = peer
        environ["REMOTE_ADDR"] = str(named or parse(peer) or "")
        return application(environ, start_response)

    return resolving
