"""The office's library of pictures: add, list, describe, and delete those that no page uses."""

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
from pnpm.media.queries import PictureQuery, masthead_pictures
from pnpm.media.queries import Tab as PictureTab
from pnpm.web import auth, security
from pnpm.web.params import parsed
from pnpm.web.site import current_site

from . import return_to
from .comments import pages
from .forms import OfficeForm, TokenForm
from .media_forms import (
    MEGABYTES_AT_ONCE,
    MOST_AT_ONCE,
    NOTHING,
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
    """Render a page of the library. `done` is the key of the change set that was just done, `form`
    one that was refused, `sent` the name of each sent file and why it was refused, if it was.
    """
    found, following = query.page()
    return _page(
        query, found, following=following, done=_done(done), form=form, sent=sent, came=_came()
    )


def of(picture: Picture, form: OfficeForm) -> str:
    """Render one picture by itself, with a form of it that was refused."""
    forms = {}
    if isinstance(form, AltForm):
        forms[picture.id] = form
    return _page(return_to.picture_query_asked_from(), [picture], forms, form=form)


def address_of(picture: Picture, width: int, ending: str) -> str:
    """Return the address of a picture's widest file that is at most `width` pixels wide; of its
    only file if it has none so small.
    """
    fitting = [narrow for narrow in figures.widths_of(picture.width) if narrow <= width]
    chosen = max(fitting, default=picture.width)
    return f"{request.script_root}/{figures.path_of(picture.key, chosen, ending)}"


def code_of(picture: Picture) -> str:
    """Return the HTML of a picture, to be pasted into an article where there is no editor."""
    source, alt = html.escape(address_of(picture, 800, "jpg")), html.escape(picture.alt)
    return f'<figure><img src="{source}" alt="{alt}"><figcaption></figcaption></figure>'


def _page(query, found, forms=None, **context):
    """Render the pictures that were found, each with its form: one of `forms`, which are by the
    picture's id, or a fresh one.
    """
    defaults = {"following": None, "done": None, "sent": (), "came": 0}
    return render_template(
        "admin/media/index.html",
        query=query,
        pictures=found,
        tabs=TABS,
        nothing=NOTHING,
        values=values,
        address_of=address_of,
        code_of=code_of,
        forms={picture.id: _alt_form(picture) for picture in found} | (forms or {}),
        is_deleted=query.tab is PictureTab.DELETED,
        uses=uses([picture.id for picture in found]),
        masthead_pictures=masthead_pictures(),
        back=_back(query),
        taken=Picture.total(),
        limit=uploads.limit(current_app.config["PNPM"]),
        **defaults | context,
    )


def _alt_form(picture):
    form = AltForm(formdata=None, alt=picture.alt)
    form.alt.id = f"alt-{picture.id}"  # many on a page
    return form


def _done(key):
    """Return what a change set was for the line that offers its undo; if it was about a picture, in
    words about that picture.
    """
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
    """Return how many pictures were added, as the address says after a plain form; else 0."""
    count = parsed(request.args.get("came", "")) or 0
    if count > 999:  # nobody sends so many
        return 0
    return count


def _back(query):
    """Return what the field `back` says of the page with that query."""
    asked = [f"{name}={value}" for name, value in values(query).items() if value is not None]
    return f"{return_to.PICTURES}?{'&'.join(asked)}".rstrip("?")


admin_media = Blueprint("admin_media", __name__, url_prefix=f"{auth.PREFIX}/pictures")
# bytes of a form: its files, and 2 MB for what stands around them
TAKEN = (MEGABYTES_AT_ONCE + 2) * uploads.MB
# seconds after which no other picture is begun: one takes up to 8 on a slow host, and gunicorn ends
# a worker after 30
BUDGET = 12
PICTURE = "/<int(max=2147483647):number>"  # what fits into the column


@admin_media.get("")
def index():
    """Render a page of pictures, newest first; the query string carries the whole search."""
    return shown(picture_query_of(request.args), request.args.get("done", ""))


@admin_media.post("")
@security.takes(TAKEN)
def add():
    """Add pictures: one from our script, which sends them one by one, or all those of a plain
    form.
    """
    form = TokenForm()
    files = [file for file in request.files.getlist("file") if file.filename]
    if form.validate() and not files:
        form.refuse(gettext("Pilih dulu gambarnya."))
    if form.form_errors or form.is_stale:
        return _unsent(form)
    until = monotonic() + BUDGET
    sent = [
        (uploads.file_name(file.filename or ""), _taken(file, place, until))
        for place, file in enumerate(files)
    ]
    if _is_script():
        return _as_json(sent[0][1])
    return _as_page(sent)


@admin_media.post(PICTURE)
def describe(number):
    """Change a picture's alternative text; the articles that take it from here show it at once."""
    picture, form, change_set = _found(number), AltForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return of(picture, form), form.refusal
    with transaction():
        change_picture(change_set, _found(number), alt=form.alt.data)
    return redirect(return_to.sent_from(None, change_set.done), 303)


@admin_media.post(f"{PICTURE}/deleted")
def change_deleted(number):
    """Delete a picture that no page uses, or bring it back."""
    picture, form, change_set = _found(number), DeletedForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return of(picture, form), form.refusal
    try:
        with transaction():
            change_picture(change_set, _found(number), deleted=form.chosen)
    except media_actions.InUse:
        form.refuse(
            gettext("Gambar ini dipakai. Keluarkan dulu dari artikelnya, atau dari Pengaturan.")
        )
        return of(_found(number), form), 409
    return redirect(return_to.sent_from(None, change_set.done), 303)


@admin_media.errorhandler(RequestEntityTooLarge)
def too_large(_error):
    """Refuse a form that is larger than TAKEN, with advice."""
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
    """Return the picture as it is in the database now, whatever was loaded before, or 404."""
    return db.session.get(Picture, number, populate_existing=True) or abort(404)


def _taken(file, place, until):
    """Add one file; return its picture, or the kind of reason why it was refused. The first one is
    taken however late it is.
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
    """Refuse a form without its token or without a file. The answer to the script has the right
    token, with which it sends the form again by itself.
    """
    if _is_script():
        if form.is_stale:
            words = gettext("Halaman ini sudah terlalu lama terbuka. Coba lagi.")
        else:
            words = form.form_errors[0]
        return jsonify(error=words, token=generate_csrf()), form.refusal
    return shown(PictureQuery(), form=form), form.refusal


def _as_json(taken):
    """Answer our script: with the picture, or with why it was refused."""
    if isinstance(taken, Kind):
        return jsonify(error=str(WORDS[taken])), STATUS.get(taken, 415)
    facts = {name: getattr(taken, name) for name in ("key", "width", "height", "alt", "name")}
    return jsonify(url=address_of(taken, 800, "jpg"), **facts), 201


def _as_page(sent):
    """Answer a plain form with the library, which says how many were added, or what became of each
    if one was refused.
    """
    refused = [taken for _name, taken in sent if isinstance(taken, Kind)]
    if not refused:
        return redirect(url_for("admin_media.index", came=len(sent)), 303)
    told = [(name, str(WORDS[taken]) if isinstance(taken, Kind) else "") for name, taken in sent]
    return shown(PictureQuery(), sent=told), STATUS.get(refused[0], 415)
