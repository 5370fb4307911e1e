"""Signatures and keyed hashes."""

from datetime import UTC, datetime

import pytest

from pnpm import signing

JULY, AUGUST = datetime(2026, 7, 31, 23, 59, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)


def test_a_signed_value_is_read_back_with_its_key_and_purpose_alone():
    signed = signing.sign("key", "waiting", "7")
    assert signing.read("key", "waiting", signed) == "7"
    assert signing.read("other", "waiting", signed) is None
    assert signing.read("key", "comment form", signed) is None


@pytest.mark.parametrize("forged", ["", "7", "7.", ".", "7.é", "8" + "x" * 1000, "\x00.\x00"])
def test_a_forged_one_is_none(forged):
    assert signing.read("key", "waiting", forged) is None


def test_without_a_key_nothing_is_signed():
    for make in (
        lambda: signing.sign("", "p", "v"),
        lambda: signing.read("", "p", "v"),
        lambda: signing.keyed_hash("", "p"),
    ):
        with pytest.raises(signing.NoKey):
            make()


def test_no_two_lists_of_values_have_one_hash():
    assert signing.keyed_hash("key", "p", "ab", "c") != signing.keyed_hash("key", "p", "a", "bc")


def test_an_addresss_hash_changes_with_the_month():
    assert signing.address_hash("key", "203.0.113.7", JULY) != signing.address_hash(
        "key", "203.0.113.7", AUGUST
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("", "", True),
    ],
)
def test_an_ipv6_subscriber_is_one_address(one, other, same):
    assert (
        signing.address_hash("key", one, JULY) == signing.address_hash("key", other, JULY)
    ) is same
