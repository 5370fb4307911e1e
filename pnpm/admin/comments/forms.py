"""The office's forms on comments: another status, another text, an answer, trust in an author."""

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


class StatusForm(OfficeForm):
    """A button that gives comments another status; `seen` is the one on the moderator's page."""

    status = SelectField(choices=STATUSES)
    seen = SelectField(choices=["", *STATUSES], default="", validate_choice=False)

    @property
    def chosen(self) -> Status:
        """The status that was asked for."""
        return Status(self.status.data)

    @property
    def known(self) -> Status | None:
        """The status that the moderator saw, if the page said it."""
        return Status(self.seen.data) if self.seen.data in STATUSES else None


class TextForm(OfficeForm):
    """A comment's text, or the office's answer: what a reader may write, the office may."""

    body = TextAreaField(_("Teks"), filters=[lines], validators=[AtMost(longest_comment)])

    def validate_body(self, field):
        """Something to see."""
        self.html = sanitizer.comment_html(field.data, gettext)
        if characters.is_blank(sanitizer.plain(self.html)):
            raise ValidationError(gettext("Isi kolom ini."))


class TrustForm(OfficeForm):
    """Trust in an author, with an end or without."""

    trusted = BooleanField()
    until = DateField(_("Sampai tanggal (boleh kosong)"), validators=[Optional()])

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """The end of the day that was given, in that zone."""
        return self.until.data and datetime.combine(self.until.data, time.max, zone)

    def validate_until(self, field):
        """A day to come."""
        today = now().astimezone(current_site().zone).date()
        if field.data and not today <= field.data < date(9999, 1, 1):
            raise ValidationError(gettext("Pilih tanggal yang akan datang, atau kosongkan."))
