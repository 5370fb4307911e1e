"""Signed values, which only this site can have made, and keyed hashes, which reveal nothing."""

import hashlib
import hmac
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_network

from itsdangerous import BadSignature, SignatureExpired, Signer, TimestampSigner
from itsdangerous.signer import SigningAlgorithm

from pnpm import client_address

# signatures kept in memory: all forms of an hour have the same one, and a forged one may have 64 kB
MOST = 32


class _AtOnce(SigningAlgorithm):
    """HMAC with SHA-256, as `itsdangerous.HMACAlgorithm` has it, in a quarter of the time."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")


class Dated(TimestampSigner):
    """A TimestampSigner that takes what was signed in the future, by a clock that was ahead, as
    signed now, instead of refusing it.
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
    """The site has no secret key yet (`flask init` makes it); nothing is ever signed with an empty
    one.
    """


@lru_cache(MOST)
def sign(key: str, purpose: str, value: str) -> str:
    """Return `value` with a signature that is valid for `purpose` alone."""
    return _signer(key, purpose).sign(value).decode()


@lru_cache(MOST)
def read(key: str, purpose: str, signed: str) -> str | None:
    """Return the value that was signed for `purpose`, or None if the signature is not ours;
    compared in constant time.
    """
    try:
        return _signer(key, purpose).unsign(signed).decode()
    except (BadSignature, UnicodeError):
        return None


def keyed_hash(key: str, purpose: str, *values: str) -> str:
    """Return 64 hex digits that only the owner of the key can compute from these values. Different
    lists of values never give the same input.
    """
    if not key:
        raise NoKey
    spelled = "".join(f"{len(value)}:{value}" for value in (purpose, *values))
    # as hmac.new, in half the time
    return hmac.digest(key.encode(), spelled.encode("utf-8", "surrogatepass"), "sha256").hex()


def address_hash(key: str, address: str, moment: datetime) -> str:
    """Return a hash that stands for an address during a month (UTC); the next month has another
    key.

    An IPv6 subscriber holds a /64 (RFC 6177), so all of that counts as one address.
    """
    moment = moment.astimezone(UTC)
    return _address_hash(key, address, moment.year, moment.month)


@lru_cache(MOST)
def _address_hash(key, address, year, month):
    return keyed_hash(_month_key(key, f"{year:04}-{month:02}"), "address", _network(address))


@lru_cache(MOST)
def _month_key(key, month):
    return keyed_hash(key, "month", month)


@lru_cache(MOST)
def _signer(key, purpose):
    if not key:
        raise NoKey
    # what it would derive from the key and the purpose for each signature is made once
    derived = Signer(key, salt=purpose, digest_method=hashlib.sha256).derive_key()
    return Signer(derived, key_derivation="none", algorithm=_AtOnce())


def _network(address):
    parsed = client_address.parse(address)
    if parsed is None:
        return address  # a Unix socket has none
    if parsed.version == 4:
        return str(parsed)
    return str(ip_network((int(parsed) >> 64 << 64, 64)))
