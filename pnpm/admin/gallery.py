"""What stands on the library's pages: pictures with where they are used, and what came of those that were just sent."""

import html
from collections.abc import Sequence

from flask import current_app, render_template, request
from flask_babel import gettext

from pnpm.markup import figures
from pnpm.media import uploads
from pnpm.articles.illustrations import uses
from pnpm.media.models import Picture
from pnpm.media.queries import Album, Tab
from pnpm.web.site import current_site

from . import return_to
from .comments import pages
from .forms import OfficeForm
from .media_forms import TABS, AltForm, values


def shown(album: Album, done: str = "", form: OfficeForm | None = None, sent: Sequence[tuple[str, str]] = ()) -> str:
    """A page of pictures. `form` is one that was refused, `sent` what came of each file: its name, and why it is not there."""
    found, following = album.page()
    return _page(album, found, following=following, done=_done(done), form=form, sent=sent, came=_came())


def of(picture: Picture, form: OfficeForm) -> str:
    """One picture by itself, with a form of it that was refused."""
    forms = {picture.id: form} if isinstance(form, AltForm) else {}
    return _page(return_to.album_asked_from(), [picture], form=form, forms=forms)


def address_of(picture: Picture, width: int, ending: str) -> str:
    """Where the file of a picture is asked for that is no wider than that, or its only one."""
    fitting = [each for each in figures.widths_of(picture.width) if each <= width] or [picture.width]
    return f"{request.script_root}/{figures.path_of(picture.key, fitting[-1], ending)}"


def code_of(picture: Picture) -> str:
    """The HTML of a picture, to be put into an article where there is no editor."""
    source, alt = html.escape(address_of(picture, 800, "jpg")), html.escape(picture.alt)
    return f'<figure><img src="{source}" alt="{alt}"><figcaption></figcaption></figure>'


def _page(album, found, forms=(), **context):
    context = {"following": None, "done": None, "sent": (), "came": 0, **context}
    context |= {"album": album, "pictures": found, "tabs": TABS, "values": values}
    context |= {"address_of": address_of, "code_of": code_of}
    context |= {"forms": {picture.id: _alt(picture) for picture in found} | dict(forms), "is_deleted": album.tab is Tab.DELETED}
    context |= {"uses": uses([picture.id for picture in found]), "logo": current_site().words.logo, "back": _back(album)}
    taken, limit = Picture.total(), uploads.limit(current_app.config["PNPM"])
    return render_template("office/pictures/index.html", taken=taken, limit=limit, **context)


def _alt(picture):
    form = AltForm(formdata=None, alt=picture.alt)
    form.alt.id = f"alt-{picture.id}"  # many on a page
    return form


def _done(key):
    """What a deed was, in words about this picture where it is one."""
    done = pages.deed_done(key)
    if done is None or done["entry"].subject != "picture":
        return done
    after, number = done["entry"].after, done["entry"].number
    if "deleted" not in after:
        return done | {"words": gettext("Teks pengganti gambar %(number)s disimpan.", number=number)}
    if after["deleted"]:
        return done | {"words": gettext("Gambar %(number)s dihapus. Setelah 30 hari hilang selamanya.", number=number)}
    return done | {"words": gettext("Gambar %(number)s dikembalikan.", number=number)}


def _came():
    """How many came in, as the address says after a plain form."""
    given = request.args.get("came", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0


def _back(album):
    query = "&".join(f"{name}={value}" for name, value in values(album).items() if value is not None)
    return f"{return_to.PICTURES}?{query}".rstrip("?")
