"""The form of the site's settings: its words, look, language, time zone, and how it takes
comments.
"""

from dataclasses import asdict

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional, ValidationError

from pnpm import config as values
from pnpm import languages
from pnpm.accent import RED, is_colour
from pnpm.comments.models import EMAIL_LENGTH
from pnpm.comments.policy import Policy
from pnpm.markup import characters
from pnpm.markup.figures import KEY_LENGTH
from pnpm.markup.urls import is_mail, is_mailbox, is_web
from pnpm.media.models import Picture
from pnpm.site_settings import LAYOUTS, Words
from pnpm.web.forms import AtMost, NumberField

from . import appearance, forms
from .comments.rules_forms import LONGEST_DAYS, MODERATIONS
from .forms import OfficeForm, lines, one_line

MOST = 30  # links: more is no footer
LONGEST_NAME, LONGEST_ADDRESS = 80, 500  # characters of a link
# characters of the whole field, with 20 for each line's bar, spaces and empty lines
LONGEST = MOST * (LONGEST_NAME + LONGEST_ADDRESS + 20)
SHOWN = 40  # characters of a wrong line that are repeated in its message


class BadLine(ValueError):
    """A line that is no link; the message says which, and what to do."""


def read(typed: str) -> list[list[str]]:
    """Return name and address of each line that is not empty; BadLine for the first wrong one."""
    found: list[list[str]] = []
    for number, line in enumerate(typed.split("\n"), 1):
        if line.strip():
            known = {"number": number, "line": _short(line)}
            if len(found) == MOST:
                words = gettext(
                    "Baris %(number)s, “%(line)s”: terlalu banyak tautan, paling banyak %(most)s.",
                    most=MOST,
                    **known,
                )
                raise BadLine(words)
            found.append(_read(line, known))
    return found


def spelled(links: list[list[str]]) -> str:
    """Return the links as one types them, one a line: the inverse of `read`."""
    return "\n".join(f"{name} | {address}" for name, address in links)


def _read(line, known):
    name, _bar, address = (" ".join(part.split()) for part in line.rpartition("|"))
    if not name:
        words = gettext(
            "Baris %(number)s, “%(line)s”: tulis nama, garis tegak, alamat: Nama | "
            "https://contoh.id",
            **known,
        )
        raise BadLine(words)
    if len(name) > LONGEST_NAME or len(address) > LONGEST_ADDRESS:
        known |= {"name": LONGEST_NAME, "address": LONGEST_ADDRESS}
        words = gettext(
            "Baris %(number)s, “%(line)s”: paling banyak %(name)s huruf nama dan "
            "%(address)s huruf alamat.",
            **known,
        )
        raise BadLine(words)
    if not is_web(address):
        raise BadLine(
            gettext(
                "Baris %(number)s, “%(line)s”: tulis alamat yang utuh, misalnya https://contoh.id",
                **known,
            )
        )
    return [name, address]


def _short(line):
    if len(line) <= SHOWN:
        return line
    return f"{line[:SHOWN]} …"


ZONES = {
    "Asia/Jakarta": _("WIB (Jakarta)"),
    "Asia/Makassar": _("WITA (Makassar)"),
    "Asia/Jayapura": _("WIT (Jayapura)"),
}
OTHER = "other"  # the choice of a time zone or a colour that is given beside it
# the form's fields by where they are kept: in `Policy` and in `Words`
OF_THE_POLICY = "moderation", "close_after"
OF_THE_WORDS = (
    "name",
    "tagline",
    "logo",
    "header_picture",
    "accent",
    "layout",
    "ticker",
    "email",
    "copyright",
    "links_title",
    "links",
    "thanks",
    "language",
    "timezone",
)


def _seen(form, field):
    if characters.is_blank(field.data):
        raise ValidationError(gettext("Isi kolom ini."))


def _colour(typed):
    """Return a typed colour as we store them, with the `#` that somebody left out."""
    return f"#{one_line(typed).lower().removeprefix('#')}"


def _line(words, longest, *more):
    return StringField(words, filters=[one_line], validators=[AtMost(longest), *more])


class SettingsForm(OfficeForm):
    """The site's settings. `began` holds digests of the values when the form was given out."""

    name = _line(_("Nama situs"), 120, _seen)
    tagline = _line(_("Semboyan"), 200)
    logo = StringField(_("Logo"), validators=[AtMost(KEY_LENGTH)])
    header_picture = StringField(_("Gambar tempat"), validators=[AtMost(KEY_LENGTH)])
    accent = SelectField(_("Warna"))
    own_accent = StringField(_("Warna lain"), filters=[_colour], validators=[AtMost(40)])
    layout = SelectField(_("Tata letak daftar artikel"))
    ticker = _line(_("Judul berita berjalan"), 40, _seen)  # what a blind reader hears of the ticker
    email = _line(_("Alamat surel"), EMAIL_LENGTH)
    copyright = _line(_("Baris hak cipta"), 200)
    links_title = _line(_("Judul tautan"), 80)
    links = TextAreaField(_("Tautan"), filters=[lines], validators=[AtMost(LONGEST)])
    thanks = BooleanField(_("Baris terima kasih di bawah setiap komentar"))
    language = SelectField(_("Bahasa"))
    timezone = SelectField(_("Zona waktu"))
    other_zone = _line(_("Zona lain"), 60)
    moderation = SelectField(_("Komentar baru"))
    close_after = NumberField(
        _("Tutup komentar setelah berapa hari"),
        validators=[Optional(), NumberRange(1, LONGEST_DAYS)],
    )
    began = HiddenField(validators=[AtMost(forms.LONGEST)])

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        config = current_app.config["PNPM"]
        zones = ZONES | {OTHER: _("Zona lain, tertulis di bawah")}
        zone = ZONES.get(config.timezone.key, config.timezone.key)
        self.accent.choices = [*appearance.ACCENTS.items(), (OTHER, _("Warna lain"))]
        self.layout.choices = [*appearance.LAYOUTS.items()]
        names = {code: languages.name_of(code) for code in languages.known()}
        self._offer("language", names, names[config.language])
        self._offer("timezone", zones, zone)
        self._offer("moderation", MODERATIONS, MODERATIONS[config.moderation])

    def _offer(self, name, choices, default):
        """Offer these choices, after one to do as the host's settings say, which is `default`."""
        first = ("", gettext("Seperti pengaturan host: %(words)s", words=default))
        self[name].choices = [first, *choices.items()]

    @classmethod
    def of(cls, words: Words, policy: Policy) -> "SettingsForm":
        """Return the form filled with the settings as they are."""
        zone, other_zone = words.timezone, ""
        if zone not in ("", *ZONES):
            zone, other_zone = OTHER, str(zone)
        accent = words.accent
        if accent not in appearance.ACCENTS:
            accent = OTHER
        values = asdict(words) | {
            "links": spelled(words.links),
            "timezone": zone,
            "other_zone": other_zone,
            "accent": accent,
            "layout": words.layout if words.layout in LAYOUTS else LAYOUTS[0],
            "own_accent": words.accent or RED.light,
            "moderation": policy.moderation or "",
            "close_after": policy.close_after,
            "began": forms.spelled(snapshot(words, policy)),
        }
        return cls(formdata=None, **values)

    @property
    def chosen_accent(self) -> str:
        """Return the chosen colour as `Words.accent` has it; the red for one that is none."""
        chosen = self.accent.data
        if chosen == OTHER:
            chosen = self.own_accent.data
        if chosen == RED.light or not is_colour(chosen):
            return ""
        return str(chosen)

    @property
    def values(self) -> dict:
        """Return the settings of a valid form, by the names of `Words` and of `Policy`."""
        alike = (
            "name",
            "tagline",
            "logo",
            "header_picture",
            "layout",
            "ticker",
            "email",
            "copyright",
            "links_title",
            "thanks",
            "language",
            "close_after",
        )
        zone = self.timezone.data
        if zone == OTHER:
            zone = self.other_zone.data
        own = {
            "links": read(self.links.data),
            "timezone": zone,
            "accent": self.chosen_accent,
            "moderation": self.moderation.data or None,
        }
        return {name: self[name].data for name in alike} | own

    def parted(self, now: dict) -> tuple[dict, list[str]]:
        """Return the settings to change, which are `now` as given, and the names of those of them
        that somebody else changed since the form was given out.
        """
        return forms.parted(self.values, now, self.began.data)

    def tell(self, name: str, who: str, now: dict) -> None:
        """Say beside a field that `who` changed it meanwhile, and to what; sent again, the form
        saves what was typed here.
        """
        words = gettext(
            "Sementara itu %(who)s mengubahnya menjadi: %(value)s. Simpan sekali lagi "
            "untuk memakai isian Anda.",
            who=who or gettext("pengurus lain"),
            value=self._said(name, now[name]),
        )
        self[name].errors = [words]
        self.began.data = forms.renewed(self.began.data, now, [name])

    def _said(self, name, value):
        """Return the value of a field in words."""
        if isinstance(value, bool):
            return gettext("ya") if value else gettext("tidak")
        if name == "links":
            return spelled(value).replace("\n", "; ") or "–"
        choices = getattr(self[name], "choices", None) or []
        for key, words in choices:
            if key == (value or ""):
                return str(words)
        if value is None or value == "":
            return "–"
        return str(value)

    def validate_logo(self, field):
        """Refuse a picture that is not in the library."""
        if not _is_there(field):
            raise ValidationError(
                gettext("Gambar ini tidak ada lagi. Pilih yang lain, atau tanpa logo.")
            )

    def validate_header_picture(self, field):
        """Refuse a picture that is not in the library."""
        if not _is_there(field):
            raise ValidationError(
                gettext("Gambar ini tidak ada lagi. Pilih yang lain, atau tanpa gambar.")
            )

    def validate_own_accent(self, field):
        """Check the own colour, if it is the chosen one."""
        if self.accent.data == OTHER and not is_colour(field.data):
            raise ValidationError(
                gettext("Tulis warna sebagai # dan enam angka, misalnya #2c6136.")
            )

    def validate_email(self, field):
        """Check an e-mail address loosely: something, an @, a domain with a dot."""
        if field.data and not (is_mailbox(field.data) and is_mail(f"mailto:{field.data}")):
            raise ValidationError(
                gettext("Periksa alamat surel, misalnya nama@contoh.id, atau kosongkan.")
            )

    def validate_links(self, field):
        """Check that each line is a name and an address."""
        try:
            read(field.data)
        except BadLine as bad:
            raise ValidationError(str(bad)) from None

    def validate_other_zone(self, field):
        """Check the typed time zone, if it is the chosen one, against those known here."""
        if self.timezone.data != OTHER:
            return
        try:
            values.zone(field.data)
        except ValueError:
            raise ValidationError(
                gettext("Zona ini tidak dikenal. Tulis namanya, misalnya Asia/Dili.")
            ) from None


def _is_there(field):
    """Tell whether a field's picture is in the library, or none is chosen."""
    field.data = field.data or ""
    if not field.data:
        return True
    found = Picture.of(field.data)
    return found is not None and not found.deleted_at


def snapshot(words: Words, policy: Policy) -> dict:
    """Return the saved settings, by the names of the form's values."""
    settings = {name: getattr(words, name) for name in OF_THE_WORDS}
    return settings | {name: getattr(policy, name) for name in OF_THE_POLICY}
