"""The forms of accounts: signing in, passwords, the second factor, who belongs to the office."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)

from pnpm.accounts.models import (
    LONGEST_PASSWORD,
    NAME_LENGTH,
    SHORTEST_PASSWORD,
    Role,
    is_name,
    is_weak,
)
from pnpm.web.forms import AtMost

from ..forms import REQUIRED, OfficeForm, one_line

ROLES = [
    SelectChoice(Role.MODERATOR.value, _("Moderator: komentar saja")),
    SelectChoice(Role.ADMIN.value, _("Admin: semuanya")),
]
LONGEST_CODE = 40
LONGEST_NEXT = 1000  # characters: it waits in a cookie for the code, and a cookie holds 4096
CODE, NAME, PASSWORD = AtMost(LONGEST_CODE), AtMost(NAME_LENGTH), AtMost(LONGEST_PASSWORD)


class SignInForm(OfficeForm):
    """The way in; `next` is where to go then."""

    username = StringField(_("Nama pengguna"), filters=[one_line], validators=[NAME, REQUIRED])
    password = PasswordField(_("Kata sandi"), validators=[PASSWORD, REQUIRED])
    next = HiddenField(default="", validators=[AtMost(LONGEST_NEXT)])


class CodeForm(OfficeForm):
    """A code of the second factor, or a recovery code, which has letters: a field of digits cannot
    take it on a telephone.

    A keyboard can, so that either code is looked for in either field.
    """

    code = StringField(_("Kode"), filters=[one_line], validators=[CODE])
    recovery = StringField(_("Kode cadangan"), filters=[one_line], validators=[CODE])

    @property
    def given(self) -> str:
        """The code that was sent."""
        return self.recovery.data or self.code.data

    def validate_code(self, field):
        """One of the two."""
        if not self.given:
            raise ValidationError(REQUIRED.message)


class ConfirmForm(OfficeForm):
    """The password again, so that a phone left lying about is not enough."""

    password = PasswordField(_("Kata sandi"), validators=[PASSWORD, REQUIRED])


class FactorForm(ConfirmForm):
    """The second factor, put in force by its first code."""

    code = StringField(_("Kode dari aplikasi"), filters=[one_line], validators=[CODE, REQUIRED])


class NewPasswordForm(OfficeForm):
    """Another password for the account of that name."""

    password = PasswordField(_("Kata sandi baru"), validators=[PASSWORD, REQUIRED])

    def __init__(self, name: str, *given, **options):
        self.account = name
        super().__init__(*given, **options)

    def validate_password(self, field):
        """Not a weak one."""
        _check(field.data, self.account)


class PasswordForm(NewPasswordForm):
    """Another password for one's own, who knows the one it has."""

    current = PasswordField(_("Kata sandi sekarang"), validators=[PASSWORD, REQUIRED])


class AccountForm(OfficeForm):
    """What every account begins with."""

    username = StringField(_("Nama pengguna"), filters=[one_line], validators=[NAME, REQUIRED])
    password = PasswordField(_("Kata sandi"), validators=[PASSWORD, REQUIRED])

    def validate_username(self, field):
        """Something to see, and not too long."""
        if not is_name(field.data):
            raise ValidationError(
                gettext("Pilih nama yang terbaca, paling banyak %(most)s huruf.", most=NAME_LENGTH)
            )

    def validate_password(self, field):
        """Not a weak one."""
        _check(field.data, self.username.data)


class SetupForm(AccountForm):
    """The first account, by the code that the program wrote into its folder."""

    setup_code = StringField(_("Kode pemasangan"), filters=[one_line], validators=[CODE, REQUIRED])


class RoleForm(OfficeForm):
    """A role."""

    role = SelectField(_("Peran"), choices=ROLES)

    @property
    def chosen(self) -> Role:
        """The role that was asked for."""
        return Role(self.role.data)


class UserForm(AccountForm, RoleForm):
    """A new account."""


def _check(password, name):
    """ValidationError, saying what it takes, for a password that will not do."""
    if is_weak(password, name):
        words = gettext(
            "Pilih %(least)s sampai %(most)s huruf yang sukar ditebak. Beberapa kata biasa "
            "pun baik."
        )
        raise ValidationError(words % {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD})
