"""Which address a request came from: the one that the last trusted proxy names, as `ipaddress`
reads it.

`REMOTE_ADDR` is set once, at the outermost layer; everybody else reads `request.remote_addr`.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

LONGEST = 100  # characters: what is longer is no address
PEER = "pnpm.peer"  # in the environ: whom the connection is to, a proxy where there is one
# As some proxies write it: with a port, IPv6 in brackets then (RFC 7239, section 6), in quotes or
# not.
_WITH_PORT = re.compile(r"(?:\[([^\[\]]*)\]|([0-9.]+))(?::[0-9]{1,5})?")


def parse(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text names, with or without a port; an IPv4 address within IPv6 is itself.
    None for anything else.
    """
    text = text.strip().strip('"').strip() if len(text) <= LONGEST else ""
    if found := _WITH_PORT.fullmatch(text):
        text = found[1] or found[2] or ""
    try:
        # a zone (RFC 4007) is the proxy's own word for one of its links
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def resolved(application: Callable, proxies: int) -> Callable:
    """`application`, whose REMOTE_ADDR is the client's: what the so-manieth proxy from here wrote
    into X-Forwarded-For.

    What is no address counts as the proxy's own; what the peer itself is called by the server and
    cannot be read (a Unix socket) is empty. Only commas part the header, and it is counted from its
    end: no quote that a client sends can shift it.
    """

    def resolving(environ, start_response):
        peer = environ.get("REMOTE_ADDR") or ""
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        named = parse(hops[-proxies]) if 0 < proxies <= len(hops) else None
        environ[PEER], environ["REMOTE_ADDR"] = peer, str(named or parse(peer) or "")
        return application(environ, start_response)

    return resolving
