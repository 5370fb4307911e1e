"""What only this site can have made: signed values, and keyed hashes that give nothing away."""

import hashlib
import hmac
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_network

from itsdangerous import BadSignature, SignatureExpired, Signer, TimestampSigner

from pnpm import client_address

# signatures that are remembered: every form of an hour carries the same; a forged one may have 64
# kB
MOST = 32


class Dated(TimestampSigner):
    """As itsdangerous has it, but what was signed by a clock that was ahead counts as signed now,
    and is not refused for it.
    """

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ):
        value, moment = super().unsign(signed_value, None, return_timestamp=True)
        age = (self.timestamp_to_datetime(self.get_timestamp()) - moment).total_seconds()
        if max_age is not None and age > max_age:
            raise SignatureExpired(f"{age} s old", payload=value, date_signed=moment)
        return (value, moment) if return_timestamp else value


class NoKey(RuntimeError):
    """The site has no secret key yet: `flask init` makes it. Nothing is ever signed with an empty
    one.
    """


@lru_cache(MOST)
def sign(key: str, purpose: str, value: str) -> str:
    """`value` with a signature that is good for `purpose` alone."""
    return _signer(key, purpose).sign(value).decode()


@lru_cache(MOST)
def read(key: str, purpose: str, signed: str) -> str | None:
    """The value that was signed for `purpose`, or None if it was not signed here; compared in
    constant time.
    """
    try:
        return _signer(key, purpose).unsign(signed).decode()
    except (BadSignature, UnicodeError):
        return None


def keyed_hash(key: str, purpose: str, *values: str) -> str:
    """64 hex digits that only the key's owner can make from these values; no two lists of values
    share a spelling.
    """
    if not key:
        raise NoKey
    spelled = "".join(f"{len(value)}:{value}" for value in (purpose, *values))
    return hmac.new(
        key.encode(), spelled.encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()


def address_hash(key: str, address: str, moment: datetime) -> str:
    """Stands for an address for a month (UTC), then for nothing: the key of the next month is
    another.

    An IPv6 subscriber holds a /64 (RFC 6177), so that is what counts as one address.
    """
    return keyed_hash(
        _month_key(key, f"{moment.astimezone(UTC):%Y-%m}"), "address", _network(address)
    )


@lru_cache(MOST)
def _month_key(key, month):
    return keyed_hash(key, "month", month)


def _signer(key, purpose):
    if not key:
        raise NoKey
    return Signer(key, salt=purpose, digest_method=hashlib.sha256)


def _network(address):
    parsed = client_address.parse(address)
    if parsed is None:
        return address  # a Unix socket has none
    return str(parsed if parsed.version == 4 else ip_network((int(parsed) >> 64 << 64, 64)))
