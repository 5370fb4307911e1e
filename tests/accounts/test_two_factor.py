"""The second factor: RFC 6238's codes, each once, and codes for its loss."""

import re

import pyotp
import pytest

from pnpm.accounts import two_factor
from pnpm.accounts.models import Role, User
from pnpm.db import now
from tests.admin.conftest import account

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890"


@pytest.fixture
def user(app):
    """Somebody."""
    return account("Siti: <Aminah>", Role.ADMIN)


@pytest.fixture
def secret():
    """One for a telephone."""
    return two_factor.new_secret()


@pytest.fixture
def codes(user, secret):
    """The recovery codes of somebody who has it on."""
    return two_factor.turn_on(user, secret, at(secret, 0))


def at(secret, step):
    """What the telephone shows so many steps from now."""
    return pyotp.TOTP(secret).at(now(), counter_offset=step)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_the_rfcs(monkeypatch, seconds, code):
    from datetime import UTC, datetime

    monkeypatch.setattr(two_factor, "now", lambda: datetime.fromtimestamp(seconds, UTC))
    user = User(second_factor=RFC_SECRET, last_step=0, recovery_codes=[])
    assert two_factor.accepts(user, code)
    assert not two_factor.accepts(user, code)


def test_secrets_are_160_random_bits():
    secrets = {two_factor.new_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert all(re.fullmatch("[A-Z2-7]{32}", secret) for secret in secrets)


def test_the_address_names_site_and_account(user, secret):
    uri = pyotp.parse_uri(two_factor.address(user, secret, "PNPM: Dua Boccoe"))
    assert (uri.secret, uri.name, uri.issuer) == (secret, "Siti: <Aminah>", "PNPM: Dua Boccoe")


def test_the_picture_is_svg_and_nothing_else_however_long_the_names(user, secret):
    user.name = "漢" * 40
    picture = two_factor.picture(two_factor.address(user, secret, "漢" * 4000))
    assert re.fullmatch(r'<svg viewBox="[0-9 ]+" class="segno">(<path [^<>]+/>)+</svg>', picture)


@pytest.mark.engines
def test_it_is_turned_on_by_its_first_code_which_is_used_up(user, secret, codes):
    assert user.second_factor == secret
    assert not two_factor.accepts(user, at(secret, 0))
    assert two_factor.accepts(user, at(secret, 1))


@pytest.mark.parametrize(
    "spell",
    [
        lambda code: f"{code[:3]} {code[3:]}",
        lambda code: f" {code}\n",
        lambda code: f"{code[:3]}-{code[3:]}",
    ],
)
def test_the_first_code_may_be_typed_as_it_is_shown(user, secret, spell):
    assert two_factor.turn_on(user, secret, spell(at(secret, 0)))


@pytest.mark.parametrize(
    "code", ["", "000000x", "x" * 5000, "١٢٣٤٥٦", "\udcff", "12345", "1234567"]
)
def test_a_wrong_first_code_changes_nothing(user, secret, code):
    with pytest.raises(ValueError, match="a code that the telephone shows now"):
        two_factor.turn_on(user, secret, code)
    assert not user.second_factor


def test_a_code_before_the_last_used_one_is_used_up_too(user, secret, codes):
    assert two_factor.accepts(user, at(secret, 1))
    assert not two_factor.accepts(user, at(secret, 0))
    assert not two_factor.accepts(user, at(secret, 1))


@pytest.mark.engines
def test_recovery_codes_are_ten_each_good_once_and_kept_as_hashes(user, codes):
    assert len(set(codes)) == 10
    assert not any(
        code in str(user.recovery_codes) or code.replace("-", "") in str(user.recovery_codes)
        for code in codes
    )
    for number, code in enumerate(codes, 1):
        assert two_factor.accepts(user, code.upper())
        assert not two_factor.accepts(user, code)
        assert len(user.recovery_codes) == 10 - number


@pytest.mark.parametrize("code", ["", "-", " ", "0" * 10, "\udcff", "x" * 5000])
def test_no_other_code_is_accepted(user, codes, code):
    assert not two_factor.accepts(user, code)
    assert len(user.recovery_codes) == 10


def test_turned_off_nothing_of_it_is_left(user, codes):
    two_factor.turn_off(user)
    assert (user.second_factor, user.last_step, user.recovery_codes) == ("", 0, [])
