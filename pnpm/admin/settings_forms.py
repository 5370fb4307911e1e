"""The form of the site's words, and of what else stands on every page."""

from dataclasses import asdict

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional, ValidationError

from pnpm import config as values
from pnpm.comments.models import EMAIL_LENGTH
from pnpm.comments.policy import Policy
from pnpm.markup import characters
from pnpm.markup.figures import KEY_LENGTH
from pnpm.markup.urls import is_mail, is_mailbox, is_web
from pnpm.media.models import Picture
from pnpm.site_settings import Words
from pnpm.web.forms import AtMost, NumberField

from . import forms
from .comments.rules_forms import LONGEST_DAYS, MODERATIONS
from .forms import OfficeForm, lines, one_line

MOST = 30  # links: more is no footer
LONGEST_NAME, LONGEST_ADDRESS = 80, 500  # characters
LONGEST = MOST * (LONGEST_NAME + LONGEST_ADDRESS + 20)  # of all lines, empty ones between them


class BadLine(ValueError):
    """A line that will not do; the message says which, and what to do."""


def read(typed: str) -> list[list[str]]:
    """Names and addresses of the lines that are not empty; BadLine for the first that will not
    do.
    """
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
    """The same as one types it."""
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
    return line if len(line) <= 40 else f"{line[:40]} …"


LANGUAGES = {"id": _("Bahasa Indonesia"), "en": _("Bahasa Inggris")}
ZONES = {
    "Asia/Jakarta": _("WIB (Jakarta)"),
    "Asia/Makassar": _("WITA (Makassar)"),
    "Asia/Jayapura": _("WIT (Jayapura)"),
}
OTHER = "other"
OF_THE_POLICY = "moderation", "close_after"
OF_THE_WORDS = (
    "name",
    "tagline",
    "logo",
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


def _line(words, longest, *more):
    return StringField(words, filters=[one_line], validators=[AtMost(longest), *more])


class SettingsForm(OfficeForm):
    """What the office says on every page. `began` tells what stood there when the form was given
    out.
    """

    name = _line(_("Nama situs"), 120, _seen)
    tagline = _line(_("Semboyan"), 200)
    logo = StringField(_("Logo"), validators=[AtMost(KEY_LENGTH)])
    ticker = _line(_("Judul berita berjalan"), 40, _seen)  # what a blind reader hears of the ticker
    email = _line(_("E-mail"), EMAIL_LENGTH)
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

    def __init__(self, *given, **options):
        super().__init__(*given, **options)
        config = current_app.config["PNPM"]
        above = {
            "language": LANGUAGES[config.language],
            "timezone": ZONES.get(config.timezone.key, config.timezone.key),
        }
        above |= {"moderation": MODERATIONS[config.moderation]}
        zones = ZONES | {OTHER: _("Zona lain, tertulis di bawah")}
        offered = {"language": LANGUAGES, "timezone": zones, "moderation": MODERATIONS}
        for name, words in above.items():
            first = ("", gettext("Seperti pengaturan host: %(words)s", words=words))
            self[name].choices = [first, *offered[name].items()]

    @classmethod
    def of(cls, words: Words, policy: Policy) -> "SettingsForm":
        """The form as it stands now."""
        zone = words.timezone if words.timezone in ["", *ZONES] else OTHER
        shown = asdict(words) | {"links": spelled(words.links), "timezone": zone}
        shown |= {"moderation": policy.moderation or "", "close_after": policy.close_after}
        shown |= {
            "other_zone": str(words.timezone) if zone == OTHER else "",
            "began": forms.spelled(snapshot(words, policy)),
        }
        return cls(formdata=None, **shown)

    @property
    def values(self) -> dict:
        """What it says, once it is valid, by the names of `Words` and of `Policy`."""
        alike = (
            "name",
            "tagline",
            "logo",
            "ticker",
            "email",
            "copyright",
            "links_title",
            "thanks",
            "language",
            "close_after",
        )
        zone = self.other_zone.data if self.timezone.data == OTHER else self.timezone.data
        own = {
            "links": read(self.links.data),
            "timezone": zone,
            "moderation": self.moderation.data or None,
        }
        return {name: self[name].data for name in alike} | own

    def parted(self, now: dict) -> tuple[dict, list[str]]:
        """What to change of what stands now, and the fields that somebody else changed since the
        form was given out.
        """
        return forms.parted(self.values, now, self.began.data)

    def tell(self, name: str, who: str, now: dict) -> None:
        """Say that somebody else changed that field meanwhile, and to what; sent again, it is what
        was typed here.
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
        if isinstance(value, bool):
            return gettext("ya") if value else gettext("tidak")
        value = spelled(value).replace("\n", "; ") if name == "links" else value
        offered = {
            str(key): str(words) for key, words in getattr(self[name], "choices", None) or []
        }
        return offered.get(value or "", "" if value is None else str(value)) or "–"

    def validate_logo(self, field):
        """A picture that is there."""
        field.data = field.data or ""
        found = Picture.of(field.data) if field.data else None
        if field.data and (found is None or found.deleted_at):
            raise ValidationError(
                gettext("Gambar ini tidak ada lagi. Pilih yang lain, atau tanpa logo.")
            )

    def validate_email(self, field):
        """Loosely: something, an @, a domain with a dot."""
        if field.data and not (is_mailbox(field.data) and is_mail(f"mailto:{field.data}")):
            raise ValidationError(
                gettext("Periksa alamat e-mail, misalnya nama@contoh.id, atau kosongkan.")
            )

    def validate_links(self, field):
        """Each line a name and an address."""
        try:
            read(field.data)
        except BadLine as bad:
            raise ValidationError(str(bad)) from None

    def validate_other_zone(self, field):
        """A zone that is known here, if it is the one to go by."""
        if self.timezone.data != OTHER:
            return
        try:
            values.zone(field.data)
        except ValueError:
            raise ValidationError(
                gettext("Zona ini tidak dikenal. Tulis namanya, misalnya Asia/Dili.")
            ) from None


def snapshot(words: Words, policy: Policy) -> dict:
    """What stands now, by the names of the form's values."""
    found = {name: getattr(words, name) for name in OF_THE_WORDS}
    return found | {name: getattr(policy, name) for name in OF_THE_POLICY}
