"""The form with which an archive is chosen: sent from here, or put into the site's folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice

from pnpm.imports import job, run, staging
from pnpm.imports.records import System
from pnpm.web.forms import AtMost

from ..forms import OfficeForm, one_line
from . import words

MOST_PLACED = 100  # files that are offered
LONGEST_BLOG = 60  # characters of a blog's name, which is a folder's


class UploadForm(OfficeForm):
    """Of which system the archive is, where it and its pictures are; files are no fields of it."""

    system = RadioField(
        _("Dari mana"),
        choices=[SelectChoice(one.value, labels.name) for one, labels in words.SYSTEMS.items()],
        default=System.BLOGGER.value,
    )
    placed = SelectField(_("Atau pilih berkas di folder itu"), default="")
    choice = RadioField(
        _("Gambar"),
        choices=[SelectChoice(one.value, said) for one, said in words.CHOICES.items()],
        default=job.Choice.GIVEN.value,
    )
    blog = StringField(_("Nama blog"), filters=[one_line], validators=[AtMost(LONGEST_BLOG)])
    pictures_placed = SelectField(_("Atau pilih zip atau folder gambar di folder itu"), default="")

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        found = list(placed())
        self.placed.choices = _offered(one.name for one in found if one.is_file())
        pictured = (one.name for one in found if one.is_dir() or one.suffix.lower() == ".zip")
        self.pictures_placed.choices = _offered(pictured)


def placed() -> Iterator[Path]:
    """Yield what somebody has put into the folder of the imports, or an import has left there for
    another one: nothing hidden, no link, and nothing of an import's own.
    """
    place = job.folder(current_app.config["PNPM"].instance).parent
    if not place.is_dir():
        return
    left = MOST_PLACED
    for path in sorted(place.iterdir()):
        if path.name.startswith(".") or path.name in (job.NAME, run.LOCK) or path.is_symlink():
            continue
        if path.suffix == ".new" or (path / staging.FILE).exists() or not left:
            continue
        left -= 1
        yield path


def _offered(names: Iterable[str]) -> list[SelectChoice]:
    return [SelectChoice("", gettext("tidak")), *(SelectChoice(name, name) for name in names)]
