"""The form in which a title and a text are written: of an article, or of a page about the site."""

import re
import secrets
from functools import cached_property

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField, TextAreaField, ValidationError

from pnpm.articles.models import TITLE_LENGTH, Status
from pnpm.markup import characters, figures, sanitizer
from pnpm.markup.editor import manuscript
from pnpm.markup.limits import is_too_deep
from pnpm.web.forms import AtMost, too_long

from ..forms import OfficeForm, one_line

LONGEST = 200_000  # characters of a text's source: a book's chapter; what is longer costs a phone too much
LONGEST_SENT = 4 * LONGEST  # the same in the editor's own words
LARGEST = 4 * 1024 * 1024  # bytes of a request: such a text, however its letters are spelled
TOKEN = re.compile(r"[0-9a-f]{32}")


class ManuscriptForm(OfficeForm):
    """A title and a text. `token` is a new one's own, `edition` the one of an old one that the writer began with."""

    title = StringField(_("Judul"), filters=[one_line], validators=[AtMost(TITLE_LENGTH)])
    body = TextAreaField(_("Isi"), validators=[AtMost(LONGEST_SENT)])
    format = HiddenField(validators=[AtMost(40)])
    token = HiddenField(validators=[AtMost(40)])
    edition = HiddenField(validators=[AtMost(40)])
    status = SelectField(choices=[Status.PAGE.value])

    @staticmethod
    def new_token() -> str:
        """One for a form that nobody was given yet."""
        return secrets.token_hex(16)

    @cached_property
    def source(self) -> str:
        """The text as it is kept: made so of what was sent, unless that is far too long."""
        sent = self.body.data or ""
        if self.body.raw_data is None or len(sent) > LONGEST_SENT:
            return sent
        return manuscript.source(characters.lines(sent), self.format.data or "")

    @property
    def chosen(self) -> Status:
        """The status that was asked for."""
        return Status(self.status.data)

    @property
    def began(self) -> int:
        """The edition that the writer began with; 0, which none is, if the form does not say."""
        given = self.edition.data or ""
        return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0

    @property
    def features(self) -> dict[str, bool]:
        """What it changes of the front page: nothing."""
        return {}

    @property
    def changes(self) -> dict:
        """What it changes of whichever article, by the names of `writing.save`."""
        return {"title": self.title.data, "body": self.source, "status": self.chosen}

    def validate_title(self, field):
        """Something to see."""
        if characters.is_blank(field.data):
            raise ValidationError(gettext("Tulis judulnya."))

    def validate_body(self, field):
        """Not a book; and something to see, if readers are to see it."""
        if len(self.source) > LONGEST:
            raise ValidationError(too_long(len(self.source), LONGEST))
        if is_too_deep(self.source):
            raise ValidationError(
                gettext("Susunannya terlalu bertingkat: ada tag HTML yang tidak ditutup. Tempel lagi sebagai teks.")
            )
        if self.status.data != Status.DRAFT.value and is_empty(self.source):
            raise ValidationError(gettext("Tulis isinya dulu; yang kosong hanya dapat disimpan sebagai konsep."))

    def validate_token(self, field):
        """What no form of ours has is as good as none."""
        if not TOKEN.fullmatch(field.data or ""):
            field.data = self.new_token()


def is_empty(source: str) -> bool:
    """Whether readers would see nothing of that text."""
    return not figures.keys_in(source) and characters.is_blank(sanitizer.plain(sanitizer.article_html(source)))
