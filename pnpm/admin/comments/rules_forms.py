"""The forms of the rules for comments: the lists, the policy, the emergency; and their words."""

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import NumberRange, Optional

from pnpm.comments.dry_run import DryRun, trial
from pnpm.comments.spam import blocklists
from pnpm.comments.spam.matching import Fault
from pnpm.comments.spam.verdict import Strength
from pnpm.web.forms import AtMost, NumberField, too_long
from pnpm.web.site import current_site

from ..forms import OfficeForm, lines

LABELS = {
    "hold_words": _("Tahan: kata"),
    "hold_domains": _("Tahan: domain"),
    "hold_names": _("Tahan: nama"),
    "hold_addresses": _("Tahan: alamat"),
    "refuse_words": _("Tolak: kata"),
    "refuse_domains": _("Tolak: domain"),
    "refuse_names": _("Tolak: nama"),
    "refuse_addresses": _("Tolak: alamat"),
}
FAULTS = {
    Fault.BROKEN: _(
        "Baris %(number)s, “%(line)s”: ini bukan ekspresi reguler yang benar; periksa "
        "huruf ke-%(detail)s."
    ),
    Fault.SLOW: _(
        "Baris %(number)s, “%(line)s”: terlalu lambat untuk beberapa teks. Hindari "
        "pengulangan di dalam pengulangan."
    ),
    Fault.MISSING: _(
        "Baris %(number)s, “%(line)s”: di server ini ekspresi reguler tidak tersedia. "
        "Tulis kata biasa."
    ),
    Fault.LONG: _("Baris %(number)s, “%(line)s …”: %(detail)s"),
    Fault.MANY: _("Baris %(number)s, “%(line)s”: terlalu banyak baris, paling banyak %(detail)s."),
    Fault.PATTERNS: _(
        "Baris %(number)s, “%(line)s”: terlalu banyak ekspresi reguler, paling banyak "
        "%(detail)s dalam satu daftar."
    ),
    Fault.DOMAIN: _(
        "Baris %(number)s, “%(line)s”: ini bukan domain. Tulis misalnya contoh.com, atau *.xyz."
    ),
    Fault.ADDRESS: _(
        "Baris %(number)s, “%(line)s”: tulis alamat surel, alamat IP, jaringan seperti "
        "203.0.113.0/24, atau kode alamat."
    ),
    Fault.STARS: _(
        "Baris %(number)s, “%(line)s”: paling banyak %(detail)s bintang dalam satu baris."
    ),
    Fault.WIDE: _("Baris %(number)s, “%(line)s”: ini cocok dengan semua komentar."),
}
CAP = AtMost(blocklists.LONGEST)


class ListsForm(OfficeForm):
    """The eight lists, one entry a line; errors name the line and say what is wrong with it."""

    hold_words = TextAreaField(LABELS["hold_words"], filters=[lines], validators=[CAP])
    hold_domains = TextAreaField(LABELS["hold_domains"], filters=[lines], validators=[CAP])
    hold_names = TextAreaField(LABELS["hold_names"], filters=[lines], validators=[CAP])
    hold_addresses = TextAreaField(LABELS["hold_addresses"], filters=[lines], validators=[CAP])
    refuse_words = TextAreaField(LABELS["refuse_words"], filters=[lines], validators=[CAP])
    refuse_domains = TextAreaField(LABELS["refuse_domains"], filters=[lines], validators=[CAP])
    refuse_names = TextAreaField(LABELS["refuse_names"], filters=[lines], validators=[CAP])
    refuse_addresses = TextAreaField(LABELS["refuse_addresses"], filters=[lines], validators=[CAP])
    trial: DryRun | None = None  # what the lists would have done, once they are valid

    @property
    def texts(self) -> dict[str, str]:
        """Return the text of each list, by the names of `blocklists.NAMES`."""
        return {name: self[name].data for name in blocklists.NAMES}

    def validate(self, extra_validators=None) -> bool:
        """Check that each list can be read and no regular expression in it is slow, neither on
        made-up texts nor on the last comments. `trial` is there then.
        """
        if not super().validate(extra_validators):
            return False
        listed = {name: self._checked(name) for name in blocklists.NAMES}
        if self.faults:
            return False
        self.trial = trial(listed)
        if slow := self.trial.slow:
            self._fault(slow.name, blocklists.BadLine(slow.line.number, slow.line.text, Fault.SLOW))
        return not slow

    def _checked(self, name):
        """Return the entries of a list; none, and an error beside it, if it has a wrong line."""
        try:
            return blocklists.checked(name.partition("_")[2], self[name].data)
        except blocklists.BadLine as bad:
            self._fault(name, bad)
            return []

    def _fault(self, name, bad):
        if bad.fault is Fault.LONG:
            detail = too_long(bad.detail, blocklists.LONGEST_LINE)
        else:
            detail = bad.detail
        words = {"number": bad.number, "line": bad.line, "detail": detail}
        self[name].errors = [*self[name].errors, str(FAULTS[bad.fault]) % words]


MODERATIONS = {
    "all": _("Tahan semua"),
    "suspicious": _("Tahan yang meragukan"),
    "off": _("Terbitkan semua"),
}
LONGEST_DAYS = 3650
LONGEST_RESERVED = 4000  # characters


class EmergencyForm(OfficeForm):
    """A button that turns the emergency on or off."""

    emergency = SelectField(_("Keadaan darurat"), choices=["on", "off"])

    @property
    def changes(self) -> dict:
        """Return the values to save, by the names of `Policy`."""
        return {"emergency": self.emergency.data == "on"}


def _strength() -> str:
    return current_site().rules.strength().value


class PolicyForm(OfficeForm):
    """The policy of the whole site."""

    moderation = SelectField(_("Komentar baru"))
    # by default as it is: a page that was open before there was this field does not change it
    strength = RadioField(
        _("Penyaring spam"),
        choices=[strength.value for strength in Strength],
        default=_strength,
    )
    close_after = NumberField(
        _("Tutup komentar setelah berapa hari"),
        validators=[Optional(), NumberRange(1, LONGEST_DAYS)],
    )
    reserved = TextAreaField(
        _("Nama yang tidak boleh dipakai pembaca"),
        filters=[lines],
        validators=[AtMost(LONGEST_RESERVED)],
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.above = MODERATIONS[current_app.config["PNPM"].moderation]
        self.moderation.choices = [
            ("", gettext("Seperti pengaturan host: %(words)s", words=self.above)),
            *MODERATIONS.items(),
        ]

    @property
    def changes(self) -> dict:
        """Return the values to save, by the names of `Policy`."""
        fields = {"moderation": self.moderation.data or None, "close_after": self.close_after.data}
        return fields | {"reserved": self.reserved.data, "strength": self.strength.data}


class ArticlePolicyForm(OfficeForm):
    """The policy of one article."""

    comments_open = BooleanField(_("Komentar dibuka"))
    moderation = SelectField(_("Komentar baru"))
    close_after = NumberField(
        _("Tutup komentar setelah berapa hari"),
        validators=[Optional(), NumberRange(0, LONGEST_DAYS)],
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        site_wide = current_site().rules.policy.moderation
        self.above = MODERATIONS[site_wide or current_app.config["PNPM"].moderation]
        self.moderation.choices = [
            ("", gettext("Seperti seluruh situs: %(words)s", words=self.above)),
            *MODERATIONS.items(),
        ]

    @property
    def changes(self) -> dict:
        """Return the values to save, by the names of `policy.OF_AN_ARTICLE`."""
        fields = {"moderation": self.moderation.data or None, "close_after": self.close_after.data}
        return fields | {"comments_open": self.comments_open.data}
