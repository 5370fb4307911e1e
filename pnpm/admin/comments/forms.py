"""The office's forms for comments: change the status or the text, reply, trust an author."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, SelectField, TextAreaField, ValidationError
from wtforms.validators import Optional

from pnpm.comments.models import Status
from pnpm.db import now
from pnpm.markup import characters, sanitizer
from pnpm.public.comment_form import longest_comment
from pnpm.web.forms import AtMost
from pnpm.web.site import current_site

from ..forms import OfficeForm, lines

STATUSES = [status.value for status in Status]


class CommentStatusForm(OfficeForm):
    """A button that gives comments another status; `seen` is the one that the moderator saw."""

    status = SelectField(choices=STATUSES)
    seen = SelectField(choices=["", *STATUSES], default="", validate_choice=False)

    @property
    def chosen(self) -> Status:
        """Return the chosen status."""
        return Status(self.status.data)

    @property
    def known(self) -> Status | None:
        """Return the status that the moderator saw; None if the form does not say."""
        if self.seen.data not in STATUSES:
            return None
        return Status(self.seen.data)


class TextForm(OfficeForm):
    """A comment's text, or the office's reply: as long as a reader may write. `html` is there once
    it was validated.
    """

    body = TextAreaField(_("Teks"), filters=[lines], validators=[AtMost(longest_comment)])

    def validate_body(self, field):
        """Render the text, and refuse one that shows nothing."""
        self.html = sanitizer.comment_html(field.data, gettext)
        if characters.is_blank(sanitizer.plain(self.html)):
            raise ValidationError(gettext("Isi kolom ini."))


class ReplyForm(TextForm):
    """The office's reply on a page that has nothing else to be written."""

    body = TextAreaField(_("Jawaban"), filters=[lines], validators=[AtMost(longest_comment)])


class TrustForm(OfficeForm):
    """Trust in an author, with a last day or without."""

    trusted = BooleanField()
    until = DateField(_("Sampai tanggal (boleh kosong)"), validators=[Optional()])

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """Return the end of the last day in that zone; None without one."""
        return self.until.data and datetime.combine(self.until.data, time.max, zone)

    def validate_until(self, field):
        """Refuse a day that is over, or not before the year 9999."""
        today = now().astimezone(current_site().zone).date()
        if field.data and not today <= field.data < date(9999, 1, 1):
            raise ValidationError(gettext("Pilih tanggal yang akan datang, atau kosongkan."))
