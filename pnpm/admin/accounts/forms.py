"""The forms of accounts: signing in, passwords, two-factor authentication, users and roles."""

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

from pnpm.accounts import NAME_LENGTH, Role
from pnpm.accounts.models import (
    EMAIL_LENGTH,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Notices,
    is_name,
    is_weak,
)
from pnpm.web.forms import AtMost

from ..forms import REQUIRED, OfficeForm, one_line
from ..labels import NOTICES

ROLES = [
    SelectChoice(Role.MODERATOR.value, _("Moderator: komentar saja")),
    SelectChoice(Role.ADMIN.value, _("Admin: semuanya")),
]
LONGEST_CODE = 40  # characters
LONGEST_NEXT = 1000  # characters: it waits in a cookie for the code, and a cookie holds 4096
CODE, NAME, PASSWORD = AtMost(LONGEST_CODE), AtMost(NAME_LENGTH), AtMost(LONGEST_PASSWORD)


class SignInForm(OfficeForm):
    """Name and password; `next` is the address to go on to."""

    username = StringField(_("Nama pengguna"), filters=[one_line], validators=[NAME, REQUIRED])
    password = PasswordField(_("Kata sandi"), validators=[PASSWORD, REQUIRED])
    next = HiddenField(default="", validators=[AtMost(LONGEST_NEXT)])


class CodeForm(OfficeForm):
    """A code of the second factor, or a recovery code, which has letters and so needs a field of
    its own on a telephone, whose keyboard for codes has digits alone.

    Elsewhere either code can be typed into either field, and is looked for in both.
    """

    code = StringField(_("Kode"), filters=[one_line], validators=[CODE])
    recovery = StringField(_("Kode cadangan"), filters=[one_line], validators=[CODE])

    @property
    def given(self) -> str:
        """Return the code that was sent, whichever it is."""
        return self.recovery.data or self.code.data

    def validate_code(self, field):
        """Ask for one of the two codes."""
        if not self.given:
            raise ValidationError(REQUIRED.message)


class ConfirmForm(OfficeForm):
    """The account's password again, so that a phone left lying about is not enough."""

    password = PasswordField(_("Kata sandi"), validators=[PASSWORD, REQUIRED])


class FactorForm(ConfirmForm):
    """The password, and the first code of the second factor, which turns that on."""

    code = StringField(_("Kode dari aplikasi"), filters=[one_line], validators=[CODE, REQUIRED])


class NewPasswordForm(OfficeForm):
    """A new password for the account called `name`."""

    password = PasswordField(_("Kata sandi baru"), validators=[PASSWORD, REQUIRED])

    def __init__(self, name: str, *args, **options):
        self.account = name
        super().__init__(*args, **options)

    def validate_password(self, field):
        """Refuse a weak password."""
        _check(field.data, self.account)


class PasswordForm(NewPasswordForm):
    """A new password for one's own account, with the current one."""

    current = PasswordField(_("Kata sandi sekarang"), validators=[PASSWORD, REQUIRED])


class AccountForm(OfficeForm):
    """The name and password of a new account."""

    username = StringField(_("Nama pengguna"), filters=[one_line], validators=[NAME, REQUIRED])
    password = PasswordField(_("Kata sandi"), validators=[PASSWORD, REQUIRED])

    def validate_username(self, field):
        """Refuse a name that shows nothing or is too long."""
        if not is_name(field.data):
            raise ValidationError(
                gettext("Pilih nama yang terbaca, paling banyak %(most)s huruf.", most=NAME_LENGTH)
            )

    def validate_password(self, field):
        """Refuse a weak password."""
        _check(field.data, self.username.data)


class SetupForm(AccountForm):
    """The first account, with the setup code that the program wrote into its instance folder."""

    setup_code = StringField(_("Kode pemasangan"), filters=[one_line], validators=[CODE, REQUIRED])


class RoleForm(OfficeForm):
    """The role of an account."""

    role = SelectField(_("Peran"), choices=ROLES)

    @property
    def chosen(self) -> Role:
        """Return the chosen role."""
        return Role(self.role.data)


class ContactForm(OfficeForm):
    """Where an officer is reached by mail, and what is sent there."""

    email = StringField(
        _("Alamat surel (boleh kosong)"), filters=[one_line], validators=[AtMost(EMAIL_LENGTH)]
    )
    notices = SelectField(
        _("Bila ada komentar menunggu"),
        choices=[SelectChoice(kind.value, words) for kind, words in NOTICES.items()],
    )

    @property
    def chosen(self) -> Notices:
        """Return what the officer wants to be told."""
        return Notices(self.notices.data)

    def validate_email(self, field):
        """Refuse what is no address to which mail can be sent."""
        from pnpm.mail.message import is_address

        if field.data and not is_address(field.data):
            raise ValidationError(gettext("Tulis alamat seperti nama@desa.example."))

    def validate_notices(self, field):
        """Refuse mail to nobody."""
        if field.data != Notices.NONE.value and not self.email.data:
            raise ValidationError(gettext("Untuk itu isi dulu alamat surelnya."))


class OwnContactForm(ContactForm):
    """The same of one's own account, with the password: whoever reads the mail of that address can
    get into the account.
    """

    current = PasswordField(_("Kata sandi sekarang"), validators=[PASSWORD, REQUIRED])


class ForgottenForm(OfficeForm):
    """The name of an account whose password was forgotten."""

    username = StringField(_("Nama pengguna"), filters=[one_line], validators=[NAME, REQUIRED])


class UserForm(AccountForm, RoleForm):
    """A new account: name, password and role."""


def _check(password, name):
    """Raise ValidationError, which says what is asked for, if the password is weak."""
    if is_weak(password, name):
        words = gettext(
            "Pilih %(least)s sampai %(most)s huruf yang sukar ditebak. Beberapa kata biasa "
            "pun baik."
        )
        raise ValidationError(words % {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD})
