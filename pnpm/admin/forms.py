"""What the office's forms share: the token of the session, common fields, words for what is wrong,
and how a field is kept that somebody else changed meanwhile.
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
    """A filter: control characters dropped, white space folded."""
    return characters.one_line(value or "")


def lines(value: str | None) -> str:
    """A filter: line ends alike, control characters dropped."""
    return characters.lines(value or "")


class OfficeForm(Form):
    """What all forms of the office share. `validate` checks the session's token, too."""

    class Meta(Form.Meta):  # type: ignore[name-defined]  # Flask-WTF's, which says no types
        def wrap_formdata(self, form, formdata):
            """What a form sends, and nothing else: Flask-WTF takes JSON and files for it, too, and
            our fields hold text.
            """
            return formdata if formdata is None else request.form

        def get_translations(self, form):
            """Our words for WTForms' own."""
            return _Translations()

    @property
    def refusal(self) -> int:
        """The HTTP status that fits its errors: 400 for a missing or foreign token, else 422."""
        return 400 if self.is_stale else 422

    @property
    def is_stale(self) -> bool:
        """Whether the session's token was missing or another's: sending again is all it takes."""
        return bool(self.csrf_token.errors)

    @property
    def faults(self) -> list:
        """Its fields that have errors, but the token's."""
        return [field for field in self if field.errors and field is not self.csrf_token]


class TokenForm(OfficeForm):
    """A button: nothing but the token."""


class _Translations:
    def gettext(self, words):
        return str(WORDS.get(words, words))

    def ngettext(self, singular, plural, count):
        return self.gettext(singular if count == 1 else plural)


LONGEST = 2000  # characters of the hidden field: it names each of a form's fields once
LENGTH = 12  # hex digits: nobody gains by two values that look alike here


def spelled(values: dict) -> str:
    """What a hidden field says of these values."""
    return json.dumps({name: _digest(value) for name, value in values.items()})


def parted(typed: dict, now: dict, given: str) -> tuple[dict, list[str]]:
    """Of what was typed, what to change; and the names of the fields that somebody else changed
    meanwhile, too.

    `now` is what stands, `given` what the hidden field says: a field that it does not name counts
    as unchanged by others.
    """
    began = _read(given)
    changes, clashes = {}, []
    for name in (name for name in typed if typed[name] != now[name]):
        before = began.get(name, _digest(now[name]))
        if _digest(typed[name]) != before:
            changes[name] = typed[name]
            clashes += [name] if _digest(now[name]) != before else []
    return changes, clashes


def renewed(given: str, now: dict, names: list[str]) -> str:
    """What the hidden field says once the writer was told what stands in these fields now."""
    return json.dumps(_read(given) | {name: _digest(now[name]) for name in names})


def _digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:LENGTH]


def _read(given):
    try:
        found = json.loads(given or "")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
