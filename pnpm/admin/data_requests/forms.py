"""The office's forms for requests: a correction of a comment, and the answer."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, StringField, TextAreaField, ValidationError

from pnpm.comments.models import NAME_LENGTH, WEBSITE_LENGTH
from pnpm.markup import characters
from pnpm.markup.urls import is_web
from pnpm.privacy.models import ANSWER_LENGTH
from pnpm.web.forms import AtMost

from ..comments.forms import TextForm
from ..forms import OfficeForm, lines, one_line


class CorrectionForm(TextForm):
    """What a comment is to say instead."""

    name = StringField(_("Nama"), filters=[one_line], validators=[AtMost(NAME_LENGTH)])
    website = StringField(_("Situs web"), filters=[one_line], validators=[AtMost(WEBSITE_LENGTH)])

    def validate_website(self, field):
        """Check that it is a whole http(s) address."""
        if field.data and not is_web(field.data):
            raise ValidationError(
                gettext("Periksa alamat situs web, misalnya https://contoh.id, atau kosongkan.")
            )


class ErasureForm(OfficeForm):
    """The button that erases what the page has shown (`seen`)."""

    seen = HiddenField(validators=[AtMost(64)])
    anonymous = BooleanField()


class AnswerForm(OfficeForm):
    """The answer to a person, and whether it has a link to a copy of their data."""

    words = TextAreaField(
        _("Jawaban"),
        filters=[lines],
        validators=[AtMost(ANSWER_LENGTH)],
    )
    shared = BooleanField(_("Sertakan tautan ke salinan data yang dipilih"))

    def validate_words(self, field):
        """Refuse an answer that shows nothing."""
        if characters.is_blank(field.data):
            raise ValidationError(gettext("Isi kolom ini."))
