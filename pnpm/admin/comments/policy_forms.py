"""The forms of the office's policy: how comments are taken, in the whole site and under one article."""

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, IntegerField, SelectField, TextAreaField
from wtforms.validators import NumberRange, Optional

from pnpm.web.forms import AtMost
from pnpm.web.site import current_site

from ..forms import OfficeForm, lines

MODERATIONS = {"all": _("Tahan semua"), "suspicious": _("Tahan yang meragukan"), "off": _("Terbitkan semua")}
LONGEST_DAYS = 3650
LONGEST_RESERVED = 4000  # characters


class EmergencyForm(OfficeForm):
    """The emergency: on, or off."""

    emergency = SelectField(_("Keadaan darurat"), choices=["on", "off"])

    @property
    def changes(self) -> dict:
        """What it changes, by the names of `Policy`."""
        return {"emergency": self.emergency.data == "on"}


class PolicyForm(OfficeForm):
    """How the whole site takes comments."""

    moderation = SelectField(_("Komentar baru"))
    close_after = IntegerField(_("Tutup komentar setelah berapa hari"), validators=[Optional(), NumberRange(1, LONGEST_DAYS)])
    reserved = TextAreaField(_("Nama yang tidak boleh dipakai pembaca"), filters=[lines], validators=[AtMost(LONGEST_RESERVED)])

    def __init__(self, *given, **options):
        super().__init__(*given, **options)
        self.above = MODERATIONS[current_app.config["PNPM"].moderation]
        self.moderation.choices = [("", gettext("Seperti pengaturan host: %(words)s", words=self.above)), *MODERATIONS.items()]

    @property
    def changes(self) -> dict:
        """What it changes, by the names of `Policy`."""
        fields = {"moderation": self.moderation.data or None, "close_after": self.close_after.data}
        return fields | {"reserved": self.reserved.data}


class ArticlePolicyForm(OfficeForm):
    """How one article takes comments."""

    comments_open = BooleanField(_("Komentar dibuka"))
    moderation = SelectField(_("Komentar baru"))
    close_after = IntegerField(_("Tutup komentar setelah berapa hari"), validators=[Optional(), NumberRange(0, LONGEST_DAYS)])

    def __init__(self, *given, **options):
        super().__init__(*given, **options)
        self.above = MODERATIONS[current_site().rules.policy.moderation or current_app.config["PNPM"].moderation]
        self.moderation.choices = [("", gettext("Seperti seluruh situs: %(words)s", words=self.above)), *MODERATIONS.items()]

    @property
    def changes(self) -> dict:
        """What it changes, by the names of `OF_AN_ARTICLE`."""
        fields = {"moderation": self.moderation.data or None, "close_after": self.close_after.data}
        return fields | {"comments_open": self.comments_open.data}
