"""What the office's forms share: the session's CSRF token, filters, error messages, and the
detection of fields that somebody else changed meanwhile.
"""

import hashlib
import json

from flask import request
from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from pnpm.markup import characters
from pnpm.web.forms import Form

REQUIRED = InputRequired(_("Isi kolom ini."))
WORDS = {  # for what WTForms says in English
    "Not a valid choice.": _("Pilih salah satu dari daftar."),
    "Not a valid date value.": _("Tulis tanggal, misalnya 2026-12-31."),
    "Not a valid datetime value.": _("Tulis tanggal dan jam, misalnya 2026-12-31T08:00."),
    "Not a valid integer value.": _("Tulis sebuah angka, misalnya 30."),
    "Number must be between %(min)s and %(max)s.": _("Tulis angka dari %(min)s sampai %(max)s."),
}


def one_line(value: str | None) -> str:
    """Filter a field's value: drop control characters, fold white space."""
    return characters.one_line(value or "")


def lines(value: str | None) -> str:
    """Filter a field's value: make line ends alike, drop control characters."""
    return characters.lines(value or "")


class OfficeForm(Form):
    """A form of the office. `validate` checks the session's CSRF token, too."""

    class Meta(Form.Meta):  # type: ignore[name-defined]  # Flask-WTF's, which says no types
        def wrap_formdata(self, form, formdata):
            """Return the sent form alone: Flask-WTF adds files, or takes JSON instead, and our
            fields hold text.
            """
            if formdata is None:
                return None
            return request.form

        def get_translations(self, form):
            """Return our words for WTForms' own messages."""
            return _Translations()

    @property
    def refusal(self) -> int:
        """Return the HTTP status of its errors: 400 for a missing or foreign token, else 422."""
        return 400 if self.is_stale else 422

    @property
    def is_stale(self) -> bool:
        """Tell whether the token was missing or of another session: sending again helps then."""
        return bool(self.csrf_token.errors)

    @property
    def faults(self) -> list:
        """Return its fields that have errors, without the token's."""
        return [field for field in self if field.errors and field is not self.csrf_token]


class TokenForm(OfficeForm):
    """The form of a button: nothing but the token."""


class _Translations:
    def gettext(self, words):
        return str(WORDS.get(words, words))

    def ngettext(self, singular, plural, count):
        return self.gettext(singular if count == 1 else plural)


# A form that several officers may have open carries a hidden field: a digest of each value when
# the form was given out. So it is seen which fields somebody else changed until it was sent.
LONGEST = 2000  # characters of the hidden field: it names each of a form's fields once
LENGTH = 12  # hex digits of a digest: nobody gains by two values that look alike here


def spelled(values: dict) -> str:
    """Return the hidden field for a form with these values."""
    return json.dumps({name: _digest(value) for name, value in values.items()})


def parted(typed: dict, now: dict, given: str) -> tuple[dict, list[str]]:
    """Return the typed values that change something, and the names of those of them that somebody
    else changed meanwhile, too.

    `now` has the saved values, `given` is the hidden field: a value that it does not name counts as
    unchanged by others.
    """
    digests = _read(given)
    changes, clashes = {}, []
    for name, value in typed.items():
        saved = _digest(now[name])
        before = digests.get(name, saved)
        if value == now[name] or _digest(value) == before:
            continue
        changes[name] = value
        if saved != before:
            clashes.append(name)
    return changes, clashes


def renewed(given: str, now: dict, names: list[str]) -> str:
    """Return the hidden field after the writer was told what these fields are now."""
    return json.dumps(_read(given) | {name: _digest(now[name]) for name in names})


def _digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:LENGTH]


def _read(given):
    try:
        found = json.loads(given or "")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return found
