"""The pictures' library: sent, looked through, described, deleted where they stand nowhere."""

import html
from collections.abc import Sequence
from time import monotonic

from flask import (
    Blueprint,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge

from pnpm.articles.illustrations import change_picture, uses
from pnpm.audit.models import ChangeSet
from pnpm.db import db, transaction
from pnpm.markup import figures, quantities
from pnpm.media import actions as media_actions
from pnpm.media import uploads
from pnpm.media.formats import Kind, Refused
from pnpm.media.models import Picture
from pnpm.media.queries import PictureQuery, Tab
from pnpm.web import auth, security
from pnpm.web.site import current_site

from . import return_to
from .comments import pages
from .forms import OfficeForm, TokenForm
from .media_forms import (
    MEGABYTES_AT_ONCE,
    MOST_AT_ONCE,
    STATUS,
    TABS,
    WORDS,
    AltForm,
    DeletedForm,
    picture_query_of,
    values,
)


def shown(
    query: PictureQuery,
    done: str = "",
    form: OfficeForm | None = None,
    sent: Sequence[tuple[str, str]] = (),
) -> str:
    """A page of pictures. `form` is one that was refused, `sent` what came of each file: its name,
    and why it is not there.
    """
    found, following = query.page()
    return _page(
        query, found, following=following, done=_done(done), form=form, sent=sent, came=_came()
    )


def of(picture: Picture, form: OfficeForm) -> str:
    """One picture by itself, with a form of it that was refused."""
    forms = {picture.id: form} if isinstance(form, AltForm) else {}
    return _page(return_to.picture_query_asked_from(), [picture], form=form, forms=forms)


def address_of(picture: Picture, width: int, ending: str) -> str:
    """Where the file of a picture is asked for that is no wider than that, or its only one."""
    fitting = [each for each in figures.widths_of(picture.width) if each <= width] or [
        picture.width
    ]
    return f"{request.script_root}/{figures.path_of(picture.key, fitting[-1], ending)}"


def code_of(picture: Picture) -> str:
    """The HTML of a picture, to be put into an article where there is no editor."""
    source, alt = html.escape(address_of(picture, 800, "jpg")), html.escape(picture.alt)
    return f'<figure><img src="{source}" alt="{alt}"><figcaption></figcaption></figure>'


def _page(query, found, forms=(), **context):
    context = {"following": None, "done": None, "sent": (), "came": 0, **context}
    context |= {"query": query, "pictures": found, "tabs": TABS, "values": values}
    context |= {"address_of": address_of, "code_of": code_of}
    context |= {
        "forms": {picture.id: _alt(picture) for picture in found} | dict(forms),
        "is_deleted": query.tab is Tab.DELETED,
    }
    context |= {
        "uses": uses([picture.id for picture in found]),
        "logo": current_site().words.logo,
        "back": _back(query),
    }
    taken, limit = Picture.total(), uploads.limit(current_app.config["PNPM"])
    return render_template("admin/media/index.html", taken=taken, limit=limit, **context)


def _alt(picture):
    form = AltForm(formdata=None, alt=picture.alt)
    form.alt.id = f"alt-{picture.id}"  # many on a page
    return form


def _done(key):
    """What a change set was, in words about this picture where it is one."""
    done = pages.change_set_done(key)
    if done is None or done["entry"].subject != "picture":
        return done
    after, number = done["entry"].after, done["entry"].number
    if "deleted" not in after:
        return done | {
            "words": gettext("Teks pengganti gambar %(number)s disimpan.", number=number)
        }
    if after["deleted"]:
        return done | {
            "words": gettext(
                "Gambar %(number)s dihapus. Setelah 30 hari hilang selamanya.", number=number
            )
        }
    return done | {"words": gettext("Gambar %(number)s dikembalikan.", number=number)}


def _came():
    """How many came in, as the address says after a plain form."""
    given = request.args.get("came", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0


def _back(query):
    query = "&".join(
        f"{name}={value}" for name, value in values(query).items() if value is not None
    )
    return f"{return_to.PICTURES}?{query}".rstrip("?")


admin_media = Blueprint("admin_media", __name__, url_prefix=f"{auth.PREFIX}/pictures")
# bytes of a form: its files, and what stands around them
TAKEN = (MEGABYTES_AT_ONCE + 2) * uploads.MB
# seconds in which another picture is begun: one takes up to 8 on a slow host, and gunicorn ends a
# worker after 30
BUDGET = 12
PICTURE = "/<int(max=2147483647):number>"  # what fits into the column


@admin_media.get("")
def index():
    """Pictures, the newest first, a page at a time; the address carries all that is asked."""
    return shown(picture_query_of(request.args), request.args.get("done", ""))


@admin_media.post("")
@security.takes(TAKEN)
def add():
    """Take pictures in: one for our script, which sends them one by one; or a plain form's, each by
    itself.
    """
    form, files = TokenForm(), [file for file in request.files.getlist("file") if file.filename]
    if form.validate() and not files:
        form.refuse(gettext("Pilih dulu gambarnya."))
    if form.form_errors or form.is_stale:
        return _unsent(form)
    until = monotonic() + BUDGET
    sent = [
        (uploads.file_name(file.filename or ""), _taken(file, place, until))
        for place, file in enumerate(files)
    ]
    return _one(sent[0][1]) if _is_script() else _all(sent)


@admin_media.post(PICTURE)
def describe(number):
    """Another alternative text; the articles that take it from here show it at once."""
    picture, form, change_set = _found(number), AltForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return of(picture, form), form.refusal
    with transaction():
        change_picture(change_set, _found(number), alt=form.alt.data)
    return redirect(return_to.sent_from(None, change_set.done), 303)


@admin_media.post(f"{PICTURE}/deleted")
def change_deleted(number):
    """Delete a picture that stands nowhere, or bring it back."""
    picture, form, change_set = _found(number), DeletedForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return of(picture, form), form.refusal
    try:
        with transaction():
            change_picture(change_set, _found(number), deleted=form.chosen)
    except media_actions.InUse:
        form.refuse(
            gettext("Gambar ini dipakai. Keluarkan dulu dari artikelnya, atau dari logo situs.")
        )
        return of(_found(number), form), 409
    return redirect(return_to.sent_from(None, change_set.done), 303)


@admin_media.errorhandler(RequestEntityTooLarge)
def too_large(_error):
    """More in one form than is read at all."""
    security.drain(request)
    words = gettext(
        "Terlalu banyak sekaligus: paling banyak %(count)s gambar dan %(size)s seluruhnya. "
        "Kirim sebagian dulu.",
        count=MOST_AT_ONCE,
        size=quantities.size(MEGABYTES_AT_ONCE * uploads.MB, current_site().language),
    )
    if _is_script():
        return jsonify(error=words), 413
    return shown(PictureQuery(), sent=[(gettext("Kiriman ini"), words)]), 413


def _found(number):
    """The picture as it stands now, whatever was loaded before."""
    return db.session.get(Picture, number, populate_existing=True) or abort(404)


def _taken(file, place, until):
    """The picture, or the kind of reason why there is none. The first is taken whatever the
    time.
    """
    if place >= MOST_AT_ONCE:
        return Kind.MANY
    if place and monotonic() > until:
        return Kind.LATE
    try:
        return uploads.take(
            current_app.config["PNPM"], auth.signed_in().name, file.stream, file.filename
        )
    except Refused as refused:
        return refused.kind


def _is_script():
    return request.accept_mimetypes.best == "application/json"


def _unsent(form):
    """A form without its token, or without a file. With the right token the script sends it again
    by itself.
    """
    if _is_script():
        if form.is_stale:
            words = gettext("Halaman ini sudah terlalu lama terbuka. Coba lagi.")
        else:
            words = form.form_errors[0]
        return jsonify(error=words, token=generate_csrf()), form.refusal
    return shown(PictureQuery(), form=form), form.refusal


def _one(taken):
    if isinstance(taken, Kind):
        return jsonify(error=str(WORDS[taken])), STATUS.get(taken, 415)
    facts = {name: getattr(taken, name) for name in ("key", "width", "height", "alt", "name")}
    return jsonify(url=address_of(taken, 800, "jpg"), **facts), 201


def _all(sent):
    """The library: it says how many came in, or what became of each."""
    refused = [taken for _name, taken in sent if isinstance(taken, Kind)]
    if not refused:
        return redirect(url_for("admin_media.index", came=len(sent)), 303)
    told = [(name, str(WORDS[taken]) if isinstance(taken, Kind) else "") for name, taken in sent]
    return shown(PictureQuery(), sent=told), STATUS.get(refused[0], 415)
