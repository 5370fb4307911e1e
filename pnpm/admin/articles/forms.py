"""The forms of an article: its text with all its settings, and the button that changes its
status.
"""

import re
import secrets
from datetime import datetime
from functools import cached_property

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange, Optional, ValidationError

from pnpm.articles.models import LONGEST, TITLE_LENGTH, Status
from pnpm.articles.tags import MOST, NAME_LENGTH, label_slug
from pnpm.markup import alt_texts, characters, editor, figures, sanitizer
from pnpm.markup.limits import is_too_deep
from pnpm.web.forms import AtMost, NumberField, too_long
from pnpm.web.params import parsed

from ..comments.rules_forms import LONGEST_DAYS
from ..forms import OfficeForm, one_line

# characters of a text's source: a book's chapter; what is longer costs a phone too much
LONGEST_SOURCE = 200_000
LONGEST_SENT = 4 * LONGEST_SOURCE  # characters of the same in the editor's own HTML
LARGEST = 4 * 1024 * 1024  # bytes of a request: such a text, however its letters are encoded
TOKEN = re.compile(r"[0-9a-f]{32}")  # also what a picture's key looks like
LONGEST_ASKED = 20_000  # characters of pictures' keys: 600 pictures


class ManuscriptForm(OfficeForm):
    """The title and text of an article or a static page. `token` names a new one, `edition` is the
    one of an existing one that the writer began with, `asked` has the keys of the pictures of
    which the writer was asked what they show.
    """

    title = StringField(_("Judul"), filters=[one_line], validators=[AtMost(TITLE_LENGTH)])
    body = TextAreaField(_("Isi"), validators=[AtMost(LONGEST_SENT)])
    format = HiddenField(validators=[AtMost(40)])
    token = HiddenField(validators=[AtMost(40)])
    edition = HiddenField(validators=[AtMost(40)])
    asked = HiddenField(validators=[AtMost(LONGEST_ASKED)])
    status = SelectField(choices=[Status.PAGE.value])

    @staticmethod
    def new_token() -> str:
        """Return a token for a new form."""
        return secrets.token_hex(16)

    @cached_property
    def source(self) -> str:
        """Return the text as it is saved, made from what was sent, unless that is far too long."""
        sent = self.body.data or ""
        if self.body.raw_data is None or len(sent) > LONGEST_SENT:
            return sent
        source = editor.source(characters.lines(sent), self.format.data or "")
        return self.described(source)

    @property
    def asked_about(self) -> list[str]:
        """Return the keys of the pictures of which the writer was asked what they show."""
        return TOKEN.findall(self.asked.data or "")

    def described(self, text: str) -> str:
        """Return a text with what the writer answered about the pictures in it."""
        words = {key: one_line(request.form.get(f"alt-{key}")) for key in self.asked_about}
        decoration = {key for key in self.asked_about if f"decoration-{key}" in request.form}
        return alt_texts.completed(text, words, decoration)

    @property
    def chosen(self) -> Status:
        """Return the chosen status."""
        return Status(self.status.data)

    @property
    def began(self) -> int:
        """Return the edition that the writer began with; 0, which none is, if the form does not
        say.
        """
        return parsed(self.edition.data or "") or 0

    @property
    def features(self) -> dict[str, bool]:
        """Return the changed ticks of the front page: a static page has none."""
        return {}

    @property
    def changes(self) -> dict:
        """Return the values to save, by the names of `articles.actions.save`."""
        return {"title": self.title.data, "body": self.source, "status": self.chosen}

    def validate_title(self, field):
        """Refuse a title that shows nothing."""
        if characters.is_blank(field.data):
            raise ValidationError(gettext("Tulis judulnya."))

    def validate_body(self, field):
        """Refuse a text that is too long or too deep, or an empty one that readers would see."""
        if len(self.source) > LONGEST_SOURCE:
            raise ValidationError(too_long(len(self.source), LONGEST_SOURCE))
        if is_too_deep(self.source):
            raise ValidationError(
                gettext(
                    "Susunannya terlalu bertingkat: ada tag HTML yang tidak ditutup. "
                    "Tempel lagi sebagai teks."
                )
            )
        if self.status.data != Status.DRAFT.value and is_empty(self.source):
            raise ValidationError(
                gettext("Tulis isinya dulu; yang kosong hanya dapat disimpan sebagai konsep.")
            )

    def validate_token(self, field):
        """Replace a token that no form of ours has."""
        if not TOKEN.fullmatch(field.data or ""):
            field.data = self.new_token()


def is_empty(source: str) -> bool:
    """Tell whether readers would see nothing of that text: neither letters nor pictures."""
    return not figures.keys_in(source) and characters.is_blank(
        sanitizer.plain(sanitizer.article_html(source))
    )


SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]  # as browsers write them
LONGEST_LABELS = 2 * MOST * NAME_LENGTH  # characters, with commas, and some labels twice
YEARS = range(1970, 2100)  # which an address can have, and a clock in any zone


def _trimmed(slug):
    return slug and one_line(slug)


class ArticleStatusForm(OfficeForm):
    """A button that gives an article another status."""

    status = SelectField(choices=[Status.PUBLISHED.value, Status.DRAFT.value, Status.DELETED.value])


class ArticleForm(ManuscriptForm):
    """An article with its settings. `stood` names the ticks of the front page that were set when
    the form was given out.
    """

    labels = StringField(_("Label"), filters=[one_line], validators=[AtMost(LONGEST_LABELS)])
    slug = StringField(_("Akhir alamat"), filters=[_trimmed], validators=[AtMost(LONGEST)])
    published_at = DateTimeLocalField(_("Tanggal terbit"), format=MINUTES, validators=[Optional()])
    comments_open = BooleanField(_("Komentar dibuka"))
    close_after = NumberField(
        _("Tutup komentar setelah berapa hari"),
        validators=[Optional(), NumberRange(0, LONGEST_DAYS)],
    )
    pinned = BooleanField(_("Sematkan di halaman depan"))
    headline = BooleanField(_("Tampilkan di berita berjalan"))
    stood = HiddenField(validators=[AtMost(40)])
    status = SelectField(choices=[Status.PUBLISHED.value, Status.DRAFT.value])

    @property
    def has_faulty_settings(self) -> bool:
        """Tell whether a field other than the title and the text has errors."""
        return any(field not in (self.title, self.body) for field in self.faults)

    @property
    def names(self) -> list[str]:
        """Return the labels; of those that have the same slug, the first."""
        found: dict[str, str] = {}
        for name in (self.labels.data or "").split(","):
            if not characters.is_blank(name):
                found.setdefault(label_slug(name.strip()), name.strip())
        return list(found.values())

    @property
    def features(self) -> dict[str, bool]:
        """Return the changed ticks of the front page, by their names."""
        if not self.stood.raw_data:  # sent without its settings
            return {}
        stood = (self.stood.data or "").split()
        ticks = {name: self[name].data for name in ("pinned", "headline")}
        return {name: is_set for name, is_set in ticks.items() if is_set != (name in stood)}

    @property
    def changes(self) -> dict:
        """Return the values to save, with those settings that were sent; without slug and moment,
        which depend on the article.
        """
        changes = super().changes
        if self.stood.raw_data:
            changes |= {
                "comments_open": self.comments_open.data,
                "close_after": self.close_after.data,
            }
        if self.labels.raw_data:
            changes["labels"] = self.names
        return changes

    def validate_labels(self, field):
        """Refuse too many labels, or one that is too long."""
        if len(self.names) > MOST:
            raise ValidationError(gettext("Terlalu banyak: paling banyak %(num)s label.", num=MOST))
        for name in self.names:
            if len(name) > NAME_LENGTH:
                raise ValidationError(f"“{name[:20]} …”: {too_long(len(name), NAME_LENGTH)}")

    def validate_slug(self, field):
        """Refuse what an address cannot end in, unless that is what the article has: another
        system's may have capitals, or its year and month.
        """
        if field.data == field.object_data:
            return
        field.data = (field.data or "").lower()
        if field.data and not SLUG.fullmatch(field.data):
            raise ValidationError(
                gettext("Pakai huruf kecil a–z, angka, dan tanda hubung, misalnya rapat-desa.")
            )

    def validate_published_at(self, field):
        """Refuse a year that addresses or clocks do not know."""
        if isinstance(field.data, datetime) and field.data.year not in YEARS:
            raise ValidationError(
                gettext(
                    "Tulis tahun dari %(min)s sampai %(max)s.",
                    min=str(YEARS[0]),
                    max=str(YEARS[-1]),
                )
            )
