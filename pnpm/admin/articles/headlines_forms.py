"""The form beside each of the ticker's headlines."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField

from pnpm.articles.headlines import MOST

from ..forms import OfficeForm

OUT = "out"


class HeadlineForm(OfficeForm):
    """Where an article is to stand in the ticker: its place, and not a step up or down, so that sent twice it is done once."""

    place = SelectField(_("Tempat"), choices=[OUT, *[str(place) for place in range(1, MOST + 1)]])

    @property
    def chosen(self) -> int | None:
        """The place, the first being 1; None: out."""
        return None if self.place.data == OUT else int(self.place.data)
