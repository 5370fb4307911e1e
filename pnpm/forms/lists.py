"""The form of the office's lists."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField

from ..spam import lists
from .office import OfficeForm, lines

FAULTS = {
    lists.Fault.BROKEN: _(
        "Baris %(number)s, “%(line)s”: ini bukan ekspresi reguler (%(detail)s). Perbaiki, atau tulis kata biasa."
    ),
    lists.Fault.SLOW: _(
        "Baris %(number)s, “%(line)s”: terlalu lambat untuk beberapa teks. Hindari pengulangan di dalam pengulangan."
    ),
    lists.Fault.LONG: _("Baris %(number)s, “%(line)s”: terlalu panjang, paling banyak %(detail)s huruf."),
    lists.Fault.MANY: _("Terlalu banyak baris, paling banyak %(detail)s."),
    lists.Fault.DOMAIN: _("Baris %(number)s, “%(line)s”: ini bukan domain. Tulis misalnya contoh.com."),
    lists.Fault.ADDRESS: _(
        "Baris %(number)s, “%(line)s”: tulis e-mail, alamat IP, jaringan seperti 203.0.113.0/24, atau kode alamat."
    ),
    lists.Fault.STARS: _("Baris %(number)s, “%(line)s”: paling banyak %(detail)s bintang dalam satu baris."),
    lists.Fault.WIDE: _("Baris %(number)s, “%(line)s”: ini cocok dengan semua komentar."),
}


class ListsForm(OfficeForm):
    """The eight lists; a line that will not do is named, with what is wrong with it."""

    hold_words = TextAreaField(_("Kata"), filters=[lines])
    hold_domains = TextAreaField(_("Domain"), filters=[lines])
    hold_names = TextAreaField(_("Nama"), filters=[lines])
    hold_addresses = TextAreaField(_("Alamat"), filters=[lines])
    refuse_words = TextAreaField(_("Kata"), filters=[lines])
    refuse_domains = TextAreaField(_("Domain"), filters=[lines])
    refuse_names = TextAreaField(_("Nama"), filters=[lines])
    refuse_addresses = TextAreaField(_("Alamat"), filters=[lines])

    @property
    def texts(self) -> dict[str, str]:
        """What stands in them, by the names of `lists.NAMES`."""
        return {name: self[name].data for name in lists.NAMES}

    def validate(self, samples=(), **options):
        """Each list can be read, and no regular expression in it takes long, in texts made up and in these."""
        valid = super().validate(**options)
        for name in lists.NAMES if valid else ():
            kind = name.partition("_")[2]
            try:
                lists.checked(kind, self[name].data, samples)
            except lists.BadLine as bad:
                words = {"number": bad.number, "line": bad.line, "detail": bad.detail}
                self[name].errors = [*self[name].errors, str(FAULTS[bad.fault]) % words]
                valid = False
        return valid
